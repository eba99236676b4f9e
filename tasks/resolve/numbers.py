"""Turn counts as written into low and high bounds.

In come the number spans of a mention, out come `numbers` and the flat columns of killed, injured and captured. What is
not stated stays null: unknown is never zero.
"""

from __future__ import annotations

from typing import Any

from tasks.quantities import Quantities

Bounds = tuple[int | None, int | None]

FLAT_KINDS = ("killed", "injured", "captured")


def read_numbers(spans: list[dict[str, Any]], quantities: Quantities) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """`numbers` (kind_code, side_code, low, high, text) and the flat columns, from a mention's number spans.

    One named or singular victim is 1, a bare plural 2 or more. Parts joined by "and" or "also" add up; what is told
    twice in other words ("killing 12, including three children") does not.
    """
    read = [(span, _bounds(span, quantities)) for span in spans]
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
        low, high = _total([(span["is_additional"], bounds) for span, bounds in read if span["kind_code"] == kind])
        flat[f"{kind}_low"], flat[f"{kind}_high"] = low, high
    return numbers, flat


def _bounds(span: dict[str, Any], quantities: Quantities) -> Bounds:
    found = quantities.find(span["text"])
    if found:
        return found[0].low, found[0].high
    return (2, None) if span["is_plural"] else (1, 1)


def _total(parts: list[tuple[bool, Bounds]]) -> Bounds:
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
