"""Which of the places that bear a name is meant, given where it should lie.

In come the words of a place and its scope, out comes a place with its precision and the rule that chose it, or None
with the rule that refused: a place outside of the scope is no candidate, however well it fits.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.knowledge.places.gazetteer import PRECISION, Gazetteer, Place
from tasks.language.name_keys import consonants, name_key
from tasks.resolve.place_scope import (
    ABROAD_FROM,
    METROPOLIS_FROM,
    SEAT_FROM,
    TOWN_ELSEWHERE_FROM,
    Scope,
    inside_of,
    is_around,
    is_called,
    is_called_by_words,
    is_no_hamlet,
    is_own_name,
    is_provincial_capital,
    seat_alike,
)
from tasks.resolve.place_settings import PlaceSettings
from tasks.resolve.place_words import PlaceWords, PlaceWordsReader

# inhabitants from which a name that a province and its chief town share means the town when no word says which
TOWN_FROM = 100_000
# from the most to the least exact
COARSE = ("point", "settlement", "admin2", "admin1", "country", "unknown")


class PlaceNaming:
    """Chooses among the places of a name. A function of its arguments alone."""

    def __init__(self, gazetteer: Gazetteer, words: PlaceWordsReader, settings: PlaceSettings) -> None:
        self.gazetteer = gazetteer
        self.words = words
        self.settings = settings

    def named(self, words: PlaceWords, scope: Scope) -> tuple[Place | None, str, str]:
        """The place that a name means in a scope, its precision, and the rule; None where none does."""
        if words.name.islower() and self.gazetteer.word_class(name_key(words.name)) == "word":
            return None, "unknown", "no_such_place"  # "bombed the market", not Marquette, which is called so as well
        found = self.gazetteer.lookup(words.name)
        country = self.words.country_named(words.name)
        if country is not None and (not words.kinds or "country" in words.kinds):
            states = [place for place in found if place.kind_code == "admin1" and place.country_code != country]
            # "Niger state" is none of the country's
            held = [place for place in states if "admin1" in words.kinds[:1] or self._is_held(place, scope)]
            elsewhere = inside_of(found, scope) if scope.country not in (None, country) else ([], "")
            if not held and elsewhere[0]:
                return self._of_kind(words, *elsewhere)  # "Lebanon, Ohio"
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
            inside, rule = inside_of(asked, scope, words.name)
            if not inside and is_loose and not (scope.country is None and self._is_wellknown(asked)):
                inside, rule = self._alike_inside(words.name, kinds, scope)
            if not inside and scope.country is None:
                # nothing of that name where the document is: only what everybody knows, or all there is to go by
                is_free = not scope.countries and scope.hint is None and is_no_hamlet(words.name, asked)
                is_known = self._is_wellknown(asked) and (
                    not scope.countries or self._is_known_abroad(words.name, asked)
                )
                is_sure = is_free or is_known or (not scope.home and self._is_only_there(words.name, asked))
                inside, rule = asked if is_sure else [], "widest_known"
            if inside:
                return self._of_kind(words, inside, rule)
        if not found and scope.country is None and not scope.countries and scope.hint is None:
            spelled = self.gazetteer.sounding(words.name)
            if spelled:
                return self._of_kind(words, spelled, "alike_anywhere")
        return None, "unknown", "elsewhere_only" if found else "no_such_place"

    def in_namesake(self, words: PlaceWords, parents: tuple[str, ...]) -> tuple[Place, str, str] | None:
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
        if scope.country:
            return place.country_code == scope.country
        # whose people or army is told of says nothing of where: a place of that country must be named
        return place.country_code in scope.countries and any(
            self.gazetteer.place(f"admin1:{code}").country_code == place.country_code for code in scope.admin1s
        )

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

    def _is_known_abroad(self, name: str, places: list[Place]) -> bool:
        """Whether the first of the places is known in reports on other countries: what is wide, a country's capital, a
        large city, each called so; a town of the name is mostly one of the report's own country that nothing knows."""
        first = places[0]
        if first.kind_code not in ("settlement", "admin2", "admin1"):
            return True
        country = self.gazetteer.place(f"country:{first.country_code}") if first.country_code else None
        capital = self.gazetteer.capital(country) if country else None
        return any(
            place == capital or place.population >= METROPOLIS_FROM or (place is first and place.kind_code == "admin1")
            for place in places
            if place.country_code == first.country_code and is_called(place, name)
        )

    def _is_only_there(self, name: str, places: list[Place]) -> bool:
        """Whether one country alone has places of the name, and the first is a town: "Bambari"."""
        return bool(places) and places[0].population >= 2 * TOWN_ELSEWHERE_FROM and self.settings.home(name) is not None

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
            if alike and admin1 and not scope.country:
                alike = self._larger_alike(name, kinds, code, alike)
            if alike:
                return alike, rule
        return [], ""

    def _larger_alike(self, name: str, kinds: Sequence[str], code: str, alike: list[Place]) -> list[Place]:
        """These places of a province, or a city or district of its country that is spelled more like the name:
        "Nassiriya" is no hamlet Nasara."""
        known = self.gazetteer.lookup(name, kinds or None, code)
        is_city = bool(known) and known[0].population >= ABROAD_FROM and known[0].kind_code in ("settlement", "admin2")
        return known if is_city and is_own_name(known[0], name) and not is_own_name(alike[0], name) else alike

    def _of_kind(self, words: PlaceWords, places: list[Place], rule: str) -> tuple[Place, str, str]:
        if words.kinds:
            asked = [place for place in places if place.kind_code in words.kinds]
            if asked:
                best = min(asked, key=lambda place: words.kinds.index(place.kind_code))
                return best, best.geo_precision_code, f"kind_word:{rule}"
            # only another kind is known: its point will do, but not its precision
            best = places[0]
            wanted = PRECISION.get(words.kinds[0], "unknown")
            coarse = max(wanted, best.geo_precision_code, key=COARSE.index)
            return best, coarse, f"other_kind:{rule}"
        best = places[0]
        same = [place for place in places if place.country_code == best.country_code]
        province = next((place for place in same if place.kind_code == "admin1"), None)
        towns = [place for place in same if place.kind_code == "settlement"]
        if province is not None and best.kind_code in ("admin1", "admin2", "settlement"):
            town = next((place for place in towns if place.admin1_code == province.admin1_code), None)
            town = town or max(towns, key=lambda place: place.population, default=None)
            # a state and a town that only goes by its name as well: Bihar, and Bihar Sharif in it
            is_byname = town is not None and not is_own_name(town, words.name) and is_own_name(province, words.name)
            if town is not None and town.population >= TOWN_FROM and not is_byname:
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
