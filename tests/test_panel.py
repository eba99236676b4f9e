"""Panels, sources, and what was known on a day: what analysts count, and where a zero would be a lie."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from release_rows import rows_of

from flows.cli import main
from tasks.reading.frames import Release
from tasks.reading.known import known_incidents
from tasks.reading.panel import MEASURES, panel
from tasks.reading.sources import source_lines, sources
from tasks.storage.checks import StoreError
from tasks.tables import RELEASE_TABLES


def day(number: int, month: int = 3) -> dt.date:
    return dt.date(2024, month, number)


KIDAL = {"country_code": "MLI", "admin1_code": "ML.10", "admin1_name": "Kidal", "geo_precision_code": "admin1"}
GAO = {"country_code": "MLI", "admin1_code": "ML.09", "admin1_name": "Gao", "geo_precision_code": "admin1"}


def incident(id_: str, where: dict, start: dt.date | None, end: dt.date | None = None, **more: object) -> dict:
    return {"incident_id": id_, "incident_type_code": "armed_clash", "date_start": start, "date_end": end or start,
            **where, **more}  # fmt: skip


def told(incident_id: str | None, document: str, where: dict, start: dt.date | None, **more: object) -> dict:
    key = f"{incident_id} {document}"
    return {"mention_id": key, "event_id": f"e {incident_id}", "incident_id": incident_id, "document_id": document,
            "date_start": start, "date_end": start, **where, **more}  # fmt: skip


def published(id_: str, on: dt.date | None, publisher: str | None = None, agency: str | None = None) -> dict:
    return {"document_id": id_, "published_date": on, "publisher": publisher, "agency": agency}


def release(folder: Path, **tables: list[dict]) -> Path:
    for name, declared in RELEASE_TABLES.items():
        pq.write_table(rows_of(declared, *tables.get(name, ())), folder / f"{name}.parquet")
    (folder / "manifest.json").write_text("{}")
    return folder


def cells(folder: Path, **asked: object) -> dict[tuple, dict]:
    """By area and period."""
    rows = panel(folder, **asked).rows
    return {(row.get("admin1_name", row["period"]), row["period"]): row for row in rows}


def measures(row: dict) -> tuple:
    return tuple(row[name] for name in MEASURES)


def test_a_cell_that_nobody_reported_on_is_not_zero_and_one_that_was_is(tmp_path: Path) -> None:
    folder = release(
        tmp_path,
        incidents=[incident("in_1", KIDAL, day(5), killed_low=3, killed_best=4, killed_high=5)],
        mentions=[told("in_1", "d1", KIDAL, day(5)), told(None, "d2", GAO, day(9, 4))],
        documents=[published("d1", day(6)), published("d2", day(9, 4))],
    )
    found = cells(folder, by="admin1", every="month")
    assert measures(found["Kidal", day(1)]) == (1, 3, 4, 5, 0, 1)
    assert measures(found["Kidal", day(1, 4)]) == (None, None, None, None, None, 0)
    assert measures(found["Gao", day(1)]) == (None, None, None, None, None, 0)
    assert measures(found["Gao", day(1, 4)]) == (0, 0, 0, 0, 0, 1), "a meeting was reported there, and no incident"


def test_a_long_incident_is_spread_over_its_days(tmp_path: Path) -> None:
    siege = incident("in_1", KIDAL, day(30), day(8, 4), killed_low=20, killed_best=20, killed_high=20)
    folder = release(tmp_path, incidents=[siege])
    found = cells(folder, every="month")
    assert measures(found["Kidal", day(1)])[:4] == (0.2, 4, 4, 4)
    assert measures(found["Kidal", day(1, 4)])[:4] == (0.8, 16, 16, 16)
    weeks = cells(folder, every="week")
    assert [row["incidents"] for row in weeks.values()] == [0.2, 0.7, 0.1]
    assert {period.weekday() for _, period in weeks} == {0}


def test_an_unknown_toll_is_no_zero_and_an_open_end_stays_open(tmp_path: Path) -> None:
    folder = release(
        tmp_path,
        incidents=[
            incident("in_1", KIDAL, day(5)),
            incident("in_2", GAO, day(5), killed_low=10, killed_best=10),
            incident("in_3", GAO, day(6), killed_low=1, killed_best=1, killed_high=1),
            incident("in_4", GAO, day(7)),
        ],
    )
    found = cells(folder)
    assert measures(found["Kidal", day(1)])[:5] == (1, None, None, None, 1)
    assert measures(found["Gao", day(1)])[:5] == (3, 11, 11, None, 1)


def test_what_is_in_no_cell_is_counted_and_sums_are_left_out(tmp_path: Path) -> None:
    folder = release(
        tmp_path,
        incidents=[
            incident("in_1", KIDAL, None),
            incident("in_2", {"country_code": "MLI"}, day(5)),
            incident("in_3", KIDAL, day(5), is_aggregate=True),
            incident("in_4", KIDAL, day(5), incident_type_code="riot"),
        ],
    )
    found = panel(folder, types=["armed_clash"])
    assert found.rows == [] and found.left_out == {"without a day": 1, "without admin1": 1}
    assert [row["incidents"] for row in panel(folder).rows] == [1]


def test_a_grid_holds_points_alone_and_periods_can_be_chosen(tmp_path: Path) -> None:
    point = {"latitude": 18.44, "longitude": 1.41, "geo_precision_code": "settlement"}
    rows = [incident("in_1", KIDAL | point, day(5)), incident("in_2", point | KIDAL, day(5))]
    folder = release(tmp_path, incidents=rows)
    found = panel(folder, by="priogrid", every="day", between=(day(4), day(6)))
    assert [(row["priogrid_gid"], row["period"], row["incidents"]) for row in found.rows] == [
        (155883, day(4), None), (155883, day(5), 1), (155883, day(6), None),
    ]  # fmt: skip
    assert found.left_out == {"without priogrid": 1}


def test_a_grid_of_hexagons_is_as_fine_as_asked(tmp_path: Path) -> None:
    # the example of H3's own documentation: San Francisco at resolution 5
    point = {"latitude": 37.7749, "longitude": -122.4194, "geo_precision_code": "point"}
    near = point | {"latitude": 37.78}
    folder = release(tmp_path, incidents=[incident("in_1", point, day(5)), incident("in_2", near, day(5))])
    [row] = panel(folder, by="h3").rows
    assert (row["h3_cell"], row["incidents"]) == ("85283083fffffff", 2)
    fine = panel(folder, by="h3", resolution=8)
    assert fine.columns[0] == "h3_cell" and [row["incidents"] for row in fine.rows] == [1, 1]
    assert Release(folder).panel(by="h3", resolution=0).h3_cell.tolist() == ["8029fffffffffff"]
    with pytest.raises(ValueError, match="resolution 9 of H3 cells is not between 0 and 8"):
        panel(folder, by="h3", resolution=9)


def test_a_resolution_is_of_h3_alone(demo_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["panel", "--by", "h3", "--resolution", "3", "--every", "year", "--data", str(demo_data)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["h3_cell"][:2] for row in rows} == {"83"}
    assert main(["panel", "--by", "admin1", "--resolution", "3", "--data", str(demo_data)]) == 2
    assert "--resolution is of cells by h3" in capsys.readouterr().err


def test_neither_the_end_of_the_calendar_nor_a_report_on_the_middle_ages_ends_a_panel(tmp_path: Path) -> None:
    last = dt.date.max
    rows = [incident("in_1", KIDAL, dt.date(1100, 5, 1)), incident("in_2", KIDAL, last - dt.timedelta(30), last)]
    folder = release(tmp_path, incidents=rows)
    found = panel(folder, every="year").rows
    assert found[0]["incidents"] == 1 and sum(row["incidents"] or 0 for row in found) == pytest.approx(2)
    for every in ("week", "month"):
        for between in ((dt.date(1100, 5, 1), dt.date(1101, 1, 1)), (last - dt.timedelta(100), last)):
            found = panel(folder, every=every, between=between).rows
            assert sum(row["incidents"] or 0 for row in found) == pytest.approx(1)
    with pytest.raises(StoreError, match=r"by day from 1100-05-01 to 9999-12-31 .* 1 areas .* say --from and --to"):
        panel(folder, every="day")
    assert len(panel(folder, every="day", between=(last - dt.timedelta(2), last)).rows) == 3


@pytest.fixture
def growing(tmp_path: Path) -> Path:
    """A toll that rose from 3 to 12 in two days, of which an agency's paper told at once."""
    first = {"first_reported_date": day(5), "last_reported_date": day(7)}
    late = {"first_reported_date": day(8), "last_reported_date": day(8)}
    figures = [("d1", 3), ("d2", 12), ("d3", 12)]
    return release(
        tmp_path,
        incidents=[
            incident("in_1", KIDAL, day(5), killed_low=3, killed_best=12, killed_high=12, **first),
            incident("in_2", GAO, day(5), killed_low=1, killed_best=1, killed_high=1, **late),
        ],
        mentions=[
            *(told("in_1", id_, KIDAL, day(5), killed_low=dead, killed_high=dead) for id_, dead in figures),
            told("in_2", "d4", GAO, day(5), killed_low=1, killed_high=1),
        ],
        documents=[
            published("d1", day(5), "Paper", "Wire"),
            published("d2", day(6), "Gazette"),
            published("d3", day(7), "Other", "Wire"),
            published("d4", day(8)),
        ],
    )


@pytest.mark.parametrize(
    ("on", "known"),
    [
        (day(4), {}),
        (day(5), {"in_1": (3, 3, 3)}),
        (day(6), {"in_1": (3, 12, 12)}),
        (day(7), {"in_1": (3, 12, 12)}),
        (day(8), {"in_1": (3, 12, 12), "in_2": (1, 1, 1)}),
        (None, {"in_1": (3, 12, 12), "in_2": (1, 1, 1)}),
    ],
)
def test_tolls_as_they_stood_on_a_day(growing: Path, on: dt.date | None, known: dict) -> None:
    tolls = ("killed_low", "killed_best", "killed_high")
    rows = known_incidents(growing, [], on)
    assert {row["incident_id"]: tuple(row[name] for name in tolls) for row in rows} == known


def test_a_panel_as_known_on_a_day(growing: Path) -> None:
    found = cells(growing, known_on=day(5))
    assert measures(found["Kidal", day(1)]) == (1, 3, 3, 3, 0, 1)
    assert ("Gao", day(1)) not in found


def test_a_panel_without_the_word_of_a_publisher(growing: Path) -> None:
    found = cells(growing, without=["Gazette"])
    assert measures(found["Kidal", day(1)]) == (1, 3, 12, 12, 0, 2), "of one agency's two figures the newer"
    assert measures(cells(growing, without=["Wire"])["Kidal", day(1)]) == (1, 12, 12, 12, 0, 1)
    assert ("Kidal", day(1)) not in cells(growing, without=["Wire", "Gazette"])


def test_voices_are_agencies_before_papers(growing: Path) -> None:
    found = sources(growing)
    assert found.rows == [("Gazette", 1, 1, 0), ("Wire", 2, 1, 0), ("publisher unknown", 1, 1, 1)]
    assert (found.incidents, found.one_voice, found.one_side) == (2, 1, 0)


def test_sides_that_speak_and_what_is_known_of_publishers(tmp_path: Path) -> None:
    army = {"speaker_text": "the army", "speaker_label": "Armed forces", "speaker_actor_id": "MLI.military"}
    someone = {"speaker_text": "a farmer"}
    folder = release(
        tmp_path,
        incidents=[
            incident("in_1", KIDAL, day(5), certainty_code="claimed", claims=[army, army]),
            incident("in_2", KIDAL, day(5), certainty_code="reported", claims=[army, someone]),
        ],
        mentions=[told("in_1", "d1", KIDAL, day(5)), told("in_2", "d1", KIDAL, day(5))],
        documents=[published("d1", day(6), "VOA")],
    )
    found = sources(folder)
    assert found.sides == [("Armed forces", 3, 2, 1)]
    lines = [line.split() for line in source_lines(found)]
    assert ["VOA", "1", "2", "2", "International", "USA.government", "public", "domain"] in lines
    assert lines[-1] == ["Armed", "forces", "3", "2", "1"]


def test_python_has_the_same(growing: Path) -> None:
    opened = Release(growing)
    assert opened.panel(by="country", every="day").query("incidents > 0").period.dt.date.tolist() == [day(5)]
    assert opened.known_on("2024-03-06").killed_best.tolist() == [12]
    assert list(opened.panel(between=("2024-01-01", None)).period.dt.month.unique()) == [1, 2, 3]


def test_near_knows_the_distance_of_what_is_known_to_a_settlement(tmp_path: Path) -> None:
    point = {"latitude": 18.44, "longitude": 1.41}
    placed = incident("in_1", KIDAL | point | {"geo_precision_code": "settlement"}, day(5))
    opened = Release(release(tmp_path, incidents=[placed, incident("in_2", KIDAL | point, day(5))]))
    found = opened.near(18.44, 2.41, km=110)
    assert list(found.incident_id) == ["in_1"]
    # a degree of longitude there is 111.19 km times the cosine of 18.44 degrees
    assert found.km.iloc[0] == pytest.approx(105.48, abs=0.1)
    assert opened.near(18.44, 2.41, km=100).empty


def test_panel_prints_csv_and_says_on_the_side_what_is_in_no_cell(
    demo_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["panel", "--by", "country", "--every", "year", "--data", str(demo_data)]) == 0
    printed = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert list(rows[0]) == ["country_code", "period", *MEASURES]
    incidents = pq.read_table(demo_data / "releases" / "latest" / "incidents.parquet").to_pylist()
    single = [row for row in incidents if not row["is_aggregate"] and row["country_code"] and row["date_start"]]
    assert sum(float(row["incidents"] or 0) for row in rows) == pytest.approx(len(single))
    assert "in no cell: 3 incidents without country" in printed.err


def test_an_unknown_incident_type_is_bad_usage(demo_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["panel", "--incident-type", "picnic", "--data", str(demo_data)]) == 2
    assert "no incident type 'picnic'; there are suicide_bombing" in capsys.readouterr().err


def test_show_tells_an_incident_as_it_was_known(demo_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    incidents = pq.read_table(demo_data / "releases" / "latest" / "incidents.parquet").to_pylist()
    [sake] = [row["incident_id"] for row in incidents if row["place_label"] == "Sake" and row["killed_best"] == 40]
    assert main(["show", sake, "--known-on", "2024-03-04", "--data", str(demo_data)]) == 0
    then = capsys.readouterr().out
    assert "killed_best" not in then and "nine soldiers died" not in then
    assert main(["show", sake, "--known-on", "2024-03-05", "--data", str(demo_data)]) == 0
    later = capsys.readouterr().out
    assert "killed_best           40" in later and "nine soldiers" in later
    assert main(["show", sake, "--known-on", "2024-03-01", "--data", str(demo_data)]) == 1
    assert "no document published up to 2024-03-01 tells of" in capsys.readouterr().err
