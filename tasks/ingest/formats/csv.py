"""CSV, and TSV with tabs: a row is a record, the first row names the fields; an empty cell is no field.

UTF-8, else Windows' letters (cp1252). A row that is longer than the header is refused; from a row that is no CSV on,
the rest of the file is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from tasks.ingest.format import MAX_RECORD_BYTES, Format, Record, canonical


def _records(path: Path) -> Iterator[Record]:
    csv.field_size_limit(MAX_RECORD_BYTES)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    reader = csv.DictReader(io.StringIO(_decoded(path), newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if None in row:
                message = f"row {number} has more cells than the header"
                yield Record(number, canonical({"row": list(row.values())}), None, "broken_record", message)
                continue
            fields = {name: cell for name, cell in row.items() if cell not in (None, "")}
            yield Record(number, canonical(fields), fields)
    except csv.Error as error:
        yield Record(number + 1, b"", None, "broken_record", f"row {number + 1} is no CSV: {error}")


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


FORMAT = Format((".csv", ".tsv"), _records)
