"""Which mentions tell one event.

Takes tellings (one a mention); gives the ids of the mentions of each event. First the mentions of each document find
each other, then what the documents tell; both times places of one rank first, then coarser places join the one finer
event that fits. Clusters are a function of the set: pairs are taken by score, then by id, and two tellings that
contradict each other are never in one cluster, however many others lie between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from tasks.link import kinds
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
from tasks.link.nearby import BUSY, CROWD, Surroundings, pairs
from tasks.link.tellings import ADMIN1, ADMIN2, COUNTRY, NOWHERE, SETTLEMENT, Telling, unite

# the event that a coarser telling means, with the score of the two
Choice = tuple[float, Telling]
Chooser = Callable[[Telling, Sequence[Telling]], Choice | None]
Found = tuple[float, str, str]

_COARSE = (SETTLEMENT, ADMIN2, ADMIN1, COUNTRY, NOWHERE)


def cluster(tellings: Iterable[Telling]) -> list[tuple[str, ...]]:
    """Mention ids by event: each cluster sorted, the clusters by their first id."""
    texts: dict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for telling in sorted(tellings, key=_id):
        (document_id,) = telling.documents
        (kind,) = telling.kinds
        texts[document_id, kinds.family(kind), telling.is_aggregate].append(telling)
    families: dict[tuple[str, bool], list[Telling]] = defaultdict(list)
    for mentions in texts.values():
        for told in _in_text(mentions) if len(mentions) > 1 else mentions:
            families[kinds.family(min(told.kinds)), told.is_aggregate].append(told)
    return sorted(event.ids for told in families.values() for event in (_across(told) if len(told) > 1 else told))


def _in_text(mentions: list[Telling]) -> list[Telling]:
    """Events of one family of kinds that one document tells; every two mentions of an event suit each other."""
    by_id = {mention.id: mention for mention in mentions}

    def suits(one: Telling, other: Telling) -> bool:
        return not any(conflict(by_id[ours], by_id[theirs], together=True) for ours in one.ids for theirs in other.ids)

    groups = _Groups(mentions, suits)
    is_short = len(mentions) <= CROWD
    groups.take(
        (-result.score, one.id, other.id)
        for one, other in (combinations(mentions, 2) if is_short else (pair[:2] for pair in pairs(mentions)))
        if one.where.rank == other.where.rank
        and (result := compare(one, other, together=True)) is not None
        and result.score >= ENOUGH
    )
    for rank in _COARSE:
        groups.join_coarse(rank, _choose_in_text, is_everything_near=is_short)
    return groups.all()


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


def _across(told: list[Telling]) -> list[Telling]:
    """Events of one family of kinds over all documents. What one document tells apart stays apart."""

    def suits(one: Telling, other: Telling) -> bool:
        result = compare(one, other, together=False) if one.documents.isdisjoint(other.documents) else None
        return result is not None and result.score >= ENOUGH

    groups = _Groups(told, suits)
    groups.take(
        (-result.score, one.id, other.id)
        for one, other, company in pairs(told)
        if one.documents.isdisjoint(other.documents)
        and (result := compare(one, other, together=False)) is not None
        and result.score >= (ENOUGH if company <= BUSY else ENOUGH_WHERE_BUSY)
    )
    for rank in _COARSE:
        groups.join_coarse(rank, _choose_across)
    return groups.all()


def _is_state_of_affairs(group: Telling, event: Telling) -> bool:
    """'Fighting is severe in the province' goes on around a dated event and is not that event."""
    goes_on = "ongoing" in group.statuses and group.firm is None
    return goes_on and event.firm is not None and "ongoing" not in event.statuses


def _choose_across(group: Telling, finer: Sequence[Telling]) -> Choice | None:
    """The one event at a finer place that a coarser telling of other documents fits, or fits clearly best."""
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


def _id(telling: Telling) -> str:
    return telling.id


class _Groups:
    """Tellings on their way to becoming events: unions, refused where the two do not suit each other."""

    def __init__(self, members: Sequence[Telling], suits: Callable[[Telling, Telling], bool]) -> None:
        self._suits = suits
        self._group = {member.id: member for member in members}
        self._home = {mention: member.id for member in members for mention in member.ids}

    def all(self) -> list[Telling]:
        return [self._group[key] for key in sorted(self._group)]

    def take(self, found: Iterable[Found]) -> None:
        """Unite pairs (score turned negative, two ids), best first, where the groups they are in by then suit."""
        for _, first, second in sorted(found):
            self._unite(first, second)

    def join_coarse(self, rank: int, choose: Chooser, is_everything_near: bool = False) -> None:
        """Let each group whose place is of this rank join the finer group that `choose` names; all choose first."""
        coarse = [group for group in self.all() if group.where.rank == rank]
        if not coarse:
            return
        finer = [group for group in self.all() if group.where.rank > rank]
        around = None if is_everything_near else Surroundings(finer, rank)
        choices = [(group.id, choose(group, around.of(group) if around else finer)) for group in coarse]
        # the surest first: two that mean one event may not suit each other
        for _, group_id, event_id in sorted((-made[0], of, made[1].id) for of, made in choices if made is not None):
            self._unite(group_id, event_id)

    def _unite(self, first: str, second: str) -> None:
        one, other = self._group[self._home[first]], self._group[self._home[second]]
        if one is other or not self._suits(one, other):
            return
        both = unite(one, other)
        del self._group[one.id], self._group[other.id]
        self._group[both.id] = both
        for mention in both.ids:
            self._home[mention] = both.id
