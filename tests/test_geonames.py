"""A user's GeoNames dump adds its places to the gazetteer, and says what it left out."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks import vocabularies
from tasks.knowledge.places import geonames
from tasks.knowledge.places.compiling import compile_gazetteer
from tasks.knowledge.places.gazetteer import Gazetteer


def line(feature_id: int, name: str, code: str = "PPL", admin1: str = "10", **cells: str) -> str:
    """A line of the dump: nineteen columns."""
    row = dict.fromkeys(range(19), "")
    row |= {0: str(feature_id), 1: name, 2: name, 4: "31.10", 5: "63.20", 6: code[0], 7: code, 8: "AF", 10: admin1}
    row |= {14: "0", 18: "2024-01-01"} | {int(key[1:]): value for key, value in cells.items()}
    return "\t".join(row[i] for i in range(19)) + "\n"


def of_afghanistan(folder: Path) -> Path:
    """The seeds without the rest of the world, which takes half a minute to compile."""
    kept = {
        "countries.csv": lambda row: row["country_code"] == "AFG",
        "places.csv": lambda row: row["country_code"] == "AFG",
        "place_names.csv": lambda row: row["place_id"].startswith(("admin1:AF.", "admin2:AF.", "country:AFG")),
        "villages_1.csv": lambda row: row["admin1_code"].startswith("AF."),
        "villages_2.csv": lambda row: row["admin1_code"].startswith("AF."),
    }
    (folder / "gazetteer").mkdir(parents=True)
    for file in (*vocabularies.SEEDS.glob("*.csv"), *(vocabularies.SEEDS / "gazetteer").glob("*.csv")):
        own = folder / file.relative_to(vocabularies.SEEDS)
        if file.name in kept:
            with file.open(encoding="utf-8", newline="") as stream, own.open("w", encoding="utf-8", newline="") as left:
                rows = csv.DictReader(stream)
                writer = csv.DictWriter(left, rows.fieldnames or ())
                writer.writeheader()
                writer.writerows(filter(kept[file.name], rows))
        else:
            own.symlink_to(file)
    return folder


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gazetteer]:
    folder = tmp_path_factory.mktemp("geonames")
    dump = folder / "AF.txt"
    dump.write_text(
        line(990000001, "Zarghun Qalacha", c3="Zargun Kalacha,زرغون", c14="640")
        + line(990000002, "Forward Base Kestrel", code="MILB")
        + line(990000003, "Old Ruin", code="PPLQ")
        + line(1138958, "Kabul", c4="34.52", c5="69.17", admin1="13")
        + line(990000004, "Out of Bounds", c4="131.0")
        + "only\tthree\tcolumns\n",
        encoding="utf-8",
    )
    geonames.distil(dump, folder)
    path = folder / "gazetteer.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabularies, "SEEDS", of_afghanistan(folder / "seeds"))
        compile_gazetteer(path, geonames.distilled(folder))
    yield Gazetteer(path)


def test_its_villages_are_found_in_their_country(compiled: Gazetteer) -> None:
    (found,) = compiled.lookup("Zarghun Qalacha", country_code="AFG")
    assert (found.place_id, found.kind_code, found.admin1_name) == ("geonames:990000001", "settlement", "Helmand")
    assert (found.latitude, found.longitude, found.population) == (31.1, 63.2, 640)
    assert compiled.lookup("Zargun Kalacha", country_code="AFG")[0] == found
    assert compiled.lookup("Forward Base Kestrel")[0].kind_code == "base"


def test_what_is_known_is_not_added_twice_and_ruins_are_no_places(compiled: Gazetteer) -> None:
    assert [p.place_id for p in compiled.lookup("Kabul", ("settlement",), "AFG")].count("geonames:1138958") == 1
    assert compiled.lookup("Old Ruin") == []


def test_bad_lines_are_counted_with_the_first_of_them(tmp_path: Path) -> None:
    dump = tmp_path / "XX.txt"
    dump.write_text(line(990000001, "Zarghun") + "three\tlonely\tcells\n" + line(990000002, "Old Ruin", code="PPLQ"))
    told = geonames.distil(dump, tmp_path / "out")
    assert (told.kept, told.left, told.first_bad_line) == ({"settlement": 1}, {"bad line": 1, "other kind": 1}, 2)


def test_a_zip_gives_the_same_as_its_text(tmp_path: Path) -> None:
    text = line(990000001, "Zarghun") + line(990000005, "Nawabad")
    (tmp_path / "AF.txt").write_text(text)
    with zipfile.ZipFile(tmp_path / "AF.zip", "w") as archive:
        archive.writestr("AF.txt", text)
        archive.writestr("readme.txt", "about")
    for name in ("AF.txt", "AF.zip"):
        geonames.distil(tmp_path / name, tmp_path / name[3:])
    left, right = (geonames.distilled(tmp_path / kind) for kind in ("txt", "zip"))
    assert left is not None and right is not None and left.name == right.name
    geonames.forget(tmp_path / "zip")
    assert geonames.distilled(tmp_path / "zip") is None


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n" * 60])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    dump = tmp_path / "cities.csv"
    dump.write_text(text)
    with pytest.raises(geonames.GeonamesError, match="GeoNames"):
        geonames.distil(dump, tmp_path / "out")
    assert geonames.distilled(tmp_path / "out") is None
