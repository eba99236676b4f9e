"""Which tellings of one document are one happening.

In come the tellings and the weights of `likeness`; out come groups of them. Two groups become one where their pairs,
on average, speak for it: first the two that speak for it most, of equals those with the smallest ids. Two tellings
that are each dated by their own words, and on other days, are never one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from tasks.link.story.likeness import likeness
from tasks.link.story.telling import Telling

_OTHER_DAYS = "day_apart_both"
# more than all other pairs of two groups can outweigh
_NEVER = -(10**9)


def group(tellings: Sequence[Telling], weights: Mapping[str, int], least: int) -> list[list[Telling]]:
    """Groups in the order of the text; `least`: what a pair must add to more than, on average."""
    ordered = sorted(tellings, key=lambda telling: (telling.account.positions, telling.id))
    groups = [[number] for number in range(len(ordered))]
    sums = {
        (one, other): _sum(list(likeness(ordered[one], ordered[other])), weights)
        for one, other in combinations(range(len(ordered)), 2)
    }
    while best := _best(groups, sums, least):
        one, other = best
        groups[one] = sorted([*groups[one], *groups[other]])
        # what two groups add to is the sum over their pairs: kept under the number of the group
        for third in range(len(groups)):
            if third not in (one, other):
                sums[_pair(one, third)] += sums.pop(_pair(other, third))
        sums = {
            (first - (first > other), second - (second > other)): value
            for (first, second), value in sums.items()
            if other not in (first, second)
        }
        del groups[other]
    return [[ordered[number] for number in members] for members in groups]


def _sum(names: Sequence[str], weights: Mapping[str, int]) -> int:
    return _NEVER if _OTHER_DAYS in names else sum(weights.get(name, 0) for name in names)


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _best(groups: Sequence[Sequence[int]], sums: Mapping[tuple[int, int], int], least: int) -> tuple[int, int] | None:
    """The two groups whose pairs add to most on average, the earliest of equals; None where none adds to enough."""
    best: tuple[float, int, int] | None = None
    for (one, other), value in sums.items():
        mean = value / (len(groups[one]) * len(groups[other]))
        if mean > least and (best is None or (-mean, one, other) < best):
            best = (-mean, one, other)
    return best and best[1:]
