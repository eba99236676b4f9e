"""The days that an expression means: one node and its context in, an interval out.

Each kind of node has its rule and its rule id. Refused with UnreadableError: what needs an anchor, a narrative or a row
of the holidays that is not there; with ValueError or OverflowError: days that the calendar does not have.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import MINYEAR

from tasks.language.dates.context import DateContext, UnreadableError
from tasks.language.dates.intervals import (
    Interval,
    counted,
    days,
    exactly,
    of_unit,
    part_of,
    precision_of,
    shifted,
    weekend_before,
)
from tasks.language.dates.nodes import (
    AtHour,
    Beside,
    CalendarDay,
    DayNumbered,
    DayWord,
    Holiday,
    Month,
    Node,
    Numeric,
    OfStory,
    Overnight,
    Part,
    Range,
    Rolling,
    Run,
    Season,
    Then,
    TimeOffset,
    TimeOnly,
    Unit,
    UpTo,
    Weekday,
    Years,
    without_clock,
)
from tasks.language.dates.resolve_days import of_calendar_day, of_day_numbered, of_day_word, of_numeric, of_weekday
from tasks.language.dates.resolve_stretches import (
    of_holiday,
    of_month,
    of_rolling,
    of_season,
    of_unit_beside_today,
    of_years,
)
from tasks.language.dates.rule_ids import DateRule

_ONE_DAY_IN_IT = 7  # days of a stretch up to which "the same day" can be one of it


def resolved(node: Node, context: DateContext) -> Interval:
    """The interval of one node; UnreadableError where the anchor or the narrative that it needs is missing."""
    match node:
        case Numeric():
            return of_numeric(node, context)
        case CalendarDay():
            return of_calendar_day(node, context)
        case Weekday():
            return of_weekday(node, context)
        case DayWord():
            return of_day_word(node, context)
        case DayNumbered():
            return of_day_numbered(node, context)
        case Month():
            return of_month(node, context)
        case Years():
            return of_years(node)
        case Season():
            return of_season(node, context)
        case Holiday():
            return of_holiday(node, context)
        case Unit():
            return of_unit_beside_today(node, context)
        case Rolling():
            return of_rolling(node, context)
        case Beside():
            return _beside(node, context)
        case _:
            return _composed(node, context)


def _composed(
    node: Overnight | TimeOffset | Then | OfStory | Run | UpTo | Part | Range | AtHour | TimeOnly, context: DateContext
) -> Interval:
    """The interval of a node that says another one with something about it."""
    match node:
        case Overnight():
            return _overnight(node, context)
        case TimeOffset():
            return _offset(node, context)
        case Then():
            return _then(node, context)
        case OfStory():
            return _of_story(node, context)
        case Run():
            return _run(node, context)
        case UpTo():
            return _up_to(node, context)
        case Part():
            return _part(node, context)
        case Range():
            return _range(node, context)
        case AtHour():
            return replace(resolved(node.node, context), precision_code="hour")
        case TimeOnly():
            raise UnreadableError


def _beside(node: Beside, context: DateContext) -> Interval:
    """The day, week, month or year beside the one that dated the story ("the next day", "the same week")."""
    story = context.story_day(node.shift)
    if node.unit in ("day", "hour"):
        return _day_beside(story, node.shift)
    if node.unit == "weekend":
        saturday = shifted(weekend_before(story.first), 7 * node.shift)
        return Interval(saturday, shifted(saturday, 1), "day", "relative", "beside")
    start, end = of_unit(node.unit, story.first, node.shift)
    return Interval(start, end, precision_of(start, end), "relative", "beside")


def _day_beside(story: Interval, shift: int) -> Interval:
    if story.start is None or story.end is None or (story.end - story.start).days > _ONE_DAY_IN_IT:
        raise UnreadableError  # no day has "the same day" of a month
    if (story.end - story.start).days > 1:  # the day of "last week's attack" is one of the week's
        start, end = shifted(story.start, shift), shifted(story.end, shift)
        return Interval(start, end, precision_of(start, end), "relative", "beside")
    return days(shifted(story.last if shift > 0 else story.first, shift), "relative", "beside")


def _overnight(node: Overnight, context: DateContext) -> Interval:
    """The evening of one day and the morning of the next."""
    day = resolved(node.node, context)
    evening = shifted(day.first, -1) if node.ends_on else day.first
    return replace(day, start=evening, end=shifted(evening, 1), rule_id="overnight")


def _offset(node: TimeOffset, context: DateContext) -> Interval:
    """So many units from the anchor, the story's day or a day that is named, no more exact than the unit."""
    if node.from_clause:  # "a day after the raid": the raid was a day before what is told
        return replace(_offset(replace(node, sign=-node.sign, from_clause=False), context), rule_id="counted_from")
    rule_id: DateRule = "ago" if node.sign < 0 else "later"
    if node.origin is not None:
        origin, rule_id = resolved(node.origin, context), "offset_from_date"
    elif node.from_narrative:
        origin = context.story_day(node.sign)
    else:
        origin = days(context.today, "relative", rule_id)
    day = origin.first if node.sign < 0 else origin.last
    far, near = (node.high, node.low) if node.sign < 0 else (node.low, node.high)
    start = counted(day, node.unit, node.sign * far)[0]
    end = counted(day, node.unit, node.sign * near)[1]
    precision = precision_of(start, end)
    if node.low == node.high and node.unit in ("hour", "day", "week", "month", "year"):
        precision = "day" if node.unit == "hour" else node.unit
    return Interval(start, end, precision, "relative", rule_id)


def _then(node: Then, context: DateContext) -> Interval:
    """What the inner expression says when it is read in another year, month or week."""
    years = 0 if node.year is None else context.today.year - node.year
    there = exactly(context.today, node.unit, -(node.count + years))
    return replace(resolved(node.node, replace(context.whole, anchor=there)), rule_id="this_day_then")


def _of_story(node: OfStory, context: DateContext) -> Interval:
    """A day, month or season in the year that dated the story, or in one beside it."""
    year = context.story_day(node.shift).first.year + node.shift
    return replace(resolved(_in_year(node.node, year), context), basis_code="relative", rule_id="year_of_story")


def _in_year(node: Node, year: int) -> Node:
    return replace(node, year=year) if isinstance(node, CalendarDay | Month | Season) else node


def _run(node: Run, context: DateContext) -> Interval:
    """The first so many units of a stretch, or the last."""
    whole = resolved(node.node, context.whole)
    if node.count > 0:
        start, end = whole.first, min(shifted(exactly(whole.first, node.unit, node.count), -1), whole.last)
    else:
        start, end = max(shifted(exactly(whole.last, node.unit, node.count), 1), whole.first), whole.last
    return context.fitted(replace(whole, start=start, end=end, precision_code=precision_of(start, end)))


def _up_to(node: UpTo, context: DateContext) -> Interval:
    """So many units that end with what the inner expression says."""
    end = resolved(node.node, context.whole).last
    start = shifted(exactly(end, node.unit, -node.count), node.unit != "hour")
    return Interval(start, end, precision_of(start, end), "relative", "up_to")


def _part(node: Part, context: DateContext) -> Interval:
    """A part of a stretch, or the week around a day ("the week of 5 May")."""
    inner = resolved(node.node, context.whole)
    if node.part == "week":
        start, end = of_unit("week", inner.first)
        return Interval(start, end, "week", inner.basis_code, "week_of")
    return context.fitted(part_of(inner, node.part))


def _range(node: Range, context: DateContext) -> Interval:
    """From the first day of one expression to the last of another, which lends its year to the first."""
    bare_first = without_clock(node.first)
    if isinstance(bare_first, CalendarDay | Month) and bare_first.year is None:
        if isinstance(node.last, OfStory):
            return _range(Range(OfStory(bare_first, node.last.shift), node.last), context)
        if bare_first.year_shift is None and (dated := _with_year_of(bare_first, without_clock(node.last))):
            last = resolved(node.last, context)
            return _joined(resolved(dated, context), last)
    last = resolved(node.last, context)
    first = resolved(node.first, context)
    if first.start is None or last.end is None or first.start <= last.end:
        return _joined(first, last)
    return _turned_round(node, first, last, context)


def _with_year_of(first: CalendarDay | Month, last: Node) -> CalendarDay | Month | None:
    """The first end of a range in the year that the last one names, or in the year before; None where it names none."""
    shift = getattr(last, "year_shift", None)
    if shift is not None:  # "between January and June of last year"
        return replace(first, year_shift=shift)
    year = getattr(last, "year", None)
    if year is not None:  # "from 3 May to 5 June 2021"
        return replace(first, year=year - (first.month > getattr(last, "month", 12)))
    return None


def _turned_round(node: Range, first: Interval, last: Interval, context: DateContext) -> Interval:
    """A range whose first end was read after its last: by a week or a year put right; else UnreadableError."""
    bare_first, bare_last = without_clock(node.first), without_clock(node.last)
    if isinstance(bare_first, Weekday) and isinstance(bare_last, Weekday):
        if context.is_future:
            return _joined(first, replace(last, start=shifted(last.first, 7), end=shifted(last.last, 7)))
        return _joined(replace(first, start=shifted(first.first, -7), end=shifted(first.last, -7)), last)
    if isinstance(bare_first, CalendarDay | Month) and bare_first.year is None and last.last.year > MINYEAR:
        return _joined(resolved(replace(bare_first, year=last.last.year - 1), context), last)
    raise UnreadableError


def _joined(first: Interval, last: Interval) -> Interval:
    if first.start is not None and last.end is not None and first.start > last.end:
        raise UnreadableError
    basis = "explicit" if first.basis_code == last.basis_code == "explicit" else "relative"
    precision = precision_of(first.start, last.end)
    if precision == "week" and "day" in (first.precision_code, last.precision_code):
        precision = "day" if (last.last - first.first).days <= 2 else "week"
    return Interval(first.start, last.end, precision, basis, "range")
