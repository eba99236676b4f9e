"""What breaks a rule is not published, what passes a limit is told; both name what is declared."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from release_rows import CODES, DAY, FILES, release_tables

from tasks.storage import expectations
from tasks.storage.checks import StoreError
from tasks.storage.expectations import BOUNDS, LIMITS, ORDERS, REFERENCES, Limit, broken, warnings
from tasks.storage.store import Store
from tasks.tables import RELEASE_TABLES

PARTY = {"text": "rebels", "actor_id": "XXX.rebels", "label": "Rebels", "country_code": None, "actor_type_code": None}
EVIDENCE = {"document_id": "gone", "start": 0, "end": 1, "text": "x"}


def with_values(table: str, column: str, values: list) -> dict[str, pa.Table]:
    tables = release_tables()
    rows = tables[table]
    index = rows.schema.get_field_index(column)
    field = rows.schema.field(column)
    return tables | {table: rows.set_column(index, field, pa.array(values, field.type))}


def test_expectations_name_declared_columns() -> None:
    named = [(o.table, c) for o in ORDERS for c in (o.least, o.most)]
    named += [(b.table, b.column) for b in BOUNDS]
    named += [(r.table, r.column) for r in REFERENCES]
    named += [(m.table, c) for m in LIMITS for c in m.columns]
    for table, path in named:
        column, _, part = path.partition(".")
        type_ = RELEASE_TABLES[table].column(column).type
        assert not part or type_.value_type.get_field_index(part) >= 0, (table, path)
    for reference in REFERENCES:
        target, _, column = reference.target.partition(".")
        assert not column or column in RELEASE_TABLES[target].names


@pytest.mark.parametrize(
    ("table", "column", "values", "told"),
    [
        (
            "events",
            "latitude",
            [None, 91.0],
            "table events, column latitude: in row e1, 91.0 is not between -90 and 90",
        ),
        ("mentions", "event_id", ["e1", "e9"], "table mentions, column event_id: e9 is not in events"),
        ("mentions", "event_id", ["e1", "e1"], "table events, column event_id: e2 is not in mentions"),
        ("mentions", "document_id", ["d", "gone"], "table mentions, column document_id: gone is not in documents"),
        ("mentions", "trigger_end", [9, 0], "table mentions, column trigger_end: in row m1, 9 is above sentence_end 0"),
        ("events", "place_id", [None, "nowhere"], "table events, column place_id: nowhere is not in places"),
        ("events", "actors", [[], [PARTY]], "table events, column actors.actor_id: XXX.rebels is not in actors"),
        ("events", "evidence", [[EVIDENCE], []], "column evidence.document_id: gone is not in documents"),
        ("events", "killed_low", [-1, None], "column killed_low: in row e2, -1 is not between 0 and"),
        ("documents", "duplicate_of", ["gone"], "table documents, column duplicate_of: gone is not in documents"),
    ],
)
def test_what_breaks_a_rule_is_not_published(tmp_path: Path, table: str, column: str, values: list, told: str) -> None:
    store = Store(tmp_path, codes=CODES)
    with pytest.raises(StoreError) as refused:
        store.write_release(DAY, with_values(table, column, values), FILES, {})
    assert told in str(refused.value)
    assert store.latest_release() is None


def test_low_above_high_is_told_with_both() -> None:
    tables = with_values("events", "killed_low", [5, 5])
    index = tables["events"].schema.get_field_index("killed_high")
    tables["events"] = tables["events"].set_column(index, "killed_high", pa.array([3, 4], pa.int32()))
    told = [("events", "column killed_low: in row e2, 5 is above killed_high 3, and so in 1 more rows")]
    assert list(broken(tables)) == told


def test_a_limit_that_is_passed_is_told_with_its_figures() -> None:
    tables = release_tables()
    assert warnings(tables) == []
    tables["events"] = pa.concat_tables([tables["events"]] * 10)
    told = [
        "events without a place: 20 of 20 (100%), more than 50%",
        "events without a date: 20 of 20 (100%), more than 25%",
    ]
    assert warnings(tables) == told


def test_the_demo_keeps_the_rules_and_its_manifest_holds_the_warnings(demo_data: Path) -> None:
    release = demo_data / "releases" / "latest"
    tables = {name: pq.read_table(release / f"{name}.parquet") for name in RELEASE_TABLES}
    assert list(broken(tables)) == []
    assert json.loads((release / "manifest.json").read_text())["warnings"] == warnings(tables)


def test_warnings_stand_on_publishs_line(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.publish import publish

    monkeypatch.setattr(expectations, "LIMITS", (Limit("events", ("place_id",), 0.0, "events without a place"),))
    done = publish(data=str(data), full=True)
    assert done["warnings"][0].startswith("events without a place: ")
    assert f"warning: {done['warnings'][0]}" in capsys.readouterr().out
