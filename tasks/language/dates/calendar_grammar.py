"""The part of the grammar that names days, months, years and seasons: tokens in, a node and the next place out.

It knows the usual written forms of news agencies in several countries, upper-case wire ("4 FEB 90") among them.
Numbers that are counts, modal "may" and the verb "march" are refused.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.language.dates.nodes import (
    AtHour,
    Calendar,
    Holiday,
    Month,
    Node,
    Numeric,
    Part,
    Range,
    Season,
    Unit,
    Weekday,
    Years,
)
from tasks.language.dates.words import Tokens, Words

Found = tuple[Node, int]

ORDINAL_ENDINGS = frozenset(["st", "nd", "rd", "th"])
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# before a bare month or year these say that it is one
LEADS = frozenset(
    (
        *("in", "since", "until", "till", "by", "from", "to", "of", "before", "after", "during", "through"),
        *("throughout", "between", "and", "around", "late", "early", "for"),
    )
)
_DASHES = ("-", "–", "—")


def two_digit_year(value: int) -> int:
    """The year meant by two digits: 00-39 in this century, 40-99 in the last."""
    return 2000 + value if value < 40 else 1900 + value


class CalendarGrammar:
    """Rules that need no other expression inside them but days, months and years."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def number(self, t: Tokens, i: int) -> tuple[int, int, int] | None:
        """A small count at i as low, high and the place after: "two", "twenty-five", "a few", "two or three", 48."""
        w = self.words
        low = t.low
        j = i
        if low[j] == "a" and low[j + 1] in ("few", "couple", "dozen", "hundred"):
            j += 1
        word = low[j]
        if word in w.vague_numbers:
            first, last = w.vague_numbers[word]
            return first, last, j + 1 + (low[j + 1] == "of")
        if word in ("a", "an"):
            return 1, 1, j + 1
        if word.isdecimal():
            if len(word) > 3 or t.joined(j):
                return None
            value, j = int(word), j + 1
        elif word in w.numbers:
            value, j = w.numbers[word], j + 1
            if value in range(20, 100, 10) and low[j] == "-" and w.numbers.get(low[j + 1], 10) < 10:
                value, j = value + w.numbers[low[j + 1]], j + 2
            elif value < 10 and low[j] in ("hundred", "dozen"):
                value, j = value * w.numbers[low[j]], j + 1
        else:
            return None
        if low[j] in ("or", "to") and low[j + 1] not in ("a", "an") and low[j] != low[i]:
            second = self.number(t, j + 1)
            if second is not None and second[0] > value:
                return value, second[1], second[2]
        j = t.sequence(j, ("and", "a", "half")) or j
        return value, value, j

    def month_word(self, t: Tokens, i: int) -> tuple[int, int] | None:
        """The month named at i and the place after it, a full stop after a short form taken along."""
        w = self.words
        month = w.months.get(t.low[i])
        if month is not None:
            return month, i + 1
        month = w.months_short.get(t.low[i])
        if month is None:
            return None
        return month, i + 1 + (t.low[i + 1] == "." and t.joined(i))

    def year_word(self, t: Tokens, i: int, may_be_short: bool = False) -> tuple[int, int] | None:
        """A year at i and the place after it; two digits only after an apostrophe or where `may_be_short`."""
        if t.low[i] in ("'", "’") and t.joined(i) and len(t.low[i + 1]) == 2 and t.low[i + 1].isdecimal():
            return two_digit_year(int(t.low[i + 1])), i + 2
        word = t.low[i]
        if not word.isdecimal() or (t.joined(i) and not self._may_follow_number(t, i + 1)):
            return None
        if len(word) == 4 and 1700 <= int(word) <= 2099:
            return int(word), i + 1
        if len(word) == 2 and may_be_short:
            return two_digit_year(int(word)), i + 1
        return None

    def _may_follow_number(self, t: Tokens, j: int) -> bool:
        """Whether the mark that touches a number from behind leaves it a number of its own."""
        mark = t.low[j]
        if mark in (",", ".", ":"):
            return not (t.joined(j) and t.low[j + 1].isdecimal() and len(t.low[j + 1]) != 4)
        if mark in ("-", "/"):
            return t.low[j] == "-" and not (t.joined(j) and t.low[j + 1][:1].isalnum())
        return not mark[:1].isalpha() and mark != "%"

    def year_of(self, t: Tokens, j: int, may_be_short: bool = False) -> tuple[int | None, int | None, int]:
        """What year follows at j: (year, shift from the anchor's, place after); "2021", ", 2021", "of last year"."""
        k = j + (t.low[j] in (",", "of", "."))
        found = self.year_word(t, k, may_be_short)
        if found is not None and (t.low[j] != "." or len(t.low[k]) == 4):
            return found[0], None, found[1]
        shift = {"last": -1, "this": 0, "next": 1}.get(t.low[k])
        if shift is not None and t.low[k + 1] == "year":
            return None, shift, k + 2
        return None, None, j

    def day_number(self, t: Tokens, i: int) -> tuple[int, int] | None:
        """A day of the month at i, "5" or "5th", and the place after it."""
        word = t.low[i]
        if not word.isdecimal() or len(word) > 2 or not 1 <= int(word) <= 31:
            return None
        if t.low[i + 1] in ORDINAL_ENDINGS and t.starts[i + 1] - t.ends[i] <= 1:
            return int(word), i + 2
        return int(word), i + 1

    def calendar(self, t: Tokens, i: int) -> Found | None:
        """A day of a month, a range of them, or a date in digits, with or without year and weekday."""
        w = self.words
        if group := self._date_time_group(t, i):
            return group
        weekday = w.weekdays.get(t.low[i])
        j = i
        if weekday is None:
            weekday = w.weekdays_short.get(t.low[i])
        if weekday is not None:
            j = i + 1 + (t.low[i + 1] == "." and t.joined(i))
            opens = t.low[j] == "("
            j += t.low[j] in (",", "(")
            j += t.low[j] == "on"
            j += t.low[j] == "the"
            found = self._digits(t, j) or self._day_first(t, j) or self._month_first(t, j)
            if found is None:
                return None
            node, k = found
            if isinstance(node, Calendar):
                node = Calendar(node.day, node.month, node.year, node.year_shift, weekday)
            return node, k + (opens and t.low[k] == ")")
        return self._digits(t, j) or self._day_first(t, j) or self._month_first(t, j)

    def ordinal_day(self, t: Tokens, i: int) -> Found | None:
        """ "the 5th of May"."""
        return self._day_first(t, i) if t.low[i + 1] in ORDINAL_ENDINGS else None

    def _date_time_group(self, t: Tokens, i: int) -> Found | None:
        """ "121530Z MAR 11": day, hour and minute, a letter for the zone, month and year, as armed forces write it."""
        digits, zone = t.low[i], t.low[i + 1]
        if len(digits) != 6 or not digits.isdecimal() or not t.joined(i):
            return None
        if len(zone) > 1:  # "121530ZMAR11"
            month = self.words.months_short.get(zone[1:]) or self.words.months.get(zone[1:])
            found = None if month is None else (month, i + 2)
        else:
            found = self.month_word(t, i + 2) if zone.isalpha() else None
        day, hour, minute = (int(digits[k : k + 2]) for k in (0, 2, 4))
        if found is None or hour > 24 or minute > 59 or not self._valid(day, found[0]):
            return None
        year, _, j = self.year_of(t, found[1], may_be_short=True)
        return AtHour(Calendar(day, found[0], year)), j

    def _valid(self, day: int, month: int) -> bool:
        return 1 <= month <= 12 and 1 <= day <= _MONTH_DAYS[month - 1]

    def _digits(self, t: Tokens, i: int) -> Found | None:
        low = t.low
        if not low[i].isdecimal() or not t.joined(i) or (i and t.ends[i - 1] == t.starts[i] and low[i - 1] in "-/."):
            return None
        mark = low[i + 1]
        if mark not in ("-", "/", ".", "–") or not t.joined(i + 1):
            return None
        if low[i + 3] != mark or not t.joined(i + 2) or not t.joined(i + 3):
            return None
        first, second, third = low[i], low[i + 2], low[i + 4]
        if not second.isdecimal() or not third.isdecimal() or len(second) > 2:
            return None
        j = i + 5
        if j < t.count and t.joined(j - 1) and low[j] != "t" and not self._may_follow_number(t, j):
            return None
        if len(first) == 4 and len(third) <= 2:
            year, month, day = int(first), int(second), int(third)
            if not 1700 <= year <= 2099 or not self._valid(day, month):
                return None
            return Calendar(day, month, year), self._clock_of_iso(t, j)
        if len(first) > 2 or len(third) not in (2, 4) or (len(third) == 2 and mark == "-"):
            return None
        if len(third) == 2 and (len(first) < 2 or len(second) < 2):
            return None
        year = int(third) if len(third) == 4 else two_digit_year(int(third))
        a, b = int(first), int(second)
        if not 1700 <= year <= 2099 or not (self._valid(a, b) or self._valid(b, a)):
            return None
        return Numeric(a, b, year), j

    def _clock_of_iso(self, t: Tokens, j: int) -> int:
        if t.low[j] != "t" or t.ends[j - 1] != t.starts[j] or not t.low[j + 1].isdecimal():
            return j
        j += 1
        while j < t.count and (t.low[j].isdecimal() or t.low[j] in (":", ".", "+", "-", "z")) and t.joined(j - 1):
            j += 1
        return j

    def _day_first(self, t: Tokens, i: int) -> Found | None:
        day = self.day_number(t, i)
        if day is None or (
            i and t.low[i - 1] in (".", ",", ":", "/") and t.ends[i - 1] == t.starts[i] and _is_number(t, i - 2)
        ):
            return None
        first, j = day
        last = None
        while t.low[j] == "," and (listed := self.day_number(t, j + 1)) and t.low[listed[1]] in (",", "and", "&"):
            j = listed[1]  # "24, 25 and 26 October"
        if t.low[j] in _DASHES or t.low[j] in ("to", "and", "or", "&", "/", "until", "through"):
            k = j + 1 + (t.low[j + 1] == "the")
            second = self.day_number(t, k)
            if second is not None and self._month_after_day(t, second[1]) is not None:
                last, j = second
        month = self._month_after_day(t, j)
        if month is None:
            return None
        number, k = month
        is_short = t.raw[k - 1].isupper() and (t.low[k - 1] in self.words.months_short or t.low[k - 1] == "may")
        is_tight = t.joined(i) and (t.low[i + 1] == "-" or t.low[i + 1] in self.words.months_short)
        if is_tight and t.low[k] == "-":
            k += 1
        is_modal = number == 5 and t.raw[k - 1].islower() and t.low[i + 1] not in ORDINAL_ENDINGS
        year, shift, k = self.year_of(t, k, may_be_short=is_short or is_tight)
        if is_modal and year is None and t.low[i - 1] not in LEADS | {"on"}:
            return None  # "25 may have died"
        return self._days(first, last, number, year, shift, k)

    def _month_after_day(self, t: Tokens, j: int) -> tuple[int, int] | None:
        k = j + (t.low[j] == "of" or (t.low[j] == "-" and t.joined(j - 1) and t.joined(j)))
        month = self.month_word(t, k)
        if month is None or (t.low[k] == "march" and t.raw[k].islower() and t.low[j] != "of"):
            return None
        if t.low[k] == "may" and t.raw[k] == "MAY" and t.low[k + 1] in ("have", "be", "not"):
            return None
        return month

    def _month_first(self, t: Tokens, i: int) -> Found | None:
        month = self.month_word(t, i)
        if month is None:
            return None
        number, j = month
        word = t.low[i]
        if not t.raw[i][:1].isupper() and (word in ("may", "march") or word in self.words.months_short):
            return None
        j += t.low[j] == "the" and t.low[j + 2] in ORDINAL_ENDINGS
        day = self.day_number(t, j)
        if day is None:
            return None
        first, k = day
        last = None
        if k == j + 1 and t.joined(j) and not self._may_follow_number(t, k) and t.low[k] not in _DASHES:
            return None
        listed = self.day_number(t, k + 1) if t.low[k] == "," else None
        if listed is not None and first < listed[0] and t.low[listed[1]] == "and":  # "April 5, 7 and 9"
            end = self.day_number(t, listed[1] + 1)
            if end is not None and listed[0] < end[0]:
                last, k = end
        elif t.low[k] in _DASHES or t.low[k] in ("to", "and", "or", "&", "through", "until"):
            m = k + 1 + (t.low[k + 1] == "the")
            second = self.day_number(t, m)
            if second is not None and second[0] > first and not self._is_count(t, second[1], m):
                last, k = second
        if last is None and k == j + 1 and t.joined(j) and t.low[k] in _DASHES and t.joined(k):
            return None  # "May 20-year-old"
        year, shift, m = self.year_of(t, k)
        if year is None and shift is None and last is None and k == j + 1:
            if t.low[i - 1] in ("in", "during"):
                return None  # "in May 20 soldiers were killed"
            if t.raw[i].isupper() and word in ("may", "march") and t.low[i - 1] not in LEADS | {"on"}:
                return None
            if t.low[k] in self.words.units or t.low[k] in ("percent", "per", "%"):
                return None
        return self._days(first, last, number, year, shift, m)

    def _is_count(self, t: Tokens, k: int, m: int) -> bool:
        """Whether the second number of "May 20 and 25 soldiers" counts: it does before a lower-case noun."""
        following = t.raw[k]
        return (
            k == m + 1
            and following[:1].islower()
            and t.low[k - 2] == "and"
            and t.low[k] not in LEADS | {"at", "on", "when"}
        )

    def _days(
        self, first: int, last: int | None, month: int, year: int | None, shift: int | None, j: int
    ) -> Found | None:
        if not self._valid(first, month) or (last is not None and (not self._valid(last, month) or last < first)):
            return None
        if year is not None and month == 2 and 29 in (first, last) and (year % 4 or (year % 100 == 0 and year % 400)):
            return None
        start = Calendar(first, month, year, shift)
        return (start if last is None else Range(start, Calendar(last, month, year, shift))), j

    def month(self, t: Tokens, i: int, is_led: bool = False) -> Found | None:
        """A month, with a year ("May 2021", "May of last year") or led by a word that makes it one ("in May")."""
        found = self.month_word(t, i)
        if found is None:
            return None
        number, j = found
        word, raw = t.low[i], t.raw[i]
        year, shift, k = self.year_of(t, j)
        is_led = is_led or t.low[i - 1] in LEADS or t.low[i - 1] in ("mid", "-", "this", "next", "last")
        if year is not None or shift is not None:
            if word in ("may", "march") and raw.islower() and not is_led:
                return None
            return Month(number, year, shift), k
        if not raw[:1].isupper():
            return (
                (Month(number), j)
                if is_led and word in self.words.months and word not in ("may", "march", "august")
                else None
            )
        is_next_name = t.raw[j][:1].isupper() and not raw.isupper() and t.low[j] not in self.words.months
        if is_led and not is_next_name:
            return (Month(number), j) if word in self.words.months or j == i + 2 or not raw.isupper() else None
        if word in self.words.months and word not in ("may", "march", "august") and not is_next_name and i > 0:
            return Month(number), j
        return None

    def year(self, t: Tokens, i: int, is_led: bool = False) -> Found | None:
        """A year alone, led by a word that makes it one ("in 2016", "since 2001"); "2014-16" is two of them.

        "The 2019/20 financial year" keeps the years that name it: when they begin differs from country to country.
        """
        found = self._years(t, i, is_led)
        if found is None or t.low[found[1]] not in self.words.fiscal or t.low[found[1] + 1] != "year":
            return found
        return replace(found[0], rule_id="fiscal_year"), found[1] + 2

    def fiscal_year(self, t: Tokens, i: int) -> tuple[Years, int] | None:
        """ "fiscal year 2020", "FY2020", "FY 2019/20"."""
        if t.low[i] not in self.words.fiscal:
            return None
        j = i + 1 + (t.low[i + 1] == "year")
        if found := self._years(t, j, is_led=True):
            return replace(found[0], rule_id="fiscal_year"), found[1]
        short = self.year_word(t, j, may_be_short=True)
        return None if short is None else (Years(short[0], short[0], "fiscal_year"), short[1])

    def quarter(self, t: Tokens, i: int) -> Found | None:
        """ "Q3 2021", "H1 of last year"; a quarter alone only where a preposition leads it."""
        letter, rank = t.raw[i], t.low[i + 1]
        if letter not in ("Q", "H") or not t.joined(i) or rank not in ("1", "2", "3", "4")[: 4 if letter == "Q" else 2]:
            return None
        year, shift, j = self.year_of(t, i + 2)
        if letter == "H" and (year is not None or shift is not None):
            whole = Years(year, year) if year is not None else Unit("year", shift or 0)
            return Part("first_half" if rank == "1" else "second_half", whole), j
        if letter == "Q" and (year is not None or shift is not None or t.low[i - 1] in LEADS):
            return Season(3 * int(rank) - 2, year, shift), j
        return None

    def _years(self, t: Tokens, i: int, is_led: bool) -> tuple[Years, int] | None:
        word = t.low[i]
        if len(word) != 4 or not word.isdecimal() or not 1800 <= int(word) <= 2039:
            return None
        if not is_led and t.low[i - 1] not in LEADS:
            return None
        first = last = int(word)
        j = i + 1
        if t.joined(i) and t.low[j] in (*_DASHES, "/") and t.joined(j) and t.low[j + 1].isdecimal():
            tail = t.low[j + 1]
            last = int(word[: 4 - len(tail)] + tail) if len(tail) in (2, 4) else 0
            if last <= first or last > 2039:
                return None
            return Years(first, last, "years"), j + 2
        if t.joined(i) and (not self._may_follow_number(t, j) or t.low[j] in ("/", "%", ":")):
            return None
        if t.low[j] in ("people", "percent", "per", "km", "miles", "metres", "meters", "feet"):
            return None
        return Years(first, last), j

    def season(self, t: Tokens, i: int, is_led: bool = False) -> Found | None:
        """ "spring 2019", "the summer of last year"; a season alone only after "in the" or "during the"."""
        first_month = self.words.seasons.get(t.low[i])
        if first_month is None:
            return None
        year, shift, j = self.year_of(t, i + 1)
        pair = self._years(t, i + 1 + (t.low[i + 1] == "of"), is_led=True) if year is None else None
        if pair is not None and first_month == 12 and pair[0].last == pair[0].first + 1:
            return Season(first_month, pair[0].first), pair[1]  # "the winter of 2015-16"
        if year is not None or shift is not None:
            return Season(first_month, year, shift), j
        if t.low[i + 1] == "of":
            return None
        before = t.low[i - 2] if is_led and i > 1 else t.low[i - 1]
        if (
            before in ("in", "during", "by", "since", "until", "over", "throughout", "early", "late")
            and t.low[i] != "fall"
        ):
            return Season(first_month), i + 1
        return None

    def weekday(self, t: Tokens, i: int, which: str | None = None) -> Found | None:
        """A bare weekday by its full name, "Monday last week" with it; newspapers and named days refused."""
        w = self.words
        weekday = w.weekdays.get(t.low[i])
        if weekday is None or t.low[i - 1] in w.not_weekdays or (t.low[i - 1] == "a" and t.low[i + 1] == "in"):
            return None  # "on a Friday in May": nobody says which
        j = i + 1
        if t.low[j] in w.weekday_titles and t.raw[j][:1].isupper() and not t.raw[i].isupper():
            return None
        if which is None and t.sequence(j, ("before", "last")):
            return Weekday(weekday, "before_last"), j + 2
        if which is None:
            k = j + (t.low[j] == "of")
            shift = {"last": -1, "this": 0, "next": 1}.get(t.low[k])
            if shift is not None and t.low[k + 1] == "week":
                return Weekday(weekday, week=shift), k + 2
        return Weekday(weekday, which), j

    def holiday(self, t: Tokens, i: int, which: str | None = None) -> Found | None:
        eve = 0
        if t.low[i] == "eve" and t.low[i + 1] == "of":
            eve, i = 1, i + 2
        if not t.raw[i][:1].isupper():
            return None
        for name in self.words.holiday_heads.get(t.low[i], ()):
            j = i
            for part in name:
                while j > i and t.low[j] in ("-", "'", "’"):
                    j += 1
                if t.low[j] != part:
                    break
                j += 1
            else:
                if t.raw[j][:1].isupper() and not t.raw[j].isupper() and t.low[j] not in self.words.weekdays:
                    break  # "Ramadan Yasin", a man's name
                year, shift, j = self.year_of(t, j)
                return Holiday(self.words.holidays[name], year, shift, which, eve), j
        return None


def _is_number(t: Tokens, i: int) -> bool:
    return i >= 0 and t.low[i].isdecimal()
