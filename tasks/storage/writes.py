"""Writing tables: add, replace, overwrite, merge, each one commit, each done once however often it is done.

In come rows as a table declares them and the lineage of how they came about; out comes the new version, or None where
nothing would change. Refused are rows that are not what their table declares, keys that are there already, and rows
that a second run would double.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tasks.storage import delta
from tasks.storage.checks import Codes, StoreError, checked, describe, in_key_order
from tasks.storage.conditions import among, sql_among
from tasks.storage.delta import Lineage, Root
from tasks.tables import Table


def append(root: Root, table: Table, rows: pa.Table, lineage: Lineage, codes: Codes) -> int | None:
    """Add rows whose keys are new."""
    fitted = checked(table, rows, codes)
    if not fitted.num_rows:
        return None
    _refuse_known_keys(root, table, fitted, None)
    return delta.commit(root, table, fitted, lineage, "append", mode="append")


def replace(
    root: Root,
    table: Table,
    rows: pa.Table,
    lineage: Lineage,
    codes: Codes,
    ids: Sequence[str],
    by: str,
    within: Mapping[str, str],
) -> int | None:
    """Take out the rows whose column `by` is among `ids`, where other columns are as in `within`, and put `rows` there.

    The rows' own `by` must be among the ids, so that doing it twice is doing it once.
    """
    fitted = checked(table, rows, codes)
    wanted = sorted(set(ids))
    _refuse_strays(table, fitted, wanted, by, within)
    condition = among(by, wanted)
    for name, value in within.items():
        condition &= pc.field(name) == value
    keys = list(table.key)
    present = _matching(root, table, condition, keys) if wanted else fitted.slice(0, 0).select(keys)
    # other keys are another table; only where they are the same does it pay to read all that is there
    if present.equals(fitted.select(keys)) and (not wanted or _matching(root, table, condition).equals(fitted)):
        return None
    _refuse_known_keys(root, table, fitted, condition)
    removed = present.num_rows
    if not removed:
        return delta.commit(root, table, fitted, lineage, "append", mode="append")
    if removed == delta.count(delta.opened(root, table)):
        return delta.commit(root, table, fitted, lineage, "replace", removed, mode="overwrite")
    predicate = sql_among(by, wanted, within)
    return delta.commit(root, table, fitted, lineage, "replace", removed, mode="overwrite", predicate=predicate)


def overwrite(root: Root, table: Table, rows: pa.Table, lineage: Lineage, codes: Codes) -> int | None:
    """Make `rows` the whole table."""
    fitted = checked(table, rows, codes)
    stored = delta.opened(root, table)
    if stored is not None and _matching(root, table, None).equals(fitted):
        return None
    how = {"mode": "overwrite", "schema_mode": "overwrite"}
    return delta.commit(root, table, fitted, lineage, "overwrite", delta.count(stored), **how)


def merge(root: Root, table: Table, rows: pa.Table, lineage: Lineage, codes: Codes) -> int | None:
    """Put each row in the place of the one with its key, or add it."""
    fitted = checked(table, rows, codes)
    first = table.key[0]
    ids = pc.unique(fitted[first]).to_pylist()
    present = _matching(root, table, among(first, ids))
    keys = list(table.key)
    others = present.select(keys).append_column("at", pa.array(range(present.num_rows), pa.int64()))
    kept = others.join(fitted.select(keys), keys, join_type="left anti")["at"]
    return replace(root, table, pa.concat_tables([present.take(kept), fitted]), lineage, codes, ids, first, {})


def _refuse_strays(table: Table, rows: pa.Table, ids: Sequence[str], by: str, within: Mapping[str, str]) -> None:
    """Raise StoreError where rows are not among those that are replaced."""
    strays = pc.filter(rows[by], pc.invert(pc.is_in(rows[by], pa.array(ids, pa.string()))))
    if len(strays):
        raise StoreError(f"table {table.name}, column {by}: {strays[0]} is not among the ids being replaced; add it")
    for name, value in within.items():
        if pc.any(pc.not_equal(rows[name], value)).as_py():
            raise StoreError(
                f"table {table.name}, column {name}: rows other than {value!r} would be doubled; split them"
            )


def _refuse_known_keys(root: Root, table: Table, rows: pa.Table, taken_out: pc.Expression | None) -> None:
    """Raise StoreError where a key is there already, but for rows that are taken out."""
    stored = delta.opened(root, table)
    if stored is None or not rows.num_rows:
        return
    first = table.key[0]
    condition = among(first, pc.unique(rows[first]).to_pylist())
    if taken_out is not None:
        condition &= ~taken_out
    keys = list(table.key)
    known = delta.rows_of(root, table, stored, keys, condition)
    doubled = rows.select(keys).join(known.cast(rows.select(keys).schema), keys, join_type="left semi")
    if doubled.num_rows:
        key = describe(in_key_order(table, doubled).to_pylist()[0])
        raise StoreError(f"table {table.name}: a row with the key {key} is there already; replace or merge it")


def _matching(
    root: Root, table: Table, condition: pc.Expression | None, columns: Sequence[str] | None = None
) -> pa.Table:
    """The rows that meet the condition, as `checked` would leave them; of some columns, the key among them."""
    schema = pa.schema([table.column(name).field for name in columns or table.names])
    stored = delta.opened(root, table)
    if stored is None:
        return schema.empty_table()
    delta.adapt(root, table, stored)
    stored.update_incremental()
    rows = delta.rows_of(root, table, stored, schema.names, condition)
    return in_key_order(table, rows.cast(schema))
