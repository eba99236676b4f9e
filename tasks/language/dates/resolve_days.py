"""The days that names of days mean: a node and its context in, an interval of one day out.

Days of the calendar, weekdays and days of an unnamed month. Refused with UnreadableError, or ValueError where the
calendar has no such day: what no year near the anchor settles.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, date

from tasks.language.dates.context import SLACK, DateContext, UnreadableError
from tasks.language.dates.intervals import Interval, add_months, days, shifted
from tasks.language.dates.nodes import CalendarDay, DayNumbered, DayWord, Numeric, Weekday, as_calendar_day

_YEARS_AROUND = 8  # 29 February comes round within them


def of_day_word(node: DayWord, context: DateContext) -> Interval:
    """The days beside the anchor that "today", "yesterday" or "overnight" say."""
    first, last = shifted(context.today, node.first), shifted(context.today, node.last)
    return Interval(first, last, "day", "relative", node.rule_id)


def of_numeric(node: Numeric, context: DateContext) -> Interval:
    """Day and month as the text writes them elsewhere; the other way round where only that is not still to come."""
    read = of_calendar_day(as_calendar_day(node, context.day_first), context)
    if context.anchor is None or context.may_be_future or max(node.first, node.second) > 12:
        return read
    other = of_calendar_day(as_calendar_day(node, not context.day_first), context)
    return other if read.first - context.anchor > SLACK >= other.first - context.anchor else read


def of_calendar_day(node: CalendarDay, context: DateContext) -> Interval:
    """A day of a month in its own year, or in the one that its weekday or the tense settles."""
    if node.year is not None:
        return days(date(node.year, node.month, node.day), "explicit", "calendar")
    today = context.today
    if node.year_shift is not None:
        return days(date(today.year + node.year_shift, node.month, node.day), "explicit", "calendar_year_word")
    candidates = list(_in_years_around(today, node))
    if node.weekday is not None:
        near = [day for day in candidates if day.weekday() == node.weekday and abs(day.year - today.year) <= 1]
        if near:
            return days(_nearest(near, today), "explicit", "calendar_weekday")
    ahead = [day for day in candidates if day >= today] if context.is_future else []
    if ahead:
        return days(ahead[0], "explicit", "calendar_future")
    behind = [day for day in candidates if day - today <= SLACK]
    if not behind:
        raise UnreadableError
    return days(behind[-1], "explicit", "calendar_past")


def of_day_numbered(node: DayNumbered, context: DateContext) -> Interval:
    """A day of a month that is not named: by its weekday, else the next or the last one of that number."""
    today = context.today
    months = (add_months(today.replace(day=1), count) for count in range(-24, 25))
    candidates = [day for first in months if (day := shifted(first, node.day - 1)).month == first.month]
    if node.weekday is not None:
        near = [day for day in candidates if day.weekday() == node.weekday]
        return days(_nearest(near, today), "explicit", "calendar_weekday")
    if context.is_future:
        return days(next(day for day in candidates if day >= today), "explicit", "calendar_future")
    return days([day for day in candidates if day - today <= SLACK][-1], "explicit", "calendar_past")


def of_weekday(node: Weekday, context: DateContext) -> Interval:
    """The weekday that is meant: by the word beside it, by what dated the story, or by the tense."""
    today = context.today
    ahead = (node.weekday - today.weekday()) % 7
    behind = -((today.weekday() - node.weekday) % 7)
    if node.week is not None:
        shift = node.weekday - today.weekday() + 7 * node.week
        return days(shifted(today, shift), "relative", "weekday_of_week")
    match node.which:
        case "last":
            return days(shifted(today, behind or -7), "relative", "weekday_last")
        case "before_last":
            return days(shifted(today, (behind or -7) - 7), "relative", "weekday_last")
        case "next":
            return days(shifted(today, ahead or 7), "relative", "weekday_next")
        case "this":
            return days(shifted(today, ahead if context.may_be_future else behind), "relative", "weekday_this")
        case _ if (beside := _beside_story(node, context)) is not None:
            return days(beside, "relative", "weekday_beside")
        case _ if (within := _within_story(node.weekday, context.narrative)) is not None:
            return days(within, "relative", "weekday_narrative")
        case _ if context.is_future:
            return days(shifted(today, ahead), "relative", "weekday_future")
        case _:
            return days(shifted(today, behind), "relative", "weekday_past")


def _beside_story(node: Weekday, context: DateContext) -> date | None:
    """The weekday before, after or at the story's own day, where the word beside it says so; else None."""
    if node.which in ("following", "preceding"):
        sign = 1 if node.which == "following" else -1
        story = context.story_day(sign)
        origin = story.last if sign > 0 else story.first
        return shifted(origin, sign * ((sign * (node.weekday - origin.weekday()) - 1) % 7 + 1))
    if node.which == "same" and context.narrative is not None and context.narrative.start is not None:
        near = shifted(context.narrative.first, -3)  # "that Tuesday" is the one nearest to the story's day
        return shifted(near, (node.weekday - near.weekday()) % 7)
    return None


def _within_story(weekday: int, story: Interval | None) -> date | None:
    """The weekday inside a stretch of two to seven days that dated the story, which is not today's own doing."""
    if story is None or story.start is None or story.end is None or not 1 <= (story.end - story.start).days <= 6:
        return None
    day = shifted(story.start, (weekday - story.start.weekday()) % 7)
    return day if day <= story.end else None


def _in_years_around(today: date, node: CalendarDay) -> Iterable[date]:
    """The day in the years around the anchor's that have it, earliest first."""
    for year in range(max(MINYEAR, today.year - _YEARS_AROUND), min(MAXYEAR, today.year + _YEARS_AROUND) + 1):
        try:
            yield date(year, node.month, node.day)
        except ValueError:  # 29 February
            continue


def _nearest(candidates: Iterable[date], today: date) -> date:
    return min(candidates, key=lambda day: (abs((day - today).days), day))
