"""P-codes, by which humanitarian data name divisions, for the codes that Sitrep gives them.

In comes a user's gazetteer of Common Operational Datasets (a CSV of OCHA's, of one or several countries), out come our
codes of divisions with their P-codes, kept in a folder, a file a country. Refused is a file without columns for them;
divisions that no name of ours fits are counted and told.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tasks import vocabularies
from tasks.language.name_keys import name_key

# ADM1_PCODE, admin1Pcode, adm1_pcode; ADM1_EN, admin1Name_en, adm1_name
_PCODE = re.compile(r"adm(?:in)?([0-2])_?pcode", re.IGNORECASE)
_NAME = re.compile(r"adm(?:in)?([0-2])(?:_?name)?(?:_?[a-z]{2})?", re.IGNORECASE)
_COMPASS = {"western": "west", "eastern": "east", "northern": "north", "southern": "south", "centre": "central"}
_FILE = "pcodes-{}.csv"


class PcodesError(ValueError):
    """The file is no list of P-codes."""


@dataclass
class Taken:
    """What came of a file: divisions that have a P-code now, by level; names that fit none of ours."""

    found: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)


def known(folder: Path) -> dict[str, str]:
    """Our code of a division -> its P-code, of all countries that were taken in; empty where none was."""
    codes = {}
    for file in sorted(folder.glob(_FILE.format("*"))):
        with file.open(encoding="utf-8", newline="") as stream:
            codes.update({row["code"]: row["pcode"] for row in csv.DictReader(stream)})
    return codes


def forget(folder: Path) -> None:
    """Take away what `take` left in a folder."""
    for file in folder.glob(_FILE.format("*")):
        file.unlink()


def take(file: Path, folder: Path) -> Taken:
    """Keep the P-codes of a file, in place of those that its countries had; tell what came of it.

    Raises PcodesError where the file has no columns of P-codes and names, or none of its divisions is ours.
    """
    taken, seen = Taken(), set[str]()
    of_country: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in _rows(file):
        country = _country(row)
        for level in ("1", "2"):
            pcode, names = row.get(f"pcode{level}"), row.get(f"names{level}")
            if not pcode or pcode in seen or country is None:
                continue
            seen.add(pcode)
            inside = _division(country, row.get("names1", ""), None)
            code = inside if level == "1" else _division(country, names or "", inside) if inside else None
            if code is None:
                taken.left.append(f"{pcode} {(names or '').split('|')[0]}")
            else:
                taken.found[f"admin{level}"] += 1
                of_country[country][code] = pcode
    if not of_country:
        raise PcodesError(f"{file}: none of its divisions is one that Sitrep knows by name")
    folder.mkdir(parents=True, exist_ok=True)
    for country, codes in of_country.items():
        draft = folder / f"pcodes.tmp-{os.getpid()}"
        with draft.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerows([("code", "pcode"), *sorted(codes.items())])
        draft.replace(folder / _FILE.format(country))
    return taken


def folded(name: str) -> str:
    """A name without the word for its kind, marks and forms of the compass: "Western Darfur State" is "west darfur"."""
    words = [_COMPASS.get(word, word) for word in name_key(name).split()]
    while len(words) > 1 and words[-1] in _kind_words():
        words.pop()
    while len(words) > 1 and words[0] in _kind_words():
        words = words[2:] if words[1] in ("of", "de", "du") and len(words) > 2 else words[1:]
    return " ".join(words)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    """Rows with `pcode0` to `pcode2`, and `names0` to `names2` with a bar between names."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = {name: _meaning(name) for name in reader.fieldnames or ()}
        if "pcode1" not in columns.values() or "names1" not in columns.values():
            raise PcodesError(
                f"{file}: has no columns such as ADM1_PCODE and ADM1_EN; take the gazetteer (CSV) of a country's "
                "administrative boundaries from the Humanitarian Data Exchange"
            )
        for cells in reader:
            row: defaultdict[str, list[str]] = defaultdict(list)
            for name, meaning in columns.items():
                if meaning and cells.get(name):
                    row[meaning].append(cells[name].strip())
            yield {meaning: "|".join(values) for meaning, values in row.items()}


def _meaning(column: str) -> str | None:
    if found := _PCODE.fullmatch(column.strip()):
        return f"pcode{found[1]}"
    found = _NAME.fullmatch(column.strip())
    return f"names{found[1]}" if found else None


def _country(row: Mapping[str, str]) -> str | None:
    """The country of a row, ISO 3166-1 alpha-2: by its own code, by how the first division's begins, by its name."""
    for code in (row.get("pcode0", ""), row.get("pcode1", "")):
        for length in (3, 2):
            if found := _alpha2().get(code[:length].upper()):
                return found
    names = map(name_key, row.get("names0", "").split("|"))
    return next((_alpha2()[name] for name in names if name in _alpha2()), None)


def _division(country: str, names: str, inside: str | None) -> str | None:
    """The one division of ours, of a country or inside of a first-level one, that bears one of these names."""
    index = _divisions().get(country if inside is None else inside, {})
    found = {code for name in names.split("|") if name for code in index.get(folded(name), ())}
    return found.pop() if len(found) == 1 else None


@cache
def _divisions() -> Mapping[str, Mapping[str, set[str]]]:
    """Codes of divisions by their folded names, of each country (the first level) and first-level division."""
    # what takes long to import, and only those need who take a file in
    from tasks.knowledge.places.place_facts import vendored

    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pattern in ("admin1.csv", "admin2_*.csv"):
        for row in vendored(pattern):
            within = row["code"].rpartition(".")[0]
            for name in (row["name"], *row["spellings"].split(";")):
                if name:
                    found[within][folded(name)].add(row["code"])
    return found


@cache
def _alpha2() -> Mapping[str, str]:
    """ISO 3166-1 alpha-2 by alpha-2, by alpha-3 and by folded name."""
    rows = vocabularies.load("countries").to_dict("records")
    return {key: row["alpha2"] for row in rows for key in (row["alpha2"], row["country_code"], name_key(row["name"]))}


@cache
def _kind_words() -> frozenset[str]:
    return frozenset(name_key(word) for word in vocabularies.load("place_kind_words")["word"])
