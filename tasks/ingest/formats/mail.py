"""Mail, one message a file (.eml): its text is the plain part, else the HTML part.

Example: From: Desk <desk@wire.example>, Subject: Two held, Date: Wed, 8 May 2024 09:00:00 +0000, then the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tasks.ingest.format import Format, Record, guarded, written
from tasks.ingest.messages import fields_of

_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_MUST = (b"\nfrom:", b"\nsubject:", b"\ndate:")


def _begins(head: bytes) -> bool:
    """Whether the bytes begin with the headers of a message, From, Subject and Date among them."""
    found = _HEADERS.match(head)
    return found is not None and all(name in b"\n" + found.group().lower() for name in _MUST)


def _records(path: Path) -> Iterator[Record]:
    yield written(None, fields_of(path.read_bytes()))


FORMAT = Format(
    (".eml", ".emlx"),
    guarded("message", _records),
    begins=_begins,
    is_text=False,
    max_bytes=50 * 2**20,
    also=(".txt", ".text"),
)
