"""The part of the grammar that names weekdays and holidays: tokens at a place in, a node and the next place out.

Newspapers, days with a name of their own ("Bloody Sunday") and people called after a feast are refused.
"""

from __future__ import annotations

from tasks.language.dates.nodes import Holiday, Weekday
from tasks.language.dates.pieces import SHIFTS, year_after
from tasks.language.dates.tokens import Parsed, Tokens


def weekday(t: Tokens, i: int, which: str | None = None) -> Parsed | None:
    """A bare weekday by its full name, "Monday last week" with it; newspapers and named days refused."""
    day = t.words.weekdays.get(t.low[i])
    if day is None or t.low[i - 1] in t.words.not_weekdays or (t.low[i - 1] == "a" and t.low[i + 1] == "in"):
        return None  # "on a Friday in May": nobody says which
    j = i + 1
    if t.low[j] in t.words.weekday_titles and t.raw[j][:1].isupper() and not t.raw[i].isupper():
        return None
    if which is not None:
        return Weekday(day, which), j
    if t.sequence(j, ("before", "last")):
        return Weekday(day, "before_last"), j + 2
    k = j + (t.low[j] == "of")
    shift = SHIFTS.get(t.low[k])
    if shift is not None and t.low[k + 1] == "week":
        return Weekday(day, week=shift), k + 2
    return Weekday(day), j


def holiday(t: Tokens, i: int, which: str | None = None) -> Parsed | None:
    """A holiday by one of its names, or the eve of it, with or without a year ("Christmas Eve", "Eid al-Adha 2019")."""
    eve = 0
    if t.low[i] == "eve" and t.low[i + 1] == "of":
        eve, i = 1, i + 2
    if not t.raw[i][:1].isupper():
        return None
    for name in t.words.holidays.by_head.get(t.low[i], ()):
        j = _after_name(t, i, name)
        if j is not None:
            if t.raw[j][:1].isupper() and not t.raw[j].isupper() and t.low[j] not in t.words.weekdays:
                return None  # "Ramadan Yasin", a man's name
            year, shift, j = year_after(t, j)
            return Holiday(t.words.holidays.by_words[name], year, shift, which, eve), j
    return None


def feast(t: Tokens, j: int) -> Parsed | None:
    """A holiday behind the words that lead its name ("holy month of Ramadan", "Hindu festival Diwali")."""
    for k in range(j, j + 4):
        if t.low[k] in t.words.feasts:
            return holiday(t, k + 1 + (t.low[k + 1] == "of"))
        if not t.raw[k].isalpha():
            break
    return None


def _after_name(t: Tokens, i: int, name: tuple[str, ...]) -> int | None:
    """The place after a name that stands at i, hyphens and apostrophes between its words passed over."""
    j = i
    for part in name:
        while j > i and t.low[j] in ("-", "'", "’"):
            j += 1
        if t.low[j] != part:
            return None
        j += 1
    return j
