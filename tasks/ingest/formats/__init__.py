"""The input formats, one file each.

In come a file's name and first bytes, out comes its format, or None for bytes that are no text. A format is a module
here that makes a `Format` (see `tasks/ingest/format.py`) and its name in FORMATS.
"""

from __future__ import annotations

from pathlib import Path

from tasks.ingest.format import Format, is_binary
from tasks.ingest.formats import csv, html, json, jsonl, markdown, parquet, text

FORMATS: tuple[Format, ...] = (
    parquet.FORMAT,
    html.FORMAT,
    json.FORMAT,
    jsonl.FORMAT,
    csv.FORMAT,
    markdown.FORMAT,
    text.FORMAT,
)
"""In the order in which a file without a known ending is tried; what none of them knows is plain text."""

_BY_ENDING = {ending: format_ for format_ in FORMATS for ending in format_.endings}


def format_of(path: Path, head: bytes) -> Format | None:
    """The format of a file by its ending, else by its first bytes; None for a text format whose bytes are no text."""
    known = _BY_ENDING.get(path.suffix.lower())
    found = known or next((format_ for format_ in FORMATS if format_.begins(head)), text.FORMAT)
    return None if found.is_text and is_binary(head) else found
