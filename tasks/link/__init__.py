"""Link: which mentions tell the same event, merged into one row an event.

Resolved mentions, their documents and what was linked before come in; `event_mentions`, `events` and `territory` go
out. A mention that stands twice, or whose document is missing, is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.cluster import cluster
from tasks.link.compare import compare
from tasks.link.identity import name_events
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

__all__ = ["RepeatedMentionError", "UnknownDocumentError", "link_events"]

# rows held as Python objects at a time while events are merged
_BATCH = 20_000
# a mention's reason is looked for among so many of those told before it
_LOOK_BACK = 6


def link_events(
    resolved: pa.Table,
    documents: pa.Table,
    known_event_mentions: pa.Table,
    known_events: pa.Table,
    actors: Register,
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """The whole of `event_mentions`, `events` and `territory`, each sorted by its key, from the whole of `resolved`.

    `resolved`: columns of `resolved_mentions`; `documents`: at least document_id, publisher, url, published_date and
    duplicate_of; `known_event_mentions`, `known_events`: what linking gave the last time (empty at first), which only
    lends ids; `actors`: side(actor_id) and actor(actor_id). The order of rows never matters. Raises
    UnknownDocumentError or RepeatedMentionError.
    """
    reports = read_reports(documents)
    tellings = read_tellings(resolved, reports, actors)
    clusters = cluster(tellings)
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
            told = [tellings[row_of[mention["mention_id"]]] for mention in mentions]
            links += [
                {"event_id": event_id, "mention_id": telling.id, "link_reason": reason}
                for telling, reason in zip(told, _reasons(told), strict=True)
            ]
            events.append({"event_id": event_id, "former_event_ids": former} | merge(mentions, reports, actors))
        parts.append(pa.Table.from_pylist(events, schema=EVENTS.schema))
    linked = pa.Table.from_pylist(links, schema=EVENT_MENTIONS.schema).sort_by("mention_id")
    merged = (pa.concat_tables(parts) if parts else EVENTS.schema.empty_table()).sort_by("event_id")
    held = territory(_changes_of_control(merged), actors)
    return linked, merged, pa.Table.from_pylist(held, schema=TERRITORY.schema)


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


def _reasons(told: Sequence[Telling]) -> list[str]:
    """Why each mention, in the order of telling, is with those told before it; the features of the best pair."""
    reasons = ["first telling"]
    for place, telling in enumerate(told[1:], start=1):
        before = [told[0], *told[max(1, place - _LOOK_BACK) : place]]
        results = [compare(telling, other, together=telling.documents == other.documents) for other in before]
        fits = [(-result.score, rank, result.reasons) for rank, result in enumerate(results) if result is not None]
        reasons.append("; ".join(min(fits)[2]) if fits else "goes with the event as a whole")
    return reasons


def _changes_of_control(events: pa.Table) -> list[dict[str, Any]]:
    kinds = pa.array(["territory_seized", "territory_handed_over"])
    return events.filter(pc.is_in(events.column("event_type_code"), value_set=kinds)).to_pylist()
