"""What a date expression says, before any calendar is consulted: one small record a kind of expression.

The grammar makes these records of words and numbers; the reader turns them into days against an anchor.
Nothing is resolved here and nothing is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.language.dates.rule_ids import DateRule


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a month ("5 May", "Tuesday, June 22, 2021"); `year_shift` is -1 in "5 May last year"."""

    day: int
    month: int
    year: int | None = None
    year_shift: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Numeric:
    """Two numbers and a year ("03/04/2021"): which of them is the day is the reader's to say.

    Only slashes leave it open: with hyphens or dots ("03-04-2021", "3.4.2021") the day stands first.
    """

    first: int
    second: int
    year: int
    has_slashes: bool = True


@dataclass(frozen=True, slots=True)
class Weekday:
    """A bare weekday; `which`: last, next, this, same, following, preceding; `week`: -1, 0, 1 in "Monday last week"."""

    weekday: int
    which: str | None = None
    week: int | None = None


@dataclass(frozen=True, slots=True)
class DayWord:
    """Days counted from the anchor: today 0 to 0, overnight -1 to 0."""

    first: int
    last: int
    rule_id: DateRule = "day_word"


@dataclass(frozen=True, slots=True)
class Overnight:
    """The night that begins on a day ("overnight Sunday") or ends on it ("overnight into Monday")."""

    node: Node
    ends_on: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month, with its year, with a shift ("May last year"), or with last, next or this."""

    month: int
    year: int | None = None
    year_shift: int | None = None
    which: str | None = None


@dataclass(frozen=True, slots=True)
class Years:
    """Whole years, first to last: a year, a decade, a century."""

    first: int
    last: int
    rule_id: DateRule = "year"


@dataclass(frozen=True, slots=True)
class Season:
    """Three months by the first of them.

    Seasons begin in month 3, 6, 9 or 12, as on the northern half of the globe; quarters of a year in 1, 4, 7 or 10.
    """

    first_month: int
    year: int | None = None
    year_shift: int | None = None
    which: str | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """A row of the holidays; `eve` is 1 for the evening before it."""

    name: str
    year: int | None = None
    year_shift: int | None = None
    which: str | None = None
    eve: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """A whole week, month, year ... by shift from the anchor's own: "last week" -1, "this year" 0.

    `side` is -1 for the part that is over ("earlier this week"), 1 for the part to come ("later this week").
    """

    unit: str
    shift: int
    side: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """A day, week, month or year counted from the narrative: "the previous day" -1, "the same week" 0."""

    unit: str
    shift: int


@dataclass(frozen=True, slots=True)
class TimeOffset:
    """So many units before (-1) or after (1) the anchor, the narrative, or another expression."""

    low: int
    high: int
    unit: str
    sign: int
    origin: Node | None = None
    from_narrative: bool = False
    from_clause: bool = False  # what is counted from follows: the day named there, or what happened there is meant


@dataclass(frozen=True, slots=True)
class Then:
    """What `node` says, read `count` units before today ("ten years ago today") or in `year` ("this day in 1989")."""

    node: Node
    count: int = 0
    unit: str = "year"
    year: int | None = None


@dataclass(frozen=True, slots=True)
class OfStory:
    """A day, month or season without a year, in the narrative's year or `shift` years from it ("May of that year")."""

    node: Node
    shift: int


@dataclass(frozen=True, slots=True)
class DayNumbered:
    """A day of a month that is not named ("on the 20th"), with its weekday or without ("Monday the 15th")."""

    day: int
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class UpTo:
    """So many units that end with what `node` says ("the 24 hours to Tuesday", "the year ending June 2023")."""

    count: int
    unit: str
    node: Node


@dataclass(frozen=True, slots=True)
class Rolling:
    """The last (-1) or next (1) so many units up to, or from, the anchor; low None in "recent days"."""

    low: int | None
    unit: str
    sign: int


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of what `node` says.

    early, mid, late, first_half, second_half, quarter_1 to quarter_4, week (around a day), or a ranked day, week or
    weekday (week_2, day_1, week_-1 for the last, weekday0_1 for the first Monday).
    """

    part: str
    node: Node


@dataclass(frozen=True, slots=True)
class Run:
    """The first so many units of what `node` says ("the first nine months of 2021"), or the last where negative."""

    count: int
    unit: str
    node: Node


@dataclass(frozen=True, slots=True)
class Range:
    """From one expression to another, both included."""

    first: Node
    last: Node


@dataclass(frozen=True, slots=True)
class AtHour:
    """An expression with a time of the clock."""

    node: Node


@dataclass(frozen=True, slots=True)
class TimeOnly:
    """A time of day without a day."""


Node = (
    CalendarDay
    | Numeric
    | Weekday
    | DayWord
    | Overnight
    | Month
    | Years
    | Season
    | Holiday
    | Unit
    | Beside
    | TimeOffset
    | Then
    | OfStory
    | DayNumbered
    | Rolling
    | Part
    | Run
    | UpTo
    | Range
    | AtHour
    | TimeOnly
)


_Day = CalendarDay | Numeric | Weekday | DayNumbered | DayWord | Overnight | Holiday


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression found in a text: its offsets, the preposition that bounds it ("since", "by", ...), what it says.

    `node_start` leaves the preposition out; `origin` is the text of the expression that this one counts from;
    `clause_end` where the clause ends that this one dates by counting from it.
    """

    start: int
    end: int
    node_start: int
    preposition: str | None
    node: Node
    origin: str | None = None
    clause_end: int | None = None


def is_day(node: Node) -> bool:
    """Whether an expression names days rather than longer stretches, so that a time of day can stand beside it."""
    if isinstance(node, Range):
        return is_day(node.last)
    if isinstance(node, Then | OfStory):
        return is_day(node.node)
    if isinstance(node, Beside | TimeOffset):
        return node.unit == "day"
    return isinstance(node, _Day)


def as_calendar_day(node: Numeric, day_first: bool) -> CalendarDay:
    """A date in digits with day and month told apart: by size where one exceeds 12, by its marks, by `day_first`."""
    is_day_first = node.first > 12 or (node.second <= 12 and (day_first or not node.has_slashes))
    day, month = (node.first, node.second) if is_day_first else (node.second, node.first)
    return CalendarDay(day, month, node.year)


def without_clock(node: Node) -> Node:
    """What an expression says without its time of the clock."""
    return node.node if isinstance(node, AtHour) else node
