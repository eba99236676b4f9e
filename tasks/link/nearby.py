"""Which tellings are worth comparing: those of one place, or of a place around it, that may fall on one day.

Takes tellings of one family of kinds; gives pairs, or the finer events around a coarser telling. Cost grows with the
number of tellings a day and place, and in a crowd only those that share a rare word or figure meet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tasks.link.tellings import ADMIN1, ADMIN2, COUNTRY, FAR_OFF, LONG_AGO, NOWHERE, POINT, SETTLEMENT, Telling, Where

# a day and place with more tellings than this is searched by shared words and figures, not pair by pair
CROWD = 150
# with more tellings than this a day and place are busy: that two of them are of one kind says little
BUSY = 12
# in a crowd each telling meets this many neighbours for each of its rarest words and figures
NEIGHBOURS, RARE_MARKS = 8, 6
# spans of more days than this have no day to be looked up by
LONG_SPAN = 14
# a coarse telling with more finer events around it than this names none of them
TOO_MANY = 60
# spots are looked up by cells of a degree's twentieth, towns around them by a fifth
_SPOT_CELLS, _TOWN_CELLS = 20, 5

Key = tuple[object, ...]


def span(telling: Telling) -> tuple[int, int] | None:
    """The days on which others that tell the same may fall; None where these are too many to look through."""
    if telling.firm:
        low, high = min(telling.firm) - 1, max(telling.firm) + 1
    elif telling.weak:
        low, high = min(telling.weak), max(telling.weak)
    else:
        return None
    return None if low <= LONG_AGO or high >= FAR_OFF or high - low > LONG_SPAN else (low, high)


def pairs(tellings: Sequence[Telling]) -> Iterator[tuple[Telling, Telling, int]]:
    """Pairs at one place whose days may meet, each once, the smaller id first; how many tellings were around."""
    by_place: dict[Key, list[Telling]] = defaultdict(list)
    for telling in tellings:
        by_place[_place_key(telling.where)].append(telling)
    for members in by_place.values():
        if len(members) > 1:
            for one, other, company in _pairs_at_one_place(members):
                yield (one, other, company) if one.id < other.id else (other, one, company)


def _place_key(where: Where) -> Key:
    if where.rank == POINT and where.latitude is not None and where.longitude is not None:
        return POINT, *_cell(where.latitude, where.longitude, _SPOT_CELLS)
    if where.rank >= SETTLEMENT:
        return where.rank, where.place_id or where.name
    if where.rank == ADMIN2:
        return ADMIN2, where.admin2 or where.place_id or where.name
    if where.rank == ADMIN1:
        return ADMIN1, where.admin1 or where.place_id or where.name
    return where.rank, where.country if where.rank == COUNTRY else None


def _cell(latitude: float, longitude: float, per_degree: int) -> tuple[int, int]:
    return int(latitude * per_degree // 1), int(longitude * per_degree // 1)


def _pairs_at_one_place(members: list[Telling]) -> Iterator[tuple[Telling, Telling, int]]:
    dated, long = [], []
    for member in members:
        days = span(member)
        if days:
            dated.append((*days, member.id, member))
        else:
            long.append(member)
    marks = _Marks(members) if len(members) > CROWD else None
    dated.sort(key=lambda entry: entry[:3])
    long.sort(key=lambda member: member.id)
    active: list[tuple[int, Telling]] = []
    for low, high, _, member in dated:
        active = [entry for entry in active if entry[0] >= low]
        if marks and len(active) > CROWD:
            near = marks.neighbours(member)
            yield from ((other, member, len(active)) for other in near if (days := span(other)) and days[1] >= low)
        else:
            yield from ((other, member, len(active)) for _, other in active)
        active.append((high, member))
        if marks:
            marks.add(member)
    # "in June" meets the days of June at a place that is a place, and other long spans anywhere
    known = [entry[3] for entry in dated] if members[0].where.rank >= ADMIN2 else []
    if marks and not known:
        marks.forget()
    for member in long:
        near = marks.neighbours(member) if marks and len(known) > CROWD else known
        yield from ((other, member, len(near)) for other in near)
        known.append(member)
        if marks:
            marks.add(member)


class _Marks:
    """Words and figures of the tellings seen so far at one place, the rare ones, to meet each other by."""

    def __init__(self, members: Sequence[Telling]) -> None:
        counted = Counter(mark for member in members for mark in _marks(member))
        self._count = counted
        self._seen: dict[object, list[Telling]] = defaultdict(list)

    def forget(self) -> None:
        self._seen.clear()

    def _rarest(self, member: Telling) -> list[object]:
        shared = [(self._count[mark], str(mark), mark) for mark in _marks(member) if self._count[mark] > 1]
        return [mark for _, _, mark in sorted(shared, key=lambda entry: entry[:2])[:RARE_MARKS]]

    def neighbours(self, member: Telling) -> list[Telling]:
        found = {other.id: other for mark in self._rarest(member) for other in self._seen[mark][-NEIGHBOURS:]}
        return [found[key] for key in sorted(found)]

    def add(self, member: Telling) -> None:
        for mark in self._rarest(member):
            self._seen[mark].append(member)


def _marks(member: Telling) -> set[object]:
    marks: set[object] = {word for words in member.wordings for word in words}
    return marks | {(kind, *bounds) for kind, bounds in member.figures.items()}


class Surroundings:
    """The finer events around a coarser telling, by the division that holds them and by day."""

    def __init__(self, finer: Sequence[Telling], rank: int) -> None:
        self._rank = rank
        self._events: dict[Key, list[Telling]] = defaultdict(list)
        for event in finer:
            days = span(event)
            key = self._key(event.where)
            if days and key is not None:
                for day in range(days[0], days[1] + 1):
                    self._events[(*key, day)].append(event)

    def _key(self, where: Where) -> Key | None:
        if self._rank == NOWHERE:
            return ()
        if self._rank == COUNTRY:
            return (where.country,) if where.country else None
        if self._rank == SETTLEMENT:
            if where.latitude is None or where.longitude is None:
                return None
            return _cell(where.latitude, where.longitude, _TOWN_CELLS)
        return (where.admin1,) if where.admin1 else None

    def of(self, telling: Telling) -> list[Telling]:
        """Finer events by id; none where the telling has no day, or more of them than it can mean."""
        days, key = span(telling), self._key(telling.where)
        if days is None or key is None:
            return []
        keys = [key]
        if self._rank == SETTLEMENT:
            north, east = _cell(telling.where.latitude or 0.0, telling.where.longitude or 0.0, _TOWN_CELLS)
            keys = [(north + up, east + right) for up in (-1, 0, 1) for right in (-1, 0, 1)]
        found: dict[str, Telling] = {}
        for area in keys:
            for day in range(days[0], days[1] + 1):
                found.update((event.id, event) for event in self._events.get((*area, day), ()))
                if len(found) > TOO_MANY:
                    return []
        return [found[key] for key in sorted(found)]
