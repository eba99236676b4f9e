"""Makes `seeds/iso_3166_2.csv` from the file iso3166-2.json of the package iso3166-2, which is its only argument.

A division of GeoNames has the code of the one of ISO 3166-2 that bears its name in its country; where none or several
do, it has none. Names that agree in their consonants alone must be alike besides. Run from the root of the checkout.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from tasks.knowledge.places.pcodes import folded
from tasks.language.name_keys import consonants

SEEDS = Path(__file__).parent.parent
ALIKE = 70


def names_of_iso(row: dict[str, Any]) -> list[str]:
    """The names of a division of ISO 3166-2, languages and remarks left out."""
    names = [row["name"], *(row.get("localOtherName") or "").split(", ")]
    return [name.split(" (")[0].split(" [")[0].strip() for name in names if name]


def code_of(names: list[str], divisions: dict[str, dict[str, Any]]) -> str | None:
    """The code of the one division that bears one of these names; None where none or several do."""
    own = {folded(name) for name in names}
    bearing = {code for code, row in divisions.items() if own & {folded(name) for name in names_of_iso(row)}}
    if not bearing:
        sound = {consonants(name) for name in own}
        bearing = {
            code
            for code, row in divisions.items()
            for name in map(folded, names_of_iso(row))
            if consonants(name) in sound and max(fuzz.ratio(name, one) for one in own) >= ALIKE
        }
    if len(bearing) > 1:
        bearing = {code for code in bearing if not divisions[code].get("parentCode")}
    return bearing.pop() if len(bearing) == 1 else None


def main(file: str) -> None:
    """Write the table."""
    iso = json.loads(Path(file).read_text("utf-8"))
    found: dict[str, list[str]] = defaultdict(list)
    with (SEEDS / "gazetteer" / "admin1.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names = [row["name"], *filter(None, row["spellings"].split(";"))]
            if code := code_of(names, iso.get(row["code"][:2], {})):
                found[code].append(row["code"])
    with (SEEDS / "iso_3166_2.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("admin1_code", "iso_code"))
        # a code that two divisions would have is nobody's
        writer.writerows(sorted((own[0], code) for code, own in found.items() if len(own) == 1))


if __name__ == "__main__":
    main(sys.argv[1])
