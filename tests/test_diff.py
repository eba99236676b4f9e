"""`sitrep diff` tells which rows differ, in which columns, and why; a page of it runs nothing that a document says."""

from __future__ import annotations

import datetime as dt
import json
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest
from release_rows import CODES, DAY, FILES, rows_of

from flows.cli import main
from tasks.reading.diff import difference, table_lines
from tasks.reading.verify import faults
from tasks.storage.store import Store
from tasks.tables import RELEASE_TABLES

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
CLAIM = {
    "mention_id": "m1", "document_id": "d1", "speaker_text": "a", "speaker_actor_id": None, "speaker_label": None,
    "stance_code": None, "killed_low": 1, "killed_high": 1, "sentence_text": "s",
}  # fmt: skip


def event(name: str, **values) -> dict:
    return {"event_id": name, "mention_count": 1, "document_count": 1, "summary": f"event {name}"} | values


def mention(number: int, event_id: str, document: str) -> dict:
    return {"mention_id": f"m{number}", "event_id": event_id, "document_id": document, "external_id": f"x-{document}"}


def document(name: str, **values) -> dict:
    return {"document_id": name, "external_id": f"x-{name}"} | values


def release(store: Store, day: int, manifest: dict | None = None, **rows: list[dict]) -> Path:
    tables = {name: rows_of(table, *rows.get(name, ())) for name, table in RELEASE_TABLES.items()}
    return store.write_release(DAY.replace(day=day), tables, FILES, manifest or {}).path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data", codes=CODES)


@pytest.fixture
def two(store: Store) -> tuple[Path, Path]:
    """e1 grows by a new document, e2 goes into it, e3's document goes, e4 is new, e5 stays; d5 is revised."""
    before = release(
        store,
        1,
        {"fingerprints": {"code": {"link": "a", "clean": "a"}, "vocabularies": {"extract": "a"}, "model": "m 1"}},
        events=[
            event("e1", killed_best=3, claims=[CLAIM], date_start=dt.date(2024, 3, 1)),
            *(event(name) for name in ("e2", "e3", "e5")),
        ],
        mentions=[mention(1, "e1", "d1"), mention(2, "e2", "d1"), mention(3, "e3", "d3"), mention(5, "e5", "d1")],
        documents=[document("d1"), document("d3"), document("d5")],
    )
    after = release(
        store,
        2,
        {"fingerprints": {"code": {"link": "a", "clean": "a"}, "vocabularies": {"extract": "a"}, "model": "m 1"}},
        events=[
            event("e1", killed_best=5, former_event_ids=["e2"], date_start=dt.date(2024, 3, 2)),
            event("e4", summary=HOSTILE),
            event("e5"),
        ],
        mentions=[
            mention(1, "e1", "d1"), mention(2, "e1", "d1"), mention(4, "e4", "d4"), mention(5, "e5", "d1"),
            mention(6, "e1", "d4"),
        ],
        documents=[document("d1"), document("d4"), document("d6", external_id="x-d5", supersedes="d5")],
    )  # fmt: skip
    return before, after


def test_rows_by_key_and_columns_with_both_values_and_causes(two: tuple[Path, Path]) -> None:
    found = difference(*two)
    assert found["why"] == ["new documents (1): x-d4", "revised documents (1): x-d5", "documents gone (1): x-d3"]
    events = found["tables"]["events"]
    assert [(row["key"]["event_id"], row["because"]) for row in events["added"]] == [("e4", ["document x-d4 is new"])]
    assert [(row["key"]["event_id"], row["because"]) for row in events["removed"]] == [
        ("e2", ["merged into e1"]),
        ("e3", ["document x-d3 is gone"]),
    ]
    [changed] = events["changed"]
    assert changed["key"] == {"event_id": "e1"}
    assert changed["because"] == ["document x-d4 is new"]
    assert changed["columns"] == {
        "former_event_ids": [[], ["e2"]],
        "date_start": ["2024-03-01", "2024-03-02"],
        "killed_best": [3, 5],
        "claims": [[CLAIM], []],
    }


def test_lines_name_keys_columns_and_causes(two: tuple[Path, Path]) -> None:
    lines = list(table_lines(difference(*two)))
    assert "why: new documents (1): x-d4" in lines
    assert "events: 1 added, 2 removed, 1 changed" in lines
    changed = "former_event_ids, date_start 2024-03-01 → 2024-03-02, killed_best 3 → 5, claims"
    assert f"  ~ e1  {changed}  (document x-d4 is new)" in lines
    assert "territory: the same" in lines


def test_json_is_json(two: tuple[Path, Path], capsys) -> None:
    assert main(["diff", *map(str, two), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == difference(*two)


def test_a_page_of_it_holds_texts_as_text(two: tuple[Path, Path], capsys) -> None:
    assert main(["diff", *map(str, two), "--format", "html"]) == 0
    page = capsys.readouterr().out
    tags: set[str] = set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.add(tag)  # type: ignore[method-assign]
    reader.feed(page)
    assert not tags & {"script", "img"}
    assert "&lt;script&gt;" in page and "document x-d4 is new" in page


def test_other_rules_are_the_cause_where_the_documents_are_the_same(store: Store) -> None:
    rows = {"mentions": [mention(1, "e1", "d1")], "documents": [document("d1")]}
    prints = {"code": {"link": "a", "clean": "a"}, "vocabularies": {"extract": "a", "link": "b"}, "model": "m 1"}
    before = release(store, 1, {"fingerprints": prints}, events=[event("e1")], **rows)
    prints = {"code": {"link": "b", "clean": "a"}, "vocabularies": {"extract": "x", "link": "y"}, "model": "m 2"}
    after = release(store, 2, {"fingerprints": prints}, events=[event("e1", injured_best=2)], **rows)
    found = difference(before, after)
    rules = ["other code in link", "model is m 2, was m 1", "other vocabularies in extract, link"]
    assert found["why"] == rules
    assert found["tables"]["events"]["changed"] == [
        {"key": {"event_id": "e1"}, "columns": {"injured_best": [None, 2]}, "because": rules}
    ]


def test_a_release_does_not_differ_from_itself(two: tuple[Path, Path]) -> None:
    found = difference(two[0], two[0])
    assert found["why"] == ["the same documents, vocabularies and code"]
    assert not any(any(part.values()) for part in found["tables"].values())


def test_a_column_that_came_is_told_and_not_counted_as_change(two: tuple[Path, Path]) -> None:
    import pyarrow.parquet as pq

    path = two[1] / "documents.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.append_column("mood", pa.array(["grim"] * rows.num_rows)), path)
    manifest = json.loads((two[1] / "manifest.json").read_text())
    manifest["files"]["documents.parquet"]["sha256"] = "other"
    (two[1] / "manifest.json").write_text(json.dumps(manifest))
    assert difference(*two)["tables"]["documents"]["columns_added"] == ["mood"]


def test_what_is_no_release_is_refused(two: tuple[Path, Path], tmp_path: Path, capsys) -> None:
    assert main(["diff", str(two[0]), str(tmp_path / "nothing")]) == 1
    assert "there is no release" in capsys.readouterr().err


def test_a_release_from_before_a_table_was_there_can_be_compared_and_verified(store: Store) -> None:
    before = release(store, 1, events=[event("e1")], mentions=[mention(1, "e1", "d1")], documents=[document("d1")])
    (before / "incidents.parquet").unlink()
    told = json.loads((before / "manifest.json").read_text())
    del told["files"]["incidents.parquet"]
    (before / "manifest.json").write_text(json.dumps(told | {"schema_version": 1}))
    head = {"incident_id": "i1", "incident_role_code": "some_incident_role"}
    rows = {"mentions": [mention(1, "e1", "d1")], "documents": [document("d1")], "incidents": [{"incident_id": "i1"}]}
    after = release(store, 2, events=[event("e1", **head)], **rows)
    found = difference(before, after)["tables"]["incidents"]
    assert [row["key"] for row in found["added"]] == [{"incident_id": "i1"}] and not found["removed"]
    assert not [fault for fault in faults(before) if "incidents" in fault]
    assert [fault for fault in faults(before) if "does not list" in fault] == []
