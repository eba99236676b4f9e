"""Tell what the parts of a report are: headings, the dateline, embedded posts, and the body.

In come paragraphs, out come the final text and its segments with offsets. A dateline says where the reporter sat and
a heading is an editor's: both stay in the text, and neither is taken for the report's own words. Nothing is refused.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.clean.bodies import Paragraph
from tasks.clean.boilerplate import pattern
from tasks.language.titles import is_title

_MONTH = r"(?i:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[A-Za-z]*\.?"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY = rf"(?:{_NUMBER}\s+{_MONTH}|{_MONTH}\s+{_NUMBER})(?:,?\s+'?\d{{2,4}})?|\d{{4}}-\d\d-\d\d"
# a hyphen is part of a word, and parts words only where it must: else "Goma-Goma-Goma-..." could be cut in endless ways
_SMALL = "(?:of|the|and|de|del|la|al|el) "
_PLACE = rf"[A-Z][\w'’.-]*(?:(?:[ /]|-(?=\(|{_SMALL}))(?:{_SMALL}){{0,2}}[A-Z(][\w'’.)-]*){{0,4}}"
_CAPITALS = r"[A-Z][A-Z'’.-]+(?:(?:[ /]|-(?=\())[A-Z(][A-Z'’.)-]*){0,4}"
_DASH = r"\s*(?:--+|[-–—―:])\s*"
# "KABUL, Afghanistan (Jan. 25) -", "SAN SALVADOR, 14 NOV 89 (RADIO) -- [TEXT]", "NAIROBI (AP) —", "LONDON:"
_DATELINE = re.compile(
    rf"(?P<capitals>{_CAPITALS})(?P<rest>(?:\s*,\s*|\s+)?(?:{_PLACE})?(?:\s*\([A-Z][\w .'’-]*\))?"
    rf"(?:\s*,\s*(?:{_DAY}))?(?:\s*\((?:[^()]{{2,60}})\))*)"
    rf"(?P<end>{_DASH}(?:\[[A-Z ]+\]\s*)*|\s*(?=\n|$)|\s+(?=[A-Z]))",
)
# "ADDIS ABABA, Dec 12 -", "Kabul, Afghanistan (Sept. 2) -", "Cairo, Apr 20 (EFE).-", "Amman/Geneva (ICRC), 3 May
# 2022 –": whatever the letters, a date and a dash
_DATED_LINE = re.compile(
    rf"{_PLACE}(?:,\s*{_PLACE})*(?:\s*\([A-Z][\w .&'’-]*\))?(?:\s*\((?:{_DAY})\)|,?\s+(?:{_DAY}))"
    r"(?:\s*\([A-Z][\w ]+\)\.?)?\s*[-–—]+\s+"
)
_SIGNATURE = re.compile(r"[—–-]{1,2}\s*(?P<author>.{1,80}?\(@\w{1,30}\))\s*(?:[·,]?\s*.{0,40})?$")
_DATED = re.compile(_DAY, re.IGNORECASE)
_FEWEST_ITEMS = 3
_DOTS = "*•·▪◦‣"
_MARK = re.compile(rf"[{_DOTS}]\s+")
_BULLET = re.compile(rf"(?:[-–—{_DOTS}]|\d{{1,2}}[.)])\s+\S")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_MAX_HEADING = 120
_FEW_WORDS = 4
_LINE_WORDS = 12
_LEAST_REPORT = 30
# characters at the beginning of a paragraph in which a dateline ends
_LONGEST_DATELINE = 400


def laid_out(paragraphs: list[Paragraph]) -> tuple[str, list[dict[str, Any]]]:
    """The final text and its segments (rows of `documents.segments`).

    Paragraphs are parted by line breaks, in plain text by as many as what stood between them was long: offsets there
    are those of the text that came.
    """
    kinds = _kinds(paragraphs)
    if paragraphs and "body" not in kinds and "quoted_post" not in kinds:
        longest = max(range(len(paragraphs)), key=lambda i: (len(paragraphs[i].text), -i))
        kinds[longest] = "body"
    segments, speaker, parts, start = [], _speakers(paragraphs, kinds), [], 0
    for index, paragraph in enumerate(paragraphs):
        breaks = max(paragraph.start - start, int(index > 0))
        parts += ["\n" * breaks, paragraph.text]
        start += breaks
        cut = _dateline_end(paragraph.text) if kinds[index] == "body" else 0
        if cut:
            segments.append(_segment("dateline", start, start + len(paragraph.text[:cut].rstrip()), None))
        if cut < len(paragraph.text):
            end = start + len(paragraph.text)
            segments.append(_segment(kinds[index], start + cut, end, speaker.get(index)))
        start += len(paragraph.text)
    text = "".join(parts)
    _mark_item_heads(segments, text)
    return text, segments


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


def _segment(kind: str, start: int, end: int, speaker: str | None) -> dict[str, Any]:
    return {"kind_code": kind, "start": start, "end": end, "speaker_text": speaker}


def _kinds(paragraphs: list[Paragraph]) -> list[str]:
    kinds = ["heading" if p.is_heading or _is_heading(p.text, len(paragraphs)) else "body" for p in paragraphs]
    for index, paragraph in enumerate(paragraphs):
        if _SIGNATURE.match(paragraph.text):
            kinds[index] = "quoted_post"
            if index and not paragraphs[index - 1].is_heading:
                kinds[index - 1] = "quoted_post"
    return kinds


def _speakers(paragraphs: list[Paragraph], kinds: list[str]) -> dict[int, str]:
    found = {}
    for index, paragraph in enumerate(paragraphs):
        signature = _SIGNATURE.match(paragraph.text) if kinds[index] == "quoted_post" else None
        if signature:
            found[index] = signature.group("author").strip()
            if index and kinds[index - 1] == "quoted_post":
                found[index - 1] = found[index]
    return found


def signatures(paragraphs: list[Paragraph]) -> list[str]:
    """The signature lines of embedded posts, which tell when they were posted."""
    return [p.text for p in paragraphs if _SIGNATURE.match(p.text)]


def _is_heading(text: str, paragraphs: int) -> bool:
    """A short line without a full stop between paragraphs, in title case or of few words, and no item of a list."""
    if (
        _BULLET.match(text)
        or paragraphs == 1
        or len(text) > _MAX_HEADING
        or _SENTENCE_END.search(text)
        or _dateline_end(text)
    ):
        return False
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    if not words:
        return True
    if len(words) <= _FEW_WORDS:
        return True
    return is_title(words) or len(words) <= _LINE_WORDS


def _dateline_end(text: str) -> int:
    """Where the dateline at the beginning of a paragraph ends; 0 where there is none."""
    agency = pattern("agency").match(text)
    if agency:
        return agency.end()
    mark = _MARK.match(text)
    begin = mark.end() if mark else 0
    dated = _DATED_LINE.match(text, begin, _LONGEST_DATELINE)
    match = _DATELINE.match(text, begin, _LONGEST_DATELINE)
    if match is not None and _LONGEST_DATELINE <= match.end() < len(text):
        match = None
    return max(dated.end() if dated else 0, _end_of(match, text) if match else 0)


def _end_of(match: re.Match[str], text: str) -> int:
    """Where a dateline in capitals ends; 0 where the capitals are no dateline."""
    rest, end = match.group("rest"), match.group("end")
    has_date = _DATED.search(rest) is not None
    has_agency = "(" in rest
    is_dashed = bool(end.strip(" \n"))
    if len(match.group("capitals")) < 3 or not (has_date or has_agency or is_dashed):
        return 0
    if not is_dashed and not has_date:
        return 0
    if is_dashed and not has_date and len(text) - match.end() < _LEAST_REPORT:
        return 0  # "Joint Command - Afghanistan": a line of a letterhead
    return match.end()


def dateline_of(text: str, segments: list[dict[str, Any]]) -> str | None:
    """The words of the first dateline, one with a date before others, or None."""
    found = [text[s["start"] : s["end"]] for s in segments if s["kind_code"] == "dateline"]
    return next((words for words in found if _DATED.search(words)), found[0] if found else None)
