"""The items of a list of reports: live blogs, timelines, agencies' and aid workers' logs, round-ups of towns.

In come the sentences and segments of a document and its names, out come the items with their places and days. A time or
a day that stands alone opens an item, as the stage before tells; so does a place before a dash ("BASRA - ..."), or
before a colon ("Kaya (Sanmatenga), 17 May: ..."), which counts where several paragraphs open so and gazetteer or text
know half of the names for places; "Police:", "Killed:" open none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from tasks.extract.model import DateWords, PlaceText
from tasks.extract.names import Name
from tasks.extract.places_elsewhere import Known, placed
from tasks.extract.word_groups import words
from tasks.language.dates import find_dates
from tasks.language.sentences import Sentence

_NAMES_SHARE = 0.7
_FEWEST_ITEMS = 3
_LONGEST_HEAD = 90
_FEWEST_DISTINCT, _FEWEST_KNOWN = 0.7, 0.5
_HEAD = re.compile(rf"[^\w(]{{0,4}}(?P<head>[^\W\d_a-z][^:.!?;\n]{{1,{_LONGEST_HEAD}}}):\s+(?=\S)")
# "* NEAR TAL AFAR -"
_MARKS = re.compile(r"^[^\w(]*(?:near\s+|outside\s+)?|[^\w.)]+$", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:[,/()–—]|\s-\s)\s*")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")


class Item(NamedTuple):
    """What opens at an offset of the document: an item with its place, if it has one, or, with `is_end`, what is of no
    item any more.

    `head`: half-open offsets of its head; what it names is the place of the item, and not where a clause puts it.
    `is_told_then`: the head says when the item was told.
    """

    start: int
    place: PlaceText | None = None
    head: tuple[int, int] = (0, 0)
    is_end: bool = False
    is_told_then: bool = False


class Items:
    """The items of one document: none where it is no list."""

    def __init__(
        self, sentences: Sequence[Sentence], segments: Sequence[Mapping[str, Any]], text: str, known: Known
    ) -> None:
        """`segments`: the document's, in the order of its `text`; `known` gives the names in a text."""
        self._sentences, self._text = sentences, text
        placed = [_dashed(s, text, known) for s in segments if s["kind_code"] == "item_head"]
        placed += _before_colons(sentences, known)
        ends = [Item(s["end"], is_end=True) for s in segments if s["kind_code"] == "heading"] if placed else []
        timed = [
            Item(s["start"], None, (s["start"], s["end"]), is_told_then=s["kind_code"] == "item_time")
            for s in segments
            if s["kind_code"] in ("item_time", "item_day")
        ]
        self._items = sorted([*placed, *timed, *ends], key=lambda item: item.start)

    def of(self, index: int) -> int:
        """Of which item a sentence is, counted from 1; 0 where it is of none."""
        before = bisect_right(self._items, self._sentences[index].start, key=lambda item: item.start)
        return before if before and not self._items[before - 1].is_end else 0

    def end(self, index: int) -> int:
        """The first sentence that is no more of the same item."""
        behind = bisect_right(self._items, self._sentences[index].start, key=lambda item: item.start)
        if behind == len(self._items):
            return len(self._sentences)
        return bisect_left(self._sentences, self._items[behind].start, key=lambda sentence: sentence.start)

    def _item(self, index: int) -> Item | None:
        number = self.of(index)
        return self._items[number - 1] if number else None

    def place(self, index: int) -> PlaceText | None:
        """The place that opens the item which a sentence is of."""
        item = self._item(index)
        return item.place if item else None

    def day(self, index: int) -> DateWords | None:
        """The day in the head of a sentence's item: "Kaya (Sanmatenga), 17 May".

        The time of an item of a live blog is when it was told, which may be later.
        """
        item = self._item(index)
        start, end = item.head if item is not None and not item.is_told_then else (0, 0)
        days = [day for day in find_dates(self._text[start:end]) if day.is_day]
        return DateWords(days[0].text, start + days[0].start, start + days[0].end) if days else None

    def names_in_head(self, place: PlaceText, index: int) -> bool:
        """Whether a place of a sentence stands in the head of its item, and in no clause."""
        item, start = self._item(index), self._sentences[index].start
        return item is not None and place.start is not None and item.head[0] <= start + place.start < item.head[1]

    def inside(self, place: PlaceText, index: int) -> PlaceText:
        """A place of a sentence, in what opens the sentence's item where the sentence itself puts it in nothing."""
        item = self.place(index)
        is_alone = item is not None and place.text != item.text and not place.parents
        return replace(place, parents=(item.text, *item.parents)) if item is not None and is_alone else place


def _dashed(segment: Mapping[str, Any], text: str, known: Known) -> Item:
    head = segment["start"], segment["end"]
    return Item(segment["end"], _place_of(text[slice(*head)], known), head)


def _before_colons(sentences: Sequence[Sentence], known: Known) -> list[Item]:
    """The items whose head stands before a colon, with the end of the last where all others are one paragraph."""
    opening = [next(of_one) for _, of_one in groupby(sentences, key=lambda sentence: sentence.paragraph)]
    heads = {
        at: match for at, one in enumerate(opening) if (match := _HEAD.match(one.text)) and _is_names(match["head"])
    }
    texts = {match["head"] for match in heads.values()}
    if len(texts) < _FEWEST_ITEMS or len(texts) < _FEWEST_DISTINCT * len(heads):
        return []
    if sum(any(_places(head, known)) for head in texts) < _FEWEST_KNOWN * len(texts):
        return []
    found = []
    for at, match in heads.items():
        start = opening[at].start
        head = start + match.start("head"), start + match.end("head")
        found.append(Item(start, _place_of(match["head"], known), head))
    behind = max(heads) + 1
    if behind < len(opening) and all(after - before == 1 for before, after in pairwise(heads)):
        found.append(Item(opening[behind].start, is_end=True))
    return found


def _is_names(head: str) -> bool:
    """Whether nothing but names, days and what parts them stands in a head."""
    small = words("name_particle") | words("item_head_word") | words("place_word")
    return all(word[0].isupper() or word in small for word in _WORD.findall(head))


def _places(head: str, known: Known) -> Iterator[Name]:
    return (name for name in known(head) if name.kind in ("place", "country"))


def _place_of(head: str, known: Known) -> PlaceText:
    """The place of a head, whatever the gazetteer knows of it, and those in which the head puts it."""
    told = _MARKS.sub("", head).strip()
    names = list(_places(told, known))
    if names and sum(len(name.text) for name in names) >= _NAMES_SHARE * len(told):
        return placed(names, "item")
    first, *around = [part for part in _PARTS.split(_without_days(told)) if part] or [told]
    kept = [word for word in first.split() if word[0].isupper() or word in words("name_particle")]
    name = " ".join(kept) or first
    return PlaceText(_in_case(name), None, None, None, tuple(_in_case(part) for part in around), "item")


def _without_days(head: str) -> str:
    for day in reversed(find_dates(head)):
        head = head[: day.start].removesuffix("night of ") + head[day.end :]
    return head


def _in_case(name: str) -> str:
    return name.title() if name.isupper() else name
