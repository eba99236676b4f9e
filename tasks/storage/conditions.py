"""Conditions on the rows of tables, for Arrow and for Delta's SQL.

In come a column and values, out come expressions that let whole files be skipped. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow.compute as pc

_VALUES_A_LIST = 2_000


def among(column: str, values: Sequence[str]) -> pc.Expression:
    """The column has one of these values; never, where there are none."""
    if not values:
        return pc.scalar(False)
    field = pc.field(column)
    # the bounds let whole files be skipped, which a list of values alone does not
    return (field >= min(values)) & (field <= max(values)) & field.isin(list(values))


def sql_among(column: str, values: Sequence[str], within: Mapping[str, str]) -> str:
    """The column has one of these sorted values, and other columns have the values `within`."""
    return " AND ".join([_halved(column, values), *(f"{name} = {_quoted(value)}" for name, value in within.items())])


def _halved(column: str, values: Sequence[str]) -> str:
    """A condition that is halved while its values are many, for one list of fifty thousand overflows the stack."""
    if len(values) > _VALUES_A_LIST:
        half = len(values) // 2
        return f"({_halved(column, values[:half])} OR {_halved(column, values[half:])})"
    bounds = f"{column} >= {_quoted(values[0])} AND {column} <= {_quoted(values[-1])}"
    return f"{bounds} AND {column} IN ({', '.join(map(_quoted, values))})"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
