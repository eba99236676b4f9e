"""Sections of a page or a bulletin that are about another matter than politics and conflict: sport, films, business.

In come the segments of a document and its sentences, out come those that stand under such a heading, up to the next one
that names a section. A heading that says anything else ("Sport minister shot") names none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tasks.extract.word_groups import words
from tasks.language.sentences import Sentence

_WORD = re.compile(r"[^\W\d_]+")
# "Arts, culture and lifestyle news"
_MOST_WORDS = 5
_LONGEST = 60


def under_other_sections(
    segments: Sequence[Mapping[str, Any]], text: str, sentences: Sequence[Sentence]
) -> frozenset[int]:
    """The sentences, by number, under a heading of another matter; `text` is the document's."""
    sections = [
        (segment["end"], is_other)
        for segment in segments
        if segment["kind_code"] == "heading"
        and (is_other := _is_other_section(text[segment["start"] : segment["end"]])) is not None
    ]
    found, at, is_other = set(), 0, False
    for index, sentence in enumerate(sentences):
        while at < len(sections) and sections[at][0] <= sentence.start:
            is_other = sections[at][1]
            at += 1
        if is_other:
            found.add(index)
    return frozenset(found)


def _is_other_section(heading: str) -> bool | None:
    """Whether a heading names a section of another matter; None where it names no section."""
    told = [word.lower() for word in _WORD.findall(heading)] if len(heading) <= _LONGEST else []
    other, own = words("section_other"), words("section_own")
    if not told or len(told) > _MOST_WORDS or not other.union(own, words("section_word")).issuperset(told):
        return None
    # "World sport" is sport; "In brief" may be of anything
    return True if not other.isdisjoint(told) else False if not own.isdisjoint(told) else None
