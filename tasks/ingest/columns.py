"""Rows of columns (CSV, spreadsheets): is a row a header, and the record that a row beneath it is.

In come rows of cells as text, out come records. Refused are a first row that is no header and a row with more cells
than it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.ingest.format import Record, canonical

_SHOWN = 80
_LONGEST_NAME = 80
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE_END = re.compile(r"\w[.!?…][\"'”’)\]]*$")
# tags of the Humanitarian Exchange Language, in a row beneath the header
_TAG = re.compile(r"#[a-z][a-z0-9_]*(?:\s*\+\s*[a-z0-9_+\s]+)?$", re.IGNORECASE)


def no_header(row: Sequence[str]) -> str | None:
    """Why a row names no columns, or None: a name is short, has letters, ends no sentence and is there once."""
    names = [name.strip() for name in row if name.strip()]
    bad = [n for n in names if len(n) > _LONGEST_NAME or not _LETTER.search(n) or _SENTENCE_END.search(n)]
    folded = [name.casefold() for name in names]
    twice = [name for name in names if folded.count(name.casefold()) > 1] if len(names) < 1000 else []
    if bad or not names:
        return f"{(bad or ['nothing'])[0][:_SHOWN]!r} is no name of a column"
    return f"it names {twice[0]!r} twice" if twice else None


def is_tags(row: Sequence[str]) -> bool:
    """Whether a row is the tags that HDX puts beneath a header: no record."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and all(len(cell) <= _LONGEST_NAME and _TAG.match(cell) for cell in filled)


def record_of(number: int, header: Sequence[str], row: Sequence[str]) -> Record:
    """The record of a row; an empty cell is no field."""
    while len(row) > len(header) and not row[-1]:
        row = row[:-1]
    if len(row) > len(header):
        message = f"row {number} has more cells than the header"
        return Record(number, canonical({"row": list(row)}), None, "broken_record", message)
    fields = {name.strip(): cell for name, cell in zip(header, row, strict=False) if cell}
    return Record(number, canonical(fields), fields)
