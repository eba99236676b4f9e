"""CSV, with whatever parts its cells: a row is a record, the first row names the fields; an empty cell is no field.

UTF-8, UTF-16 by its mark, else Windows' letters (cp1252). What parts the cells is seen in the first row: comma,
semicolon, tab or bar. A row that is longer than the header is refused. Where a row is no CSV (a stray quote), its line
is refused and reading goes on with the next. A file whose first row is no header is refused whole; rows of GDELT, which
have none, as coded data.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from tasks.ingest.columns import is_tags, no_header, record_of
from tasks.ingest.format import MAX_RECORD_BYTES, Format, Record, decoded

# lines of one row: what opens a quote and does not close it by then has lost its end
_MOST_LINES = 10_000
_SHOWN = 80
_DELIMITERS = ",;\t|"
# a name of a column in a file that nothing else says is CSV, and as many as no line of prose is made of
_NAME = re.compile(r"[A-Za-z_][\w.:-]{0,40}")
_MANY_NAMES = 4
# cells of a row of GDELT's events and of its mentions, which come without a header
_GDELT_CELLS = (57, 58, 61, 16, 27)


def _begins(head: bytes) -> bool:
    """Whether a file begins with a row of names of columns, one of them a text or many of them, and a row beneath."""
    first, _, rest = decoded(head).lstrip().partition("\n")
    delimiter = _delimiter(first)
    names = [cell.strip('\r"').lower() for cell in first.split(delimiter)]
    is_known = "text" in names or len(names) >= _MANY_NAMES
    are_names = len(names) > 1 and len(set(names)) == len(names) and all(map(_NAME.fullmatch, names))
    return is_known and are_names and delimiter in rest


def _records(path: Path) -> Iterator[Record]:
    csv.field_size_limit(MAX_RECORD_BYTES)
    content = path.read_bytes()
    text = decoded(content)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    line, header = next(rows, ("", []))
    if isinstance(header, list) and _is_gdelt(header, delimiter):
        message = "coded data (GDELT, without a header), which tells no event in words"
        yield Record(None, content, None, "coded_data", message)
        return
    why = no_header(header) if isinstance(header, list) else str(header)
    if why or isinstance(header, csv.Error):
        message = f"the first row, {line[:_SHOWN]!r}, is no header: {why}"
        yield Record(None, content, None, "broken_record", message)
        return
    for number, (line, row) in enumerate(rows, start=1):
        if isinstance(row, csv.Error):
            told = f"row {number} is no CSV: {row}"
            yield Record(number, line.encode("utf-8", "surrogatepass"), None, "broken_record", told)
        elif number > 1 or not is_tags(row):
            yield record_of(number, header, row)


def _delimiter(text: str) -> str:
    """What parts the cells of the first row that is not blank: the sign that is there most often outside quotes."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    bare = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def _is_gdelt(row: list[str], delimiter: str) -> bool:
    numbers = sum(cell.replace(".", "").replace("-", "").isdigit() for cell in row)
    return delimiter == "\t" and len(row) in _GDELT_CELLS and row[0][:8].isdigit() and numbers >= 3


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


FORMAT = Format((".csv", ".tsv", ".tab"), _records, begins=_begins)
