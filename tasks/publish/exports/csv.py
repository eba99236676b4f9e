"""Every table of a release as a flat file, column by column: `events.csv`, `mentions.csv` and the others.

In come the tables, out come the same rows in plain columns, without the geometry. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from tasks.publish.exports.flat import CountryNames, Tables, flat_columns


def flat(tables: Tables, _: CountryNames) -> Iterator[tuple[str, pa.Table]]:
    """File names and tables, one after the other."""
    for name, rows in tables.items():
        yield f"{name}.csv", flat_columns(rows)
