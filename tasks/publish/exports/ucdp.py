"""Incidents in the 49 columns of UCDP's Georeferenced Event Dataset, as `ucdp_ged.csv`: one row a deadly incident.

In come the tables of a release, out come the incidents that sum no others and in which somebody is told to have died.
What Sitrep does not know stays empty: no part of a toll is made zero because nobody told it. Nothing is refused.

Source of the columns and codes: UCDP GED codebook, version 25.1. Ids are Sitrep's own, the same in every release: of an
incident, a side or a dyad, and no key into UCDP's files. Conflicts are UCDP's to name and stay empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tasks.knowledge import actor_types, schemes
from tasks.publish.exports.flat import (
    BATCH_ROWS,
    CountryNames,
    Tables,
    documents_of_incidents,
    number_of,
    single_incidents,
)

STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3
_WHERE = {"point": 1, "settlement": 1, "admin2": 3, "admin1": 4, "country": 6}
_WHEN = {"hour": 1, "day": 1, "week": 3, "month": 4, "season": 5, "year": 5}
# the most days that date_prec 2, 3, 4 and 5 stretch over; what is longer has no code
_DAYS = ((1, 1), (6, 2), (7, 3), (31, 4), (366, 5))
_CLEAR = 1
_CIVILIANS = "civilians"
_INT = (
    "id", "year", "active_year", "type_of_violence", "conflict_dset_id", "conflict_new_id", "dyad_dset_id",
    "dyad_new_id", "side_a_dset_id", "side_a_new_id", "side_b_dset_id", "side_b_new_id", "number_of_sources",
    "where_prec", "priogrid_gid", "country_id", "event_clarity", "date_prec", "deaths_a", "deaths_b",
    "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
)  # fmt: skip
_REAL = ("latitude", "longitude")
_DAY = ("date_start", "date_end")
COLUMNS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date",
    "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity",
    "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high",
    "low", "gwnoa", "gwnob",
)  # fmt: skip


def _type(name: str) -> pa.DataType:
    if name in _INT:
        return pa.int64()
    return pa.float64() if name in _REAL else pa.date32() if name in _DAY else pa.string()


_SCHEMA = pa.schema([(name, _type(name)) for name in COLUMNS])


def flat(tables: Tables, country_names: CountryNames) -> Iterator[tuple[str, pa.Table]]:
    """Single deadly incidents, in UCDP GED's columns."""
    documents = documents_of_incidents(tables)
    parts = [_SCHEMA.empty_table()]
    for batch in single_incidents(tables).to_batches(max_chunksize=BATCH_ROWS):
        rows = [
            _row(incident, documents.get(incident["incident_id"], ()), country_names)
            for incident in batch.to_pylist()
            if _is_deadly(incident)
        ]
        parts.append(pa.Table.from_pylist(rows, schema=_SCHEMA))
    yield "ucdp_ged.csv", pa.concat_tables(parts)


def _is_deadly(incident: Mapping[str, Any]) -> bool:
    """UCDP's rule of inclusion: one death at least, in any of the three figures."""
    return any((incident[f"killed_{end}"] or 0) > 0 for end in ("best", "low", "high"))


def _row(
    incident: Mapping[str, Any], documents: Sequence[Mapping[str, Any]], country_names: CountryNames
) -> dict[str, Any]:
    """One row; columns that are not named here stay empty."""
    scheme = schemes.country(incident["country_code"])
    start, end = incident["date_start"], incident["date_end"]
    kind, side_a, side_b = sides(incident)
    named = _side_columns(side_a, side_b, country_names)
    if kind == STATE_BASED and named["dyad_name"] is None:
        kind = None
    return {
        "id": number_of(incident["incident_id"]),
        "relid": incident["incident_id"],
        "year": start.year if start else None,
        "code_status": "Clear",
        "type_of_violence": kind,
        **named,
        **_source_columns(incident, documents),
        "where_prec": _WHERE.get(incident["geo_precision_code"]),
        "where_coordinates": incident["place_label"],
        "where_description": incident["place_text"],
        "adm_1": incident["admin1_name"],
        "adm_2": incident["admin2_name"],
        "latitude": incident["latitude"],
        "longitude": incident["longitude"],
        "geom_wkt": None if incident["latitude"] is None else f"POINT ({incident['longitude']} {incident['latitude']})",
        "priogrid_gid": schemes.priogrid(incident["latitude"], incident["longitude"]),
        "country": country_names.get(incident["country_code"]),
        "country_id": scheme.gwno,
        "region": scheme.ucdp_region,
        "event_clarity": _CLEAR,
        "date_prec": _date_precision(incident),
        "date_start": start,
        "date_end": end,
        **_deaths(incident, kind, side_a, side_b),
    }


Party = Mapping[str, Any]


def sides(incident: Mapping[str, Any]) -> tuple[int | None, Party | None, Party | None]:
    """UCDP's type of violence and its two sides, the government before a rebel, the perpetrator before civilians.

    Parties are those of the incident (text, actor_id, label, country_code, actor_type_code). The type is None where the
    parties that are told do not decide it; the sides are then as told.
    """
    did, suffered = (next(iter(incident[name]), None) for name in ("actors", "recipients"))
    kinds = [_kind(party) for party in (did, suffered)]
    if kinds[1] == _CIVILIANS and kinds[0] in ("state", "group"):
        return ONE_SIDED, did, suffered
    if kinds == ["group", "state"]:
        return STATE_BASED, suffered, did
    if did is None or suffered is None or None in kinds or _CIVILIANS in kinds or _name(did) == _name(suffered):
        return None, did, suffered
    if kinds == ["group", "group"]:
        first, second = sorted((did, suffered), key=_name)
        return NON_STATE, first, second
    return STATE_BASED, did, suffered


def _kind(party: Party | None) -> str | None:
    """A state, a group in arms, civilians; None for what is none of these, or not told."""
    code = party["actor_type_code"] if party else None
    if code in actor_types.outside_state():
        return "group"
    if code in actor_types.in_camp("state"):
        return "state"
    return _CIVILIANS if actor_types.side(code) == _CIVILIANS else None


def _name(party: Party) -> str:
    return str(party["label"] or party["text"])


def _side_columns(side_a: Party | None, side_b: Party | None, country_names: CountryNames) -> dict[str, Any]:
    names = [_side_name(side, country_names) for side in (side_a, side_b)]
    # two parts of one state are no dyad
    dyad = " - ".join(name for name in names if name) if all(names) and len(set(names)) > 1 else None
    columns: dict[str, Any] = {"dyad_name": dyad, "dyad_new_id": number_of(dyad) if dyad else None}
    for letter, side, name in zip("ab", (side_a, side_b), names, strict=True):
        columns[f"side_{letter}"] = name
        columns[f"side_{letter}_new_id"] = number_of(name) if name else None
        columns[f"gwno{letter}"] = (
            schemes.country(side["country_code"]).gwno if side and _kind(side) == "state" else None
        )
    return columns


def _side_name(side: Party | None, country_names: CountryNames) -> str | None:
    """UCDP names states by their governments and all civilians alike; groups by their own names."""
    if side is None:
        return None
    kind, country = _kind(side), country_names.get(side["country_code"])
    if kind == "state" and country:
        return f"Government of {country}"
    return "Civilians" if kind == _CIVILIANS else _name(side)


def _source_columns(incident: Mapping[str, Any], documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The documents, the earliest first, with a semicolon between; an article is office, day and headline in quotes."""
    parts = {"office": "publisher", "date": "published_date", "headline": "title"}
    listed = {name: [str(document[key] or "") for document in documents] for name, key in parts.items()}
    articles = [",".join(f'"{part}"' for part in article) for article in zip(*listed.values(), strict=True)]
    speakers = dict.fromkeys(claim["speaker_text"] for claim in incident["claims"] if claim["speaker_text"])
    return {
        "number_of_sources": len(documents) or None,
        "source_article": ";".join(articles) or None,
        **{f"source_{name}": ";".join(values) if any(values) else None for name, values in listed.items()},
        "source_original": ";".join(speakers) or None,
    }


def _date_precision(incident: Mapping[str, Any]) -> int | None:
    """1 a day, 2 two to six days, 3 a week, 4 eight days to a month, 5 more, up to a year."""
    start, end = incident["date_start"], incident["date_end"]
    code = _WHEN.get(incident["date_precision_code"])
    # a day that only the report's own date tells is none
    if start is None or end is None or incident["date_basis_code"] == "document":
        return code
    days = (end - start).days + 1
    return code if code and code > 1 else next((prec for most, prec in _DAYS if days <= most), None)


def _deaths(
    incident: Mapping[str, Any], kind: int | None, side_a: Party | None, side_b: Party | None
) -> dict[str, int | None]:
    """The toll by side as far as it is told; what is left of the best figure is `deaths_unknown`."""
    best = incident["killed_best"]
    dead = {camp: incident[f"killed_{camp}"] for camp in ("military", "insurgents", "civilians")}
    if all(count is None for count in dead.values()) and (camp := _only_camp(incident)):
        dead[camp] = best
    a, b = (actor_types.side(side["actor_type_code"]) if side else None for side in (side_a, side_b))
    columns: dict[str, int | None] = {"deaths_civilians": dead["civilians"]}
    # of two armies, or two groups, nobody tells whose dead they are
    if kind in (STATE_BASED, ONE_SIDED) and a != b:
        columns |= {
            f"deaths_{letter}": dead[camp] for letter, camp in (("a", a), ("b", b)) if camp and camp != _CIVILIANS
        }
    told = sum(count for count in columns.values() if count)
    unknown = None if best is None else max(0, best - told)
    return columns | {
        "deaths_unknown": unknown,
        "best": best,
        "high": incident["killed_high"],
        "low": incident["killed_low"],
    }


def _only_camp(incident: Mapping[str, Any]) -> str | None:
    """On whose side all the dead are, where they are told as recipients and all recipients are of one side."""
    killed = {number["side_code"] for number in incident["numbers"] if number["kind_code"] == "killed"}
    camps = {actor_types.side(party["actor_type_code"]) for party in incident["recipients"]}
    return camps.pop() if killed == {"recipient"} and len(camps) == 1 else None
