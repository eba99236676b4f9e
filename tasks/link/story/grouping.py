"""Which tellings of one document are one happening.

In come the tellings and the weights of `likeness`; out come groups of them. Two groups become one where their pairs,
on average, speak for it: first the two that speak for it most, of equals those with the smallest ids. Two tellings
that are each dated by their own words, and on other days, are never one, nor two items of a list in two places, nor a
deed and an arrest for it. A log of thousands of reports is read in parts, of which none knows the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from tasks.link.story.likeness import ARREST_APART, OTHER_ITEM, OTHER_ITEM_APART, likeness
from tasks.link.story.telling import Telling
from tasks.link.weights import WEIGHTS

_APART = ("day_apart_both", OTHER_ITEM_APART, ARREST_APART)
# more than all other pairs of two groups can outweigh
_NEVER = -(10**9)
# tellings that are compared each with each: what a text tells later is no longer of its beginning
_MOST_COMPARED = 200


def group(tellings: Sequence[Telling], weights: Mapping[str, int], least: int) -> list[list[Telling]]:
    """Groups in the order of the text; `least`: what a pair must add to more than, on average."""
    ordered = sorted(tellings, key=lambda telling: (telling.account.positions, telling.id))
    parts = (ordered[start : start + _MOST_COMPARED] for start in range(0, len(ordered), _MOST_COMPARED))
    return [[part[number] for number in members] for part in parts for members in _grouped(part, weights, least)]


def _grouped(ordered: Sequence[Telling], weights: Mapping[str, int], least: int) -> list[list[int]]:
    """Groups of numbers of tellings, each known by its smallest."""
    groups = {number: [number] for number in range(len(ordered))}
    # what two groups add to is the sum over their pairs
    sums: list[dict[int, int]] = [{} for _ in ordered]
    for other, late in enumerate(ordered):
        for one in range(other):
            sums[one][other] = sums[other][one] = _sum(list(likeness(ordered[one], late)), weights)
    waiting = [pair for one in groups for other in range(one) if (pair := _pair(other, one, sums, groups))[0] < -least]
    heapify(waiting)
    while waiting:
        _, one, other, *sizes = heappop(waiting)
        # a group that has grown since was put in again
        if [len(groups.get(name, ())) for name in (one, other)] != sizes:
            continue
        groups[one] = sorted([*groups[one], *groups.pop(other)])
        for third in groups.keys() - {one}:
            sums[one][third] += sums[other][third]
            sums[third][one] = sums[one][third]
            if (pair := _pair(min(one, third), max(one, third), sums, groups))[0] < -least:
                heappush(waiting, pair)
    return list(groups.values())


Pair = tuple[float, int, int, int, int]
"""What the pairs of two groups add to on average, negative, the groups, the earlier first, and their sizes."""


def _pair(one: int, other: int, sums: Sequence[Mapping[int, int]], groups: Mapping[int, Sequence[int]]) -> Pair:
    sizes = len(groups[one]), len(groups[other])
    return (-sums[one][other] / (sizes[0] * sizes[1]), one, other, *sizes)


def _sum(names: Sequence[str], weights: Mapping[str, int]) -> int:
    if any(name in names for name in _APART):
        return _NEVER
    return sum(weights.get(name, 0) for name in names) + (WEIGHTS.other_item if OTHER_ITEM in names else 0)
