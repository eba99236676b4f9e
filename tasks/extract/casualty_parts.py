"""Who the dead and hurt are, where that is told as a part of their number, as written.

In come mentions with their counts, and the sentences of their document; out come the parts of each, "four children" of
"12 people, among them four children". Parts never add to the count that they are of. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from tasks import vocabularies
from tasks.extract.model import Count, Mention
from tasks.knowledge.trace import Reading
from tasks.language.quantities import Quantities
from tasks.language.sentences import Sentence

_OF_PEOPLE = ("killed", "injured", "captured", "missing")
# the dead as a noun, by what became of them
_KINDS = {
    "killed": r"(?:dead|killed|victims|fatalities|deaths)",
    "injured": r"(?:wounded|injured)",
}
_AMONG = re.compile(r"\b(?:including|among(?:st)? (?:them|whom)(?: (?:were|are|was))?)\s+", re.IGNORECASE)
_ALL = re.compile(r",?\s+(?:all|both)(?: of (?:them|whom))?(?: were)?\s+(?!of\b|but\b)", re.IGNORECASE)
_OF_THEM = re.compile(r"\s+of (?:them|whom)(?: (?:were|are))?\s+", re.IGNORECASE)
# between a number and what is told of it
_FARTHEST = 90
_STOP = re.compile(
    r"[,;:.()\[\]\"“”–—]|(?:\b(?:and|or|in|on|at|who|when|while|from|of|were|was|are|is|after|by|with|as|to|near|during|had|"
    r"have|has|for|that|which|whose|aged|killed|died|dead|wounded|injured)\b)",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\s*(?:,\s*and|,|and)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MOST_WORDS, _MOST_ITEMS = 5, 8
# sentences behind the one that counts in which its dead are told about
_SENTENCES_ON = 3
Item = tuple[int, int, bool]
"""Start and end of the words of a part, and whether they are a plural without a number."""


def add_parts(
    mentions: Sequence[Mention], sentences: Sequence[Sentence], quantities: Quantities, head_types: Mapping[str, str]
) -> None:
    """Set the parts of the counts of all mentions of a document, from their own sentences and those behind.

    `head_types`: actor type by the lemma of a head noun, by which people are known as such.
    """
    reader = _Parts(quantities, head_types)
    found: dict[int, list[Count]] = {}
    counting: dict[str, list[Mention]] = {}
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_sentence.setdefault(mention.parsed.index, []).append(mention)
        found.setdefault(id(mention), []).extend(reader.of_numbers(mention))
    last = dict.fromkeys(_KINDS, -_SENTENCES_ON)
    for index, sentence in enumerate(sentences):
        own = by_sentence.get(index, ())
        for kind in _KINDS:
            if mine := [m for m in own if any(n.kind_code == kind for n in m.own_numbers)]:
                counting[kind], last[kind] = mine, index
            if index - last[kind] < _SENTENCES_ON and (parts := reader.of_sentence(sentence, kind)):
                for mention in counting[kind]:
                    found[id(mention)] += parts
    for mention in mentions:
        told = tuple(dict.fromkeys(found[id(mention)]))
        mention.set("parts", Reading(told, told[0].rule_id if told else "count.no_part"))


class _Parts:
    """Reads parts in text."""

    def __init__(self, quantities: Quantities, head_types: Mapping[str, str]) -> None:
        self._quantities, self._head_types = quantities, head_types

    def of_numbers(self, mention: Mention) -> Iterator[Count]:
        """What the mention's own sentence tells of those whom it counts; offsets in the document."""
        text, start = mention.parsed.text, mention.parsed.sentence.start
        numbers = [n for n in mention.own_numbers if n.kind_code in _OF_PEOPLE]
        for number in numbers:
            if any(other is not number and other.end == number.end for other in numbers):
                continue  # "killed or wounded 12 people": of which nobody knows
            if whole := _ALL.match(text, number.end):
                yield from self._of_them(text, number.kind_code, number.start, whole.end(), start)
            stop = min(len(text), number.end + _FARTHEST)
            for cue in (_AMONG, _OF_THEM):
                match = cue.search(text, number.end, stop)
                if match is None or ";" in text[number.end : match.start()]:
                    continue
                between = self._quantities.find(text[number.end : match.start()])
                if cue is _AMONG and not between:
                    yield from self._counts(text, number.kind_code, self._items(text, match.end()), start)
                elif cue is _OF_THEM and len(between) == 1 and number.end + between[0].end == match.start():
                    if text[: number.end + between[0].start].endswith("all but "):
                        continue
                    yield from self._of_them(text, number.kind_code, number.end + between[0].start, match.end(), start)

    def of_sentence(self, sentence: Sentence, kind: str) -> list[Count]:
        """What a sentence tells of "the dead", or "the wounded", told before; offsets in the document."""
        text, found = sentence.text, list[Count]()
        for match in _included(kind).finditer(text):
            found += self._counts(text, kind, self._items(text, match.end()), sentence.start)
        for match in _were(kind).finditer(text):
            quantity = next((q for q in self._quantities.find(text) if q.end == match.start()), None)
            if quantity is not None:
                found += self._of_them(text, kind, quantity.start, match.end(), sentence.start)
        for match in _are_among(kind).finditer(text):
            before = [q for q in self._quantities.find(text[: match.start()]) if match.start() - q.start < _FARTHEST]
            items = [item for item in self._items(text, before[0].start) if item[1] <= match.start()] if before else []
            found += self._counts(text, kind, items, sentence.start)
        return found

    def _of_them(self, text: str, kind: str, begin: int, behind: int, offset: int) -> Iterator[Count]:
        """One part of which the number stands first: "three of them women", "nine people, all of them civilians"."""
        end = self._end_of_noun(text, behind)
        if end is not None and self._are_people(text[behind:end]):
            yield from self._counts(text, kind, [(begin, end, False)], offset)

    def _counts(self, text: str, kind: str, items: Sequence[Item], offset: int) -> Iterator[Count]:
        for start, end, is_plural in items:
            rule = "count.part"
            yield Count(kind, "recipient", text[start:end], start + offset, end + offset, rule, is_plural=is_plural)

    def _items(self, text: str, at: int) -> list[Item]:
        """The people of a list: "four children, two women and the mayor"; it ends where nobody is told of any more."""
        found: list[Item] = []
        while len(found) < _MOST_ITEMS and (item := self._item(text, at)) is not None:
            found.append(item)
            join = _JOINS.match(text, item[1])
            if join is None:
                break
            at = join.end()
        return found

    def _item(self, text: str, at: int) -> Item | None:
        tail = text[at : at + _FARTHEST]
        quantity = next((q for q in self._quantities.find(tail) if q.start == 0), None)
        begin = at + (quantity.end if quantity else 0)
        if quantity is None and tail[:4].lower() == "the ":
            begin += len("the ")
        end = self._end_of_noun(text, begin)
        if end is None or not self._are_people(text[begin:end]):
            return None
        last = text[begin:end].split()[-1].lower()
        return at, end, quantity is None and (last.endswith("s") or last in _plurals())

    def _end_of_noun(self, text: str, at: int) -> int | None:
        """Where the words of a noun end: at a sign or a word that no noun goes over, after a few words at the most."""
        stop = _STOP.search(text, at)
        words = list(_WORD.finditer(text, at, stop.start() if stop else len(text)))[:_MOST_WORDS]
        return words[-1].end() if words else None

    def _are_people(self, noun: str) -> bool:
        """Whether one of the words of a noun is one for people."""
        forms = {form for word in noun.lower().split() for form in (word, word.removesuffix("s"), _singular(word))}
        return not forms.isdisjoint(self._head_types) or not forms.isdisjoint(_plurals())


def _singular(word: str) -> str:
    return word.removesuffix("men") + "man" if word.endswith("men") else word


@cache
def _plurals() -> frozenset[str]:
    """Words for the sexes and ages, of which many are plurals without an s."""
    return frozenset(vocabularies.load("casualty_words")["word"])


@cache
def _included(kind: str) -> re.Pattern[str]:
    dead = _KINDS[kind]
    among = rf"among(?:st)? (?:the|those) {dead} (?:were|was|are|is)"
    return re.compile(rf"\b(?:the {dead}(?: also)? include[ds]?|{among})\s+", re.IGNORECASE)


@cache
def _were(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\s+of (?:the|those) {_KINDS[kind]} (?:were|are|was)\s+", re.IGNORECASE)


@cache
def _are_among(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\s+(?:were|was|are|is)(?: also)? among (?:the|those) {_KINDS[kind]}\b", re.IGNORECASE)
