"""Arithmetic of days: units around a day, shifts and parts of a stretch in and out as first and last days.

Weeks begin on Monday, seasons are those of the northern half of the globe. A day outside the calendar is an
OverflowError or a ValueError, as `datetime` gives them.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tasks.language.dates.rule_ids import DateRule


@dataclass(frozen=True, slots=True)
class Interval:
    """First and last day, either of which may be open, with precision, basis and rule."""

    start: date | None
    end: date | None
    precision_code: str
    basis_code: str
    rule_id: DateRule

    @property
    def first(self) -> date:
        """The first day, or the last where the start is open; ValueError where both are."""
        day = self.start or self.end
        if day is None:
            raise ValueError("an interval that is open on both sides has no first day")
        return day

    @property
    def last(self) -> date:
        """The last day, or the first where the end is open; ValueError where both are."""
        day = self.end or self.start
        if day is None:
            raise ValueError("an interval that is open on both sides has no last day")
        return day


def days(day: date, basis_code: str, rule_id: DateRule) -> Interval:
    """The interval of one day."""
    return Interval(day, day, "day", basis_code, rule_id)


def shifted(day: date, count: int) -> date:
    """The day `count` days on. Raises OverflowError beyond the calendar, as all of this module does."""
    return day + timedelta(days=count)


def add_months(day: date, count: int) -> date:
    """The same day `count` months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_of(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def year_of(year: int) -> tuple[date, date]:
    """First and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def season_of(year: int, first_month: int) -> tuple[date, date]:
    """Three months from `first_month`; the winter of a year begins in its December."""
    start = date(year, first_month, 1)
    return start, add_months(start, 3) - timedelta(days=1)


def weekend_before(day: date) -> date:
    """The Saturday of the weekend that a day lies in or follows."""
    return day - timedelta(days=(day.weekday() - 5) % 7)


def of_unit(unit: str, day: date, shift: int = 0) -> tuple[date, date]:
    """The whole week, fortnight, month, quarter, year, decade or century `shift` units from that of `day`."""
    match unit:
        case "day" | "hour":
            return shifted(day, shift), shifted(day, shift)
        case "week" | "fortnight":
            length = 7 if unit == "week" else 14
            monday = shifted(day, length * shift - day.weekday())
            return monday, shifted(monday, length - 1)
        case "month":
            there = add_months(day.replace(day=1), shift)
            return month_of(there.year, there.month)
        case "quarter":
            start = add_months(date(day.year, day.month - (day.month - 1) % 3, 1), 3 * shift)
            return start, add_months(start, 3) - timedelta(days=1)
        case "year":
            return year_of(day.year + shift)
        case _:
            length = 10 if unit == "decade" else 100
            first = day.year // length * length + length * shift
            return date(first, 1, 1), date(first + length - 1, 12, 31)


def precision_of(start: date | None, end: date | None) -> str:
    """The `date_precision` code of a stretch by its length; `longer` where it is open."""
    if start is None or end is None:
        return "longer"
    length = (end - start).days + 1
    for limit, code in ((2, "day"), (11, "week"), (32, "month"), (124, "season"), (367, "year")):
        if length <= limit:
            return code
    return "longer"


def part_of(interval: Interval, part: str) -> Interval:
    """A part of a stretch, as a node `Part` names it; the stretch itself where it is open.

    Early, mid or late third, half or quarter, or a ranked day, week or weekday; a month's thirds are its tens of days.
    Raises ValueError where the stretch has no such day, week or weekday.
    """
    start, end = interval.start, interval.end
    if start is None or end is None:
        return interval
    length = (end - start).days + 1
    name, _, rank = part.partition("_")
    if rank == "half":
        middle = _quarters(start, length)[2]
        first, beyond = (0, middle) if name == "first" else (middle, length)
    elif name == "quarter":
        marks = _quarters(start, length)
        first, beyond = marks[int(rank) - 1], marks[int(rank)]
    elif rank:
        first, beyond = _ranked(start, length, name, int(rank))
    else:
        marks = _thirds(start, length)
        third = ("early", "mid", "late").index(part)
        first, beyond = marks[third], marks[third + 1]
    first = min(first, length - 1)
    beyond = max(beyond, first + 1)
    new_start, new_end = shifted(start, first), shifted(start, beyond - 1)
    return replace(interval, start=new_start, end=new_end, precision_code=precision_of(new_start, new_end))


def _is_calendar_year(start: date, length: int) -> bool:
    return length in (365, 366) and start.month == 1


def _thirds(start: date, length: int) -> list[int]:
    """The four marks, in days from the start, between which the thirds of a stretch lie."""
    if 28 <= length <= 31 and start.day == 1:
        return [0, 10, 20, length]
    if _is_calendar_year(start, length):
        return [*((date(start.year, month, 1) - start).days for month in (1, 5, 9)), length]
    return [round(length * k / 3) for k in range(4)]


def _quarters(start: date, length: int) -> list[int]:
    """The five marks, in days from the start, between which the quarters of a stretch lie."""
    if _is_calendar_year(start, length):
        return [*((date(start.year, month, 1) - start).days for month in (1, 4, 7, 10)), length]
    return [length * k // 4 for k in range(5)]


def _ranked(start: date, length: int, name: str, rank: int) -> tuple[int, int]:
    """A day, week, weekend or weekday ("weekday0" is Monday) of a stretch by its rank, counted from the end below 0."""
    size = {"week": 7, "weekend": 2}.get(name, 1)
    if name.startswith("weekday"):
        first_weekday = int(name.removeprefix("weekday"))
    else:
        first_weekday = 5 if name == "weekend" else start.weekday()
    offset = (first_weekday - start.weekday()) % 7
    step = 1 if name == "day" else 7
    count = (length - offset - size) // step + 1
    index = rank - 1 if rank > 0 else count - 1
    if not 0 <= index < max(count, 1) + (name == "week"):
        raise ValueError(f"a stretch of {length} days has no {name}_{rank}")
    if rank < 0 and name in ("day", "week"):
        return length - size, length
    return offset + step * index, min(offset + step * index + size, length)


def counted(day: date, unit: str, count: int) -> tuple[date, date]:
    """The days that "count units away" can mean: no more exact than the unit."""
    match unit:
        case "hour":
            there = shifted(day, int(count / 24))
            return there, there
        case "day":
            there = shifted(day, count)
            return there, there
        case "weekend":
            saturday = shifted(weekend_before(day), 7 * count)
            return saturday, shifted(saturday, 1)
        case "week" | "fortnight":
            there = shifted(day, count * (7 if unit == "week" else 14))
            return shifted(there, -3), shifted(there, 3)
        case "month" | "quarter":
            there = add_months(day, count * (1 if unit == "month" else 3))
            return month_of(there.year, there.month)
        case "year":
            return year_of(day.year + count)
        case _:
            years = count * (10 if unit == "decade" else 100)
            return year_of(day.year + years)


def exactly(day: date, unit: str, count: int) -> date:
    """The very day `count` units away; hours are rounded to the days that they reach into."""
    match unit:
        case "hour":
            return shifted(day, count // 24 if count < 0 else -(-count // 24))
        case "day":
            return shifted(day, count)
        case "week" | "weekend":
            return shifted(day, 7 * count)
        case "fortnight":
            return shifted(day, 14 * count)
        case "month":
            return add_months(day, count)
        case "quarter":
            return add_months(day, 3 * count)
        case "year":
            return add_months(day, 12 * count)
        case "decade":
            return add_months(day, 120 * count)
        case _:
            return add_months(day, 1200 * count)
