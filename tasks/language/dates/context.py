"""Against what a date expression is read: the day of writing, the story's own day, and where the tense points.

In come an anchor and what dated the story before, out come the day that is counted from and stretches cut to the side
that the tense means. Refused with UnreadableError: what needs an anchor that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tasks.language.dates.intervals import Interval, days

# a report dated by its place of publishing can tell what is two days "ahead" of it
SLACK = timedelta(days=2)


class UnreadableError(Exception):
    """The expression says no day that the anchor at hand can settle."""


@dataclass(frozen=True, slots=True)
class DateContext:
    """One anchor day with what stands around it; `is_future` where a day still to come is meant."""

    anchor: date | None
    is_future: bool
    may_be_future: bool  # present or future tense: a day after the anchor need not be an error
    narrative: Interval | None
    day_first: bool
    is_fitted: bool = True  # false inside a part ("late June") and under a deadline, which are measured on the whole

    @property
    def today(self) -> date:
        """The anchor. Raises UnreadableError where there is none."""
        if self.anchor is None:
            raise UnreadableError
        return self.anchor

    @property
    def whole(self) -> DateContext:
        """The same context for what is measured on the whole."""
        return replace(self, is_fitted=False)

    def story_day(self, shift: int) -> Interval:
        """What dated the story before, or the anchor in its stead where counting `shift` units from it can be right.

        Raises UnreadableError where it cannot.
        """
        if self.narrative is not None and self.narrative.start is not None:
            return self.narrative
        if shift > 0 and not self.may_be_future:
            raise UnreadableError  # "the next day" of a story whose day nobody has told cannot be tomorrow
        return days(self.today, "relative", "day_word")

    def fitted(self, interval: Interval) -> Interval:
        """A stretch around the anchor cut to the side that the tense means."""
        start, end, today = interval.start, interval.end, self.anchor
        if not self.is_fitted or today is None or start is None or end is None or not start <= today <= end:
            return interval
        if self.is_future:
            return replace(interval, start=today)
        return interval if self.may_be_future else replace(interval, end=today)
