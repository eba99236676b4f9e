"""Where an event happened when its own sentence does not say: a heading of places, or "The attack took place in ...".

In come the sentences and segments of a document and its names, out come place texts; nothing where no words say so.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from tasks.extract.model import PlaceText
from tasks.extract.names import Name
from tasks.extract.word_groups import either
from tasks.language.sentences import Sentence

# how many sentences later a report still tells where what it opened with took place
_REACH = 3
# a heading of places is no longer, and little else stands in it
_HEADING = 60
_NAMES_SHARE = 0.7
# "Fighting in Sangin"
_IN = re.compile(r"\b(?:in|near|at|around|outside) (?:the )?$", re.IGNORECASE)
# what may stand between a heading and a passage under it, and how many paragraphs
_FAR = 200
_UNDER = ("body", "quoted_post", "attribution", "caption", "dateline")

Known = Callable[[str], Sequence[Name]]


def named_later(sentences: Sequence[Sentence], index: int, end: int, known: Known) -> PlaceText | None:
    """The place in which one of the sentences after `index`, and before `end`, says that it happened, or None."""
    for sentence in sentences[index + 1 : min(index + 1 + _REACH, end)]:
        found = _took_place().search(sentence.text)
        if found is None:
            continue
        places = [n for n in known(sentence.text) if n.kind in ("place", "country") and n.start >= found.end()]
        if places and places[0].kind == "place":
            return placed(places, "later")
    return None


def under_heading(
    segments: Sequence[Mapping[str, Any]], text: str, start: int, known: Known
) -> tuple[PlaceText, int] | None:
    """The places that the heading above a passage names, and where it ends; None where it names none.

    `segments`: the document's, in the order of its text; `text` is the document's, `start` an offset in it.
    Example: "Sangin/Helmand"; below a title also "Fighting in Sangin".
    """
    number = bisect_right(segments, start, key=lambda segment: segment["end"]) - 1
    farthest = number - _FAR
    while number > max(farthest, 0) and segments[number]["kind_code"] in _UNDER:
        number -= 1
    if number < 0 or segments[number]["kind_code"] != "heading":
        return None
    above = segments[number]
    heading = text[above["start"] : above["end"]]
    places = [name for name in known(heading) if name.kind in ("place", "country")]
    letters = sum(character.isalpha() for character in heading)
    named = sum(character.isalpha() for place in places for character in place.text)
    is_title = all(segment["kind_code"] == "heading" for segment in segments[:number])
    if not places or len(heading) > _HEADING:
        return None
    is_one = not is_title and [name.kind for name in places] == ["place"] and places[0].end == len(heading)
    if named < _NAMES_SHARE * letters and not (is_one and _IN.search(heading, 0, places[0].start)):
        return None
    return placed(places, "heading"), above["end"]


def placed(places: Sequence[Name], rule: str) -> PlaceText:
    """The first of some places that stand together, in the others, by this rule."""
    first = places[0]
    is_apart = first.kind_word and first.kind_word.casefold() not in first.text.casefold()
    kind_text = first.kind_word if is_apart else None
    return PlaceText(first.text, None, None, kind_text, tuple(name.text for name in places[1:]), rule)


@cache
def _took_place() -> re.Pattern[str]:
    """Finds a sentence that only says where it happened, up to its place.

    Example: "The attack took place in Gao", "The bodies were found near Beni".
    """
    deed = rf"(?:The|This|That) (?:[a-z-]+ ){{0,2}}{either('happening')}(?:e?s)? (?:[a-z]+ )?{either('takes_place')}"
    dead = rf"(?:The|Their) (?:dead )?{either('dead_found')}\b[^.;]{{0,60}} (?:was|were) {either('finds')}"
    return re.compile(rf"(?:{deed}|{dead})\b")
