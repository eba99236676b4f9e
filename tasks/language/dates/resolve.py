"""The days that an expression means: one node, an anchor day and the direction of the tense in, an interval out.

Each kind of node has its rule and its rule id. Refused with UnreadableError: what needs an anchor, a narrative or a row
of the holidays that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta

from tasks.language.dates.find import as_calendar
from tasks.language.dates.intervals import (
    Interval,
    add_months,
    counted,
    days,
    exactly,
    month_of,
    of_unit,
    part_of,
    precision_of,
    season_of,
    shifted,
    weekend_before,
    year_of,
)
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
    Rolling,
    Run,
    Season,
    Then,
    TimeOnly,
    Unit,
    UpTo,
    Weekday,
    Years,
)
from tasks.language.dates.words import words

# a report dated by its place of publishing can tell what is two days "ahead" of it
_SLACK = timedelta(days=2)


class UnreadableError(Exception):
    """The expression says no day that the anchor at hand can settle."""


@dataclass(frozen=True, slots=True)
class DateResolver:
    """Resolves nodes against one anchor; `is_future` where a day still to come is meant."""

    anchor: date | None
    is_future: bool
    may_be_future: bool  # present or future tense: a day after the anchor need not be an error
    narrative: Interval | None
    day_first: bool
    is_fitted: bool = True  # false inside a part ("late June") and under a deadline, which are measured on the whole

    @property
    def today(self) -> date:
        if self.anchor is None:
            raise UnreadableError
        return self.anchor

    def read(self, node: Node) -> Interval:
        """The interval of one node; UnreadableError where the anchor or the narrative that it needs is missing."""
        match node:
            case Numeric():
                return self._numeric(node)
            case Calendar():
                return self._calendar(node)
            case Weekday():
                return self._weekday(node)
            case DayWord():
                first, last = shifted(self.today, node.first), shifted(self.today, node.last)
                return Interval(first, last, "day", "relative", node.rule_id)
            case Overnight():
                day = self.read(node.node)
                evening = shifted(day.first, -1) if node.ends_on else day.first
                return replace(day, start=evening, end=shifted(evening, 1), rule_id="overnight")
            case Month():
                return self._month(node)
            case Years():
                precision = "year" if node.first == node.last else "longer"
                return Interval(year_of(node.first)[0], year_of(node.last)[1], precision, "explicit", node.rule_id)
            case Season():
                return self._season(node)
            case Holiday():
                return self._holiday(node)
            case Unit():
                return self._unit(node)
            case Beside():
                return self._beside(node)
            case Offset():
                return self._offset(node)
            case Then():
                return self._then(node)
            case OfStory():
                year = self._told(node.shift).first.year + node.shift
                return replace(self.read(_in_year(node.node, year)), basis_code="relative", rule_id="year_of_story")
            case DayNumbered():
                return self._day_numbered(node)
            case Rolling():
                return self._rolling(node)
            case Run():
                return self._run(node)
            case UpTo():
                end = replace(self, is_fitted=False).read(node.node).last
                start = shifted(exactly(end, node.unit, -node.count), node.unit != "hour")
                return Interval(start, end, precision_of(start, end), "relative", "up_to")
            case Part():
                inner = replace(self, is_fitted=False).read(node.node)
                if node.part == "week":  # "the week of 5 May"
                    start, end = of_unit("week", inner.first)
                    return Interval(start, end, "week", inner.basis_code, "week_of")
                return self._fitted(part_of(inner, node.part))
            case Range():
                return self._range(node)
            case AtHour():
                return replace(self.read(node.node), precision_code="hour")
            case TimeOnly():
                raise UnreadableError

    def _numeric(self, node: Numeric) -> Interval:
        """Day and month as the text writes them elsewhere; the other way round where only that is not still to come."""
        read = self._calendar(as_calendar(node, self.day_first))
        if self.anchor is None or self.may_be_future or max(node.first, node.second) > 12:
            return read
        other = self._calendar(as_calendar(node, not self.day_first))
        return other if read.first - self.anchor > _SLACK >= other.first - self.anchor else read

    def _calendar(self, node: Calendar) -> Interval:
        if node.year is not None:
            return days(date(node.year, node.month, node.day), "explicit", "calendar")
        if node.year_shift is not None:
            return days(date(self.today.year + node.year_shift, node.month, node.day), "explicit", "calendar_year_word")
        candidates = []
        for year in range(max(MINYEAR, self.today.year - 8), min(MAXYEAR, self.today.year + 8) + 1):
            try:
                candidates.append(date(year, node.month, node.day))
            except ValueError:  # 29 February
                continue
        if node.weekday is not None:
            near = [day for day in candidates if day.weekday() == node.weekday and abs(day.year - self.today.year) <= 1]
            if near:
                day = min(near, key=lambda day: (abs((day - self.today).days), day))
                return days(day, "explicit", "calendar_weekday")
        if self.is_future:
            ahead = [day for day in candidates if day >= self.today]
            if ahead:
                return days(ahead[0], "explicit", "calendar_future")
        behind = [day for day in candidates if (day - self.today) <= _SLACK]
        if not behind:
            raise UnreadableError
        return days(behind[-1], "explicit", "calendar_past")

    def _weekday(self, node: Weekday) -> Interval:
        ahead = (node.weekday - self.today.weekday()) % 7
        behind = -((self.today.weekday() - node.weekday) % 7)
        if node.week is not None:
            shift, rule = node.weekday - self.today.weekday() + 7 * node.week, "weekday_of_week"
        elif node.which == "last":
            shift, rule = (behind or -7), "weekday_last"
        elif node.which == "before_last":
            shift, rule = (behind or -7) - 7, "weekday_last"
        elif node.which == "next":
            shift, rule = (ahead or 7), "weekday_next"
        elif node.which in ("following", "preceding"):
            sign = 1 if node.which == "following" else -1
            told = self._told(sign)
            origin = told.last if sign > 0 else told.first
            distance = (sign * (node.weekday - origin.weekday()) - 1) % 7 + 1
            return days(shifted(origin, sign * distance), "relative", "weekday_beside")
        elif node.which == "same" and self.narrative is not None and self.narrative.start is not None:
            # "that Tuesday" is the one nearest to the story's day
            near = shifted(self.narrative.first, -3)
            return days(shifted(near, (node.weekday - near.weekday()) % 7), "relative", "weekday_beside")
        elif node.which == "this":
            shift, rule = (ahead if self.may_be_future else behind), "weekday_this"
        elif self.narrative is not None and (day := self._within_narrative(node.weekday)) is not None:
            return days(day, "relative", "weekday_narrative")
        else:
            shift, rule = (ahead, "weekday_future") if self.is_future else (behind, "weekday_past")
        return days(shifted(self.today, shift), "relative", rule)

    def _day_numbered(self, node: DayNumbered) -> Interval:
        months = (add_months(self.today.replace(day=1), count) for count in range(-24, 25))
        candidates = [day for first in months if (day := shifted(first, node.day - 1)).month == first.month]
        if node.weekday is not None:
            near = [day for day in candidates if day.weekday() == node.weekday]
            return days(min(near, key=lambda day: (abs((day - self.today).days), day)), "explicit", "calendar_weekday")
        if self.is_future:
            return days(next(day for day in candidates if day >= self.today), "explicit", "calendar_future")
        return days([day for day in candidates if day - self.today <= _SLACK][-1], "explicit", "calendar_past")

    def _within_narrative(self, weekday: int) -> date | None:
        """The weekday inside a narrative stretch of two to seven days that is not today's own doing."""
        told = self.narrative
        if told is None or told.start is None or told.end is None or not 1 <= (told.end - told.start).days <= 6:
            return None
        day = shifted(told.start, (weekday - told.start.weekday()) % 7)
        return day if day <= told.end else None

    def _month(self, node: Month) -> Interval:
        if node.year is not None:
            return Interval(*month_of(node.year, node.month), "month", "explicit", "month_year")
        today = self.today
        if node.year_shift is not None:
            year, rule = today.year + node.year_shift, "month_year_word"
        elif node.which == "last":
            year, rule = today.year - (node.month >= today.month), "month_last"
        elif node.which == "next":
            year, rule = today.year + (node.month <= today.month), "month_next"
        elif node.which == "this":
            year, rule = today.year, "month_this"
        elif self.is_future:
            year, rule = today.year + (node.month < today.month), "month_future"
        else:
            year, rule = today.year - (node.month > today.month), "month_past"
        return self._fitted(Interval(*month_of(year, node.month), "month", "explicit", rule))

    def _fitted(self, interval: Interval) -> Interval:
        """A stretch around the anchor cut to the side that the tense means."""
        start, end, today = interval.start, interval.end, self.anchor
        if not self.is_fitted or today is None or start is None or end is None or not start <= today <= end:
            return interval
        if self.is_future:
            return replace(interval, start=today)
        return interval if self.may_be_future else replace(interval, end=today)

    def _season(self, node: Season) -> Interval:
        if node.year is not None:
            return Interval(*season_of(node.year, node.first_month), "season", "explicit", "season_year")
        today = self.today
        if node.year_shift is not None:
            start, end = season_of(today.year + node.year_shift, node.first_month)
            return Interval(start, end, "season", "relative", "season_year_word")
        seasons = [season_of(today.year + shift, node.first_month) for shift in (-2, -1, 0, 1, 2)]
        if node.which == "this":
            start, end = min(
                seasons,
                key=lambda s: 0 if s[0] <= today <= s[1] else min(abs((s[0] - today).days), abs((s[1] - today).days)),
            )
            return self._fitted(Interval(start, end, "season", "relative", "season_this"))
        if node.which == "next" or (node.which is None and self.is_future):
            strictly = node.which == "next"
            start, end = next(s for s in seasons if (s[0] > today if strictly else s[1] >= today))
        else:
            strictly = node.which == "last"
            start, end = [s for s in seasons if (s[1] < today if strictly else s[0] <= today)][-1]
        return self._fitted(Interval(start, end, "season", "relative", "season"))

    def _holiday(self, node: Holiday) -> Interval:
        rows = words().holiday_days[node.name]
        year = node.year if node.year_shift is None else self.today.year + node.year_shift
        if year is not None:
            chosen = next(((start, end) for of_year, start, end in rows if of_year == year), None)
            if chosen is None:  # a feast that the table does not hold is known to its year
                return Interval(*year_of(year), "year", "explicit", "holiday_year")
        elif (self.is_future and node.which != "last") or node.which == "next":
            ahead = [
                (start, end)
                for _, start, end in rows
                if (start > self.today if node.which == "next" else end >= self.today)
            ]
            chosen = min(ahead, default=None)
        else:
            limit = self.today if node.which == "last" else self.today + _SLACK
            behind = [
                (start, end) for _, start, end in rows if (end < limit if node.which == "last" else start <= limit)
            ]
            chosen = max(behind, default=None)
        if chosen is None:
            raise UnreadableError
        start, end = chosen
        if node.eve:
            start = end = shifted(start, -1)
        basis = "explicit" if node.year is not None else "relative"
        return Interval(start, end, precision_of(start, end), basis, "holiday")

    def _unit(self, node: Unit) -> Interval:
        today = self.today
        if node.unit == "weekend":
            saturday = weekend_before(today)
            if node.shift < 0 and saturday + timedelta(days=1) >= today:
                saturday = shifted(saturday, -7)
            elif node.shift > 0 or (node.shift == 0 and self.is_future and saturday + timedelta(days=1) < today):
                saturday = shifted(saturday, 7)
            return Interval(saturday, shifted(saturday, 1), "day", "relative", "weekend")
        start, end = of_unit(node.unit, today, node.shift)
        interval = Interval(start, end, precision_of(start, end), "relative", f"{node.unit}_relative")
        if node.side < 0:
            return replace(interval, end=min(end, today))
        if node.side > 0:
            return replace(interval, start=min(max(start, shifted(today, 1)), end))
        return self._fitted(interval)

    def _told(self, shift: int) -> Interval:
        """The narrative, or the anchor in its stead where counting from it can be right."""
        if self.narrative is not None and self.narrative.start is not None:
            return self.narrative
        if shift > 0 and not self.may_be_future:
            raise UnreadableError  # "the next day" of a story whose day nobody has told cannot be tomorrow
        return days(self.today, "relative", "anchor")

    def _beside(self, node: Beside) -> Interval:
        told = self._told(node.shift)
        if node.unit in ("day", "hour"):
            if told.start is None or told.end is None or (told.end - told.start).days > 7:
                raise UnreadableError  # no day has "the same day" of a month
            if (told.end - told.start).days > 1:  # the day of "last week's attack" is one of the week's
                start, end = shifted(told.start, node.shift), shifted(told.end, node.shift)
                return Interval(start, end, precision_of(start, end), "relative", "beside")
            origin = told.last if node.shift > 0 else told.first
            return days(shifted(origin, node.shift), "relative", "beside")
        if node.unit == "weekend":
            saturday = shifted(weekend_before(told.first), 7 * node.shift)
            return Interval(saturday, shifted(saturday, 1), "day", "relative", "beside")
        start, end = of_unit(node.unit, told.first, node.shift)
        return Interval(start, end, precision_of(start, end), "relative", "beside")

    def _offset(self, node: Offset) -> Interval:
        if node.from_clause:  # "a day after the raid": the raid was a day before what is told
            return replace(self._offset(replace(node, sign=-node.sign, from_clause=False)), rule_id="counted_from")
        rule = "ago" if node.sign < 0 else "later"
        if node.origin is not None:
            origin, rule = self.read(node.origin), "offset_from_date"
        elif node.from_narrative:
            origin = self._told(node.sign)
        else:
            origin = days(self.today, "relative", "anchor")
        day = origin.first if node.sign < 0 else origin.last
        far, near = (node.high, node.low) if node.sign < 0 else (node.low, node.high)
        start = counted(day, node.unit, node.sign * far)[0]
        end = counted(day, node.unit, node.sign * near)[1]
        precision = node.unit if node.unit in ("day", "week", "month", "year") else precision_of(start, end)
        if node.unit == "hour":
            precision = "day"
        if node.low != node.high:
            precision = precision_of(start, end)
        return Interval(start, end, precision, "relative", rule)

    def _then(self, node: Then) -> Interval:
        years = 0 if node.year is None else self.today.year - node.year
        there = exactly(self.today, node.unit, -(node.count + years))
        return replace(replace(self, anchor=there, is_fitted=False).read(node.node), rule_id="this_day_then")

    def _run(self, node: Run) -> Interval:
        whole = replace(self, is_fitted=False).read(node.node)
        if node.count > 0:
            start, end = whole.first, min(shifted(exactly(whole.first, node.unit, node.count), -1), whole.last)
        else:
            start, end = max(shifted(exactly(whole.last, node.unit, node.count), 1), whole.first), whole.last
        return self._fitted(replace(whole, start=start, end=end, precision_code=precision_of(start, end)))

    def _rolling(self, node: Rolling) -> Interval:
        today = self.today
        if node.sign > 0 and not self.may_be_future:
            raise UnreadableError
        if node.low is None and node.unit in ("year", "decade", "century"):
            start, end = (None, today) if node.sign < 0 else (today, None)
            return Interval(start, end, "longer", "relative", "recent" if node.sign < 0 else "coming")
        count = node.low
        if count is None:
            count = {"hour": 12, "day": 7, "week": 4, "month": 3}.get(node.unit, 1)
        there = exactly(today, node.unit, node.sign * count)
        start, end = (there, today) if node.sign < 0 else (today, there)
        rule = ("rolling" if node.low is not None else "recent") if node.sign < 0 else "coming"
        precision = precision_of(start, end)
        if node.unit == "day" and node.low is None:
            precision = "week"
        return Interval(start, end, precision, "relative", rule)

    def _range(self, node: Range) -> Interval:
        first_node, last_node = node.first, node.last
        bare_first = first_node.node if isinstance(first_node, AtHour) else first_node
        bare_last = last_node.node if isinstance(last_node, AtHour) else last_node
        if isinstance(last_node, OfStory) and isinstance(bare_first, Calendar | Month) and bare_first.year is None:
            return self._range(Range(OfStory(bare_first, last_node.shift), last_node))
        last = self.read(last_node)
        if isinstance(bare_first, Calendar | Month) and bare_first.year is None and bare_first.year_shift is None:
            shift = getattr(bare_last, "year_shift", None)
            if shift is not None:  # "between January and June of last year"
                return self._joined(self.read(replace(bare_first, year_shift=shift)), last)
            year = getattr(bare_last, "year", None)
            if year is not None:  # "from 3 May to 5 June 2021"
                year -= bare_first.month > getattr(bare_last, "month", 12)
                return self._joined(self.read(replace(bare_first, year=year)), last)
        first = self.read(first_node)
        if first.start is not None and last.end is not None and first.start > last.end:
            if isinstance(bare_first, Weekday) and isinstance(bare_last, Weekday):
                if self.is_future:
                    return self._joined(first, replace(last, start=shifted(last.first, 7), end=shifted(last.last, 7)))
                return self._joined(replace(first, start=shifted(first.first, -7), end=shifted(first.last, -7)), last)
            if isinstance(bare_first, Calendar | Month) and bare_first.year is None and last.end.year > MINYEAR:
                return self._joined(self.read(replace(bare_first, year=last.end.year - 1)), last)
            raise UnreadableError
        return self._joined(first, last)

    def _joined(self, first: Interval, last: Interval) -> Interval:
        if first.start is not None and last.end is not None and first.start > last.end:
            raise UnreadableError
        basis = "explicit" if first.basis_code == last.basis_code == "explicit" else "relative"
        precision = precision_of(first.start, last.end)
        if precision == "week" and "day" in (first.precision_code, last.precision_code):
            precision = "day" if (last.last - first.first).days <= 2 else "week"
        return Interval(first.start, last.end, precision, basis, "range")


def _in_year(node: Node, year: int) -> Node:
    return replace(node, year=year) if isinstance(node, Calendar | Month | Season) else node
