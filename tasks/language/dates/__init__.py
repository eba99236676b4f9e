"""Dates in running news English: texts and an anchor day in; spans, first and last days with precision and basis out.

`find_dates` finds expressions, `read_date` says what days they mean, `full_dates` finds a document's own date. What
cannot be told is left unknown; today's date is never consulted.
"""

from tasks.language.dates.find import DateSpan, FullDate, find_dates, full_dates, prefers_day_first
from tasks.language.dates.read import DateReading, Tense, read_date
from tasks.language.dates.rule_ids import DATE_RULES, DateRule

__all__ = [
    "DATE_RULES",
    "DateReading",
    "DateRule",
    "DateSpan",
    "FullDate",
    "Tense",
    "find_dates",
    "full_dates",
    "prefers_day_first",
    "read_date",
]
