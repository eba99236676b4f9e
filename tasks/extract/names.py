"""Put names over a parse: actors and places by vocabulary first, the parser's own entities behind them.

In comes a parsed sentence, out comes the name, if any, that each token belongs to, and the word classes of a token.
The small model takes districts for persons and armed groups for firms; where a vocabulary knows better, it overrules.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from spacy.tokens import Doc, Token

from tasks.extract.lexicon import Lexicon, designation
from tasks.extract.people import people
from tasks.extract.unlisted import placed_names, unlisted_places
from tasks.extract.word_groups import words
from tasks.knowledge import actor_types
from tasks.knowledge.actors import ActorRegister
from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.knowledge.places.spans import NameSpan
from tasks.language import syntax
from tasks.language.name_keys import name_key

_ENTITY_CLASSES = {
    "PERSON": frozenset({"person"}),
    "ORG": frozenset({"organisation", "group"}),
    "GPE": frozenset({"place"}),
    "LOC": frozenset({"place"}),
    "FAC": frozenset({"place", "building"}),
    "NORP": frozenset({"group", "civilian"}),
}
# A capitalised word that nothing knows may be any of these.
_UNKNOWN_NAME = frozenset({"place", "person", "organisation", "group"})
_OF_NAME = re.compile(r" of (?:the )?[A-Z]")
# initials, behind which a name is somebody's: "J. B. Jordan"; not those of a land or a body ("U.S. Syria policy")
_INITIALS = re.compile(r"(?<![\w.])(?!U\. ?[SNK]\.|D\. ?C\.|E\. ?U\.)[A-Z]\. ?(?:[A-Z]\. ?)*$")
_NEXT_WORD = re.compile(r" (?P<word>[a-z]+)\b")
_PRONOUN_CLASSES = {
    "he": frozenset({"person", "leader"}),
    "she": frozenset({"person", "leader"}),
    "they": frozenset({"person", "force", "group", "civilian"}),
    "it": frozenset({"organisation", "group", "country", "force"}),
    "who": frozenset({"person", "force", "group", "civilian", "leader"}),
    "we": frozenset({"force", "group", "organisation", "country"}),
}


@dataclass(frozen=True, eq=False)
class Name:
    """One name in a sentence, by half-open offsets, with the classes that it satisfies; equal to itself alone."""

    start: int
    end: int
    text: str
    kind: str  # actor, place, country, demonym, entity
    classes: frozenset[str]
    actor_ids: tuple[str, ...] = ()
    kind_word: str | None = None  # what kind of place the text says it is
    country_code: str | None = None
    is_capital: bool = False
    countries: frozenset[str] = frozenset()  # where a known place may lie


@dataclass
class SentenceNames:
    """The names of one parsed sentence, in the order of its text.

    `text` and `words` are those of the parse, which makes them anew at each call. What is asked of the names often is
    worked out once: `holding`, whether the first of two lies in the second, and `parents` and `held`, for which
    see place_parents.
    """

    doc: Doc
    names: list[Name]
    _lexicon: Lexicon
    text: str = field(init=False)
    words: list[Token] = field(init=False)
    holding: dict[tuple[Name, Name], bool] = field(default_factory=dict)
    parents: dict[tuple[Name, tuple[Name, ...]], list[Name]] = field(default_factory=dict)
    held: dict[tuple[Name, ...], frozenset[Name]] = field(default_factory=dict)
    _by_token: dict[int, Name] = field(default_factory=dict)
    _heads: dict[Name, Token] = field(default_factory=dict)
    _classes: dict[int, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.text = syntax.text_of(self.doc)
        self.words = list(self.doc)
        self._starts = [token.idx for token in self.words]
        for name in self.names:
            for token in self.tokens(name):
                self._by_token[token.i] = name

    def tokens(self, name: Name) -> list[Token]:
        """The tokens that a name touches."""
        return self.between(name.start, name.end)

    def between(self, start: int, end: int) -> list[Token]:
        """The tokens that a stretch of the sentence touches, half-open offsets."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_left(self._starts, end)
        return [t for t in self.words[first:last] if t.idx + len(t) > start]

    def beside(self, start: int, end: int) -> tuple[Token | None, Token | None]:
        """The words that begin right before a stretch of the sentence and right behind it, half-open offsets."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        before = next((self.words[i] for i in range(first - 1, -1, -1) if not self.words[i].is_space), None)
        return before, next((t for t in islice(self.words, last, None) if not t.is_space), None)

    def head(self, name: Name) -> Token:
        """The token of the name that the rest of the sentence hangs on to."""
        if name not in self._heads:
            self._heads[name] = self._head(name)
        return self._heads[name]

    def _head(self, name: Name) -> Token:
        inside = self.tokens(name)
        numbers = {t.i for t in inside}
        outward = [t for t in inside if t.head == t or t.head.i not in numbers]
        return outward[-1] if outward else inside[-1]

    def is_saying(self, verb: Token) -> bool:
        """Whether a verb says something, or does something by saying it ("condemned")."""
        lemma = verb.lemma_.lower()
        triggers = self._lexicon.triggers.get(("verb", lemma), ())
        speaks = any(trigger.event_type_code in self._lexicon.is_speech_act for trigger in triggers)
        return lemma in self._lexicon.reporting_verbs or speaks

    def of(self, token: Token) -> Name | None:
        """The name that a token belongs to, or None."""
        return self._by_token.get(token.i)

    def classes(self, token: Token) -> frozenset[str]:
        """The word classes that a noun phrase's head satisfies."""
        if token.i not in self._classes:
            self._classes[token.i] = self._classes_of(token)
        return self._classes[token.i]

    def _classes_of(self, token: Token) -> frozenset[str]:
        lemma = token.lemma_.lower()
        classes = self._lexicon.classes
        found = set(classes.get(lemma) or classes.get(designation(lemma), set()))
        name = self.of(token)
        if (name is not None and self.head(name) == token) or (name is not None and token.pos_ == "PROPN"):
            found |= name.classes
            if name.kind == "demonym" and token.text.endswith("s") and token.pos_ in ("PROPN", "NOUN"):
                found |= {"civilian", "person"}  # "Egyptians"
        if token.pos_ == "PROPN" and any(
            "leader" in self._lexicon.classes.get(c.lemma_.lower(), ()) for c in syntax.children(token, "compound")
        ):
            found.add("leader")  # "General Haidari"
        if found & {"civilian", "leader", "crowd"}:
            found.add("person")
        if found & {"leader", "person"} and self._is_of_force(token):
            found.add("force")  # "police commanders"
        if "building" in found and self._is_of_force(token):
            found.add("installation")  # "police station", "the army's camp"
        pronoun = _PRONOUN_CLASSES.get({"them": "they", "him": "he", "her": "she"}.get(token.lower_, token.lower_))
        if pronoun:
            found |= pronoun
        if token.lower_ == "old" and token.i and token.nbor(-1).text == "-":
            found |= {"person", "civilian"}  # "a 19-year-old"
        if token.pos_ == "NOUN" and not found and token.lemma_.lower().endswith(tuple(words("person_ending"))):
            found.add("person")
        if token.pos_ == "PROPN" and (name is None or name.kind == "entity"):
            found.add("name")
        if token.pos_ == "PROPN" and found <= {"name"}:
            found |= _UNKNOWN_NAME
        return frozenset(found)

    def _is_of_force(self, token: Token) -> bool:
        owners = syntax.children(token, "compound", "amod", "nmod", "poss")
        return any("force" in self._lexicon.classes.get(c.lemma_.lower(), ()) for c in owners)


class NameFinder:
    """Finds the names of sentences with the register, the gazetteer and the countries."""

    def __init__(self, lexicon: Lexicon, register: ActorRegister, gazetteer: Gazetteer, countries: Countries):
        self._lexicon = lexicon
        self._register = register
        self._gazetteer = gazetteer
        self._countries = countries
        self._capitals = {capital for code in countries.codes() if (capital := countries.capital(code))}
        # each sentence is asked twice: for what the document places, and for its own names
        self._unlisted_in = lru_cache(maxsize=1024)(lambda text: tuple(unlisted_places(text, gazetteer.word_class)))

    def country_codes(self, text: str) -> tuple[str, ...]:
        """The countries that a text names or whose people it names."""
        return tuple(dict.fromkeys(span.country_code for span in self._countries.find(text)))

    def peoples(self, text: str) -> list[str]:
        """The peoples that a text names, in its order, those within an actor's name too ("Tunisian police")."""
        return [span.text for span in self._countries.find(text) if span.is_demonym]

    def unlisted(self, text: str) -> list[str]:
        """The names in place position that no vocabulary knows ("villagers in Mabisio")."""
        return [text[start:end] for start, end in self._unlisted_in(text)]

    def people(self, text: str) -> frozenset[str]:
        """The words of the names of persons that a document names in full; lands and capitals are never among them."""
        found = people(text, self._gazetteer.word_class, self._lexicon.offices)
        return frozenset(word for word in found if word not in self._capitals and not self._countries.find(word))

    def known(
        self,
        text: str,
        country_codes: tuple[str, ...] = (),
        placed: Collection[str] = (),
        persons: Collection[str] = (),
    ) -> list[Name]:
        """The names of a text without a parse, in its order; of names that overlap the longest.

        Those that the vocabularies have, little places in the countries of `country_codes` alone; behind them names
        that only their position shows to be a place's, here or (`placed`) elsewhere in the document. A bare word that
        is the name of one of the document's `persons` is no place.
        """
        found: list[Name] = []
        for span in self._register.find(text):
            found.append(
                Name(span.start, span.end, span.text, "actor", self._actor_classes(span.actor_ids), span.actor_ids)
            )
        for land in self._countries.find(text):
            kind = "demonym" if land.is_demonym else "country"
            classes = frozenset({"group"}) if land.is_demonym else frozenset({"country", "place"})
            found.append(Name(land.start, land.end, land.text, kind, classes, country_code=land.country_code))
        places = [
            replace(_place(span), countries=self._countries_of(span))
            for span in self._gazetteer.names_in(text, country_codes)
            if not self._is_people_of_another(span, text) and (span.kind_word or _unowned(span.text) not in persons)
        ]
        found += [replace(p, is_capital=True) if p.text in self._capitals else p for p in places]
        found = [n for n in found if n.kind == "actor" or not _INITIALS.search(text, 0, n.start)]
        found = _longest(found)
        unlisted = (name for name in self._unlisted(text, placed) if _unowned(name.text) not in persons)
        return _longest([*found, *(name for name in unlisted if not _meets(name, found))])

    def _unlisted(self, text: str, placed: Collection[str]) -> Iterator[Name]:
        """Names that their position shows to be a place's, with the kind word behind them: "in Kayamla village"."""
        for start, end in [*self._unlisted_in(text), *placed_names(text, placed)]:
            after = _NEXT_WORD.match(text, end)
            kind_word = after["word"] if after and after["word"] in self._gazetteer.kind_words else None
            end = after.end() if after and kind_word else end
            yield Name(start, end, text[start:end], "place", frozenset({"place"}), kind_word=kind_word)

    def _countries_of(self, span: NameSpan) -> frozenset[str]:
        weight = self._gazetteer.weight(name_key(span.name))
        return weight[1] if weight else frozenset()

    def _is_of_person(self, name: Name, doc: Doc, starts: Mapping[int, int]) -> bool:
        """Whether a place's name is the last of somebody's: "Prime Minister Boubou Cisse"."""
        if name.kind != "place" or name.kind_word is not None:
            return False
        at = starts.get(name.start, 0)
        first = at
        while first and doc[first - 1].pos_ == "PROPN":
            first -= 1
        before = [t for t in doc[max(0, first - 1) : at] if t.pos_ in ("PROPN", "NOUN")]
        titles = [t for t in before if self._lexicon.classes.get(t.lemma_.lower(), set()) & {"leader"}]
        is_other_name = bool(before) and before[-1].pos_ == "PROPN" and before[-1] not in titles
        return bool(titles) and is_other_name

    def _is_people_of_another(self, span: NameSpan, text: str) -> bool:
        """Whether only a people stands before a place's kind and name: "Somali district of Luuq"."""
        return self._countries.is_demonym(span.name) and _OF_NAME.match(text, span.end) is not None

    def over(self, doc: Doc, known: Iterable[Name], persons: Collection[str] = ()) -> SentenceNames:
        """The names of a parsed sentence: those that are `known` first, then the parser's entities that they leave.

        What is named like one of the document's `persons` is one, whatever the parser takes it for.
        """
        starts = {token.idx: token.i for token in doc}
        names = [name for name in known if not self._is_of_person(name, doc, starts)]
        taken = [(n.start, n.end) for n in names]
        for entity in doc.ents:
            classes = _ENTITY_CLASSES.get(entity.label_)
            if (
                classes is None
                or not any(letter.isupper() for letter in entity.text)
                or any(s < entity.end_char and entity.start_char < e for s, e in taken)
            ):
                continue
            kind = "place" if entity.label_ in ("GPE", "LOC") else "entity"
            if kind == "place" and all(part in persons for part in _unowned(entity.text).split()):
                kind, classes = "entity", _ENTITY_CLASSES["PERSON"]
            names.append(Name(entity.start_char, entity.end_char, entity.text, kind, classes))
        return SentenceNames(doc, sorted(names, key=lambda n: n.start), self._lexicon)

    def _actor_classes(self, actor_ids: Iterable[str]) -> frozenset[str]:
        classes: set[str] = set()
        for actor_id in actor_ids:
            actor = self._register.actor(actor_id) or {}
            type_code = actor.get("actor_type_code")
            kind = actor_types.word_class(str(type_code) if type_code else None) or "organisation"
            classes |= {kind, "group"}
            if type_code in actor_types.outside_state():
                classes.add("armed_group")
            if kind == "country":
                classes.add("place")
            if kind == "organisation" and actor.get("parent_actor_id"):
                classes |= {"person", "leader"}
        return frozenset(classes)


def _unowned(text: str) -> str:
    """A name without the mark of an owner: "outside Riva's flat"."""
    return text.removesuffix("'s").removesuffix("’s")


def _place(span: NameSpan) -> Name:
    """A place name; "provinces of Kunduz" is the name Kunduz, whose kind the text tells beside it."""
    start, text = span.start, span.text
    if span.kind_word and text.casefold().startswith(span.kind_word.casefold()) and span.name in text:
        start += text.index(span.name)
        text = span.name
    return Name(start, span.end, span.text[start - span.start :], "place", frozenset({"place"}), (), span.kind_word)


def _meets(name: Name, others: list[Name]) -> bool:
    return any(name.start < other.end and other.start < name.end for other in others)


def _longest(names: list[Name]) -> list[Name]:
    """Without overlaps: longest first, an actor before a country before a place of the same length."""
    rank = {"actor": 0, "demonym": 1, "country": 2, "place": 3}
    chosen: list[Name] = []
    for name in sorted(names, key=lambda n: (-(n.end - n.start), rank[n.kind], n.start)):
        if all(name.end <= other.start or other.end <= name.start for other in chosen):
            chosen.append(name)
    return sorted(chosen, key=lambda n: n.start)
