"""Reads the words of an actor mention as an actor: "three of the Afghan soldiers", "a spokesman for the Taliban".

In come a phrase, the day it is told of, and the countries that the report speaks of; out go id, label, country and
type. Refused is guessing: who is not in the register keeps his words as label, a null id, and the type of its noun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tasks.knowledge import actor_types
from tasks.knowledge.actors.name_index import Words
from tasks.knowledge.actors.named_actors import NamedActors
from tasks.knowledge.actors.noun_phrase import Named, Nation, NounPhrase, is_local, noun_phrase, past_leading
from tasks.knowledge.actors.nouns import Head, Nouns
from tasks.knowledge.actors.states import state_id
from tasks.knowledge.actors.tokens import Token, tokenise

_PRONOUNS = frozenset("he she they it we i you them him her us me who whom himself herself themselves itself".split())
_BELONGING = frozenset("of from for with to within loyal belonging affiliated aligned".split())
_UNKNOWN = "unknown"
# how many phrases may stand in one another: "a spokesman for the head of the army of ..."
_MAX_DEPTH = 4


class ActorReading(NamedTuple):
    """Who a phrase means, and whether its country is taken from the report's and not from the phrase."""

    actor_id: str | None
    label: str
    country_code: str | None
    actor_type_code: str
    is_from_context: bool = False


class Circumstances(NamedTuple):
    """What a phrase is read against: the day, the countries of the event or report, and how deep it is nested."""

    on: date | None
    country_codes: tuple[str, ...]
    depth: int = 0


class _Rest(NamedTuple):
    """What follows a noun phrase: the token where it begins, the word that links it, and how it hangs on.

    `is_apposition`: a comma stands before it; `is_inside`: "in" does, behind police or officials.
    """

    start: int
    link: str
    is_apposition: bool
    is_inside: bool


class PhraseReader:
    """Reads phrases with the named actors, the nouns for people, and the capitals that stand for their states.

    `capitals`: alpha-3 codes by the folded words of a capital.
    """

    def __init__(self, actors: NamedActors, nouns: Nouns, capitals: Mapping[Words, str]) -> None:
        self._actors = actors
        self._nouns = nouns
        self._capitals = capitals

    def read(self, text: str, given: Circumstances) -> ActorReading:
        """The actor that a phrase means; see ActorRegister.read for the order in which it is looked for."""
        tokens = tokenise(text)
        first = past_leading(tokens)
        if actor_id := self._as_a_whole(tokens, first, given):
            return self._known(actor_id)
        if first == len(tokens) or (len(tokens) == 1 and tokens[0].folded in _PRONOUNS):
            return ActorReading(None, text.strip(), None, _UNKNOWN)
        names, nations = self._names(tokens, first, given), self._nations(text, tokens)
        phrase = noun_phrase(text, tokens, first, names, nations, self._nouns)
        return self._by_name(phrase) or self._by_nation(phrase, given)

    def _as_a_whole(self, tokens: list[Token], first: int, given: Circumstances) -> str | None:
        """The actor whose name all the words are, or all but articles and counts."""
        for words in [tokens] if first in (0, len(tokens)) else [tokens, tokens[first:]]:
            meanings = self._actors.index.meanings(words)
            if actor_id := self._actors.choose(meanings, given.on, given.country_codes):
                return actor_id
        return None

    def _names(self, tokens: Sequence[Token], first: int, given: Circumstances) -> list[Named]:
        """The registered names from a token on that mean somebody on the day."""
        return [
            Named(start, last, actor_id)
            for start, last, meanings in self._actors.index.spans(tokens)
            if start >= first and (actor_id := self._actors.choose(meanings, given.on, given.country_codes))
        ]

    def _nations(self, text: str, tokens: Sequence[Token]) -> list[Nation]:
        """The countries and peoples that tokens hold."""
        found: list[Nation] = []
        for span in self._actors.countries.find(text):
            covered = [i for i, token in enumerate(tokens) if token.start < span.end and span.start < token.end]
            if covered:
                found.append(Nation(covered[0], covered[-1], span.country_code, span.is_demonym))
        return found

    def _by_name(self, phrase: NounPhrase) -> ActorReading | None:
        """A phrase that holds a registered name; None where another noun is meant and the name only describes it."""
        name, head = phrase.name, phrase.head
        if name is None:
            return None
        if head is None or head.first <= name.last:
            return self._known(name.actor_id)
        row = self._actors.row(name.actor_id)
        is_person = self._actors.is_person(name.actor_id)
        is_armed = is_person or row["actor_type_code"] in actor_types.armed_or_state()
        if head.type_code in actor_types.bystanders() and is_armed:
            return None
        whose = row["parent_actor_id"] if is_person else None
        return self._known(whose or name.actor_id, phrase.person_from(head.last + 1))

    def _by_nation(self, phrase: NounPhrase, given: Circumstances) -> ActorReading:
        """A phrase without a registered name: by its nationality, by what follows it, by the report's country."""
        nation = self._nation(phrase)
        if nation is None:
            return (
                self._bare(phrase)
                or self._by_rest(phrase, given)
                or self._of_the_reports_country(phrase, given)
                or self._unnamed(phrase)
            )
        if phrase.head and phrase.type_code in actor_types.parts_of_state() and phrase.is_own:
            return self._of_state(nation.country_code, phrase.head, phrase, given)
        return ActorReading(None, phrase.label, nation.country_code, phrase.type_code or _UNKNOWN)

    def _nation(self, phrase: NounPhrase) -> Nation | None:
        """The nationality that qualifies the noun; a capital does so too ("Kabul police")."""
        head = phrase.head
        for nation in reversed(phrase.nations):
            if nation.last + 1 == phrase.end and head is None:
                continue
            if nation.is_adjective or (head is not None and head.last > nation.last):
                return nation
        if head is None or head.type_code == "military" or head.type_code not in actor_types.parts_of_state():
            return None
        for start in range(head.first - 1, -1, -1):
            code = self._capitals.get(tuple(token.folded for token in phrase.tokens[start : head.first]))
            if code and phrase.tokens[start].is_capitalised:
                return Nation(start, head.first - 1, code, False)
        return None

    def _bare(self, phrase: NounPhrase) -> ActorReading | None:
        """A country, a people, or a capital, and nothing else."""
        capital = self._capitals.get(phrase.folded)
        if capital and phrase.words[0].is_capitalised:
            return self._known(state_id(capital, "country"))
        whole = (phrase.first, phrase.end - 1)
        nation = next((nation for nation in phrase.nations if (nation.first, nation.last) == whole), None)
        if nation is None:
            return None
        is_the_state = phrase.first == 1 and phrase.tokens[0].folded == "the"
        if not nation.is_adjective or is_the_state:
            return self._known(state_id(nation.country_code, "country"))
        return ActorReading(None, phrase.written, nation.country_code, "civilians")

    def _by_rest(self, phrase: NounPhrase, given: Circumstances) -> ActorReading | None:
        """A phrase told by what follows its noun: "members of ...", "army of ...", "..., a spokesman for ..."."""
        found = _rest(phrase) if given.depth < _MAX_DEPTH else None
        if found is None:
            return None
        rest = self.read(phrase.rest_from(found.start), given._replace(depth=given.depth + 1))
        if rest.actor_id and rest.actor_type_code == "country" and rest.country_code:
            return self._of_country(phrase, found, rest.country_code, given)
        if found.is_inside:
            return None
        is_untold = phrase.type_code in (None, _UNKNOWN)
        is_bystander = rest.actor_type_code in actor_types.bystanders()
        if found.is_apposition and (not is_untold or is_bystander):
            return None
        if rest.actor_id and (not rest.is_from_context or is_untold):
            person = phrase.person_from(phrase.head.last + 1 if phrase.head else phrase.first)
            is_another = phrase.is_name and not found.is_apposition and not person
            return None if is_another else rest._replace(label=person or rest.label)
        is_known = rest.actor_type_code != _UNKNOWN or bool(rest.country_code)
        is_of_bystanders = found.link == "of" and phrase.type_code == "military" and is_bystander
        if is_of_bystanders or (is_untold and is_known):
            return rest._replace(label=phrase.label if found.is_apposition else _joined(phrase, found, rest.label))
        return None

    def _of_country(
        self, phrase: NounPhrase, rest: _Rest, country_code: str, given: Circumstances
    ) -> ActorReading | None:
        """A phrase whose rest is a state as such: "the army of Mali", "residents of Mali"."""
        if phrase.head and phrase.type_code in actor_types.parts_of_state():
            return self._of_state(country_code, phrase.head, phrase, given)
        if rest.is_apposition or phrase.is_name:
            return None
        label = f"{phrase.label} {phrase.rest_from(phrase.end).strip()}"
        return ActorReading(None, label, country_code, phrase.type_code or _UNKNOWN)

    def _of_the_reports_country(self, phrase: NounPhrase, given: Circumstances) -> ActorReading | None:
        """A noun without nationality where the report is about one country: a part of its state, or its people."""
        head = phrase.head
        if head is None or not phrase.is_own or len(set(given.country_codes)) != 1:
            return None
        if not is_local(phrase, head, self._nouns):
            return None
        code = given.country_codes[0]
        if head.type_code in actor_types.parts_of_state():
            return self._of_state(code, head, phrase, given, is_from_context=True)
        is_of_the_place = head.type_code in actor_types.with_trait("local")
        return ActorReading(None, phrase.label, code, head.type_code) if is_of_the_place else None

    def _unnamed(self, phrase: NounPhrase) -> ActorReading:
        """A phrase that tells neither whom it means nor whose they are; a people's word at its end tells its country.

        Example: "young Algerians" are civilians of Algeria.
        """
        last = phrase.nations[-1] if phrase.nations else None
        if phrase.head is None and last and last.is_adjective and last.last == phrase.end - 1:
            return ActorReading(None, phrase.label, last.country_code, "civilians")
        return ActorReading(None, phrase.label, None, phrase.type_code or _UNKNOWN)

    def _of_state(
        self, country_code: str, head: Head, phrase: NounPhrase, given: Circumstances, is_from_context: bool = False
    ) -> ActorReading:
        """The part of a state that a noun names, with the name of a person behind it for label."""
        person = phrase.person_from(head.last + 1)
        actor_id = self._actors.state(country_code, head.type_code, given.on)
        if actor_id is None:
            return ActorReading(None, person or phrase.text.strip(), country_code, head.type_code, is_from_context)
        return self._known(actor_id, person, is_from_context)

    def _known(self, actor_id: str, label: str | None = None, is_from_context: bool = False) -> ActorReading:
        """A registered actor, under its own label or another."""
        row = self._actors.row(actor_id)
        return ActorReading(
            actor_id, label or row["label"], row["country_code"], row["actor_type_code"], is_from_context
        )


def _rest(phrase: NounPhrase) -> _Rest | None:
    """What follows a noun phrase and may tell who is meant; None where nothing does."""
    tokens, end = phrase.tokens, phrase.end
    if end == len(tokens) or phrase.type_code in actor_types.bystanders():
        return None
    start = end
    while start < len(tokens) and tokens[start].folded in _BELONGING:
        start += 1
    link = tokens[end].folded
    is_apposition = start == end and tokens[end].is_broken
    is_inside = link == "in" and phrase.type_code in ("police", "government")
    if start == end and is_inside:
        start += 1
    if start >= len(tokens) or (start == end and not is_apposition):
        return None
    return _Rest(start, link, is_apposition, is_inside)


def _joined(phrase: NounPhrase, rest: _Rest, label: str) -> str:
    """A noun phrase, the words that link it with its rest, and the rest by its label."""
    link = phrase.text[phrase.tokens[phrase.end].start : phrase.tokens[rest.start].start]
    return f"{phrase.label} {link}{label}"
