"""The ids that a release lends to another data folder, checked before any of them is taken over.

In comes a table's file and which of its columns hold ids; nothing comes out. Refused, with file, column, row and value,
is an id that is not made as Sitrep makes them, one that is missing, and a key that stands twice: what names events
stays with them for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.storage.checks import StoreError
from tasks.tables import RELEASE_TABLES

_DIGITS = 20  # hexadecimal, of a hash
_PREFIXES = {
    "event_id": "ev_",
    "former_event_ids": "ev_",
    "incident_id": "in_",
    "former_incident_ids": "in_",
    "mention_id": "me_",
}
_REMEDY = "take the release from a copy of what Sitrep wrote"


def check(file: Path, names: Sequence[str]) -> None:
    """Raise StoreError where one of these columns of a release's table cannot be read, or where an id in it is none."""
    declared = RELEASE_TABLES[file.stem]
    try:
        rows = pq.ParquetFile(file).read(columns=list(names))
        rows.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreError(f"{file}: cannot be read ({error}); {_REMEDY}") from error
    for name in names:
        if name not in rows.column_names:
            raise StoreError(f"{file}: column {name} is missing; {_REMEDY}")
        fault = _fault(name, rows[name].combine_chunks(), declared.column(name).nullable, (name,) == declared.key)
        if fault:
            raise StoreError(f"{file}: column {name}{fault}; {_REMEDY}")


def _fault(name: str, ids: pa.Array, may_be_null: bool, is_key: bool) -> str | None:
    """What is wrong with the first id that is not as it must be: its row, from 1, and its value."""
    is_listed = name.startswith("former_")
    values = ids.type.value_type if pa.types.is_list(ids.type) else ids.type
    if not pa.types.is_string(values) or is_listed != pa.types.is_list(ids.type):
        return f" is {ids.type}, where {'lists of ids' if is_listed else 'ids'} must stand"
    if ids.null_count and not may_be_null:
        return f", row {pc.index(pc.is_null(ids), True).as_py() + 1}: there is none"
    flat, of_rows = (pc.list_flatten(ids), pc.list_parent_indices(ids)) if is_listed else (ids, None)
    is_formed = pc.match_substring_regex(flat, f"^{_PREFIXES[name]}[0-9a-f]{{{_DIGITS}}}$")
    # a null that may be is no id; one in a list is a bad one
    bad = pc.index(pc.fill_null(is_formed, not is_listed), False).as_py()
    if bad >= 0:
        row = bad if of_rows is None else of_rows[bad].as_py()
        return f", row {row + 1}: {flat[bad].as_py()!r} is no id, which is {_PREFIXES[name]} and {_DIGITS} hex digits"
    if is_key and pc.count_distinct(flat).as_py() < len(flat):
        counts = pc.value_counts(flat)
        doubled = counts.field("values").filter(pc.greater(counts.field("counts"), 1))[0]
        return f": {doubled.as_py()!r} stands in more than one row"
    return None
