"""Where a mention lies, as linking compares places: how exact, what holds it, what it is called.

In come the place columns of a resolved mention; out come a Where, how two of them lie to each other, and the narrower
of two. A place that no gazetteer knows is known by its name alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Literal

from tasks.language.name_keys import name_key
from tasks.link.rows import Row
from tasks.link.weights import WEIGHTS
from tasks.link.words import SPOTS

POINT, SETTLEMENT, ADMIN2, ADMIN1, COUNTRY, NOWHERE = 5, 4, 3, 2, 1, 0
RANKS = {
    "point": POINT,
    "settlement": SETTLEMENT,
    "admin2": ADMIN2,
    "admin1": ADMIN1,
    "country": COUNTRY,
    "unknown": NOWHERE,
}

Relation = Literal["same", "inside", "open", "apart"]
"""How two places lie: one place, one in the other, not told, or two places that are never one event's."""

# what `read_where` asks of a mention
PLACE_COLUMNS = (
    *("geo_precision_code", "country_code", "place_text", "place_id", "place_label", "latitude", "longitude"),
    *("admin1_code", "admin1_name", "admin2_code", "admin2_name"),
)

_WORD = re.compile(r"[^\W_]+")
EARTH_DIAMETER_KM = 12742


@dataclass(slots=True, frozen=True)
class Where:
    """A place with the divisions that hold it; rank POINT to NOWHERE; the words of its name."""

    rank: int
    country: str | None
    admin1: str | None
    admin2: str | None
    place_id: str | None
    name: frozenset[str]
    is_unresolved: bool
    latitude: float | None
    longitude: float | None


def read_where(row: Row) -> Where:
    """The place of a row of `resolved_mentions`."""
    rank = RANKS[row["geo_precision_code"]]
    country = row["country_code"]
    text = row["place_text"]
    # "the Weheliye Hotel" and "the Jalaa military camp" are spots in some town and not the names of others
    last = text.split()[-1] if text else ""
    unresolved = row["place_id"] is None and last[:1].isupper() and last.casefold() not in SPOTS
    label = text if unresolved else row["place_label"]
    return Where(
        rank=rank,
        country=country,
        admin1=_division(country, row["admin1_code"], row["admin1_name"]) if rank >= ADMIN1 else None,
        admin2=_division(country, row["admin2_code"], row["admin2_name"]) if rank >= ADMIN2 else None,
        place_id=row["place_id"],
        name=name_words(label) if label else frozenset(),
        is_unresolved=unresolved,
        latitude=row["latitude"],
        longitude=row["longitude"],
    )


def name_words(text: str) -> frozenset[str]:
    """The words of a name, in the form in which names are compared."""
    return frozenset(_WORD.findall(name_key(text)))


def _division(country: str | None, code: str | None, name: str | None) -> str | None:
    return code or (f"{country}.{name_key(name)}" if name else None)


def narrower(one: Where, other: Where) -> Where:
    """The finer place of the two (the first of equals), with what the other alone tells of divisions and name."""
    fine, coarse = (one, other) if one.rank >= other.rank else (other, one)
    return Where(
        rank=fine.rank,
        country=fine.country or coarse.country,
        admin1=fine.admin1 or coarse.admin1,
        admin2=fine.admin2 or coarse.admin2,
        place_id=fine.place_id,
        name=fine.name or coarse.name,
        # the union is called what the finer one is called, else what the other is
        is_unresolved=fine.is_unresolved if fine.name else coarse.is_unresolved,
        latitude=fine.latitude,
        longitude=fine.longitude,
    )


def kilometres(one: Where, other: Where) -> float | None:
    """Great-circle distance of two places; None where a coordinate is missing."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, south = radians(one.latitude), radians(other.latitude)
    across = sin((north - south) / 2) ** 2
    across += cos(north) * cos(south) * sin(radians(one.longitude - other.longitude) / 2) ** 2
    return EARTH_DIAMETER_KM * asin(min(1.0, sqrt(across)))


def is_namesake(one: Where, other: Where) -> bool:
    """One name holds all words of the other."""
    return bool(one.name and other.name) and (one.name <= other.name or other.name <= one.name)


def place_relation(one: Where, other: Where) -> Relation:
    """How the two lie to each other. Two places of one rank are never one event's."""
    if one.country and other.country and one.country != other.country:
        return "apart"
    if (one.admin1 and other.admin1 and one.admin1 != other.admin1) or (
        one.admin2 and other.admin2 and one.admin2 != other.admin2
    ):
        return "apart"
    if (one.is_unresolved or other.is_unresolved) and one.name and other.name and not one.name & other.name:
        # a name that no gazetteer knows is still the name of another place, unless the other is what holds it
        held = other if one.is_unresolved else one
        if held.is_unresolved or held.rank >= SETTLEMENT:
            return "apart"
    if one.rank == other.rank:
        return _same_rank(one, other)
    fine, coarse = (one, other) if one.rank > other.rank else (other, one)
    return _inside(fine, coarse)


def _same_rank(one: Where, other: Where) -> Relation:
    if one.rank == NOWHERE:
        # a village that no gazetteer knows is one place in all reports that name it
        return "same" if one.is_unresolved and other.is_unresolved and one.name == other.name else "open"
    if one.rank == COUNTRY:
        return "same"
    if one.rank == ADMIN1 and one.admin1 and other.admin1:
        return "same"
    if one.rank == ADMIN2 and one.admin2 and other.admin2:
        return "same"
    if one.place_id and other.place_id:
        if one.place_id == other.place_id:
            return "same"
        return _within(kilometres(one, other), WEIGHTS.spot_km, "same") if one.rank > SETTLEMENT else "apart"
    return "same" if one.name and one.name == other.name else "apart"


def _inside(fine: Where, coarse: Where) -> Relation:
    if coarse.rank == NOWHERE:
        return "open"
    if coarse.rank == COUNTRY:
        return "inside" if fine.country else "open"
    if coarse.rank == ADMIN1:
        return "inside" if fine.admin1 and coarse.admin1 else "open"
    if coarse.rank == ADMIN2:
        # many towns carry no district: the name tells ("Imam Sahib" of "Imam Sahib District"), else the distance
        if (fine.admin2 and coarse.admin2) or (fine.name and fine.name <= coarse.name):
            return "inside"
        return _within(kilometres(fine, coarse), WEIGHTS.district_km, "inside")
    if fine.place_id and fine.place_id == coarse.place_id:
        return "same"
    return _within(kilometres(fine, coarse), WEIGHTS.town_km, "inside")


def _within(between: float | None, limit: float, relation: Relation) -> Relation:
    """This relation where they lie that near, else apart; an unknown distance is none that is near."""
    return relation if between is not None and between <= limit else "apart"
