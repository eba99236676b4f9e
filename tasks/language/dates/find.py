"""Every expression in running news English that can date an event: a text in, spans with code-point offsets out.

Spans do not overlap, the longest reading from the left is taken, and the preposition that bounds an expression
("since", "by", "on") belongs to it. Modal verbs, ages, counts and newspapers' names are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from tasks.language.dates.grammar import expression
from tasks.language.dates.nodes import (
    CalendarDay,
    Expression,
    Node,
    Numeric,
    TimeOffset,
    TimeOnly,
    Weekday,
    Years,
    as_calendar_day,
    is_day,
    without_clock,
)
from tasks.language.dates.tokens import Tokens
from tasks.language.dates.words import has_signal, words

# prepositions that a span takes along; those with a meaning for the reader map to its name
_PREPOSITIONS = {
    "on": None,
    "in": None,
    "at": None,
    "during": None,
    "over": None,
    "throughout": None,
    "for": None,
    "around": None,
    "about": None,
    "within": None,
    "by": "by",
    "before": "before",
    "until": "until",
    "till": "until",
    "through": "until",
    "since": "since",
    "after": "after",
    "from": "from",
    "between": None,
    "starting": "from",
    "beginning": "from",
}
# both numbers as a day and a month may be, then a year
_IN_DIGITS = re.compile(r"(?<![\d./-])(3[01]|[12]\d|0?[1-9])([./-])(3[01]|[12]\d|0?[1-9])\2(?:\d\d){1,2}(?![\d/-])")
_CLAUSE_END = re.compile(r"[.;,:!?]\s")
# the word by which a clause or phrase that is counted from is known: "a day after clashes", "after the bombing"
_CLAUSE_BEGIN = re.compile(r"(?:\s+(?:the|an?|his|her|its|their))?\s+\w[\w’'-]*")
_SOFTENERS = {("at", "least"), ("at", "the"), ("or", "around"), ("as", "of"), ("later", "than"), ("earlier", "than")}


@dataclass(frozen=True, slots=True)
class DateSpan:
    """One expression: `text[start:end]`; `is_time_only` where it names a time of day and no day, `is_day` where days.

    `origin` is the text of the expression that it counts from: after it ("two days after thousands rallied on Friday"),
    or, where the clause after it names no day, around it ("on Sunday, a day after clashes"; empty where none is). In
    the second case the span takes in that clause's first word, dates what happened in the clause, which ends at
    `clause_end`, and lies so long before the origin.
    """

    start: int
    end: int
    text: str
    is_time_only: bool = False
    is_day: bool = False
    origin: str | None = None
    clause_end: int | None = None


@dataclass(frozen=True, slots=True)
class FullDate:
    """A complete calendar date with its year at `text[start:end]`; `is_ambiguous` where either may be the month."""

    start: int
    end: int
    date: date
    is_ambiguous: bool = False


def _lead(t: Tokens, i: int) -> tuple[int, str | None]:
    """Where the prepositions before token i begin, and what they say."""
    low = t.low
    j = i
    if j >= 2 and (low[j - 2], low[j - 1]) in _SOFTENERS:
        if low[j - 2] == "as":  # "as of"
            return j - 2, None
        if low[j - 1] == "than":
            bound = "by" if low[j - 2] == "later" else "from"
            return (j - 3, bound) if j >= 3 and low[j - 3] in ("no", "not") else (i, None)
        if low[j - 2] == "or" and j >= 3 and low[j - 3] == "on":
            return j - 3, None
        j -= 2
    elif j >= 1 and low[j - 1] in ("about", "around", "approximately", "roughly", "exactly"):
        j -= 1
    if j >= 2 and (low[j - 2], low[j - 1]) == ("up", "to"):
        return j - 2, "until"
    if j < 1 or low[j - 1] not in _PREPOSITIONS:
        return (j, None) if j == i or low[j] != "at" else (i, None)
    return _preposition(t, i, j - 1)


def _preposition(t: Tokens, i: int, j: int) -> tuple[int, str | None]:
    """Where the preposition at j before an expression at i begins, and what it says."""
    word = t.low[j]
    if word in ("before", "after") and j >= 1 and t.low[j - 1] == "shortly":
        return j - 1, None
    if word in ("before", "after") and t.low[i] in t.words.clock_words:
        return j, None  # "before dawn on Monday" is on that day
    if word in ("starting", "beginning") and j >= 1 and t.low[j - 1] == "the":
        return i, None
    return j, _PREPOSITIONS[word]


def _is_attribute(t: Tokens, i: int, j: int, node: Node) -> bool:
    """Whether the expression belongs to a noun ("Friday's attack"), so that the preposition is not its own."""
    if t.low[j] in ("'", "’") and t.low[j + 1] == "s" and t.joined(j):
        return True
    if isinstance(node, Years) and t.low[i] == "the" and t.low[i + 1].isdecimal():
        return node.first == node.last
    return t.low[i] == "overnight"


@lru_cache(maxsize=8192)
def date_expressions(text: str) -> tuple[Expression, ...]:
    """The expressions of `text` in order, unresolved. Never raises."""
    known = words()
    if not has_signal(text, known):
        return ()
    t = Tokens(text, known)
    found: list[Expression] = []
    i = floor = 0
    while i < t.count:
        may_open = t.low[i] in known.openers or t.low[i].isdecimal()
        match = expression(t, i) if may_open else None
        if match is None:
            i += 1
            continue
        node, j = match
        if _is_name(t, i, j, node):
            i = floor = j + 1
            continue
        first, preposition = _bound(t, i, j, node, floor)
        if preposition == "from" and t.low[j] in ("on", "onward", "onwards"):
            j += 1
        found.append(Expression(t.starts[first], t.ends[j - 1], t.starts[i], preposition, node))
        i = floor = j
    return tuple(_with_origins(text, found))


def _bound(t: Tokens, i: int, j: int, node: Node, floor: int) -> tuple[int, str | None]:
    """Where the expression from i to j begins with the prepositions that are its own, and what they say."""
    first, preposition = _lead(t, i)
    if first < floor:
        return i, None
    if _is_attribute(t, i, j, node) and preposition not in ("since", "until", "before", "after"):
        return i, None
    if isinstance(node, Weekday) and t.low[j] in t.words.weekday_nouns and preposition in ("before", "after"):
        return i, None  # "after Friday prayers" is on that day
    return first, preposition


def _is_name(t: Tokens, i: int, j: int, node: Node) -> bool:
    """Whether a day is part of a name: "the March 23 Movement", "the Monday Market"."""
    has_no_year = isinstance(node, CalendarDay) and node.year is None
    is_named = t.raw[j][:1].isupper() and t.low[j] in t.words.named_after_days
    is_weekday = j == i + 1 and t.low[i] in t.words.weekdays
    return is_named and (is_weekday or has_no_year) and t.low[i - 1] not in _PREPOSITIONS


def _with_origins(text: str, found: list[Expression]) -> Iterator[Expression]:
    """The expressions; those that count from a clause ("two days after ...") with the day that they count from."""
    for index, counted in enumerate(found):
        if not _counts_from_clause(counted):
            yield counted
            continue
        stop = _CLAUSE_END.search(text, counted.end)
        end = stop.start() if stop else len(text.rstrip(" .!?"))
        follower = found[index + 1] if index + 1 < len(found) else None
        if follower is not None and follower.start < end:
            if is_day(follower.node):
                yield replace(counted, origin=text[follower.start : follower.end])
        elif (first := _CLAUSE_BEGIN.match(text, counted.end)) is not None:
            yield replace(counted, end=first.end(), origin=_nearest_day(text, counted, found), clause_end=end)


def _nearest_day(text: str, counted: Expression, found: list[Expression]) -> str:
    """The text of the day nearest to an expression that counts from a clause; empty where none is named."""
    days = [f for f in found if f is not counted and is_day(f.node) and not _counts_from_clause(f)]
    near = min(days, key=lambda f: abs(f.start - counted.start), default=None)
    return "" if near is None else text[near.start : near.end]


def _counts_from_clause(found: Expression) -> bool:
    return isinstance(found.node, TimeOffset) and found.node.from_clause


def find_dates(text: str) -> list[DateSpan]:
    """All expressions of `text` that can date an event, in order, not overlapping.

    A bare time of day ("at dawn", "at 5:30 a.m.") is given too, with `is_time_only`. Never raises.
    """
    return [
        DateSpan(
            found.start,
            found.end,
            text[found.start : found.end],
            is_time_only=isinstance(found.node, TimeOnly),
            is_day=is_day(without_clock(found.node)),
            origin=found.origin,
            clause_end=found.clause_end,
        )
        for found in date_expressions(text)
    ]


def _complete(node: Node, day_first: bool | None) -> tuple[date, bool] | None:
    """The day of a date that names its year, and whether it may be another; None for every other expression."""
    node = without_clock(node)
    is_ambiguous = False
    if isinstance(node, Numeric):
        is_open = node.first <= 12 and node.second <= 12 and node.first != node.second
        if is_open and day_first is not None:
            # whoever is known to put one of them first does so whatever the marks
            node = replace(node, has_slashes=not day_first)
        is_ambiguous = is_open and day_first is None and node.has_slashes
        node = as_calendar_day(node, bool(day_first))
    if not isinstance(node, CalendarDay) or node.year is None:
        return None
    try:
        return date(node.year, node.month, node.day), is_ambiguous
    except ValueError:
        return None


def full_dates(text: str, day_first: bool | None = None) -> list[FullDate]:
    """Complete calendar dates with a year in `text`, for a document's own date; prepositions and ranges left out.

    `day_first` is the usage of who wrote it: "08.05.24" is then read by it, as "08/05/24" is. Where it is not known
    (None) dots and hyphens put the day first; what slashes leave open is given with the month first, as ambiguous.
    """
    dates = []
    for found in date_expressions(text):
        day = _complete(found.node, day_first)
        if day is not None:
            dates.append(FullDate(found.node_start, found.end, *day))
    return dates


def prefers_day_first(texts: Iterable[str]) -> bool | None:
    """Whether dates in digits put the day first, by those where only one order is possible; None without proof."""
    votes = 0
    for text in texts:
        for first, _, second in _IN_DIGITS.findall(text):
            votes += (int(first) > 12 >= int(second)) - (int(second) > 12 >= int(first))
    return None if votes == 0 else votes > 0
