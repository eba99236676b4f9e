"""The part of the grammar that cuts longer expressions into parts: tokens at a place in, node and next place out.

"early on Monday", "end of the year", "second week of May", "the 24 hours to Tuesday". What a part is cut from is read
by the rule that is handed in; a part of nothing is refused.
"""

from __future__ import annotations

from tasks.language.dates.months_and_years import PARTS, month, of_story, year
from tasks.language.dates.nodes import (
    Beside,
    CalendarDay,
    DayNumbered,
    DayWord,
    Holiday,
    Month,
    Node,
    Numeric,
    OfStory,
    Part,
    Run,
    Season,
    Unit,
    UpTo,
    Weekday,
    Years,
    is_day,
)
from tasks.language.dates.pieces import LEADS, ORDINAL_ENDINGS, day_number, month_word, number, year_after, year_word
from tasks.language.dates.tokens import Parsed, Rule, Tokens
from tasks.language.dates.words import CLOSING

_STRETCHES = {"beginning": "early", "start": "early", "outset": "early", "middle": "mid", "end": "late"}
_SHARES = {
    ("half", 1): "first_half",
    ("half", 2): "second_half",
    ("half", -1): "second_half",
    ("quarter", 1): "quarter_1",
    ("quarter", 2): "quarter_2",
    ("quarter", 3): "quarter_3",
    ("quarter", 4): "quarter_4",
    ("quarter", -1): "quarter_4",
}
_OPENS_STRETCH = frozenset(["early", "mid", "late", "rest", "course", *_STRETCHES])


def opens_stretch(t: Tokens, i: int) -> bool:
    """Whether the word at i, behind "the", can open a stretch."""
    return t.low[i] in t.words.ordinals or t.low[i] in _OPENS_STRETCH


def part(t: Tokens, i: int, node: Rule) -> Parsed | None:
    """An early or late part: "early on Monday", "late 2014", "mid-June", "later this week", "earlier in the month"."""
    word = t.low[i]
    j = i + 1
    j += t.low[j] in ("-", "–")
    if t.low[j] in ("on", "in", "at"):
        j += 1
        if found := _part_of_unit(t, j, word):
            return found
    found = node(t, j)
    if found is None and t.low[j].isdecimal():
        found = year(t, j, is_led=True)
    found = found or month(t, j, is_led=True)
    is_comparative = word in ("earlier", "later")
    if found is None or (is_comparative and isinstance(found[0], Month | Years) and j == i + 1):
        return None  # "an earlier 2018 agreement"
    inner, j = found
    if is_comparative and isinstance(inner, Unit) and inner.shift == 0:
        return _side(word, inner), j
    if isinstance(inner, Month | Years | Season | Unit):
        return (inner if is_comparative else Part(PARTS[word], inner)), j
    return found if isinstance(inner, Weekday | DayWord | CalendarDay | Holiday | Beside | Numeric) else None


def _part_of_unit(t: Tokens, j: int, word: str) -> Parsed | None:
    """The unit behind "in the" at j of which the word names a part ("earlier in the month", "late in the day")."""
    unit = t.words.units.get(t.low[j + 1]) if t.low[j] == "the" else None
    if word not in ("earlier", "later", "late", "early") or unit not in ("day", "week", "month", "year"):
        return None
    return (Beside("day", 0) if unit == "day" else _side(word, Unit(unit, 0))), j + 2


def _side(word: str, unit: Unit) -> Node:
    if word in ("earlier", "later"):
        return Unit(unit.unit, unit.shift, -1 if word == "earlier" else 1)
    return Part(PARTS[word], unit)


def stretch(t: Tokens, i: int, node: Rule) -> Parsed | None:
    """A part "of" something: "end of the year", "first half of 2019", "first nine months of 2021"."""
    rank = t.words.ordinals.get(t.low[i])
    return _edge(t, i, node) if rank is None else _share(t, i, rank, node) or _ranked(t, i, rank, node)


def _edge(t: Tokens, i: int, node: Rule) -> Parsed | None:
    """A stretch by its place: "end of the year", "middle of May", "course of last week", "rest of the month"."""
    word = t.low[i]
    if word not in _STRETCHES and word not in ("rest", "course"):
        return None
    whole = _whole(t, i + 1, node, may_be_bare=_STRETCHES.get(word) == "late")
    if whole is None:
        return None
    inner, j = whole
    if word == "rest":
        return (Unit(inner.unit, inner.shift, 1) if isinstance(inner, Unit) else inner), j
    return (inner if word == "course" or isinstance(inner, Holiday) else Part(_STRETCHES[word], inner)), j


def _share(t: Tokens, i: int, rank: int, node: Rule) -> Parsed | None:
    """A half or quarter: "first half of 2019", "last quarter of last year"; "in the second quarter" alone."""
    share = _SHARES.get((t.low[i + 1], rank))
    if share is None:
        return None
    j = i + 2
    if named := year_word(t, j):
        return Part(share, Years(named[0], named[0])), named[1]
    if t.low[i + 1] == "quarter" and rank > 0 and t.low[j] in CLOSING and t.low[i - 2] in LEADS:
        return Season(3 * rank - 2), j
    whole = _whole(t, j, node)
    if whole is None or isinstance(whole[0], Holiday):
        return whole
    is_fiscal = isinstance(whole[0], Years) and whole[0].rule_id == "fiscal_year"
    return whole if is_fiscal else (Part(share, whole[0]), whole[1])


def _ranked(t: Tokens, i: int, rank: int, node: Rule) -> Parsed | None:
    """A ranked day, week or weekday: "second week of May", "first Monday of the month", "first of May"."""
    j = i + 1
    if rank > 0 and t.low[j] == "of" and (named := month_word(t, j + 1)):
        in_year, shift, k = year_after(t, named[1])
        return CalendarDay(rank, named[0], in_year, shift), k
    if rank in (1, -1):
        count = number(t, j)
        if count is not None and count[0] == count[1]:
            return _run(t, count[2], rank * count[0], node)
        if t.low[j] in t.words.units and t.low[j].endswith("s"):
            whole = _whole(t, j + 1, node)
            return whole and (Part("early" if rank > 0 else "late", whole[0]), whole[1])
    weekday = t.words.weekdays.get(t.low[j])
    if weekday is None and t.low[j] not in ("week", "day", "weekend"):
        return None
    whole = _whole(t, j + 1, node)
    if whole is None or (isinstance(whole[0], Holiday) and t.low[j] in ("week", "weekend")):
        return whole
    return Part(f"{t.low[j] if weekday is None else f'weekday{weekday}'}_{rank}", whole[0]), whole[1]


def _run(t: Tokens, j: int, count: int, node: Rule) -> Parsed | None:
    """So many of the units at j from the beginning of something, or from its end ("last ten days of Ramadan")."""
    unit = t.words.units.get(t.low[j])
    whole = _whole(t, j + 1, node)
    return (Run(count, unit, whole[0]), whole[1]) if unit is not None and whole is not None else None


def _whole(t: Tokens, j: int, node: Rule, may_be_bare: bool = False) -> Parsed | None:
    """The stretch after "of": "of May", "of last year", "of the month", "of Ramadan"; "end of year" if bare."""
    if t.low[j] != "of":
        return None
    j += 1
    found = node(t, j) or year(t, j, is_led=True) or month(t, j, is_led=True)
    if found is None:
        k = j + (t.low[j] == "the")
        unit = t.words.units.get(t.low[k])
        if unit not in ("week", "month", "year", "decade", "century") or (k == j and not may_be_bare):
            return None
        found = Unit(unit, 0), k + 1
    inner, j = of_story(t, *found)
    return (inner, j) if isinstance(inner, Month | Years | Season | Unit | Beside | Holiday | OfStory) else None


def up_to(t: Tokens, j: int, node: Rule) -> Parsed | None:
    """So many units up to a day or month: "24 hours to Tuesday", "week ending 10 November", "year to June 2023"."""
    low, high, k = number(t, j) or (1, 1, j)
    unit = t.words.units.get(t.low[k])
    if unit is None or low != high or t.low[k + 1] not in ("to", "ending", "ended"):
        return None
    m = k + 2 + (t.low[k + 2] in ("on", "in"))
    end = node(t, m) or month(t, m, is_led=True)
    if end is None or not (is_day(end[0]) or isinstance(end[0], Month)):
        return None
    return UpTo(low, unit, end[0]), end[1]


def day_of_month(t: Tokens, j: int, node: Rule) -> Parsed | None:
    """A day of a month that is not named, behind "the": "15th of last month", "20th"."""
    ordinal = day_number(t, j)
    if ordinal is None or t.low[ordinal[1] - 1] not in ORDINAL_ENDINGS:
        return None
    day, k = ordinal
    if t.low[k] in CLOSING and t.low[j - 2] in ("on", "of", "by", "since", "until"):
        return DayNumbered(day), k
    if t.low[k] != "of":
        return None
    if after := t.sequence(k + 1, ("the", "month")):
        return Part(f"day_{day}", Unit("month", 0)), after
    whole = node(t, k + 1)
    if whole is None or not isinstance(whole[0], Unit | Beside) or whole[0].unit != "month":
        return None
    return Part(f"day_{day}", whole[0]), whole[1]
