"""Takes the words of a place apart.

In come words such as "near the city of Kunduz" or "Ghazni province's Andar district"; out go the name, the kinds that
its kind word allows, what the words put it in, and what they say around it. Refused is any decision about which place
is meant: see tasks.resolve.places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import Gazetteer

_WAYS = r"(?:north|south|east|west)(?:-?(?:east|west))?"
_RELATION = re.compile(
    rf"^(?:(?:just |right |close |some |about |roughly |\d[\d,.]* (?:km|kilometers|kilometres|miles|mi) )*"
    rf"(?:near(?:by)?(?: to)?|close to|outside(?: of)?|around|off|along|bordering|"
    rf"(?:to )?the (?:{_WAYS}|outskirts|suburbs|vicinity|edge) of|(?:the )?outskirts of|{_WAYS} of|between))\s+",
    re.IGNORECASE,
)
_IN_FRONT = re.compile(r"^(?:in|at|into|inside|within|from|to|of|on|across|throughout)\s+(?=\S)", re.IGNORECASE)
_THE = re.compile(r"^(?:the|its|their|his|that|this|same)\s+", re.IGNORECASE)
_PART = re.compile(
    rf"^(?:the )?(?:far )?(?:{_WAYS}(?:ern|ernmost)?|central|downtown|rural|upper|lower|greater|mid)"
    r"[\s-]+(?:parts? of )?",
    re.IGNORECASE,
)
_WAY = re.compile(rf"{_WAYS}ern|central|coastal")
_BREAK = re.compile(r",\s+|\s+(?:in|near|of the|inside|within|outside)\s+|\s+\(|\)\s*")
CAPITAL_OF = re.compile(
    r"^(?:the )?(?P<of>provincial|regional|state|national|district)? ?capital(?: city)?(?: of (?:the )?(?P<name>.+))?$",
    re.IGNORECASE,
)
ITS_CAPITAL = re.compile(
    r"^(?P<name>.+?)(?:['’]s?)? (?:(?:provinci|region)al |state )?capital(?: city)?$", re.IGNORECASE
)
_OWNER = re.compile(r"^(?P<owner>.+?)['’]s\s+(?P<rest>.+)$")
_CAPITAL_NAMED = re.compile(r"^(?:provincial |regional |state |national )?capital(?: city)?,? (?!of )", re.IGNORECASE)
_OF_FORM = re.compile(r"^(?P<kind>[^\W\d_][\w -]*?) of (?:the )?(?P<name>.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The name ("" where only a kind is told), kinds by its kind word, likeliest first, what holds it, narrowest first,
    and marks: near (not in it), part (a part of it), within (said of something there)."""

    name: str
    kinds: tuple[str, ...]
    tail: tuple[str, ...]
    marks: tuple[str, ...]


class PlaceWordsReader:
    """Takes place words apart with the gazetteer's names and kind words, and the countries'."""

    def __init__(self, gazetteer: Gazetteer, countries: Countries) -> None:
        self.gazetteer = gazetteer
        self.countries = countries
        self.read = lru_cache(maxsize=20_000)(self._read)

    def country_named(self, text: str, within: str | None = None) -> str | None:
        """The country that a text is the name or people of, unless a country that holds it has a division called so."""
        words = _THE.sub("", _IN_FRONT.sub("", text.strip(" ,;:")))
        code = self.countries.code(words)
        if code is not None and within not in (None, code) and self.gazetteer.lookup(words, ("admin1",), within):
            return None
        return code

    def _read(self, text: str) -> PlaceWords:
        rest = " ".join(text.split()).strip(" ,;:.\"“”'‘’") if not text.rstrip().endswith("U.S.") else text.strip()
        marks: list[str] = []
        relation = _RELATION.match(rest)
        if relation and len(rest) > relation.end():
            rest = rest[relation.end() :]
            marks.append("near")
        rest = _IN_FRONT.sub("", rest)
        bare = _THE.sub("", rest)
        if self._is_whole(rest) or self._is_whole(bare):
            return PlaceWords(rest if self._is_whole(rest) else bare, (), (), tuple(marks))
        whole = CAPITAL_OF.match(bare)
        if whole and whole["name"] and self.countries.code(whole["name"]):
            return PlaceWords(bare, (), (), tuple(marks))
        parts = [part for part in _BREAK.split(bare) if part.strip()]
        head, tail = (parts[0], tuple(parts[1:])) if parts else (bare, ())
        capital_of = CAPITAL_OF.match(head)
        if capital_of or ITS_CAPITAL.match(head):
            if tail and capital_of and not capital_of["name"]:
                # "the capital, Kabul"
                return PlaceWords(tail[0], ("settlement",), tail[1:], tuple(marks))
            return PlaceWords(head, (), tail, tuple(marks))
        owner = _OWNER.match(head)
        if (
            owner
            and not self.gazetteer.is_name(head)
            and (self.country_named(owner["owner"]) or self._is_named(owner["owner"]))
        ):
            head, tail = owner["rest"], (*tail, owner["owner"])
        capital = _CAPITAL_NAMED.match(head)
        if capital:
            return PlaceWords(head[capital.end() :], ("settlement",), tail, tuple(marks))
        name, kinds, of_tail = self._kind(head)
        if kinds and (people := self._people_before(name)):
            name, tail = "", (people, *tail)  # "the northern German town"
        if kinds and self._describes(name):
            name = ""  # "the northern city", "the besieged town": one that was named before
        tail = (*of_tail, *tail)
        part = _PART.match(name)
        rest = _THE.sub("", name[part.end() :]) if part else ""
        if rest and not self.gazetteer.is_name(name) and (self.gazetteer.is_name(rest) or self.countries.code(rest)):
            name = rest
            marks.append("part")
        elif name and not self.gazetteer.is_name(name) and self.countries.code(name) is None:
            spans = self.gazetteer.names_in(f"in {name}", () if name.isupper() else self.countries.codes())
            if spans and self._is_more_than(name, spans[0].start - 3, spans[0].end - 3):
                name = spans[0].name
                kinds = kinds or self._kinds_of(spans[0].kind_word)
                tail = (*(span.text for span in spans[1:]), *tail)
                marks.append("within")
        return PlaceWords(name, kinds, tail, tuple(marks))

    def _is_more_than(self, text: str, start: int, end: int) -> bool:
        """Whether a text says more than the name in it ("Kunduz airport") and is no longer name ("Dahan-e Ghori")."""
        others = re.findall(r"(?<!-)[^\W\d_]{3,}", text[: max(start, 0)] + " " + text[end:])
        return any(word.islower() or self.gazetteer.word_class(word.casefold()) == "word" for word in others)

    def _people_before(self, words: str) -> str | None:
        """The people or country that with plain words is all that stands before a kind word; None elsewhere."""
        before, _, last = words.rpartition(" ")
        is_said = bool(before) and self._describes(before) and self.countries.is_demonym(last)
        return last if is_said else None

    def _describes(self, words: str) -> bool:
        """Whether the words before a kind word are plain words and no name: "northern", "besieged"."""
        plain = words.islower() and bool(words)
        return plain and all(_WAY.fullmatch(w) or self.gazetteer.word_class(w) == "word" for w in words.split())

    def _is_named(self, text: str) -> bool:
        return self.gazetteer.is_name(self._kind(text)[0] or text)

    def _is_whole(self, text: str) -> bool:
        """Whether the words as they stand are a country's or a place's name, though they hold "of", "in" or a kind."""
        return self.countries.code(text) is not None or (" " in text and self.gazetteer.preferred(text) is not None)

    def _is_ours(self, name: str) -> bool:
        """Whether the name is one that was typed for what it means: the gazetteer's facts lack it."""
        return any(place.place_id.startswith("place:") for place in self.gazetteer.lookup(name)[:1])

    def _kinds_of(self, kind_word: str | None) -> tuple[str, ...]:
        word = (kind_word or "").casefold()
        meaning = self.gazetteer.kind_words.get(word)
        return meaning.kinds if meaning else ()

    def _is_before(self, kind_word: str) -> bool:
        meaning = self.gazetteer.kind_words.get(kind_word.casefold())
        return meaning is not None and meaning.is_before

    def _is_larger(self, whole: str, bare: str, kinds: tuple[str, ...]) -> bool:
        """Whether a place of a kind that is called by all the words is larger than any called by the bare name."""
        named, others = self.gazetteer.lookup(whole, kinds), self.gazetteer.lookup(bare, kinds)
        return bool(named) and (not others or named[0].population > others[0].population)

    def _kind(self, head: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """A name without its kind word, the kinds that this word means, and what an "of" puts it in."""
        of_form = _OF_FORM.match(head)
        if of_form:
            kinds = self._kinds_of(of_form["kind"])
            if kinds and not self.gazetteer.is_name(head):
                return of_form["name"], kinds, ()
            # "Doshi district of Baghlan": the name comes first, what holds it follows
            name, kinds, _ = self._kind(of_form["kind"])
            if kinds and kinds[0] == "settlement":
                # "the West Bank city of Jenin": what holds it comes first
                return of_form["name"], kinds, (name,)
            if kinds and name:
                return name, kinds, (of_form["name"],)
        words = head.split(" ")
        for size in (3, 2, 1):
            kinds = self._kinds_of(" ".join(words[-size:]))
            bare = " ".join(words[:-size])
            if kinds and bare and not self.gazetteer.lookup(bare, kinds) and self.gazetteer.lookup(head, kinds):
                # the kind word is part of the name: "Red Sea", "Bagram Airfield"
                return head, kinds, ()
            if kinds and bare and not self.gazetteer.lookup(bare, kinds) and self._is_ours(head):
                return head, (), ()  # "Green Zone", "Snake Island": no division and no island of that name
            if kinds and bare and self._is_larger(head, bare, kinds[:1]):
                return head, kinds, ()  # "Yuba City" beside Yuba County
            if kinds and len(words) >= size:
                return " ".join(words[:-size]), kinds, ()
        for size in (2, 1):
            opening = " ".join(words[:size])
            kinds = self._kinds_of(opening)
            if kinds and len(words) > size and (kinds[0] == "settlement" or self._is_before(opening)):
                return " ".join(words[size:]), kinds, ()
        return head, (), ()
