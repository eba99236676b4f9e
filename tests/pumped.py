"""Texts on which a regular expression tries most: what it repeats, again and again, and then not what should follow.

In comes a compiled pattern, out come texts of a given length, made of its own parts. They are guesses: a pattern that
grows with the square of all of them may be tamed by what calls it, one that grows with none is most likely linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

# what stands for the characters of a class, the commonest of a text first
_SIGNS = " aA0,.-'\n)(\"’–—:;/=*_#>@é"
# repeats that a text cannot make long are no matter
_LONG = 15
_MOST_SIGNS = 3
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_END = "\0"


def pumped(pattern: re.Pattern[str], length: int) -> list[str]:
    """Texts of about this many characters, each once."""
    tree = _parser.parse(pattern.pattern, pattern.flags)
    pieces: dict[tuple[str, str], None] = {}
    for before, bodies in _repeats(list(tree), ""):
        for body in bodies:
            pieces |= {(before, body): None, ("", body): None, ("", before[-20:] + body): None}
    pieces[("", _sample(list(tree))[:-1])] = None
    return [f"{before}{body * (length // len(body))}{_END}" for before, body in pieces if body]


def _repeats(nodes: list[Any], before: str) -> Iterator[tuple[str, list[str]]]:
    """What stands before each long repeat, and what it may repeat."""
    for at, (kind, given) in enumerate(nodes):
        head = before + _sample(nodes[:at])
        if kind in _REPEATS:
            _, most, body = given
            if most > _LONG:
                yield head, _bodies(list(body))
            yield from _repeats(list(body), head)
        else:
            for inner in _inside(kind, given):
                yield from _repeats(list(inner), head)


def _bodies(nodes: list[Any]) -> list[str]:
    """What a repeat may repeat: of one class of characters a few of them, else a sample."""
    if len(nodes) == 1 and nodes[0][0] in (_constants.IN, _constants.ANY, _constants.NOT_LITERAL):
        return _signs(nodes[0])[:_MOST_SIGNS]
    if len(nodes) == 1 and nodes[0][0] is _constants.SUBPATTERN:
        return _bodies(list(nodes[0][1][3]))
    if len(nodes) == 1 and nodes[0][0] is _constants.BRANCH:
        return [_sample(list(branch)) for branch in nodes[0][1][1]][:_MOST_SIGNS]
    return [_sample(nodes)]


def _inside(kind: Any, given: Any) -> list[Any]:
    match kind:
        case _constants.SUBPATTERN:
            return [given[3]]
        case _constants.BRANCH:
            return list(given[1])
        case _constants.ASSERT | _constants.ASSERT_NOT:
            return [given[1]]
        case _constants.ATOMIC_GROUP:
            return [given]
        case _:
            return []


def _sample(nodes: list[Any]) -> str:
    """A text that the nodes hold, as short as may be, but once where a repeat may be left out."""
    found = []
    for kind, given in nodes:
        if kind is _constants.LITERAL:
            found.append(chr(given))
        elif kind in (_constants.IN, _constants.ANY, _constants.NOT_LITERAL):
            found.append(_signs((kind, given))[0])
        elif kind in _REPEATS:
            found.append(_sample(list(given[2])) * max(given[0], 1))
        elif kind not in (_constants.ASSERT, _constants.ASSERT_NOT):
            found += [_sample(list(inner)) for inner in _inside(kind, given)[:1]]
    return "".join(found)


def _signs(node: Any) -> list[str]:
    """Characters that one node of a class holds."""
    one = re.compile("x")
    held = _parser.SubPattern(_parser.State(), [node])
    one = re._compiler.compile(held)  # type: ignore[attr-defined]
    found = [sign for sign in _SIGNS if one.fullmatch(sign)]
    return found or [chr(n) for n in range(0x2FFF) if one.fullmatch(chr(n))][:1] or [_END]
