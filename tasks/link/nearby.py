"""Which accounts are worth comparing: those of one place, or of a place around it, that may fall on one day.

In come where and when accounts of one family of event types lie, as arrays; out come pairs, or the finer ones around a
coarser one. What meets what depends on nothing but the accounts of one place on the same few days, so that news of one
week leaves all others as they were. Cost grows with the number of accounts a day and place, and in a crowd only those
that share a rare word or figure meet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.accounts import Account
from tasks.link.days import FAR_OFF, LONG_AGO
from tasks.link.weights import WEIGHTS
from tasks.link.where import ADMIN1, ADMIN2, COUNTRY, NOWHERE, POINT, SETTLEMENT, Where

# more than the cells of a degree of latitude, and than any day's number; a region that is not known
_CELLS, _DAYS, _UNKNOWN = 10_000, 10**8, -(10**9)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Pair = tuple[int, int, int]
AccountsOf = Callable[[Sequence[int]], Sequence[Account]]


class Setting(NamedTuple):
    """Where and when others that tell the same are looked for: place, what holds it, first and last day (ordinals)."""

    place: str
    rank: int
    country: str | None
    admin1: str | None
    cell: int | None
    low: int
    high: int


def setting(account: Account) -> Setting:
    """The setting of an account; days without bound where it has none."""
    where = account.where
    days = account.firm or account.weak
    low, high = LONG_AGO, FAR_OFF
    if days:
        margin = WEIGHTS.days_apart if account.firm else 0
        low, high = max(LONG_AGO, min(days) - margin), min(FAR_OFF, max(days) + margin)
    cell = None
    if where.latitude is not None and where.longitude is not None:
        north, east = _cell(where.latitude, where.longitude, WEIGHTS.town_cells)
        cell = north * _CELLS + east
    return Setting(_place(where), where.rank, where.country, where.admin1, cell, low, high)


def _place(where: Where) -> str:
    """What two accounts of one place share."""
    if where.rank == POINT and where.latitude is not None and where.longitude is not None:
        parts: tuple[object, ...] = _cell(where.latitude, where.longitude, WEIGHTS.spot_cells)
    else:
        division = {ADMIN2: where.admin2, ADMIN1: where.admin1, COUNTRY: where.country or "", NOWHERE: ""}
        named = division.get(where.rank) or (where.place_id if where.rank >= ADMIN1 else "")
        parts = (named,) if named is not None else ("named", *sorted(where.name))
    return " ".join(map(str, (where.rank, *parts)))


def _cell(latitude: float, longitude: float, per_degree: int) -> tuple[int, int]:
    return int(latitude * per_degree // 1), int(longitude * per_degree // 1)


class Settings:
    """Settings as arrays, one entry an account, all of one family; places and what holds them as numbers."""

    def __init__(self, ids: Sequence[str], rows: pd.DataFrame) -> None:
        """`rows`: columns of Setting, in the order of `ids`."""
        self.ids = ids
        self.place = _numbered(rows["place"])
        self.rank: Ints = rows["rank"].to_numpy(np.int64)
        self.country, self.admin1 = _numbered(rows["country"]), _numbered(rows["admin1"])
        self.cell: Ints = rows["cell"].astype("float64").fillna(_UNKNOWN).to_numpy().astype(np.int64)
        self.low: Ints = rows["low"].to_numpy(np.int64)
        self.high: Ints = rows["high"].to_numpy(np.int64)
        self.is_long: Bools = self.high - self.low > WEIGHTS.long_span

    @classmethod
    def of(cls, accounts: Sequence[Account]) -> Settings:
        """The settings of these accounts, in their order."""
        rows = pd.DataFrame([setting(account) for account in accounts], columns=list(Setting._fields))
        return cls([account.id for account in accounts], rows)

    def regions(self, rank: int) -> Ints:
        """What a coarse account of this rank and the finer ones around it share."""
        if rank == NOWHERE:
            return np.zeros(len(self.low), np.int64)
        return self.country if rank == COUNTRY else self.cell if rank == SETTLEMENT else self.admin1


def _numbered(words: pd.Series) -> Ints:
    numbers = pd.factorize(words)[0].astype(np.int64)
    return np.where(numbers < 0, _UNKNOWN, numbers)


class Calendar:
    """Accounts of few days by region and day: how many are there, and which."""

    def __init__(self, members: Ints, regions: Ints, low: Ints, high: Ints) -> None:
        """`members`: their numbers; the arrays have an entry for each number there is."""
        members = members[np.lexsort((low[members], regions[members]))]
        self._members = members
        self._low, self._high = low[members], high[members]
        self._starts = regions[members] * _DAYS + self._low
        self._ends = np.sort(regions[members] * _DAYS + self._high)

    def count(self, regions: Ints, low: Ints, high: Ints) -> Ints:
        """How many lie in each of these regions and on one of its days."""
        begun = np.searchsorted(self._starts, regions * _DAYS + high, "right")
        return begun - np.searchsorted(self._ends, regions * _DAYS + low, "left")

    def meeting(self, region: int, low: int, high: int) -> Ints:
        """The numbers of those that lie there on one of these days."""
        first = np.searchsorted(self._starts, region * _DAYS + low - WEIGHTS.long_span, "left")
        last = np.searchsorted(self._starts, region * _DAYS + high, "right")
        return self._members[first:last][self._high[first:last] >= low]


class Meetings:
    """Who at one place meets whom.

    An account of few days meets those of few days that begin before it and last until it begins, among them, in a
    crowd, only those that share its rare marks. One of many days (long) meets in the same way those of just its days;
    at a place that is no country or province also all others on its days, unless these are a crowd. How many it meets
    is its company; that of a pair is its later member's.
    """

    def __init__(self, settings: Settings, accounts_of: AccountsOf) -> None:
        self._settings, self._accounts_of = settings, accounts_of
        place, low, high, is_long = settings.place, settings.low, settings.high, settings.is_long
        by_id = np.empty(len(place), np.int64)
        by_id[pc.sort_indices(pa.array(settings.ids, pa.string())).to_numpy()] = np.arange(len(place))
        order = np.lexsort((by_id, high, low, is_long, place))
        # a lane holds the accounts of few days at a place, or the long ones of one span of days there
        place, low, high, is_long = place[order], low[order], high[order], is_long[order]
        is_first = np.ones(len(order), bool)
        is_other_span = (np.diff(low) != 0) | (np.diff(high) != 0)
        is_first[1:] = (np.diff(place) != 0) | np.diff(is_long) | (is_long[1:] & is_other_span)
        self._order, self._low, self._high = order, low, high
        self._at = np.empty(len(order), np.int64)
        self._at[order] = np.arange(len(order))
        self._start = np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
        bounds = np.append(np.flatnonzero(is_first), len(order))
        self._stop = np.repeat(bounds[1:], np.diff(bounds))
        self._company = self._before()
        self._wide = self._around(place, is_long)
        # the long ones of a place, by place
        where_long = np.flatnonzero(is_long)
        self._long_at = dict(zip(*_runs(place[where_long], where_long), strict=True))
        short = np.flatnonzero(~settings.is_long)
        self._is_asked = np.zeros(len(order), bool)
        self._short = Calendar(short, settings.place, settings.low, settings.high)

    def _before(self) -> Ints:
        lane = self._start * _DAYS
        ends = np.sort(lane + self._high)
        passed = np.searchsorted(ends, lane + self._low, "left") - self._start
        return np.arange(len(lane)) - self._start - passed

    def _around(self, place: Ints, is_long: Bools) -> Ints:
        """How many others lie on the days of each long account at a place that is a place; zero for the rest."""
        wide = np.zeros(len(place), np.int64)
        chosen = np.flatnonzero(is_long & (self._settings.rank[self._order] >= ADMIN2))
        if not len(chosen):
            return wide
        for members in (np.flatnonzero(~is_long), chosen):
            starts = np.sort(place[members] * _DAYS + self._low[members])
            ends = np.sort(place[members] * _DAYS + self._high[members])
            begun = np.searchsorted(starts, place[chosen] * _DAYS + self._high[chosen], "right")
            wide[chosen] += begun - np.searchsorted(ends, place[chosen] * _DAYS + self._low[chosen], "left")
        wide[chosen] -= 1
        return wide

    def company(self) -> tuple[Ints, Ints]:
        """Of each account, how many before it in its lane it meets; if it is long, how many others lie on its days."""
        return self._company[self._at], self._wide[self._at]

    def pairs(self, accounts: Ints) -> Iterator[Pair]:
        """Each pair that one of these accounts is in, once: two numbers and the pair's company."""
        at = np.sort(self._at[accounts])
        is_asked = self._is_asked
        is_asked[at] = True
        crowded: set[int] = set()
        number = self._order
        # behind most there is nobody in their lane who is not asked for
        free = np.cumsum(~is_asked)
        has_free = free[self._stop[at] - 1] > free[at]
        for place, has_others in zip(at.tolist(), has_free.tolist(), strict=True):
            company = int(self._company[place])
            if company > WEIGHTS.crowd:
                crowded.add(place)
            elif company:
                for other in self._seen_by(place).tolist():
                    yield int(number[other]), int(number[place]), company
            for other in self._seeing(place).tolist() if has_others else ():
                if self._company[other] > WEIGHTS.crowd:
                    crowded.add(other)
                else:
                    yield int(number[place]), int(number[other]), int(self._company[other])
            yield from self._wide_pairs(place, is_asked)
        for one, other, company in self._crowded(sorted(crowded)):
            if is_asked[one] or is_asked[other]:
                yield int(number[one]), int(number[other]), company
        is_asked[at] = False

    def _seen_by(self, place: int) -> Ints:
        start = int(self._start[place])
        first = start + int(np.searchsorted(self._low[start:place], self._low[place] - WEIGHTS.long_span, "left"))
        return first + np.flatnonzero(self._high[first:place] >= self._low[place])

    def _seeing(self, place: int) -> Ints:
        """Those that begin later, on its days; those asked for will see it themselves."""
        last = place + 1 + np.searchsorted(self._low[place + 1 : self._stop[place]], self._high[place], "right")
        return place + 1 + np.flatnonzero(~self._is_asked[place + 1 : last])

    def _wide_pairs(self, place: int, is_asked: Bools) -> Iterator[Pair]:
        """Pairs of a long account and another of other days that one asked for is in."""
        settings, number = self._settings, int(self._order[place])
        low, high, start = self._low[place], self._high[place], self._start[place]
        if settings.rank[number] < ADMIN2 or settings.place[number] not in self._long_at:
            return
        longs = self._long_at[settings.place[number]]
        longs = longs[(self._low[longs] <= high) & (self._high[longs] >= low) & (self._start[longs] != start)]
        own = int(self._wide[place])
        for other in longs.tolist():
            if is_asked[other] and (other < place or not settings.is_long[number]):
                continue
            company = own if settings.is_long[number] and other < place else int(self._wide[other])
            if company <= WEIGHTS.crowd:
                yield int(self._order[other]), number, company
        if settings.is_long[number] and own <= WEIGHTS.crowd:
            for met in self._short.meeting(int(settings.place[number]), int(low), int(high)).tolist():
                yield met, number, own

    def _crowded(self, places: Sequence[int]) -> Iterator[Pair]:
        """What these meet of those that they see, by words and figures that are rare among them."""
        marks: dict[int, list[tuple[str, object]]] = {}
        asked = set(places)
        reach: set[int] = set()
        for place in places:
            if not reach or place - 1 not in asked or self._start[place] == place:
                reach.update(self._seen_by(place).tolist())
            reach.add(place)
        active: list[tuple[int, int]] = []
        count: Counter[object] = Counter()
        seen: dict[object, list[int]] = defaultdict(list)
        lane = -1
        in_order = sorted(reach)
        accounts = self._accounts_of(self._order[in_order].tolist())
        for place, account in zip(in_order, accounts, strict=True):
            if self._start[place] != lane:
                lane = int(self._start[place])
                active, count, seen, marks = [], Counter(), defaultdict(list), {}
            low = int(self._low[place])
            while active and active[0][0] < low:
                gone = heappop(active)[1]
                for _, mark in marks.pop(gone):
                    count[mark] -= 1
                    seen[mark].remove(gone)
            mine = marks[place] = _marks(account)
            if place in asked:
                rarest = sorted((count[mark], text, mark) for text, mark in mine if count[mark])[: WEIGHTS.rare_marks]
                near = {other for _, _, mark in rarest for other in seen[mark][-WEIGHTS.neighbours :]}
                for other in sorted(near):
                    yield other, place, int(self._company[place])
            for _, mark in mine:
                count[mark] += 1
                seen[mark].append(place)
            heappush(active, (int(self._high[place]), place))


def _runs(keys: Ints, values: Ints) -> tuple[list[int], list[Ints]]:
    """Sorted keys, each once, and the values of each."""
    firsts = np.flatnonzero(np.append(True, np.diff(keys) != 0)) if len(keys) else np.empty(0, np.int64)
    return keys[firsts].tolist(), np.split(values, firsts[1:])[: len(firsts)]


def _marks(member: Account) -> list[tuple[str, object]]:
    """Words and figures of an account, each with its name to sort by."""
    marks: set[Any] = {word for words in member.wordings for word in words}
    marks.update((count, *bounds) for count, bounds in member.figures.items())
    return [(str(mark), mark) for mark in marks]


class Surroundings:
    """The finer accounts around a coarser one of a rank, by what holds them and by day."""

    def __init__(self, settings: Settings, rank: int, among: Bools) -> None:
        """`among`: which accounts there are; others of `settings` are not looked at."""
        self._settings, self._rank = settings, rank
        self._regions = settings.regions(rank)
        has_days = among & ~settings.is_long & (self._regions > _UNKNOWN)
        self._finer = Calendar(
            np.flatnonzero(has_days & (settings.rank > rank)), self._regions, settings.low, settings.high
        )
        self.coarse = np.flatnonzero(has_days & (settings.rank == rank))
        self._coarse = Calendar(self.coarse, self._regions, settings.low, settings.high)

    def count(self, coarse: Ints) -> Ints:
        """How many finer ones lie around each of these."""
        low, high = self._settings.low[coarse], self._settings.high[coarse]
        areas = (self._finer.count(self._regions[coarse] + shift, low, high) for shift in self._shifts())
        return sum(areas, np.zeros(len(coarse), np.int64))

    def of(self, account: int) -> Ints:
        """The finer ones around a coarse one; none where they are more than it can mean."""
        found = self._meeting(self._finer, account)
        return found[: len(found) if len(found) <= WEIGHTS.too_many else 0]

    def of_which(self, account: int) -> Ints:
        """The coarse ones that have this finer one around them."""
        return self._meeting(self._coarse, account)

    def _meeting(self, calendar: Calendar, account: int) -> Ints:
        low, high = int(self._settings.low[account]), int(self._settings.high[account])
        region = int(self._regions[account])
        if self._settings.is_long[account] or region <= _UNKNOWN:
            return np.empty(0, np.int64)
        return np.concatenate([calendar.meeting(region + shift, low, high) for shift in self._shifts()])

    def _shifts(self) -> Iterable[int]:
        """From a region to itself and its neighbours: a town lies in the cell of a spot, or in one beside it."""
        if self._rank != SETTLEMENT:
            return (0,)
        return (north * _CELLS + east for north in (-1, 0, 1) for east in (-1, 0, 1))
