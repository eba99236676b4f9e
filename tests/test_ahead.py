"""The rows of batches, read many batches at a time: each batch has its own, and no more is held than may be."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest

from flows import ahead
from flows.ahead import Ahead


class CountingStore:
    """Holds rows of documents in no order, and counts how many it was asked for."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._rows = pa.table({"document_id": list(reversed(ids))})
        self.asked: list[int] = []

    def read(self, table: str, version: int | None, ids: Sequence[str]) -> pa.Table:
        self.asked.append(len(ids))
        return self._rows.filter(pa.array([id_ in ids for id_ in self._rows["document_id"].to_pylist()]))


@pytest.mark.parametrize(("held", "asked"), [(1000, [10]), (5, [5, 5, 1]), (1, [2, 2, 2, 3, 1])])
def test_each_batch_has_its_rows_and_batches_are_read_together(
    monkeypatch: pytest.MonkeyPatch, held: int, asked: list[int]
) -> None:
    monkeypatch.setattr(ahead, "_HELD", held)
    ids = [f"d{number}" for number in range(10)]
    store = CountingStore(ids)
    rows = Ahead(store, "documents", None, ids, dict.fromkeys(ids, 1))
    for batch in (ids[:2], ids[2:4], ids[4:6], ids[6:9], ids[9:]):
        assert sorted(rows.rows(batch)["document_id"].to_pylist()) == batch
    assert store.asked == asked
