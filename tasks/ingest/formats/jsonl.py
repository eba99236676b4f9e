"""JSON lines: every line is a record, and keeps its bytes. Read line by line; a broken line is refused with its number.

Files that are called .json or nothing are JSON lines where their first line is an object and another line begins one.

Example: {"id": "x1", "text": "Rebels attacked.", "published": "2024-03-04"}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tasks.ingest.format import MAX_RECORD_BYTES, Format, Record, json_object

_CHUNK = 2**20  # bytes


def _begins(head: bytes) -> bool:
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    if not (first.startswith(b"{") and rest.lstrip().startswith(b"{")):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _records(path: Path) -> Iterator[Record]:
    for number, (line, is_cut) in enumerate(_bounded_lines(path), start=1):
        if is_cut:
            message = f"line {number} is longer than {MAX_RECORD_BYTES // 2**20} MB"
            yield Record(number, b"", None, "too_large", message)
        elif line.strip():
            yield json_object(number, line.strip(b"\r\n"))


def _bounded_lines(path: Path) -> Iterator[tuple[bytes, bool]]:
    """Lines of a file, each held in memory only up to the limit; True with those that were cut."""
    with path.open("rb") as stream:
        while line := stream.readline(MAX_RECORD_BYTES + 1):
            is_cut = len(line) > MAX_RECORD_BYTES
            if is_cut:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(_CHUNK)
            yield line, is_cut


FORMAT = Format((".jsonl", ".ndjson"), _records, begins=_begins, in_pieces=True, also=(".json",))
