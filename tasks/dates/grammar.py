"""The grammar of date expressions in running news English: tokens at a place in, a node and the next place out.

Each rule tries one kind of expression at token i and answers `(node, j)`, j the place after it, or None. It refuses
modal "may", the verb "march", newspapers called after weekdays, counts and ages; it resolves nothing.
"""

from __future__ import annotations

from tasks.dates.calendar_grammar import CalendarGrammar, Found
from tasks.dates.clock_grammar import ClockGrammar
from tasks.dates.nodes import (
    AtHour,
    Beside,
    Calendar,
    DayWord,
    Holiday,
    Month,
    Node,
    Numeric,
    Offset,
    Overnight,
    Part,
    Range,
    Season,
    TimeOnly,
    Unit,
    Weekday,
    Years,
    is_day,
)
from tasks.dates.relative_grammar import RelativeGrammar
from tasks.dates.words import CLOSING, Tokens, Words

_PARTS = {"early": "early", "earlier": "early", "late": "late", "later": "late", "mid": "mid", "middle": "mid"}
_STRETCHES = {"beginning": "early", "start": "early", "outset": "early", "middle": "mid", "end": "late"}
# what may stand at either end of "X to Y"
_RANGE_ENDS = (Calendar, Weekday, Month, Years, DayWord, Holiday, Part, AtHour, Numeric, Season)


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
        """ "Sunday evening (4 August)", "last night [1-2 June]": the calendar's word for a day named before it."""
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
            return found
        node, j = found
        j, is_clock = self._after_day(t, j)
        return (AtHour(node) if is_clock else node), j

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
        if word in w.units or word in w.parts_of_day:
            unit = w.units.get(word, "day")
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
                or self._century(t, j)
                or self._adjective_year(t, j)
            )
        return self.calendars.season(t, j, is_led=True) or self.calendars.holiday(t, j)

    def stretch(self, t: Tokens, i: int) -> Found | None:
        """ "end of the year", "first half of 2019", "third quarter of last year", "middle of May"."""
        w = self.words
        word = t.low[i]
        j = i + 1
        if word in w.ordinals and t.low[j] in ("half", "quarter"):
            rank = w.ordinals[word]
            halves = {1: "first_half", 2: "second_half", -1: "second_half"}
            quarters = {1: "quarter_1", 2: "quarter_2", 3: "quarter_3", 4: "quarter_4", -1: "quarter_4"}
            part = (halves if t.low[j] == "half" else quarters).get(rank)
            j += 1
        elif word in w.ordinals and t.low[j] in ("week", "day", "weekend"):
            part = f"{t.low[j]}_{w.ordinals[word]}"
            j += 1
        elif word in _STRETCHES:
            part = _STRETCHES[word]
        elif word in ("rest", "course"):
            part = "rest" if word == "rest" else "whole"
        else:
            return None
        if part is None or t.low[j] != "of":
            return None
        j += 1
        found = self.node(t, j) or self.calendars.year(t, j, is_led=True) or self.calendars.month(t, j, is_led=True)
        if found is None:
            k = j + (t.low[j] == "the")
            unit = w.units.get(t.low[k])
            if unit not in ("week", "month", "year", "decade", "century") or (k == j and part != "late"):
                return None
            found = Unit(unit, 0), k + 1
        node, j = found
        if not isinstance(node, Month | Years | Season | Unit | Beside | Holiday):
            return None
        if part == "whole" or (isinstance(node, Holiday) and not part.startswith("day_")):
            return node, j
        if part == "rest":
            return (Unit(node.unit, node.shift, 1) if isinstance(node, Unit) else node), j
        return Part(part, node), j

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
        return found if t.raw[found[1]][:1].isalpha() or found[1] >= t.count else None


def _bare(node: Node) -> Node:
    return node.node if isinstance(node, AtHour) else node
