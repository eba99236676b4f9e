"""The input formats, one file each.

In come a file's name and first bytes, out comes its format, or None for bytes that are no text. A format is a module
here that makes a `Format` (see `tasks/ingest/format.py`) and its name in FORMATS.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from tasks.ingest.format import Format, is_binary
from tasks.ingest.formats import (
    csv,
    docx,
    factiva,
    feed,
    html,
    json,
    jsonl,
    mail,
    markdown,
    mbox,
    mhtml,
    nexis,
    odt,
    parquet,
    pdf,
    rtf,
    telegram,
    text,
    warc,
    x_archive,
    xlsx,
)

FORMATS: tuple[Format, ...] = (
    parquet.FORMAT,
    pdf.FORMAT,
    docx.FORMAT,
    odt.FORMAT,
    xlsx.FORMAT,
    rtf.FORMAT,
    warc.FORMAT,
    feed.FORMAT,
    telegram.FORMAT,
    x_archive.FORMAT,
    nexis.FORMAT,
    factiva.FORMAT,
    html.FORMAT,
    jsonl.FORMAT,
    json.FORMAT,
    csv.FORMAT,
    mbox.FORMAT,
    mhtml.FORMAT,
    mail.FORMAT,
    markdown.FORMAT,
    text.FORMAT,
)
"""In the order in which a file without a known ending is tried; what none of them knows is plain text."""

_BY_ENDING = {ending: format_ for format_ in FORMATS for ending in format_.endings}


def is_known(name: str, head: bytes) -> bool:
    """Whether a format knows a file, by its ending or its first bytes; what none knows is plain text at best."""
    return PurePosixPath(name).suffix.lower() in _BY_ENDING or any(format_.begins(head) for format_ in FORMATS)


def format_of(name: str, head: bytes) -> Format | None:
    """The format of a file by its ending, else by its first bytes; None for a text format whose bytes are no text."""
    ending = PurePosixPath(name).suffix.lower()
    inside = next((format_ for format_ in FORMATS if ending in format_.also and format_.begins(head)), None)
    known = inside or _BY_ENDING.get(ending)
    found = known or next((format_ for format_ in FORMATS if format_.begins(head)), text.FORMAT)
    return None if found.is_text and is_binary(head) else found
