"""A release as flat files, for tools that read CSV alone: the exports, one file each.

In come the tables of a release, out come tables of plain values by file name, no cell of which a spreadsheet would take
for a formula. An export is a module here with a function `flat`, and its name in EXPORTS. Refused is a name that is not
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from tasks.publish.exports import acled, csv
from tasks.publish.exports.flat import CountryNames, Tables, harmless

Export = Callable[[Tables, CountryNames], Iterator[tuple[str, pa.Table]]]
"""The tables of a release, and the names of countries, as file names and flat tables, one after the other."""

EXPORTS: dict[str, Export] = {"csv": csv.flat, "acled": acled.flat}
"""By the name that `--export` takes."""


def exported(name: str, tables: Tables, country_names: CountryNames) -> Iterator[tuple[str, pa.Table]]:
    """File names and flat tables of one of EXPORTS. Raises KeyError where there is no export of that name."""
    if name not in EXPORTS:
        raise KeyError(f"no export {name!r}; there are {', '.join(EXPORTS)}")
    for file, rows in EXPORTS[name](tables, country_names):
        yield file, harmless(rows)
