"""Dates in the words of a report that may be its own: stamps, headings, the line at its foot.

In come a text and the lines that a page sets around it, out come the days that they give, the surest first, each with
the reason where it is not to be taken. What stands beside "updated", or belongs to a related story, dates no report.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.clean.boilerplate import pattern
from tasks.language.dates import FullDate, full_dates

_WEEKDAY = re.compile(r"[A-Za-z]{3,6}day\b")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
# "Published: 31 April 2024": a date in its form, though no day of the calendar
_LIKE_A_DATE = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]{3,9}\.?,?\s+\d{4}|[A-Za-z]{3,9}\.?\s+\d{1,2},?\s+\d{4}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}([./-])\d{1,2}\1\d{2,4})\b"
)
# what may stand before "published" in a sentence: nothing, a sign, "This report was first"
_BEFORE_STATED = re.compile(r"(?:.*[|:;,)•·–—-])?|(?i:this\s+\w+\s+(?:was|is|has\s+been)(?:\s+\w+)?)")
# and between it and its day
_BETWEEN = re.compile(r"(?:\W|\b(?:on|at|in|date|[A-Z][a-z]{2,5}day)\b|\d)*")
_HEAD_CHARACTERS = 1500
_HEADING_CHARACTERS = 120
_STAMP_CHARACTERS = 200
_NEAR_DAYS = 7
_BESIDE_CHARACTERS = 60
_FOOT_CHARACTERS = 80


@dataclass(frozen=True)
class Said:
    """A day that something says, None where it is no day; its words; why it is not to be taken (`date_refusal`)."""

    day: dt.date | None
    text: str
    refusal_code: str | None = None


def said(found: FullDate, text: str) -> Said:
    """What a full date in a text says; one that may be two days is not to be taken."""
    return Said(found.date, text, "ambiguous" if found.is_ambiguous else None)


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has such a day."""
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def in_body(text: str, stamps: Sequence[str], signatures: Sequence[str], day_first: bool | None) -> Iterator[Said]:
    """The days that a report's body gives: in its page's stamps, then in its text but for its foot.

    Of these, a date beside "published" or "posted" comes first, then the latest of embedded posts' signatures (a report
    is younger than what it quotes), then the full date of a heading or at the beginning of a line, then one with its
    weekday or beside "said". A full date elsewhere in a sentence may be history and dates no report.
    """
    lines, _ = _parted(text)
    for line in (*stamps, *lines):
        yield from _stated(line, day_first)
    for line in stamps:
        yield from _dates(line, day_first)
    posts = [one for line in signatures for one in _dates(line, day_first) if one.refusal_code is None]
    if posts:
        yield max(posts, key=lambda one: one.day or dt.date.min)
    yield from _of_head(lines, day_first)


def in_footers(text: str, footers: Sequence[str], day_first: bool | None) -> Iterator[Said]:
    """The days at the foot of a text and of its page; of a page's foot only those that are stated as its own."""
    _, foot = _parted(text)
    for line in (*foot, *footers):
        yield from _stated(line, day_first)
    for line in foot:
        if len(line) <= _FOOT_CHARACTERS:
            yield from _dates(line, day_first)


def _of_head(lines: Sequence[str], day_first: bool | None) -> Iterator[Said]:
    headings, beside, length = [], [], 0
    for line in lines:
        is_heading = len(line) <= _HEADING_CHARACTERS and not _is_sentence(line)
        for found, one in _dated(line[: _HEAD_CHARACTERS - length], day_first):
            if is_heading or not line[: found.start].strip():
                headings.append(one)
            elif one.refusal_code is None and (
                _WEEKDAY.match(line[found.start :]) or pattern("saying").search(line[: found.start])
            ):
                beside.append(one)
        length += len(line) + 1
        if length >= _HEAD_CHARACTERS:
            break
    yield from headings
    days = [one.day for one in beside if one.day]
    if days and (max(days) - min(days)).days <= _NEAR_DAYS:
        yield next(one for one in beside if one.day == max(days))


def _parted(text: str) -> tuple[list[str], list[str]]:
    """The lines of a text without those of related stories: its body, and its foot behind the last sentence."""
    lines, is_related = [], False
    for line in text.split("\n"):
        related = pattern("related").match(line)
        if related:
            # what is no more than a heading leads to the lines behind it
            is_related = not line[related.end() :].strip()
        elif is_related and line.strip() and _is_sentence(line):
            is_related = False
            lines.append(line)
        elif not is_related:
            lines.append(line)
    sentences = [number for number, line in enumerate(lines) if _is_sentence(line)]
    end = sentences[-1] + 1 if sentences else len(lines)
    return lines[:end], lines[end:]


def _is_sentence(line: str) -> bool:
    return _SENTENCE_END.search(line.rstrip()) is not None


def _dates(line: str, day_first: bool | None) -> list[Said]:
    return [one for _, one in _dated(line, day_first)]


def _dated(line: str, day_first: bool | None) -> list[tuple[FullDate, Said]]:
    """The full dates of a line with what they say; one behind "updated" is of a change."""
    found = []
    for one in full_dates(line, day_first):
        is_change = _word_before(line, one.start) == "updated"
        words = line[one.start : one.end]
        found.append((one, Said(one.date, words, "change") if is_change else said(one, words)))
    return found


def _stated(line: str, day_first: bool | None) -> Iterator[Said]:
    """The days beside words such as "published"; in a sentence only where it tells of the report itself."""
    first = pattern("published").search(line[:_STAMP_CHARACTERS])
    if first is None:
        return
    is_sentence = _is_sentence(line)
    if is_sentence and not _BEFORE_STATED.fullmatch(line[: first.start()].strip()):
        return
    # of a line that is no more than that all, else what stands right beside the word
    reach = len(line) if len(line) < _STAMP_CHARACTERS else first.end() + _BESIDE_CHARACTERS
    near = [(one, told) for one, told in _dated(line[:reach], day_first) if one.start >= first.start()]
    for one, told in near:
        if not (is_sentence and _BETWEEN.fullmatch(line, first.end(), one.start) is None):
            yield told
    like = _LIKE_A_DATE.search(line, first.end(), reach)
    if not near and like:
        yield Said(None, like.group(), "no_day")


def _word_before(line: str, end: int) -> str | None:
    """Which of "published" and "updated" stands last before a place in a line, by their kinds of patterns."""
    begin = max(0, end - _STAMP_CHARACTERS)
    ends = {
        kind: max((match.end() for match in pattern(kind).finditer(line, begin, end)), default=-1)
        for kind in ("published", "updated")
    }
    last = max(ends, key=lambda kind: (ends[kind], kind))
    return last if ends[last] >= 0 else None
