"""What all exports share: the tables that they are given, and cells that any tool reads and no spreadsheet runs.

In come Arrow columns, out come plain values, never all of a large column as Python objects. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Tables = Mapping[str, pa.Table]
"""The tables of a release by name."""
CountryNames = Mapping[str, str]
"""ISO 3166-1 alpha-3 -> name."""

BATCH_ROWS = 50_000

# how a spreadsheet knows a formula: by its first character, also where that is a wide, small, raised or other form of
# it, and whatever stands before that is not seen (white space, controls, format characters, fillers, the marks that
# choose a form); an apostrophe makes it text
_UNSEEN = (
    r"\s\p{Z}\p{C}\x{34f}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{2065}\x{2800}\x{3164}\x{fe00}-\x{fe0f}"
    r"\x{ffa0}\x{fff0}-\x{ffff}\x{e0000}-\x{e0fff}"
)
_SIGNS = r"=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−﬩⩵⩶"
_FORMULA = rf"^([\t\r\n]|[{_UNSEEN}]*[{_SIGNS}])"


def harmless(rows: pa.Table) -> pa.Table:
    """Text cells that begin like a formula get an apostrophe; numbers stay numbers."""
    for index, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            rows = rows.set_column(index, field, pc.replace_substring_regex(rows[index], _FORMULA, r"'\1"))
    return rows


def each(values: pa.ChunkedArray) -> Iterator[Any]:
    """The values as Python objects, a batch of rows at a time."""
    for start in range(0, len(values), BATCH_ROWS):
        yield from values.slice(start, BATCH_ROWS).to_pylist()


def texts(values: Iterable[str | None]) -> pa.Array:
    """A column of text."""
    return pa.array(values, pa.string())


def names_of(parties: Iterable[Mapping[str, Any]]) -> list[str]:
    """What parties (text, label, ...) are called."""
    return [party["label"] or party["text"] for party in parties]
