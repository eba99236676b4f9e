"""Whether rows are what their table declares.

In come a declared table, rows as an Arrow table and the closed lists; out come the same rows in the declared types
and column order, sorted by key. Refused with one error that names table, column, value and remedy: unknown or missing
columns, casts that would lose something, nulls and null lists where none may stand, doubled keys, unknown codes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.tables import Column, Table

Codes = Mapping[str, Collection[str]]
"""Closed list name -> its codes, as in seeds/codes.csv."""


class StoreError(ValueError):
    """The store refuses: what it was given is not what is declared, or it cannot do what was asked."""


def checked(table: Table, rows: pa.Table, codes: Codes | None) -> pa.Table:
    """The rows with exactly the table's declared schema, sorted by key; StoreError where they do not fit.

    Without `codes` the closed lists are not looked at.
    """
    return in_key_order(table, fitted(table, rows, codes))


def fitted(table: Table, rows: pa.Table, codes: Codes | None) -> pa.Table:
    """The same in the order in which the rows came, which copies nothing that has the declared type already."""
    _same_columns(table, rows)
    arrays = [_checked_column(table, column, rows.column(column.name), codes) for column in table.columns]
    rows = pa.Table.from_arrays(arrays, schema=table.schema)
    _unique_keys(table, rows)
    return rows


def in_key_order(table: Table, rows: pa.Table) -> pa.Table:
    """The rows sorted by the table's key, in one chunk: the order in which everything is written."""
    order = pc.sort_indices(rows, [(name, "ascending") for name in table.key])
    # what is in order already needs no copy
    is_sorted = order.equals(pa.array(np.arange(len(order)), order.type))
    return (rows if is_sorted else rows.take(order)).combine_chunks()


def _same_columns(table: Table, rows: pa.Table) -> None:
    doubled = sorted({name for name in rows.column_names if rows.column_names.count(name) > 1})
    missing = [name for name in table.names if name not in rows.column_names]
    unknown = [name for name in rows.column_names if name not in table.names]
    for names, problem, remedy in (
        (doubled, "occur twice", "name each column once"),
        (missing, "are missing", "fill them, with nulls where the declaration allows"),
        (unknown, "are not declared", "declare them in tasks/tables.py or leave them out"),
    ):
        if names:
            raise StoreError(f"table {table.name}: columns {', '.join(names)} {problem}; {remedy}")


def _checked_column(table: Table, column: Column, given: pa.ChunkedArray, codes: Codes | None) -> pa.ChunkedArray:
    name = f"table {table.name}, column {column.name}"
    array = _cast(name, given, column.type)
    if pa.types.is_list(column.type):
        if array.null_count:
            raise StoreError(f"{name}: a null list in row {_first(pc.is_null(array))}; write an empty list")
    elif array.null_count and not column.nullable:
        raise StoreError(f"{name}: null in row {_first(pc.is_null(array))}, where every row needs a value")
    if pa.types.is_floating(column.type) and pc.any(pc.is_nan(array)).as_py():
        raise StoreError(f"{name}: NaN in row {_first(pc.is_nan(array))}; write null for unknown")
    if column.codes and codes is not None:
        values = pc.list_flatten(array) if pa.types.is_list(column.type) else array
        _known_codes(name, values, column.codes, codes)
    if pa.types.is_list(column.type):
        _checked_elements(name, column.type.value_type, pc.list_flatten(array), codes)
    return array


def _checked_elements(name: str, type_: pa.DataType, elements: pa.ChunkedArray, codes: Codes | None) -> None:
    if elements.null_count:
        raise StoreError(f"{name}: a null inside a list; leave the element out")
    if not pa.types.is_struct(type_):
        return
    for field in type_:
        # a field of a struct names its closed list in its metadata, as a column does
        closed = (field.metadata or {}).get(b"codes")
        if closed and codes is not None:
            _known_codes(f"{name}.{field.name}", pc.struct_field(elements, field.name), closed.decode(), codes)


def _known_codes(name: str, values: pa.ChunkedArray, closed: str, codes: Codes) -> None:
    if closed not in codes:
        raise StoreError(f"{name}: seeds/codes.csv has no list {closed}; add it")
    unknown = sorted(set(pc.unique(values).to_pylist()) - {None} - set(codes[closed]))
    if unknown:
        raise StoreError(
            f"{name}: {', '.join(map(repr, unknown[:5]))} not in the list {closed} of seeds/codes.csv; "
            "mend the value, or add the code there"
        )


def _unique_keys(table: Table, rows: pa.Table) -> None:
    counts = rows.select(list(table.key)).group_by(list(table.key)).aggregate([([], "count_all")])
    doubled = counts.filter(pc.greater(counts["count_all"], 1))
    if doubled.num_rows:
        key = doubled.sort_by([(name, "ascending") for name in table.key]).select(list(table.key)).to_pylist()[0]
        raise StoreError(f"table {table.name}: key {describe(key)} occurs more than once; a key names one row")


def describe(key: Mapping[str, object]) -> str:
    """A key in words, for an error."""
    return ", ".join(f"{name}={value}" for name, value in key.items())


def _first(mask: pa.ChunkedArray) -> int:
    return int(pc.index(mask, pa.scalar(True)).as_py())


def _cast(name: str, given: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_dictionary(given.type):
        given = given.cast(given.type.value_type)
    if given.type.equals(wanted):
        return given.cast(wanted)
    remedy = f"give {wanted}"
    if not _kin(given.type, wanted):
        raise StoreError(f"{name}: is {given.type}, which does not turn into {wanted} without loss; {remedy}")
    try:
        array = given.cast(wanted, safe=True)
        # a safe cast still cuts the hours off a day
        same = pa.types.is_null(given.type) or pa.types.is_nested(wanted) or array.cast(given.type).equals(given)
    except pa.ArrowException as error:
        raise StoreError(f"{name}: {error}; {remedy}") from error
    if not same:
        raise StoreError(f"{name}: {given.type} loses something as {wanted}; {remedy}")
    return array


def _kin(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether the two types hold the same kind of value, so that a cast changes width or layout only."""
    is_ = pa.types
    if is_.is_null(given):
        return True
    if is_.is_struct(given) and is_.is_struct(wanted):
        theirs = {field.name: field.type for field in given}
        ours = {field.name: field.type for field in wanted}
        return (
            len(theirs) == given.num_fields
            and theirs.keys() == ours.keys()
            and all(_kin(theirs[name], ours[name]) for name in ours)
        )
    if any(kind(given) for kind in (is_.is_list, is_.is_large_list)) and is_.is_list(wanted):
        return _kin(given.value_type, wanted.value_type)
    if is_.is_timestamp(given) and is_.is_timestamp(wanted):
        return given.tz is not None
    if is_.is_timestamp(given) and is_.is_date(wanted):
        return given.tz is None
    families = (
        (is_.is_string, is_.is_large_string, is_.is_string_view),
        (is_.is_binary, is_.is_large_binary, is_.is_binary_view, is_.is_fixed_size_binary),
        (is_.is_integer, is_.is_floating),
        (is_.is_boolean,),
        (is_.is_date,),
    )
    return any(any(kind(given) for kind in kinds) and any(kind(wanted) for kind in kinds) for kinds in families)
