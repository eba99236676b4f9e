"""Rows as CSV of which no cell is a formula to a spreadsheet.

In come names and rows of plain values, out come lines. Nothing is refused.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from tasks.publish.exports.flat import harmless


def csv_lines(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """The lines of rows, whole numbers without a point, lists of texts joined with "; ", all else
    that nests as JSON; names of columns are a row as well."""
    columns = [_harmless([_cell(value) for value in column]) for column in zip(*rows, strict=True)]
    for cells in zip(*columns, strict=True):
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(cells)
        yield out.getvalue()


def _harmless(column: list[Any]) -> Iterable[Any]:
    texts = harmless(pa.table({"": pa.array([one if isinstance(one, str) else None for one in column], pa.string())}))
    return (text if isinstance(value, str) else value for value, text in zip(column, texts[0].to_pylist(), strict=True))


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(value) or None
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, float) and value.is_integer() else value
