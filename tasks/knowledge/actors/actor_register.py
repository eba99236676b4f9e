"""The register of actors: named actors and the reading of actor phrases, all that a stage asks who somebody is.

In come the frames of the actor vocabularies and the countries; out go rows, spans, sides and readings of phrases.
Refused are registers that contradict themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date

import pandas as pd

from tasks.knowledge.actors.name_index import Words
from tasks.knowledge.actors.named_actors import NamedActors
from tasks.knowledge.actors.nouns import Nouns
from tasks.knowledge.actors.phrase_reader import Circumstances, PhraseReader
from tasks.knowledge.actors.tokens import key, tokenise
from tasks.knowledge.places.countries import Countries

VOCABULARIES = ("actors", "actor_names", "roles", "actor_heads", "countries")
"""The vocabularies that a register is made of, in the order in which it takes them."""


class ActorRegister(NamedActors):
    """The register of actors with the reading of actor phrases.

    `actors`, `actor_names`, `actor_heads`, `countries`: see NamedActors. `roles`: role, actor_type_code, speaks_for.
    Raises ActorRegisterError where they contradict themselves.
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
        self._nouns = Nouns(actor_heads, roles)
        with_actors = {str(code) for code in actors["country_code"].dropna()}
        self._reader = PhraseReader(self, self._nouns, _capitals(self.countries, with_actors))

    def type_of(self, text: str) -> str | None:
        """The actor type of the last known noun or role in `text`, None where there is none."""
        tokens = tokenise(text)
        head = self._nouns.head(tokens, 0, len(tokens))
        return head.type_code if head else None

    def speaks_for(self, text: str) -> bool:
        """Whether `text` holds a role that speaks for somebody else: spokesman, press secretary, envoy."""
        return self._nouns.speaks_for(key(text))

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
        given = Circumstances(on, tuple(country_codes))
        reading = self._reader.read(text, given)
        if refers_to and (reading.actor_id is None or reading.is_from_context):
            fuller = self._reader.read(refers_to, given)
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


def _capitals(countries: Countries, codes: Set[str]) -> dict[Words, str]:
    """The capitals of these countries by their folded words; the first country by code where two share a name."""
    capitals: dict[Words, str] = {}
    for code in countries.codes():
        capital = countries.capital(code)
        if capital and code in codes:
            capitals.setdefault(key(capital), code)
    return capitals


# the frames of the last register that was made, and the register: stages of one run ask for the same
_made: list[tuple[list[pd.DataFrame], ActorRegister]] = []


def register_of(vocabularies: Mapping[str, pd.DataFrame]) -> ActorRegister:
    """The register of these vocabularies, by name; the one that was made before for the very same frames.

    Raises ActorRegisterError where they contradict themselves.
    """
    frames = [vocabularies[name] for name in VOCABULARIES]
    for known, register in _made:
        if all(one is other for one, other in zip(known, frames, strict=True)):
            return register
    _made[:] = [(frames, ActorRegister(*frames))]
    return _made[0][1]
