"""Codes by which others name divisions: ISO 3166-2 in panels, P-codes from a user's file, and how a toll grew."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from test_panel import GAO, KIDAL, day, growing, incident, release

from flows.cli import main
from tasks.knowledge import schemes
from tasks.knowledge.places import pcodes
from tasks.reading.frames import Release
from tasks.reading.known import known_incidents
from tasks.reading.panel import panel
from tasks.reading.revisions import revisions
from tasks.storage.releases import read_table
from tasks.vocabularies import load

__all__ = ["growing"]

COD = """\ufeffADM0_EN,ADM0_PCODE,ADM1_EN,ADM1_PCODE,ADM2_EN,ADM2_PCODE
Mali,ML,Gao,ML07,Ansongo,ML0701
Mali,ML,Gao Region,ML07,Gao,ML0703
Mali,ML,Kidal,ML08,Nowhere at all,ML0899
"""
OLDER = "admin1Name_fr,admin1Pcode,admin0Name,admin0Pcode\nTombouctou,ML06,Mali,MLI\n"


def file(folder: Path, text: str) -> Path:
    (folder / "cod.csv").write_text(text, "utf-8")
    return folder / "cod.csv"


def test_divisions_of_iso_3166_2_are_of_their_country_and_each_once() -> None:
    rows = load("iso_3166_2")
    assert all(code[:2] == iso[:2] for code, iso in zip(rows["admin1_code"], rows["iso_code"], strict=True))
    assert rows["iso_code"].is_unique and len(rows) > 3000
    known = {"AF.23": "AF-KAN", "UA.08": "UA-65", "GB.SCT": "GB-SCT", "SD.47": "SD-DW", None: None, "XX.1": None}
    assert {code: schemes.iso_3166_2(code) for code in known} == known


def test_p_codes_are_matched_by_names_and_what_fits_none_is_told(tmp_path: Path) -> None:
    taken = pcodes.take(file(tmp_path, COD), tmp_path / "kept")
    assert taken.found == {"admin1": 2, "admin2": 2} and taken.left == ["ML0899 Nowhere at all"]
    codes = pcodes.known(tmp_path / "kept")
    assert codes["ML.09"] == "ML07" and {"ML08", "ML0701", "ML0703"} <= set(codes.values())
    # another file of the country takes the place of the first
    pcodes.take(file(tmp_path, OLDER), tmp_path / "kept")
    assert list(pcodes.known(tmp_path / "kept").values()) == ["ML06"]
    pcodes.forget(tmp_path / "kept")
    assert pcodes.known(tmp_path / "kept") == {}


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "ADM1_PCODE,ADM1_EN,ADM0_PCODE\nZZ01,Nowhere,ZZ\n"])
def test_a_file_without_p_codes_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(pcodes.PcodesError):
        pcodes.take(file(tmp_path, text), tmp_path / "kept")


def test_a_panel_tells_the_codes_of_its_areas(tmp_path: Path) -> None:
    folder = release(tmp_path, incidents=[incident("in_1", KIDAL, day(5)), incident("in_2", GAO, day(5))])
    plain = panel(folder)
    assert [row["iso_3166_2"] for row in plain.rows] == ["ML-7", "ML-8"] and "pcode" not in plain.columns
    with_codes = panel(folder, pcodes={"ML.09": "ML07"})
    assert with_codes.columns[:6] == ("country_code", "admin1_code", "admin1_name", "iso_3166_2", "pcode", "period")
    assert [row["pcode"] for row in with_codes.rows] == ["ML07", None]
    assert "iso_3166_2" not in panel(folder, by="country").columns


def test_the_command_takes_p_codes_in_and_the_panel_has_them(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "resources"
    kept.mkdir()
    monkeypatch.setattr("tasks.storage.folders.resources_folder", lambda: kept)
    of_demo = "ADM0_PCODE,ADM1_EN,ADM1_PCODE\nCD,North Kivu,CD61\nCD,Atlantis,CD99\n"
    assert main(["gazetteer", "--pcodes", str(file(tmp_path, of_demo))]) == 0
    assert "CD99 Atlantis" in capsys.readouterr().out
    assert main(["panel", "--every", "year", "--data", str(demo_data)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {(row["iso_3166_2"], row["pcode"]) for row in rows if row["admin1_name"] == "North Kivu"} == {
        ("CD-NK", "CD61")
    }


def test_how_a_toll_grew_is_told_day_by_day(growing: Path) -> None:
    rows = revisions(growing, "in_1")
    assert [(row["published_date"], row["killed_low"], row["killed_best"], row["told"]) for row in rows] == [
        (day(5), 3, 3, "Wire 3"), (day(6), 3, 12, "Gazette 12"), (day(7), 3, 12, "Wire 12"),
    ]  # fmt: skip
    assert [(row["documents"], row["publishers"]) for row in rows] == [(1, 1), (2, 2), (3, 2)]
    assert Release(growing).revisions("in_1").killed_best.tolist() == [3, 12, 12]
    with pytest.raises(LookupError, match="no incident of id in_9"):
        revisions(growing, "in_9")


def test_a_release_is_read_once_however_long_a_toll_grew(growing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(folder: Path, name: str, columns: Sequence[str]) -> pa.Table:
        read.append(name)
        return read_table(folder, name, columns)

    tolls = ("killed_low", "killed_best", "killed_high")
    by_day = {row["published_date"]: [row[name] for name in tolls] for row in revisions(growing, "in_1")}
    known = {on: next(row for row in known_incidents(growing, [], on) if row["incident_id"] == "in_1") for on in by_day}
    assert by_day == {on: [row[name] for name in tolls] for on, row in known.items()} and len(by_day) == 3
    for module in ("revisions", "known"):
        monkeypatch.setattr(f"tasks.reading.{module}.read_table", counting)
    revisions(growing, "in_1")
    assert sorted(read) == ["documents", "incidents", "mentions"]
