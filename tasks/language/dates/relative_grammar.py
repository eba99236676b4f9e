"""The part of the grammar that counts from the day of writing or of the story: tokens in, node and next place out.

"two days ago", "last week", "the next day", "within 48 hours". Refused: durations ("for three days"), attributes
("a 10-year war"), and what is counted from an event that is no date ("two days after the attack").
"""

from __future__ import annotations

from collections.abc import Callable

from tasks.language.dates.calendar_grammar import CalendarGrammar, Found
from tasks.language.dates.nodes import (
    Beside,
    DayWord,
    Month,
    Node,
    Offset,
    Rolling,
    Season,
    Then,
    Unit,
    Weekday,
    is_day,
)
from tasks.language.dates.words import CLOSING, Tokens

_LEADS_DAY = ("on", "by", "since", "until", "before", "after", "from", "of")
_LAST = {"last": -1, "past": -1, "previous": -1, "recent": -1, "next": 1, "coming": 1, "following": 1}
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
_FUTURE = frozenset(["will", "would", "shall", "due", "scheduled", "expected", "planned", "plans", "set"])


class RelativeGrammar:
    """Rules for relative expressions; `node` reads whatever expression they count from."""

    def __init__(self, calendars: CalendarGrammar, node: Callable[[Tokens, int], Found | None]) -> None:
        self.words = calendars.words
        self.calendars = calendars
        self._node = node

    def offset(self, t: Tokens, i: int) -> Found | None:
        """ "two days ago", "a week earlier", "three months after Christmas", "weeks later"."""
        j = i
        while t.low[j] in _APPROXIMATE:
            j += 1
        for lead in (("more", "than"), ("less", "than"), ("at", "least")):
            j = t.sequence(j, lead) or j
        number = self.calendars.number(t, j)
        half = (
            _HALVES.get(self.words.units.get(t.low[j + 2], "")) if t.low[j] == "half" and t.low[j + 1] == "a" else None
        )
        if half is not None and t.low[j + 3] == "ago":
            return Offset(half[0], half[0], half[1], -1), j + 4
        if number is None:
            if t.low[j] not in self.words.units or not t.low[j].endswith("s"):
                return None
            low, high = 2, 6  # "weeks ago"
        else:
            low, high, j = number
        unit = self.words.units.get(t.low[j])
        if unit is None or t.ends[j - 1] == t.starts[j]:
            return None
        j = t.sequence(j + 1, ("and", "a", "half")) or j + 1
        if t.low[j] == "from" and t.low[j + 1] in ("now", "today"):
            return Offset(low, high, unit, 1), j + 2
        if t.low[j] not in _OFFSET_WORDS:
            return None
        sign, from_narrative = _OFFSET_WORDS[t.low[j]]
        if t.low[j] in ("before", "after", "prior"):
            k = j + 1 + (t.low[j] == "prior" and t.low[j + 1] == "to")
            origin = self._node(t, k)
            if origin is not None and is_day(origin[0]):
                return Offset(low, high, unit, sign, origin[0]), origin[1]
            if t.low[j + 1] not in CLOSING or (t.low[j] == "prior" and t.low[j + 1] == "to"):
                # "two days after thousands had rallied on Friday": a day only if the clause that follows names one
                return Offset(low, high, unit, sign, from_narrative=True, from_clause=True), k
        if t.low[j] == "ago" and low == high and (found := self._node(t, j + 1 + (t.low[j + 1] == "on"))):
            inner, k = found
            is_around = isinstance(inner, DayWord) or (isinstance(inner, Unit) and inner.shift == 0)
            if is_around or (isinstance(inner, Weekday) and inner.which is None):
                return Then(inner, low, unit), k  # "a year ago this week"
        if t.low[j] == "back" and t.low[j + 1] not in CLOSING:
            return None
        return Offset(low, high, unit, sign, from_narrative=from_narrative), j + 1

    def term(self, t: Tokens, i: int) -> Found | None:
        """ "within 48 hours", "in two weeks' time", "will meet in three days": a time to come."""
        number = self.calendars.number(t, i + 1 + (t.low[i + 1] == "the"))
        if number is None:
            return None
        low, high, j = number
        unit = self.words.units.get(t.low[j])
        if unit is None or t.ends[j - 1] == t.starts[j]:
            return None
        j += 1
        if t.low[i] == "within":
            return (Rolling(high, unit, 1), j) if t.low[j] != "of" else None
        k = j + (t.low[j] in ("'", "’"))
        if t.low[k] == "time":
            return Offset(low, high, unit, 1), k + 1
        is_future = any(word in _FUTURE for word in t.low[max(0, i - 14) : i])
        return (Offset(low, high, unit, 1), j) if is_future and t.low[j] in CLOSING else None

    def deictic(self, t: Tokens, i: int, is_definite: bool = False) -> Found | None:
        """ "last week", "this morning", "next Tuesday", "the past 24 hours", "recent days", "that day"."""
        w = self.words
        word = t.low[i]
        j = i + 1
        if word == "that" and t.low[j] == "same":
            j += 1
        if word in ("following", "previous", "preceding") and not is_definite:
            return None  # "following Friday prayers"
        if word == "this" and t.low[j] in ("past", "coming", "last", "current", "same"):
            word = t.low[j]
            j += 1
            is_definite = is_definite or word in ("past", "coming")
        head = t.low[j]
        if not head:
            return None
        if word == "this" and head in ("day", "time") and (found := self._remembered(t, j)):
            return found
        if head in w.weekdays or head in w.months or head in w.seasons or t.raw[j][:1].isupper():
            which = {"last": "last", "past": "last", "next": "next", "coming": "next", "this": "this"}.get(word)
            which = {"previous": "preceding", "preceding": "preceding", "following": "following"}.get(word, which)
            if head in w.weekdays and (word == "same" or (word == "that" and i and t.low[i - 1] in _LEADS_DAY)):
                which = "same"  # "on that Tuesday", but "said that Tuesday's attack"
            if which is not None:
                found = self.calendars.weekday(t, j, which)
                if found is None and head in w.months:
                    month = self.calendars.month(t, j, is_led=True)
                    if month is not None and isinstance(month[0], Month):
                        node = month[0]
                        found = Month(node.month, node.year, node.year_shift, which), month[1]
                if found is None and (season := w.seasons.get(head)):
                    found = Season(season, which=which), j + 1
                found = found or self.calendars.holiday(t, j, which)
                if found is not None:
                    return found
        if head in w.parts_of_day or head == "night":
            shift = {"last": -1, "this": 0}.get(word)
            if shift is not None and not (t.joined(j) and t.low[j + 1] == "-"):
                return DayWord(shift, shift, "last_night" if shift else "day_word"), j + 1
            return self._beside(word, "day", j)
        if head in ("early", "late"):
            return self.deictic_after(t, i, j)
        number = self.calendars.number(t, j)
        if number is not None and word in _LAST:
            k = number[2]
            unit = w.units.get(t.low[k])
            if unit is not None and t.ends[k - 1] < t.starts[k]:
                return None if _belongs(t, k + 1) else (Rolling(number[1], unit, _LAST[word]), k + 1)
            return None
        unit = w.units.get(head)
        if unit is None or (t.joined(j) and t.low[j + 1] in ("-", "–")):
            return None
        if head.endswith("s") and head != "hrs":
            if word in ("last", "past", "recent", "coming", "next", "previous", "following"):
                return None if _belongs(t, j + 1) else (Rolling(None, unit, _LAST[word]), j + 1)
            return None
        if word in ("same", "that", "previous", "following", "preceding"):
            return self._beside(word, unit, j)
        if unit == "weekend":
            return Unit("weekend", {"last": -1, "past": -1, "next": 1, "coming": 1}.get(word, 0)), j + 1
        if unit == "hour" or (unit == "quarter" and t.low[j + 1] == "of"):
            return None
        if unit == "day":
            return self._beside(word, unit, j) if word in ("next", "following") else None
        if word in ("this", "current"):
            return Unit(unit, 0), j + 1
        if unit != "quarter" and is_definite and word == "last":
            return Rolling(1, unit, -1), j + 1
        if word in ("past", "coming") or unit in ("decade", "fortnight"):
            return Rolling(1, unit, _LAST.get(word, -1)), j + 1
        if word in ("last", "next"):
            return Unit(unit, _LAST[word]), j + 1
        return None

    def _remembered(self, t: Tokens, j: int) -> Found | None:
        """ "this day in 1989", "this time last year": told of the same day in another year, month or week."""
        today: Node = DayWord(0, 0)
        if t.low[j + 1] == "in" and t.low[j] == "day" and (year := self.calendars.year_word(t, j + 2)):
            return Then(today, year=year[0]), year[1]
        count = {"last": 1, "next": -1}.get(t.low[j + 1])
        unit = self.words.units.get(t.low[j + 2]) if count is not None else None
        if count is None or unit not in ("week", "month", "year"):
            return None
        around = {"week": today, "month": Unit("week", 0), "year": Unit("month", 0)}[unit]
        return Then(today if t.low[j] == "day" else around, count, unit), j + 3

    def deictic_after(self, t: Tokens, i: int, j: int) -> Found | None:
        """ "this early morning", "last late evening": rare, but wire copy has them."""
        shift = {"last": -1, "this": 0}.get(t.low[i])
        if shift is None or t.low[j + 1] not in self.words.parts_of_day:
            return None
        return DayWord(shift, shift), j + 2

    def _beside(self, word: str, unit: str, j: int) -> Found | None:
        shift = {"same": 0, "that": 0, "previous": -1, "preceding": -1, "next": 1, "following": 1}.get(word)
        return None if shift is None else (Beside(unit, shift), j + 1)


def _belongs(t: Tokens, j: int) -> bool:
    """Whether "the last days" are those of something that ends ("of the war") and not those before today."""
    return t.low[j] == "of" and t.low[j + 1] in ("the", "a", "an", "his", "her", "its", "their")
