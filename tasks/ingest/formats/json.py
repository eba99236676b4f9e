"""JSON: a list of records, an object that holds one list of them, or one record.

Example: {"count": 1, "articles": [{"id": "x1", "text": "Rebels attacked."}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.ingest.format import Format, Record, canonical, is_deep, json_object, too_deep


def _begins(head: bytes) -> bool:
    return head.lstrip()[:1] in (b"{", b"[")


def _records(path: Path) -> Iterator[Record]:
    content = path.read_bytes()
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        yield Record(None, content, None, "broken_record", f"the file is no JSON: {error}")
        return
    except RecursionError:
        yield too_deep(None, content, "the file")
        return
    rows = _listed(value)
    if rows is None:
        yield json_object(None, content)
        return
    for number, row in enumerate(rows, start=1):
        yield _item(number, row)


def _item(number: int, row: Any) -> Record:
    if isinstance(row, list | dict) and is_deep(row):
        # nothing writes it down again; its number in the file names it
        return too_deep(number, b"", f"item {number}")
    if isinstance(row, dict):
        return Record(number, canonical(row), row)
    return Record(number, canonical({"item": row}), None, "broken_record", f"item {number} is no object")


def _listed(value: Any) -> list[Any] | None:
    """The list of records in a JSON file: the file itself, or the one list of objects that its object holds."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "text" not in value:
        lists = [v for v in value.values() if isinstance(v, list) and v and all(isinstance(i, dict) for i in v)]
        return lists[0] if len(lists) == 1 else None
    return None


FORMAT = Format((".json",), _records, begins=_begins)
