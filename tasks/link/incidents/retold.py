"""Which happenings of different documents are told alike, and how much so.

In come rows of `happenings` as they are now, and those of before that changed or went; out come pairs of happenings
with what speaks for them. Two are compared that share a name, a place or a province, unless very many of those days
have it, and fall on near days. Which pairs there are and what they score depends on nothing but the happenings of one
name and few days, so news leaves all others as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.incidents.likeness import Happenings, weights
from tasks.link.nearby import Bools, Ints
from tasks.link.weights import WEIGHTS

# what stands for a happening beside its names
PLACES = ("admin1", "place_id")
# pairs of happenings looked at together
_BATCH = 500_000
_UNKNOWN = -(10**9)


class Alike(NamedTuple):
    """Two happenings by their numbers, the smaller first, and how much speaks for one incident, in hundredths."""

    score: int
    one: int
    other: int


class Retold:
    """Happenings as they are now, by number, with an index of their names and days."""

    def __init__(self, happenings: pa.Table, fresh: pa.Array, before: pa.Table) -> None:
        """`fresh`: ids of those that are new or others now; `before`: rows of those that changed or went."""
        self.happenings = happenings.combine_chunks()
        self.ids: pa.Array = self.happenings["happening_id"].combine_chunks()
        self.is_fresh: Bools = pc.is_in(self.ids, value_set=fresh).to_numpy(zero_copy_only=False)
        self._before = before.combine_chunks()
        self._day = _days(self.happenings)
        self._document = self.happenings["document_id"].combine_chunks().dictionary_encode().indices.to_numpy()

    def touched(self) -> Bools:
        """Those that are new or others now, and those of which the pairs may have changed."""
        row, key, is_crowded, was_crowded = self._index
        found = self.is_fresh.copy()
        found[row[(is_crowded != was_crowded)[key]]] = True
        return found

    def alike(self, rows: Ints, done: Bools) -> list[Alike]:
        """The pairs of these with all others but those that are done, as far as they are alike enough."""
        is_wanted = np.zeros(len(self.ids), bool)
        is_wanted[rows] = True
        found: list[Alike] = []
        for ones, others in self.pairs(is_wanted, done):
            scores = self._scores(ones, others)
            alike = scores > WEIGHTS.one_incident
            found += map(Alike, scores[alike].tolist(), ones[alike].tolist(), others[alike].tolist())
        return found

    def _scores(self, ones: Ints, others: Ints) -> Ints:
        learned = weights()
        scores = np.zeros(len(ones), np.int64)
        for ids, held in self.compared.likeness(ones, others):
            # the last value is that of -1
            scores += np.array([*(learned.get(name, 0) for name in ids), 0])[held]
        return scores

    @cached_property
    def compared(self) -> Happenings:
        """The same, as they are compared."""
        return Happenings.of(self.happenings)

    @cached_property
    def _index(self) -> tuple[Ints, Ints, Bools, Bools]:
        """Row and key of each name of each happening, by key; of each key, whether very many have it, or had it."""
        now, was = _names(self.happenings, self._day), _names(self._before, _days(self._before))
        names = pa.concat_arrays([now[1], was[1]]).dictionary_encode()
        days = np.concatenate([now[2], was[2]])
        # a key: a name in one of the spans of days; the spans overlap, so that near days share one
        key = np.unique(names.indices.to_numpy().astype(np.int64) * 10**7 + days + 10**6, return_inverse=True)[1]
        count = int(key.max(initial=-1)) + 1
        key_now, key_was = np.split(key, [len(now[0])])
        fresh = self.is_fresh[now[0]]
        many = np.bincount(key_now, minlength=count)
        many_before = many - np.bincount(key_now[fresh], minlength=count) + np.bincount(key_was, minlength=count)
        order = np.argsort(key_now, kind="stable")
        crowd = WEIGHTS.retold_crowd
        return now[0][order], key_now[order], many > crowd, many_before > crowd

    def pairs(self, is_wanted: Bools, done: Bools) -> Iterator[tuple[Ints, Ints]]:
        """Pairs of near days and different documents that a wanted one is in, each once, in batches."""
        row, key, is_crowded, _ = self._index
        is_kept = ~is_crowded[key] & ~done[row]
        # only names that a wanted one has
        has_wanted = np.zeros(len(is_crowded), bool)
        has_wanted[key[is_kept & is_wanted[row]]] = True
        is_kept &= has_wanted[key]
        row, key = row[is_kept], key[is_kept]
        found = [np.empty(0, np.int64)]
        for apart in range(1, WEIGHTS.retold_crowd):
            ones, others = row[:-apart], row[apart:]
            is_pair = (key[:-apart] == key[apart:]) & (is_wanted[ones] | is_wanted[others])
            if not is_pair.any() and not (key[:-apart] == key[apart:]).any():
                break
            ones, others = ones[is_pair], others[is_pair]
            is_near = np.abs(self._day[ones] - self._day[others]) <= WEIGHTS.retold_days
            is_near &= self._document[ones] != self._document[others]
            ones, others = ones[is_near], others[is_near]
            found.append(np.minimum(ones, others) * len(self.ids) + np.maximum(ones, others))
        pairs = np.unique(np.concatenate(found))
        for start in range(0, len(pairs), _BATCH):
            yield np.divmod(pairs[start : start + _BATCH], max(1, len(self.ids)))


def _days(happenings: pa.Table) -> Ints:
    """The last day of each where it falls on few, else that of publication."""
    first, last = happenings["first_day"], happenings["last_day"]
    is_exact = pc.less_equal(pc.subtract(last, first), WEIGHTS.few_days)
    days = pc.if_else(pc.fill_null(is_exact, False), last, happenings["published_day"])
    found: Ints = pc.fill_null(pc.cast(days, pa.int64()), _UNKNOWN).combine_chunks().to_numpy()
    return found


def _names(happenings: pa.Table, day: Ints) -> tuple[Ints, pa.Array, Ints]:
    """Row, name or place, and span of days of each happening that has a day; every one twice."""
    lists = happenings["names"].combine_chunks()
    places = [happenings[column].combine_chunks() for column in PLACES]
    rows = [pc.list_parent_indices(lists).to_numpy(), *(np.flatnonzero(pc.is_valid(place)) for place in places)]
    row = np.concatenate(rows).astype(np.int64)
    is_dated = day[row] > _UNKNOWN
    row, name = row[is_dated], pa.concat_arrays([lists.flatten(), *(place.drop_null() for place in places)])
    name = name.filter(pa.array(is_dated))
    half = WEIGHTS.retold_days
    spans = [2 * (day[row] // (2 * half)), 2 * ((day[row] + half) // (2 * half)) + 1]
    return np.concatenate([row, row]), pa.concat_arrays([name, name]), np.concatenate(spans)
