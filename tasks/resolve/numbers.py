"""Turn counts as written into low and high bounds, and tell of which side they are.

In come the number spans of a mention and its parties, out come `numbers` and the flat columns of killed, injured and
captured. What is not stated stays null: unknown is never zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tasks.knowledge import actor_types
from tasks.language.quantities import Quantities

Bounds = tuple[int | None, int | None]

FLAT_KINDS = ("killed", "injured", "captured")
# Kinds of counts that are told of sides.
_OF_SIDES = (*FLAT_KINDS, "missing", "surrendered")
ANYBODY = frozenset("people person persons man men others victims casualties".split())
"""Words for anybody, armed or not."""

# "without causing casualties", "did not hurt anyone", "harming no one", "escaped unhurt"
_NONE = re.compile(
    r"(?:without|not|neither|\w+n['’]t|(?:\w+ )?(?:nobody|no[ -]one)|\w+ (?:un[a-z]+ed|unhurt|injury))\b", re.IGNORECASE
)

Party = Mapping[str, Any]


def read_numbers(spans: list[dict[str, Any]], quantities: Quantities) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """`numbers` (kind_code, side_code, low, high, text) and the flat columns, from a mention's number spans.

    One named or singular victim is 1, a bare plural 2 or more. Parts joined by "and" or "also" add up; what is told
    twice in other words ("killing 12, including three children") does not.
    """
    read = [(span, bounds_of(span, quantities)) for span in spans]
    numbers = [
        {
            "kind_code": span["kind_code"],
            "side_code": span["side_code"],
            "low": low,
            "high": high,
            "text": span["text"],
        }
        for span, (low, high) in read
    ]
    flat: dict[str, Any] = {}
    for kind in FLAT_KINDS:
        low, high = total([(span["is_additional"], bounds) for span, bounds in read if span["kind_code"] == kind])
        flat[f"{kind}_low"], flat[f"{kind}_high"] = low, high
    return numbers, flat


def with_sides(
    spans: list[dict[str, Any]],
    actors: list[dict[str, Any]],
    recipients: list[dict[str, Any]],
    is_mutual: bool,
    read: Callable[[str], Party],
) -> list[dict[str, Any]]:
    """The number spans with the side that their own words tell; else that of the slot in which they stood.

    `read` gives the party that words mean. People who bear no arms are `civilians`; who belongs to an actor is of the
    `actor`; in a fight, where either may stand first, the rest go by whom the parties are, else by what they are.
    """
    counted = {span["text"] for span in spans}
    did = [party for party in actors if party["text"] not in counted]
    suffered = [party for party in recipients if party["text"] not in counted]
    return [
        span | {"side_code": _side(read(span["text"]), did, suffered, is_mutual) or span["side_code"]}
        if span["kind_code"] in _OF_SIDES and span["side_code"] == "recipient"
        else span
        for span in spans
    ]


def _side(party: Party, actors: list[dict[str, Any]], recipients: list[dict[str, Any]], is_mutual: bool) -> str | None:
    camp, label = actor_types.side(party["actor_type_code"]), (party["label"] or "").casefold()
    if camp == "civilians":
        return None if label in ANYBODY else camp
    if party["actor_id"] is not None and party["actor_id"] in {actor["actor_id"] for actor in actors}:
        return "actor"
    if not is_mutual or camp is None:
        return None
    is_of = [camp in {actor_types.side(other["actor_type_code"]) for other in side} for side in (actors, recipients)]
    return camp if is_of[0] == is_of[1] else "actor" if is_of[0] else "recipient"


def bounds_of(span: Mapping[str, Any], quantities: Quantities) -> Bounds:
    """Low and high of one number span: one named or singular victim is 1, a bare plural 2 or more."""
    if _NONE.match(span["text"]):
        return 0, 0
    found = quantities.find(span["text"])
    if found:
        return found[0].low, found[0].high
    return (2, None) if span["is_plural"] else (1, 1)


def total(parts: list[tuple[bool, Bounds]]) -> Bounds:
    """What counts come to: those that add (the first of each pair) are summed, of others the largest holds."""
    total: Bounds = (None, None)
    for index, (adds, bounds) in enumerate(parts):
        if index == 0:
            total = bounds
        elif adds:
            total = _sum(total[0], bounds[0]), _sum(total[1], bounds[1])
        elif (bounds[0] or 0) > (total[0] or 0):
            total = bounds
    return total


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b
