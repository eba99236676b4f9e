"""Reads the words of an actor mention as an actor: "three of the Afghan soldiers", "a spokesman for the Taliban".

In come a phrase, the day it is told of, and the countries that the report speaks of; out go id, label, country and
type. Refused is guessing: who is not in the register keeps his words as label, a null id, and the type of its noun.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import pandas as pd
from text_to_num import text2num

from tasks.knowledge import actor_types
from tasks.knowledge.actors.register import Register, is_true, plural
from tasks.knowledge.actors.tokens import Token, tokenise

# closed classes of English function words; what names people lives in seeds/actor_heads.csv and seeds/roles.csv
_LEADING = frozenset(
    "a an the some any several many few about around at least most more than over up to nearly almost approximately "
    "all both each every other another these those this that their his its her our my your no only just dozens dozen "
    "scores hundreds thousands hundred thousand couple of as under between and roughly further additional".split()
)
_PRONOUNS = frozenset("he she they it we i you them him her us me who whom himself herself themselves itself".split())
_AFTER_NOUN = frozenset(
    "of from for with in at on near who which that by to against under including after before during when while where "
    "whose inside outside across around loyal belonging affiliated aligned allied linked based backed led".split()
)
_BELONGING = frozenset("of from for with to within".split())
_LOYAL = frozenset("loyal belonging affiliated aligned".split())
_NAME_PARTICLES = frozenset("al el bin ibn abu ul ur de da del van von bint ben ould ag di la le dos".split())
# before a name these turn it round ("anti-Taliban"); before a force of no named state they say that it is not the
# country's own
_AGAINST = frozenset("anti pro non ex former".split())
_NOT_ITS_OWN = frozenset(
    "foreign international coalition allied multinational western enemy former ex retired peacekeeping mercenary "
    "joint occupying occupation rival neighbouring neighboring arab european african".split()
)
# after a hyphen these make a name the qualifier of somebody else ("US-backed rebels")
_QUALIFYING = ("ed", "held", "born", "style", "era", "friendly")

_MAX_DEPTH = 4


class Reading(NamedTuple):
    """Who a phrase means, and whether its country is taken from the report's and not from the phrase."""

    actor_id: str | None
    label: str
    country_code: str | None
    actor_type_code: str
    is_from_context: bool = False


class _Head(NamedTuple):
    """The noun or role that says what kind of actor it is: indexes of its words, type, and its type before yielding."""

    first: int
    last: int
    type_code: str
    own_type: str


class _Named(NamedTuple):
    first: int
    last: int
    actor_id: str


class _Nation(NamedTuple):
    first: int
    last: int
    country_code: str
    is_adjective: bool


@lru_cache(maxsize=4096)
def _is_number(word: str) -> bool:
    if word[:1].isdigit():
        return word.isdigit()
    try:
        text2num(word, "en")
    except ValueError:
        return False
    return True


class ActorRegister(Register):
    """The register of actors with the reading of actor phrases.

    `actors`, `actor_names`, `actor_heads`, `countries`: see Register. `roles`: role, actor_type_code, speaks_for.
    """

    def __init__(
        self,
        actors: pd.DataFrame,
        actor_names: pd.DataFrame,
        roles: pd.DataFrame,
        actor_heads: pd.DataFrame,
        countries: pd.DataFrame,
    ) -> None:
        super().__init__(actors, actor_names, actor_heads, countries)
        self._nouns: dict[tuple[str, ...], str] = {}
        self._speakers: set[tuple[str, ...]] = set()
        for noun, type_code, speaks_for in [
            *zip(actor_heads["lemma"], actor_heads["actor_type_code"], [False] * len(actor_heads), strict=True),
            *zip(roles["role"], roles["actor_type_code"], roles["speaks_for"], strict=True),
        ]:
            for form in (str(noun), plural(str(noun))):
                words = tuple(token.folded for token in tokenise(form))
                self._nouns.setdefault(words, str(type_code))
                if is_true(speaks_for):
                    self._speakers.add(words)
        self._longest_noun = max((len(words) for words in self._nouns), default=0)
        known_governments = {str(code) for code in actors["country_code"].dropna()}
        self._capitals: dict[tuple[str, ...], str] = {}
        for code in self.countries.codes():
            capital = self.countries.capital(code)
            if capital and code in known_governments:
                self._capitals.setdefault(tuple(token.folded for token in tokenise(capital)), code)

    def type_of(self, text: str) -> str | None:
        """The actor type of the last known noun or role in `text`, None where there is none."""
        tokens = tokenise(text)
        head = self._head(tokens, 0, len(tokens), ())
        return head.type_code if head else None

    def speaks_for(self, text: str) -> bool:
        """Whether `text` holds a role that speaks for somebody else: spokesman, press secretary, envoy."""
        words = [token.folded for token in tokenise(text)]
        return any(
            tuple(words[i : i + length]) in self._speakers
            for length in range(1, self._longest_noun + 1)
            for i in range(len(words) - length + 1)
        )

    def read(
        self,
        text: str,
        on: date | None = None,
        country_codes: Sequence[str] = (),
        refers_to: str | None = None,
    ) -> dict[str, str | None]:
        """The actor that the words of a mention mean.

        `on`: the day of the event, which chooses among actors of one name. `country_codes`: the countries of the event
        or report. `refers_to`: the fuller words that a pronoun or description stands for. Returns text (as given),
        actor_id or null, label, country_code or null, actor_type_code.

        In order: a registered name alone; a registered name in the phrase; a nationality with a part of the state;
        the noun's complement or apposition ("a spokesman for ..."); a part of the state without nationality where the
        report has one country; a bare country, people or capital. Else the id is null, the label the words without
        article and count, the type the noun's, the country that of a nationality in the words. From the report's one
        country only parts of the state take an id; civilians, residents and protesters take its code; others nothing.
        """
        codes = tuple(country_codes)
        reading = self._read(text, on, codes, 0)
        if refers_to and (reading.actor_id is None or reading.is_from_context):
            fuller = self._read(refers_to, on, codes, 0)
            if (fuller.actor_id and not fuller.is_from_context) or (
                reading.actor_id is None and reading.actor_type_code == "unknown"
            ):
                reading = fuller
        return {
            "text": text,
            "actor_id": reading.actor_id,
            "label": reading.label,
            "country_code": reading.country_code,
            "actor_type_code": reading.actor_type_code,
        }

    def _known(self, actor_id: str, label: str | None = None, is_from_context: bool = False) -> Reading:
        row = self._rows[actor_id]
        country = row["country_code"]
        return Reading(
            actor_id,
            label or str(row["label"]),
            str(country) if country else None,
            str(row["actor_type_code"]),
            is_from_context,
        )

    def _read(self, text: str, on: date | None, codes: tuple[str, ...], depth: int) -> Reading:
        tokens = tokenise(text)
        first = 0
        while first < len(tokens) and (tokens[first].folded in _LEADING or _is_number(tokens[first].folded)):
            first += 1
        alone = [tokens] if first in (0, len(tokens)) else [tokens, tokens[first:]]
        for words in alone:
            actor_id = self.choose(self.entries(words), on, codes)
            if actor_id:
                return self._known(actor_id)
        if first == len(tokens) or (len(tokens) == 1 and tokens[0].folded in _PRONOUNS):
            return Reading(None, text.strip(), None, "unknown")

        nations = self._nations(text, tokens)
        names = [
            _Named(a, b, actor_id)
            for a, b, entries in self.spans(tokens)
            if a >= first and (actor_id := self.choose(entries, on, codes))
        ]
        names = [name for name in names if not self._is_turned(tokens, name.first, name.last)]
        end = self._noun_phrase_end(tokens, first, [*names, *nations])
        head = self._head(tokens, first, end, names) or self._national_force(tokens, end, nations)

        inside = [name for name in names if name.last < end]
        if inside:
            reading = self._by_name(tokens, text, inside[-1], head, end)
            if reading:
                return reading
        label = self._tidy(text, tokens, first, end)
        own = [n for n in nations if n.last < end and not self._is_turned(tokens, n.first, n.last)]
        nation = self._nation(tokens, own, head, end)
        is_own = not any(token.folded in _NOT_ITS_OWN for token in tokens[first:end])
        if nation is None:
            whole = self._bare(text, tokens, first, end, on, own)
            if whole:
                return whole
        if head and nation and head.type_code in actor_types.parts_of_state() and is_own:
            return self._of_state(nation.country_code, head, tokens, text, end, on)
        country = nation.country_code if nation else None
        if not nation and end < len(tokens) and depth < _MAX_DEPTH:
            reading = self._by_rest(tokens, text, first, end, head, label, on, codes, depth)
            if reading:
                return reading
        type_code = head.type_code if head else "unknown"
        if head and not nation and is_own and len(set(codes)) == 1 and self._is_local(tokens, first, head):
            if type_code in actor_types.parts_of_state():
                return self._of_state(codes[0], head, tokens, text, end, on, is_from_context=True)
            if type_code in actor_types.with_trait("local"):
                country = codes[0]
        if head is None and not country and own and own[-1].is_adjective and own[-1].last == end - 1:
            return Reading(None, label, own[-1].country_code, "civilians")  # "young Algerians"
        return Reading(None, label, country, type_code)

    def _by_name(self, tokens: list[Token], text: str, name: _Named, head: _Head | None, end: int) -> Reading | None:
        """A phrase that holds a registered name; None where another noun is meant and the name only describes it."""
        actor_id = name.actor_id
        row = self._rows[actor_id]
        is_after = head is not None and head.first > name.last
        is_armed = self.is_person(actor_id) or row["actor_type_code"] in actor_types.armed_or_state()
        if head is not None and is_after and head.type_code in actor_types.bystanders() and is_armed:
            return None
        if is_after and self.is_person(actor_id):
            actor_id = str(row["parent_actor_id"] or actor_id)
        return self._known(actor_id, self._person(tokens, text, head.last + 1, end) if head and is_after else None)

    def _by_rest(
        self,
        tokens: list[Token],
        text: str,
        first: int,
        end: int,
        head: _Head | None,
        label: str,
        on: date | None,
        codes: tuple[str, ...],
        depth: int,
    ) -> Reading | None:
        """A phrase told by what follows its noun: "members of ...", "army of ...", "..., a spokesman for ..."."""
        type_code = head.type_code if head else None
        if type_code in actor_types.bystanders():
            return None
        link = tokens[end].folded
        start = end
        while start < len(tokens) and tokens[start].folded in _BELONGING | _LOYAL:
            start += 1
        is_apposition = start == end and tokens[end].is_broken
        is_inside = link == "in" and type_code in ("police", "government")
        if start == end and is_inside:
            start += 1
        if start >= len(tokens) or (start == end and not is_apposition):
            return None
        rest = self._read(text[tokens[start].start :], on, codes, depth + 1)
        is_state_as_such = bool(rest.actor_id) and rest.actor_type_code == "country"
        is_name = head is None and any(token.is_capitalised for token in tokens[first:end])
        if is_state_as_such and rest.country_code:
            if head is not None and type_code in actor_types.parts_of_state():
                return self._of_state(rest.country_code, head, tokens, text, end, on)
            if is_apposition or is_name:
                return None
            return Reading(
                None, f"{label} {text[tokens[end].start :].strip()}", rest.country_code, type_code or "unknown"
            )
        if is_inside:
            return None
        if is_apposition and (type_code not in (None, "unknown") or rest.actor_type_code in actor_types.bystanders()):
            return None
        if rest.actor_id and (not rest.is_from_context or head is None or type_code == "unknown"):
            person = self._person(tokens, text, head.last + 1 if head else first, end)
            if is_name and not is_apposition and not person:
                return None
            return rest._replace(label=person or rest.label)
        is_known = rest.actor_type_code != "unknown" or bool(rest.country_code)
        is_of_bystanders = link == "of" and type_code == "military" and rest.actor_type_code in actor_types.bystanders()
        if is_of_bystanders or (type_code in (None, "unknown") and is_known):
            whole = label if is_apposition else f"{label} {text[tokens[end].start : tokens[start].start]}{rest.label}"
            return rest._replace(label=whole)
        return None

    def _of_state(
        self,
        country_code: str,
        head: _Head,
        tokens: list[Token],
        text: str,
        end: int,
        on: date | None,
        is_from_context: bool = False,
    ) -> Reading:
        person = self._person(tokens, text, head.last + 1, end)
        actor_id = self.state(country_code, head.type_code, on)
        if actor_id is None:
            return Reading(None, person or text.strip(), country_code, head.type_code, is_from_context)
        return self._known(actor_id, person, is_from_context)

    def _bare(
        self, text: str, tokens: list[Token], first: int, end: int, on: date | None, nations: list[_Nation]
    ) -> Reading | None:
        """A country, a people, or a capital, and nothing else."""
        capital = self._capitals.get(tuple(token.folded for token in tokens[first:end]))
        if capital and tokens[first].is_capitalised:
            return self._known(f"{capital}.country")
        for nation in nations:
            if (nation.first, nation.last) != (first, end - 1):
                continue
            words = text[tokens[first].start : tokens[end - 1].end]
            is_the_state = first == 1 and tokens[0].folded == "the"
            if not nation.is_adjective or is_the_state:
                return self._known(f"{nation.country_code}.country")
            return Reading(None, words, nation.country_code, "civilians")
        return None

    def _nations(self, text: str, tokens: list[Token]) -> list[_Nation]:
        found: list[_Nation] = []
        for span in self.countries.find(text):
            covered = [i for i, token in enumerate(tokens) if token.start < span.end and span.start < token.end]
            if covered:
                found.append(_Nation(covered[0], covered[-1], span.country_code, span.is_demonym))
        return found

    def _nation(self, tokens: list[Token], nations: list[_Nation], head: _Head | None, end: int) -> _Nation | None:
        """The nationality that qualifies the noun; a capital does so too ("Kabul police")."""
        for nation in reversed(nations):
            if nation.last + 1 == end and head is None:
                continue
            if nation.is_adjective or (head is not None and head.last > nation.last):
                return nation
        if head is not None:
            for start in range(head.first - 1, -1, -1):
                code = self._capitals.get(tuple(token.folded for token in tokens[start : head.first]))
                if (
                    code
                    and tokens[start].is_capitalised
                    and head.type_code in actor_types.parts_of_state().keys() - {"military"}
                ):
                    return _Nation(start, head.first - 1, code, False)
        return None

    def _is_turned(self, tokens: list[Token], first: int, last: int) -> bool:
        """Whether a name only qualifies others: anti-X, former X, X-backed."""
        if first > 0 and tokens[first - 1].folded in _AGAINST:
            return True
        after = tokens[last + 1] if last + 1 < len(tokens) else None
        return after is not None and after.is_hyphenated and after.folded.endswith(_QUALIFYING)

    def _noun_phrase_end(self, tokens: list[Token], first: int, spans: Sequence[_Named | _Nation]) -> int:
        """Where the noun phrase stops: at a comma, preposition or relative that no name and no role holds."""
        held = {i for span in spans for i in range(span.first + 1, span.last + 1)}
        index = first + 1
        while index < len(tokens):
            token = tokens[index]
            if index not in held and not token.is_hyphenated:
                length = self._role_length(tokens, index - 1)
                if length > 1:
                    index += length - 1
                    continue
                if token.is_broken or token.folded in _AFTER_NOUN:
                    return index
            index += 1
        return len(tokens)

    def _role_length(self, tokens: list[Token], index: int) -> int:
        """How many words from `index` on are one role or noun, 0 for none."""
        for length in range(min(self._longest_noun, len(tokens) - index), 0, -1):
            words = tokens[index : index + length]
            if all(word.is_joined for word in words[1:]) and tuple(word.folded for word in words) in self._nouns:
                return length
        return 0

    def _head(self, tokens: list[Token], first: int, end: int, names: Sequence[_Named]) -> _Head | None:
        """The last known noun or role of a noun phrase outside of names; it yields to a more telling one before it."""
        held = {i for name in names for i in range(name.first, name.last + 1)}
        found: list[_Head] = []
        index = first
        while index < end:
            length = 0 if index in held else self._role_length(tokens[:end], index)
            if length and not held.intersection(range(index, index + length)):
                type_code = self._nouns[tuple(token.folded for token in tokens[index : index + length])]
                found.append(_Head(index, index + length - 1, type_code, type_code))
                index += length
            else:
                index += 1
        if not found:
            return None
        head = found[-1]
        for before in reversed(found[:-1]):
            weaker = before.type_code != "unknown" and (
                head.type_code == "unknown" or before.type_code in actor_types.actor_type(head.type_code).yields_to
            )
            if weaker:
                head = head._replace(type_code=before.type_code)
        return head

    @staticmethod
    def _national_force(tokens: list[Token], end: int, nations: Sequence[_Nation]) -> _Head | None:
        """The army of a country whose people stand right before a word for a force: "Syrian forces"."""
        last = end - 1
        if tokens[last].folded in ("force", "forces") and any(nation.last == last - 1 for nation in nations):
            return _Head(last, last, "military", "military")
        return None

    def _is_local(self, tokens: list[Token], first: int, head: _Head) -> bool:
        """Whether a noun without nationality may be taken for the country's own.

        Not the bare word "forces", which may be anybody's, and no soldiers with an unknown name before them ("Kurdish
        forces"); police and officials are named after towns and provinces.
        """
        if head.own_type == "military" and head.type_code == "military":
            before = tokens[first : head.first]
            is_bare_force = head.first == head.last and not before and tokens[head.last].folded in ("force", "forces")
            return not is_bare_force and not any(
                token.is_capitalised and not self._role_length(tokens, first + i) for i, token in enumerate(before)
            )
        return True

    def _person(self, tokens: list[Token], text: str, first: int, end: int) -> str | None:
        """The name of a person after a role: words that are all capitalised, particles aside."""
        words = tokens[first:end]
        if not words or not words[0].is_capitalised or not words[-1].is_capitalised:
            return None
        if any(not word.is_capitalised and word.folded not in _NAME_PARTICLES for word in words):
            return None
        return text[words[0].start : words[-1].end]

    def _tidy(self, text: str, tokens: list[Token], first: int, end: int) -> str:
        return " ".join(text[tokens[first].start : tokens[end - 1].end].split())
