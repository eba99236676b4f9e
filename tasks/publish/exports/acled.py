"""Incidents in the columns of ACLED's published files, as `acled.csv`: one row an incident, as ACLED counts.

In come the tables of a release, out come the incidents that sum no others and that ACLED has a type for.
What Sitrep does not know stays empty, a toll above all; nothing is refused.

Source of the columns and of what stands in them: ACLED codebook (2024), "Variables" and "Actor types"; its tags by the
same, "crowd size"; the tag "target" is Sitrep's own, and so are ids and names of actors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge import actor_types, schemes
from tasks.knowledge.acled import FORCE
from tasks.knowledge.targets import are_civilian
from tasks.publish.exports.flat import (
    BATCH_ROWS,
    CountryNames,
    Tables,
    documents_of_incidents,
    names_of,
    single_incidents,
)

_TIME_PRECISION = {"hour": 1, "day": 1, "week": 2, "month": 3}
_GEO_PRECISION = {"point": 1, "settlement": 1, "admin2": 2, "admin1": 3}
_CROWD = {"Protests": "Protesters", "Riots": "Rioters"}
_ARMED, _PROTESTERS = "armed_group", "protesters"
_CROWD_COUNT = "participants"
_CROWD_TAG = "crowd size="
_TARGET_TAG = "target="
# in the order of ACLED's codes 1 to 8, in which an interaction names them, whoever began
_INTERS = (
    "State forces", "Rebel group", "Political militia", "Identity militia", "Rioters", "Protesters", "Civilians",
    "External/Other forces",
)  # fmt: skip
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
    "admin2_name", "geo_precision_code", "killed_best", "numbers", "evidence",
    "target_codes",
]  # fmt: skip


Parties = Sequence[Mapping[str, Any]]


def flat(tables: Tables, country_names: CountryNames) -> Iterator[tuple[str, pa.Table]]:
    """Single incidents that ACLED has a type for, in its columns."""
    incidents = single_incidents(tables)
    incidents = incidents.filter(pc.is_valid(incidents["acled_event_type"])).select(_NEEDED)
    documents = documents_of_incidents(tables)
    parts = [_ACLED.empty_table()]
    for batch in incidents.to_batches(max_chunksize=BATCH_ROWS):
        rows = [_acled_row(row, documents.get(row["incident_id"], ()), country_names) for row in batch.to_pylist()]
        parts.append(pa.Table.from_pylist(rows, schema=_ACLED))
    yield "acled.csv", pa.concat_tables(parts)


def _acled_row(
    incident: Mapping[str, Any], documents: Sequence[Mapping[str, Any]], country_names: CountryNames
) -> dict[str, Any]:
    """One row; columns that are not named here stay empty."""
    kind, sub_kind = incident["acled_event_type"], incident["acled_sub_event_type"]
    sides = _sides(incident, kind, country_names)
    inters = [_inter(sides[0], incident, kind, is_crowd=kind in _CROWD), _inter(sides[1], incident, kind)]
    publishers = sorted({document["publisher"] for document in documents if document["publisher"]})
    read = [document["ingested_at"] for document in documents]
    scheme = schemes.country(incident["country_code"])
    return {
        "event_id_cnty": incident["incident_id"],
        "event_date": incident["date_start"],
        "year": incident["date_start"].year if incident["date_start"] else None,
        "time_precision": _TIME_PRECISION.get(incident["date_precision_code"]),
        "disorder_type": incident["acled_disorder_type"],
        "event_type": kind,
        "sub_event_type": sub_kind,
        **_actor_columns(sides, inters),
        "civilian_targeting": "Civilian targeting" if _at_civilians(incident, inters[1]) else None,
        "iso": scheme.iso_numeric,
        "region": scheme.acled_region,
        "country": country_names.get(incident["country_code"]),
        **_place_columns(incident),
        "source": "; ".join(publishers) or None,
        "source_scale": schemes.source_scale(publishers),
        "notes": _notes(incident, documents),
        "fatalities": incident["killed_best"],
        "tags": _tags(incident),
        "timestamp": int(max(read).timestamp()) if read else None,
    }


def _sides(incident: Mapping[str, Any], kind: str, country_names: CountryNames) -> tuple[Parties, Parties]:
    """The parties of both sides; of a demonstration the crowd comes first, whoever met it with force.

    A crowd that nobody names is there all the same, under the name that ACLED gives it: "Protesters (Mali)".
    """
    actors, recipients = incident["actors"], incident["recipients"]
    if kind not in _CROWD:
        return actors, recipients
    if actors and _type_inter(actors[0]) == "State forces":
        actors, recipients = recipients, actors
    country = country_names.get(incident["country_code"])
    name = f"{_CROWD[kind]} ({country})" if country else _CROWD[kind]
    crowd = {"text": name, "label": name, "actor_id": None, "country_code": None, "actor_type_code": _PROTESTERS}
    return actors or [crowd], recipients


def _actor_columns(sides: tuple[Parties, Parties], inters: Sequence[str | None]) -> dict[str, Any]:
    columns: dict[str, Any] = {"interaction": _interaction(inters, sides)}
    for number, (parties, inter) in enumerate(zip(sides, inters, strict=True), 1):
        names: list[str | None] = [*names_of(parties)] or [None]
        first, *others = names
        columns[f"actor{number}"] = first
        columns[f"assoc_actor_{number}"] = "; ".join(name for name in others if name) or None
        columns[f"inter{number}"] = inter
    return columns


def _place_columns(incident: Mapping[str, Any]) -> dict[str, Any]:
    # ACLED's precision ends at the province: the middle of a country would pass for a place
    placed = incident["geo_precision_code"] in _GEO_PRECISION
    return {
        "admin1": incident["admin1_name"],
        "admin2": incident["admin2_name"],
        "location": incident["place_label"] if placed else None,
        "latitude": incident["latitude"] if placed else None,
        "longitude": incident["longitude"] if placed else None,
        "geo_precision": _GEO_PRECISION.get(incident["geo_precision_code"]),
    }


def _notes(incident: Mapping[str, Any], documents: Sequence[Mapping[str, Any]]) -> str:
    """The line made from the columns, then the first sentence that tells of it, with who published it and when."""
    by_id = {document["document_id"]: document for document in documents}
    told = [(by_id[one["document_id"]], one["text"]) for one in incident["evidence"] if one["document_id"] in by_id]
    if not told:
        return str(incident["summary"])
    order = {id_: place for place, id_ in enumerate(by_id)}
    document, sentence = min(told, key=lambda pair: order[pair[0]["document_id"]])
    source = ", ".join(str(part) for part in (document["publisher"], document["published_date"]) if part)
    return f'{incident["summary"]}. "{sentence}" ({source or "publisher unknown"})'


def _tags(incident: Mapping[str, Any]) -> str | None:
    """How large a crowd was, in the words of the report, as ACLED tags demonstrations ("no report" where none says),
    and what was hit."""
    tags = []
    if incident["acled_event_type"] in _CROWD:
        told = [number["text"] for number in incident["numbers"] if number["kind_code"] == _CROWD_COUNT]
        tags.append(f"{_CROWD_TAG}{told[0] if told else 'no report'}")
    tags += [f"{_TARGET_TAG}{code}" for code in incident["target_codes"]]
    return "; ".join(tags) or None


def _inter(parties: Parties, incident: Mapping[str, Any], kind: str, is_crowd: bool = False) -> str | None:
    """ACLED's kind of the first party, where Sitrep's tells it.

    Of armed groups, those that the register names are rebels; ACLED counts the nameless ("Unidentified Armed Group") as
    political militias.
    """
    if not parties:
        return None
    code, country = parties[0]["actor_type_code"], parties[0]["country_code"]
    found = _type_inter(parties[0])
    if is_crowd and found in (None, "Civilians"):
        return _CROWD[kind]
    if code == _ARMED:
        return "Rebel group" if parties[0]["actor_id"] else "Political militia"
    if code == _PROTESTERS:
        return _CROWD["Protests"]
    if found == "State forces" and country and incident["country_code"] and country != incident["country_code"]:
        return "External/Other forces"
    return found


def _type_inter(party: Mapping[str, Any]) -> str | None:
    known = actor_types.all_types().get(party["actor_type_code"])
    return known.acled_inter if known else None


def _interaction(inters: Sequence[str | None], sides: Sequence[Parties]) -> str | None:
    if any(parties and not inter for inter, parties in zip(inters, sides, strict=True)):
        return None
    known = sorted((inter for inter in inters if inter), key=_INTERS.index)
    return "-".join(known) if len(known) == 2 else f"{known[0]} only" if known else None


def _at_civilians(incident: Mapping[str, Any], inter2: str | None) -> bool:
    """Whether civilians were aimed at: by whom it was done to, where nobody is named by what was hit."""
    kind, sub_kind = incident["acled_event_type"], incident["acled_sub_event_type"]
    is_told = inter2 == "Civilians" or (not incident["recipients"] and are_civilian(incident["target_codes"]))
    return kind == "Violence against civilians" or sub_kind == FORCE or (kind in _AT_CIVILIANS and is_told)
