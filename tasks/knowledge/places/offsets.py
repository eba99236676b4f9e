"""Read where something happened beside named places: "12 km north of Kunduz", "between Gusau and Funtua".

In come the words of a place, out come the words of the place that they start from with distance and direction, or of
the two that they lie between; nothing where they hold neither. Moving a point is plane geometry on a sphere, good to
the precision that such words have.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

_DIRECTIONS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
# kilometres; degrees of latitude a kilometre, on a sphere of 6371 km
_UNITS = {"km": 1.0, "kilometre": 1.0, "kilometer": 1.0, "mile": 1.609344, "mi": 1.609344}
_DEGREES_A_KILOMETRE = 360 / (2 * math.pi * 6371)
_OFFSET = re.compile(
    r"(?:(?:about|around|some|roughly|nearly|almost|just)\s+)?(?P<number>\d+(?:[.,]\d+)?)[\s-]*"
    r"(?P<unit>kilometres?|kilometers?|km|miles?|mi)\.?\s*(?:\([^)]*\)\s*)?(?:to the\s+)?"
    r"(?P<direction>(?:north|south)[\s-]?(?:east|west)|north|south|east|west)(?:ern)?\s+(?:of|from)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:(?:the )?(?:road|highway|route) )?between (?:the )?(?P<first>.+) and (?:the )?(?P<second>.+)"
)
_ROAD = re.compile(
    r"(?:the )?(?P<first>[A-Z][^-–—]+)[-–—](?P<second>[A-Z].+?) (?:highway|road|motorway|expressway|route)"
)


class Offset(NamedTuple):
    """Kilometres and degrees clockwise from north, and the words of the place that they are counted from."""

    kilometres: float
    bearing: float
    origin: str


def read_offset(text: str) -> Offset | None:
    """The offset that the words of a place begin with, or None."""
    found = _OFFSET.match(text)
    if found is None or not text[found.end() :]:
        return None
    number = float(found["number"].replace(",", "."))
    unit = found["unit"].lower()
    direction = re.sub(r"[\s-]", "", found["direction"].lower())
    kilometres = number * _UNITS[unit if unit in _UNITS else unit.rstrip("s")]
    return Offset(kilometres, 45.0 * _DIRECTIONS.index(direction), text[found.end() :])


def read_between(text: str) -> tuple[str, str] | None:
    """The words of the two places that a place lies between, or on the road from one to the other; or None."""
    found = _BETWEEN.fullmatch(text) or _ROAD.fullmatch(text)
    return (found["first"], found["second"]) if found else None


def offset_before(text: str, start: int) -> int:
    """Where an offset that ends right before a name begins; the name's own start where there is none."""
    reach = max(0, start - 80)
    for found in _OFFSET.finditer(text, reach, start):
        if found.end() == start:
            return found.start()
    return start


def moved(latitude: float, longitude: float, offset: Offset) -> tuple[float, float]:
    """The point so far away, in degrees to four digits, some ten metres."""
    degrees = offset.kilometres * _DEGREES_A_KILOMETRE
    north = degrees * math.cos(math.radians(offset.bearing))
    east = degrees * math.sin(math.radians(offset.bearing)) / max(0.01, math.cos(math.radians(latitude)))
    return round(max(-90.0, min(90.0, latitude + north)), 4), round((longitude + east + 180) % 360 - 180, 4)
