"""Finds place names in running text.

In come a text and a gazetteer; out go the capitalised runs that are place names, with their kind words ("Imam Sahib
district", "district of Doshi"), longest first, as half-open spans. Refused are common words that open a sentence,
names of persons, and hamlets of far countries that only share a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Protocol

from tasks.knowledge.places.name_tokens import PARTICLES, NameToken, NameTokens
from tasks.language.name_keys import name_key

# words that open names of places and are common English besides
_OPENING = frozenset("um umm wad bin kafr khan bar tell bab old new big".split())
# particles that join two names as easily as the parts of one
_BINDING = frozenset({"and", "of", "the", "on", "a", "et", "y", "i", "e", "o", "u", "en"})
_PLACING = frozenset({"in", "at", "near", "outside", "around", "inside", "towards", "toward", "across", "within"})
_MOVING = frozenset({"from", "to", "into", "of", "between", "through", "via"})
# what is made on a place
_DEEDS = frozenset(
    "attack attacks strike strikes airstrike airstrikes raid raids assault assaults offensive bombardment bombing "
    "bombings shelling advance march".split()
)
_DIRECTIONS = frozenset(
    [
        way + part
        for way in ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest")
        for part in ("", "ern")
    ]
    + ["central", "upper", "lower", "greater", "mid"]
)
_LIST_GAP = re.compile(r",? (?:and|or|&) |, ")
_OF = re.compile(r" of (?:the )?", re.IGNORECASE)
# scores are 100 * log10 of inhabitants: 16,000 people to be named unannounced, 100,000 beside other capitals
_KNOWN_WIDELY = 420
_KNOWN_EVERYWHERE = 500
# some 500: to be more than a hamlet
_TOWN = 250
# 360,000: to be no common words in a row ("the White House")
_KNOWN_BY_ALL = 556


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A place as written: `text` with its kind word where that stands beside it, `name` without, `kind_word` as written
    (or as shared in a list: "Kunduz and Takhar provinces"); `is_known` false for an unlisted name with a kind word."""

    start: int
    end: int
    text: str
    name: str
    kind_word: str | None
    is_known: bool


class KindMeaning(Protocol):
    """What a kind word tells: kinds of place, likeliest first, whether it can mean nothing else, and whether it stands
    before its name."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Codes of place_kind that the word can mean, the likeliest first."""
        ...

    @property
    def is_sure(self) -> bool:
        """Whether the word means nothing but a kind of place."""
        ...

    @property
    def is_before(self) -> bool:
        """Whether the word may stand before the name."""
        ...


class Names(Protocol):
    """What is asked of the gazetteer."""

    @property
    def kind_words(self) -> Mapping[str, KindMeaning]:
        """What words for kinds of places mean."""
        ...

    @property
    def kind_openings(self) -> Set[str]:
        """The first words of all `kind_words`, as keys of their tokens."""
        ...

    @property
    def word_class(self) -> Callable[[str], str | None]:
        """Gives the class of a common word or title, None for any other."""
        ...

    @property
    def weight(self) -> Callable[[str], tuple[int, frozenset[str], str | None] | None]:
        """Gives score, countries and home of a name by its key, None where no place bears it."""
        ...


def find_names(text: str, names: Names, country_codes: frozenset[str] = frozenset()) -> list[NameSpan]:
    """Place names in `text`, in order and without overlap.

    Little-known names need a preposition, a kind word, or a country that the text or `country_codes` (alpha-3) names.
    """
    words = NameTokens(text)
    reader = _Reader(words, names, country_codes)
    spans = reader.read()
    if reader.doubtful and reader.countries != country_codes:
        # names that only their country makes likely: a second look, now that the text's countries are known
        spans = _Reader(words, names, frozenset(reader.countries)).read()
    return _share_kind_words(text, spans, names)


class _Reader:
    def __init__(self, words: NameTokens, names: Names, country_codes: frozenset[str]) -> None:
        self.text = text = words.text
        self.names = names
        self.countries = set(country_codes)
        self.shouted = text.isupper()
        self.doubtful = False
        self.spans: list[NameSpan] = []
        self.last_countries: frozenset[str] = frozenset()
        self.words = words
        self.tokens = words.tokens

    def read(self) -> list[NameSpan]:
        spans = self.spans
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if not (token.is_capital or self.words.is_article(index)) or self.words.follows_article(index):
                index += 1
                continue
            last, span = self._longest(index)
            if span is None:
                index += 1
            else:
                spans.append(span)
                index = last + 1
        return spans

    def _longest(self, first: int) -> tuple[int, NameSpan | None]:
        unlisted: tuple[int, NameSpan] | None = None
        for last in self.words.ends(first):
            start, end = self.tokens[first].start, self.tokens[last].end
            name = self.text[start:end]
            weight = self.names.weight(name_key(name))
            kind_word, span_start, span_end, end_token = self._kind_word(first, last)
            if weight is not None and self._is_place(first, last, weight, kind_word):
                if weight[0] >= _KNOWN_WIDELY and weight[2] is not None:
                    self.countries.add(weight[2])
                self.last_countries = weight[1]
                if kind_word and self._goes_on(first, last, kind_word):
                    continue
                text = self.text[span_start:span_end]
                return end_token, NameSpan(span_start, span_end, text, name, kind_word, True)
            if weight is None and unlisted is None and kind_word and self._can_be_unlisted(first, last, kind_word):
                text = self.text[span_start:span_end]
                unlisted = end_token, NameSpan(span_start, span_end, text, name, kind_word, False)
        return unlisted or (first, None)

    def _can_be_unlisted(self, first: int, last: int, kind_word: str) -> bool:
        if self.shouted or not self.names.kind_words[kind_word.casefold()].is_sure:
            return False
        words = self.tokens[first : last + 1]
        if any(word.key in _BINDING for word in words):
            return False
        if any(word.key in self.names.kind_words or word.key in _DIRECTIONS for word in words):
            return False
        if len(words) > 1 and words[0].key in _OPENING:
            words = words[1:]
        return all(self.names.word_class(word.key) is None for word in words if word.is_capital)

    def _goes_on(self, first: int, last: int, kind_word: str) -> bool:
        """Whether a longer unlisted name stands after "town of": the known name is then only its beginning."""
        longest = self.words.ends(first)[0]
        return longest > last and self.words.gap(last) == " " and self._can_be_unlisted(first, longest, kind_word)

    def _kind_word(self, first: int, last: int) -> tuple[str | None, int, int, int]:
        """The kind word beside a name, the span with it, and the last token of that span."""
        start, end = self.tokens[first].start, self.tokens[last].end
        opens = last + 1 < len(self.tokens) and self.tokens[last + 1].key in self.names.kind_openings
        for size in (3, 2, 1) if opens else ():
            final = last + size
            if final < len(self.tokens) and all(self.words.gap(i) in (" ", "\u00a0", "-") for i in range(last, final)):
                word = self.text[self.tokens[last + 1].start : self.tokens[final].end]
                is_kind = word.casefold() in self.names.kind_words and not self._is_of_another(final, word)
                if is_kind and (size > 1 or not _opens_name(self, final)):
                    return word, start, self.tokens[final].end, final
        taken = self.spans[-1].end if self.spans else 0
        if (opening := self._kind_before(first, taken)) is not None:
            return opening.text, opening.start, end, last
        # only "of" or "of the" leads back to a kind word
        follows_of = first > 1 and ("of" in (self.tokens[first - 1].key, self.tokens[first - 2].key))
        for size in (3, 2, 1) if follows_of else ():
            before = first - 1 - size
            # "Guma county of Benue State": the county is Guma, and Benue a state
            if before < 0 or self.tokens[before].start < taken or self.tokens[last].key in self.names.kind_words:
                continue
            gap = self.text[self.tokens[first - 1].start - 1 : start]
            if self.tokens[first - 1].key == "the" and before > 0:
                before -= 1
                gap = self.text[self.tokens[first - 2].start - 1 : start]
            of_index = before + size
            word = self.text[self.tokens[before].start : self.tokens[of_index - 1].end]
            if word.casefold() in self.names.kind_words and _OF.fullmatch(gap):
                return word, self.tokens[before].start, end, last
        return None, start, end, last

    def _kind_before(self, first: int, taken: int) -> NameToken | None:
        """The kind word that stands right before a name: the "Barangay" of "Barangay Tibungco"."""
        before = self.tokens[first - 1] if first else None
        if before is None or before.start < taken or self.words.gap(first - 1) not in (" ", "\u00a0"):
            return None
        meaning = self.names.kind_words.get(before.key)
        return before if meaning is not None and meaning.is_before else None

    def _is_of_another(self, index: int, word: str) -> bool:
        """Whether the kind word is of the name that follows: "the West Bank city of Jenin"."""
        meaning = self.names.kind_words[word.casefold()]
        return meaning.kinds[0] == "settlement" and self.text.startswith(" of ", self.tokens[index].end)

    def _is_place(
        self, first: int, last: int, weight: tuple[int, frozenset[str], str | None], kind_word: str | None
    ) -> bool:
        score, countries, _ = weight
        words = self.tokens[first : last + 1]
        if first == last and (self._tells_place(words[0]) or words[0].key in PARTICLES):
            return False
        if last + 1 < len(self.tokens) and self.words.gap(last) == " " and self.words.is_article(last + 1):
            # the beginning of a name that is spelled otherwise elsewhere: the "Maarat" of "Maarat al-Numan"
            return False
        if self.words.is_tied_on(last):
            return False
        classes = [self.names.word_class(word.key) for word in words if word.is_capital]
        is_common = all(classes)
        if kind_word and not (is_common and not self.names.kind_words[kind_word.casefold()].is_sure):
            follows = self.text[self.tokens[last].end :].lstrip().startswith(kind_word)
            return len(words) > 1 or classes[0] in (None, "name") or not follows or kind_word.istitle()
        if self.shouted:
            return score >= _KNOWN_WIDELY and not is_common
        before = self.tokens[first - 1] if first else None
        is_beside = before is not None and self.words.gap(first - 1) in (" ", "\u00a0")
        preposition = before.key if before is not None and is_beside and not before.is_capital else ""
        is_placed = preposition in _PLACING or (before is not None and is_beside and before.key in _PLACING)
        if len(words) > 2 and not is_common and all(self.words.gap(i) == "-" for i in range(first, last)):
            return True  # "Dasht-e-Archi" can be nothing else
        if preposition == "on" and any(t.key in _DEEDS for t in self.tokens[max(0, first - 5) : first - 1]):
            preposition = "into"  # "a strike on Serhiivka", "an attack by rebels on Boga"
            is_placed = not is_common and score >= _TOWN
        if (is_placed or preposition in _MOVING) and self._has_parent_after(last, countries):
            return True
        if is_common:
            if len(words) == 1 and not (is_placed and classes == ["name"] and score >= _KNOWN_WIDELY):
                return False
            if not (is_placed or score >= _KNOWN_BY_ALL):
                return False
        if self._is_inside_a_person(first, last, score, classes):
            return False
        if score >= _KNOWN_WIDELY or is_placed:
            return True
        if is_common:
            return False
        if _is_listed_on(self, first, countries) or preposition in ("into", "between", "through", "via"):
            return True
        if self.countries & countries and (score >= _TOWN or preposition in _MOVING or len(words) > 1):
            return True
        self.doubtful = True
        return False

    def _is_inside_a_person(self, first: int, last: int, score: int, classes: list[str | None]) -> bool:
        """Whether capitals beside the name make it part of a person's or a body's name."""
        if first and self.words.gap(first - 1) in (" ", "-") and self.tokens[first - 1].is_capital:
            before = self.tokens[first - 1]
            word_class = self.names.word_class(before.key)
            if word_class in ("title", "name"):
                return True
            if (
                word_class is None
                and not self._tells_place(before)
                and self.names.weight(name_key(before.text)) is None
            ):
                return score < _KNOWN_EVERYWHERE
        if last + 1 < len(self.tokens) and self.words.gap(last) == " " and self.tokens[last + 1].is_capital:
            after = self.tokens[last + 1]
            word_class = self.names.word_class(after.key)
            if word_class in ("word", "title") or self._tells_place(after):
                return False
            return word_class == "name" or "name" in classes or score < _KNOWN_EVERYWHERE
        return False

    def _tells_place(self, token: NameToken) -> bool:
        return token.key in _DIRECTIONS or token.key in self.names.kind_words

    def _has_parent_after(self, last: int, countries: frozenset[str]) -> bool:
        """Whether ", France" follows a name that France knows."""
        if last + 1 >= len(self.tokens) or self.words.gap(last) != ", " or not self.tokens[last + 1].is_capital:
            return False
        for end in self.words.ends(last + 1):
            parent = self.names.weight(name_key(self.text[self.tokens[last + 1].start : self.tokens[end].end]))
            if parent is not None and parent[0] >= _KNOWN_WIDELY and parent[1] & countries:
                return True
        return False


def _opens_name(reader: _Reader, index: int) -> bool:
    """Whether a capitalised kind word opens another name: the "City" of "Helmand City Council"."""
    token = reader.tokens[index]
    return (
        token.is_capital
        and not reader.shouted
        and index + 1 < len(reader.tokens)
        and reader.words.gap(index) == " "
        and reader.tokens[index + 1].is_capital
        and not reader.names.kind_words[token.key].is_sure
    )


def _is_listed_on(reader: _Reader, first: int, countries: frozenset[str]) -> bool:
    """Whether the name goes on a list of places of one country: "Doshi and Andarab"."""
    if not reader.spans:
        return False
    gap = reader.text[reader.spans[-1].end : reader.tokens[first].start]
    return bool(_LIST_GAP.fullmatch(gap)) and bool(reader.last_countries & countries)


def _share_kind_words(text: str, spans: list[NameSpan], names: Names) -> list[NameSpan]:
    """Gives each name of a list its kind word: "Kunduz and Takhar provinces", "districts of Doshi and Nahrin"."""
    shared = list(spans)
    order = list(range(len(spans)))
    for indexes, is_leading in ((order[::-1], False), (order, True)):
        plural: str | None = None
        edge = -1
        for index in indexes:
            span = shared[index]
            gap = text[span.end : edge] if not is_leading else text[edge : span.start] if edge >= 0 else ""
            if span.kind_word is None and plural and _LIST_GAP.fullmatch(gap):
                shared[index] = replace(span, kind_word=plural)
            elif span.kind_word and _is_plural(span.kind_word, names):
                begins = span.text.casefold().startswith(span.kind_word.casefold())
                plural = span.kind_word if begins is is_leading else None
            else:
                plural = None
            edge = span.end if is_leading else span.start
    return shared


def _is_plural(kind_word: str, names: Names) -> bool:
    word = kind_word.casefold()
    return word.endswith("ies") or (word.endswith("s") and word.removesuffix("s") in names.kind_words)
