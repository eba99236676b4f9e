"""Tell what the parts of a report are: headings, the dateline, captions, times of items, quoted posts, and the body.

In come paragraphs, out come the final text and its segments with offsets. A dateline says where the reporter sat, a
heading is an editor's and a caption a picture's: they stay in the text, and none is taken for the report's own words.
Nothing is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.clean.bodies import Paragraph
from tasks.clean.captions import picture_end
from tasks.clean.datelines import DOTS, dateline_end
from tasks.clean.items import item_marks
from tasks.clean.marks import Mark
from tasks.clean.quotes import quotes
from tasks.language.dates import find_dates, full_dates, read_date
from tasks.language.titles import is_title

_FEWEST_ITEMS = 3
_BULLET = re.compile(rf"(?:[-–—{DOTS}]|\d{{1,2}}[.)])\s+\S")
# "... killing a child. (AFP)" ends one as well
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’)\]]*(?:\s*[(\[][^()\[\]]{1,40}[)\]])?$")
# "Maiduguri:", with nothing else in its line
_LABEL = re.compile(r"[^\W\d_a-z][^.!?;:\n]{1,59}:")
_MAX_HEADING = 120
_FEW_WORDS = 4
_LINE_WORDS = 12


@dataclass(frozen=True)
class _Part:
    """A paragraph laid out: the mark that opens it, if any, what the rest of it is, by whom, and its day as written;
    `behind`: where at its end begins who wrote it."""

    kind: str
    mark: Mark | None = None
    speaker: str | None = None
    day_text: str | None = None
    behind: int | None = None


def laid_out(paragraphs: Sequence[Paragraph]) -> tuple[str, list[dict[str, Any]]]:
    """The final text and its segments (rows of `documents.segments`, their `date` as written in `day_text`).

    Paragraphs are parted by line breaks, in plain text by as many as what stood between them was long: offsets there
    are those of the text that came.
    """
    segments: list[dict[str, Any]] = []
    texts, start = [], 0
    for index, (paragraph, part) in enumerate(zip(paragraphs, _parts(paragraphs), strict=True)):
        breaks = 0 if paragraph.is_joined else max(paragraph.start - start, int(index > 0))
        texts += ["\n" * breaks, paragraph.text]
        start += breaks
        cut = part.mark.end if part.mark else 0
        if cut and part.mark:
            segments.append(_segment(part.mark.kind_code, start, paragraph.text[:cut], part))
        if part.kind == "body" and (end := dateline_end(paragraph.text[cut:])):
            segments.append(_segment("dateline", start + cut, paragraph.text[cut : cut + end], part))
            cut += end
        behind = len(paragraph.text) if part.behind is None else part.behind
        if words := paragraph.text[cut:behind].lstrip():
            segments.append(_segment(part.kind, start + behind - len(words), words, part))
        if signed := paragraph.text[behind:]:
            segments.append(_segment("attribution", start + behind, signed, part))
        start += len(paragraph.text)
    text = "".join(texts)
    _mark_item_heads(segments, text)
    return text, segments


def _segment(kind: str, start: int, words: str, part: _Part) -> dict[str, Any]:
    end = start + len(words.rstrip())
    speaker = part.speaker if kind in ("quoted_post", "attribution") else None
    return {"kind_code": kind, "start": start, "end": end, "speaker_text": speaker, "day_text": part.day_text}


def _parts(paragraphs: Sequence[Paragraph]) -> list[_Part]:
    """What each paragraph is; where no running text is found, the longest is."""
    posts = quotes(paragraphs)
    times, day = item_marks(paragraphs), None
    parts = []
    for index, paragraph in enumerate(paragraphs):
        mark = posts.marks.get(index)
        if (post := posts.quoted.get(index) or mark) is not None:
            parts.append(_Part("quoted_post", mark, post.author, post.day_text, post.behind))
            continue
        if paragraph.is_caption and (end := picture_end(paragraph.text)):
            parts.append(_Part("body", Mark("caption", end), day_text=day))
            continue
        mark = times.get(index)
        day = mark.day_text or day if mark else day
        rest = paragraph.text[mark.end :].strip() if mark else paragraph.text
        parts.append(_Part(_kind(paragraph, rest, len(paragraphs)), mark, day_text=day))
    told = ("body", "quoted_post")
    if parts and not any(p.kind in told and not _is_all(p, w) for p, w in zip(parts, paragraphs, strict=True)):
        longest = max(range(len(paragraphs)), key=lambda i: (len(paragraphs[i].text), -i))
        parts[longest] = _Part("body")
    return parts


def _is_all(part: _Part, paragraph: Paragraph) -> bool:
    """Whether a mark is all that a paragraph holds."""
    return part.mark is not None and part.mark.end >= len(paragraph.text)


def _kind(paragraph: Paragraph, rest: str, paragraphs: int) -> str:
    if paragraph.is_caption:
        return "caption"
    return "heading" if paragraph.is_heading or _is_heading(rest, paragraphs) else "body"


def with_days(
    segments: Sequence[Mapping[str, Any]], published: dt.date | None, day_first: bool | None
) -> list[dict[str, Any]]:
    """Rows of `documents.segments`: `date` is the day of the item, post or message that a segment is of, where told."""
    days = {words: _day(words, published, day_first) for words in {s["day_text"] for s in segments} if words}
    return [
        {**{name: value for name, value in one.items() if name != "day_text"}, "date": days.get(one["day_text"])}
        for one in segments
    ]


def _day(words: str, published: dt.date | None, day_first: bool | None) -> dt.date | None:
    """The day that a stamp or a signature tells: one with its year before others; None where it tells none."""
    for full in full_dates(words, day_first):
        return None if full.is_ambiguous else full.date
    if published is None:
        return None
    for span in find_dates(words):
        read = read_date(span.text, published, "past", day_first=bool(day_first)) if span.is_day else None
        if read and read.start and read.start == read.end:
            return read.start
    return None


def _mark_item_heads(segments: list[dict[str, Any]], text: str) -> None:
    """Tell the places that open the items of a list from datelines: of the first there are several, without day and
    agency, and each says where its item happened and not where the reporter sat.

    Example: "BASRA - A preacher was shot ...", "NEAR HILLA - Five bodies ...".
    """
    words = {s["start"]: text[s["start"] : s["end"]] for s in segments if s["kind_code"] == "dateline"}
    heads = {start: head for start, head in words.items() if not re.search(r"[\d()]", head)}
    if len(heads) >= _FEWEST_ITEMS and len(set(heads.values())) > 1:
        for segment in segments:
            if segment["start"] in heads:
                segment["kind_code"] = "item_head"


def signatures(paragraphs: Sequence[Paragraph]) -> list[str]:
    """The lines that tell who wrote embedded posts and messages, and when."""
    found = quotes(paragraphs)
    return list(
        dict.fromkeys(mark.day_text for _, mark in sorted({**found.quoted, **found.marks}.items()) if mark.day_text)
    )


def _is_heading(text: str, paragraphs: int) -> bool:
    """A short line without a full stop between paragraphs, in title case or of few words, and no item of a list."""
    if (
        _BULLET.match(text)
        or paragraphs == 1
        or len(text) > _MAX_HEADING
        or (_SENTENCE_END.search(text) and not _is_label(text))
        or dateline_end(text)
    ):
        return False
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    if not words:
        return True
    if len(words) <= _FEW_WORDS:
        return True
    return is_title(words) or len(words) <= _LINE_WORDS


def _is_label(text: str) -> bool:
    """Whether a line is no more than a name with a colon, over what stands below it."""
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    return _LABEL.fullmatch(text) is not None and len(words) <= _FEW_WORDS and is_title(words)
