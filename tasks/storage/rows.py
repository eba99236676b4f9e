"""Small algebra on the rows of tables: which rows, by the values of one column.

In come Arrow tables and values, out come tables with some of their rows. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc


def among(rows: pa.Table, column: str, values: Collection[str] | pa.ChunkedArray) -> pa.Table:
    """The rows whose column has one of these values."""
    wanted = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else pa.array(sorted(values), pa.string())
    return rows.filter(pc.is_in(rows[column], value_set=wanted))


def not_among(rows: pa.Table, column: str, values: Collection[str]) -> pa.Table:
    """The rows whose column has none of these values."""
    return rows.filter(pc.invert(pc.is_in(rows[column], value_set=pa.array(sorted(values), pa.string()))))


def first_of_each(rows: pa.Table, column: str, but: Collection[str] = ()) -> pa.Table:
    """The first row of each value of the column, but for the values that are passed over."""
    seen, mask = set(but), []
    for value in rows[column].to_pylist():
        mask.append(value not in seen)
        seen.add(value)
    return rows.filter(pa.array(mask, pa.bool_()))
