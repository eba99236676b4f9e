"""Every table of a release as a flat file, column by column: `events.csv`, `mentions.csv` and the others.

In come the tables, out come the same rows: texts of a list joined with "; ", parties by name, all else that nests as
JSON, no geometry. Nothing is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.publish.exports.flat import CountryNames, Tables, each, names_of, texts

# of a party, what a reader wants is its name; of other structs the whole is wanted, and JSON keeps it
_AS_NAMES = ("actors", "recipients")


def flat(tables: Tables, _: CountryNames) -> Iterator[tuple[str, pa.Table]]:
    """File names and tables, one after the other."""
    for name, rows in tables.items():
        yield f"{name}.csv", _flat(rows)


def _flat(rows: pa.Table) -> pa.Table:
    columns: dict[str, Any] = {}
    for name in rows.column_names:
        values = rows[name]
        if pa.types.is_binary(values.type):
            continue  # the point; its latitude and longitude are columns of their own
        if name in _AS_NAMES:
            values = texts("; ".join(names_of(parties)) or None for parties in each(values))
        elif pa.types.is_list(values.type) and pa.types.is_string(values.type.value_type):
            values = texts("; ".join(listed) or None for listed in each(values))
        elif pa.types.is_list(values.type):
            values = texts(json.dumps(row, ensure_ascii=False) if row else None for row in each(values))
        elif pa.types.is_timestamp(values.type):
            values = pc.strftime(values.cast(pa.timestamp("s", values.type.tz), safe=False), "%Y-%m-%dT%H:%M:%SZ")
        columns[name] = values
    return pa.table(columns)
