"""Where a place should lie, and which of the places of a name do.

In come the places of a name and the scope that a text draws (parents bind, context and hint only lean), out come
those inside the narrowest circle of it. Nothing outside of the parents is let in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from tasks.knowledge.places.gazetteer import Gazetteer, Place, great_circle_km
from tasks.language.name_keys import consonants, name_key, without_article

# inhabitants from which a town of the named country is believed though the text names another province
TOWN_ELSEWHERE_FROM = 20_000
# inhabitants from which one of several places of a name, in several countries, is meant where no country is told
KNOWN_FROM = 5_000
# how alike (0 to 100) a name and a place's label are where it is no more than a spelling of it
OWN_SPELLING = 88.0
# inhabitants from which a place abroad is believed though the document speaks of other countries
ABROAD_FROM = 100_000
# how many times larger a city is for which a hamlet of its name in a province of the context is passed over
CITY_OF = 20
# inhabitants from which a city abroad is meant rather than a hamlet of its name in the countries that the text names
METROPOLIS_FROM = 1_000_000
# how many times larger it is than a town there that is not meant either
METROPOLIS_OF = 80
# inhabitants from which a district's seat is meant by a name that both share, where it is no provincial capital
SEAT_FROM = 25_000
# kilometres from a district's point within which its seat lies
SEAT_KM = 10
# kilometres within which a place can be told as lying in a town
AROUND_TOWN_KM = 60


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """What the words mean: the place (None where unresolved), its columns as in a release, and the rule."""

    place: Place | None
    geo_precision_code: str
    rule_id: str
    place_label: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    country_code: str | None = None
    admin1_name: str | None = None
    admin1_code: str | None = None
    admin2_name: str | None = None
    admin2_code: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the place should lie: parents bind, context and hint only lean; `admin1_times` says how often the context
    names each first-level division, `home` and `main_admin1` are the country and the division of most of it."""

    country: str | None
    admin1: str | None
    admin2: str | None
    countries: tuple[str, ...]
    admin1_times: tuple[tuple[str, int], ...]
    hint: str | None
    town: Place | None = None
    home: str | None = None
    main_admin1: str | None = None

    @property
    def admin1s(self) -> tuple[str, ...]:
        """The first-level divisions of the context, oftenest named first."""
        return tuple(code for code, _ in self.admin1_times)


def inside_of(places: list[Place], scope: Scope, name: str = "") -> tuple[list[Place], str]:
    """Those places that lie in the narrowest circle which the text draws, and that circle's name.

    `name`: what they are called in the text; one that only goes by it gives way to a larger one that bears it.
    """
    if scope.country:
        held = [place for place in places if place.country_code in (scope.country, None)]
        if scope.town is not None:
            held = [place for place in held if is_around(scope.town, place)]
        district = [place for place in held if scope.admin2 and place.admin2_code == scope.admin2]
        province = [place for place in held if scope.admin1 and place.admin1_code == scope.admin1]
        if scope.admin1 and not province:
            # a namesake in another province of the country: only a town, for provinces are misnamed now and then
            held = [p for p in held if p.population >= TOWN_ELSEWHERE_FROM or p.place_id.startswith("place:")]
        named = (("in_parent_district", district), ("in_parent_province", province), ("in_parent_country", held))
        return next(((circle, rule) for rule, circle in named if circle), ([], ""))
    is_metropolis = bool(places) and places[0].population >= METROPOLIS_FROM
    for code in scope.countries:
        held = [place for place in places if place.country_code == code]
        is_small = bool(held) and held[0].population < max(TOWN_ELSEWHERE_FROM, places[0].population // METROPOLIS_OF)
        if is_metropolis and is_small and held[0].kind_code == "settlement":
            continue
        near = [place for admin1 in scope.admin1s for place in held if place.admin1_code == admin1]
        if near and _is_no_match(near[0], held[0] if not is_metropolis else places[0]):
            near = []
        if near and name and _is_byname(near[0], held, name):
            near = []
        if near and held[0].kind_code not in ("country", "admin1"):
            kinds = {place.kind_code for place in near}
            return [*near, *(place for place in held if place.kind_code not in kinds)], "in_context_province"
        if held:
            return held, "in_context_country"
    held = [place for place in places if scope.hint and place.country_code == scope.hint]
    if held and _is_no_match(held[0], places[0]):
        held = []
    return held, "in_source_country"


def _is_no_match(near: Place, known: Place) -> bool:
    """Whether a hamlet of a province that the text names is not meant, but the city, or the district, of that name."""
    if near.kind_code != "settlement" or near.population >= TOWN_ELSEWHERE_FROM:
        return False
    is_peopled = known.kind_code in ("settlement", "admin2", "admin1")
    is_city = is_peopled and known.population >= max(TOWN_ELSEWHERE_FROM, CITY_OF * near.population)
    return is_city or (known.kind_code == "admin2" and near.population < KNOWN_FROM)


def _is_byname(near: Place, held: list[Place], name: str) -> bool:
    """Whether a place of another name only goes by this one as well, and a larger one of the country bears it."""
    if is_own_name(near, name) or near.kind_code != "settlement":
        return False
    return any(place.population > near.population and is_own_name(place, name) for place in held)


def is_own_name(place: Place, name: str) -> bool:
    """Whether a name is a spelling of what a place is called, and no byname."""
    label = name_key(place.label).removesuffix(" district")
    return fuzz.ratio(without_article(name_key(name)), without_article(label)) >= OWN_SPELLING


def is_called(place: Place, name: str) -> bool:
    """Whether a name is what a place is called, with or without the word for its kind: "Texas", "Sagaing" (Region)."""
    return is_own_name(place, name) or name_key(place.label).startswith(f"{name_key(name)} ")


def is_around(town: Place, place: Place) -> bool:
    """Whether a place is near enough to a town to be told as lying in it."""
    if None in (town.latitude, town.longitude, place.latitude, place.longitude):
        return True
    return great_circle_km(town.latitude, town.longitude, place.latitude, place.longitude) <= AROUND_TOWN_KM  # type: ignore[arg-type]


def is_no_hamlet(name: str, places: list[Place]) -> bool:
    """Whether a name alone, told without any country, can mean the first of the places: hamlets share their names, and
    towns go by each other's spellings."""
    if not places or places[0].kind_code not in ("settlement", "admin2"):
        return True
    best = places[0]
    is_own = is_own_name(best, name)
    if len({place.country_code for place in places}) == 1:
        return is_own or best.kind_code == "admin2" or best.population >= ABROAD_FROM
    return best.population >= (KNOWN_FROM if is_own else ABROAD_FROM)


def seat_alike(gazetteer: Gazetteer, district: Place) -> Place | None:
    """The town of size at a district's centre that is called like it in another spelling: "Um Rawaba"."""
    if district.latitude is None or district.longitude is None:
        return None
    sound = consonants(name_key(district.label).removesuffix(" district"))
    around = gazetteer.near(district.latitude, district.longitude, SEAT_KM)
    alike = [p for _, p in around if p.population >= SEAT_FROM and consonants(name_key(p.label)) == sound]
    return alike[0] if alike else None


def is_called_by_words(gazetteer: Gazetteer, place: Place) -> bool:
    """Whether a region of one country is called by common words, which others are called by too: "Blue Line"."""
    is_region = place.kind_code == "region" and place.country_code is not None
    return is_region and all(gazetteer.word_class(word) == "word" for word in name_key(place.label).split())


def alike_in(
    gazetteer: Gazetteer, name: str, kinds: Sequence[str] | None, countries: Sequence[str | None]
) -> list[Place]:
    """Places that are nearly called so, in the first of `countries` that has any."""
    for code in countries:
        found = gazetteer.lookup(name, kinds, code) if code else []
        if found:
            return found
    return []


def holder_of(gazetteer: Gazetteer, first: PlaceReading, second: PlaceReading) -> Place | None:
    """The narrowest division or country in which both lie."""
    for kind, name in (("admin2", "admin2_code"), ("admin1", "admin1_code"), ("country", "country_code")):
        code = getattr(first, name)
        if code and code == getattr(second, name):
            return gazetteer.place(f"{kind}:{code}")
    return None


def is_provincial_capital(gazetteer: Gazetteer, town: Place) -> bool:
    """Whether a town is the seat of its first-level division."""
    return town.admin1_code is not None and gazetteer.capital(gazetteer.place(f"admin1:{town.admin1_code}")) == town
