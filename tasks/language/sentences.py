"""Cut a document's text into sentences without parsing it.

In comes the cleaned text with its segments, out come sentences with offsets, in order. A heading or a dateline gives
no sentence: a subhead's wording is an editor's, and a dateline says where the reporter sat. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tasks.language.dates.words import words as date_words

CODED_SEGMENTS = ("body", "quoted_post")

_LARGE = "A-ZÀ-ÖØ-ÞĆČĐĞİŁŚŞŠŹŻŽ"
_LETTER = r"[^\W\d_]"
_SMALL = rf"[^\W\d_{_LARGE}]"
_OPENING = '["“‘(\\[]*'
# stops that stand right before the next sentence: those of a word of two letters at least, of "5pm", "30", "p.m."
_GLUED = rf"(?:(?<={_LETTER}{_SMALL})|(?<={_SMALL}\.{_SMALL})|(?<=[\d)”\"%]))[.!?…]+[\"”’)\]]*"
# what opens a sentence there: a word with a capital ("A", "Élise", "Al-Shabab", "UN", "O’Brien"), a number of things;
# not the end of an address
_ENDINGS = r"(?!(?:Com|COM|Org|ORG|Net|NET|Info|Fr|Uk|Js|JS)\b)"
_OPENS = rf"{_ENDINGS}[{_LARGE}](?:{_LETTER}|[’'-](?={_LETTER}))*[ ,’']"
_STARTERS = "The|A|An|In|On|At|He|She|It|They|We|But|And|This|That|These|Those|There|His|Her|Its|As"
# a subhead that lost the spaces on both its sides: "by both sides.DenialsIn later years"
_SUBHEAD = rf"(?P<head>[A-Z]{_SMALL}{{3,15}}(?: [\w’'-]{{1,15}}){{0,4}}(?<={_SMALL})(?=(?:{_STARTERS}|No|After|One) ))"
_BREAK = re.compile(
    # a run of stops is looked at from its first alone: a page may hold a hundred thousand of them
    rf"(?<![.!?…])[.!?…]+[\"'”’)\]]*\s+(?=[\"'“‘(\[—-]*[{_LARGE}0-9#@])|\n+"
    # clauses of their own, and items of a list in one line: "6 May: ... in Kidal; 7 May: ..."
    r"|;\s+(?=(?P<item>\d{1,2} [A-Z][a-z]+\b|[A-Z][a-z]+ \d{1,2}\b)|\S)"
    # sentences that lost the space between them: "left Kirkuk.Officials said", "Gao.3 soldiers", "of the US.The army"
    rf"|{_GLUED}(?:{_SUBHEAD}|(?={_OPENING}{_OPENS}))"
    rf"|(?<={_SMALL}{{2}})\.(?=\d{{1,3}} {_SMALL}{{4}})"
    rf"|(?<=[A-Z]{{2}})\.(?={_OPENING}{_ENDINGS}[{_LARGE}]{_SMALL}+ )"
    # the marks around headings of wiki pages: "==Aftermath=="
    r"|(?P<mark>\s{0,20}={2,4}(?=[^=]))"
)
_LAST_WORD = re.compile(r"[\"'“‘(\[]*((?:[^\W\d_]\.)+[^\W\d_]?|[^\W\d_]+)\.?$")
# code points of a sentence; longer ones, lists without stops or no language at all, are cut at a space
LONGEST_SENTENCE = 800
# words on each side of a semicolon from which it may part clauses, and what goes on with the clause before it
_FEWEST_WORDS = 5
_GOES_ON = re.compile(r"(?:and|or|but|nor|including|among|who|which|that|as well as|especially)\b", re.IGNORECASE)
# a place of its own, without which the clause goes on about what the one before tells: "; six were arrested"
_PLACED = re.compile(rf"\b(?:[Ii]n|[Nn]ear|[Aa]t|[Oo]utside|[Aa]round|[Oo]ff) (?:the )?[{_LARGE}]")
_CLAUSE_END = re.compile(r"[;.!?\n]")
# code points around a stop that tell whether it ends a sentence; no abbreviation is so long
_LONGEST_WORD = 60
# halves of a day, and what may follow a time that they close: "at 6 p.m. Monday", "at 6 p.m. GMT"
_HALVES = ("a.m", "p.m")
_WITH_TIME = re.compile(r"[A-Z]{2,5}\b|[(\d]|[A-Z][a-z]+ [Tt]ime\b")
_WORD = re.compile(r"[^\W\d_]+")
_STARTS_ANEW = re.compile(rf"(?:{_STARTERS})\b")


@dataclass(frozen=True)
class Sentence:
    """One sentence: its text, its offset in the document, its paragraph's number, who speaks it where it is a post, how
    many headings stand above it."""

    text: str
    start: int
    paragraph: int
    segment_speaker: str | None = None
    section: int = 0

    @property
    def end(self) -> int:
        """The offset in the document behind the sentence."""
        return self.start + len(self.text)


class SentenceSplitter:
    """Splits by punctuation, with `seeds/abbreviations.csv` (abbreviation, can_end) for the stops that end nothing."""

    def __init__(self, abbreviations: pd.DataFrame) -> None:
        self._can_end = dict(zip(abbreviations["abbreviation"], abbreviations["can_end"], strict=True))

    def sentences(self, text: str, segments: Iterable[Mapping[str, Any]]) -> list[Sentence]:
        """The sentences of a document's body and quoted posts, in the order of the text."""
        found = []
        paragraph = section = 0
        for segment in segments:
            section += segment["kind_code"] == "heading"
            if segment["kind_code"] not in CODED_SEGMENTS:
                continue
            for block in re.finditer(r"[^\n]+", text[segment["start"] : segment["end"]]):
                paragraph += 1
                for start, end in self.spans(block.group()):
                    offset = segment["start"] + block.start() + start
                    sentence = block.group()[start:end]
                    found.append(Sentence(sentence, offset, paragraph, segment["speaker_text"], section))
        return found

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Offsets of the sentences of one paragraph, white space outside; none is longer than LONGEST_SENTENCE."""
        for start, end in self._whole(text):
            while end - start > LONGEST_SENTENCE:
                # between words, but within one that takes half of it
                space = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE + 1)
                cut = space if space > start else start + LONGEST_SENTENCE
                yield from _trimmed(text, start, cut)
                start = cut
            yield from _trimmed(text, start, end)

    def _whole(self, text: str) -> Iterator[tuple[int, int]]:
        begin = 0
        for match in _BREAK.finditer(text):
            before = text[max(begin, match.start() - _LONGEST_WORD) : match.start() + 1]
            after = text[match.end() : match.end() + _LONGEST_WORD]
            if match.group().startswith(";") and not match["item"] and not _parts_clauses(text, begin, match):
                continue
            if "\n" not in match.group() and self._goes_on(before, after):
                continue
            end = match.start("head") if match["head"] else match.start() if match["mark"] else match.end()
            yield from _trimmed(text, begin, end)
            begin = match.end()
        yield from _trimmed(text, begin, len(text))

    def _goes_on(self, before: str, after: str) -> bool:
        last = _LAST_WORD.search(before)
        if not last or not before.endswith("."):
            return False
        word = last.group(1).rstrip(".")
        can_end = self._can_end.get(word.lower())
        if can_end is None:
            # a single initial: "J. Smith", "U.N. troops"
            can_end = None if len(word) > 1 and "." not in word else len(word) > 1
        starts_anew = _STARTS_ANEW.match(after) or (word.lower() in _HALVES and not _goes_with_time(after))
        return can_end is not None and not (can_end and starts_anew)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    if start < end:
        yield start, end


def _goes_with_time(after: str) -> bool:
    """Whether what stands behind a half of the day belongs to the time: a day, a month, a zone, a figure."""
    word, names = _WORD.match(after), date_words()
    is_day = word is not None and (names.is_weekday(word.group()) or names.is_month(word.group()))
    return is_day or _WITH_TIME.match(after) is not None


def _parts_clauses(text: str, begin: int, semicolon: re.Match[str]) -> bool:
    """Whether a semicolon parts two clauses, each of which may tell something of its own.

    Example: "A car bomb in Baghdad killed 11; in Samarra, mortar fire killed three"; not "nine died; police said".
    """
    before = text[max(begin, semicolon.start() - LONGEST_SENTENCE) : semicolon.start()]
    farthest = semicolon.end() + LONGEST_SENTENCE
    stop = _CLAUSE_END.search(text, semicolon.end(), farthest)
    after = text[semicolon.end() : stop.start() if stop else farthest]
    is_inside = before.count("(") > before.count(")") or before.count("[") > before.count("]")
    enough = min(len(before.split()), len(after.split())) >= _FEWEST_WORDS
    return enough and not is_inside and _GOES_ON.match(after) is None and _PLACED.search(after) is not None
