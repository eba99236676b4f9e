"""Parquet: a row is a record, a column a field, null no field. Read in batches of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.ingest.format import Format, Record, canonical

_ROWS = 500


def _records(path: Path) -> Iterator[Record]:
    number = 0
    try:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=_ROWS):
            for row in batch.to_pylist():
                number += 1
                fields = {name: value for name, value in row.items() if value is not None}
                yield Record(number, canonical(fields), fields)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        # a time stamp after the year 9999 is fine Parquet, and nothing that Python holds
        what = f"rows from {number + 1} on cannot be read" if number else "the file is no Parquet"
        yield Record(number + 1 if number else None, b"", None, "unreadable", f"{what}: {error}")


def _begins(head: bytes) -> bool:
    return head.startswith(b"PAR1")


FORMAT = Format((".parquet",), _records, begins=_begins, is_text=False, in_pieces=True)
