"""Names of places that no vocabulary has, known by where they stand: the Mabisio of "killed villagers in Mabisio".

In comes a text, out come half-open spans. Refused are names of which a word is common English or a title ("in
Parliament", "near General Haidari"), those that own what follows ("in Karzai's office"), and, by the caller, whatever a
vocabulary knows. What a text has placed once is the same place wherever the text names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache

from tasks.extract.word_groups import either

_CAPITALS = r"(?:(?:al|el|an|as|ar|ash)[- ])?[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*"
_DIRECTION = r"(?:north|south)?-?(?:north|south|east|west)(?:ern)?"
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 4
# short runs of capitals are initials more often than villages
_SHORTEST = 4

WordClass = Callable[[str], str | None]


def unlisted_places(text: str, word_class: WordClass) -> Iterator[tuple[int, int]]:
    """Spans of names in place position that have a word no dictionary has, and none that is common or a title."""
    for found in (*_placed().finditer(text), *_told_where().finditer(text)):
        name = found["name"]
        words = _WORD.findall(name.casefold())
        classes = {word_class(word) for word in words}
        is_name = None in classes and classes <= {None, "name"}
        if is_name and len(words) <= _LONGEST and len(name) >= _SHORTEST and not name.isupper():
            yield found.span("name")


@cache
def _placed() -> re.Pattern[str]:
    """A name behind what puts something there: "in Mabisio", "nearby Amerli", "besieged Amerli"."""
    by = rf"[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Aa]round|[Nn]earby|[Nn]eighbou?ring|{either('done_to_place')}"
    return re.compile(rf"\b(?P<by>{by}) (?P<name>{_CAPITALS}(?: {_CAPITALS})*)(?!['’]| [A-Z]|\w)")


@cache
def _told_where() -> re.Pattern[str]:
    """A name before what tells where it lies: "Seytenga, east of Dori", "Amerli, a town", "Seytenga in Seno, where"."""
    lies = (
        rf", (?:[\w-]+ ){{0,4}}{_DIRECTION} of |, (?:a|the) (?:[\w-]+ )?{either('settled_place')}\b"
        rf"| in {_CAPITALS}, where\b"
    )
    return re.compile(rf"\b(?P<name>{_CAPITALS}(?: {_CAPITALS})*)(?={lies})")


def placed_names(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Spans, half-open offsets in the text, of names that the document has placed somewhere.

    Example: "the dead of Mabisio".
    """
    for name in names:
        for found in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            yield found.span()
