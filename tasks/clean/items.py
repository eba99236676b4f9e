"""Items of live blogs, bulletins and timelines, each under its time or day: "10.42am", "14:05 GMT", "UPDATE 3 - 09:30".

In come a report's paragraphs, out comes which of them such a stamp opens, or is all of. One stamp alone makes no list:
most pages say once when they were written. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from tasks.clean.bodies import Paragraph
from tasks.clean.boilerplate import pattern
from tasks.clean.datelines import DAY, DOTS
from tasks.clean.marks import Mark

_ZONE = r"(?:(?:GMT|UTC|[A-Z]{1,4}T)(?:\s?[+-]\d{1,2}(?::?\d\d)?)?|(?i:local\s+time))"
_HALF = r"(?i:[ap]\.?\s?m\b\.?)"
# "10.42am", "10:42:30", "10h42", "3 p.m. EDT", "10:42 (GMT+3)", "0942 GMT"
_CLOCK = (
    rf"(?P<clock>(?:(?:[01]?\d|2[0-4])[:.h][0-5]\d(?::[0-5]\d)?(?:\s?{_HALF})?|(?:1[0-2]|0?[1-9])\s?{_HALF}"
    rf"|(?:[01]\d|2[0-4])[0-5]\d(?=\s?(?:{_ZONE}|(?i:h(?:ou)?rs\b))))(?:\s?(?i:h(?:ou)?rs))?(?:\s?\(?{_ZONE}\b\)?)?)"
)
_WEEKDAY = r"(?i:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?i:day)?\.?"
_DATE = rf"(?:(?:{_WEEKDAY},?\s+)?(?:(?i:the)\s+)?(?:{DAY}|\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d\d){{1,2}}))"
_BETWEEN = r"(?:\s*[,|·–—-]\s*|\s+)(?:(?i:at|on)\s+)?"
_OPENING = rf"[\s{DOTS}\[(–—-]{{0,4}}"
_CLOSING = r"[\])]?(?:\s*[-–—:|]+(?=\s|$))?"
# a day that stands over what happened on it
_DAY_LINE = re.compile(rf"{_OPENING}(?P<day>{_DATE}){_CLOSING}")
# what may follow a stamp in its line: the beginning of a sentence
_BEGINS = re.compile(r"\s*(?=[\"'“‘(\[#@]*(?:[^\W\d_a-z]|\d))")
_NEEDS_SEPARATOR = re.compile(r"(?:\d{1,2}[.]\d\d|(?i:at\s).*)")
_FEWEST = 2


@cache
def _stamp() -> re.Pattern[str]:
    """A time of day with the day beside it, if any, and what may stand before it."""
    lead = rf"(?:(?:{pattern('stamp_lead').pattern})\s*(?:[-–—:|]\s*)?){{0,2}}"
    return re.compile(
        rf"{_OPENING}{lead}(?:(?P<day>{_DATE}|{_WEEKDAY}){_BETWEEN})?{_CLOCK}(?:{_BETWEEN}(?P<behind>{_DATE}))?{_CLOSING}"
    )


def item_marks(paragraphs: Sequence[Paragraph]) -> dict[int, Mark]:
    """The stamps by the numbers of their paragraphs; none where there are not several with words of their own."""
    times = {i: mark for i, p in enumerate(paragraphs) if (mark := _time(p)) is not None}
    days = {
        i: Mark("item_day", len(p.text), day_text=found["day"])
        for i, p in enumerate(paragraphs)
        if i not in times and (found := _DAY_LINE.fullmatch(p.text)) is not None
    }
    times = times if _filled(times, paragraphs) >= _FEWEST else {}
    told = {mark.day_text for mark in days.values()}
    is_list = len(told) >= _FEWEST and _filled(days | times, paragraphs) >= _FEWEST
    return dict(sorted({**(days if is_list or (times and days) else {}), **times}.items()))


def _filled(marks: Mapping[int, Mark], paragraphs: Sequence[Paragraph]) -> int:
    """How many stamps have words of a report before the next one."""
    ends = [*sorted(marks), len(paragraphs)]
    return sum(marks[one].end < len(paragraphs[one].text) or other - one > 1 for one, other in pairwise(ends))


def _time(paragraph: Paragraph) -> Mark | None:
    text = paragraph.text
    found = _stamp().match(text)
    if found is None:
        return None
    mark = Mark("item_time", found.end(), day_text=found["day"] or found["behind"] or paragraph.day_text)
    if found.end() == len(text):
        return mark
    begins = _BEGINS.match(text, found.end())
    if begins is None or (begins.end() == found.end() and not text[: found.end()].endswith("]")):
        return None
    is_parted = text[: found.end()].rstrip()[-1] in "]-–—:|"
    # "10.42 Million", "At 10:42 Police fired": no stamp without a mark behind it
    return mark if is_parted or _NEEDS_SEPARATOR.fullmatch(text[: found.end()].strip()) is None else None
