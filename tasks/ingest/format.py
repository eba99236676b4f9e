"""What an input format is: how a file of it is known, and the records that it yields.

In comes a file, out come records: its bytes and fields where it can be used, else a reason. Each format of `formats/`
is made of what stands here; nothing is repaired.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_RECORD_BYTES = 50 * 2**20
MAX_NESTING = 200
_MOST_SAID = 200

_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Record:
    """One report as a file holds it: its number (from 1, None where the file is one), its bytes and its fields.

    `fields` is None where the record cannot be used; `reason_code` (the list reject_reason) and `message` then say why.
    `media_code` is what its bytes are where that is not what its format says.
    """

    number: int | None
    content: bytes
    fields: dict[str, Any] | None
    reason_code: str | None = None
    message: str | None = None
    media_code: str | None = None


Records = Callable[[Path], Iterator[Record]]
"""What reads a file into records, in its order."""


@dataclass(frozen=True)
class Format:
    """An input format.

    `endings` are those of its files' names, in small letters; `begins` tells by the first bytes whether a file without
    a known ending is one, or one whose ending is among `also`, which are other formats'. `records` reads a file, in its
    order, and may raise OSError alone. `media_code` says what clean makes of the bytes: a record's text (then a text
    among the fields is a must), or a page, Markdown or plain text. `is_text` files hold no binary bytes; those read
    `in_pieces` are never in memory whole and of any size, of others more than `max_bytes` are refused. `is_fallback`:
    what nothing else knows is read as this.
    """

    endings: tuple[str, ...]
    records: Records
    media_code: str = "record"
    begins: Callable[[bytes], bool] = lambda head: False
    is_text: bool = True
    in_pieces: bool = False
    max_bytes: int = 100 * 2**20
    also: tuple[str, ...] = ()
    is_fallback: bool = False


def guarded(what: str, records: Records) -> Records:
    """A reader by a library: whatever that raises refuses the rest of the file, as no `what` that can be read."""

    def read(path: Path) -> Iterator[Record]:
        number = None
        found = records(path)
        try:
            while (record := _told_nobody(found)) is not None:
                number = record.number
                yield record
        except Exception as error:  # noqa: BLE001 - libraries raise anything on bytes that they did not expect
            rest = "" if number is None else f" behind number {number}"
            message = f"the file{rest} is no {what} that can be read: {said(error)}"
            yield Record(None if number is None else number + 1, b"", None, "unreadable", message)

    return read


def _told_nobody(found: Iterator[Record]) -> Record | None:
    """The next record; what a library prints or warns of, with words of the file, reaches no terminal."""
    with redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return next(found, None)


def said(error: Exception) -> str:
    """What an error says, in one short line; its class where it says nothing."""
    return " ".join(str(error).split())[:_MOST_SAID] or type(error).__name__


def written(number: int | None, fields: Mapping[str, Any]) -> Record:
    """The record of fields that a reader found; empty ones are none, and its bytes are JSON."""
    given = {name: value for name, value in fields.items() if value not in (None, "", [])}
    content = canonical(given)
    if len(content) > MAX_RECORD_BYTES:
        return Record(number, b"", None, "too_large", f"a record of more than {MAX_RECORD_BYTES // 2**20} MB")
    return Record(number, content, given)


def whole_file(path: Path) -> Iterator[Record]:
    """The file as one record without fields; refused where it is white space or no text."""
    content = path.read_bytes()
    if not content.strip():
        yield Record(None, content, None, "empty", "the file holds nothing but white space")
    elif is_binary(content):
        yield Record(None, content, None, "binary", "the file holds bytes that are no text")
    else:
        yield Record(None, content, {})


def json_object(number: int | None, content: bytes) -> Record:
    """The record that one JSON object is; refused where the bytes are none."""
    where = f"line {number}" if number else "the file"
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        return Record(number, content, None, "broken_record", f"{where} is no JSON: {error}")
    except RecursionError:
        return too_deep(number, content, where)
    if not isinstance(value, dict):
        return Record(number, content, None, "broken_record", f"{where} is JSON, but no object")
    return too_deep(number, content, where) if is_deep(value) else Record(number, content, value)


def too_deep(number: int | None, content: bytes, where: str) -> Record:
    """The record that is refused since it is nested too deep."""
    message = f"{where} nests lists or objects more than {MAX_NESTING} deep"
    return Record(number, content, None, "too_deep", message)


def is_deep(value: Any) -> bool:
    """Whether lists and objects are nested more than MAX_NESTING deep: later stages read and write them as well."""
    level = [value]
    for _ in range(MAX_NESTING + 1):
        insides = (one.values() if isinstance(one, dict) else one for one in level)
        level = [one for inside in insides for one in inside if isinstance(one, list | dict)]
    return bool(level)


def decoded(content: bytes) -> str:
    """A file of records as text: UTF-8, UTF-16 where it bears its mark, else Windows' letters (cp1252)."""
    if content.startswith(_WIDE_MARKS):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def canonical(fields: Mapping[str, Any]) -> bytes:
    """A record's bytes where its file has none of its own: JSON with sorted keys."""
    # half a character is for the reader to refuse, with these bytes' hash
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str)
    return text.encode("utf-8", "surrogatepass")


def is_binary(head: bytes) -> bool:
    """Bytes that are no text in any encoding that news comes in: NULs outside UTF-16, or control codes in numbers."""
    if head.startswith(_WIDE_MARKS):
        return False
    controls = sum(head.count(code) for code in (*range(0x01, 0x07), 0x0E, 0x0F, *range(0x10, 0x1B)))
    return b"\0" in head or controls > len(head) // 50
