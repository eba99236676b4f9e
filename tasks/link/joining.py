"""Groups at coarser places join the one finer event that they mean, rank by rank.

In come groups by number, with where and when they lie, those of before and those of now; out comes the event of each.
An event that no group near it can have changed is left as it was. Two events never unite here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from tasks.link.accounts import Account, unite, united
from tasks.link.cluster import CHUNK, COARSE, AccountsOf, Choice, is_state_of_affairs, suits
from tasks.link.compare import compare
from tasks.link.nearby import Bools, Ints, Settings, Surroundings
from tasks.link.weights import WEIGHTS
from tasks.link.where import ADMIN1


def _choose(group: Account, finer: Sequence[Account]) -> Choice | None:
    """The one event at a finer place that a coarser group of other documents fits, or fits clearly best."""
    needed = WEIGHTS.enough_for_coarse if group.where.rank >= ADMIN1 else WEIGHTS.enough_for_vague
    fits = []
    for event in finer:
        if group.documents.isdisjoint(event.documents) and not is_state_of_affairs(group, event):
            result = compare(group, event, together=False)
            if result is not None and result.score >= needed:
                fits.append((-result.score, event.id, event))
    fits.sort(key=lambda fit: fit[:2])
    if len(fits) == 1 or (len(fits) > 1 and fits[1][0] - fits[0][0] >= WEIGHTS.lead):
        return -fits[0][0], fits[0][2]
    return None


class Joining:
    """Groups at coarser places join the finer event that they mean: all of a rank choose, then the surest joins first.

    Groups have numbers. An event goes by the number of its finest group, its `root`: no two roots ever unite. After
    `run`, `root` tells the event of each group that there is, and `is_changed` which groups are new or gone, or are in
    an event that has gained or lost some.
    """

    def __init__(self, settings: Settings, accounts_of: AccountsOf, was: Bools, now: Bools, root_before: Ints) -> None:
        """`was`, `now`: which groups there were and are; `root_before`: the root of each that was, else itself."""
        self._settings, self._accounts_of = settings, accounts_of
        self._was, self._now, self._root_before = was, now, root_before
        numbers = np.arange(len(now))
        self.root: Ints = np.where(was & now & now[root_before], root_before, numbers)
        self.is_changed: Bools = was ^ now
        self._joined_before = _joined(root_before, was)
        self._joined = _joined(self.root, now)
        self._united: dict[int, Account] = {}

    def run(self) -> None:
        """All ranks, from fine to coarse."""
        for rank in COARSE:
            self._united.clear()
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
                (account,) = self._accounts_of([group])
                fits = suits(account, event)
                event = unite(account, event) if fits else event
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
        is_free = (around.count(numbers) <= WEIGHTS.too_many) | (before.count(numbers) <= WEIGHTS.too_many)
        return set(numbers[is_free].tolist())

    def _choices(self, rank: int, around: Surroundings, groups: Iterable[int]) -> dict[int, tuple[float, int]]:
        """The event that each of these groups means, by its root, with the score of the two."""
        numbers = np.array(sorted(groups), np.int64)
        counts = around.count(numbers)
        able = numbers[(counts > 0) & (counts <= WEIGHTS.too_many)]
        choices: dict[int, tuple[float, int]] = {}
        for start in range(0, len(able), CHUNK):
            near = {
                group: sorted(set(self.root[around.of(group)].tolist()))
                for group in able[start : start + CHUNK].tolist()
            }
            self._accounts_of(
                sorted({*near, *(p for roots in near.values() for r in roots for p in self._parts(r, rank))})
            )
            for group, roots in near.items():
                (account,) = self._accounts_of([group])
                events = {event.id: (root, event) for root in roots for event in [self._event(root, rank)]}
                choice = _choose(account, [events[name][1] for name in sorted(events)])
                if choice:
                    choices[group] = choice[0], events[choice[1].id][0]
        return choices

    def _parts(self, root: int, rank: int) -> list[int]:
        """The groups of an event before those of this rank join: the root, then as they joined it, rank by rank."""
        ranks, ids = self._settings.rank, self._settings.ids
        joined = [group for group in self._joined.get(root, ()) if ranks[group] > rank]
        return [root, *sorted(joined, key=lambda group: (-ranks[group], ids[group]))]

    def _event(self, root: int, rank: int) -> Account:
        if root not in self._united:
            self._united[root] = united(self._accounts_of(self._parts(root, rank)))
        return self._united[root]

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
