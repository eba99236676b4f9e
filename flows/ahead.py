"""Rows of documents for one batch after the other, read many batches at a time.

The files of a table lie in the order in which documents came, the batches of a run in that of their ids, so that the
rows of any batch may lie in all files: read for each, a table of long texts is read a thousand times. In come the
documents of a run in their order; out come the rows of each batch. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from tasks.storage import ledger
from tasks.storage.rows import among
from tasks.storage.store import Store

# bytes or characters of the texts that are held
_HELD = 64_000_000


class Ahead:
    """The rows of a run's documents in a table, at a version."""

    def __init__(
        self, store: Store, table: str, version: int | None, ids: Sequence[str], sizes: Mapping[str, int]
    ) -> None:
        """`ids` in the order in which their batches come, `sizes` of their texts."""
        self._store, self._table, self._version = store, table, version
        self._ids, self._sizes = ids, sizes
        self._place = {id_: place for place, id_ in enumerate(ids)}
        self._held: set[str] = set()
        self._rows: pa.Table | None = None

    def rows(self, ids: Sequence[str]) -> pa.Table:
        """The rows of a batch, of which those of the batches before it are given up."""
        if self._rows is None or not self._held.issuperset(ids):
            rest = self._ids[self._place[ids[0]] :]
            next_ = next(ledger.batches(rest, self._sizes, _HELD))
            # a batch is whole, however long
            wanted = next_ if len(next_) > len(ids) else list(ids)
            self._held = set(wanted)
            self._rows = self._store.read(self._table, self._version, ids=wanted)
        return among(self._rows, "document_id", ids)
