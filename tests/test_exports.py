"""Flat copies of a release: beside it, complete, empty where nothing is known, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import pkgutil
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_rows import release_tables, rows_of

from flows.cli import main
from tasks.publish import exports
from tasks.publish.exports import exported
from tasks.publish.exports.flat import harmless
from tasks.storage.releases import write_files
from tasks.tables import RELEASE_TABLES

ACLED = (
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 "
    "actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location "
    "latitude longitude geo_precision source source_scale notes fatalities tags timestamp"
).split()
NAMES = {"MLI": "Mali"}


def party(label: str, code: str | None = None, country: str | None = None) -> dict:
    return {"text": label, "actor_id": None, "label": label, "country_code": country, "actor_type_code": code}


BATTLE = {
    "acled_event_type": "Battles",
    "acled_sub_event_type": "Armed clash",
    "acled_disorder_type": "Political violence",
    "actors": [party("Army", "military", "MLI"), party("Police", "police", "MLI")],
    "recipients": [party("Rebels", "armed_group")],
    "date_start": dt.date(2024, 3, 5),
    "date_precision_code": "week",
    "geo_precision_code": "admin2",
    "country_code": "MLI",
    "latitude": 14.5,
    "longitude": -4.0,
}


def read_back(folder: Path, files: Iterable[tuple[str, pa.Table]]) -> dict[str, list[dict[str, str]]]:
    """Cells as text, as a reader that knows no types gets them."""
    write_files(folder, files)
    cells = {}
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8", newline="") as stream:
            cells[path.name] = list(csv.DictReader(stream))
    return cells


def acled(tmp_path: Path, *incidents: dict) -> list[dict[str, str]]:
    rows = ({"incident_id": "i1"} | row for row in incidents)
    tables = release_tables() | {"incidents": rows_of(RELEASE_TABLES["incidents"], *rows)}
    return read_back(tmp_path, exported("acled", tables, NAMES))["acled.csv"]


def test_acleds_columns_are_filled_where_the_value_is_known(tmp_path: Path) -> None:
    [row] = acled(tmp_path, BATTLE | {"killed_best": 0})
    assert list(row) == ACLED
    filled = {name: value for name, value in row.items() if value and name != "notes"}
    assert filled == {
        "event_id_cnty": "i1",
        "event_date": "2024-03-05",
        "year": "2024",
        "time_precision": "2",
        "disorder_type": "Political violence",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": "Army",
        "assoc_actor_1": "Police",
        "inter1": "State forces",
        "actor2": "Rebels",
        "inter2": "Political militia",
        "interaction": "State forces-Political militia",
        "iso": "466",
        "region": "Western Africa",
        "country": "Mali",
        "latitude": "14.5",
        "longitude": "-4",
        "geo_precision": "2",
        "fatalities": "0",
    }


def test_an_unknown_toll_stays_empty(tmp_path: Path) -> None:
    [row] = acled(tmp_path, BATTLE)
    assert row["fatalities"] == ""


@pytest.mark.parametrize(
    "change",
    [{"is_aggregate": True}, {"acled_event_type": None}],
)
def test_only_single_incidents_that_have_a_type_are_acleds(tmp_path: Path, change: dict) -> None:
    assert acled(tmp_path, BATTLE | change) == []


def test_the_middle_of_a_country_is_no_place(tmp_path: Path) -> None:
    [row] = acled(tmp_path, BATTLE | {"geo_precision_code": "country", "place_label": "Mali"})
    assert (row["country"], row["location"], row["latitude"], row["geo_precision"]) == ("Mali", "", "", "")


def test_what_looks_like_a_formula_is_made_text_and_numbers_stay_numbers(tmp_path: Path) -> None:
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
    incidents = [
        BATTLE | {"incident_id": f"i{n}", "summary": formula, "place_label": formula, "actors": [party(formula)]}
        for n, formula in enumerate(formulas)
    ]
    tables = release_tables() | {"incidents": rows_of(RELEASE_TABLES["incidents"], *incidents)}
    cells = read_back(tmp_path, [*exported("csv", tables, NAMES), *exported("acled", tables, NAMES)])
    assert [row["summary"] for row in cells["incidents.csv"]] == ["'" + formula for formula in formulas]
    assert [row["actors"] for row in cells["incidents.csv"]] == ["'" + formula for formula in formulas]
    for column in ("notes", "actor1", "location"):
        assert [row[column] for row in cells["acled.csv"]] == ["'" + formula for formula in formulas]
    assert {float(row["longitude"]) for row in cells["incidents.csv"] + cells["acled.csv"]} == {-4.0}


UNSEEN = st.sampled_from(
    "\t\r\n\x00\x0b\x1b\x85\xa0\xad\u034f\u061c\u115f\u180e\u2003\u200b\u200f\u2028\u202e\u2060\u2800\u3000\u3164\ufe0f\ufeff\U000e0020"
)
SIGNS = st.sampled_from("=+-@＝＋－＠﹦﹢﹣﹫⁼⁺−")


@given(st.text(UNSEEN, max_size=5), SIGNS, st.text(max_size=5))
def test_no_cell_hides_a_formula_behind_what_is_not_seen(before: str, sign: str, rest: str) -> None:
    hidden = before + sign + rest
    cells = harmless(pa.table({"a": [hidden, f"x{hidden}", None], "n": [-1.5, 2.0, None]}))
    assert cells.to_pydict() == {"a": ["'" + hidden, f"x{hidden}", None], "n": [-1.5, 2.0, None]}


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_a_cell_that_begins_with_a_letter_or_digit_stays_as_it_is(text: str) -> None:
    assert harmless(pa.table({"a": [text]}))["a"].to_pylist() == [text]


def test_csv_holds_every_row_and_column_but_the_geometry(demo_data: Path, tmp_path: Path) -> None:
    release = demo_data / "releases" / "latest"
    tables = {name: pq.read_table(release / f"{name}.parquet") for name in RELEASE_TABLES}
    write_files(tmp_path, exported("csv", tables, NAMES))
    for name, declared in RELEASE_TABLES.items():
        frame = pd.read_csv(tmp_path / f"{name}.csv")
        assert len(frame) == tables[name].num_rows
        assert list(frame.columns) == [column for column in declared.names if column != "geometry"]
    events = pd.read_csv(tmp_path / "events.csv")
    assert events["killed_low"].isna().sum() == tables["events"]["killed_low"].null_count
    assert pd.to_datetime(events["date_start"], format="%Y-%m-%d").notna().any()
    assert events["actors"].str.contains("; ").any()


def bytes_of(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_an_export_lies_beside_the_release_and_leaves_it_as_it_is(data: Path) -> None:
    from flows.publish import publish

    release = (data / "releases" / "latest").resolve()
    before = bytes_of(release)
    done = publish(data=str(data), export=["acled", "csv"])
    assert (done["release"], done["news"]) == (release.name, "nothing changed")
    folder = data / "exports" / release.name
    assert {p.name for p in folder.iterdir()} == {"acled.csv", *(f"{name}.csv" for name in RELEASE_TABLES)}
    first = bytes_of(folder)
    publish(data=str(data), export=["csv", "acled"])
    assert bytes_of(folder) == first
    assert bytes_of(release) == before
    assert len(list((data / "releases").glob("v*"))) == 1


def test_an_export_that_is_not_there_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["publish", "--export", "stata"])
    assert ended.value.code == 2
    assert "there are csv, csv_excel, acled" in capsys.readouterr().err
    with pytest.raises(KeyError, match="there are csv, csv_excel, acled"):
        list(exported("stata", release_tables(), NAMES))


def test_every_export_is_listed() -> None:
    modules = {module.name for module in pkgutil.iter_modules(exports.__path__)} - {"flat"}
    assert modules == set(exports.EXPORTS)
    for name in exports.EXPORTS:
        assert callable(import_module(f"tasks.publish.exports.{name}").flat)
