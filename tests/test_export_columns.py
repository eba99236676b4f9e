"""Exports in the columns of other data sets and in the files of other tools: whole, as published, and read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from release_rows import rows_of

from flows.cli import main
from tasks.knowledge import actor_types, schemes
from tasks.publish.exports import EXPORTS, exported
from tasks.publish.exports.flat import number_of
from tasks.storage.releases import write_files
from tasks.tables import RELEASE_TABLES
from tasks.vocabularies import load

UCDP = (
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name "
    "dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b "
    "number_of_sources source_article source_office source_date source_headline source_original where_prec "
    "where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id "
    "region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high "
    "low gwnoa gwnob"
).split()
GDELT = (
    "GLOBALEVENTID SQLDATE MonthYear Year FractionDate Actor1Code Actor1Name Actor1CountryCode Actor1KnownGroupCode "
    "Actor1EthnicCode Actor1Religion1Code Actor1Religion2Code Actor1Type1Code Actor1Type2Code Actor1Type3Code "
    "Actor2Code Actor2Name Actor2CountryCode Actor2KnownGroupCode Actor2EthnicCode Actor2Religion1Code "
    "Actor2Religion2Code Actor2Type1Code Actor2Type2Code Actor2Type3Code IsRootEvent EventCode EventBaseCode "
    "EventRootCode QuadClass GoldsteinScale NumMentions NumSources NumArticles AvgTone Actor1Geo_Type "
    "Actor1Geo_FullName Actor1Geo_CountryCode Actor1Geo_ADM1Code Actor1Geo_Lat Actor1Geo_Long Actor1Geo_FeatureID "
    "Actor2Geo_Type Actor2Geo_FullName Actor2Geo_CountryCode Actor2Geo_ADM1Code Actor2Geo_Lat Actor2Geo_Long "
    "Actor2Geo_FeatureID ActionGeo_Type ActionGeo_FullName ActionGeo_CountryCode ActionGeo_ADM1Code ActionGeo_Lat "
    "ActionGeo_Long ActionGeo_FeatureID DATEADDED SOURCEURL"
).split()
DAY = dt.date(2024, 3, 5)


def party(label: str, code: str, country: str | None = None, actor_id: str | None = None) -> dict:
    return {"text": label, "actor_id": actor_id, "label": label, "country_code": country, "actor_type_code": code}


ARMY = party("Armed forces of Mali", "military", "MLI", "MLI.military")
REBELS = party("CMA", "armed_group", "MLI", "MLI.cma")
OTHERS = party("JNIM", "armed_group", None, "MLI.jnim")
VILLAGERS = party("villagers", "civilians", "MLI")
BATTLE = {
    "incident_id": "in_1",
    "summary": "5 Mar 2024: armed clash",
    "acled_event_type": "Battles",
    "acled_sub_event_type": "Armed clash",
    "cameo_code": "190",
    "actors": [REBELS],
    "recipients": [ARMY],
    "date_start": DAY,
    "date_end": DAY,
    "date_precision_code": "day",
    "date_basis_code": "explicit",
    "geo_precision_code": "settlement",
    "place_label": "Kidal",
    "admin1_name": "Kidal",
    "admin1_code": "ML.10",
    "country_code": "MLI",
    "latitude": 18.44,
    "longitude": 1.41,
    "killed_low": 5,
    "killed_best": 7,
    "evidence": [{"document_id": "d1", "start": 0, "end": 9, "text": "Rebels attacked."}],
}


def tables(*incidents: dict, publisher: str = "Reuters") -> dict:
    """A release of these incidents, each told by one document."""
    blank = {name: rows_of(table) for name, table in RELEASE_TABLES.items()}
    document = {"document_id": "d1", "publisher": publisher, "title": "A, headline", "published_date": DAY}
    told = [
        {"mention_id": f"m{n}", "incident_id": row["incident_id"], "document_id": "d1"}
        for n, row in enumerate(incidents)
    ]
    return blank | {
        "incidents": rows_of(RELEASE_TABLES["incidents"], *incidents),
        "documents": rows_of(RELEASE_TABLES["documents"], document),
        "mentions": rows_of(RELEASE_TABLES["mentions"], *told),
    }


def rows(tmp_path: Path, kind: str, *incidents: dict, delimiter: str = ",", **more: str) -> list[dict[str, str]]:
    """The cells of the only file of an export, as text."""
    write_files(tmp_path, exported(kind, tables(*incidents, **more), {"MLI": "Mali"}))
    [file] = tmp_path.iterdir()
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline=""), delimiter=delimiter))


# ACLED


def test_acleds_notes_hold_the_sentence_and_who_published_it_when(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "acled", BATTLE)
    assert row["notes"] == '5 Mar 2024: armed clash. "Rebels attacked." (Reuters, 2024-03-05)'
    assert (row["source"], row["source_scale"], row["timestamp"]) == ("Reuters", "International", "1709618820")
    assert (row["inter1"], row["inter2"], row["interaction"]) == (
        "Rebel group", "State forces", "State forces-Rebel group",
    )  # fmt: skip


def test_the_scale_of_a_publisher_that_nobody_knows_stays_empty(tmp_path: Path) -> None:
    assert rows(tmp_path, "acled", BATTLE, publisher="The Kidal Gazette")[0]["source_scale"] == ""


def test_of_a_demonstration_the_crowd_comes_first_and_its_size_is_a_tag(tmp_path: Path) -> None:
    crowd = {"kind_code": "participants", "side_code": "recipient", "low": 3000, "high": 3000, "text": "3,000 teachers"}
    protest = {"acled_event_type": "Protests", "actors": [ARMY], "recipients": [VILLAGERS], "numbers": [crowd]}
    [row] = rows(tmp_path, "acled", BATTLE | protest)
    assert (row["actor1"], row["inter1"], row["actor2"]) == ("villagers", "Protesters", "Armed forces of Mali")
    assert row["tags"] == "crowd size=3,000 teachers"


def test_a_crowd_that_nobody_names_is_there(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "acled", BATTLE | {"acled_event_type": "Riots", "actors": [ARMY], "recipients": []})
    assert (row["actor1"], row["inter1"]) == ("Rioters (Mali)", "Rioters")
    assert (row["actor2"], row["interaction"], row["tags"]) == (
        "Armed forces of Mali", "State forces-Rioters", "crowd size=no report",
    )  # fmt: skip


# UCDP


def test_ucdps_columns_are_those_of_its_codebook_and_filled(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "ucdp", BATTLE | {"killed_insurgents": 3, "killed_military": 2})
    assert list(row) == UCDP
    assert (row["side_a"], row["side_b"]) == ("Government of Mali", "CMA"), "the government comes first"
    assert row["dyad_name"] == "Government of Mali - CMA"
    assert row["dyad_new_id"] == str(number_of("Government of Mali - CMA"))
    told = [row[name] for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "low", "high")]
    assert told == ["2", "3", "", "2", "7", "5", ""], "what nobody told is empty, not 0"
    codes = [row[name] for name in ("type_of_violence", "where_prec", "date_prec", "gwnoa", "gwnob", "country_id")]
    assert codes == ["1", "1", "1", "432", "", "432"]
    assert (row["priogrid_gid"], row["region"]) == ("155883", "Africa")
    assert row["source_article"] == '"Reuters","2024-03-05","A, headline"'


@pytest.mark.parametrize(
    ("actors", "recipients", "kind", "dyad"),
    [
        ([OTHERS], [REBELS], "2", "CMA - JNIM"),
        ([ARMY], [VILLAGERS], "3", "Government of Mali - Civilians"),
        ([REBELS], [VILLAGERS], "3", "CMA - Civilians"),
        ([ARMY], [ARMY], "", ""),
        ([REBELS], [], "", ""),
    ],
)
def test_the_type_of_violence_follows_from_the_parties(
    tmp_path: Path, actors: list, recipients: list, kind: str, dyad: str
) -> None:
    [row] = rows(tmp_path, "ucdp", BATTLE | {"actors": actors, "recipients": recipients})
    assert (row["type_of_violence"], row["dyad_name"]) == (kind, dyad)


def test_dead_recipients_of_one_side_are_that_sides(tmp_path: Path) -> None:
    dead = {"kind_code": "killed", "side_code": "recipient", "low": 7, "high": 7, "text": "seven villagers"}
    [row] = rows(tmp_path, "ucdp", BATTLE | {"recipients": [VILLAGERS], "numbers": [dead]})
    assert (row["deaths_civilians"], row["deaths_unknown"]) == ("7", "0")


@pytest.mark.parametrize(
    ("change", "precision"),
    [
        ({"date_end": dt.date(2024, 3, 8)}, "2"),
        ({"date_precision_code": "week"}, "3"),
        ({"date_precision_code": "month"}, "4"),
        ({"date_precision_code": "year"}, "5"),
        ({"date_precision_code": "unknown", "date_basis_code": "document"}, ""),
    ],
)
def test_ucdps_precision_of_the_day(tmp_path: Path, change: dict, precision: str) -> None:
    assert rows(tmp_path, "ucdp", BATTLE | change)[0]["date_prec"] == precision


@pytest.mark.parametrize("change", [{"killed_low": 0, "killed_best": 0}, {"killed_low": None, "killed_best": None}])
def test_ucdp_has_deadly_incidents_alone(tmp_path: Path, change: dict) -> None:
    assert rows(tmp_path, "ucdp", BATTLE | change) == []


# GDELT


def test_gdelts_columns_are_those_of_its_codebook_and_filled(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "gdelt", BATTLE | {"first_reported_date": DAY}, delimiter="\t")
    assert list(row) == GDELT
    filled = {name: value for name, value in row.items() if value and not name.startswith("ActionGeo")}
    assert filled == {
        "GLOBALEVENTID": str(number_of("in_1")), "SQLDATE": "20240305", "MonthYear": "202403", "Year": "2024",
        "FractionDate": "2024.2603", "Actor1Code": "MLIREB", "Actor1Name": "CMA", "Actor1CountryCode": "MLI",
        "Actor1Type1Code": "REB", "Actor2Code": "MLIMIL", "Actor2Name": "ARMED FORCES OF MALI",
        "Actor2CountryCode": "MLI", "Actor2Type1Code": "MIL", "EventCode": "190", "EventBaseCode": "190",
        "EventRootCode": "19", "QuadClass": "4", "GoldsteinScale": "-10", "NumMentions": "0", "NumSources": "0",
        "NumArticles": "0", "DATEADDED": "20240305",
    }  # fmt: skip
    assert row["ActionGeo_FullName"] == "Kidal, Mali"
    assert (row["ActionGeo_Type"], row["ActionGeo_CountryCode"], row["ActionGeo_ADM1Code"]) == ("4", "ML", "ML10")


def test_every_cameo_code_of_the_crosswalk_has_a_class_and_a_value() -> None:
    codes = load("crosswalk").query("scheme == 'cameo'")["code"].dropna()
    assert len(codes) and all(schemes.cameo_root(code) for code in codes)
    for root, row in load("cameo_roots").set_index("root").iterrows():
        # talk before deeds, cooperation before conflict
        assert row["quad_class"] == 1 + (int(root) > 5) + (int(root) > 8) + (int(root) > 13)
        assert (row["goldstein"] < 0) == (row["quad_class"] > 2)


def test_every_country_and_every_kind_of_actor_has_a_row_in_the_other_schemes() -> None:
    rows = load("country_schemes")
    assert list(rows["country_code"]) == list(load("countries")["country_code"])
    for name in ("iso_numeric", "fips", "gwno"):
        assert rows[name].dropna().is_unique, name
    # what is not certain is empty
    assert set(rows.loc[rows["acled_region"].isna(), "country_code"]) == {"AFG", "IOT", "BVT", "HMD", "SGS", "ATF"}
    assert rows["acled_region"].nunique() == 17
    assert actor_types.actor_type("military").cameo_type == "MIL"


@pytest.mark.parametrize(
    ("latitude", "longitude", "cell"),
    [(-90.0, -180.0, 1), (-89.6, -179.4, 2), (90.0, 180.0, 259_200), (0.1, 0.1, 129_961)],
)
def test_cells_of_half_a_degree_are_numbered_from_the_south_west(latitude: float, longitude: float, cell: int) -> None:
    assert schemes.priogrid(latitude, longitude) == cell


# files of other tools


@pytest.fixture(scope="module")
def demo(demo_data: Path) -> dict:
    release = demo_data / "releases" / "latest"
    return {name: pq.read_table(release / f"{name}.parquet") for name in RELEASE_TABLES}


def test_a_workbook_has_a_sheet_a_table_with_days_and_numbers_and_the_codebook(demo: dict, tmp_path: Path) -> None:
    write_files(tmp_path, exported("xlsx", demo, {}))
    book = openpyxl.load_workbook(tmp_path / "sitrep.xlsx", read_only=True)
    sheets = "incidents events mentions documents territory actors places rejects codebook codes"
    assert book.sheetnames == sheets.split()
    for name, table in demo.items():
        frame = pd.read_excel(tmp_path / "sitrep.xlsx", sheet_name=name)
        assert len(frame) == len(table)
        assert list(frame.columns) == [column for column in table.column_names if column != "geometry"]
    incidents = pd.read_excel(tmp_path / "sitrep.xlsx")
    assert incidents["date_start"].dtype.kind == "M"
    assert incidents["killed_low"].sum() == sum(v for v in demo["incidents"]["killed_low"].to_pylist() if v)
    meanings = pd.read_excel(tmp_path / "sitrep.xlsx", sheet_name="codebook")
    assert len(meanings) == sum(len(table.columns) for table in RELEASE_TABLES.values())


def test_a_workbook_takes_texts_that_no_cell_can_hold(tmp_path: Path) -> None:
    write_files(
        tmp_path, exported("xlsx", tables(BATTLE | {"summary": "\x00" + "x" * 40_000, "place_label": "=1+1"}), {})
    )
    frame = pd.read_excel(tmp_path / "sitrep.xlsx")
    assert frame["summary"][0].startswith("\ufffdx") and frame["summary"][0].endswith("…")
    assert frame["place_label"][0] == "'=1+1"


def test_a_map_has_the_points_and_columns_of_the_incidents(demo: dict, tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas", reason="geopandas is not installed: pip install geopandas")
    write_files(tmp_path, [*exported("geojson", demo, {}), *exported("geopackage", demo, {})])
    for source, layer in (("incidents.geojson", "incidents"), ("sitrep.gpkg", "incidents"), ("sitrep.gpkg", "events")):
        frame = geopandas.read_file(tmp_path / source, layer=layer)
        told = demo[layer].to_pandas()
        assert frame.crs.to_epsg() == 4326 and len(frame) == len(told)
        key = RELEASE_TABLES[layer].key[0]
        assert list(frame[key]) == list(told[key])
        assert set(told.columns) - {"geometry"} <= set(frame.columns)
        placed = frame[frame["latitude"].notna()]
        assert (placed.geometry.x == placed["longitude"]).all() and (placed.geometry.y == placed["latitude"]).all()
        assert frame.geometry[frame["latitude"].isna()].isna().all()
        assert frame["killed_best"].isna().sum() == told["killed_best"].isna().sum()


def test_a_csv_for_spreadsheets_says_that_it_is_utf_8(demo: dict, tmp_path: Path) -> None:
    write_files(tmp_path, exported("csv_excel", demo, {}))
    assert (tmp_path / "incidents_excel.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(pd.read_csv(tmp_path / "incidents_excel.csv")) == len(demo["incidents"])


@pytest.mark.parametrize("kind", EXPORTS)
def test_the_same_rows_make_the_same_bytes(demo: dict, kind: str) -> None:
    first, second = (list(exported(kind, demo, {})) for _ in range(2))
    for (name, content), (_, again) in zip(first, second, strict=True):
        assert content.equals(again) if hasattr(content, "equals") else content == again, name


# the command


def test_export_writes_where_it_is_told_and_beside_the_releases_else(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--as", "geojson", "--out", str(tmp_path / "map.json"), "--data", str(data)]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "map.json") and (tmp_path / "map.json").is_file()
    assert main(["export", "--as", "csv", "--out", str(tmp_path / "tables"), "--data", str(data)]) == 0
    assert {path.stem for path in (tmp_path / "tables").iterdir()} == set(RELEASE_TABLES)
    assert main(["export", "--as", "acled", "--out", str(tmp_path / "tables"), "--data", str(data)]) == 0
    assert (tmp_path / "tables" / "acled.csv").is_file(), "a folder that is there takes the file"
    assert main(["export", "--as", "ucdp", "--data", str(data)]) == 0
    version = (data / "releases" / "latest").resolve().name
    assert (data / "exports" / version / "ucdp_ged.csv").is_file()


def test_the_help_of_export_lists_its_kinds_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    told = capsys.readouterr().out
    assert "sitrep export --as xlsx --out desk.xlsx" in told
    assert all(f"\n  {name} " in told for name in EXPORTS)
