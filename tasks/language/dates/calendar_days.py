"""The part of the grammar that names days of the calendar: tokens at a place in, a node and the next place out.

It knows the usual written forms of news agencies in several countries, upper-case wire ("4 FEB 90") and dates in digits
among them. Numbers that are counts, modal "may" and the verb "march" are refused.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.language.dates.nodes import AtHour, CalendarDay, Numeric, Range
from tasks.language.dates.pieces import (
    DASHES,
    LEADS,
    ORDINAL_ENDINGS,
    day_number,
    may_follow_number,
    month_word,
    two_digit_year,
    year_after,
)
from tasks.language.dates.tokens import Parsed, Tokens

_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def calendar_day(t: Tokens, i: int) -> Parsed | None:
    """A day of a month, a range of them, or a date in digits, with or without year and weekday."""
    weekday = t.words.weekdays.get(t.low[i], t.words.weekdays_short.get(t.low[i]))
    return _date_time_group(t, i) or (_plain_day(t, i) if weekday is None else _day_after_weekday(t, i, weekday))


def ordinal_day(t: Tokens, i: int) -> Parsed | None:
    """A day of a month by its ordinal ("the 5th of May")."""
    return _day_first(t, i) if t.low[i + 1] in ORDINAL_ENDINGS else None


def _plain_day(t: Tokens, i: int) -> Parsed | None:
    return _digits(t, i) or _day_first(t, i) or _month_first(t, i)


def _day_after_weekday(t: Tokens, i: int, weekday: int) -> Parsed | None:
    """A day with its weekday before it ("Tuesday, June 22", "Tue. (22 June)")."""
    j = i + 1 + (t.low[i + 1] == "." and t.joined(i))
    opens = t.low[j] == "("
    j += t.low[j] in (",", "(")
    j += t.low[j] == "on"
    j += t.low[j] == "the"
    found = _plain_day(t, j)
    if found is None:
        return None
    node, k = found
    if isinstance(node, CalendarDay):
        node = replace(node, weekday=weekday)
    return node, k + (opens and t.low[k] == ")")


def _date_time_group(t: Tokens, i: int) -> Parsed | None:
    """Day, hour and minute, a letter for the zone, month and year, as armed forces write them ("121530Z MAR 11")."""
    digits, zone = t.low[i], t.low[i + 1]
    if len(digits) != 6 or not digits.isdecimal() or not t.joined(i):
        return None
    if len(zone) > 1:  # "121530ZMAR11"
        month = t.words.months_short.get(zone[1:]) or t.words.months.get(zone[1:])
        found = None if month is None else (month, i + 2)
    else:
        found = month_word(t, i + 2) if zone.isalpha() else None
    day, hour, minute = (int(digits[k : k + 2]) for k in (0, 2, 4))
    if found is None or hour > 24 or minute > 59 or not _is_valid(day, found[0]):
        return None
    year, _, j = year_after(t, found[1], may_be_short=True)
    return AtHour(CalendarDay(day, found[0], year)), j


def _is_valid(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _MONTH_DAYS[month - 1]


def _digits(t: Tokens, i: int) -> Parsed | None:
    """A date in digits: "2021-01-25T10:00:00Z", "25/01/2021", "25.1.2021"; which is the day may be open."""
    if not _are_three_numbers(t, i):
        return None
    first, second, third = t.low[i], t.low[i + 2], t.low[i + 4]
    j = i + 5
    if j < t.count and t.joined(j - 1) and t.low[j] != "t" and not may_follow_number(t, j):
        return None
    if len(first) == 4 and len(third) <= 2:
        year, month, day = int(first), int(second), int(third)
        if not 1700 <= year <= 2099 or not _is_valid(day, month):
            return None
        return CalendarDay(day, month, year), _after_iso_clock(t, j)
    if len(first) > 2 or len(third) not in (2, 4):
        return None
    if len(third) == 2 and (t.low[i + 1] == "-" or len(first) < 2 or len(second) < 2):
        return None
    year = int(third) if len(third) == 4 else two_digit_year(int(third))
    a, b = int(first), int(second)
    if not 1700 <= year <= 2099 or not (_is_valid(a, b) or _is_valid(b, a)):
        return None
    return Numeric(a, b, year, t.low[i + 1] == "/"), j


def _are_three_numbers(t: Tokens, i: int) -> bool:
    """Whether three numbers stand at i with one mark twice between them, and none before them."""
    low = t.low
    if not low[i].isdecimal() or not t.joined(i) or (i and t.ends[i - 1] == t.starts[i] and low[i - 1] in "-/."):
        return False
    mark = low[i + 1]
    if mark not in ("-", "/", ".", "–") or not t.joined(i + 1):
        return False
    if low[i + 3] != mark or not t.joined(i + 2) or not t.joined(i + 3):
        return False
    return low[i + 2].isdecimal() and len(low[i + 2]) <= 2 and low[i + 4].isdecimal()


def _after_iso_clock(t: Tokens, j: int) -> int:
    """The place after the clock of "2021-01-25T10:00:00Z", which begins at j."""
    if t.low[j] != "t" or t.ends[j - 1] != t.starts[j] or not t.low[j + 1].isdecimal():
        return j
    j += 1
    while j < t.count and (t.low[j].isdecimal() or t.low[j] in (":", ".", "+", "-", "z")) and t.joined(j - 1):
        j += 1
    return j


def _day_first(t: Tokens, i: int) -> Parsed | None:
    """Days before their month: "5 May 2021", "the 5th of May", "24, 25 and 26 October", "3-5 May"."""
    day = day_number(t, i)
    if day is None or _is_number_tail(t, i):
        return None
    first, j = day
    last, j = _last_before_month(t, j)
    month = _month_after_day(t, j)
    if month is None:
        return None
    name, k = month
    is_short = t.raw[k - 1].isupper() and (t.low[k - 1] in t.words.months_short or t.low[k - 1] == "may")
    is_tight = t.joined(i) and (t.low[i + 1] == "-" or t.low[i + 1] in t.words.months_short)
    k += is_tight and t.low[k] == "-"
    is_modal = name == 5 and t.raw[k - 1].islower()
    year, shift, k = year_after(t, k, may_be_short=is_short or is_tight)
    if is_modal and t.low[i + 1] not in ORDINAL_ENDINGS and year is None and t.low[i - 1] not in LEADS | {"on"}:
        return None  # "25 may have died"
    return _days(first, last, name, year, shift, k)


def _is_number_tail(t: Tokens, i: int) -> bool:
    """Whether the number at i is the end of a longer one ("1,25 May")."""
    is_tied = i > 0 and t.low[i - 1] in (".", ",", ":", "/") and t.ends[i - 1] == t.starts[i]
    return is_tied and i > 1 and t.low[i - 2].isdecimal()


def _last_before_month(t: Tokens, j: int) -> tuple[int | None, int]:
    """The last of several days after the first one, where a month follows ("24, 25 and 26 October"), and its end."""
    while t.low[j] == "," and (listed := day_number(t, j + 1)) and t.low[listed[1]] in (",", "and", "&"):
        j = listed[1]
    if t.low[j] in DASHES or t.low[j] in ("to", "and", "or", "&", "/", "until", "through"):
        second = day_number(t, j + 1 + (t.low[j + 1] == "the"))
        if second is not None and _month_after_day(t, second[1]) is not None:
            return second
    return None, j


def _month_after_day(t: Tokens, j: int) -> tuple[int, int] | None:
    k = j + (t.low[j] == "of" or (t.low[j] == "-" and t.joined(j - 1) and t.joined(j)))
    month = month_word(t, k)
    if month is None or (t.low[k] == "march" and t.raw[k].islower() and t.low[j] != "of"):
        return None
    if t.low[k] == "may" and t.raw[k] == "MAY" and t.low[k + 1] in ("have", "be", "not"):
        return None
    return month


def _month_first(t: Tokens, i: int) -> Parsed | None:
    """Days after their month: "May 5, 2021", "May the 5th", "April 5, 7 and 9", "May 3-5"."""
    month = month_word(t, i)
    if month is None or not (t.raw[i][:1].isupper() or _is_plainly_month(t, i)):
        return None
    name, j = month
    j += t.low[j] == "the" and t.low[j + 2] in ORDINAL_ENDINGS
    day = day_number(t, j)
    if day is None:
        return None
    first, k = day
    if k == j + 1 and t.joined(j) and not may_follow_number(t, k) and t.low[k] not in DASHES:
        return None
    last, k = _last_after_month(t, first, k)
    if last is None and k == j + 1 and t.joined(j) and t.low[k] in DASHES and t.joined(k):
        return None  # "May 20-year-old"
    year, shift, m = year_after(t, k)
    is_bare = year is None and shift is None and last is None and k == j + 1
    if is_bare and _is_rather_count(t, i, k):
        return None
    return _days(first, last, name, year, shift, m)


def _is_plainly_month(t: Tokens, i: int) -> bool:
    """Whether the name of a month is nothing else even in small letters."""
    return t.low[i] not in ("may", "march") and t.low[i] not in t.words.months_short


def _last_after_month(t: Tokens, first: int, k: int) -> tuple[int | None, int]:
    """The last of several days that a month leads, and the place after it."""
    listed = day_number(t, k + 1) if t.low[k] == "," else None
    if listed is not None and first < listed[0] and t.low[listed[1]] == "and":  # "April 5, 7 and 9"
        end = day_number(t, listed[1] + 1)
        if end is not None and listed[0] < end[0]:
            return end
    elif t.low[k] in DASHES or t.low[k] in ("to", "and", "or", "&", "through", "until"):
        m = k + 1 + (t.low[k + 1] == "the")
        second = day_number(t, m)
        if second is not None and second[0] > first and not _is_count(t, second[1], m):
            return second
    return None, k


def _is_rather_count(t: Tokens, i: int, k: int) -> bool:
    """Whether the number behind the month at i counts what follows at k ("in May 20 soldiers were killed")."""
    if t.low[i - 1] in ("in", "during"):
        return True
    if t.raw[i].isupper() and t.low[i] in ("may", "march") and t.low[i - 1] not in LEADS | {"on"}:
        return True
    return t.low[k] in t.words.units or t.low[k] in ("percent", "per", "%")


def _is_count(t: Tokens, k: int, m: int) -> bool:
    """Whether the second number of "May 20 and 25 soldiers" counts: it does before a lower-case noun."""
    is_joined = k == m + 1 and t.low[k - 2] == "and"
    return is_joined and t.raw[k][:1].islower() and t.low[k] not in LEADS | {"at", "on", "when"}


def _days(first: int, last: int | None, month: int, year: int | None, shift: int | None, j: int) -> Parsed | None:
    """One day or a range of days of a month, with the place after them; None where the month has no such day."""
    if not _is_valid(first, month) or (last is not None and (not _is_valid(last, month) or last < first)):
        return None
    if year is not None and month == 2 and 29 in (first, last) and (year % 4 or (year % 100 == 0 and year % 400)):
        return None
    start = CalendarDay(first, month, year, shift)
    return (start if last is None else Range(start, replace(start, day=last))), j
