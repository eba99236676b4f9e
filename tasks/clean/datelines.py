"""Datelines, which say where and when the reporter sat: "KABUL, Afghanistan (Jan. 25) -".

In come the words of a paragraph, out comes where its dateline ends, or where the headline ends that a site glued to it.
Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tasks.clean.bodies import Paragraph
from tasks.clean.boilerplate import pattern

_MONTH = r"(?i:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[A-Za-z]*\.?"
# letters that begin a name, with those of other languages: "CULIACÁN", "SÃO PAULO", "ŁÓDŹ"
_UPPER = "A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x250)) if letter.isupper())
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
DAY = rf"(?:{_NUMBER}\s+{_MONTH}|{_MONTH}\s+{_NUMBER})(?:,?\s+'?\d{{2,4}})?|\d{{4}}-\d\d-\d\d"
# a hyphen is part of a word, and parts words only where it must: else "Goma-Goma-Goma-..." could be cut in endless ways
_SMALL = "(?:of|the|and|de|del|la|al|el) "
_PLACE = rf"[{_UPPER}][\w'’.-]*(?:(?:[ /]|-(?=\(|{_SMALL}))(?:{_SMALL}){{0,2}}[{_UPPER}(][\w'’.)-]*){{0,4}}"
_CAPITALS = rf"[{_UPPER}][{_UPPER}'’.-]+(?:(?:[ /]|-(?=\())[{_UPPER}(][{_UPPER}'’.)-]*){{0,4}}"
_DASH = r"\s*(?:--+|[-–—―:])\s*"
# "KABUL, Afghanistan (Jan. 25) -", "SAN SALVADOR, 14 NOV 89 (RADIO) -- [TEXT]", "NAIROBI (AP) —", "LONDON:"
_DATELINE = re.compile(
    rf"(?P<capitals>{_CAPITALS})(?P<rest>(?:\s*,\s*|\s+)?(?:{_PLACE})?(?:\s*\([A-Z][\w .'’-]*\))?"
    rf"(?:\s*,\s*(?:{DAY}))?(?:\s*\((?:[^()]{{2,60}})\))*)"
    rf"(?P<end>{_DASH}(?:\[[A-Z ]+\]\s*)*|\s*(?=\n|$)|\s+(?=[A-Z]))",
)
# "ADDIS ABABA, Dec 12 -", "Kabul, Afghanistan (Sept. 2) -", "Cairo, Apr 20 (EFE).-", "Amman/Geneva (ICRC), 3 May
# 2022 –": whatever the letters, a date and a dash
_DATED_LINE = re.compile(
    rf"{_PLACE}(?:,\s*{_PLACE})*(?:\s*\([A-Z][\w .&'’-]*\))?(?:\s*\((?:{DAY})\)|,?\s+(?:{DAY}))"
    r"(?:\s*\([A-Z][\w ]+\)\.?)?\s*[-–—]+\s+"
)
_DATED = re.compile(DAY, re.IGNORECASE)
DOTS = "*•·▪◦‣"
_MARK = re.compile(rf"[{DOTS}]\s+")
# an agency, or what else says of a dateline that it is one
_NAMED = re.compile(r"\([A-Z][\w .&'’/-]*\)")
_LEAST_REPORT = 30
# characters at the beginning of a paragraph in which a dateline ends
LONGEST_DATELINE = 400
# what a headline ends with where the capitals of a dateline follow
_HEADLINE_END = re.compile(r"(?:(?<=[^\W_A-Z]{2})|(?<=[.?!”\"’'%)]))(?P<space> ?)(?=[A-Z]['’]?[A-Z]{2})")
_LEAST_HEADLINE, _LONGEST_HEADLINE = 12, 200
# paragraphs at the head of a report in which it may be glued
_GLUED_AT = 3


def dateline_end(text: str) -> int:
    """Where the dateline at the beginning of a paragraph ends; 0 where there is none."""
    agency = pattern("agency").match(text)
    if agency:
        return agency.end()
    mark = _MARK.match(text)
    begin = mark.end() if mark else 0
    dated = _DATED_LINE.match(text, begin, LONGEST_DATELINE)
    match = _DATELINE.match(text, begin, LONGEST_DATELINE)
    if match is not None and LONGEST_DATELINE <= match.end() < len(text):
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


def unglued(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """The paragraphs, with a headline that a site glued to a dateline as one of its own.

    Example: "Ten killed in blasts in AfghanistanKANDAHAR, Afghanistan, Oct. 3 (Xinhua) -- Two bombs went off ...".
    """
    found: list[Paragraph] = []
    for index, paragraph in enumerate(paragraphs):
        end = _headline_end(paragraph.text) if index < _GLUED_AT and not paragraph.is_heading else 0
        if end:
            head, text = paragraph.text[:end], paragraph.text[end:]  # a space between them is the headline's
            found.append(replace(paragraph, text=head, is_heading=True))
            found.append(replace(paragraph, text=text, start=paragraph.start + end, is_joined=True))
        else:
            found.append(paragraph)
    return found


def _headline_end(text: str) -> int:
    """Where a headline ends that stands in one line with the dateline behind it; 0 where none does."""
    if dateline_end(text):
        return 0
    for gap in _HEADLINE_END.finditer(text, _LEAST_HEADLINE, _LONGEST_HEADLINE):
        begin = gap.end()
        dated = _DATED_LINE.match(text, begin, begin + LONGEST_DATELINE)
        match = _DATELINE.match(text, begin, begin + LONGEST_DATELINE)
        end = (
            dated.end() if dated else match.end() if match and match["end"].strip() and _end_of(match, text) else begin
        )
        words = text[begin:end]
        # "McDONALD - a lawyer": capitals alone are no dateline, least of all where a space parts them from the rest
        is_set = _NAMED.search(words) or (not gap["space"] and ("," in words or _DATED.search(words)))
        if is_set and len(text) - end >= _LEAST_REPORT:
            return begin
    return 0


def dateline_of(text: str, segments: list[dict[str, Any]]) -> str | None:
    """The words of the first dateline, one with a date before others, or None."""
    found = [text[s["start"] : s["end"]] for s in segments if s["kind_code"] == "dateline"]
    return next((words for words in found if _DATED.search(words)), found[0] if found else None)
