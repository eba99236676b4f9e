"""The grammar of date expressions in running news English: tokens at a place in, a node and the next place out.

Each rule tries one kind of expression at token i and answers `(node, j)`, j the place after it, or None. It refuses
modal "may", the verb "march", newspapers called after weekdays, counts and ages; it resolves nothing.
"""

from __future__ import annotations

from tasks.language.dates.calendar_grammar import LEADS, ORDINAL_ENDINGS, CalendarGrammar, Found
from tasks.language.dates.clock_grammar import ClockGrammar
from tasks.language.dates.nodes import (
    AtHour,
    Beside,
    Calendar,
    DayNumbered,
    DayWord,
    Holiday,
    Month,
    Node,
    Numeric,
    Offset,
    OfStory,
    Overnight,
    Part,
    Range,
    Run,
    Season,
    TimeOnly,
    Unit,
    UpTo,
    Weekday,
    Years,
    is_day,
)
from tasks.language.dates.relative_grammar import RelativeGrammar
from tasks.language.dates.words import CLOSING, Tokens, Words

_PARTS = {"early": "early", "earlier": "early", "late": "late", "later": "late", "mid": "mid", "middle": "mid"}
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
# what may stand at either end of "X to Y"
_RANGE_ENDS = (Calendar, Weekday, Month, Years, DayWord, Holiday, Part, AtHour, Numeric, Season, OfStory)
# "May of that year", "in July the same year": years counted from the narrative's
_STORY_YEARS = {
    ("that",): 0,
    ("that", "same"): 0,
    ("the", "same"): 0,
    ("the", "following"): 1,
    ("the", "next"): 1,
    ("the", "previous"): -1,
    ("the", "preceding"): -1,
}


class Grammar:
    """All kinds of expression; one object serves any number of texts."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.calendars = CalendarGrammar(words)
        self.clock = ClockGrammar(words)
        self.relatives = RelativeGrammar(self.calendars, self.node)

    def expression(self, t: Tokens, i: int) -> Found | None:
        """The longest expression that starts at i: a node, with a time of day beside it and a second end of a range."""
        found = self.timed(t, i)
        if found is None:
            return None
        node, j = found
        if isinstance(node, Weekday | DayWord | Beside) and (named := self._named_day(t, node, j)):
            return named
        if not isinstance(node, _RANGE_ENDS):
            return found
        k = j
        if t.low[k] in ("to", "until", "till", "through", "into", "-", "–", "—", "and", "or", "&"):
            joint = t.low[k]
            k += 1
            if joint in ("and", "or", "&") and t.low[k] in ("to", "into", "last", "next", "this"):
                return found
            if t.low[k] in ("on", "early", "the") and joint in ("until", "till", "through", "to", "into"):
                k += t.low[k] == "on"
            second = self.timed(t, k)
            if second is not None and isinstance(second[0], _RANGE_ENDS):
                same = type(_bare(second[0])) is type(_bare(node))
                if same or joint in ("to", "until", "till", "through", "-", "–", "—"):
                    return Range(node, second[0]), second[1]
        return found

    def _named_day(self, t: Tokens, node: Node, j: int) -> Found | None:
        """ "Sunday evening (4 August)", "last night [1-2 June]": the calendar's word for a day named before it.

        "Monday the 15th" leaves the month out.
        """
        k = j + (t.low[j] == "the")
        if isinstance(node, Weekday) and node.which is None and (ordinal := self.calendars.day_number(t, k)):
            day, k = ordinal
            if t.low[k - 1] in ORDINAL_ENDINGS:
                return DayNumbered(day, node.weekday), k
        closing = {"(": ")", "[": "]"}.get(t.low[j])
        k = j + (closing is not None or t.low[j] == ",")
        found = self.calendars.calendar(t, k)
        if found is None:
            return None
        exact, k = found
        if isinstance(exact, Calendar) and isinstance(node, Weekday):
            exact = Calendar(exact.day, exact.month, exact.year, exact.year_shift, node.weekday)
        if closing is not None and t.low[k] != closing:
            return None
        return exact, k + (closing is not None)

    def timed(self, t: Tokens, i: int) -> Found | None:
        """A day with or without a time of day before or after it, or a time of day alone."""
        time = self.clock.time(t, i)
        if time is not None:
            j, is_clock = time
            k = j + (t.low[j] == ",")
            if t.low[k] in ("on", "of"):
                k += 1
            day = self.node(t, k)
            if day is not None and is_day(day[0]):
                node, k = day
                k = self._after_day(t, k)[0]
                return (AtHour(node) if is_clock else node), k
            return TimeOnly(), j
        found = self.node(t, i)
        if found is None or not is_day(found[0]):
            return found and self._of_story(t, *found)
        node, j = self._of_story(t, *found)
        j, is_clock = self._after_day(t, j)
        return (AtHour(node) if is_clock else node), j

    def _of_story(self, t: Tokens, node: Node, j: int) -> Found:
        """The node itself, or with the year of the narrative that is named after it."""
        if isinstance(node, Calendar | Month | Season) and node.year is None and node.year_shift is None:
            k = j + (t.low[j] == "of")
            for lead, shift in _STORY_YEARS.items():
                if after := t.sequence(k, (*lead, "year")):
                    return OfStory(node, shift), after
        return node, j

    def _after_day(self, t: Tokens, j: int) -> tuple[int, bool]:
        """The place after "night", "at 5 a.m.", "around noon" that follow a day, and whether a clock was named."""
        w = self.words
        is_clock = False
        for _ in range(2):
            k = j + (t.low[j] == ",")
            if t.low[k] in ("late", "early") and t.low[k + 1] in w.parts_of_day:
                j = k + 2
            elif (t.low[j] in w.parts_of_day and not (t.joined(j) and t.low[j + 1] == "-")) or t.low[j] == "overnight":
                j += 1
            elif t.low[j] == "in" and t.low[j + 1] == "the" and t.low[j + 2] in w.parts_of_day:
                j += 3
            elif t.low[k] in ("at", "around", "about", "shortly") or k == j:
                k += t.low[k] == "shortly"
                while t.low[k] in ("at", "around", "about", "before", "after"):
                    k += 1
                time = self.clock.time(t, k)
                if time is None:
                    break
                j, clock = time
                is_clock = is_clock or clock
            else:
                break
        return j, is_clock

    def node(self, t: Tokens, i: int) -> Found | None:
        """The expression at i without a time of day: the first kind that fits, longest forms tried first."""
        word = t.low[i]
        if not word:
            return None
        if word.isdecimal():
            return self.calendars.calendar(t, i) or self.relatives.offset(t, i) or self.calendars.year(t, i)
        if word == "the":
            return self.definite(t, i)
        if word in ("early", "earlier", "late", "later", "mid"):
            return self.part(t, i)
        if word in ("in", "within"):
            return self.relatives.term(t, i)
        if word in ("this", "last", "next", "past", "that", "previous", "following", "same", "coming", "recent"):
            return self.relatives.deictic(t, i) or self.calendars.holiday(t, i)
        return (
            self.day_word(t, i)
            or self.calendars.calendar(t, i)
            or self.calendars.weekday(t, i)
            or self.calendars.holiday(t, i)
            or self.calendars.month(t, i)
            or self.calendars.season(t, i)
            or self.calendars.quarter(t, i)
            or self.calendars.fiscal_year(t, i)
            or self.relatives.offset(t, i)
            or self.stretch(t, i)
        )

    def day_word(self, t: Tokens, i: int) -> Found | None:
        word = t.low[i]
        if word == "day" and t.low[i + 1] in ("before", "after") and t.low[i + 2] in ("yesterday", "tomorrow"):
            shift = -2 if t.low[i + 2] == "yesterday" else 2
            return DayWord(shift, shift), i + 3
        if word in self.words.day_words:
            shift = self.words.day_words[word]
            return DayWord(shift, shift), i + 1
        if word != "overnight":
            return None
        j = i + 1
        ends_on = t.low[j] in ("into", "to")
        j += t.low[j] in ("into", "to", "on", "from")
        day = self.node(t, j)
        if day is not None and isinstance(day[0], Weekday | Calendar | DayWord):
            node, k = day
            if t.low[k] in ("to", "into", "-", "–"):
                second = self.node(t, k + 1)
                if second is not None and isinstance(second[0], Weekday | Calendar):
                    return Range(node, second[0]), second[1]
            return Overnight(node, ends_on), k
        return DayWord(-1, 0, "overnight"), i + 1

    def part(self, t: Tokens, i: int) -> Found | None:
        """ "early on Monday", "late 2014", "mid-June", "later this week", "earlier in the month"."""
        word = t.low[i]
        part = _PARTS[word]
        j = i + 1
        j += t.low[j] in ("-", "–")
        if t.low[j] in ("on", "in", "at"):
            j += 1
            k = j + (t.low[j] == "the")
            unit = self.words.units.get(t.low[k])
            if word in ("earlier", "later", "late", "early") and k > j and unit in ("day", "week", "month", "year"):
                if unit == "day":
                    return Beside("day", 0), k + 1
                return self._side(word, Unit(unit, 0)), k + 1
        found = self.node(t, j)
        if found is None and t.low[j].isdecimal():
            found = self.calendars.year(t, j, is_led=True)
        if found is None and (month := self.calendars.month(t, j, is_led=True)):
            found = month
        if found is None or (word in ("earlier", "later") and isinstance(found[0], Month | Years) and j == i + 1):
            return None  # "an earlier 2018 agreement"
        node, j = found
        if word in ("earlier", "later") and isinstance(node, Unit) and node.shift == 0:
            return self._side(word, node), j
        if isinstance(node, Month | Years | Season | Unit):
            return (Part(part, node) if word not in ("earlier", "later") else node), j
        if isinstance(node, Weekday | DayWord | Calendar | Holiday | Beside | Numeric):
            return node, j
        return None

    def _side(self, word: str, unit: Unit) -> Node:
        if word in ("earlier", "later"):
            return Unit(unit.unit, unit.shift, -1 if word == "earlier" else 1)
        return Part(_PARTS[word], unit)

    def definite(self, t: Tokens, i: int) -> Found | None:
        """What "the" opens: stretches, neighbours ("the next day"), spans up to now ("the last two weeks"), decades."""
        w = self.words
        j = i + 1
        word = t.low[j]
        if found := self._up_to(t, j):
            return found
        if word in w.units or word in w.parts_of_day:
            unit = w.units.get(word, "day")
            if after := t.sequence(j + 1, ("before", "last")):
                return (DayWord(-2, -2) if unit in ("day", "hour") else Unit(unit, -2)), after
            if t.low[j + 1] == "of" and (unit in ("month", "week", "year", "weekend") or word == "night"):
                inner = self.node(t, j + 2) or self.calendars.month(t, j + 2, is_led=True)
                if inner is not None and isinstance(inner[0], Calendar | Month | Holiday | Weekday):
                    if unit == "week" and isinstance(inner[0], Calendar):
                        return Part("week", inner[0]), inner[1]
                    return inner
            if word == "year" and (year := self.calendars.year(t, j + 1, is_led=True)):
                return year
            if word == "day" and (found := self.day_word(t, j)):
                return found
            if t.low[j + 1] in ("before", "after"):
                sign = -1 if t.low[j + 1] == "before" else 1
                origin = self.node(t, j + 2)
                if origin is not None and is_day(origin[0]):
                    return Offset(1, 1, unit, sign, origin[0]), origin[1]
                if t.low[j + 2] in CLOSING:
                    return Beside(unit, sign), j + 2
            if unit == "weekend":
                return Unit("weekend", 0), j + 1
            return None
        if word in w.ordinals or word in _STRETCHES or word in ("early", "mid", "late", "rest", "course"):
            return self.stretch(t, j) or self._decade(t, i) or self.relatives.deictic(t, j, is_definite=True)
        if word in (
            "last",
            "past",
            "next",
            "previous",
            "preceding",
            "following",
            "same",
            "coming",
            "recent",
            "current",
        ):
            return self.relatives.deictic(t, j, is_definite=True)
        if word.isdecimal():
            return (
                self._decade(t, i)
                or self.calendars.ordinal_day(t, j)
                or self._day_of_month(t, j)
                or self._century(t, j)
                or self._adjective_year(t, j)
            )
        if word in w.weekdays:
            found = self.calendars.weekday(t, j)
            return found if found and isinstance(found[0], Weekday) and found[0].which == "before_last" else None
        return self.calendars.season(t, j, is_led=True) or self.calendars.holiday(t, j) or self._feast(t, j)

    def _day_of_month(self, t: Tokens, j: int) -> Found | None:
        """ "the 15th of last month", "on the 20th"."""
        ordinal = self.calendars.day_number(t, j)
        if ordinal is None or t.low[ordinal[1] - 1] not in ORDINAL_ENDINGS:
            return None
        if t.low[ordinal[1]] in CLOSING and t.low[j - 2] in ("on", "of", "by", "since", "until"):
            return DayNumbered(ordinal[0]), ordinal[1]
        if t.low[ordinal[1]] != "of":
            return None
        day, k = ordinal[0], ordinal[1] + 1
        if after := t.sequence(k, ("the", "month")):
            return Part(f"day_{day}", Unit("month", 0)), after
        month = self.node(t, k)
        if month is None or not isinstance(month[0], Unit | Beside) or month[0].unit != "month":
            return None
        return Part(f"day_{day}", month[0]), month[1]

    def _up_to(self, t: Tokens, j: int) -> Found | None:
        """ "the 24 hours to Tuesday", "the week ending 10 November", "the year to June 2023"."""
        low, high, k = self.calendars.number(t, j) or (1, 1, j)
        unit = self.words.units.get(t.low[k])
        if unit is None or low != high or t.low[k + 1] not in ("to", "ending", "ended"):
            return None
        m = k + 2 + (t.low[k + 2] in ("on", "in"))
        end = self.node(t, m) or self.calendars.month(t, m, is_led=True)
        if end is None or not (is_day(end[0]) or isinstance(end[0], Month)):
            return None
        return UpTo(low, unit, end[0]), end[1]

    def _feast(self, t: Tokens, j: int) -> Found | None:
        """ "the holy month of Ramadan", "the Hindu festival Diwali"."""
        for k in range(j, j + 4):
            if t.low[k] in self.words.feasts:
                return self.calendars.holiday(t, k + 1 + (t.low[k + 1] == "of"))
            if not t.raw[k].isalpha():
                break
        return None

    def stretch(self, t: Tokens, i: int) -> Found | None:
        """ "end of the year", "first half of 2019", "first nine months of 2021", "last Friday of Ramadan"."""
        rank = self.words.ordinals.get(t.low[i])
        return self._edge(t, i) if rank is None else self._share(t, i, rank) or self._ranked(t, i, rank)

    def _edge(self, t: Tokens, i: int) -> Found | None:
        """ "end of the year", "middle of May", "course of last week", "rest of the month"."""
        word = t.low[i]
        if word not in _STRETCHES and word not in ("rest", "course"):
            return None
        whole = self._whole(t, i + 1, may_be_bare=_STRETCHES.get(word) == "late")
        if whole is None:
            return None
        node, j = whole
        if word == "rest":
            return (Unit(node.unit, node.shift, 1) if isinstance(node, Unit) else node), j
        return (node if word == "course" or isinstance(node, Holiday) else Part(_STRETCHES[word], node)), j

    def _share(self, t: Tokens, i: int, rank: int) -> Found | None:
        """ "first half of 2019", "third quarter 2021", "last quarter of last year"; "in the second quarter" alone."""
        part = _SHARES.get((t.low[i + 1], rank))
        if part is None:
            return None
        j = i + 2
        if year := self.calendars.year_word(t, j):
            return Part(part, Years(year[0], year[0])), year[1]
        if t.low[i + 1] == "quarter" and rank > 0 and t.low[j] in CLOSING and t.low[i - 2] in LEADS:
            return Season(3 * rank - 2), j
        whole = self._whole(t, j)
        if whole is None or isinstance(whole[0], Holiday):
            return whole
        is_fiscal = isinstance(whole[0], Years) and whole[0].rule_id == "fiscal_year"
        return whole if is_fiscal else (Part(part, whole[0]), whole[1])

    def _ranked(self, t: Tokens, i: int, rank: int) -> Found | None:
        """ "second week of May", "first Monday of the month", "first of May", "last ten days of Ramadan"."""
        j = i + 1
        if rank > 0 and t.low[j] == "of" and (month := self.calendars.month_word(t, j + 1)):
            year, shift, k = self.calendars.year_of(t, month[1])
            return Calendar(rank, month[0], year, shift), k
        if rank in (1, -1) and (number := self.calendars.number(t, j)) and number[0] == number[1]:
            unit = self.words.units.get(t.low[number[2]])
            whole = self._whole(t, number[2] + 1)
            return (Run(rank * number[0], unit, whole[0]), whole[1]) if unit is not None and whole is not None else None
        if rank in (1, -1) and t.low[j] in self.words.units and t.low[j].endswith("s"):
            whole = self._whole(t, j + 1)
            return whole and (Part("early" if rank > 0 else "late", whole[0]), whole[1])
        weekday = self.words.weekdays.get(t.low[j])
        if weekday is None and t.low[j] not in ("week", "day", "weekend"):
            return None
        whole = self._whole(t, j + 1)
        if whole is None or (isinstance(whole[0], Holiday) and t.low[j] in ("week", "weekend")):
            return whole
        return Part(f"{t.low[j] if weekday is None else f'weekday{weekday}'}_{rank}", whole[0]), whole[1]

    def _whole(self, t: Tokens, j: int, may_be_bare: bool = False) -> Found | None:
        """The stretch after "of": "of May", "of last year", "of the month", "of Ramadan"; "end of year" if bare."""
        if t.low[j] != "of":
            return None
        j += 1
        found = self.node(t, j) or self.calendars.year(t, j, is_led=True) or self.calendars.month(t, j, is_led=True)
        if found is None:
            k = j + (t.low[j] == "the")
            unit = self.words.units.get(t.low[k])
            if unit not in ("week", "month", "year", "decade", "century") or (k == j and not may_be_bare):
                return None
            found = Unit(unit, 0), k + 1
        node, j = self._of_story(t, *found)
        return (node, j) if isinstance(node, Month | Years | Season | Unit | Beside | Holiday | OfStory) else None

    def _decade(self, t: Tokens, i: int) -> Found | None:
        j = i + 1
        part = _PARTS.get(t.low[j])
        if part is not None:
            j += 1
            j += t.low[j] == "-"
        k = j + 1 + (t.low[j + 1] in ("'", "’"))
        if len(t.low[j]) != 4 or not t.low[j].isdecimal() or t.low[k] != "s" or t.starts[k] - t.ends[j] != k - j - 1:
            return None
        first = int(t.low[j])
        if first % 10 or not 1700 <= first <= 2090:
            return None
        years = Years(first, first + 9, "decade")
        return (years if part is None else Part(part, years)), k + 1

    def _century(self, t: Tokens, j: int) -> Found | None:
        if len(t.low[j]) > 2 or t.low[j + 1] not in ("st", "nd", "rd", "th") or t.low[j + 2] != "century":
            return None
        rank = int(t.low[j])
        return (Years(rank * 100 - 99, rank * 100, "century"), j + 3) if 1 <= rank <= 21 else None

    def _adjective_year(self, t: Tokens, j: int) -> Found | None:
        """ "the 2003 invasion"; not round numbers, which may be counts."""
        found = self.calendars.year(t, j, is_led=True)
        if found is None or found[0] is None or not isinstance(found[0], Years) or found[0].first % 100 == 0:
            return None
        is_fiscal = found[0].rule_id == "fiscal_year"
        return found if is_fiscal or t.raw[found[1]][:1].isalpha() or found[1] >= t.count else None


def _bare(node: Node) -> Node:
    return node.node if isinstance(node, AtHour) else node
