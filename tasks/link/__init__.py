"""Link: which mentions tell the same event, merged into one row an event.

Resolved mentions, their documents, what was linked before and an analyst's corrections come in; what changes in
`event_mentions`, `events` and `tellings` goes out, with the corrections that could not be made. What is new or changed
is linked into what was linked before, and gives what linking all anew would give. A mention that stands twice, or
whose document is missing, is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge.crosswalk import Crosswalk
from tasks.link.compare import compare
from tasks.link.corrections import Codes, Mended, PlaceOf, Reference, mend_row, read_fixes, regroup, reject_rows
from tasks.link.identity import name_events, with_lent
from tasks.link.merge import merge, telling_order
from tasks.link.relinking import Cluster, changed_inputs, relink, with_rows
from tasks.link.tellings import (
    MENTION_COLUMNS,
    Register,
    RepeatedMentionError,
    Report,
    Telling,
    UnknownDocumentError,
    read_reports,
    read_tellings,
)
from tasks.link.territory import CONTROL, CONTROL_COLUMNS, territory
from tasks.tables import EVENT_MENTIONS, EVENTS, TELLINGS

__all__ = [
    "CONTROL",
    "CONTROL_COLUMNS",
    "Known",
    "Linked",
    "RepeatedMentionError",
    "UnknownDocumentError",
    "link_events",
    "territory",
    "with_lent",
]

# rows held as Python objects at a time while events are merged
_BATCH = 20_000
# a mention's reason is looked for among so many of those told before it
_LOOK_BACK = 6
_FIRST = "first telling"


class Known(NamedTuple):
    """What linking gave the last time: `event_mentions`; of `events` the ids; `tellings`, none to link all anew."""

    event_mentions: pa.Table = EVENT_MENTIONS.schema.empty_table()
    events: pa.Table = EVENTS.schema.empty_table()
    tellings: pa.Table = TELLINGS.schema.empty_table()


class Linked(NamedTuple):
    """What changes: rows that are new or others now, and the ids of all that they take the place of.

    `refused`: rows of `rejects` without a time, one a refused fix, whether it changes anything or not.
    """

    event_mentions: pa.Table
    events: pa.Table
    tellings: pa.Table
    gone_mentions: list[str]
    gone_events: list[str]
    gone_tellings: list[str]
    refused: list[dict[str, Any]]


def link_events(
    resolved: pa.Table,
    documents: pa.Table,
    known: Known,
    actors: Register,
    made: Mapping[str, str],
    corrections: pd.DataFrame | None = None,
    codes: Codes | None = None,
    place_of: PlaceOf = lambda place_id: None,
    crosswalk: Crosswalk | None = None,
) -> Linked:
    """What linking changes, each table sorted by its key, given the whole of `resolved`.

    `resolved`: columns of `resolved_mentions`; `documents`: at least document_id, publisher, url, published_date and
    duplicate_of; `actors`: side(actor_id) and actor(actor_id); `made`: document_id -> an id of what its mentions were
    made from, another one when they may be others. `corrections`: rows of seeds/corrections.csv, made after linking,
    the same as the last time where `known` has tellings; `codes` and `place_of` say which values they may set,
    `crosswalk`, which they need, what codes follow. The
    order of rows never matters. Raises UnknownDocumentError or RepeatedMentionError.
    """
    _refuse_repeated(resolved["mention_id"])
    reports = read_reports(documents)
    before = with_rows(known.tellings, resolved["mention_id"])
    inputs = changed_inputs(resolved, reports, made, before)
    new = relink(resolved, reports, actors, before, inputs)
    fixes = read_fixes(corrections)
    reference = Reference(codes or {}, place_of, actors, crosswalk)
    named = {mention for fix in fixes for mention in fix.mentions}
    by_id = {row["mention_id"]: row for row in _among(resolved, "mention_id", named).to_pylist()}
    changed = {*new.gone, *new.tellings["telling_id"].to_pylist()}
    while True:
        # what a fix names is done anew, whether it changed or not
        clusters = sorted([*new.clusters, *_clusters_with(named, known.tellings, changed)])
        mended = regroup(clusters, fixes, by_id, reference) if fixes else Mended(clusters)
        past = _past(known, {*new.ended, *(mention for cluster in clusters for mention in cluster)})
        names = name_events(mended.clusters, past.event_of, past.former, past.taken)
        # an id of long ago that is given anew ends to be a former one of others
        given = {name for name, _ in names} - set(past.former)
        reused = set(past.event_of_former(given))
        if not reused:
            break
        named |= set(_among(known.event_mentions, "event_id", reused)["mention_id"].to_pylist())
    links, events = _rows(resolved, reports, actors, mended, names, reference)
    return Linked(
        links.sort_by("mention_id"),
        events.sort_by("event_id"),
        new.tellings.sort_by("telling_id"),
        sorted(past.event_of),
        sorted(past.former),
        sorted(new.gone),
        reject_rows(mended.refused),
    )


def _refuse_repeated(mention_ids: pa.ChunkedArray) -> None:
    if pc.count_distinct(mention_ids).as_py() < len(mention_ids):
        counts = pc.value_counts(mention_ids)
        doubled = counts.filter(pc.greater(pc.struct_field(counts, "counts"), 1))[0]["values"]
        raise RepeatedMentionError(f"resolved_mentions holds mention_id {doubled} more than once")


def _is_among(column: pa.ChunkedArray, values: Iterable[str]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(list(values), pa.string()))


def _among(table: pa.Table, column: str, values: Iterable[str]) -> pa.Table:
    return table.filter(_is_among(table[column], values))


def _clusters_with(mentions: Collection[str], tellings: pa.Table, changed: Collection[str]) -> list[Cluster]:
    """The clusters, of those that `tellings` tell but for those that `changed`, that hold one of these mentions."""
    if not mentions:
        return []
    tellings = tellings.filter(pc.invert(_is_among(tellings["telling_id"], changed)))
    flat = pc.list_flatten(tellings["mention_ids"])
    of = pc.list_parent_indices(tellings["mention_ids"])
    roots = tellings["root_id"].take(of.filter(_is_among(flat, mentions)))
    found: dict[str, list[str]] = {}
    for row in _among(tellings.select(["root_id", "mention_ids"]), "root_id", roots.to_pylist()).to_pylist():
        found.setdefault(row["root_id"], []).extend(row["mention_ids"])
    return [tuple(sorted(ids)) for ids in found.values()]


class _Past(NamedTuple):
    """The events that may change, by mention and with the ids that ended in them; the ids of all others."""

    event_of: dict[str, str]
    former: dict[str, list[str]]
    others: pa.Table

    @property
    def taken(self) -> set[str]:
        return set(self.others["event_id"].to_pylist())

    def event_of_former(self, ids: Collection[str]) -> list[str]:
        """The other events in which one of these ended."""
        lists = self.others["former_event_ids"]
        rows = pc.list_parent_indices(lists).filter(_is_among(pc.list_flatten(lists), ids))
        return self.others["event_id"].take(rows).to_pylist()


def _past(known: Known, mentions: Collection[str]) -> _Past:
    """What is known of the events of these mentions; without tellings, of all."""
    links, events = known.event_mentions, known.events.select(["event_id", "former_event_ids"])
    others = events.slice(0, 0)
    if known.tellings.num_rows:
        events_of = _among(links, "mention_id", mentions)["event_id"].to_pylist()
        links = _among(links, "event_id", events_of)
        is_touched = _is_among(events["event_id"], events_of)
        events, others = events.filter(is_touched), events.filter(pc.invert(is_touched))
    return _Past(
        dict(zip(links["mention_id"].to_pylist(), links["event_id"].to_pylist(), strict=True)),
        dict(zip(events["event_id"].to_pylist(), events["former_event_ids"].to_pylist(), strict=True)),
        others,
    )


def _rows(
    resolved: pa.Table,
    reports: Mapping[str, Report],
    actors: Register,
    mended: Mended,
    names: Sequence[tuple[str, list[str]]],
    reference: Reference,
) -> tuple[pa.Table, pa.Table]:
    """Rows of `event_mentions` and of `events` for these clusters."""

    def merged(mentions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return merge(mentions, reports, actors)

    clusters = mended.clusters
    ids = pa.array((mention_id for cluster in clusters for mention_id in cluster), pa.string())
    # few are looked up among many: a set of the few is soon made
    is_told = pc.is_in(resolved["mention_id"], value_set=ids)
    rows = pc.indices_nonzero(is_told)
    row_of = rows.take(pc.index_in(ids, value_set=resolved["mention_id"].filter(is_told).combine_chunks()))
    links, parts, start = [EVENT_MENTIONS.schema.empty_table()], [EVENTS.schema.empty_table()], 0
    for batch in _batches(clusters):
        size = sum(len(clusters[number]) for number in batch)
        told = resolved.take(row_of.slice(start, size))
        start += size
        is_shared = np.repeat([len(clusters[n]) > 1 for n in batch], [len(clusters[n]) for n in batch])
        shared = told.select(MENTION_COLUMNS).filter(pa.array(is_shared, pa.bool_()))
        tellings = {telling.id: telling for telling in read_tellings([shared], reports, actors)}
        rows = iter(told.to_pylist())
        events: list[dict[str, Any]] = []
        linked: list[tuple[str, str, str]] = []
        for number in batch:
            event_id, former = names[number]
            mentions = sorted((next(rows) for _ in clusters[number]), key=lambda row: telling_order(row, reports))
            sets = mended.sets.get(clusters[number], [])
            row = mend_row(mentions, sets, merged, reference, mended) if sets else merged(mentions)
            corrections = mended.corrections_of(clusters[number])
            events.append({"event_id": event_id, "former_event_ids": former, "corrections": corrections} | row)
            order = [mention["mention_id"] for mention in mentions]
            reasons = _reasons([tellings[name] for name in order]) if len(order) > 1 else [_FIRST]
            for name, reason in zip(order, reasons, strict=True):
                linked.append((event_id, name, "; ".join([reason, *mended.notes.get(name, ())])))
        parts.append(pa.Table.from_pylist(events, schema=EVENTS.schema))
        columns = [list(column) for column in zip(*linked, strict=True)]
        links.append(pa.table(columns, schema=EVENT_MENTIONS.schema))
    return pa.concat_tables(links), pa.concat_tables(parts)


def _batches(clusters: Sequence[Cluster]) -> list[range]:
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
    reasons = [_FIRST]
    for place, telling in enumerate(told[1:], start=1):
        before = [told[0], *told[max(1, place - _LOOK_BACK) : place]]
        results = [compare(telling, other, together=telling.documents == other.documents) for other in before]
        fits = [(-result.score, rank, result.reasons) for rank, result in enumerate(results) if result is not None]
        reasons.append("; ".join(min(fits)[2]) if fits else "goes with the event as a whole")
    return reasons
