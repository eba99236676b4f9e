"""The ids of the rules by which dates are read: every `rule_id` that a reading of a date can have.

Each is a row of the vocabulary `rules` under the id `date.<rule_id>`, which says in a sentence what the rule does.
"""

from __future__ import annotations

from typing import Literal, get_args

DateRule = Literal[
    # a day of the calendar
    "calendar",
    "calendar_year_word",
    "calendar_weekday",
    "calendar_future",
    "calendar_past",
    "library",
    # a weekday
    "weekday_last",
    "weekday_next",
    "weekday_this",
    "weekday_of_week",
    "weekday_beside",
    "weekday_narrative",
    "weekday_future",
    "weekday_past",
    # a day or night near the report's
    "day_word",
    "last_night",
    "overnight",
    # a holiday
    "holiday",
    "holiday_year",
    # a month
    "month_year",
    "month_year_word",
    "month_last",
    "month_next",
    "month_this",
    "month_future",
    "month_past",
    # a season or a quarter of a year
    "season",
    "season_year",
    "season_year_word",
    "season_this",
    # years
    "year",
    "years",
    "fiscal_year",
    "decade",
    "century",
    "year_of_story",
    # a unit by the report's day
    "weekend",
    "week_relative",
    "fortnight_relative",
    "month_relative",
    "quarter_relative",
    "year_relative",
    "decade_relative",
    "century_relative",
    # counted from the report's day, the story's or another one
    "ago",
    "later",
    "offset_from_date",
    "counted_from",
    "beside",
    "this_day_then",
    "recent",
    "rolling",
    "coming",
    # made of other expressions
    "range",
    "up_to",
    "week_of",
    # what a preposition leaves open
    "since",
    "from",
    "by_deadline",
    "until",
    "before",
    "after",
    # nothing to be read
    "time_only",
    "unread",
]

DATE_RULES: frozenset[DateRule] = frozenset(get_args(DateRule))
