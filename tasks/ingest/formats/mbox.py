"""Mailboxes (.mbox): each message is a record; one that is broken is refused alone.

Example: a line "From desk@wire.example Wed May  8 09:00:00 2024", then a message as in .eml, then the next.
"""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from pathlib import Path

from tasks.ingest.format import MAX_RECORD_BYTES, Format, Record, said, written
from tasks.ingest.messages import fields_of

_FROM_LINE = re.compile(rb"From \S+ .*\d\d:\d\d.*\d{4}\r?\n")


def _begins(head: bytes) -> bool:
    return _FROM_LINE.match(head) is not None


def _records(path: Path) -> Iterator[Record]:
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.keys(), start=1):
            with box.get_file(key) as stream:
                content = stream.read(MAX_RECORD_BYTES + 1)
            if len(content) > MAX_RECORD_BYTES:
                message = f"message {number} is longer than {MAX_RECORD_BYTES // 2**20} MB"
                yield Record(number, b"", None, "too_large", message)
            else:
                yield _message(number, content)
    finally:
        box.close()


def _message(number: int, content: bytes) -> Record:
    try:
        return written(number, fields_of(content))
    except Exception as error:  # noqa: BLE001 - a broken message raises anything, and costs itself alone
        return Record(number, content, None, "broken_record", f"message {number} cannot be read: {said(error)}")


FORMAT = Format((".mbox", ".mbx"), _records, begins=_begins, is_text=False, in_pieces=True, also=(".txt", ".text"))
