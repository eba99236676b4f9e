"""A release as one workbook, `sitrep.xlsx`: a sheet a table, what the columns and codes mean on sheets of their own.

In come the tables of a release, out come the bytes of the workbook, the same for the same rows. Days are days. A table
of more rows than a sheet takes goes on on another; a text longer than a cell takes ends in "…". Nothing is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from tasks import vocabularies
from tasks.publish.exports.flat import BATCH_ROWS, CountryNames, Tables, flat_columns, harmless
from tasks.tables import RELEASE_TABLES

# Excel's own limits: rows of a sheet, the header among them, and characters of a cell
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
# XML 1.0 has no place for these
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# so that the bytes do not tell when they were written; the earliest that a zip file can state
_NO_TIME = datetime(1980, 1, 1)
_ORDER = ("incidents", "events", "mentions", "documents", "territory", "actors", "places", "rejects")


def flat(tables: Tables, _: CountryNames) -> Iterator[tuple[str, bytes]]:
    """The one workbook."""
    book = Workbook(write_only=True)
    book.properties.creator = "Sitrep"
    book.properties.created = book.properties.modified = _NO_TIME
    for name in sorted(tables, key=_ORDER.index):
        rows = harmless(flat_columns(tables[name]))
        for number, start in enumerate(range(0, max(len(rows), 1), SHEET_ROWS - 1)):
            title = name if not number else f"{name} {number + 1}"
            _sheet(book, title, rows.column_names, _values(rows.slice(start, SHEET_ROWS - 1)))
    _sheet(book, "codebook", ("table", "column", "type", "meaning", "codes"), _columns())
    codes = vocabularies.load("codes")
    _sheet(book, "codes", tuple(codes.columns), codes.itertuples(index=False))
    out = io.BytesIO()
    book.save(out)
    yield "sitrep.xlsx", _without_times(out)


def _values(rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in rows.to_batches(max_chunksize=BATCH_ROWS):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _columns() -> Iterator[tuple[str, ...]]:
    for name in _ORDER:
        for column in RELEASE_TABLES[name].columns:
            yield name, column.name, str(column.type), column.meaning, column.codes or ""


def _sheet(book: Workbook, title: str, names: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    head = []
    for name in names:
        cell = WriteOnlyCell(sheet, name)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_fit(value) if isinstance(value, str) else value for value in row])


def _fit(text: str) -> str:
    """A text as a cell of XML takes it."""
    text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"


def _without_times(written: io.BytesIO) -> bytes:
    """The same archive, its members dated alike, and the time of saving taken out of its properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                stamp = f"{_NO_TIME:%Y-%m-%dT%H:%M:%SZ}".encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            info = zipfile.ZipInfo(name, _NO_TIME.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return out.getvalue()
