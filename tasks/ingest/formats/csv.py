"""CSV, and TSV with tabs: a row is a record, the first row names the fields; an empty cell is no field.

UTF-8, UTF-16 by its mark, else Windows' letters (cp1252). A row that is longer than the header is refused. Where a row
is no CSV (a stray quote), its line is refused and reading goes on with the next. A file whose first row names no column
`text`, as where a header is missing, is refused whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from tasks.ingest.format import MAX_RECORD_BYTES, Format, Record, canonical, decoded

# lines of one row: what opens a quote and does not close it by then has lost its end
_MOST_LINES = 10_000
_SHOWN = 80


def _records(path: Path) -> Iterator[Record]:
    csv.field_size_limit(MAX_RECORD_BYTES)
    content = path.read_bytes()
    rows = _rows(decoded(content), "\t" if path.suffix.lower() == ".tsv" else ",")
    line, header = next(rows, ("", []))
    if not isinstance(header, list) or header.count("text") != 1:
        message = f"the first row, {line[:_SHOWN]!r}, is no header that names one column text"
        yield Record(None, content, None, "broken_record", message)
        return
    for number, (line, row) in enumerate(rows, start=1):
        yield _record(number, header, line, row)


def _record(number: int, header: list[str], line: str, row: list[str] | csv.Error) -> Record:
    if isinstance(row, csv.Error):
        content = line.encode("utf-8", "surrogatepass")
        return Record(number, content, None, "broken_record", f"row {number} is no CSV: {row}")
    if len(row) > len(header):
        message = f"row {number} has more cells than the header"
        return Record(number, canonical({"row": row}), None, "broken_record", message)
    fields = {name: cell for name, cell in dict(zip(header, row, strict=False)).items() if cell}
    return Record(number, canonical(fields), fields)


def _rows(text: str, delimiter: str) -> Iterator[tuple[str, list[str] | csv.Error]]:
    """The rows that are not blank, or why one is none, each behind the line at which it begins."""
    lines = list(io.StringIO(text, newline=""))
    begin = 0
    while begin < len(lines):
        ahead = (lines[i] for i in range(begin, min(begin + _MOST_LINES, len(lines))))
        reader = csv.reader(ahead, delimiter=delimiter, strict=True)
        try:
            row = next(reader)
        except csv.Error as error:
            yield lines[begin], error
            begin += 1
        else:
            if row:
                yield lines[begin], row
            begin += reader.line_num


FORMAT = Format((".csv", ".tsv"), _records)
