"""The part of the grammar that counts from the day of writing or of the story: tokens in, node and next place out.

"two days ago", "last week", "the next day", "within 48 hours". Refused: durations ("for three days"), attributes
("a 10-year war"), and what is counted from an event that is no date ("two days after the attack").
"""

from __future__ import annotations

from tasks.language.dates.months_and_years import month
from tasks.language.dates.named_days import holiday, weekday
from tasks.language.dates.nodes import (
    Beside,
    DayWord,
    Month,
    Node,
    Rolling,
    Season,
    Then,
    TimeOffset,
    Unit,
    Weekday,
    is_day,
)
from tasks.language.dates.pieces import number, year_word
from tasks.language.dates.tokens import Parsed, Rule, Tokens
from tasks.language.dates.words import CLOSING

_LEADS_DAY = ("on", "by", "since", "until", "before", "after", "from", "of")
_LAST = {"last": -1, "past": -1, "previous": -1, "recent": -1, "next": 1, "coming": 1, "following": 1}
_BESIDE = {"same": 0, "that": 0, "previous": -1, "preceding": -1, "next": 1, "following": 1}
# which weekday, month, season or holiday a deictic means
_WHICH = {
    "last": "last",
    "past": "last",
    "next": "next",
    "coming": "next",
    "this": "this",
    "previous": "preceding",
    "preceding": "preceding",
    "following": "following",
}
# before or after, and whether it is counted from the story and not from today
_OFFSET_WORDS = {
    "ago": (-1, False),
    "back": (-1, False),
    "hence": (1, False),
    "earlier": (-1, True),
    "previously": (-1, True),
    "prior": (-1, True),
    "before": (-1, True),
    "beforehand": (-1, True),
    "later": (1, True),
    "after": (1, True),
    "afterwards": (1, True),
}
# "half a year ago"
_HALVES = {"year": (6, "month"), "decade": (5, "year"), "century": (50, "year")}
_APPROXIMATE = frozenset(
    ["about", "around", "some", "nearly", "almost", "over", "roughly", "approximately", "exactly", "just", "only"]
)


def time_offset(t: Tokens, i: int, node: Rule) -> Parsed | None:
    """So many units from another day: "two days ago", "a week earlier", "three months after Christmas", "weeks later".

    `node` reads the day that is counted from.
    """
    if eve := _eve(t, i, node):
        return eve
    j = _after_approximate(t, i)
    if half := _half_ago(t, j):
        return half
    count = number(t, j)
    if count is None:
        if t.low[j] not in t.words.units or not t.low[j].endswith("s"):
            return None
        low, high = 2, 6  # "weeks ago"
    else:
        low, high, j = count
    unit = t.words.units.get(t.low[j])
    if unit is None or t.ends[j - 1] == t.starts[j]:
        return None
    j = t.sequence(j + 1, ("and", "a", "half")) or j + 1
    if t.low[j] == "from" and t.low[j + 1] in ("now", "today"):
        return TimeOffset(low, high, unit, 1), j + 2
    if t.low[j] not in _OFFSET_WORDS:
        return None
    if t.low[j] in ("before", "after", "prior") and (found := _counted_from(t, j, low, high, unit, node)):
        return found
    if t.low[j] == "ago" and low == high and (found := _ago_around(t, j, low, unit, node)):
        return found
    if t.low[j] == "back" and t.low[j + 1] not in CLOSING:
        return None
    sign, from_narrative = _OFFSET_WORDS[t.low[j]]
    return TimeOffset(low, high, unit, sign, from_narrative=from_narrative), j + 1


def _eve(t: Tokens, i: int, node: Rule) -> Parsed | None:
    """The day before one that is named: "the eve of the June 9 election"."""
    j = t.sequence(i + (t.low[i] == "the"), ("eve", "of"))
    if j is None:
        return None
    origin = node(t, j + (t.low[j] in ("the", "a")))
    return (TimeOffset(1, 1, "day", -1, origin[0]), origin[1]) if origin is not None and is_day(origin[0]) else None


def _after_approximate(t: Tokens, i: int) -> int:
    """The place after words that make a count a rough one ("about", "more than")."""
    while t.low[i] in _APPROXIMATE:
        i += 1
    for lead in (("more", "than"), ("less", "than"), ("at", "least")):
        i = t.sequence(i, lead) or i
    return i


def _half_ago(t: Tokens, j: int) -> Parsed | None:
    if t.low[j] != "half" or t.low[j + 1] != "a" or t.low[j + 3] != "ago":
        return None
    half = _HALVES.get(t.words.units.get(t.low[j + 2], ""))
    return half and (TimeOffset(half[0], half[0], half[1], -1), j + 4)


def _counted_from(t: Tokens, j: int, low: int, high: int, unit: str, node: Rule) -> Parsed | None:
    """What "before", "after" or "prior" at j counts from: a day that is named there, or the clause that follows."""
    sign, _ = _OFFSET_WORDS[t.low[j]]
    has_to = t.low[j] == "prior" and t.low[j + 1] == "to"
    k = j + 1 + has_to
    origin = node(t, k)
    if origin is not None and is_day(origin[0]):
        return TimeOffset(low, high, unit, sign, origin[0]), origin[1]
    if t.low[j + 1] not in CLOSING or has_to:
        # "two days after thousands had rallied on Friday": a day only if the clause that follows names one
        return TimeOffset(low, high, unit, sign, from_narrative=True, from_clause=True), k
    return None


def _ago_around(t: Tokens, j: int, count: int, unit: str, node: Rule) -> Parsed | None:
    """The day or week that is named behind "ago" at j, so many units before ("a year ago this week")."""
    found = node(t, j + 1 + (t.low[j + 1] == "on"))
    if found is None:
        return None
    inner, k = found
    is_near = isinstance(inner, DayWord) or (isinstance(inner, Unit) and inner.shift == 0)
    if is_near or (isinstance(inner, Weekday) and inner.which is None):
        return Then(inner, count, unit), k
    return None


def term(t: Tokens, i: int) -> Parsed | None:
    """A time to come: "within 48 hours", "in two weeks' time", "will meet in three days"."""
    count = number(t, i + 1 + (t.low[i + 1] == "the"))
    if count is None:
        return None
    low, high, j = count
    unit = t.words.units.get(t.low[j])
    if unit is None or t.ends[j - 1] == t.starts[j]:
        return None
    j += 1
    if t.low[i] == "within":
        return (Rolling(high, unit, 1), j) if t.low[j] != "of" else None
    k = j + (t.low[j] in ("'", "’"))
    if t.low[k] == "time":
        return TimeOffset(low, high, unit, 1), k + 1
    is_future = any(word in t.words.ahead for word in t.low[max(0, i - 14) : i])
    return (TimeOffset(low, high, unit, 1), j) if is_future and t.low[j] in CLOSING else None


def deictic(t: Tokens, i: int, is_definite: bool = False) -> Parsed | None:
    """What "last", "this", "next" and their kin open: "last week", "next Tuesday", "the past 24 hours", "that day"."""
    word = t.low[i]
    j = i + 1 + (word == "that" and t.low[i + 1] == "same")
    if word in ("following", "previous", "preceding") and not is_definite:
        return None  # "following Friday prayers"
    if word == "this" and t.low[j] in ("same", "very") and t.low[j + 1] in t.words.weekdays:
        j += 1  # "this same Monday" is the report's, "that same Monday" the story's
    elif word == "this" and t.low[j] in ("past", "coming", "last", "current", "same"):
        word = t.low[j]
        j += 1
        is_definite = is_definite or word in ("past", "coming")
    head = t.low[j]
    if word == "this" and head in ("day", "time") and (found := _day_then(t, j)):
        return found
    if found := _deictic_name(t, i, j, word):
        return found
    if head in t.words.parts_of_day or head == "night":
        return _deictic_part_of_day(t, j, word)
    if head in ("early", "late"):
        return _deictic_early(t, i, j)
    count = number(t, j) if word in _LAST else None
    if count is not None:
        return _rolling(t, count[1], count[2], word)
    return _deictic_unit(t, j, word, is_definite)


def _deictic_name(t: Tokens, i: int, j: int, word: str) -> Parsed | None:
    """A weekday, month, season or holiday at j behind a deictic word ("next Tuesday", "last summer")."""
    head = t.low[j]
    is_weekday = head in t.words.weekdays
    which = _WHICH.get(word)
    if is_weekday and (word == "same" or (word == "that" and i and t.low[i - 1] in _LEADS_DAY)):
        which = "same"  # "on that Tuesday", but "said that Tuesday's attack"
    if which is None:
        return None
    if is_weekday and (found := weekday(t, j, which)):
        return found
    named = month(t, j, is_led=True) if head in t.words.months else None
    if named is not None and isinstance(named[0], Month):
        return Month(named[0].month, named[0].year, named[0].year_shift, which), named[1]
    if first_month := t.words.seasons.get(head):
        return Season(first_month, which=which), j + 1
    return holiday(t, j, which) if t.raw[j][:1].isupper() else None


def _deictic_part_of_day(t: Tokens, j: int, word: str) -> Parsed | None:
    """A part of the day at j behind a deictic word ("this morning", "last night", "that evening")."""
    shift = {"last": -1, "this": 0}.get(word)
    if shift is not None and not (t.joined(j) and t.low[j + 1] == "-"):
        return DayWord(shift, shift, "last_night" if shift else "day_word"), j + 1
    return _beside(word, "day", j)


def _deictic_early(t: Tokens, i: int, j: int) -> Parsed | None:
    """A part of the day behind "early" or "late" at j: "this early morning" is rare, but wire copy has it."""
    shift = {"last": -1, "this": 0}.get(t.low[i])
    if shift is None or t.low[j + 1] not in t.words.parts_of_day:
        return None
    return DayWord(shift, shift), j + 2


def _deictic_unit(t: Tokens, j: int, word: str, is_definite: bool) -> Parsed | None:
    """A unit of time at j behind a deictic word ("last week", "this month", "recent days", "the same year")."""
    head = t.low[j]
    unit = t.words.units.get(head)
    if unit is None or (t.joined(j) and t.low[j + 1] in ("-", "–")):
        return None
    if head.endswith("s") and head != "hrs":
        return _rolling(t, None, j, word) if word in _LAST else None
    if word in ("same", "that", "previous", "following", "preceding"):
        return _beside(word, unit, j)
    if unit == "weekend":
        return Unit("weekend", {"last": -1, "past": -1, "next": 1, "coming": 1}.get(word, 0)), j + 1
    if unit == "hour" or (unit == "quarter" and t.low[j + 1] == "of"):
        return None
    if unit == "day":
        return _beside(word, unit, j) if word in ("next", "following") else None
    return _shifted_unit(unit, j, word, is_definite)


def _shifted_unit(unit: str, j: int, word: str, is_definite: bool) -> Parsed | None:
    """A week or a longer unit at j: the calendar's ("last week") or one up to today ("the past week")."""
    if word in ("this", "current"):
        return Unit(unit, 0), j + 1
    if unit != "quarter" and is_definite and word == "last":
        return Rolling(1, unit, -1), j + 1
    if word in ("past", "coming") or unit in ("decade", "fortnight"):
        return Rolling(1, unit, _LAST.get(word, -1)), j + 1
    return (Unit(unit, _LAST[word]), j + 1) if word in ("last", "next") else None


def _rolling(t: Tokens, count: int | None, j: int, word: str) -> Parsed | None:
    """The unit at j, so many times, up to today or from it ("the last two weeks", "recent days")."""
    unit = t.words.units.get(t.low[j])
    is_apart = count is None or t.ends[j - 1] < t.starts[j]
    if unit is None or not is_apart or _belongs(t, j + 1):
        return None
    return Rolling(count, unit, _LAST[word]), j + 1


def _day_then(t: Tokens, j: int) -> Parsed | None:
    """The same day in another year, month or week: "this day in 1989", "this time last year"."""
    today: Node = DayWord(0, 0)
    if t.low[j + 1] == "in" and t.low[j] == "day" and (year := year_word(t, j + 2)):
        return Then(today, year=year[0]), year[1]
    count = {"last": 1, "next": -1}.get(t.low[j + 1])
    unit = t.words.units.get(t.low[j + 2]) if count is not None else None
    if count is None or unit not in ("week", "month", "year"):
        return None
    around = {"week": today, "month": Unit("week", 0), "year": Unit("month", 0)}[unit]
    return Then(today if t.low[j] == "day" else around, count, unit), j + 3


def _beside(word: str, unit: str, j: int) -> Parsed | None:
    shift = _BESIDE.get(word)
    return None if shift is None else (Beside(unit, shift), j + 1)


def _belongs(t: Tokens, j: int) -> bool:
    """Whether "the last days" are those of something that ends ("of the war") and not those before today."""
    return t.low[j] == "of" and t.low[j + 1] in ("the", "a", "an", "his", "her", "its", "their")
