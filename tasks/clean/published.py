"""Find the day on which a report was published, and say what that rests on.

In comes what a report says of itself, out come a day and its basis, in the order of trust: declared, url, dateline and
text (its body), footer, file, else unknown. Never today, never a file's time stamp. A day that is none, to come,
ambiguous, a placeholder or of an update is refused by name, and the next basis asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import islice

from tasks.clean.boilerplate import pattern
from tasks.clean.stamps import Said, in_body, in_footers, is_day, said
from tasks.language.dates import full_dates

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
# "July 4: Operations in the East"
_HEADED = re.compile(r"[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?=\s*:)")
_CLOCK = re.compile(r"-?\d{9,14}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HEAD_CHARACTERS = 1500
# a paper in Auckland writes tomorrow's date
_AHEAD = dt.timedelta(days=1)
_LONGEST_TOLD = 80
# days of a text that may lend their year to a dateline
_MOST_ASKED = 20


@dataclass(frozen=True)
class Sayings:
    """What a report says of its day, as written: `declared`, the surest first, and what stands in it and around it.

    `stamps` and `footers` are a page's, beside its text; `signatures` are of the posts that it quotes. `name` is its
    external id; `read_on` the day on which it was read; `day_first` the usage of who wrote it, None: unknown.
    """

    text: str
    name: str
    read_on: dt.date
    day_first: bool | None = None
    declared: Sequence[str | None] = ()
    url: str | None = None
    dateline: str | None = None
    stamps: Sequence[str] = ()
    footers: Sequence[str] = ()
    signatures: Sequence[str] = ()


@dataclass(frozen=True)
class Published:
    """The day and its `published_basis_code`; the surest date that was refused, as written, and its `date_refusal`."""

    day: dt.date | None
    basis_code: str
    refused_text: str | None = None
    refused_code: str | None = None


def published(sayings: Sayings) -> Published:
    """The day of the surest basis that gives one; what each may give is told beside the functions below."""
    refused: tuple[str | None, str | None] = (None, None)
    for basis, one in _candidates(sayings):
        reason = _refusal(one, sayings.read_on)
        if reason is None:
            return Published(one.day, basis, *refused)
        if refused[1] is None:
            refused = (one.text[:_LONGEST_TOLD], reason)
    return Published(None, "unknown", *refused)


def _candidates(sayings: Sayings) -> Iterator[tuple[str, Said]]:
    for value in sayings.declared:
        if value and (told := value.strip().strip('"')):
            yield "declared", _declared(told, sayings.day_first)
    url = sayings.url or _address_of_its_own(sayings.text)
    yield from (("url", one) for one in _in_path(url))
    if sayings.dateline:
        near = " ".join((sayings.url or "", sayings.name, sayings.text[:400]))
        yield from (("dateline", one) for one in _of_dateline(sayings.dateline, _others(sayings, url, True), near))
    is_any_in_body = False
    for one in in_body(sayings.text, sayings.stamps, sayings.signatures, sayings.day_first):
        is_any_in_body = True
        yield "text", one
    headed = None if is_any_in_body else _HEADED.match(sayings.text.lstrip())
    if headed:
        near = sayings.text[:400]
        yield from (("text", one) for one in _of_dateline(headed.group(), _others(sayings, url, False), near))
    yield from (("footer", one) for one in in_footers(sayings.text, sayings.footers, sayings.day_first))
    yield from (("file", one) for one in _of_name(sayings))


def _refusal(one: Said, read_on: dt.date) -> str | None:
    """Why a day is not taken, a code of `date_refusal`; None where it is."""
    if one.day is None or one.refusal_code:
        return one.refusal_code or "no_day"
    if one.day <= _ZEROS[0] or one.day in _ZEROS:
        return "placeholder"
    return "future" if one.day > read_on + _AHEAD else None


def _others(sayings: Sayings, url: str, is_body_asked: bool) -> list[dt.date]:
    """The days that other bases give, from which a date without a year takes it."""
    found = list(_in_path(url))
    if is_body_asked:
        in_text = in_body(sayings.text, sayings.stamps, sayings.signatures, sayings.day_first)
        found += islice(in_text, _MOST_ASKED)
    found += _of_name(sayings)
    return [one.day for one in found if one.day and _refusal(one, sayings.read_on) is None]


def _address_of_its_own(text: str) -> str:
    """The address that a text gives for itself at its head; empty where it gives none.

    Example: "TITLE: Two held LINK: http://paper.example/2018/04/05/two-held".
    """
    found = pattern("own_address").search(text[:_HEAD_CHARACTERS])
    return found["address"] if found else ""


def _of_name(sayings: Sayings) -> list[Said]:
    in_name = full_dates(sayings.name.replace("_", " "), sayings.day_first)
    return list(_in_path(sayings.name)) or ([said(in_name[0], sayings.name)] if len(in_name) == 1 else [])


def _declared(value: str, day_first: bool | None) -> Said:
    for read in (_iso, _of_mail, _of_clock):
        try:
            return Said(read(value), value)
        except (ValueError, TypeError, OverflowError, OSError, IndexError):
            continue
    changed = pattern("updated").match(value)
    found = full_dates(value, day_first)
    if changed:
        return Said(None, value, "change")
    return said(found[0], value) if found else Said(None, value, "no_day")


def _iso(value: str) -> dt.date:
    return dt.datetime.fromisoformat(value.replace("Z", "+00:00")).date()


def _of_mail(value: str) -> dt.date:
    return parsedate_to_datetime(value).date()


def _of_clock(value: str) -> dt.date:
    """Seconds since 1970, or milliseconds where there are more than eleven digits."""
    if value in ("0", "-1"):
        return _ZEROS[-1]
    if not _CLOCK.fullmatch(value):
        raise ValueError("no time of a clock")
    return dt.datetime.fromtimestamp(int(value) / (1000 if len(value) > 11 else 1), dt.UTC).date()


def _in_path(path: str) -> Iterator[Said]:
    for match in (*_IN_PATH.finditer(path), *_IN_FOLDERS.finditer(path.lower())):
        year, month, day = match.groups()
        number = int(month) if month.isdecimal() else _MONTHS.index(month) + 1 if month in _MONTHS else 0
        if is_day(int(year), number, int(day)):
            yield Said(dt.date(int(year), number, int(day)), match.group())
        else:
            yield Said(None, match.group(), "no_day")


def _of_dateline(dateline: str, others: Iterable[dt.date], near: str) -> Iterator[Said]:
    """A dateline's own date; one without a year takes it from the other dates, or a release's number."""
    full = full_dates(dateline)
    if full:
        yield said(full[0], dateline)
        return
    match = _DAY_AND_MONTH.search(dateline)
    if not match:
        return
    month_word = (match.group("m1") or match.group("m2"))[:3].lower()
    if month_word not in _MONTHS:
        return
    month, day = _MONTHS.index(month_word) + 1, int(match.group("d1") or match.group("d2"))
    years = [other.year for other in others]
    years += [int(year) for year, numbered in _YEAR_AND_MONTH.findall(near) if abs(int(numbered) - month) <= 1]
    if years:
        is_one = is_day(years[0], month, day)
        yield Said(dt.date(years[0], month, day) if is_one else None, match.group(), None if is_one else "no_day")
