"""What days a date expression means: its words, an anchor day and the sentence's tense in, first and last day out.

The past is the default; the future follows a future tense or a deadline. Without an anchor only dates with a year are
read; what cannot be told is left empty, never guessed from a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from tasks.language.dates.context import DateContext, UnreadableError
from tasks.language.dates.find import date_expressions
from tasks.language.dates.intervals import Interval, shifted
from tasks.language.dates.nodes import Beside, Expression, Node, Part, TimeOffset, TimeOnly
from tasks.language.dates.resolve import resolved
from tasks.language.dates.rule_ids import DateRule

# days beyond which a stretch is no day that others are counted from, where a shorter one came before it
_WEEK = 7
Tense = Literal["past", "present", "future"]
_LIBRARY = re.compile(r"\d.*\b(?:1[89]|20)\d\d\b|\b(?:1[89]|20)\d\d\b.*\d")


@dataclass(frozen=True, slots=True)
class DateReading:
    """First and last day (either may be open), `date_precision` and `date_basis` codes, and the rule that read it."""

    start: date | None
    end: date | None
    precision_code: str
    basis_code: str
    rule_id: DateRule


_UNKNOWN = DateReading(None, None, "unknown", "unknown", "unread")


def _bounded(interval: Interval, preposition: str | None, node: Node) -> Interval:
    """The interval as a preposition bounds it: "since" leaves the end open, "by", "until" and "before" the start."""
    match preposition:
        case "since":
            return replace(interval, end=None, rule_id="since")
        case "from":
            return interval if interval.rule_id == "range" else replace(interval, end=None, rule_id="from")
        case "by":
            return replace(interval, start=None, rule_id="by_deadline")
        case "until":
            return replace(interval, start=None, rule_id="until")
        case "before":
            end = None if interval.start is None else shifted(interval.start, -1)
            if isinstance(node, Part) and node.part == "late":  # "before the end of March"
                end = interval.end
            return replace(interval, start=None, end=end, rule_id="before")
        case "after":
            start = None if interval.end is None else interval.end
            return replace(interval, start=start, end=None, rule_id="after")
        case _:
            return interval


def _interval(
    found: Expression, anchor: date | None, tense: Tense, narrative: Interval | None, day_first: bool
) -> Interval:
    """The interval of an expression, bounded by its preposition. Raises as `resolved` does."""
    looks_ahead = tense == "present" and found.preposition in ("by", "until", "before")
    is_future = (tense == "future" or looks_ahead) and found.preposition != "since"
    may_be_future = tense != "past" and found.preposition != "since"
    is_fitted = found.preposition not in ("by", "until", "before", "after")
    context = DateContext(anchor, is_future, may_be_future, narrative, day_first, is_fitted)
    return _bounded(resolved(found.node, context), found.preposition, found.node)


@lru_cache(maxsize=4096)
def _by_library(text: str) -> date | None:
    """A complete date in a form that the grammar does not know, by dateparser; None unless all of it is there."""
    if not _LIBRARY.search(text) or len(text) > 60:
        return None
    import dateparser  # half a second, and rarely needed

    parts = ["day", "month", "year"]
    found = dateparser.parse(text, languages=["en"], settings={"REQUIRE_PARTS": parts, "STRICT_PARSING": True})
    return None if found is None else found.date()


def _expressions(text: str) -> tuple[Expression, ...]:
    """The expressions of a text that may be one: "May" and "2016", which need company elsewhere, are read too."""
    return date_expressions(text) or date_expressions(f"in {text}")


def _counts_days(found: Expression) -> bool:
    """Whether an expression counts from a day, whatever stretch came before it ("the same day", "two days later")."""
    return isinstance(found.node, Beside | TimeOffset) and found.node.unit in ("day", "hour")


def _is_short(interval: Interval) -> bool:
    return interval.start is not None and interval.end is not None and (interval.end - interval.start).days <= _WEEK


@dataclass(slots=True)
class _Story:
    """What dated the story so far: the newest stretch, and the newest that is as short as a day is counted from."""

    newest: Interval | None = None
    day: Interval | None = None

    def before(self, found: Expression) -> Interval | None:
        """What an expression counts from."""
        return self.day if _counts_days(found) else self.newest

    def go_on(self, interval: Interval) -> None:
        """Take in what an expression of the story said."""
        self.newest = interval
        self.day = interval if self.day is None or _is_short(interval) else self.day


def read_date(
    text: str,
    anchor: date | None,
    tense: Tense = "past",
    narrative: str | None = None,
    day_first: bool = False,
) -> DateReading:
    """First and last day that `text` means, against the day `anchor` on which it was written.

    `narrative` is what dated the story before, in its order ("on Monday; the next day"), for "three days later";
    `day_first` settles "03/04/2021". Where nothing can be read: no days, precision and basis `unknown`, rule `unread`.
    A time of day alone is not a day (rule `time_only`). Never raises.
    """
    story = _Story()
    for found in _expressions(narrative) if narrative else ():
        try:
            story.go_on(_interval(found, anchor, tense, story.before(found), day_first))
        except (UnreadableError, OverflowError, ValueError):
            continue
    has_time = False
    for found in _expressions(text):
        if isinstance(found.node, TimeOnly):
            has_time = True
            continue
        try:
            read = _interval(found, anchor, tense, story.before(found), day_first)
        except (UnreadableError, OverflowError, ValueError):
            continue
        return DateReading(read.start, read.end, read.precision_code, read.basis_code, read.rule_id)
    if has_time:
        return replace(_UNKNOWN, rule_id="time_only")
    day = _by_library(text.strip())
    return _UNKNOWN if day is None else DateReading(day, day, "day", "explicit", "library")
