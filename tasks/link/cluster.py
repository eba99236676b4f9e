"""Which mentions of one document, and which accounts at one place, tell one event.

In come mentions or accounts of one family of event types; out come groups. First the mentions of one document find
each other: these are its accounts. Then accounts of all documents at one place unite to groups (what lies at coarser
places joins these in `joining`). Groups are a function of the set: pairs are taken by score, then by id, and two
accounts that contradict each other are never in one group, however many others lie between them.

Each step takes what is new and what is known from before, and redoes only what the new can have changed: a group
whose accounts met nobody new, in no other company than before, stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, islice, product

import numpy as np

from tasks.link.accounts import Account, unite, united
from tasks.link.compare import compare
from tasks.link.conflicts import are_apart
from tasks.link.nearby import Ints, Meetings, Settings, Surroundings
from tasks.link.same_text import text_distance
from tasks.link.weights import WEIGHTS
from tasks.link.where import ADMIN1, ADMIN2, COUNTRY, NOWHERE, SETTLEMENT

# the event that a coarser account means, with the score of the two
Choice = tuple[float, Account]
Found = tuple[float, str, str]
Members = tuple[int, ...]
AccountsOf = Callable[[Sequence[int]], Sequence[Account]]

COARSE = (SETTLEMENT, ADMIN2, ADMIN1, COUNTRY, NOWHERE)
# pairs whose accounts are fetched together
CHUNK = 20_000
# mentions of a group in one document that are asked whether another suits them: ids are hashes, so that the smallest of
# a thousand are as good as drawn
_MOST_ASKED = 100


def in_text(mentions: Iterable[Account]) -> list[Account]:
    """The accounts of one document and one family of event types, by id; every two mentions of one suit each other,
    of those with the smallest ids where it has hundreds."""
    mentions = sorted(mentions, key=_id)
    if len(mentions) == 1:
        return mentions
    by_id = {mention.id: mention for mention in mentions}

    def fits(one: Account, other: Account) -> bool:
        pairs = product(one.ids[:_MOST_ASKED], other.ids[:_MOST_ASKED])
        return not any(are_apart(by_id[ours], by_id[theirs], together=True) for ours, theirs in pairs)

    groups = _Groups(mentions, fits)
    is_short = len(mentions) <= WEIGHTS.crowd
    groups.take(
        (-result.score, one.id, other.id)
        for one, other in (combinations(mentions, 2) if is_short else _pairs(mentions))
        if one.where.rank == other.where.rank
        and (result := compare(one, other, together=True)) is not None
        and result.score >= WEIGHTS.enough
    )
    for rank in COARSE:
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


def _pairs(accounts: Sequence[Account]) -> Iterator[tuple[Account, Account]]:
    meetings = Meetings(Settings.of(accounts), lambda numbers: [accounts[number] for number in numbers])
    for one, other, _ in meetings.pairs(np.arange(len(accounts))):
        yield accounts[min(one, other)], accounts[max(one, other)]


def _choose_in_text(group: Account, finer: Sequence[Account]) -> Choice | None:
    """The event at a finer place that a coarser account of its text means: the only one that fits, else the nearest."""
    fits = []
    for event in finer:
        result = None if is_state_of_affairs(group, event) else compare(group, event, together=True)
        if result is not None and result.score >= WEIGHTS.enough:
            fits.append((text_distance(group, event), event.id, result.score, event))
    fits.sort(key=lambda fit: fit[:2])
    if len(fits) == 1 or (len(fits) > 1 and fits[0][0] < fits[1][0] and fits[0][0] <= WEIGHTS.follow_on_reach):
        return fits[0][2:]
    return None


def suits(one: Account, other: Account) -> bool:
    """Across documents: what one document tells apart stays apart."""
    result = compare(one, other, together=False) if one.documents.isdisjoint(other.documents) else None
    return result is not None and result.score >= WEIGHTS.enough


def at_one_place(
    meetings: Meetings, place: Ints, accounts_of: AccountsOf, todo: Ints, group_of: Callable[[int], Ints]
) -> list[Members]:
    """Groups of accounts at one place, among `todo` and all that these touch; numbers in order of id.

    `todo`: what is new, and whole groups from before, among them all that do not meet the same others as before;
    `place`: a number for each account; `group_of`: the group from before that an account is in, in order of number. A
    group from before that goes on as it was is told only where it was to do.
    """
    todo = todo[np.argsort(place[todo], kind="stable")]
    is_first = np.append(True, np.diff(place[todo]) != 0)
    # some places at a time: as many accounts as are worth fetching together
    bounds: list[int] = [0]
    for start in np.flatnonzero(is_first).tolist():
        if start - bounds[-1] >= CHUNK:
            bounds.append(start)
    return [
        group
        for numbers in np.split(todo, bounds[1:])
        for group in _at_these_places(meetings, place, accounts_of, set(numbers.tolist()), group_of)
    ]


def _at_these_places(
    meetings: Meetings, place: Ints, accounts_of: AccountsOf, todo: set[int], group_of: Callable[[int], Ints]
) -> Iterator[Members]:
    """Unite; where a group from before has lost or gained, it is to do as well, and its place once more."""
    found: dict[tuple[int, int], Found] = {}
    fresh = todo
    while todo:
        found |= _found(meetings.pairs(np.array(sorted(fresh), np.int64)), accounts_of)
        kept: dict[int, Members] = {}
        for other in {number for pair in found for number in pair} - todo:
            if other not in kept:
                members = tuple(group_of(other).tolist())
                kept |= dict.fromkeys(members, members)
        inside: dict[tuple[int, int], Found] = {}
        if kept:
            near = np.array(sorted(kept), np.int64)
            pairs = (pair for pair in meetings.pairs(near) if kept.get(pair[0]) == kept.get(pair[1], ()))
            inside = _found(pairs, accounts_of)
        numbers = sorted({*todo, *kept})
        members_of = dict(zip(numbers, accounts_of(numbers), strict=True))
        groups = _Groups(list(members_of.values()), suits)
        groups.take((found | inside).values())
        number_of = {account.id: number for number, account in members_of.items()}
        united_now = [tuple(number_of[name] for name in group) for group in groups.members()]
        stay = set(kept.values())
        changed = [group for group in united_now if not todo.issuperset(group) and tuple(sorted(group)) not in stay]
        unsettled = {int(place[group[0]]) for group in changed}
        yield from (group for group in united_now if group[0] in todo and place[group[0]] not in unsettled)
        fresh = {number for group in changed for one in group for number in kept.get(one, ())} - todo
        todo = {number for number in todo if place[number] in unsettled} | fresh
        found = {pair: value for pair, value in found.items() if place[pair[0]] in unsettled}


def _found(pairs: Iterable[tuple[int, int, int]], accounts_of: AccountsOf) -> dict[tuple[int, int], Found]:
    """The pairs that score enough to be one event."""
    found = {}
    pairs = iter(pairs)
    while chunk := list(islice(pairs, CHUNK)):
        numbers = sorted({number for pair in chunk for number in pair[:2]})
        of = dict(zip(numbers, accounts_of(numbers), strict=True))
        for first, second, company in chunk:
            one, other = of[first], of[second]
            if not one.documents.isdisjoint(other.documents):
                continue
            result = compare(one, other, together=False)
            needed = WEIGHTS.enough if company <= WEIGHTS.busy else WEIGHTS.enough_where_busy
            if result is not None and result.score >= needed:
                ids = (one.id, other.id) if one.id < other.id else (other.id, one.id)
                found[min(first, second), max(first, second)] = (-result.score, *ids)
    return found


def is_state_of_affairs(group: Account, event: Account) -> bool:
    """The group tells what goes on around a dated event, and not that event.

    Example: "Fighting is severe in the province".
    """
    goes_on = "ongoing" in group.statuses and group.firm is None
    return goes_on and event.firm is not None and "ongoing" not in event.statuses


def _id(account: Account) -> str:
    return account.id


class _Groups:
    """Accounts on their way to becoming events: unions, refused where the two do not suit each other."""

    def __init__(self, members: Sequence[Account], suits: Callable[[Account, Account], bool]) -> None:
        self._suits = suits
        self._group = {member.id: member for member in members}
        self._home = {mention: member.id for member in members for mention in member.ids}
        self._members = {member.id: [member.id] for member in members}

    def all(self) -> list[Account]:
        return [self._group[key] for key in sorted(self._group)]

    def members(self) -> list[list[str]]:
        """The ids of the accounts that each group began with, sorted, the groups by their first."""
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
