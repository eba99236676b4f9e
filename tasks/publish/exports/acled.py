"""Incidents in the columns of ACLED's published files, as `acled.csv`: one row an incident, as ACLED counts.

In come the tables of a release, out come the incidents that sum no others and that ACLED has a type for.
What Sitrep does not know stays empty, a toll above all; nothing is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge import actor_types
from tasks.knowledge.acled import FORCE
from tasks.publish.exports.flat import BATCH_ROWS, CountryNames, Tables, names_of

_TIME_PRECISION = {"hour": 1, "day": 1, "week": 2, "month": 3}
_GEO_PRECISION = {"point": 1, "settlement": 1, "admin2": 2, "admin1": 3}
_CROWD = {"Protests": "Protesters", "Riots": "Rioters"}
_AT_CIVILIANS = ("Explosions/Remote violence", "Riots")

_ACLED = pa.schema(
    [
        ("event_id_cnty", pa.string()),
        ("event_date", pa.date32()),
        ("year", pa.int32()),
        ("time_precision", pa.int8()),
        *((name, pa.string()) for name in (
            "disorder_type", "event_type", "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2",
            "assoc_actor_2", "inter2", "interaction", "civilian_targeting",
        )),
        ("iso", pa.int32()),
        *((name, pa.string()) for name in ("region", "country", "admin1", "admin2", "admin3", "location")),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("geo_precision", pa.int8()),
        *((name, pa.string()) for name in ("source", "source_scale", "notes")),
        ("fatalities", pa.int32()),
        ("tags", pa.string()),
        ("timestamp", pa.int64()),
    ]
)  # fmt: skip
_NEEDED = [
    "incident_id", "summary", "acled_event_type", "acled_sub_event_type", "acled_disorder_type", "actors", "recipients",
    "date_start", "date_precision_code", "place_label", "latitude", "longitude", "country_code", "admin1_name",
    "admin2_name", "geo_precision_code", "killed_best",
]  # fmt: skip


def flat(tables: Tables, country_names: CountryNames) -> Iterator[tuple[str, pa.Table]]:
    """Single incidents that ACLED has a type for, in its columns."""
    incidents = tables["incidents"]
    single = pc.and_(pc.invert(incidents["is_aggregate"]), pc.is_valid(incidents["acled_event_type"]))
    incidents = incidents.select(_NEEDED).filter(single)
    publishers = _publishers(tables)
    parts = [_ACLED.empty_table()]
    for batch in incidents.to_batches(max_chunksize=BATCH_ROWS):
        rows = [_acled_row(row, publishers.get(row["incident_id"], set()), country_names) for row in batch.to_pylist()]
        parts.append(pa.Table.from_pylist(rows, schema=_ACLED))
    yield "acled.csv", pa.concat_tables(parts)


def _acled_row(incident: Mapping[str, Any], publishers: set[str], country_names: CountryNames) -> dict[str, Any]:
    """One row; columns that are not named here stay empty."""
    kind, sub_kind = incident["acled_event_type"], incident["acled_sub_event_type"]
    sides = [incident["actors"], incident["recipients"]]
    names = [names_of(parties) for parties in sides]
    inters = [_inter(parties, incident, kind) for parties in sides]
    # ACLED's precision ends at the province: the middle of a country would pass for a place
    placed = incident["geo_precision_code"] in _GEO_PRECISION
    return {
        "event_id_cnty": incident["incident_id"],
        "event_date": incident["date_start"],
        "year": incident["date_start"].year if incident["date_start"] else None,
        "time_precision": _TIME_PRECISION.get(incident["date_precision_code"]),
        "disorder_type": incident["acled_disorder_type"],
        "event_type": kind,
        "sub_event_type": sub_kind,
        "actor1": names[0][0] if names[0] else None,
        "assoc_actor_1": "; ".join(names[0][1:]) or None,
        "inter1": inters[0],
        "actor2": names[1][0] if names[1] else None,
        "assoc_actor_2": "; ".join(names[1][1:]) or None,
        "inter2": inters[1],
        "interaction": _interaction(inters, sides),
        "civilian_targeting": "Civilian targeting" if _at_civilians(kind, sub_kind, inters[1]) else None,
        "country": country_names.get(incident["country_code"]),
        "admin1": incident["admin1_name"],
        "admin2": incident["admin2_name"],
        "location": incident["place_label"] if placed else None,
        "latitude": incident["latitude"] if placed else None,
        "longitude": incident["longitude"] if placed else None,
        "geo_precision": _GEO_PRECISION.get(incident["geo_precision_code"]),
        "source": "; ".join(sorted(publishers)) or None,
        "notes": incident["summary"],
        "fatalities": incident["killed_best"],
    }


def _publishers(tables: Tables) -> defaultdict[str, set[str]]:
    """incident_id -> the publishers that report it."""
    documents = tables["documents"]
    by_document = dict(zip(documents["document_id"].to_pylist(), documents["publisher"].to_pylist(), strict=True))
    publishers: defaultdict[str, set[str]] = defaultdict(set)
    mentions = (tables["mentions"][name].to_pylist() for name in ("incident_id", "document_id"))
    for incident_id, document_id in zip(*mentions, strict=True):
        if incident_id and (publisher := by_document[document_id]):
            publishers[incident_id].add(publisher)
    return publishers


def _inter(parties: list[dict[str, Any]], incident: Mapping[str, Any], kind: str) -> str | None:
    """ACLED's kind of the first party, where Sitrep's tells it."""
    if not parties:
        return None
    code, country = parties[0]["actor_type_code"], parties[0]["country_code"]
    if code == "protesters":
        return _CROWD.get(kind)
    # an armed group is a rebel group, a political or an identity militia by its aims, which Sitrep does not know
    known = actor_types.all_types().get(code)
    found = known.acled_inter if known else None
    if found == "State forces" and country and incident["country_code"] and country != incident["country_code"]:
        return "External/Other forces"
    return found


def _interaction(inters: list[str | None], sides: list[list[Any]]) -> str | None:
    if any(parties and not inter for inter, parties in zip(inters, sides, strict=True)):
        return None
    known = [inter for inter in inters if inter]
    return "-".join(known) if len(known) == 2 else f"{known[0]} only" if known else None


def _at_civilians(kind: str, sub_kind: str | None, inter2: str | None) -> bool:
    is_target = kind in _AT_CIVILIANS and inter2 == "Civilians"
    return kind == "Violence against civilians" or sub_kind == FORCE or is_target
