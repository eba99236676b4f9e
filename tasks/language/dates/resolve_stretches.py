"""The days that names of months, seasons, holidays and units mean: a node and its context in, an interval out.

A stretch around the anchor is cut to the side that the tense means. Refused with UnreadableError: what needs an anchor,
or a row of the holidays, that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from tasks.language.dates.context import SLACK, DateContext, UnreadableError
from tasks.language.dates.intervals import (
    Interval,
    exactly,
    month_of,
    of_unit,
    precision_of,
    season_of,
    shifted,
    weekend_before,
    year_of,
)
from tasks.language.dates.nodes import Holiday, Month, Rolling, Season, Unit, Years
from tasks.language.dates.rule_ids import DateRule
from tasks.language.dates.words import words

_DAY = timedelta(days=1)
_RULE_OF_UNIT: Mapping[str, DateRule] = {
    "week": "week_relative",
    "fortnight": "fortnight_relative",
    "month": "month_relative",
    "quarter": "quarter_relative",
    "year": "year_relative",
    "decade": "decade_relative",
    "century": "century_relative",
}
# how many of them "recent hours", "recent days" and the like are
_RECENT = {"hour": 12, "day": 7, "week": 4, "month": 3}


def of_years(node: Years) -> Interval:
    """The whole years."""
    precision = "year" if node.first == node.last else "longer"
    return Interval(year_of(node.first)[0], year_of(node.last)[1], precision, "explicit", node.rule_id)


def of_month(node: Month, context: DateContext) -> Interval:
    """A month in its own year, or in the one that the word beside it or the tense settles."""
    if node.year is not None:
        return Interval(*month_of(node.year, node.month), "month", "explicit", "month_year")
    year, rule_id = _year_of_month(node, context)
    return context.fitted(Interval(*month_of(year, node.month), "month", "explicit", rule_id))


def _year_of_month(node: Month, context: DateContext) -> tuple[int, DateRule]:
    today = context.today
    if node.year_shift is not None:
        return today.year + node.year_shift, "month_year_word"
    match node.which:
        case "last":
            return today.year - (node.month >= today.month), "month_last"
        case "next":
            return today.year + (node.month <= today.month), "month_next"
        case "this":
            return today.year, "month_this"
        case _ if context.is_future:
            return today.year + (node.month < today.month), "month_future"
        case _:
            return today.year - (node.month > today.month), "month_past"


def of_season(node: Season, context: DateContext) -> Interval:
    """A season or quarter in its own year, or the one that the word beside it or the tense settles."""
    if node.year is not None:
        return Interval(*season_of(node.year, node.first_month), "season", "explicit", "season_year")
    today = context.today
    if node.year_shift is not None:
        start, end = season_of(today.year + node.year_shift, node.first_month)
        return Interval(start, end, "season", "relative", "season_year_word")
    seasons = [season_of(today.year + shift, node.first_month) for shift in (-2, -1, 0, 1, 2)]
    if node.which == "this":
        start, end = min(seasons, key=lambda season: _distance(season, today))
        return context.fitted(Interval(start, end, "season", "relative", "season_this"))
    if node.which == "next" or (node.which is None and context.is_future):
        is_strict = node.which == "next"
        start, end = next(s for s in seasons if (s[0] > today if is_strict else s[1] >= today))
    else:
        is_strict = node.which == "last"
        start, end = [s for s in seasons if (s[1] < today if is_strict else s[0] <= today)][-1]
    return context.fitted(Interval(start, end, "season", "relative", "season"))


def _distance(season: tuple[date, date], today: date) -> int:
    """Days from today to a season; none inside it."""
    start, end = season
    return 0 if start <= today <= end else min(abs((start - today).days), abs((end - today).days))


def of_holiday(node: Holiday, context: DateContext) -> Interval:
    """A holiday in its own year, or the one that the word beside it or the tense settles; its eve where that is said.

    A feast that the table does not hold is known to its year. Raises UnreadableError where no year is named.
    """
    rows = words().holidays.days[node.name]
    year = node.year if node.year_shift is None else context.today.year + node.year_shift
    if year is None:
        chosen = _holiday_near(rows, node.which, context)
    else:
        chosen = next(((start, end) for of_year, start, end in rows if of_year == year), None)
        if chosen is None:
            return Interval(*year_of(year), "year", "explicit", "holiday_year")
    if chosen is None:
        raise UnreadableError
    start, end = chosen
    if node.eve:
        start = end = shifted(start, -1)
    basis = "explicit" if node.year is not None else "relative"
    return Interval(start, end, precision_of(start, end), basis, "holiday")


def _holiday_near(
    rows: list[tuple[int, date, date]], which: str | None, context: DateContext
) -> tuple[date, date] | None:
    """First and last day of the holiday that comes next, or that was last."""
    today = context.today
    if which == "next":
        return min(((start, end) for _, start, end in rows if start > today), default=None)
    if which == "last":
        return max(((start, end) for _, start, end in rows if end < today), default=None)
    if context.is_future:
        return min(((start, end) for _, start, end in rows if end >= today), default=None)
    return max(((start, end) for _, start, end in rows if start <= today + SLACK), default=None)


def of_unit_beside_today(node: Unit, context: DateContext) -> Interval:
    """A whole week, month, year ... beside the anchor's own, or the part of it that is over or still to come."""
    today = context.today
    if node.unit == "weekend":
        return _weekend(node.shift, context)
    start, end = of_unit(node.unit, today, node.shift)
    interval = Interval(start, end, precision_of(start, end), "relative", _RULE_OF_UNIT[node.unit])
    if node.side < 0:
        return replace(interval, end=min(end, today))
    if node.side > 0:
        return replace(interval, start=min(max(start, shifted(today, 1)), end))
    return context.fitted(interval)


def _weekend(shift: int, context: DateContext) -> Interval:
    saturday = weekend_before(context.today)
    is_over = saturday + _DAY < context.today
    if shift < 0 and not is_over:
        saturday = shifted(saturday, -7)
    elif shift > 0 or (shift == 0 and context.is_future and is_over):
        saturday = shifted(saturday, 7)
    return Interval(saturday, shifted(saturday, 1), "day", "relative", "weekend")


def of_rolling(node: Rolling, context: DateContext) -> Interval:
    """So many units up to the anchor, or from it on; "recent years" have no beginning."""
    today = context.today
    is_past = node.sign < 0
    if not is_past and not context.may_be_future:
        raise UnreadableError
    if node.low is None and node.unit in ("year", "decade", "century"):
        start, end = (None, today) if is_past else (today, None)
        return Interval(start, end, "longer", "relative", "recent" if is_past else "coming")
    count = _RECENT.get(node.unit, 1) if node.low is None else node.low
    there = exactly(today, node.unit, node.sign * count)
    start, end = (there, today) if is_past else (today, there)
    rule_id: DateRule = "coming" if not is_past else "recent" if node.low is None else "rolling"
    is_vague = node.unit == "day" and node.low is None
    return Interval(start, end, "week" if is_vague else precision_of(start, end), "relative", rule_id)
