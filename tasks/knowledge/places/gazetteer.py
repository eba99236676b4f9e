"""The places of the world by name, read-only.

In come names as written, with what is known of kind, country and province; out come places with points, divisions
and population, best first, and the spans of a text that are place names. Refused are guesses across borders: a
spelling is compared loosely inside one given country only.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from tasks.knowledge.places.compiling import cell_of, compile_gazetteer
from tasks.knowledge.places.name_tokens import NameTokens
from tasks.knowledge.places.place_facts import GazetteerError
from tasks.knowledge.places.spans import NameSpan, find_names
from tasks.language.name_keys import consonants, name_key, spelling, without_article

__all__ = ["Gazetteer", "GazetteerError", "NameSpan", "Place", "compile_gazetteer"]

_COLUMNS = """
SELECT p.number, p.place_id, p.label, p.kind_code, p.latitude, p.longitude, p.country_code, p.population,
    a.label, a.place_id, d.label, d.place_id, p.capital
FROM places p LEFT JOIN places a ON a.number = p.admin1 LEFT JOIN places d ON d.number = p.admin2
"""
# how alike (0 to 100) two spellings of one name must be that differ in sound, by whether the province is known
_ALIKE = {True: 84.0, False: 90.0}
# the same where they sound alike, by how many consonants say so
_ALIKE_IN_SOUND = {True: (84.0, 60.0, 58.0), False: (101.0, 76.0, 60.0)}


# the same anywhere on earth: alike to 100, a name of so many consonants, a town of 16,000 people
_ALIKE_ANYWHERE = 88.0
# names of so few letters are told apart by one of them: only known transliterations are spellings of them
_SHORT = 5
_SURE_SOUND = 5
_TOWN_OF_SIZE = 420
# where the second level is called so, and shares its names with towns: labels say which is meant
_DISTRICT_COUNTRIES = frozenset({"AFG", "BGD", "IND", "NPL", "PAK"})
# what the first level is called where news and the field's other sets leave it out: "in Arauca"
_DEPARTMENT = " Department"


# how exact a place of a kind is
PRECISION = {
    "country": "country",
    "admin1": "admin1",
    "admin2": "admin2",
    "settlement": "settlement",
    "point": "point",
    "base": "point",
    "camp": "point",
    "crossing": "point",
    "road": "admin2",
    "mountain": "admin2",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer. Degrees WGS 84; codes as in the release: admin1 "AF.24", admin2 "AF.24.1402"."""

    place_id: str
    label: str
    kind_code: str
    latitude: float | None
    longitude: float | None
    country_code: str | None
    admin1_name: str | None
    admin1_code: str | None
    admin2_name: str | None
    admin2_code: str | None
    population: int

    @property
    def geo_precision_code(self) -> str:
        """How exact the place is; a region is as a province inside one country, unknown across several."""
        return PRECISION.get(self.kind_code) or ("admin1" if self.country_code else "unknown")


@dataclass(frozen=True, slots=True)
class KindWord:
    """What a kind word tells: kinds of place, likeliest first, whether it can mean nothing else, and whether it stands
    before its name ("Barangay Tibungco")."""

    kinds: tuple[str, ...]
    is_sure: bool
    is_before: bool = False


class Gazetteer:
    """Look-ups in the file that `compile_gazetteer` wrote; GazetteerError where there is none.

    Names are compared folded: case, marks, hyphens, apostrophes and "St."/"Saint" do not count.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise GazetteerError(f"there is no gazetteer at {self.path}; compile_gazetteer makes it")
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        self._base = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self.kind_words: dict[str, KindWord] = {}
        words: dict[str, str] = {}
        try:
            self._base.execute("PRAGMA cache_size = -24000")
            for word, word_class in self._base.execute("SELECT word, class FROM words ORDER BY word, class"):
                mark, _, kinds = word_class.partition(" ")
                if mark.endswith("kind"):
                    self.kind_words[word] = KindWord(tuple(kinds.split()), "sure" in mark, "pre" in mark)
                else:
                    words[word] = word_class
        except sqlite3.DatabaseError as error:
            raise GazetteerError(f"{self.path} is no gazetteer: {error}") from error
        self.kind_openings = frozenset(NameTokens(word).tokens[0].key for word in self.kind_words)
        self.word_class = words.get
        # caches live with the object, and are small beside the file
        self.weight = lru_cache(maxsize=60_000)(self._weight)
        self._numbers_of = lru_cache(maxsize=20_000)(self._read_numbers)
        self._place_at = lru_cache(maxsize=20_000)(self._read_place)
        self._alike = lru_cache(maxsize=5_000)(self._read_alike)

    def __reduce__(self) -> tuple[type[Gazetteer], tuple[Path]]:
        return Gazetteer, (self.path,)

    def counts(self) -> dict[str, int]:
        """How many places of each kind it holds, the commonest first."""
        asked = "SELECT kind_code, COUNT(*) FROM places GROUP BY kind_code ORDER BY COUNT(*) DESC, kind_code"
        return dict(self._base.execute(asked))

    def lookup(
        self,
        name: str,
        kinds: Sequence[str] | None = None,
        country_code: str | None = None,
        admin1_code: str | None = None,
    ) -> list[Place]:
        """Places called `name`, best first: prominent before small, first names before second ones.

        `kinds` are codes of place_kind, the wanted kind first; `country_code` is alpha-3. Inside a given country a
        name that is not known as spelled is compared by sound and letters, more loosely where the province is given
        too; otherwise it gives an empty list.
        """
        folded = name_key(name)
        found = self._filtered(folded, kinds, country_code, admin1_code)
        if not found and country_code is not None and self._can_be_misspelt(name, folded):
            for alike in self._alike(country_code, folded, admin1_code is not None):
                found = self._filtered(alike, kinds, country_code, admin1_code)
                if found:
                    break
        return found

    def _can_be_misspelt(self, name: str, folded: str) -> bool:
        """Whether words may be another spelling of a name: not "the market", nor any common word alone."""
        return not name.islower() and folded not in self.kind_words and self.word_class(folded) != "word"

    def sounding(self, name: str) -> list[Place]:
        """Places of size that a name misspells, where they lie in one country alone: "Tuz Khurmato".

        For a name that no place bears and a text that names no country; a name of three consonants tells too little.
        """
        folded = name_key(name)
        sound = consonants(folded)
        if len(sound) < _SURE_SOUND:
            return []
        found: dict[str, list[Place]] = {}
        for (country,) in self._base.execute("SELECT DISTINCT country_code FROM sounds").fetchall():
            query = "SELECT folded FROM sounds WHERE country_code = ? AND sound = ?"
            for (other,) in self._base.execute(query, (country, sound)).fetchall():
                known = self.weight(other)
                if known and known[0] >= _TOWN_OF_SIZE and fuzz.ratio(folded, other) >= _ALIKE_ANYWHERE:
                    found.setdefault(country, []).extend(self._filtered(other, None, country, None))
        return next(iter(found.values())) if len(found) == 1 else []

    def place(self, place_id: str) -> Place:
        """The place of an id; KeyError where there is none."""
        row = self._base.execute("SELECT number FROM places WHERE place_id = ?", (place_id,)).fetchone()
        if row is None:
            raise KeyError(f"the gazetteer holds no place {place_id!r}")
        return self._place_at(row[0])[0]

    def is_name(self, name: str) -> bool:
        """Whether some place is called so."""
        return self.weight(name_key(name)) is not None

    def preferred(self, name: str) -> Place | None:
        """The place that seeds/place_names.csv prefers for a bare name that several bear ("Gaza"), where it says so."""
        row = self._base.execute("SELECT number FROM preferred WHERE folded = ?", (name_key(name),)).fetchone()
        return None if row is None else self._place_at(row[0])[0]

    def names_in(self, text: str, country_codes: Iterable[str] = ()) -> list[NameSpan]:
        """Place names in running text with their kind words, in order; see tasks.knowledge.places.spans."""
        return find_names(text, self, frozenset(country_codes))

    def capital(self, place: Place) -> Place | None:
        """The capital of a country or first-level division, the chief town of a second-level one, where known."""
        row = self._base.execute("SELECT capital FROM places WHERE place_id = ?", (place.place_id,)).fetchone()
        return None if row is None or row[0] is None else self._place_at(row[0])[0]

    def near(self, latitude: float, longitude: float, km: float) -> list[tuple[float, Place]]:
        """Settlements within `km` of a point, nearest first, with their distance in kilometres; for up to 300 km."""
        north = km / 110.6
        east = min(180.0, km / max(1.0, 111.3 * math.cos(math.radians(latitude))))
        cells = {
            cell_of(min(max(latitude + up, -89.9), 89.9), (longitude + right + 180) % 360 - 180)
            for up in _steps(north)
            for right in _steps(east)
        }
        found = []
        for cell in sorted(cells):
            for (number,) in self._base.execute("SELECT number FROM places WHERE cell = ?", (cell,)).fetchall():
                place = self._place_at(number)[0]
                assert place.latitude is not None and place.longitude is not None
                away = great_circle_km(latitude, longitude, place.latitude, place.longitude)
                if away <= km:
                    found.append((away, place))
        return sorted(found, key=lambda item: (item[0], item[1].place_id))

    def _filtered(
        self, folded: str, kinds: Sequence[str] | None, country_code: str | None, admin1_code: str | None
    ) -> list[Place]:
        places = [self._place_at(number)[0] for number in self._numbers_of(folded)]
        if country_code is not None:
            places = [place for place in places if place.country_code == country_code]
        if admin1_code is not None:
            places = [place for place in places if place.admin1_code == admin1_code]
        if kinds is not None:
            places = [place for place in places if place.kind_code in kinds]
            # stable: inside a kind the order by prominence stays
            places.sort(key=lambda place: kinds.index(place.kind_code))
        return places

    def _read_numbers(self, folded: str) -> tuple[int, ...]:
        query = "SELECT number FROM names WHERE folded = ? ORDER BY score DESC, number LIMIT 200"
        return tuple(number for (number,) in self._base.execute(query, (folded,)))

    def _weight(self, folded: str) -> tuple[int, frozenset[str], str | None] | None:
        """The score of the most prominent place called so (100 * log10 of inhabitants), the countries of all, and
        that place's country where no namesake abroad has a third of its people."""
        query = """SELECT n.score, p.country_code FROM names n JOIN places p USING (number)
            WHERE n.folded = ? ORDER BY n.score DESC, n.number LIMIT 60"""
        rows = self._base.execute(query, (folded,)).fetchall()
        if not rows:
            return None
        score, home = rows[0]
        is_alone = all(other <= score - 50 or country == home for other, country in rows)
        return score, frozenset(code for _, code in rows if code), home if is_alone else None

    def _read_place(self, number: int) -> tuple[Place, int | None]:
        row = self._base.execute(f"{_COLUMNS} WHERE p.number = ?", (number,)).fetchone()
        return _place_of(row), row[-1]

    def _read_alike(self, country_code: str, folded: str, is_province_known: bool) -> tuple[str, ...]:
        """Folded names of one country that may be spellings of `folded`, likeliest first."""
        sound = consonants(folded)
        if len(folded) < 4 or len(sound) < 2:
            return ()
        short = spelling(folded) if len(without_article(folded)) <= _SHORT else None
        query = "SELECT sound, folded FROM sounds WHERE country_code = ? AND sound >= ? AND sound < ?"
        rows = self._base.execute(query, (country_code, sound[:2], sound[:2] + "\x7f")).fetchall()
        squeezed = without_article(folded).replace(" ", "")
        in_sound = _ALIKE_IN_SOUND[is_province_known][min(len(sound), 4) - 2]
        ranked = []
        for other_sound, other in rows:
            if short is not None and spelling(other) != short:
                continue
            other_squeezed = without_article(other).replace(" ", "")
            if abs(len(other_squeezed) - len(squeezed)) > 4:
                continue
            ratio = fuzz.ratio(squeezed, other_squeezed)
            same = other_sound == sound
            if ratio >= (in_sound if same else _ALIKE[is_province_known]) and (same or len(squeezed) > 5):
                # of two spellings as near as each other the better known place is meant
                known = self.weight(other)
                ranked.append((ratio + (20 if same else 0) + (known[0] / 40 if known else 0), other))
        return tuple(other for _, other in sorted(ranked, key=lambda item: (-item[0], item[1])))[:20]


def _place_of(row: tuple[Any, ...]) -> Place:
    """The place that a row of the compiled gazetteer tells, districts named as their country names them."""
    (_, place_id, label, kind, latitude, longitude, country, people) = row[:8]
    admin1_name, admin1_id, admin2_name, admin2_id, _ = row[8:]
    if admin1_name:
        admin1_name = admin1_name.removesuffix(_DEPARTMENT)
    if country in _DISTRICT_COUNTRIES and admin2_name:
        admin2_name = admin2_name.removesuffix(" District")
    if country in _DISTRICT_COUNTRIES and kind == "admin2":
        admin2_name, admin2_id = label.removesuffix(" District"), place_id
        label = f"{admin2_name} District"
    elif kind == "admin1":
        admin1_name, admin1_id = label.removesuffix(_DEPARTMENT), place_id
    elif kind == "admin2":
        admin2_name, admin2_id = label, place_id
    return Place(
        place_id,
        label,
        kind,
        latitude,
        longitude,
        country,
        admin1_name,
        admin1_id and admin1_id.removeprefix("admin1:"),
        admin2_name,
        admin2_id and admin2_id.removeprefix("admin2:"),
        people,
    )


def great_circle_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The distance of two points on the sphere."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 12742.0 * math.asin(min(1.0, math.sqrt(half)))


def _steps(reach: float) -> list[float]:
    """Offsets from -reach to reach, at most one degree apart."""
    count = max(1, math.ceil(reach))
    return [reach * step / count for step in range(-count, count + 1)]
