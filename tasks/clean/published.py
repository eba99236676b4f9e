"""Find the day on which a report was published, and say what that rests on.

In come what the report declares, its dateline, address, text and name, out come a day and its basis: declared,
dateline, url, text, file, else unknown. Never today, never a file's time stamp; nothing is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from email.utils import parsedate_to_datetime

from tasks.dates import full_dates

_EARLIEST = dt.date(1900, 1, 1)
_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_.-]?(0[1-9]|1[0-2])[/_.-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_YEAR_AND_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-](0[1-9]|1[0-2])(?!\d)")
_STATED = re.compile(r"\b(?:published|posted|updated|last updated|released|date)\b", re.IGNORECASE)
_DAY_AND_MONTH = re.compile(
    r"\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[a-z]{3,9})\.?|(?P<m2>[a-z]{3,9})\.?\s+(?P<d2>\d{1,2}))\b",
    re.IGNORECASE,
)
# "July 4: Operations in the East"
_HEADED = re.compile(r"[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?=\s*:)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HEAD_CHARACTERS = 1500

Published = tuple[dt.date | None, str]


def published(
    declared: str | None,
    dateline: str | None,
    url: str | None,
    text: str,
    signatures: list[str],
    external_id: str,
    day_first: bool,
) -> Published:
    """The day and its `published_basis_code`.

    Of the text, a date beside "published", "posted" or "updated" comes first, then the latest of embedded posts'
    signatures (a report is younger than what it quotes), then the only full date that its beginning holds, then the
    day that heads it ("July 4: ...") with the year of its number.
    """
    stated = _declared(declared)
    if stated:
        return stated, "declared"
    in_text = _of_text(text, signatures, day_first)
    of_url = _in_path(url or "")
    of_name = _in_path(external_id)
    if dateline:
        day = _of_dateline(dateline, [of_url, in_text, of_name], " ".join((url or "", external_id, text[:400])))
        if day:
            return day, "dateline"
    if not in_text:
        headed = _HEADED.match(text.lstrip())
        in_text = _of_dateline(headed.group(), [of_url, of_name], text[:400]) if headed else None
    for day, basis in ((of_url, "url"), (in_text, "text"), (of_name, "file")):
        if day:
            return day, basis
    return None, "unknown"


def _declared(value: str | None) -> dt.date | None:
    if not value:
        return None
    value = value.strip().strip('"')
    for read in (
        lambda v: dt.datetime.fromisoformat(v.replace("Z", "+00:00")).date(),
        lambda v: parsedate_to_datetime(v).date(),
        lambda v: dt.datetime.fromtimestamp(int(v) / (1000 if len(v) > 11 else 1), dt.UTC).date(),
    ):
        try:
            return _sane(read(value))
        except (ValueError, TypeError, OverflowError, OSError):
            continue
    found = full_dates(value)
    return _sane(found[0].date) if found else None


def _sane(day: dt.date) -> dt.date | None:
    return day if day >= _EARLIEST else None


def _in_path(path: str) -> dt.date | None:
    match = _IN_PATH.search(path)
    return dt.date(*map(int, match.groups())) if match and _is_day(*map(int, match.groups())) else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _of_text(text: str, signatures: list[str], day_first: bool) -> dt.date | None:
    for line in text.split("\n"):
        stated = _STATED.search(line[:200])
        if stated and len(line) < 200:
            dates = [d.date for d in full_dates(line, day_first) if d.start >= stated.start()]
            if dates:
                return dates[-1]
    posts = [d.date for line in signatures for d in full_dates(line, day_first)]
    if posts:
        return max(posts)
    head = Counter(d.date for d in full_dates(text[:_HEAD_CHARACTERS], day_first))
    return next(iter(head)) if len(head) == 1 else None


def _of_dateline(dateline: str, others: list[dt.date | None], near: str) -> dt.date | None:
    """A dateline's own date; one without a year takes it from the other dates, or a release's number."""
    full = full_dates(dateline)
    if full:
        return full[0].date
    match = _DAY_AND_MONTH.search(dateline)
    if not match:
        return None
    month_word = (match.group("m1") or match.group("m2"))[:3].lower()
    if month_word not in _MONTHS:
        return None
    month, day = _MONTHS.index(month_word) + 1, int(match.group("d1") or match.group("d2"))
    years = [other.year for other in others if other]
    years += [int(year) for year, numbered in _YEAR_AND_MONTH.findall(near) if abs(int(numbered) - month) <= 1]
    return dt.date(years[0], month, day) if years and _is_day(years[0], month, day) else None
