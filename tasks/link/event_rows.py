"""Rows of `events` and `event_mentions` for clusters of mentions.

In come clusters with their ids, all resolved mentions and what an analyst corrects; out come the two tables' rows, some
clusters at a time, so that few rows are Python objects at once. Each mention's row says why it is with its event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.accounts import Account
from tasks.link.columns import Columns
from tasks.link.compare import compare
from tasks.link.corrected_row import correct_row
from tasks.link.corrections import Reference
from tasks.link.merge import merge, reading_order
from tasks.link.read_accounts import MENTION_COLUMNS, read_accounts
from tasks.link.reasons import BETWEEN, Reason, in_words
from tasks.link.regrouping import Corrected
from tasks.link.relinking import Cluster
from tasks.link.reports import Reports
from tasks.link.rows import Row
from tasks.link.single_events import single_events
from tasks.link.weights import WEIGHTS
from tasks.tables import EVENT_MENTIONS, EVENTS

# rows held as Python objects at a time while events are merged
_BATCH = 20_000


class Named(NamedTuple):
    """The ids of one cluster: its event's, and those that ended in it."""

    event_id: str
    former_event_ids: list[str]


def event_rows(
    resolved: pa.Table, reports: Reports, corrected: Corrected, names: Sequence[Named], reference: Reference
) -> tuple[pa.Table, pa.Table]:
    """Rows of `event_mentions` and of `events` for these clusters, to which `names` gives ids in their order.

    `events` are in the order of their ids: no copy of so large a table need be sorted.
    """
    told = sorted(zip(names, corrected.clusters, strict=True))
    row_of, start = _places(resolved, [cluster for _, cluster in told]), 0
    links, events = [EVENT_MENTIONS.schema.empty_table()], [EVENTS.schema.empty_table()]
    for batch in _batches([cluster for _, cluster in told]):
        of_batch = told[batch.start : batch.stop]
        sizes = [len(cluster) for _, cluster in of_batch]
        mentions = resolved.take(row_of.slice(start, sum(sizes)))
        start += sum(sizes)
        are_single = [_is_single(cluster, named, corrected) for named, cluster in of_batch]
        is_alone = pa.array(np.repeat(are_single, sizes), pa.bool_())
        single = [named for (named, _), alone in zip(of_batch, are_single, strict=True) if alone]
        merged = [one for one, alone in zip(of_batch, are_single, strict=True) if not alone]
        made = (
            _single(mentions.filter(is_alone), single, reports, reference),
            _merged(mentions.filter(pc.invert(is_alone)), merged, reports, corrected, reference),
        )
        links += [rows for rows, _ in made]
        events.append(pa.concat_tables([rows for _, rows in made]).sort_by("event_id"))
    return pa.concat_tables(links), pa.concat_tables(events)


def _is_single(cluster: Cluster, named: Named, corrected: Corrected) -> bool:
    """One mention tells it, it takes the place of no other event, and nobody has corrected it."""
    if len(cluster) > 1 or named.former_event_ids or cluster in corrected.sets:
        return False
    return cluster[0] not in corrected.notes and cluster[0] not in corrected.made


def _single(
    mentions: pa.Table, names: Sequence[Named], reports: Reports, reference: Reference
) -> tuple[pa.Table, pa.Table]:
    """Rows of both tables for mentions that are an event each."""
    event_ids = [named.event_id for named in names]
    reasons = [in_words([Reason.FIRST])] * len(names)
    links = pa.table([event_ids, mentions["mention_id"], reasons], schema=EVENT_MENTIONS.schema)
    return links, single_events(mentions, event_ids, reports, reference.actors)


def _merged(
    mentions: pa.Table,
    told: Sequence[tuple[Named, Cluster]],
    reports: Reports,
    corrected: Corrected,
    reference: Reference,
) -> tuple[pa.Table, pa.Table]:
    """Rows of both tables for clusters of `mentions`, which stand in their order."""
    accounts = {a.id: a for a in read_accounts([mentions.select(MENTION_COLUMNS)], reports, reference.actors)}
    rows = Columns(mentions).rows(mentions.column_names)
    made: list[dict[str, Any]] = []
    linked: list[tuple[str, str, str]] = []
    for named, cluster in told:
        of_one = sorted(islice(rows, len(cluster)), key=lambda row: reading_order(row, reports))
        made.append(_event(cluster, of_one, named, reports, corrected, reference))
        order = [mention["mention_id"] for mention in of_one]
        linked += [(named.event_id, *link) for link in _links(order, accounts, corrected.notes)]
    columns = [list(column) for column in zip(*linked, strict=True)] or [[], [], []]
    return pa.table(columns, schema=EVENT_MENTIONS.schema), pa.Table.from_pylist(made, schema=EVENTS.schema)


def _places(resolved: pa.Table, clusters: Sequence[Cluster]) -> pa.Array:
    """The row of each mention, one cluster after the other."""
    ids = pa.array((mention_id for cluster in clusters for mention_id in cluster), pa.string())
    # few are looked up among many: a set of the few is soon made
    is_asked = pc.is_in(resolved["mention_id"], value_set=ids)
    rows = pc.indices_nonzero(is_asked)
    return rows.take(pc.index_in(ids, value_set=resolved["mention_id"].filter(is_asked).combine_chunks()))


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


def _event(
    cluster: Cluster,
    mentions: Sequence[Row],
    named: Named,
    reports: Reports,
    corrected: Corrected,
    reference: Reference,
) -> dict[str, Any]:
    """The row of `events`; `mentions` in the order of reading."""

    def merged(mentions: Sequence[Row]) -> dict[str, Any]:
        return merge(mentions, reports, reference.actors)

    sets = corrected.sets.get(cluster, [])
    row = correct_row(mentions, sets, merged, reference, corrected) if sets else merged(mentions)
    return named._asdict() | {"corrections": corrected.corrections_of(cluster)} | row


def _links(
    order: Sequence[str], accounts: Mapping[str, Account], notes: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """(mention_id, link_reason) of the mentions of an event, in the order of reading."""
    found = _reasons([accounts[name] for name in order]) if len(order) > 1 else [(Reason.FIRST,)]
    for name, reasons in zip(order, found, strict=True):
        yield name, BETWEEN.join([in_words(reasons), *notes.get(name, ())])


def _reasons(accounts: Sequence[Account]) -> list[tuple[Reason, ...]]:
    """Why each mention, in the order of reading, is with those read before it: the features of the best pair."""
    found: list[tuple[Reason, ...]] = [(Reason.FIRST,)]
    for place, account in enumerate(accounts[1:], start=1):
        before = [accounts[0], *accounts[max(1, place - WEIGHTS.reason_look_back) : place]]
        results = [compare(account, other, together=account.documents == other.documents) for other in before]
        fits = [(-result.score, rank) for rank, result in enumerate(results) if result is not None]
        best = results[min(fits)[1]] if fits else None
        found.append(best.reasons if best else (Reason.WHOLE,))
    return found
