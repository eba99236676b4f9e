"""How rows lie in the page: numbers as bytes, texts that recur given once, all of it compressed.

In come Arrow columns and plain values, out come arrays of numbers and the text of a packed block. A block is zlib's
stream in base64, which a page inflates by itself and in which no text of a document can end an element.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
NONE = -(2**31)
"""Null among the numbers of a page."""


class Words:
    """Values given once: each gets a number in the order of its first use."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        """The number of a value, a new one where it was not met before."""
        if value not in self._numbers:
            self._numbers[value] = len(self.values)
            self.values.append(value)
        return self._numbers[value]

    def numbers(self, values: Iterable[Any]) -> list[int | None]:
        """The numbers of values, null for null."""
        return [None if value is None else self.number(value) for value in values]


def figures(column: pa.ChunkedArray) -> Numbers:
    """A column of counts, days or flags as numbers, NONE for null."""
    numbers: Numbers = pc.fill_null(pc.cast(column, pa.int32()), NONE).to_numpy().astype(np.int32, copy=False)
    return numbers


def coded(column: pa.ChunkedArray) -> tuple[Numbers, list[Any]]:
    """A column as numbers of its values, which come with them in the order of their first use; NONE for null."""
    values = pc.unique(column.drop_null())
    return figures(pc.index_in(column, value_set=values)), values.to_pylist()


def members(column: pa.ChunkedArray) -> tuple[Numbers, pa.Array]:
    """A column of lists as where each row's members begin (one number more than rows), and all members in one."""
    whole = column.combine_chunks()
    lengths = pc.fill_null(pc.list_value_length(whole), 0).to_numpy(zero_copy_only=False)
    return starts(lengths), pc.list_flatten(whole)


def starts(lengths: Any) -> Numbers:
    """Where each begins of rows that have so many members, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)


def as_json(value: Any) -> str:
    """Compact JSON, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def packed(data: bytes | str) -> str:
    """A block of the page: compressed, as letters that mean nothing in HTML."""
    raw = data.encode() if isinstance(data, str) else data
    return base64.b64encode(zlib.compress(raw, 5)).decode()


def packed_numbers(columns: Mapping[str, Numbers]) -> tuple[str, Sequence[tuple[str, int]]]:
    """Columns of numbers one after another as a block, and the name and length of each in that order."""
    layout = [(name, len(column)) for name, column in columns.items()]
    return packed(b"".join(column.astype("<i4").tobytes() for column in columns.values())), layout
