"""Parquet: a row is a record, a column a field, null no field. Read in batches of rows.

A row that holds what Python cannot (no UTF-8, a time after the year 9999) is refused and the others are read. A file of
a few bytes may hold gigabytes, a text once and its place in a dictionary a million times: one that decodes to far more
than its size is refused before it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.ingest.format import MAX_RECORD_BYTES, Format, Record, canonical

_ROWS = 500
_BATCH_BYTES = 64 * 2**20
# what a file may decode to: news in Parquet grows fivefold, columns that repeat some more
_LEAST_DECODED = 100 * 2**20
_MOST_TIMES = 100
_VALUE_BYTES = 8


def _records(path: Path) -> Iterator[Record]:
    number = 0
    try:
        most = _LEAST_DECODED + _MOST_TIMES * path.stat().st_size
        if _size(path, most) > most:
            message = f"the file's {path.stat().st_size} bytes decode to more than {most // 2**20} MB"
            yield Record(None, b"", None, "too_large", message)
            return
        for batch in _batches(path):
            for row in range(batch.num_rows):
                number += 1
                yield _record(number, batch.slice(row, 1))
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        what = f"rows from {number + 1} on cannot be read" if number else "the file is no Parquet"
        yield Record(number + 1 if number else None, b"", None, "unreadable", f"{what}: {error}")


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    """The file's rows, few at once where they are long; words stay in their dictionaries."""
    schema = pq.read_schema(path)
    if len(set(schema.names)) < len(schema.names):
        raise ValueError(f"two columns have one name, of {', '.join(schema.names[:20])}")
    schema_of_file = pq.ParquetFile(path).schema
    columns = [schema_of_file.column(i) for i in range(len(schema_of_file))]
    words = [c.path for c in columns if c.physical_type == "BYTE_ARRAY" and c.logical_type.type != "DECIMAL"]
    file = pq.ParquetFile(path, read_dictionary=words)
    groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
    row_bytes = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
    yield from file.iter_batches(batch_size=max(1, min(_ROWS, _BATCH_BYTES // max(row_bytes, 1))))


def _size(path: Path, most: int) -> int:
    """How many bytes the file's values take; counted no further than `most`."""
    metadata = pq.read_metadata(path)
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    columns = [group.column(i) for group in groups for i in range(group.num_columns)]
    size = int(sum(max(column.total_uncompressed_size, column.num_values * _VALUE_BYTES) for column in columns))
    if size > most:
        return size
    size = 0
    for batch in _batches(path):
        size += sum(_bytes(column) for column in batch.columns)
        if size > most:
            break
    return size


def _bytes(array: pa.Array) -> int:
    """How many bytes an array's values take where each stands for itself."""
    if isinstance(array, pa.DictionaryArray):
        lengths = pc.binary_length(array.dictionary.cast(pa.large_binary()))
        return int(pc.sum(pc.take(lengths, array.indices)).as_py() or 0)
    if isinstance(array, pa.StructArray):
        return sum(_bytes(part) for part in array.flatten())
    if isinstance(array, pa.MapArray):
        return _bytes(array.keys) + _bytes(array.items)
    if isinstance(array, pa.ListArray | pa.LargeListArray):
        return _bytes(array.flatten())
    return int(array.nbytes)


def _record(number: int, row: pa.RecordBatch) -> Record:
    """One row; refused where a column of it holds what Python cannot."""
    fields = {}
    for name, column in zip(row.schema.names, row.columns, strict=True):
        try:
            value = _value(column)
        except (pa.ArrowException, ValueError, OverflowError) as error:
            return Record(number, b"", None, "broken_record", f"row {number}, column {name}: {error}")
        if value is not None:
            fields[name] = value
    content = canonical(fields)
    if len(content) > MAX_RECORD_BYTES:
        return Record(number, b"", None, "too_large", f"row {number} is longer than {MAX_RECORD_BYTES // 2**20} MB")
    return Record(number, content, fields)


def _value(column: pa.Array) -> Any:
    """The value of an array of one; an instant whose time zone nobody knows is told in UTC."""
    try:
        return column[0].as_py()
    except LookupError:
        if not pa.types.is_timestamp(column.type):
            raise ValueError("a time zone that nobody knows") from None
        return column.cast(pa.timestamp(column.type.unit, "UTC"))[0].as_py()


def _begins(head: bytes) -> bool:
    return head.startswith(b"PAR1")


FORMAT = Format((".parquet",), _records, begins=_begins, is_text=False, in_pieces=True)
