"""Chains of small passes over a mention: each declares what it requires and what it assigns.

In come functions marked by `assigns` and the columns that are given, out comes the chain, checked when it is built.
Refused, with the pass and the column, are passes that require or change what no pass before them has assigned, and two
passes that assign one column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Pass = Callable[..., None]
"""A pass: it takes what it works on, sets columns or drops, and returns nothing."""

_P = TypeVar("_P", bound=Pass)


class PassError(TypeError):
    """A chain of passes cannot be built as it stands."""


@dataclass(frozen=True)
class Declaration:
    """What a pass says of itself: columns that it assigns for the first time, that it may change, that it reads."""

    assigns: tuple[str, ...]
    changes: tuple[str, ...]
    requires: tuple[str, ...]


def assigns(
    *columns: str, changes: Sequence[str] = (), requires: Sequence[str] = (), drops: bool = False
) -> Callable[[_P], _P]:
    """Declare what a pass assigns (`columns`), may change and requires; `drops` where it may drop the mention."""

    def mark(function: _P) -> _P:
        if not (columns or changes or drops):
            raise PassError(f"{function.__name__} assigns nothing, changes nothing and drops nothing; what is it for?")
        function.declaration = Declaration(columns, tuple(changes), tuple(requires))  # type: ignore[attr-defined]
        return function

    return mark


def declaration(one: Pass) -> Declaration:
    """What a pass declares. Raises PassError where it declares nothing."""
    found = getattr(one, "declaration", None)
    if not isinstance(found, Declaration):
        raise PassError(f"{getattr(one, '__name__', one)} declares nothing; mark it with assigns(...)")
    return found


def chain(given: Iterable[str], passes: Sequence[_P]) -> tuple[_P, ...]:
    """The passes as a chain that holds together, given these columns. Raises PassError where it does not."""
    there = set(given)
    for one in passes:
        told = declaration(one)
        for column in (*told.requires, *told.changes):
            if column not in there:
                raise PassError(f"{one.__name__} needs {column}, which no pass before it assigns")
        for column in told.assigns:
            if column in there:
                raise PassError(f"{one.__name__} assigns {column}, which is assigned before; declare it under changes")
        there |= set(told.assigns)
    return tuple(passes)
