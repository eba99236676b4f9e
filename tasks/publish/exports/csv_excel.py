"""The files of `csv` as spreadsheets open them by a double click: a byte order mark tells them that it is UTF-8.

In come the tables of a release, out come bytes: `incidents_excel.csv` and the others. Nothing is refused.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from tasks.publish.exports.flat import CountryNames, Tables, as_csv, flat_columns, harmless


def flat(tables: Tables, _: CountryNames) -> Iterator[tuple[str, bytes]]:
    """File names and bytes, one after the other."""
    for name, rows in tables.items():
        yield f"{name}_excel.csv", as_csv(harmless(flat_columns(rows)), before=codecs.BOM_UTF8)
