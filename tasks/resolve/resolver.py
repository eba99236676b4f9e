"""All that resolution reads, built once a run: register, gazetteer, quantities, crosswalk, and whose country is meant.

In come the checked vocabularies and the gazetteer, out comes a Resolver, which answers where a mention lies and whose
country it is about. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from tasks.knowledge import actor_types, event_types
from tasks.knowledge.actors import ActorRegister, register_of
from tasks.knowledge.addresses import country_domain, host_of
from tasks.knowledge.crosswalk import Crosswalk
from tasks.knowledge.places.countries import Countries, CountryCodeError
from tasks.knowledge.places.gazetteer import Gazetteer, Place
from tasks.language.dates import prefers_day_first
from tasks.language.quantities import Quantities
from tasks.resolve.parties import Parties
from tasks.resolve.place_scope import TOWN_ELSEWHERE_FROM, PlaceReading
from tasks.resolve.places import PlaceReader


def _is_hamlet(place: Place) -> bool:
    return place.kind_code == "settlement" and place.population < TOWN_ELSEWHERE_FROM


@dataclass
class Resolver:
    """All that resolution reads: vocabularies compiled and the gazetteer. Built once a run."""

    vocabularies: Mapping[str, pd.DataFrame]
    gazetteer: Gazetteer
    register: ActorRegister = field(init=False)

    def __post_init__(self) -> None:
        words = self.vocabularies
        self.register = register_of(words)
        self._home_of = lru_cache(maxsize=20_000)(self._read_home)
        self._homes_in = lru_cache(maxsize=2_000)(self._read_homes_in)
        countries = Countries(words["countries"])
        self.places = PlaceReader(self.gazetteer, countries)
        self.parties = Parties(self.register, countries, words["armyless"])
        self.quantities = Quantities(words["quantities"])
        self.crosswalk = Crosswalk(words["crosswalk"])
        sources = words["sources"]
        types = words["event_types"]
        self._takes_place = frozenset(types.loc[types["takes_place"].astype(bool), "code"])
        self._from_afar = event_types.types_with("from_afar")
        self._is_mutual = frozenset(types.loc[types["is_mutual"].astype(bool), "code"])
        self.sources = {row["source_id"]: row for row in sources.to_dict("records")}

    def puts_day_first(self, document: Mapping[str, Any]) -> bool:
        """Whether "03/04/2021" is 3 April: as the document writes elsewhere, else as its source does."""
        own = prefers_day_first([document["text"] or ""])
        return bool(self.sources.get(document["source_id"], {}).get("day_first")) if own is None else own

    def country_of_site(self, document: Mapping[str, Any]) -> str | None:
        """The country, alpha-3, in whose domain the site lies that published a document: a paper tells of its own."""
        sites = (document.get("publisher"), host_of(document.get("url")))
        domains = (domain for site in sites if site and (domain := country_domain(site)))
        try:
            return next((self.places.countries.alpha3(domain) for domain in domains), None)
        except CountryCodeError:
            return None  # ".eu", or no host at all

    def takes_place(self, event_type_code: str) -> bool:
        """Whether a kind of event happens somewhere: talks may be held anywhere."""
        return event_type_code in self._takes_place

    def is_mutual(self, event_type_code: str) -> bool:
        """Whether either side of a kind of event may stand first."""
        return event_type_code in self._is_mutual

    def where(
        self, mention: Mapping[str, Any], hint: str | None, told_in: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> PlaceReading | None:
        """The place that the words of a mention mean; None where it has none. `hint`: a country, alpha-3; `told_in`:
        what the document puts places in, which a hamlet lies in wherever it is named again."""
        text = mention["place_text"]
        if text is None:
            return None
        if mention["place_kind_text"]:
            text = f"{text} {mention['place_kind_text']}"
        reading = self.places.read(text, mention["place_parents"], mention["place_context"], hint)
        parents = told_in.get(mention["place_text"], ())
        is_inside = any(self.places.countries.code(parent) is None for parent in parents)
        if is_inside and not mention["place_parents"] and (reading.place is None or _is_hamlet(reading.place)):
            reading = self.places.read(text, parents, mention["place_context"], hint)
        if reading.place is None and self._is_doers_alone(mention, reading.country_code):
            rule = f"{reading.rule_id}:not_the_doers"
            return replace(reading, rule_id=rule, country_code=None, admin1_name=None, admin1_code=None)
        return reading

    def _is_doers_alone(self, mention: Mapping[str, Any], country: str | None) -> bool:
        """Whether a place that nothing knows was put into a country that only its attacker speaks for, who strikes from
        afar: "a US drone strike in Wadi Zurqan"."""
        if country is None or mention["event_type_code"] not in self._from_afar or mention["place_parents"]:
            return False
        doing = {self.register.read(span["text"])["country_code"] for span in mention["actors"]}
        doing |= {self.places.country_of(span["text"]) for span in mention["actors"]}
        own = (text for text in mention["place_context"] if self.places.countries.code(text) is None)
        return country in doing and all(self.places.country_of(text) != country for text in own)

    def among_people(self, mention: Mapping[str, Any]) -> PlaceReading | None:
        """The country where no place is told but all that the text names is of one country: "a Libyan colonel".

        An army alone tells nothing, nor whose aircraft it was: they act abroad.
        """
        sides = {
            side: [self.register.read(span["text"]) for span in mention[side]] for side in ("actors", "recipients")
        }
        hurt = {party["country_code"] for party in sides["recipients"]} - {None}
        doing = {party["country_code"] for party in sides["actors"]} - {None}
        codes = {code for code in (*hurt, *doing, *self._context_countries(mention)) if code}
        is_army = any(party["actor_type_code"] == "military" for party in sides["actors"])
        is_abroad = is_army or mention["event_type_code"] in self._from_afar
        if len(codes) != 1 or (is_abroad and not hurt):
            return None
        return self.places.country(codes.pop(), "people")

    def at_home(self, mention: Mapping[str, Any]) -> str | None:
        """The one country where the armed groups that a mention names are at home: they seldom act abroad."""
        homes = {self._home_of(span["text"]) for side in ("actors", "recipients") for span in mention[side]} - {None}
        homes = homes or set(self._homes_in(mention["sentence_text"])) - {None}
        return homes.pop() if len(homes) == 1 else None

    def _read_home(self, text: str) -> str | None:
        party = self.register.read(text)
        if party["actor_id"] and party["actor_type_code"] in actor_types.outside_state():
            return party["country_code"]
        # a group that has become a government since
        bearers = [self.register.actor(actor_id) or {} for s in self.register.find(text) for actor_id in s.actor_ids]
        lands = {
            str(row["country_code"]) for row in bearers if row.get("actor_type_code") in actor_types.outside_state()
        }
        return lands.pop() if len(lands) == 1 and "None" not in lands else None

    def _read_homes_in(self, sentence: str) -> tuple[str | None, ...]:
        """Where the armed groups are at home that a sentence names, in whatever part."""
        return tuple(self._home_of(span.text) for span in self.register.find(sentence))

    def near(self, mention: Mapping[str, Any], country: str | None, home: str | None) -> list[str]:
        """The country whose army and police a bare "the army" means: the event's, but for talks held abroad."""
        if mention["event_type_code"] in self._takes_place and country:
            return [country]
        own = home or country
        return [own] if own else self._context_countries(mention)

    def _context_countries(self, mention: Mapping[str, Any]) -> list[str]:
        named = (self.places.country_of(text) for text in (*mention["place_parents"], *mention["place_context"]))
        return list(dict.fromkeys(code for code in named if code))

    def fled_from(self, mentions: Sequence[Mapping[str, Any]]) -> str | None:
        """The country of the one leader of a state who is told to have fled; None where none is."""
        who = [span["text"] for m in mentions if m["event_type_code"] == "displacement" for span in m["actors"]]
        read = [self.register.read(text) for text in who]
        codes = {
            party["country_code"]
            for party in read
            if party["actor_id"]
            and party["actor_type_code"] == "government"
            and self.register.is_person(party["actor_id"])
        }
        return codes.pop() if len(codes) == 1 else None

    def home(self, mentions: Sequence[Mapping[str, Any]], hint: str | None = None) -> str | None:
        """The country in which most of a document's mentions lie, then the first of those; None where none is told.

        Talks are held anywhere: they tell only where nothing else does.
        """
        codes = [
            (mention["event_type_code"] in self._takes_place, reading.country_code)
            for mention in mentions
            if (reading := self.where(mention, hint or self.at_home(mention))) is not None and reading.country_code
        ]
        told = [code for takes_place, code in codes if takes_place] or [code for _, code in codes]
        return max(dict.fromkeys(told), key=told.count, default=None)
