"""Find the day on which a report was published, and say what that rests on.

In come what the report declares, its dateline, address, text and name, out come a day and its basis: declared,
dateline, url, text, file, else unknown. Never today, never a file's time stamp; nothing is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

from tasks.clean.boilerplate import pattern
from tasks.language.dates import FullDate, full_dates

# what software writes where it knows no date: the zeros of spreadsheets and of clocks
_ZEROS = (dt.date(1900, 1, 1), dt.date(1904, 1, 1), dt.date(1970, 1, 1))
_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_.-]?(0[1-9]|1[0-2])[/_.-]?(0[1-9]|[12]\d|3[01])(?!\d)")
# "/2021/6/22/" and "/2021/jun/22/", as newspapers write it
_IN_FOLDERS = re.compile(r"/((?:19|20)\d\d)/(\d{1,2}|[a-z]{3})/(\d{1,2})(?=/|$)")
_YEAR_AND_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-](0[1-9]|1[0-2])(?!\d)")
_DAY_AND_MONTH = re.compile(
    r"\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[a-z]{3,9})\.?|(?P<m2>[a-z]{3,9})\.?\s+(?P<d2>\d{1,2}))\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"[A-Za-z]{3,6}day\b")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
# "July 4: Operations in the East"
_HEADED = re.compile(r"[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?=\s*:)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HEAD_CHARACTERS = 1500
_HEADING_CHARACTERS = 120
_NEAR_DAYS = 7
_BESIDE_CHARACTERS = 60

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
    signatures (a report is younger than what it quotes), then the full date of a heading or at the beginning of a line,
    then one with its weekday or beside "said", then the day that heads it ("July 4: ...") with the year of its number.
    A full date elsewhere in a sentence may be history and dates no report.
    """
    stated = _declared(declared, day_first)
    if stated:
        return stated, "declared"
    in_text = _of_text(text, signatures, day_first)
    of_url = _in_path(url or _address_of_its_own(text))
    of_name = _in_path(external_id) or _only(full_dates(external_id.replace("_", " "), day_first))
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


def _address_of_its_own(text: str) -> str:
    """The address that a text gives for itself at its head; empty where it gives none.

    Example: "TITLE: Two held LINK: http://paper.example/2018/04/05/two-held".
    """
    found = pattern("own_address").search(text[:_HEAD_CHARACTERS])
    return found["address"] if found else ""


def _only(found: list[FullDate]) -> dt.date | None:
    return found[0].date if len(found) == 1 else None


def _declared(value: str | None, day_first: bool) -> dt.date | None:
    if not value:
        return None
    value = value.strip().strip('"')
    for read in (_iso, _of_mail, _of_clock):
        try:
            return _sane(read(value))
        except (ValueError, TypeError, OverflowError, OSError, IndexError):
            continue
    found = full_dates(value, day_first)
    return _sane(found[0].date) if found else None


def _iso(value: str) -> dt.date:
    return dt.datetime.fromisoformat(value.replace("Z", "+00:00")).date()


def _of_mail(value: str) -> dt.date:
    return parsedate_to_datetime(value).date()


def _of_clock(value: str) -> dt.date:
    """Seconds since 1970, or milliseconds where there are more than eleven digits."""
    return dt.datetime.fromtimestamp(int(value) / (1000 if len(value) > 11 else 1), dt.UTC).date()


def _sane(day: dt.date) -> dt.date | None:
    return day if day > _ZEROS[0] and day not in _ZEROS else None


def _in_path(path: str) -> dt.date | None:
    match = _IN_PATH.search(path) or _IN_FOLDERS.search(path.lower())
    if not match:
        return None
    year, month, day = match.groups()
    number = int(month) if month.isdecimal() else _MONTHS.index(month) + 1 if month in _MONTHS else 0
    return dt.date(int(year), number, int(day)) if _is_day(int(year), number, int(day)) else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _of_text(text: str, signatures: list[str], day_first: bool) -> dt.date | None:
    for line in text.split("\n"):
        stated = pattern("published").search(line[:200])
        if stated:
            # of a line that is no more than that the last, else what stands right beside the word
            reach = len(line) if len(line) < 200 else stated.end() + _BESIDE_CHARACTERS
            dates = [d.date for d in full_dates(line[:reach], day_first) if d.start >= stated.start()]
            if dates:
                return dates[-1]
    posts = [d.date for line in signatures for d in full_dates(line, day_first)]
    if posts:
        return max(posts)
    headings, beside = [], []
    for line in text[:_HEAD_CHARACTERS].split("\n"):
        is_heading = len(line) <= _HEADING_CHARACTERS and not _SENTENCE_END.search(line.rstrip())
        for found in full_dates(line, day_first):
            if is_heading or not line[: found.start].strip():
                headings.append(found.date)
            elif _WEEKDAY.match(line[found.start :]) or pattern("saying").search(line[: found.start]):
                beside.append(found.date)
    if headings:
        return headings[0]
    return max(beside) if beside and (max(beside) - min(beside)).days <= _NEAR_DAYS else None


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
