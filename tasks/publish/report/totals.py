"""What a whole release adds up to, counted by Arrow over all of its rows, however many.

In come the release's tables, out come plain counts, most frequent first, ties by name. Casualties are those of single
events that happened: what is planned, denied or a sum of others is not added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.language.coded import not_coded

MOST_NAMES = 40
MOST_ROWS = 200

Counts = list[tuple[Any, int]]


@dataclass(frozen=True)
class Casualties:
    """Sum of one kind over the incidents that tell it; `is_open` where one of them has no upper bound."""

    kind: str
    incidents: int
    low: int
    best: int
    high: int
    is_open: bool


@dataclass(frozen=True)
class Totals:
    """Counts over all rows of a release."""

    rows: Counts
    first_day: dt.date | None
    last_day: dt.date | None
    publishers: int
    near_copies: int
    not_coded: dict[str, int]
    kinds: Counts
    certainty: Counts
    precision: Counts
    countries: Counts
    years: Counts
    casualties: list[Casualties]
    casualties_unknown: int
    single_incidents: int
    unresolved_actors: Counts
    unresolved_places: Counts
    reject_reasons: Counts
    rejects: list[dict[str, Any]]
    territory: list[dict[str, Any]]


def totals(tables: Mapping[str, pa.Table]) -> Totals:
    """All counts of a release from its tables by name."""
    events, documents, mentions = tables["events"], tables["documents"], tables["mentions"]
    incidents = tables["incidents"]
    single = incidents.filter(pc.invert(incidents["is_aggregate"]))
    days = pc.min_max(events["date_start"]).as_py()
    unplaced = pc.and_(pc.is_null(mentions["place_id"]), pc.is_valid(mentions["place_text"]))
    return Totals(
        rows=[(name, table.num_rows) for name, table in tables.items()],
        first_day=days["min"],
        last_day=days["max"],
        publishers=len(pc.unique(documents["publisher"].drop_null())),
        near_copies=len(documents) - documents["duplicate_of"].null_count,
        not_coded=not_coded(documents),
        kinds=counts(single["incident_type_code"]),
        certainty=counts(single["certainty_code"]),
        precision=counts(single["geo_precision_code"]),
        countries=counts(single["country_code"])[:MOST_NAMES],
        years=sorted(counts(pc.year(single["date_start"]))),
        casualties=[_casualties(single, kind) for kind in ("killed", "injured", "captured")],
        casualties_unknown=pc.sum(single["casualties_unknown"]).as_py() or 0,
        single_incidents=len(single),
        unresolved_actors=counts(_unresolved(events))[:MOST_NAMES],
        unresolved_places=counts(mentions["place_text"].filter(unplaced))[:MOST_NAMES],
        reject_reasons=counts(tables["rejects"]["reason_code"]),
        rejects=_first(tables["rejects"], [("rejected_at", "descending"), ("reject_id", "ascending")]),
        territory=_territory(tables["territory"], tables["actors"]),
    )


def counts(column: pa.ChunkedArray) -> Counts:
    """How often each value occurs, nulls left out."""
    pairs = ((row["values"], row["counts"]) for row in pc.value_counts(column.drop_null()).to_pylist())
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def _casualties(single: pa.Table, kind: str) -> Casualties:
    """Where no best figure is given, the low one stands in; where no upper bound is, the best one."""
    low, high = single[f"{kind}_low"], single[f"{kind}_high"]
    stated = single.filter(pc.or_(pc.is_valid(low), pc.is_valid(high)))
    low, high = stated[f"{kind}_low"], stated[f"{kind}_high"]
    floor = pc.fill_null(low, 0)
    best = pc.coalesce(stated[f"{kind}_best"], floor) if f"{kind}_best" in stated.column_names else floor
    sums = [pc.sum(pc.cast(bound, pa.int64())).as_py() or 0 for bound in (floor, best, pc.coalesce(high, best))]
    return Casualties(kind, len(stated), sums[0], sums[1], sums[2], is_open=high.null_count > 0)


def _unresolved(events: pa.Table) -> pa.ChunkedArray:
    """Labels of actors and recipients without an id, once a time that an event names them."""
    chunks: list[pa.Array] = []
    for name in ("actors", "recipients"):
        members = pc.list_flatten(events[name])
        unknown = pc.is_null(pc.struct_field(members, "actor_id"))
        chunks.extend(pc.struct_field(members, "label").filter(unknown).chunks)
    return pa.chunked_array(chunks, pa.string())


def _territory(territory: pa.Table, actors: pa.Table) -> list[dict[str, Any]]:
    """The newest changes of control, with `previous_controller_label`: the id where the release has no such actor."""
    keys = [("date", "descending"), ("place_id", "ascending"), ("event_id", "ascending")]
    rows = _first(territory, keys)
    ids = pa.array(sorted({row["previous_controller_actor_id"] for row in rows} - {None}), pa.string())
    known = actors.filter(pc.is_in(actors["actor_id"], value_set=ids))
    labels = dict(zip(known["actor_id"].to_pylist(), known["label"].to_pylist(), strict=True))
    for row in rows:
        before = row["previous_controller_actor_id"]
        row["previous_controller_label"] = labels.get(before, before)
    return rows


def _first(table: pa.Table, keys: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The first rows in this order."""
    order = pc.sort_indices(table.select([name for name, _ in keys]), sort_keys=keys)
    rows: list[dict[str, Any]] = table.take(order[:MOST_ROWS]).to_pylist()
    return rows
