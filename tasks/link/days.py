"""Days on which an event may fall, as spans of proleptic ordinals.

In come the date columns of a resolved mention and its report's day; out come the span that the text gives, or the one
that the report's day leaves open, and what two spans have in common.
"""

from __future__ import annotations

from tasks.link.reports import Report
from tasks.link.rows import AHEAD, Row
from tasks.link.weights import WEIGHTS

Span = tuple[int, int]
"""First and last day. Of a union: latest first day and earliest last day, which may lie before it."""

LONG_AGO, FAR_OFF = -(10**7), 10**7
"""The first day of a span without a beginning, the last of one without an end."""


def read_days(row: Row, report: Report) -> tuple[Span | None, Span | None]:
    """The days that the text gives, and those that a report without a date leaves open; one of the two is None."""
    start, end = row["date_start"], row["date_end"]
    if row["date_basis_code"] in ("explicit", "relative") and (start or end):
        return (start.toordinal() if start else LONG_AGO, end.toordinal() if end else FAR_OFF), None
    known = start or end or report.published
    if known is None:
        return None, None
    day = known.toordinal()
    if row["status_code"] in AHEAD:
        return None, (day - WEIGHTS.plan_days, day + WEIGHTS.plan_days)
    return None, (day - WEIGHTS.news_days, day)


def gap(one: Span, other: Span) -> int:
    """Days between two spans; zero or less where they overlap."""
    return max(one[0], other[0]) - min(one[1], other[1])


def meet(one: Span | None, other: Span | None) -> Span | None:
    """What two spans have in common; where one is not known, the other."""
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), min(one[1], other[1])
