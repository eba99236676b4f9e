"""Where a place should lie, by the words around it: what its sentence puts it in, what the document names, its source.

In come place texts, out comes a scope. A parent that nothing knows binds nothing; nothing is refused.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache, lru_cache

from tasks import vocabularies
from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import Gazetteer, Place
from tasks.language.name_keys import name_key
from tasks.resolve.place_scope import METROPOLIS_FROM, PlaceReading, Scope, alike_in, is_own_name
from tasks.resolve.place_words import CAPITAL_OF, PlaceWordsReader


class PlaceSettings:
    """Draws the scope of a place from the texts around it. A function of its arguments alone."""

    def __init__(self, gazetteer: Gazetteer, countries: Countries, words: PlaceWordsReader) -> None:
        self.gazetteer = gazetteer
        self.countries = countries
        self.words = words
        self._leans = lru_cache(maxsize=2_000)(self._read_leans)
        self._country_of = lru_cache(maxsize=20_000)(self._read_country)

    def country_of(self, text: str) -> str | None:
        """The country that a place's words name or lie in, where the words alone leave no doubt: alpha-3."""
        return self._country_of(text)

    def antecedent(self, parent: str, context: tuple[str, ...]) -> str:
        """The nearest place of the document that a parent without a name means: "Khost district of the province"."""
        words = self.words.read(parent)
        if words.name or not words.kinds:
            return parent
        kind = words.kinds[:1]
        named = [text for text in context if self.words.read(text).name]
        of_kind = [text for text in named if self.words.read(text).kinds[:1] == kind]
        bare = [text for text in named if self.gazetteer.lookup(self.words.read(text).name, kind)]
        return next(iter((*of_kind, *bare)), parent)

    def scope(self, parents: tuple[str, ...], context: tuple[str, ...], hint: str | None) -> Scope:
        """Where a place should lie: `parents` bind, `context` and the country `hint` only lean."""
        leaning, admin1_times, home, main_admin1 = self._leans(context, hint)
        country = admin1 = admin2 = town = None
        for parent in reversed(parents):
            division = _abbreviated().get(parent)
            state = self.gazetteer.place(division) if division else None
            if state is not None and country in (None, state.country_code):
                country, admin1, admin2, town = state.country_code, state.admin1_code, None, None
                continue
            named = self.words.country_named(parent, country)
            if named is not None:
                if named != country:  # "Russia's Krasnodar region": the wider one may stand first
                    country, admin1, admin2, town = named, None, None, None
                continue
            place = self._parent(parent, country, admin1, leaning, hint, home)
            if place is None:
                continue
            country = place.country_code or country
            admin1 = place.admin1_code if place.kind_code != "region" else admin1
            admin2 = place.admin2_code if place.kind_code == "admin2" else None
            town = place if place.kind_code == "settlement" else None
        return Scope(country, admin1, admin2, leaning, admin1_times, hint, town, home, main_admin1)

    def _parent(
        self,
        text: str,
        country: str | None,
        admin1: str | None,
        leaning: tuple[str, ...],
        hint: str | None,
        home: str | None,
    ) -> Place | None:
        words = self.words.read(text)
        if not words.name or CAPITAL_OF.match(words.name):
            return None
        kinds = words.kinds or ("admin1", "admin2", "region", "settlement", "country")
        for code, division in ((country, admin1), (country, None)) if country else ((None, None),):
            found = self.gazetteer.lookup(words.name, kinds, code, division)
            if country is None:
                # a bare parent is a division sooner than a town, and lies where the document does
                order = (*leaning, hint)
                rank = {code: index for index, code in reversed(list(enumerate(order)))}
                found = sorted(found, key=lambda place: rank.get(place.country_code, len(order)))
                is_abroad = bool(found) and leaning and found[0].country_code not in order
                if is_abroad and not _is_known_abroad(found[0]) and (home or not is_own_name(found[0], words.name)):
                    found = []  # "Matta tehsil" in a report on Swat is no Mata of Brazil's
                found = found or alike_in(self.gazetteer, words.name, kinds, order)
            if found:
                return found[0]
        return None

    def _read_country(self, text: str) -> str | None:
        code = self.words.country_named(text)
        if code is not None:
            return code
        words = self.words.read(text)
        for parent in reversed(words.tail):
            code = self._country_of(parent)
            if code is not None:
                return code
        return self.home(words.name) if words.name else None

    def home(self, name: str) -> str | None:
        """The country of a name that is borne by one country's places alone, or far more widely known there."""
        weight = self.gazetteer.weight(name_key(name))
        return weight[2] if weight is not None else None

    def _read_leans(
        self, context: tuple[str, ...], hint: str | None
    ) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...], str | None, str | None]:
        """Countries and first-level divisions that the document names, oftenest first, then nearest, the divisions with
        how often; the country and the division that are oftener named than all others together."""
        meant = self._countries_meant(context, hint)
        codes = [code for text in context if (code := meant[text])]
        counted = Counter(codes)
        countries = tuple(sorted(counted, key=lambda code: (-counted[code], codes.index(code))))
        divisions: list[str] = []
        for text in context:
            words = self.words.read(text)
            if not words.name or not countries or self.countries.code(words.name):
                continue
            kinds = words.kinds or ("admin1", "settlement", "admin2")
            for place in self.gazetteer.lookup(words.name, kinds, meant[text] or countries[0])[:1]:
                if place.admin1_code:
                    divisions.append(place.admin1_code)
        often = Counter(divisions)
        home = countries[0] if countries and 2 * counted[countries[0]] > len(codes) else None
        ranked = tuple((code, often[code]) for code in sorted(often, key=lambda c: (-often[c], divisions.index(c))))
        main = ranked[0][0] if ranked and 2 * ranked[0][1] > len(divisions) else None
        return countries, ranked, home, main

    def _countries_meant(self, context: tuple[str, ...], hint: str | None) -> dict[str, str | None]:
        """The country of each text of a document, None where nothing tells.

        A name that places of several countries bear means the one of the country that most other names of the document
        speak for, which only one country has, and where none does the country of the hint ("Grimsby", "York"); else the
        country where it is far more widely known.
        """
        borne = {text: self._bearers(text) for text in context}
        sure = Counter(next(iter(codes)) for codes in borne.values() if len(codes) == 1)
        found: dict[str, str | None] = {}
        for text, codes in borne.items():
            spoken_for = max(sorted(codes), key=lambda code: sure[code], default=None) if len(codes) > 1 else None
            if not sure and hint in codes:
                found[text] = hint
            else:
                found[text] = spoken_for if spoken_for and sure[spoken_for] else self._country_of(text)
        return found

    def _bearers(self, text: str) -> frozenset[str]:
        """The countries that a text may mean: the one that it names, else all that have a place of its name."""
        named = self.words.country_named(text)
        if named is not None:
            return frozenset((named,))
        name = self.words.read(text).name
        weight = self.gazetteer.weight(name_key(name)) if name else None
        return weight[1] if weight is not None else frozenset()

    def capital_in(self, context: tuple[str, ...]) -> Place | None:
        """The nearest capital of a country that the document names: what "the capital" means where several countries
        are told of."""
        for text in context:
            code = self._country_of(text)
            capital = self.gazetteer.capital(self.gazetteer.place(f"country:{code}")) if code else None
            if capital is not None and capital.label == self.words.read(text).name:
                return capital
        return None

    def in_main_province(self, reading: PlaceReading, scope: Scope) -> PlaceReading:
        """The reading of a name that no gazetteer knows, in the first-level division that the document names oftener
        than all others of the country together; as it was where there is none.

        A village in a report on Taraba State lies there. The capital's division proves nothing, for who speaks sits
        there.
        """
        if reading.country_code is None or reading.admin1_code is not None:
            return reading
        country = self.gazetteer.place(f"country:{reading.country_code}")
        capital = self.gazetteer.capital(country)
        seat = capital.admin1_code if capital is not None else None
        inside = [
            place
            for code in scope.admin1s
            if code != seat and (place := self.gazetteer.place(f"admin1:{code}")).country_code == reading.country_code
        ]
        main = inside[0] if inside else None
        if main is None or (len(inside) > 1 and main.admin1_code != scope.main_admin1):
            return reading
        times = dict(scope.admin1_times)
        if times.get(seat or "", 0) > times[main.admin1_code or ""]:
            return reading  # more is told of the capital than who speaks there
        name, code = main.admin1_name, main.admin1_code
        return replace(reading, rule_id=f"{reading.rule_id}:in_main_province", admin1_name=name, admin1_code=code)

    def container(self, scope: Scope) -> tuple[Place, str]:
        """The narrowest place that the parents of a scope name, and the rule. The scope must have a country."""
        if scope.town is not None:
            return scope.town, "in_parent_town"
        if scope.admin2:
            return self.gazetteer.place(f"admin2:{scope.admin2}"), "in_parent_district"
        if scope.admin1:
            return self.gazetteer.place(f"admin1:{scope.admin1}"), "in_parent_province"
        return self.gazetteer.place(f"country:{scope.country}"), "in_parent_country"


def _is_known_abroad(place: Place) -> bool:
    """Whether a place that others lie in is believed though no country that the document names has it."""
    return place.kind_code not in ("settlement", "admin2") or place.population >= METROPOLIS_FROM


@cache
def _abbreviated() -> dict[str, str]:
    """The first-level divisions, by place_id, that abbreviations behind a town mean: "La.", "TX"."""
    rows = vocabularies.load("division_abbreviations")
    return {row["abbreviation"]: f"admin1:{row['admin1_code']}" for row in rows.to_dict("records")}
