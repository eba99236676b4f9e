"""The grammar of date expressions in running news English: tokens at a place in, a node and the next place out.

Each rule tries one kind of expression at token i and answers `(node, j)`, j the place after it, or None. It refuses
modal "may", the verb "march", newspapers called after weekdays, counts and ages; it resolves nothing.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.language.dates.calendar_days import calendar_day, ordinal_day
from tasks.language.dates.clock import after_time_of_day, time_of_day
from tasks.language.dates.months_and_years import (
    century,
    decade,
    fiscal_year,
    month,
    of_story,
    quarter,
    season,
    year,
    year_as_adjective,
)
from tasks.language.dates.named_days import feast, holiday, weekday
from tasks.language.dates.nodes import (
    AtHour,
    Beside,
    CalendarDay,
    DayNumbered,
    DayWord,
    Holiday,
    Month,
    Node,
    Numeric,
    OfStory,
    Overnight,
    Part,
    Range,
    Season,
    TimeOffset,
    TimeOnly,
    Unit,
    Weekday,
    Years,
    is_day,
    without_clock,
)
from tasks.language.dates.pieces import ORDINAL_ENDINGS, day_number
from tasks.language.dates.relative import deictic, term, time_offset
from tasks.language.dates.stretches import day_of_month, opens_stretch, part, stretch, up_to
from tasks.language.dates.tokens import Parsed, Tokens
from tasks.language.dates.words import CLOSING

# what may stand at either end of "X to Y"
_RANGE_ENDS = (CalendarDay, Weekday, Month, Years, DayWord, Holiday, Part, AtHour, Numeric, Season, OfStory)
_SURE_JOINTS = ("to", "until", "till", "through", "-", "–", "—")
_LOOSE_JOINTS = ("and", "or", "&")
_DEICTICS = ("this", "last", "next", "past", "that", "previous", "following", "same", "coming", "recent")
_DEFINITE_DEICTICS = (
    *("last", "past", "next", "previous", "preceding", "following", "same", "coming", "recent", "current"),
)


def expression(t: Tokens, i: int) -> Parsed | None:
    """The longest expression that starts at i: a node, with a time of day beside it and a second end of a range."""
    found = _timed(t, i)
    if found is None:
        return None
    node, j = found
    if isinstance(node, Weekday | DayWord | Beside) and (named := _named_day(t, node, j)):
        return named
    return (_range(t, node, j) or found) if isinstance(node, _RANGE_ENDS) else found


def _range(t: Tokens, node: Node, j: int) -> Parsed | None:
    """The range that a second end behind j makes of an expression ("3 May to 5 June", "Saturday and Sunday")."""
    joint = t.low[j]
    k = j + 1
    if joint in _LOOSE_JOINTS:
        if t.low[k] in ("to", "into", "last", "next", "this"):
            return None
    elif joint not in _SURE_JOINTS and joint != "into":
        return None
    if joint in ("until", "till", "through", "to", "into"):
        k += t.low[k] == "on"
    second = _timed(t, k)
    if second is None or not isinstance(second[0], _RANGE_ENDS):
        return None
    are_alike = type(without_clock(second[0])) is type(without_clock(node))
    return (Range(node, second[0]), second[1]) if are_alike or joint in _SURE_JOINTS else None


def _named_day(t: Tokens, node: Node, j: int) -> Parsed | None:
    """The calendar's word for a day named before it: "Sunday evening (4 August)", "last night [1-2 June]".

    "Monday the 15th" leaves the month out.
    """
    k = j + (t.low[j] == "the")
    if isinstance(node, Weekday) and node.which is None and (ordinal := day_number(t, k)):
        day, k = ordinal
        if t.low[k - 1] in ORDINAL_ENDINGS:
            return DayNumbered(day, node.weekday), k
    closing = {"(": ")", "[": "]"}.get(t.low[j])
    found = calendar_day(t, j + (closing is not None or t.low[j] == ","))
    if found is None:
        return None
    exact, k = found
    if isinstance(exact, CalendarDay) and isinstance(node, Weekday):
        exact = replace(exact, weekday=node.weekday)
    if closing is not None and t.low[k] != closing:
        return None
    return exact, k + (closing is not None)


def _timed(t: Tokens, i: int) -> Parsed | None:
    """A day with or without a time of day before or after it, or a time of day alone."""
    time = time_of_day(t, i)
    if time is not None:
        return _after_clock(t, *time)
    found = _node(t, i)
    if found is None:
        return None
    node, j = of_story(t, *found)
    if not is_day(found[0]):
        return node, j
    j, is_clock = after_time_of_day(t, j)
    return (AtHour(node) if is_clock else node), j


def _after_clock(t: Tokens, j: int, is_clock: bool) -> Parsed:
    """The day behind a time of day that ends at j ("5:30 a.m. on Monday"), or the time alone."""
    k = j + (t.low[j] == ",")
    k += t.low[k] in ("on", "of")
    day = _node(t, k)
    if day is None or not is_day(day[0]):
        return TimeOnly(), j
    node, k = day
    return (AtHour(node) if is_clock else node), after_time_of_day(t, k)[0]


def _node(t: Tokens, i: int) -> Parsed | None:
    """The expression at i without a time of day: the first kind that fits, longest forms tried first."""
    word = t.low[i]
    if not word:
        return None
    if word.isdecimal():
        return calendar_day(t, i) or time_offset(t, i, _node) or year(t, i)
    if word == "the":
        return _definite(t, i)
    if word in ("early", "earlier", "late", "later", "mid"):
        return part(t, i, _node)
    if word in ("in", "within"):
        return term(t, i)
    if word in _DEICTICS:
        return deictic(t, i) or holiday(t, i)
    return (
        _day_word(t, i)
        or calendar_day(t, i)
        or weekday(t, i)
        or holiday(t, i)
        or month(t, i)
        or season(t, i)
        or quarter(t, i)
        or fiscal_year(t, i)
        or time_offset(t, i, _node)
        or stretch(t, i, _node)
    )


def _day_word(t: Tokens, i: int) -> Parsed | None:
    """A word for a day near the report's ("yesterday", "day before yesterday") or the night beside it."""
    word = t.low[i]
    if word == "day" and t.low[i + 1] in ("before", "after") and t.low[i + 2] in ("yesterday", "tomorrow"):
        shift = -2 if t.low[i + 2] == "yesterday" else 2
        return DayWord(shift, shift), i + 3
    if word in t.words.day_words:
        shift = t.words.day_words[word]
        return DayWord(shift, shift), i + 1
    return _overnight(t, i) if word == "overnight" else None


def _overnight(t: Tokens, i: int) -> Parsed | None:
    """The night at i, of a day that is named or of the report's ("overnight into Monday", "overnight")."""
    j = i + 1
    ends_on = t.low[j] in ("into", "to")
    j += t.low[j] in ("into", "to", "on", "from")
    day = _node(t, j)
    if day is None or not isinstance(day[0], Weekday | CalendarDay | DayWord):
        return DayWord(-1, 0, "overnight"), i + 1
    node, k = day
    if t.low[k] in ("to", "into", "-", "–"):
        second = _node(t, k + 1)
        if second is not None and isinstance(second[0], Weekday | CalendarDay):
            return Range(node, second[0]), second[1]
    return Overnight(node, ends_on), k


def _definite(t: Tokens, i: int) -> Parsed | None:
    """What "the" opens: stretches, neighbours ("the next day"), spans up to now ("the last two weeks"), decades."""
    j = i + 1
    word = t.low[j]
    if found := up_to(t, j, _node):
        return found
    if word in t.words.units or word in t.words.parts_of_day:
        return _definite_unit(t, j)
    if opens_stretch(t, j):
        return stretch(t, j, _node) or decade(t, j) or deictic(t, j, is_definite=True)
    if word in _DEFINITE_DEICTICS:
        return deictic(t, j, is_definite=True)
    if word.isdecimal():
        return (
            decade(t, j) or ordinal_day(t, j) or day_of_month(t, j, _node) or century(t, j) or year_as_adjective(t, j)
        )
    if word in t.words.weekdays:
        found = weekday(t, j)
        return found if found and isinstance(found[0], Weekday) and found[0].which == "before_last" else None
    return season(t, j, is_led=True) or holiday(t, j) or feast(t, j)


def _definite_unit(t: Tokens, j: int) -> Parsed | None:
    """A unit or part of the day at j behind "the": "the week before last", "the night of 5 May", "the day after"."""
    word = t.low[j]
    unit = t.words.units.get(word, "day")
    if after := t.sequence(j + 1, ("before", "last")):
        return (DayWord(-2, -2) if unit in ("day", "hour") else Unit(unit, -2)), after
    if t.low[j + 1] == "of" and (unit in ("month", "week", "year", "weekend") or word == "night"):
        found = _node(t, j + 2) or month(t, j + 2, is_led=True)
        if found is not None and isinstance(found[0], CalendarDay | Month | Holiday | Weekday):
            is_week = unit == "week" and isinstance(found[0], CalendarDay)
            return (Part("week", found[0]), found[1]) if is_week else found
    if word == "year" and (named := year(t, j + 1, is_led=True)):
        return named
    if word == "day" and (near := _day_word(t, j)):
        return near
    if t.low[j + 1] in ("before", "after"):
        sign = -1 if t.low[j + 1] == "before" else 1
        origin = _node(t, j + 2)
        if origin is not None and is_day(origin[0]):
            return TimeOffset(1, 1, unit, sign, origin[0]), origin[1]
        if t.low[j + 2] in CLOSING:
            return Beside(unit, sign), j + 2
    return (Unit("weekend", 0), j + 1) if unit == "weekend" else None
