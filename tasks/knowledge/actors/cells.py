"""Cells of the actor vocabularies as values.

In come cells as a frame holds them, out come days, texts, lists and flags. Refused, with the row, are dates that are
none and spans of days that end before they begin.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date

import pandas as pd


class ActorRegisterError(ValueError):
    """The actor vocabularies contradict themselves."""


def _day(value: object, where: str) -> date | None:
    """A cell as a day; None where it is empty. Raises ActorRegisterError for what is no date."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) or value == "":
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ActorRegisterError(f"{where}: {value!r} is not a date like 2021-08-15") from None


def active_days(row: Mapping[Hashable, object], where: str) -> tuple[date | None, date | None]:
    """The first and last day of a row (`active_from`, `active_to`), None where open; `where` names the row in errors.

    Raises ActorRegisterError for what is no date and for an end before its beginning.
    """
    start, end = _day(row["active_from"], f"{where}, active_from"), _day(row["active_to"], f"{where}, active_to")
    if start and end and end < start:
        raise ActorRegisterError(f"{where}: active_to {end} lies before active_from {start}")
    return start, end


def text_or_none(value: object) -> str | None:
    """A cell as text; None where it is empty."""
    return value if isinstance(value, str) and value else None


def is_true(value: object) -> bool:
    """A cell as a yes or no."""
    return value is True or str(value).casefold() == "true"


def texts(value: object) -> list[str]:
    """A list cell as strings, an empty one as none."""
    if isinstance(value, str):
        return [part for part in value.split(";") if part]
    return [str(part) for part in value] if isinstance(value, Iterable) else []
