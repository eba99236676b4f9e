"""Decides which place of a name the text means.

In come the words that place an event, the places that its sentence puts it in, others that the document names, and
the source's country; out goes one place with its columns, its precision and the rule that chose it. Refused are places
outside the countries that the text names, and any precision finer than the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import PRECISION, Gazetteer, Place
from tasks.knowledge.places.offsets import Offset, moved, read_between, read_offset
from tasks.language.name_keys import consonants, name_key
from tasks.resolve.place_scope import (
    ABROAD_FROM,
    SEAT_FROM,
    TOWN_ELSEWHERE_FROM,
    PlaceReading,
    Scope,
    alike_in,
    holder_of,
    inside_of,
    is_around,
    is_called_by_words,
    is_no_hamlet,
    is_provincial_capital,
    seat_alike,
)
from tasks.resolve.place_words import CAPITAL_OF, ITS_CAPITAL, PlaceWords, PlaceWordsReader

# inhabitants from which a name that a province and its chief town share means the town when no word says which
TOWN_FROM = 100_000

# kilometres from a town within which the district is believed to be the town's
NEAR_KM = 25

_COARSE = ("point", "settlement", "admin2", "admin1", "country", "unknown")


class PlaceReader:
    """Reads place words against the gazetteer. Reading is a function of its arguments alone."""

    def __init__(self, gazetteer: Gazetteer, countries: Countries) -> None:
        self.gazetteer = gazetteer
        self.countries = countries
        self.words = PlaceWordsReader(gazetteer, countries)
        self._leans = lru_cache(maxsize=2_000)(self._read_leans)
        self._country_of = lru_cache(maxsize=20_000)(self._read_country)
        self._read = lru_cache(maxsize=20_000)(self._read_words)

    def read(
        self, text: str, parents: Sequence[str] = (), context: Sequence[str] = (), country_hint: str | None = None
    ) -> PlaceReading:
        """The place that `text` means.

        `parents`: places that the sentence puts it in, narrowest first; `context`: other places of the document,
        nearest first; `country_hint`: alpha-3, weighs least. A name that no place of the parents bears is no place of
        the gazetteer's, keeps its words as its label, and lies in the narrowest parent, at its precision; without
        parents, in the country of most places of the context.
        """
        pair = read_between(text)
        if pair is not None:
            return self._between(pair, tuple(parents), tuple(context), country_hint)
        offset = read_offset(text)
        origin = offset.origin if offset else text
        reading = self._read(origin, tuple(parents), tuple(context), country_hint)
        return self._moved(reading, offset) if offset else reading

    def _between(
        self, pair: tuple[str, str], parents: tuple[str, ...], context: tuple[str, ...], hint: str | None
    ) -> PlaceReading:
        """The point half-way, and the narrowest place known to hold it: the parent, else what holds both ends."""
        around = (*parents, *context)
        ends = [self._read(name, (), (other, *around), hint) for name, other in (pair, pair[::-1])]
        points = [(end.latitude, end.longitude) for end in ends if end.latitude is not None]
        scope = self._scope(parents, context, hint)
        held = self._container(scope)[0] if scope.country else None
        both = holder_of(self.gazetteer, *ends)
        places = [place for place in (held, both) if place is not None]
        place = min(places, key=lambda place: _COARSE.index(place.geo_precision_code), default=None)
        if place is None or len(points) < 2:
            known = next((end for end in ends if end.place is not None), ends[0])
            return replace(known, rule_id=f"{known.rule_id}:near")
        reading = self._reading(place, place.geo_precision_code, "between")
        (south, west), (north, east) = points
        middle = round((south + north) / 2, 4), round((west + east) / 2, 4)  # type: ignore[operator]
        return replace(reading, latitude=middle[0], longitude=middle[1])

    def _moved(self, reading: PlaceReading, offset: Offset) -> PlaceReading:
        """The point so far from the place; which district or province that is, no words say."""
        if reading.place is None or reading.latitude is None or reading.longitude is None:
            return reading
        if reading.geo_precision_code not in ("point", "settlement", "admin2"):
            return reading
        latitude, longitude = moved(reading.latitude, reading.longitude, offset)
        is_near = offset.kilometres <= NEAR_KM
        return replace(
            reading,
            latitude=latitude,
            longitude=longitude,
            geo_precision_code="admin2" if is_near else "admin1",
            admin2_name=reading.admin2_name if is_near else None,
            admin2_code=reading.admin2_code if is_near else None,
            rule_id=f"offset:{reading.rule_id}:near",
        )

    def country(self, code: str, rule_id: str) -> PlaceReading:
        """A country as the reading of words that are no place's name."""
        return self._reading(self.gazetteer.place(f"country:{code}"), "country", rule_id)

    def country_of(self, text: str) -> str | None:
        """The country that a place's words name or lie in, where the words alone leave no doubt: alpha-3."""
        return self._country_of(text)

    def _read_words(
        self, text: str, parents: tuple[str, ...], context: tuple[str, ...], country_hint: str | None
    ) -> PlaceReading:
        words = self.words.read(text)
        parents = tuple(self._antecedent(parent, context) for parent in (*words.tail, *parents))
        scope = self._scope(parents, context, country_hint)
        capital = CAPITAL_OF.match(words.name) or ITS_CAPITAL.match(words.name)
        if capital:
            found = self._capital(capital.groupdict(), parents, context, scope)
        elif words.kinds and not words.name:
            found = self._nearest(words.kinds, parents, context, scope)
        else:
            found = self._named(words, scope)
            if found[0] is None and scope.country:
                found = self._in_namesake(words, parents) or found
        place, precision, rule = found
        if place is None:
            return self._unplaced(words, scope, rule)
        return self._reading(place, precision, ":".join((rule, *words.marks)))

    def _unplaced(self, words: PlaceWords, scope: Scope, rule: str) -> PlaceReading:
        """What words lie in that mean no place of the gazetteer, and no finer than that; a name is a place of its own
        there, called as it was told ("Zumabe in Beni territory")."""
        is_named = any(part[:1].isupper() for part in words.name.split()[-1:])
        if scope.country is None:
            return PlaceReading(None, "unknown", rule, words.name if is_named else None, country_code=scope.home)
        place, held_by = self._container(scope)
        reading = self._reading(place, place.geo_precision_code, f"{rule}:{held_by}")
        return replace(reading, place=None, place_label=words.name) if is_named and not scope.town else reading

    # -- where it should lie

    def _antecedent(self, parent: str, context: tuple[str, ...]) -> str:
        """The nearest place of the document that a parent without a name means: "Khost district of the province"."""
        words = self.words.read(parent)
        if words.name or not words.kinds:
            return parent
        kind = words.kinds[:1]
        named = [text for text in context if self.words.read(text).name]
        of_kind = [text for text in named if self.words.read(text).kinds[:1] == kind]
        bare = [text for text in named if self.gazetteer.lookup(self.words.read(text).name, kind)]
        return next(iter((*of_kind, *bare)), parent)

    def _scope(self, parents: tuple[str, ...], context: tuple[str, ...], hint: str | None) -> Scope:
        leaning, admin1s, home = self._leans(context)
        country = admin1 = admin2 = town = None
        for parent in reversed(parents):
            named = self.words.country_named(parent, country)
            if named is not None:
                if named != country:  # "Russia's Krasnodar region": the wider one may stand first
                    country, admin1, admin2, town = named, None, None, None
                continue
            place = self._parent(parent, country, admin1, leaning, hint)
            if place is None:
                continue
            country = place.country_code or country
            admin1 = place.admin1_code if place.kind_code != "region" else admin1
            admin2 = place.admin2_code if place.kind_code == "admin2" else None
            town = place if place.kind_code == "settlement" else None
        return Scope(country, admin1, admin2, leaning, admin1s, hint, town, home)

    def _parent(
        self, text: str, country: str | None, admin1: str | None, leaning: tuple[str, ...], hint: str | None
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
        return self._home(words.name) if words.name else None

    def _home(self, name: str) -> str | None:
        """The country of a name that is borne by one country's places alone, or far more widely known there."""
        weight = self.gazetteer.weight(name_key(name))
        return weight[2] if weight is not None else None

    def _read_leans(self, context: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
        """Countries and first-level divisions that the document names, oftenest first, then nearest, and the country
        that is more often named than all others."""
        codes = [code for code in (self._country_of(text) for text in context) if code]
        counted = Counter(codes)
        countries = tuple(sorted(counted, key=lambda code: (-counted[code], codes.index(code))))
        divisions: list[str] = []
        for text in context:
            words = self.words.read(text)
            if not words.name or not countries or self.countries.code(words.name):
                continue
            kinds = words.kinds or ("admin1", "settlement", "admin2")
            for place in self.gazetteer.lookup(words.name, kinds, self._country_of(text) or countries[0])[:1]:
                if place.admin1_code:
                    divisions.append(place.admin1_code)
        often = Counter(divisions)
        home = countries[0] if countries and 2 * counted[countries[0]] > len(codes) else None
        return countries, tuple(sorted(often, key=lambda code: (-often[code], divisions.index(code)))), home

    # -- which place it is

    def _named(self, words: PlaceWords, scope: Scope) -> tuple[Place | None, str, str]:
        if words.name.islower() and self.gazetteer.word_class(name_key(words.name)) == "word":
            return None, "unknown", "no_such_place"  # "bombed the market", not Marquette, which is called so as well
        found = self.gazetteer.lookup(words.name)
        country = self.words.country_named(words.name)
        if country is not None and (not words.kinds or "country" in words.kinds):
            states = [place for place in found if place.kind_code == "admin1" and place.country_code != country]
            held = [place for place in states if self._is_held(place, scope)]
            if not held or scope.country == country or (scope.country is None and country in scope.countries):
                return self.gazetteer.place(f"country:{country}"), "country", "country"
            return held[0], "admin1", f"division_of_{'parent' if scope.country else 'context'}"
        preferred = self.gazetteer.preferred(words.name)
        is_asked = preferred is not None and (not words.kinds or preferred.kind_code == words.kinds[0])
        if preferred is not None and is_asked and scope.country in (None, preferred.country_code):
            return preferred, preferred.geo_precision_code, "preferred"
        for kinds in dict.fromkeys((words.kinds, ())):
            asked = [place for place in found if place.kind_code in kinds] if kinds else found
            # a district may go by the name of its only known town, never a village by that of its district
            is_loose = kinds == words.kinds or words.kinds[0].startswith("admin")
            inside, rule = inside_of(asked, scope)
            if not inside and is_loose and not (scope.country is None and self._is_wellknown(asked)):
                inside, rule = self._alike_inside(words.name, kinds, scope)
            if not inside and scope.country is None:
                # nothing of that name where the document is: only what everybody knows, or all there is to go by
                is_free = not scope.countries and scope.hint is None and is_no_hamlet(words.name, asked)
                is_sure = is_free or self._is_wellknown(asked) or self._is_only_there(words.name, asked)
                inside, rule = asked if is_sure else [], "widest_known"
            if inside:
                return self._of_kind(words, inside, rule)
        if not found and scope.country is None and not scope.countries and scope.hint is None:
            spelled = self.gazetteer.sounding(words.name)
            if spelled:
                return self._of_kind(words, spelled, "alike_anywhere")
        return None, "unknown", "elsewhere_only" if found else "no_such_place"

    def _in_namesake(self, words: PlaceWords, parents: tuple[str, ...]) -> tuple[Place, str, str] | None:
        """The place whose own province is called like the parent, where the parent was read as a namesake that holds
        no such place: the Atlanta of "Atlanta, Georgia"."""
        inside = [
            place
            for place in self.gazetteer.lookup(words.name)
            if (not words.kinds or place.kind_code in words.kinds) and self._is_in_namesakes(place, parents)
        ]
        return self._of_kind(words, inside, "in_namesake_of_parent") if inside else None

    def _is_in_namesakes(self, place: Place, parents: tuple[str, ...]) -> bool:
        """Whether a parent sounds like the place's first-level division, and no other names another country."""
        if place.kind_code == "admin1" or not place.admin1_name:
            return False
        division = consonants(name_key(self.words.read(place.admin1_name).name or place.admin1_name))
        alike = [text for text in parents if consonants(name_key(self.words.read(text).name or text)) == division]
        others = [self.words.country_named(text) for text in parents if text not in alike]
        return bool(alike) and all(code in (None, place.country_code) for code in others)

    def _is_held(self, place: Place, scope: Scope) -> bool:
        return place.country_code == scope.country if scope.country else place.country_code in scope.countries

    def _is_wellknown(self, places: list[Place]) -> bool:
        """Whether the first of the places is known beyond its country."""
        broad = ("country", "admin1", "region", "river", "water", "mountain")
        if places and is_called_by_words(self.gazetteer, places[0]):
            return False
        return bool(places) and (
            places[0].kind_code in broad
            or places[0].place_id.startswith("place:")
            or places[0].population >= ABROAD_FROM
            or (places[0].population >= TOWN_ELSEWHERE_FROM and is_provincial_capital(self.gazetteer, places[0]))
        )

    def _is_only_there(self, name: str, places: list[Place]) -> bool:
        """Whether one country alone has places of the name, and the first is a town: "Bambari"."""
        return bool(places) and places[0].population >= 2 * TOWN_ELSEWHERE_FROM and self._home(name) is not None

    def _alike_inside(self, name: str, kinds: Sequence[str], scope: Scope) -> tuple[list[Place], str]:
        """Places that are nearly called so, in the parents, else the context, never in a country that these exclude."""
        circles: list[tuple[str, str, str | None]] = []
        if scope.country:
            circles.append(("alike_in_parent", scope.country, scope.admin1))
        else:
            circles += [
                ("alike_in_context", code, admin1) for code in scope.countries[:1] for admin1 in scope.admin1s[:3]
            ]
            # another province than those of the text has villages that only sound so
            circles += [("alike_in_context", code, None) for code in scope.countries[:3] if not scope.admin1s]
            circles += [("alike_in_source_country", scope.hint, None)] if scope.hint else []
        for rule, code, admin1 in circles:
            alike = self.gazetteer.lookup(name, kinds or None, code, admin1)
            if scope.admin2:
                district = self.gazetteer.place(f"admin2:{scope.admin2}")
                alike = [place for place in alike if is_around(district, place)]
            if alike:
                return alike, rule
        return [], ""

    def _of_kind(self, words: PlaceWords, places: list[Place], rule: str) -> tuple[Place, str, str]:
        if words.kinds:
            asked = [place for place in places if place.kind_code in words.kinds]
            if asked:
                best = min(asked, key=lambda place: words.kinds.index(place.kind_code))
                return best, best.geo_precision_code, f"kind_word:{rule}"
            # only another kind is known: its point will do, but not its precision
            best = places[0]
            wanted = PRECISION.get(words.kinds[0], "unknown")
            coarse = max(wanted, best.geo_precision_code, key=_COARSE.index)
            return best, coarse, f"other_kind:{rule}"
        best = places[0]
        same = [place for place in places if place.country_code == best.country_code]
        province = next((place for place in same if place.kind_code == "admin1"), None)
        towns = [place for place in same if place.kind_code == "settlement"]
        if province is not None and best.kind_code in ("admin1", "admin2", "settlement"):
            town = next((place for place in towns if place.admin1_code == province.admin1_code), None)
            town = town or max(towns, key=lambda place: place.population, default=None)
            if town is not None and town.population >= TOWN_FROM:
                return town, "settlement", f"bare_name_is_town:{rule}"
            return province, "admin1", f"bare_name_is_province:{rule}"
        if best.kind_code == "admin2" and not towns and (seat := seat_alike(self.gazetteer, best)) is not None:
            return seat, "settlement", f"bare_name_is_town:{rule}"
        if best.kind_code == "admin2" and towns and towns[0].admin2_code == best.admin2_code:
            # a district and its seat: the town where it is one of size, else the district, which holds both
            if towns[0].population >= SEAT_FROM or is_provincial_capital(self.gazetteer, towns[0]):
                return towns[0], "settlement", f"bare_name_is_town:{rule}"
            return best, "admin2", f"bare_name_is_district:{rule}"
        return best, best.geo_precision_code, f"bare_name:{rule}"

    # -- words without a name

    def _capital(
        self, asked: dict[str, str | None], parents: tuple[str, ...], context: tuple[str, ...], scope: Scope
    ) -> tuple[Place | None, str, str]:
        holder: Place | None = None
        if asked["name"]:
            words = self.words.read(asked["name"])
            code = self.words.country_named(words.name, scope.country)
            if code:
                holder = self.gazetteer.place(f"country:{code}")
            else:
                kinds = words.kinds or ("admin1", "country", "admin2")
                found = self.gazetteer.lookup(words.name, kinds)
                inside, _ = inside_of(found, scope)
                holder = next(iter(inside or ([] if scope.country else found)), None)
        elif (asked.get("of") or "").casefold() in ("provincial", "regional", "state", "district"):
            kind = "admin2" if (asked.get("of") or "").casefold() == "district" else "admin1"
            holder, _, _ = self._nearest((kind,), parents, context, scope)
        elif scope.home and not parents:
            holder = self.gazetteer.place(f"country:{scope.home}")
        else:
            holder, _, _ = self._nearest(("admin1", "country") if parents else ("country",), parents, context, scope)
        capital = self.gazetteer.capital(holder) if holder else None
        if capital is None:
            return None, "unknown", "capital_of_nothing_named"
        return capital, "settlement", "capital"

    def _nearest(
        self, kinds: tuple[str, ...], parents: tuple[str, ...], context: tuple[str, ...], scope: Scope
    ) -> tuple[Place | None, str, str]:
        """The nearest place of a kind that the sentence, else the document, names: "the district"."""
        for rule, texts in (("of_parent", parents), ("of_context", context)):
            for text in texts:
                code = self.words.country_named(text, scope.country)
                if code is not None:
                    if "country" in kinds:
                        return self.gazetteer.place(f"country:{code}"), "country", f"nearest_of_kind:{rule}"
                    continue
                words = self.words.read(text)
                if not words.name or (words.kinds and not set(words.kinds) & set(kinds)):
                    continue
                found = self.gazetteer.lookup(words.name, kinds)
                # a name says nothing of which place of that name it is
                others = tuple(other for other in context if other != text)
                inside, _ = inside_of(found, self._scope(parents, others, scope.hint))
                place = next(iter(inside or ([] if scope.country or scope.countries else found)), None)
                if place is not None and (rule == "of_parent" or self._can_be_meant(place, words, scope)):
                    return place, place.geo_precision_code, f"nearest_of_kind:{rule}"
        if "country" in kinds and (scope.country or scope.hint):
            code = scope.country or scope.hint
            return self.gazetteer.place(f"country:{code}"), "country", "nearest_of_kind:of_parent"
        if "admin1" in kinds and scope.admin1:
            return self.gazetteer.place(f"admin1:{scope.admin1}"), "admin1", "nearest_of_kind:of_parent"
        return None, "unknown", "kind_without_name"

    def _can_be_meant(self, place: Place, words: PlaceWords, scope: Scope) -> bool:
        """Whether a place of the document can be "the town" or "the province": it lies at home, and a bare name that
        reads as a province (Hiiraan) is no town."""
        is_town = place.kind_code == "settlement" and not words.kinds
        reads_as = self._named(words, scope)[1] if is_town else None
        return not scope.home or (place.country_code == scope.home and reads_as not in ("admin1", "country"))

    # -- what goes out

    def _reading(self, place: Place, precision: str, rule: str) -> PlaceReading:
        latitude, longitude = place.latitude, place.longitude
        if latitude is None and place.admin1_code:
            # a district without a point of its own lies on the map where its province does, and says so
            province = self.gazetteer.place(f"admin1:{place.admin1_code}")
            latitude, longitude = province.latitude, province.longitude
            precision = max(precision, "admin1", key=_COARSE.index)
        return PlaceReading(
            place,
            precision,
            rule,
            place.label,
            latitude,
            longitude,
            place.country_code,
            place.admin1_name,
            place.admin1_code,
            place.admin2_name,
            place.admin2_code,
        )

    def _container(self, scope: Scope) -> tuple[Place, str]:
        if scope.town is not None:
            return scope.town, "in_parent_town"
        if scope.admin2:
            return self.gazetteer.place(f"admin2:{scope.admin2}"), "in_parent_district"
        if scope.admin1:
            return self.gazetteer.place(f"admin1:{scope.admin1}"), "in_parent_province"
        return self.gazetteer.place(f"country:{scope.country}"), "in_parent_country"
