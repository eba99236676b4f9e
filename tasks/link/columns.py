"""Columns of a table as Python values, and what is made of them.

In come rows as a table; out come lists, an entry a row. Dates, places, parties and codes stand in many rows of a table:
what is equal is turned into Python once, is one object, and what follows from it is made once. Nobody may change such
a value in place. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.rows import Row

Value = TypeVar("Value")

_Codes = npt.NDArray[np.int64]
_Coded = tuple[_Codes, npt.NDArray[Any]]
"""The number of each row's value, and the values by number."""


class Columns:
    """The columns of a table of no more rows than are to be Python objects at once."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._coded: dict[str, _Coded] = {}

    def values(self, name: str) -> list[Any]:
        """A column as `to_pylist` gives it."""
        codes, distinct = self._of(name)
        found: list[Any] = distinct[codes].tolist()
        return found

    def rows(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows with these columns, as `to_pylist` gives them."""
        return (
            dict(zip(names, values, strict=True)) for values in zip(*(self.values(name) for name in names), strict=True)
        )

    def each(self, function: Callable[[Row], Value], names: Sequence[str]) -> list[Value]:
        """What the function makes of these columns of each row; it is called once for all rows where they are equal."""
        made, codes = self.distinct(function, names)
        found: list[Value] = _objects(made)[codes].tolist()
        return found

    def array(self, function: Callable[[Row], Any], names: Sequence[str], type_: pa.DataType) -> pa.Array:
        """As `each`, as an array of a type."""
        made, codes = self.distinct(function, names)
        return pa.array(made, type_).take(pa.array(codes))

    def distinct(self, function: Callable[[Row], Value], names: Sequence[str]) -> tuple[list[Value], _Codes]:
        """What the function makes of these columns, and for each row which of it."""
        coded = [self._of(name) for name in names]
        first, codes = _numbered([numbers for numbers, _ in coded])
        columns = (values[numbers[first]].tolist() for numbers, values in coded)
        return [function(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)], codes

    def _of(self, name: str) -> _Coded:
        if name not in self._coded:
            self._coded[name] = _coded(self._table[name].combine_chunks())
        return self._coded[name]


def _coded(column: pa.Array) -> _Coded:
    if pa.types.is_list(column.type):
        return _coded_lists(column)
    if pa.types.is_struct(column.type):
        first, codes = _numbered([_coded(child)[0] for child in column.flatten()])
        return codes, _objects(column.take(pa.array(first)).to_pylist())
    encoded = column.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    return pc.fill_null(encoded.indices, len(values)).to_numpy().astype(np.int64), _objects([*values, None])


def _coded_lists(column: pa.Array) -> _Coded:
    """Lists by the numbers of what they hold; a list that is null gets the last number."""
    codes, values = _coded(column.flatten())
    stops = np.cumsum(pc.fill_null(pc.list_value_length(column), 0).to_numpy()).tolist()
    held, known = codes.tolist(), dict[tuple[int, ...], int]()
    of_row, start = [], 0
    for stop in stops:
        of_row.append(known.setdefault(tuple(held[start:stop]), len(known)))
        start = stop
    lists = [[values[number] for number in numbers] for numbers in known]
    numbers = np.array(of_row, np.int64)
    numbers[pc.is_null(column).to_numpy(zero_copy_only=False)] = len(lists)
    return numbers, _objects([*lists, None])


def _numbered(columns: Sequence[_Codes]) -> tuple[_Codes, _Codes]:
    """The first row of each combination of numbers that there is, and which of them each row has."""
    first, codes = np.unique(columns[0], return_index=True, return_inverse=True)[1:]
    for column in columns[1:]:
        both = codes * (int(column.max(initial=0)) + 1) + column
        first, codes = np.unique(both, return_index=True, return_inverse=True)[1:]
    return first, codes


def _objects(values: Iterable[Any]) -> npt.NDArray[Any]:
    return np.fromiter(values, object)
