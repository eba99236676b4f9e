"""Link: which mentions tell the same event, merged into one row an event.

Resolved mentions, their documents, what was linked before and an analyst's corrections come in; `event_mentions`,
`events`, `territory` and the corrections that could not be made go out. A mention that stands twice, or whose document
is missing, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.crosswalk import Crosswalk
from tasks.link.cluster import cluster
from tasks.link.compare import compare
from tasks.link.corrections import Codes, Mended, PlaceOf, Reference, mend_row, read_fixes, regroup, reject_rows
from tasks.link.identity import name_events, with_lent
from tasks.link.merge import merge, telling_order
from tasks.link.tellings import (
    Register,
    RepeatedMentionError,
    Telling,
    UnknownDocumentError,
    read_reports,
    read_tellings,
)
from tasks.link.territory import territory
from tasks.tables import EVENT_MENTIONS, EVENTS, TERRITORY

__all__ = ["Linked", "RepeatedMentionError", "UnknownDocumentError", "link_events", "with_lent"]

# rows held as Python objects at a time while events are merged
_BATCH = 20_000
# a mention's reason is looked for among so many of those told before it
_LOOK_BACK = 6


class Linked(NamedTuple):
    """The whole of `event_mentions`, `events` and `territory`; rows of `rejects` without a time, one a refused fix."""

    event_mentions: pa.Table
    events: pa.Table
    territory: pa.Table
    refused: list[dict[str, Any]]


def link_events(
    resolved: pa.Table,
    documents: pa.Table,
    known_event_mentions: pa.Table,
    known_events: pa.Table,
    actors: Register,
    corrections: pd.DataFrame | None = None,
    codes: Codes | None = None,
    place_of: PlaceOf = lambda place_id: None,
    crosswalk: Crosswalk | None = None,
) -> Linked:
    """What linking gives, each table sorted by its key, from the whole of `resolved`.

    `resolved`: columns of `resolved_mentions`; `documents`: at least document_id, publisher, url, published_date and
    duplicate_of; `known_event_mentions`, `known_events`: what linking gave the last time (empty at first), which only
    lends ids; `actors`: side(actor_id) and actor(actor_id). `corrections`: rows of seeds/corrections.csv, made after
    linking; `codes` and `place_of` say which values they may set, `crosswalk`, which they need, what codes follow. The
    order of rows never matters. Raises UnknownDocumentError or RepeatedMentionError.
    """
    reports = read_reports(documents)
    tellings = read_tellings(resolved, reports, actors)
    fixes = read_fixes(corrections)
    mended = Mended(cluster(tellings))
    reference = Reference(codes or {}, place_of, actors, crosswalk)
    if fixes:
        named = pa.array(sorted({mention for fix in fixes for mention in fix.mentions}), pa.string())
        rows_named = resolved.filter(pc.is_in(resolved.column("mention_id"), value_set=named)).to_pylist()
        by_id = {row["mention_id"]: row for row in rows_named}
        mended = regroup(mended.clusters, fixes, by_id, reference)
    clusters = mended.clusters

    def merged(mentions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return merge(mentions, reports, actors)

    names = name_events(
        clusters,
        dict(zip(*(known_event_mentions.column(name).to_pylist() for name in ("mention_id", "event_id")), strict=True)),
        dict(zip(*(known_events.column(name).to_pylist() for name in ("event_id", "former_event_ids")), strict=True)),
    )
    row_of = {telling.id: row for row, telling in enumerate(tellings)}
    links: list[dict[str, Any]] = []
    parts: list[pa.Table] = []
    for batch in _batches(clusters):
        order = [row_of[mention_id] for number in batch for mention_id in clusters[number]]
        rows = iter(resolved.take(pa.array(order, pa.int64())).to_pylist())
        events = []
        for number in batch:
            event_id, former = names[number]
            mentions = [next(rows) for _ in clusters[number]]
            mentions.sort(key=lambda mention: telling_order(mention, reports))
            sets = mended.sets.get(clusters[number], [])
            row = mend_row(mentions, sets, merged, reference, mended) if sets else merged(mentions)
            corrections_made = mended.corrections_of(clusters[number])
            events.append({"event_id": event_id, "former_event_ids": former, "corrections": corrections_made} | row)
            told = [tellings[row_of[mention["mention_id"]]] for mention in mentions]
            links += [
                {"event_id": event_id, "mention_id": telling.id, "link_reason": reason}
                for telling, reason in zip(told, _reasons(told, mended.notes), strict=True)
            ]
        parts.append(pa.Table.from_pylist(events, schema=EVENTS.schema))
    linked = pa.Table.from_pylist(links, schema=EVENT_MENTIONS.schema).sort_by("mention_id")
    table = (pa.concat_tables(parts) if parts else EVENTS.schema.empty_table()).sort_by("event_id")
    held = territory(_changes_of_control(table), actors)
    return Linked(linked, table, pa.Table.from_pylist(held, schema=TERRITORY.schema), reject_rows(mended.refused))


def _batches(clusters: Sequence[tuple[str, ...]]) -> list[range]:
    """Runs of clusters with about as many mentions as fit into memory as Python objects."""
    batches, start, size = [], 0, 0
    for number, mentions in enumerate(clusters):
        size += len(mentions)
        if size >= _BATCH:
            batches.append(range(start, number + 1))
            start, size = number + 1, 0
    if start < len(clusters):
        batches.append(range(start, len(clusters)))
    return batches


def _reasons(told: Sequence[Telling], notes: Mapping[str, Sequence[str]]) -> list[str]:
    """Why each mention, in the order of telling, is with those told before it; the features of the best pair.

    What an analyst did to a mention, in `notes`, is said as well.
    """
    reasons = ["first telling"]
    for place, telling in enumerate(told[1:], start=1):
        before = [told[0], *told[max(1, place - _LOOK_BACK) : place]]
        results = [compare(telling, other, together=telling.documents == other.documents) for other in before]
        fits = [(-result.score, rank, result.reasons) for rank, result in enumerate(results) if result is not None]
        reasons.append("; ".join(min(fits)[2]) if fits else "goes with the event as a whole")
    return ["; ".join([reason, *notes.get(telling.id, ())]) for telling, reason in zip(told, reasons, strict=True)]


def _changes_of_control(events: pa.Table) -> list[dict[str, Any]]:
    kinds = pa.array(["territory_seized", "territory_handed_over"])
    return events.filter(pc.is_in(events.column("event_type_code"), value_set=kinds)).to_pylist()
