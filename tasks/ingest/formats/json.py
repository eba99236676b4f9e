"""JSON: a list of records, an object that holds one list of them (or has it one level down), or one record.

The items of a list are read one by one: where the file breaks off, those before it are read.

Example: {"count": 1, "articles": [{"id": "x1", "text": "Rebels attacked."}]}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.ingest.format import Format, Record, canonical, decoded, is_deep, json_object, too_deep

# each takes some hundred bytes of memory, however few it takes in the file
_MOST_NESTED = 3_000_000
# members of an object that is no record but stands around a list
_MOST_AROUND = 5
_WHITE = " \t\n\r"
_WHITES = re.compile(f"[{_WHITE}]*")
_DECODER = json.JSONDecoder()
_ANY_DIGITS = json.JSONDecoder(parse_int=str)


def _begins(head: bytes) -> bool:
    return head.lstrip()[:1] in (b"{", b"[")


def _records(path: Path) -> Iterator[Record]:
    content = path.read_bytes()
    if content.count(b"{") + content.count(b"[") > _MOST_NESTED:
        message = f"the file holds more than {_MOST_NESTED} objects and lists"
        yield Record(None, content, None, "too_large", message)
        return
    text = decoded(content)
    if text.lstrip(_WHITE).startswith("["):
        yield from _items(text)
        return
    try:
        value = json.loads(text)
    except ValueError as error:
        yield Record(None, content, None, "broken_record", f"the file is no JSON: {error}")
        return
    except RecursionError:
        yield too_deep(None, content, "the file")
        return
    rows = _listed(value)
    if rows is None:
        is_utf8 = content.decode("utf-8-sig", "replace") == text
        yield json_object(None, content if is_utf8 else text.encode())
        return
    for number, row in enumerate(rows, start=1):
        yield _item(number, row)


def _items(text: str) -> Iterator[Record]:
    """The items of a list, one after the other, up to the first that is no JSON."""
    at, number = _past_white(text, text.index("[") + 1), 0
    is_done = text[at : at + 1] == "]"
    while not is_done:
        number += 1
        try:
            item, at = _DECODER.raw_decode(text, at)
            yield _item(number, item)
        except json.JSONDecodeError as error:
            yield _no_json(number, error)
            return
        except RecursionError:
            yield too_deep(number, b"", f"item {number} or what follows it")
            return
        except ValueError as error:  # a number of more digits than Python reads
            at = _ANY_DIGITS.raw_decode(text, at)[1]
            yield Record(number, b"", None, "broken_record", f"item {number} is no JSON: {error}")
        at = _past_white(text, at)
        is_done = text[at : at + 1] != ","
        at = at if is_done else _past_white(text, at + 1)
    if text[at : at + 1] != "]":
        yield _no_json(number + 1, "the list does not end")
    elif _past_white(text, at + 1) < len(text):
        yield _no_json(number + 1, "more stands behind the list")


def _past_white(text: str, at: int) -> int:
    found = _WHITES.match(text, at)
    return found.end() if found else at


def _no_json(number: int, error: object) -> Record:
    return Record(number, b"", None, "broken_record", f"item {number} and what follows it is no JSON: {error}")


def _item(number: int, row: Any) -> Record:
    if isinstance(row, list | dict) and is_deep(row):
        # nothing writes it down again; its number in the file names it
        return too_deep(number, b"", f"item {number}")
    if isinstance(row, dict):
        return Record(number, canonical(row), row)
    return Record(number, canonical({"item": row}), None, "broken_record", f"item {number} is no object")


def _listed(value: Any) -> list[Any] | None:
    """The one list of objects that a JSON file's object holds, or an object in it: {"response": {"hits": [...]}}."""
    if not isinstance(value, dict) or "text" in value:
        return None
    lists = [v for v in value.values() if isinstance(v, list) and v and all(isinstance(i, dict) for i in v)]
    if not lists and len(value) <= _MOST_AROUND:
        lists = [found for v in value.values() if isinstance(v, dict) and (found := _listed(v)) is not None]
    return lists[0] if len(lists) == 1 else None


FORMAT = Format((".json",), _records, begins=_begins)
