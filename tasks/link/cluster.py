"""Which mentions tell one event.

First the mentions of one family of kinds that one document tells find each other: these are its tellings. Then
tellings of all documents at one place unite to groups, and last, rank by rank, groups at coarser places join the one
finer event that fits. Clusters are a function of the set: pairs are taken by score, then by id, and two tellings that
contradict each other are never in one cluster, however many others lie between them.

Each step takes what is new and what is known from before, and redoes only what the new can have changed: an event
whose tellings met nobody new, in no other company than before, stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, islice

import numpy as np

from tasks.link import nearby
from tasks.link.compare import (
    ENOUGH,
    ENOUGH_FOR_COARSE,
    ENOUGH_FOR_VAGUE,
    ENOUGH_WHERE_BUSY,
    LEAD,
    NEAR_TEXT,
    compare,
    conflict,
    text_distance,
)
from tasks.link.nearby import Bools, Ints, Meetings, Settings, Surroundings
from tasks.link.tellings import ADMIN1, ADMIN2, COUNTRY, NOWHERE, SETTLEMENT, Telling, unite, united

# the event that a coarser telling means, with the score of the two
Choice = tuple[float, Telling]
Found = tuple[float, str, str]
Members = tuple[int, ...]
TellingsOf = Callable[[Sequence[int]], Sequence[Telling]]

_COARSE = (SETTLEMENT, ADMIN2, ADMIN1, COUNTRY, NOWHERE)
# pairs whose tellings are fetched together
_CHUNK = 20_000


def in_text(mentions: Iterable[Telling]) -> list[Telling]:
    """The tellings of one document and one family of kinds, by id; every two mentions of one suit each other."""
    mentions = sorted(mentions, key=_id)
    by_id = {mention.id: mention for mention in mentions}

    def suits(one: Telling, other: Telling) -> bool:
        return not any(conflict(by_id[ours], by_id[theirs], together=True) for ours in one.ids for theirs in other.ids)

    groups = _Groups(mentions, suits)
    is_short = len(mentions) <= nearby.CROWD
    groups.take(
        (-result.score, one.id, other.id)
        for one, other in (combinations(mentions, 2) if is_short else _pairs(mentions))
        if one.where.rank == other.where.rank
        and (result := compare(one, other, together=True)) is not None
        and result.score >= ENOUGH
    )
    for rank in _COARSE:
        events = groups.all()
        coarse = [number for number, event in enumerate(events) if event.where.rank == rank]
        if not coarse:
            continue
        finer = [event for event in events if event.where.rank > rank]
        around = None if is_short else Surroundings(Settings.of(events), rank, np.ones(len(events), bool))
        chosen = []
        for number in coarse:
            choice = _choose_in_text(events[number], [events[at] for at in around.of(number)] if around else finer)
            if choice:
                chosen.append((-choice[0], events[number].id, choice[1].id))
        groups.take(chosen)
    return [united(by_id[mention] for mention in event.ids) for event in groups.all()]


def _pairs(tellings: Sequence[Telling]) -> Iterator[tuple[Telling, Telling]]:
    meetings = Meetings(Settings.of(tellings), lambda numbers: [tellings[number] for number in numbers])
    for one, other, _ in meetings.pairs(np.arange(len(tellings))):
        yield tellings[min(one, other)], tellings[max(one, other)]


def _choose_in_text(group: Telling, finer: Sequence[Telling]) -> Choice | None:
    """The event at a finer place that a coarser telling of its text means: the only one that fits, else the nearest."""
    fits = []
    for event in finer:
        result = None if _is_state_of_affairs(group, event) else compare(group, event, together=True)
        if result is not None and result.score >= ENOUGH:
            fits.append((text_distance(group, event), event.id, result.score, event))
    fits.sort(key=lambda fit: fit[:2])
    if len(fits) == 1 or (len(fits) > 1 and fits[0][0] < fits[1][0] and fits[0][0] <= NEAR_TEXT):
        return fits[0][2:]
    return None


def _suits(one: Telling, other: Telling) -> bool:
    """Across documents: what one document tells apart stays apart."""
    result = compare(one, other, together=False) if one.documents.isdisjoint(other.documents) else None
    return result is not None and result.score >= ENOUGH


def at_one_place(
    meetings: Meetings, place: Ints, tellings_of: TellingsOf, todo: Ints, group_of: Callable[[int], Ints]
) -> list[Members]:
    """Groups of tellings at one place, among `todo` and all that these touch; numbers in order of id.

    `todo`: what is new, and whole groups from before, among them all that do not meet the same others as before;
    `place`: a number for each telling; `group_of`: the group from before that a telling is in, in order of number. A
    group from before that goes on as it was is told only where it was to do.
    """
    todo = todo[np.argsort(place[todo], kind="stable")]
    is_first = np.append(True, np.diff(place[todo]) != 0)
    # some places at a time: as many tellings as are worth fetching together
    bounds: list[int] = [0]
    for start in np.flatnonzero(is_first).tolist():
        if start - bounds[-1] >= _CHUNK:
            bounds.append(start)
    return [
        group
        for numbers in np.split(todo, bounds[1:])
        for group in _at_these_places(meetings, place, tellings_of, set(numbers.tolist()), group_of)
    ]


def _at_these_places(
    meetings: Meetings, place: Ints, tellings_of: TellingsOf, todo: set[int], group_of: Callable[[int], Ints]
) -> Iterator[Members]:
    """Unite; where a group from before has lost or gained, it is to do as well, and its place once more."""
    found: dict[tuple[int, int], Found] = {}
    fresh = todo
    while todo:
        found |= _found(meetings.pairs(np.array(sorted(fresh), np.int64)), tellings_of)
        kept: dict[int, Members] = {}
        for other in {number for pair in found for number in pair} - todo:
            if other not in kept:
                members = tuple(group_of(other).tolist())
                kept |= dict.fromkeys(members, members)
        inside: dict[tuple[int, int], Found] = {}
        if kept:
            near = np.array(sorted(kept), np.int64)
            pairs = (pair for pair in meetings.pairs(near) if kept.get(pair[0]) == kept.get(pair[1], ()))
            inside = _found(pairs, tellings_of)
        numbers = sorted({*todo, *kept})
        members_of = dict(zip(numbers, tellings_of(numbers), strict=True))
        groups = _Groups(list(members_of.values()), _suits)
        groups.take((found | inside).values())
        number_of = {telling.id: number for number, telling in members_of.items()}
        united_now = [tuple(number_of[name] for name in group) for group in groups.members()]
        stay = set(kept.values())
        changed = [group for group in united_now if not todo.issuperset(group) and tuple(sorted(group)) not in stay]
        unsettled = {int(place[group[0]]) for group in changed}
        yield from (group for group in united_now if group[0] in todo and place[group[0]] not in unsettled)
        fresh = {number for group in changed for one in group for number in kept.get(one, ())} - todo
        todo = {number for number in todo if place[number] in unsettled} | fresh
        found = {pair: value for pair, value in found.items() if place[pair[0]] in unsettled}


def _found(pairs: Iterable[tuple[int, int, int]], tellings_of: TellingsOf) -> dict[tuple[int, int], Found]:
    """The pairs that score enough to be one event."""
    found = {}
    pairs = iter(pairs)
    while chunk := list(islice(pairs, _CHUNK)):
        numbers = sorted({number for pair in chunk for number in pair[:2]})
        of = dict(zip(numbers, tellings_of(numbers), strict=True))
        for first, second, company in chunk:
            one, other = of[first], of[second]
            if not one.documents.isdisjoint(other.documents):
                continue
            result = compare(one, other, together=False)
            if result is not None and result.score >= (ENOUGH if company <= nearby.BUSY else ENOUGH_WHERE_BUSY):
                ids = (one.id, other.id) if one.id < other.id else (other.id, one.id)
                found[min(first, second), max(first, second)] = (-result.score, *ids)
    return found


def _is_state_of_affairs(group: Telling, event: Telling) -> bool:
    """'Fighting is severe in the province' goes on around a dated event and is not that event."""
    goes_on = "ongoing" in group.statuses and group.firm is None
    return goes_on and event.firm is not None and "ongoing" not in event.statuses


def _choose(group: Telling, finer: Sequence[Telling]) -> Choice | None:
    """The one event at a finer place that a coarser group of other documents fits, or fits clearly best."""
    needed = ENOUGH_FOR_COARSE if group.where.rank >= ADMIN1 else ENOUGH_FOR_VAGUE
    fits = []
    for event in finer:
        if group.documents.isdisjoint(event.documents) and not _is_state_of_affairs(group, event):
            result = compare(group, event, together=False)
            if result is not None and result.score >= needed:
                fits.append((-result.score, event.id, event))
    fits.sort(key=lambda fit: fit[:2])
    if len(fits) == 1 or (len(fits) > 1 and fits[1][0] - fits[0][0] >= LEAD):
        return -fits[0][0], fits[0][2]
    return None


class Joining:
    """Groups at coarser places join the finer event that they mean: all of a rank choose, then the surest joins first.

    Groups have numbers. An event goes by the number of its finest group, its `root`: no two roots ever unite. After
    `run`, `root` tells the event of each group that there is, and `is_changed` which groups are new or gone, or are in
    an event that has gained or lost some.
    """

    def __init__(self, settings: Settings, tellings_of: TellingsOf, was: Bools, now: Bools, root_before: Ints) -> None:
        """`was`, `now`: which groups there were and are; `root_before`: the root of each that was, else itself."""
        self._settings, self._tellings_of = settings, tellings_of
        self._was, self._now, self._root_before = was, now, root_before
        numbers = np.arange(len(now))
        self.root: Ints = np.where(was & now & now[root_before], root_before, numbers)
        self.is_changed: Bools = was ^ now
        self._joined_before = _joined(root_before, was)
        self._joined = _joined(self.root, now)
        self._told: dict[int, Telling] = {}

    def run(self) -> None:
        """All ranks, from fine to coarse."""
        for rank in _COARSE:
            self._told.clear()
            self._join(rank)

    def _join(self, rank: int) -> None:
        around = Surroundings(self._settings, rank, self._now)
        stays = self._was & self._now & (self._settings.rank == rank)
        choosers = set(np.flatnonzero(self._now & ~self._was & (self._settings.rank == rank)).tolist())
        if stays.any():
            choosers |= self._disturbed(rank, around)
        choices = self._choices(rank, around, choosers)
        left = {*choosers, *np.flatnonzero(self._was & ~self._now & (self._settings.rank == rank)).tolist()}
        touched = {root for _, root in choices.values()} | set(self._root_before[sorted(left)].tolist())
        touched = {root for root in touched if self._now[root] and self._settings.rank[root] > rank}
        if stays.any():
            finer = {part for root in touched for part in self._parts(root, rank)}
            rivals = {group for part in finer for group in around.of_which(part).tolist()} - choosers
            choices |= self._choices(rank, around, rivals)
        suitors: dict[int, list[tuple[float, str, int]]] = defaultdict(list)
        for group, (score, root) in choices.items():
            if root in touched:
                suitors[root].append((-score, self._settings.ids[group], group))
        for group in choosers - set(choices):
            self._move(group, group)
        for root in sorted(touched):
            event = self._event(root, rank)
            for _, _, group in sorted(suitors[root]):
                (telling,) = self._tellings_of([group])
                fits = _suits(telling, event)
                event = unite(telling, event) if fits else event
                self._move(group, root if fits else group)
        self._note_changes(rank, touched, {*choosers, *choices})

    def _disturbed(self, rank: int, around: Surroundings) -> set[int]:
        """Groups of a rank around which a finer event has changed, or now has come or gone."""
        before = Surroundings(self._settings, rank, self._was)
        found: set[int] = set()
        for group in np.flatnonzero(self.is_changed & (self._settings.rank > rank)).tolist():
            found.update(around.of_which(group).tolist() if self._now[group] else ())
            found.update(before.of_which(group).tolist() if self._was[group] else ())
        numbers = np.array(sorted(group for group in found if self._now[group]), np.int64)
        # amid too many they named none and name none
        is_free = (around.count(numbers) <= nearby.TOO_MANY) | (before.count(numbers) <= nearby.TOO_MANY)
        return set(numbers[is_free].tolist())

    def _choices(self, rank: int, around: Surroundings, groups: Iterable[int]) -> dict[int, tuple[float, int]]:
        """The event that each of these groups means, by its root, with the score of the two."""
        numbers = np.array(sorted(groups), np.int64)
        counts = around.count(numbers)
        able = numbers[(counts > 0) & (counts <= nearby.TOO_MANY)]
        choices: dict[int, tuple[float, int]] = {}
        for start in range(0, len(able), _CHUNK):
            near = {
                group: sorted(set(self.root[around.of(group)].tolist()))
                for group in able[start : start + _CHUNK].tolist()
            }
            self._tellings_of(
                sorted({*near, *(p for roots in near.values() for r in roots for p in self._parts(r, rank))})
            )
            for group, roots in near.items():
                (telling,) = self._tellings_of([group])
                events = {event.id: (root, event) for root in roots for event in [self._event(root, rank)]}
                choice = _choose(telling, [events[name][1] for name in sorted(events)])
                if choice:
                    choices[group] = choice[0], events[choice[1].id][0]
        return choices

    def _parts(self, root: int, rank: int) -> list[int]:
        """The groups of an event before those of this rank join: the root, then as they joined it, rank by rank."""
        ranks, ids = self._settings.rank, self._settings.ids
        joined = [group for group in self._joined.get(root, ()) if ranks[group] > rank]
        return [root, *sorted(joined, key=lambda group: (-ranks[group], ids[group]))]

    def _event(self, root: int, rank: int) -> Telling:
        if root not in self._told:
            self._told[root] = united(self._tellings_of(self._parts(root, rank)))
        return self._told[root]

    def _move(self, group: int, root: int) -> None:
        self._joined[int(self.root[group])].discard(group)
        self.root[group] = root
        if root != group:
            self._joined[root].add(group)

    def _note_changes(self, rank: int, touched: Iterable[int], chosen: Iterable[int]) -> None:
        ranks = self._settings.rank
        for root in touched:
            before, now = (
                {root, *(group for group in joined.get(root, ()) if ranks[group] >= rank)}
                for joined in (self._joined_before, self._joined)
            )
            if before != now or self.is_changed[sorted(now)].any():
                self.is_changed[sorted(before | now)] = True
        for group in chosen:
            if self.root[group] != self._root_before[group]:
                self.is_changed[group] = True


def _joined(root: Ints, among: Bools) -> defaultdict[int, set[int]]:
    """The other groups of each root."""
    joined: defaultdict[int, set[int]] = defaultdict(set)
    others = np.flatnonzero(among & (root != np.arange(len(root))))
    for group, of in zip(others.tolist(), root[others].tolist(), strict=True):
        joined[of].add(group)
    return joined


def _id(telling: Telling) -> str:
    return telling.id


class _Groups:
    """Tellings on their way to becoming events: unions, refused where the two do not suit each other."""

    def __init__(self, members: Sequence[Telling], suits: Callable[[Telling, Telling], bool]) -> None:
        self._suits = suits
        self._group = {member.id: member for member in members}
        self._home = {mention: member.id for member in members for mention in member.ids}
        self._members = {member.id: [member.id] for member in members}

    def all(self) -> list[Telling]:
        return [self._group[key] for key in sorted(self._group)]

    def members(self) -> list[list[str]]:
        """The ids of the tellings that each group began with, sorted, the groups by their first."""
        return [sorted(self._members[key]) for key in sorted(self._members)]

    def take(self, found: Iterable[Found]) -> None:
        """Unite pairs (score turned negative, two ids), best first, where the groups they are in by then suit."""
        # a group only grows: while its number of members is the same, it is the same
        refused: set[tuple[str, int, str, int]] = set()
        for _, first, second in sorted(found):
            ours, theirs = self._home[first], self._home[second]
            if ours == theirs:
                continue
            one, other = self._group[ours], self._group[theirs]
            pair = (ours, len(one.ids), theirs, len(other.ids))
            if pair in refused:
                continue
            if not self._suits(one, other):
                refused |= {pair, pair[2:] + pair[:2]}
                continue
            both = unite(one, other)
            members = self._members.pop(one.id) + self._members.pop(other.id)
            del self._group[one.id], self._group[other.id]
            self._group[both.id], self._members[both.id] = both, members
            for mention in both.ids:
                self._home[mention] = both.id
