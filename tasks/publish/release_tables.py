"""Publish: the tables of a release, from the stages' tables.

In come the newest tables of every stage, out come the eight tables that analysts read. Superseded revisions and their
mentions stay behind; the text stays behind unless it is asked for; nothing is refused.
"""

from __future__ import annotations

import struct
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge.actors import ActorRegister
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.tables import RELEASE_TABLES

DOCUMENT_COLUMNS = RELEASE_TABLES["documents"].names


def release_tables(
    documents: pa.Table,
    resolved_mentions: pa.Table,
    event_mentions: pa.Table,
    events: pa.Table,
    incidents: pa.Table,
    incident_events: pa.Table,
    territory: pa.Table,
    rejects: pa.Table,
    register: ActorRegister,
    gazetteer: Gazetteer,
    with_text: bool,
) -> dict[str, pa.Table]:
    """The release's tables by name, each with the columns that `tasks/tables.py` declares for it.

    Of `documents`, what DOCUMENT_COLUMNS names is enough, and without `with_text` the text may be missing.
    """
    current = current_documents(documents)
    tables = {
        "incidents": _with_geometry(incidents),
        "events": _with_geometry(_with_incidents(events, incident_events)),
        "mentions": _with_incidents(_mentions(resolved_mentions, event_mentions, current), incident_events),
        "documents": current if with_text else _without_text(current),
        "territory": territory,
        "actors": _actors(events, register),
        "places": _places(events, gazetteer),
        "rejects": rejects,
    }
    return {name: table.select(RELEASE_TABLES[name].names) for name, table in tables.items()}


def current_documents(documents: pa.Table) -> pa.Table:
    """Documents that no newer revision supersedes."""
    replaced = pc.unique(documents["supersedes"].drop_null())
    return documents.filter(pc.invert(pc.is_in(documents["document_id"], value_set=replaced)))


def _without_text(documents: pa.Table) -> pa.Table:
    documents = documents.drop_columns(["text"]) if "text" in documents.column_names else documents
    return documents.append_column("text", pa.nulls(len(documents), pa.string()))


def _with_incidents(rows: pa.Table, incident_events: pa.Table) -> pa.Table:
    """Events, or mentions, with the incident that they are of and what they are to it; null where of none."""
    at = pc.index_in(rows["event_id"], value_set=incident_events["event_id"].combine_chunks())
    for name in ("incident_id", "incident_role_code"):
        rows = rows.append_column(name, incident_events[name].take(at))
    return rows


def _with_geometry(events: pa.Table) -> pa.Table:
    """Points as well-known binary: byte order 1 (little), type 1 (point), longitude, latitude."""
    points = [
        None if lon is None or lat is None else struct.pack("<BIdd", 1, 1, lon, lat)
        for lon, lat in zip(events["longitude"].to_pylist(), events["latitude"].to_pylist(), strict=True)
    ]
    return events.append_column(RELEASE_TABLES["events"].column("geometry").field, pa.array(points, pa.binary()))


def _mentions(resolved: pa.Table, event_mentions: pa.Table, documents: pa.Table) -> pa.Table:
    """Resolved mentions of current documents with their event and their document's external id."""
    linked = pc.index_in(resolved["mention_id"], value_set=event_mentions["mention_id"].combine_chunks())
    known = pc.index_in(resolved["document_id"], value_set=documents["document_id"].combine_chunks())
    kept = pc.and_(pc.is_valid(linked), pc.is_valid(known))
    # most often all are, and a filter would copy the largest table of all
    table, link, document = resolved, linked, known
    if not pc.all(kept).as_py():
        table, link, document = resolved.filter(kept), linked.filter(kept), known.filter(kept)
    for name in ("event_id", "link_reason"):
        table = table.append_column(name, event_mentions[name].take(link))
    return table.append_column("external_id", documents["external_id"].take(document))


def _actors(events: pa.Table, register: ActorRegister) -> pa.Table:
    sides = [events[name].combine_chunks() for name in ("actors", "recipients")]
    named = pa.table(
        {
            "event": pa.concat_arrays([pc.list_parent_indices(side) for side in sides]),
            "actor_id": pa.concat_arrays([pc.struct_field(pc.list_flatten(side), "actor_id") for side in sides]),
        }
    ).filter(pc.field("actor_id").is_valid())
    # an actor that is on both sides of an event counts once
    once = named.group_by(["event", "actor_id"]).aggregate([]).group_by("actor_id").aggregate([([], "count_all")])
    counts = dict(zip(once["actor_id"].to_pylist(), once["count_all"].to_pylist(), strict=True))
    rows: list[dict[str, Any]] = []
    for actor_id, count in sorted(counts.items()):
        actor = register.actor(actor_id)
        if actor is None:
            raise KeyError(f"events names actor {actor_id!r}, which seeds/actors.csv does not have")
        row = {name: actor.get(name) for name in ("label", "actor_type_code", "country_code", "parent_actor_id")}
        rows.append(row | {"actor_id": actor_id, "aliases": sorted(register.names(actor_id)), "event_count": count})
    return pa.Table.from_pylist(rows, schema=RELEASE_TABLES["actors"].schema)


def _places(events: pa.Table, gazetteer: Gazetteer) -> pa.Table:
    counted = pc.value_counts(events["place_id"].drop_null())
    counts = {row["values"]: row["counts"] for row in counted.to_pylist()}
    rows: list[dict[str, Any]] = []
    for place_id, count in sorted(counts.items()):
        place = gazetteer.place(place_id)
        fields = RELEASE_TABLES["places"].names[:-1]
        rows.append({name: getattr(place, name) for name in fields} | {"event_count": count})
    return pa.Table.from_pylist(rows, schema=RELEASE_TABLES["places"].schema)
