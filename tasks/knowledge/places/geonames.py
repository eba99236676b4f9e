"""Read a user's GeoNames dump: what it adds to the vendored gazetteer, cut down to what a look-up needs.

In comes a dump in GeoNames' tab-separated format (`allCountries.txt`, a country's `XX.txt`, or the zip of either), out
comes a smaller file of the same places, sorted, that the gazetteer is compiled with. Refused is a file whose lines are
not of that format; single bad lines are counted and left out.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TextIO

from tasks.language.name_keys import name_key

# https://download.geonames.org/export/dump/readme.txt: nineteen columns
_COLUMNS = 19
_CHECKED_LINES = 50
# Feature codes of GeoNames as kinds of place; of class P all that people live in, abandoned places left out.
_KINDS = {
    "AIRB": "base", "AIRF": "base", "AIRP": "base", "FT": "base", "INSM": "base", "MILB": "base", "NVB": "base",
    "CMPRF": "camp", "CMP": "camp", "PSTB": "crossing", "PASS": "crossing", "BDG": "crossing", "STM": "river",
    "LK": "water", "MT": "mountain", "MTS": "mountain", "HLL": "mountain", "DAM": "point", "PS": "point",
    "OILF": "point", "OILR": "point", "MN": "point", "PRN": "point",
}  # fmt: skip
_NOBODY = frozenset({"PPLQ", "PPLH", "PPLW", "PPLCH"})
_SHORTEST, _MOST_NAMES = 3, 12


class GeonamesError(ValueError):
    """The file is no GeoNames dump."""


class Feature(NamedTuple):
    """One place of a dump: ids as GeoNames gives them, degrees, and names that a reporter may write."""

    feature_id: int
    name: str
    names: tuple[str, ...]
    latitude: float
    longitude: float
    kind_code: str
    alpha2: str
    admin1: str
    population: int


@dataclass
class Told:
    """What came of a dump: places kept by kind, lines left out by reason, and the first bad line."""

    kept: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    first_bad_line: int | None = None


def distilled(folder: Path) -> Path | None:
    """The file that `distil` left in a folder, None where it left none. Its name changes with what it holds."""
    return next(iter(sorted(folder.glob("geonames-*.tsv"))), None)


def forget(folder: Path) -> None:
    """Take away what `distil` left in a folder."""
    for path in folder.glob("geonames-*.tsv"):
        path.unlink()


def distil(dump: Path, folder: Path) -> Told:
    """Write the places of `dump` that the gazetteer can use into `folder`, whole or not at all; tell what came of it.

    Streams: memory does not grow with the dump. GeonamesError where the first lines are no such format.
    """
    told, content = Told(), hashlib.sha256()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"geonames.tmp-{os.getpid()}"
    try:
        with _open(dump) as lines, draft.open("w", encoding="utf-8", newline="") as out:
            for number, line in enumerate(lines, 1):
                row = _row(line)
                if isinstance(row, str):
                    told.left[row] += 1
                    if row == "bad line":
                        told.first_bad_line = told.first_bad_line or number
                        if number <= _CHECKED_LINES and not told.kept and told.left["bad line"] == number > 2:
                            raise GeonamesError(f"{dump}: line {number} has no {_COLUMNS} columns: no GeoNames dump")
                    continue
                told.kept[row.kind_code] += 1
                written = "\t".join((*map(str, row[:2]), "|".join(row.names), *map(str, row[3:]))) + "\n"
                content.update(written.encode())
                out.write(written)
        if not told.kept:
            raise GeonamesError(f"{dump}: holds no place in GeoNames' format ({_COLUMNS} columns between tabs)")
        forget(folder)
        draft.replace(folder / f"geonames-{content.hexdigest()[:16]}.tsv")
    finally:
        draft.unlink(missing_ok=True)
    return told


def features(path: Path, alpha3: Mapping[str, str]) -> Iterator[Feature]:
    """The places of a file that `distil` wrote, of countries that `alpha3` (by ISO 3166-1 alpha-2) holds."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row[6] in alpha3:
                names = tuple(name for name in row[2].split("|") if name)
                yield Feature(
                    int(row[0]), row[1], names, float(row[3]), float(row[4]), row[5], row[6], row[7], int(row[8])
                )


@contextmanager
def _open(dump: Path) -> Iterator[TextIO]:
    if not zipfile.is_zipfile(dump):
        with dump.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            yield lines
        return
    with zipfile.ZipFile(dump) as archive:
        inside = [name for name in archive.namelist() if name.endswith(".txt") and "readme" not in name.lower()]
        if len(inside) != 1:
            raise GeonamesError(f"{dump}: holds {len(inside)} text files; a GeoNames dump holds one")
        with archive.open(inside[0]) as raw:
            yield io.TextIOWrapper(raw, encoding="utf-8", errors="replace", newline="\n")


def _row(line: str) -> Feature | str:
    """The place on a line, or why it is left out."""
    cells = line.rstrip("\r\n").split("\t")
    if len(cells) != _COLUMNS:
        return "bad line"
    kind = "settlement" if cells[6] == "P" and cells[7] not in _NOBODY else _KINDS.get(cells[7])
    if kind is None:
        return "other kind"
    try:
        place, latitude, longitude = int(cells[0]), float(cells[4]), float(cells[5])
        population = int(cells[14] or 0)
    except ValueError:
        return "bad line"
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return "bad line"
    name = cells[1] if name_key(cells[1]).isascii() else cells[2]
    if len(name) < _SHORTEST:
        return "no name in Latin letters"
    others = [n for n in dict.fromkeys((cells[2], *cells[3].split(","))) if n != name and _is_written(n)]
    names = tuple(n.replace("|", " ") for n in others[:_MOST_NAMES])
    return Feature(place, name, names, latitude, longitude, kind, cells[8], cells[10], population)


def _is_written(name: str) -> bool:
    """Latin letters and a capital, as a reporter writes it."""
    return len(name) >= _SHORTEST and name[0].isupper() and not name.isupper() and name_key(name).isascii()
