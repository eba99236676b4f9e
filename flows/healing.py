"""Damaged tables are put aside before a stage works on them, so that what they held is made again.

In come a data folder and the names of tables; out come sentences of what was damaged and what becomes of it. Refused is
what no other table can give back: damaged `raw_documents`, and a damaged ledger beside raw documents that were lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from tasks.storage import releases
from tasks.storage.damage import DamagedTableError
from tasks.storage.store import Store, StoreError
from tasks.tables import REJECTS

# what is refused before there is a document, or for no document, stands in no ledger
_OF_NO_DOCUMENT = ("ingest", "link")


def healed(store: Store, tables: Iterable[str], lineage: Mapping[str, Any]) -> list[str]:
    """Put aside what is damaged of these tables, and put back what the newest release holds of lost rejects."""
    told = []
    for name in tables:
        if error := store.damage(name):
            told.append(put_aside(store, error))
    if back := _rejects_put_back(store, lineage):
        told.append(f"table rejects was lost: {back} rows put back from the newest release")
    return told


def put_aside(store: Store, error: DamagedTableError) -> str:
    """Put the damaged table aside, and say so. Raises the error where its rows cannot be made again."""
    if not error.is_made_again:
        raise error
    if error.table == "progress":
        _refuse_lost_sources(store, error)
    what = str(error).partition("; ")[0]
    return f"{what}; put aside as {store.put_aside(error.table)} and made again"


def _refuse_lost_sources(store: Store, error: DamagedTableError) -> None:
    """Raise StoreError where the ledger alone still knows that raw documents were lost."""
    newest = releases.newest_whole(store.releases_folder())
    there = set(store.row_counts("raw_documents"))
    lost = sorted(set(releases.document_ids(newest)) - there) if newest else []
    if lost:
        raise StoreError(
            f"{error}. But table raw_documents lacks {len(lost)} documents of release {newest.name if newest else ''}, "
            f"the first {lost[0]}: put it back from a copy, or read their sources again, or, to go on without them, "
            f"remove {store.root}/_tables/progress"
        ) from error


def _rejects_put_back(store: Store, lineage: Mapping[str, Any]) -> int:
    """How many rejects were put back: those that the ledger names, and those that no ledger names."""
    if store.version("rejects") is not None:
        return 0
    newest = releases.newest_whole(store.releases_folder())
    if newest is None:
        return 0
    progress = store.read("progress", columns=["reject_id"])
    # without a ledger all is read and refused anew
    published = releases.read_table(newest, "rejects").to_pylist() if progress.num_rows else []
    named = set(progress["reject_id"].to_pylist())
    lost = [row for row in published if row["stage"] in _OF_NO_DOCUMENT or row["reject_id"] in named]
    if lost:
        store.append("rejects", pa.Table.from_pylist(lost, schema=REJECTS.schema), lineage)
    return len(lost)
