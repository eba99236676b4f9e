"""Spreadsheets (XLSX): a row is a record, the first row of each sheet names the fields; an empty cell is no field.

Rows are numbered through all sheets. A sheet whose first row is no header is refused, and the others are read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from tasks.ingest.columns import is_tags, no_header, record_of
from tasks.ingest.format import Format, Record, canonical, guarded
from tasks.ingest.zipped import within_bounds

# a sheet may say that it has a million columns; who reads it makes a cell for each
_MOST_COLUMNS = 2_000


def _begins(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and b"xl/" in head


def _records(path: Path) -> Iterator[Record]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    number = 0
    for sheet in book.worksheets:
        header: list[str] = []
        number_of_titles = 0
        for values in sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS):
            row = [_cell(value) for value in values]
            while row and not row[-1]:
                row.pop()
            if not any(row):
                continue
            if not header and len(row) == 1 and sheet.max_column != 1 and not number_of_titles:
                # what the table is called stands above its header
                number_of_titles = 1
            elif not header:
                header = row
                if why := no_header(header):
                    number += 1
                    message = f"sheet {sheet.title!r}: the first row is no header: {why}"
                    yield Record(number, canonical({"row": row}), None, "broken_record", message)
                    break
            elif not is_tags(row):
                number += 1
                yield record_of(number, header, row)


def _cell(value: Any) -> str:
    """A cell as text; a day that is kept as a time at midnight is a day."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


FORMAT = Format(
    (".xlsx", ".xlsm"),
    guarded("spreadsheet", within_bounds(_records)),
    begins=_begins,
    is_text=False,
    max_bytes=50 * 2**20,
)
