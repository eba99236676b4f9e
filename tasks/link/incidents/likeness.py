"""What speaks for it that happenings of two documents are one incident, and how much.

In come rows of `happenings` and pairs of them, by number; out comes for each pair which ids of
`seeds/retold_weights.csv` hold, the same whichever of the two comes first. The weights are what a linear model learned
from reports of several outlets on one incident (`make story`). All pairs at once: there are millions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge import event_types
from tasks.link.nearby import Bools, Ints
from tasks.link.weights import WEIGHTS, learned_weights
from tasks.link.where import ADMIN1, ADMIN2, COUNTRY, EARTH_DIAMETER_KM

Floats = npt.NDArray[np.float64]
Held = tuple[tuple[str, ...], Ints]
"""Ids of weights of which one at most holds of a pair, and for each pair which: a number, -1 for none."""

_OWNERS = ("none", "one", "both")
_KINDS = ("same", "shared", "near", "far", "other")
_DAYS = ("same", "overlap", "wide", "next", "two", "week", "far", "open")
_PUBLISHED = ("same_day", "next_day", "days", "week", "fortnight", "later")
_PLACES = ("same", "same_division", "inside", "near_division", "far_division", "near", "apart", "open", "abroad")
_NAMES = ("none", "one", "two", "three", "four", "six", "nine")
_SHARES = ("few", "some", "third", "half", "nearly_all")
_TOLLS = ("one", "same", "near", "off", "far")
# a day that is not known, and all else that is not
_NO_DAY, _NONE = -(10**9), -1


def weights() -> Mapping[str, int]:
    """Weight by id, in hundredths of a logit."""
    return learned_weights("retold_weights")


class Happenings(NamedTuple):
    """Rows of `happenings` as arrays; codes of what is compared, -1 where it is not known."""

    head: Ints
    types: Ints
    near: Ints
    far: Ints
    first: Ints
    last: Ints
    has_days: Bools
    is_dated: Ints
    published: Ints
    rank: Ints
    country: Ints
    admin1: Ints
    admin2: Ints
    place: Ints
    latitude: Floats
    longitude: Floats
    killed: Ints
    injured: Ints
    is_main: Ints
    name: Ints
    names_start: Ints

    @classmethod
    def of(cls, rows: pa.Table) -> Happenings:
        """Of a table."""
        rows = rows.combine_chunks()
        heads, types, near, far = _types(rows["event_type_codes"].combine_chunks())
        first, last = (_numbers(rows[column], _NO_DAY) for column in ("first_day", "last_day"))
        country, admin1, admin2, place = (
            _codes(rows[column]) for column in ("country_code", "admin1", "admin2", "place_id")
        )
        latitude, longitude = (
            pc.cast(rows[column], pa.float64()).to_numpy(zero_copy_only=False) for column in ("latitude", "longitude")
        )
        names = rows["names"].combine_chunks()
        return cls(
            head=heads,
            types=types,
            near=near,
            far=far,
            first=first,
            last=last,
            has_days=(first != _NO_DAY) & (last != _NO_DAY),
            is_dated=_numbers(rows["is_dated"], 0),
            published=_numbers(rows["published_day"], _NO_DAY),
            rank=_numbers(rows["place_rank"], 0),
            country=country,
            admin1=admin1,
            admin2=admin2,
            place=place,
            latitude=latitude,
            longitude=longitude,
            killed=_numbers(rows["killed"], _NONE),
            injured=_numbers(rows["injured"], _NONE),
            is_main=_numbers(rows["is_main"], 0),
            name=_codes(names.flatten()),
            names_start=names.offsets.to_numpy().astype(np.int64) - names.offsets[0].as_py(),
        )

    def likeness(self, ones: Ints, others: Ints) -> Iterator[Held]:
        """What holds of pairs of rows, one kind of likeness after the other."""
        yield ("always",), np.zeros(len(ones), np.int64)
        yield _ids("kind", _KINDS), self._kinds(ones, others)
        yield from self._days(ones, others)
        yield _ids("place", _PLACES), self._places(ones, others)
        yield from self._names(ones, others)
        for count in ("killed", "injured"):
            yield _ids(count, _TOLLS), _tolls(getattr(self, count)[ones], getattr(self, count)[others])
        yield _ids("main", _OWNERS), self.is_main[ones] + self.is_main[others]

    def _kinds(self, ones: Ints, others: Ints) -> Ints:
        theirs = self.types[others]
        conditions = [
            self.head[ones] == self.head[others],
            (self.types[ones] & theirs) != 0,
            (self.near[ones] & theirs) != 0,
            (self.far[ones] & theirs) != 0,
        ]
        return np.select(conditions, range(4), 4).astype(np.int64)

    def _days(self, ones: Ints, others: Ints) -> Iterator[Held]:
        between = np.maximum(self.first[ones], self.first[others]) - np.minimum(self.last[ones], self.last[others])
        long = self.last - self.first
        widest = np.maximum(long[ones], long[others])
        conditions = [
            ~(self.has_days[ones] & self.has_days[others]),
            (between <= 0) & (widest == 0),
            (between <= 0) & (widest <= WEIGHTS.few_days),
            between <= 0,
            between == 1,
            between == 2,
            between <= 7,
        ]
        day = np.select(conditions, [_DAYS.index("open"), *range(6)], _DAYS.index("far"))
        ids = tuple(f"day_{relation}_{owners}" for relation in _DAYS for owners in _OWNERS)
        yield ids, day * len(_OWNERS) + self.is_dated[ones] + self.is_dated[others]
        apart = np.abs(self.published[ones] - self.published[others])
        is_known = (self.published[ones] != _NO_DAY) & (self.published[others] != _NO_DAY)
        later = np.searchsorted([0, 1, 3, 7, 14], apart)
        yield _ids("published", _PUBLISHED), np.where(is_known, later, _NONE)

    def _places(self, ones: Ints, others: Ints) -> Ints:
        def is_same(codes: Ints) -> Bools:
            same: Bools = (codes[ones] == codes[others]) & (codes[ones] >= 0)
            return same

        rank = np.minimum(self.rank[ones], self.rank[others])
        is_known = (self.country[ones] >= 0) & (self.country[others] >= 0)
        is_near = self._kilometres(ones, others) <= WEIGHTS.retold_km
        is_one_division = is_same(self.admin1)
        is_inside = (rank == ADMIN1) | ((rank == ADMIN2) & is_same(self.admin2))
        conditions = [
            is_known & ~is_same(self.country),
            rank <= COUNTRY,
            is_same(self.place) & (rank > ADMIN1),
            is_same(self.place),
            is_one_division & is_inside,
            is_one_division & is_near,
            is_one_division,
            is_near,
        ]
        names = ("abroad", "open", "same", "same_division", "inside", "near_division", "far_division", "near")
        return np.select(conditions, [_PLACES.index(name) for name in names], _PLACES.index("apart")).astype(np.int64)

    def _kilometres(self, ones: Ints, others: Ints) -> Floats:
        """Great-circle distances; what has no coordinates is nowhere near."""
        north, south = np.radians(self.latitude[ones]), np.radians(self.latitude[others])
        east, west = np.radians(self.longitude[ones]), np.radians(self.longitude[others])
        across = np.sin((north - south) / 2) ** 2 + np.cos(north) * np.cos(south) * np.sin((east - west) / 2) ** 2
        found: Floats = np.nan_to_num(EARTH_DIAMETER_KM * np.arcsin(np.minimum(1, np.sqrt(across))), nan=np.inf)
        return found

    def _names(self, ones: Ints, others: Ints) -> Iterator[Held]:
        """How many names two share, and what share that is of those of the one with fewer."""
        length = np.diff(self.names_start)
        keys = []
        for rows in (ones, others):
            times = length[rows]
            pair = np.repeat(np.arange(len(rows)), times)
            step = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
            keys.append(pair * (int(self.name.max(initial=0)) + 1) + self.name[self.names_start[rows][pair] + step])
        both = np.sort(np.concatenate(keys))
        twice = both[1:][both[1:] == both[:-1]] // (int(self.name.max(initial=0)) + 1)
        shared = np.bincount(twice, minlength=len(ones))
        yield _ids("names", _NAMES), np.searchsorted([1, 2, 3, 4, 6, 9], shared, side="right")
        fewer = np.minimum(length[ones], length[others])
        # in hundredths, so that no machine rounds otherwise
        share = np.searchsorted([15, 30, 50, 70], 100 * shared // np.maximum(1, fewer), side="right")
        yield _ids("share", _SHARES), np.where(fewer > 0, share, _NONE)


def _ids(kind: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{kind}_{value}" for value in values)


def _tolls(ours: Ints, theirs: Ints) -> Ints:
    low, high = np.minimum(ours, theirs), np.maximum(ours, theirs)
    ratio = high / np.maximum(1, low)
    conditions = [
        low < 0,
        (low == high) & (low <= 1),
        low == high,
        ratio <= WEIGHTS.counts_near_ratio,
        ratio <= WEIGHTS.counts_off_ratio,
    ]
    return np.select(conditions, [_NONE, 0, 1, 2, 3], 4).astype(np.int64)


def _numbers(column: pa.ChunkedArray, unknown: int) -> Ints:
    found: Ints = pc.fill_null(pc.cast(column, pa.int64()), unknown).to_numpy()
    return found


def _codes(column: pa.ChunkedArray | pa.Array) -> Ints:
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found: Ints = pc.fill_null(pc.cast(column.dictionary_encode().indices, pa.int64()), _NONE).to_numpy()
    return found


def _types(lists: pa.Array) -> tuple[Ints, Ints, Ints, Ints]:
    """Of each row its first type as a number; all of them as bits, with those that are near them, and far ones."""
    order = list(event_types.incident_classes())
    bits = {code: 1 << number for number, code in enumerate(order)}
    kinds = lists.to_pylist()
    # most rows have one of few sets of types
    known: dict[tuple[str, ...], tuple[int, int, int, int]] = {}
    for codes in {tuple(codes) for codes in kinds}:
        near, far = (
            sum(bits[like] for like in order if any(_closeness(code, like) == level for code in codes))
            for level in (event_types.NEAR, event_types.FAR)
        )
        known[codes] = order.index(codes[0]), reduce(int.__or__, (bits[code] for code in codes)), near, far
    found = np.array([known[tuple(codes)] for codes in kinds], np.int64).reshape(-1, 4)
    return found[:, 0], found[:, 1], found[:, 2], found[:, 3]


def _closeness(one: str, other: str) -> int:
    return event_types.closeness(frozenset((one,)), frozenset((other,)))
