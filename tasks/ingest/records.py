"""Read records out of JSON, JSONL, CSV and Parquet.

In comes a file that holds records, out come each record's bytes and fields, one after the other and never the whole
file where its form allows it. A line or file that is broken is refused with its number and reason.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MAX_RECORD_BYTES = 50 * 2**20
_CHUNK = 2**20


@dataclass(frozen=True)
class Record:
    """One record: its number (from 1, None for a file of one), its bytes and fields, or why it cannot be used."""

    number: int | None
    content: bytes
    fields: dict[str, Any] | None
    reason_code: str | None = None
    message: str | None = None


def records(path: Path, kind: str) -> Iterator[Record]:
    """The records of a file of this kind (json, jsonl, csv, tsv, parquet), in its order."""
    if kind == "jsonl":
        return _lines(path)
    if kind == "json":
        return _json(path)
    if kind == "parquet":
        return _parquet(path)
    return _csv(path, "\t" if kind == "tsv" else ",")


def canonical(fields: dict[str, Any]) -> bytes:
    """A record's bytes where its file has none of its own: JSON with sorted keys."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str).encode("utf-8", "surrogatepass")


def _lines(path: Path) -> Iterator[Record]:
    for number, (line, is_cut) in enumerate(_bounded_lines(path), start=1):
        if is_cut:
            message = f"line {number} is longer than {MAX_RECORD_BYTES // 2**20} MB"
            yield Record(number, b"", None, "too_large", message)
        elif line.strip():
            yield _parsed(number, line.strip(b"\r\n"))


def _bounded_lines(path: Path) -> Iterator[tuple[bytes, bool]]:
    """Lines of a file, each held in memory only up to the limit; True with those that were cut."""
    with path.open("rb") as stream:
        while line := stream.readline(MAX_RECORD_BYTES + 1):
            is_cut = len(line) > MAX_RECORD_BYTES
            if is_cut:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(_CHUNK)
            yield line, is_cut


def _parsed(number: int | None, line: bytes) -> Record:
    where = f"line {number}" if number else "the file"
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        return Record(number, line, None, "broken_record", f"{where} is no JSON: {error}")
    if not isinstance(value, dict):
        return Record(number, line, None, "broken_record", f"{where} is JSON, but no object")
    return Record(number, line, value)


def _json(path: Path) -> Iterator[Record]:
    content = path.read_bytes()
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        yield Record(None, content, None, "broken_record", f"the file is no JSON: {error}")
        return
    rows = _listed(value)
    if rows is None:
        yield _parsed(None, content)
        return
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            yield Record(number, canonical(row), row)
        else:
            message = f"item {number} is no object"
            yield Record(number, canonical({"item": row}), None, "broken_record", message)


def _listed(value: Any) -> list | None:
    """The list of records in a JSON file: the file itself, or the one list of objects that its object holds."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "text" not in value:
        lists = [v for v in value.values() if isinstance(v, list) and v and all(isinstance(i, dict) for i in v)]
        return lists[0] if len(lists) == 1 else None
    return None


def _csv(path: Path, delimiter: str) -> Iterator[Record]:
    csv.field_size_limit(MAX_RECORD_BYTES)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("cp1252", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if None in row:
                message = f"row {number} has more cells than the header"
                yield Record(number, canonical({"row": list(row.values())}), None, "broken_record", message)
                continue
            fields = {name: cell for name, cell in row.items() if cell not in (None, "")}
            yield Record(number, canonical(fields), fields)
    except csv.Error as error:
        yield Record(number + 1, b"", None, "broken_record", f"row {number + 1} is no CSV: {error}")


def _parquet(path: Path) -> Iterator[Record]:
    try:
        file = pq.ParquetFile(path)
        number = 0
        for batch in file.iter_batches(batch_size=500):
            for row in batch.to_pylist():
                number += 1
                fields = {name: value for name, value in row.items() if value is not None}
                yield Record(number, canonical(fields), fields)
    except (pa.ArrowException, OSError) as error:
        yield Record(None, b"", None, "unreadable", f"the file is no Parquet: {error}")
