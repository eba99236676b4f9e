"""The part of the grammar that reads times of day: tokens in, the next place and whether a clock was named out.

"at 5:30 a.m. local time (2130 GMT Saturday)" is one time of day, whatever day it names for readers elsewhere. Bare
numbers are refused unless a zone, a colon, "a.m." or an "at" makes them times.
"""

from __future__ import annotations

from tasks.language.dates.tokens import Tokens
from tasks.language.dates.words import CLOSING

_LEADS_CLOCK_WORD = ("at", "before", "around", "since", "until", "by", "after", "about", "towards", "from")
_LEADS_MINUTES = ("at", "around", "about", "by", "until", "from", "before", "after")
_LEADS_PART = ("on", "in", "during", "since", "by", "from")


def time_of_day(t: Tokens, i: int) -> tuple[int, bool] | None:
    """The place after a time of day at i and whether it is one of the clock (else "the early hours", "morning")."""
    low = t.low
    j = i + (low[i] == "the")
    is_early = low[j] in ("early", "late", "small", "predawn", "wee", "mid")
    if is_early:
        j += 1
        j += low[j] == "-"
    if low[j] in ("hours", "hour") and (is_early or low[j + 1] == "of"):
        return _hours(t, j) if is_early else None
    if low[j] in t.words.parts_of_day:
        return _part_of_day(t, i, j, is_early)
    if is_early and low[i] != "mid":
        return None
    if low[j] in t.words.clock_words:
        leads = low[i - 1] in _LEADS_CLOCK_WORD
        ahead = low[j + 1]
        leads = leads or ahead in ("on", "of") or ahead in t.words.weekdays or ahead in t.words.day_words
        return (_after_zone(t, j + 1), True) if leads else None
    end = _after_clock(t, i)
    return None if end is None else (end, True)


def after_time_of_day(t: Tokens, j: int) -> tuple[int, bool]:
    """The place after "night", "at 5 a.m.", "around noon" that follow a day, and whether a clock was named."""
    is_clock = False
    for _ in range(2):
        time = _beside_day(t, j)
        if time is None:
            break
        j, names_clock = time
        is_clock = is_clock or names_clock
    return j, is_clock


def _beside_day(t: Tokens, j: int) -> tuple[int, bool] | None:
    """The place after one time of day that follows a day which ends at j, and whether it is one of the clock."""
    parts = t.words.parts_of_day
    k = j + (t.low[j] == ",")
    if t.low[k] in ("late", "early") and t.low[k + 1] in parts:
        return k + 2, False
    if (t.low[j] in parts and not (t.joined(j) and t.low[j + 1] == "-")) or t.low[j] == "overnight":
        return j + 1, False
    if t.low[j] == "in" and t.low[j + 1] == "the" and t.low[j + 2] in parts:
        return j + 3, False
    if t.low[k] not in ("at", "around", "about", "shortly") and k != j:
        return None
    k += t.low[k] == "shortly"
    while t.low[k] in ("at", "around", "about", "before", "after"):
        k += 1
    return time_of_day(t, k)


def _hours(t: Tokens, j: int) -> tuple[int, bool]:
    """The place after "hours" at j and the part of the day that they are of ("the early hours of the morning")."""
    k = t.sequence(j + 1, ("of", "the"))
    return (k + 1 if k is not None and t.low[k] in t.words.parts_of_day else j + 1), False


def _part_of_day(t: Tokens, i: int, j: int, is_early: bool) -> tuple[int, bool] | None:
    """A part of the day at j that begins at i: "early morning", "in the evening", "on the morning of"."""
    low = t.low
    if t.joined(j) and low[j + 1] == "-":
        return None
    if is_early or low[i - 1] == "at" or (low[i] == "the" and low[i - 1] in ("in", "during")):
        return j + 1, False
    if low[j + 1] == "of" and low[i] == "the" and low[i - 1] in _LEADS_PART:
        return j + 1, False
    return None


def _after_clock(t: Tokens, i: int) -> int | None:
    """The place after a time in digits: "5:30 a.m.", "0530 GMT", "10 o'clock", "at 1730"."""
    low = t.low
    digits = _hour_and_minutes(t, i)
    if digits is None:
        return None
    j, has_minutes = digits
    is_military = len(low[i]) == 4
    k = j + (low[j] in ("-", "–"))
    if low[k] in ("am", "pm") and not is_military:
        return _after_zone(t, k + 1)
    if low[k] in ("a", "p") and low[k + 1] == "." and low[k + 2] == "m" and t.joined(k + 1):
        return _after_zone(t, k + 3 + (low[k + 3] == "." and t.joined(k + 2)))
    if low[j] == "o" and low[j + 1] in ("'", "’") and low[j + 2] == "clock":
        return _after_zone(t, j + 3)
    zone = _after_zone(t, j)
    if zone > j and (has_minutes or is_military or low[j] not in ("hours", "hrs")):
        return zone if has_minutes or is_military or low[j] in ("gmt", "utc") else None
    if is_military and low[i - 1] == "at" and (low[j] in CLOSING or low[j] in ("[", "on", "today", "yesterday")):
        return j
    return j if has_minutes and low[i - 1] in _LEADS_MINUTES else None


def _hour_and_minutes(t: Tokens, i: int) -> tuple[int, bool] | None:
    """The place after the digits of a time at i, and whether a colon sets the minutes apart."""
    low = t.low
    if not low[i].isdecimal() or len(low[i]) > 4:
        return None
    hour, j = int(low[i]), i + 1
    if len(low[i]) == 4:
        return None if hour > 2400 or hour % 100 > 59 else (j, False)
    if hour > 24:
        return None
    if low[j] not in (":", ".") or not t.joined(i) or not t.joined(j) or len(low[j + 1]) != 2:
        return j, False
    if not low[j + 1].isdecimal():
        return j, False
    if int(low[j + 1]) > 59:
        return None
    has_minutes = low[j] == ":"
    j += 2
    if low[j] == ":" and t.joined(j) and low[j + 1].isdecimal():
        j += 2
    return j, has_minutes


def _after_zone(t: Tokens, j: int) -> int:
    """The place after "local time", names of zones and the same instant told for readers elsewhere."""
    for _ in range(2):
        if t.low[j] == "local" and t.low[j + 1] == "time":
            j += 2
        elif t.low[j] in t.words.zones and t.low[j] != "local":
            j += 1
    return _after_elsewhere(t, j) if t.low[j] in ("(", "[") else j


def _after_elsewhere(t: Tokens, j: int) -> int:
    """The place after a bracket at j that tells the same instant elsewhere ("(2130 GMT Saturday)"), else j."""
    for k in range(j + 1, min(j + 8, t.count)):
        if t.low[k] in (")", "]"):
            has_zone = any(word in t.words.zones for word in t.low[j + 1 : k])
            return k + 1 if has_zone and t.low[j + 1].isdecimal() else j
    return j
