"""What linking gave the last time, and what of it may change.

In come the tables as they stand and the mentions whose events are made anew; out come the events that these mentions
were in, so that ids are kept, and the clusters that a correction takes up again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.relinking import Cluster
from tasks.tables import ACCOUNTS, EVENT_MENTIONS, EVENTS


class Known(NamedTuple):
    """What linking gave the last time: `event_mentions`; of `events` the ids; `accounts`, none to link all anew."""

    event_mentions: pa.Table = EVENT_MENTIONS.schema.empty_table()
    events: pa.Table = EVENTS.schema.empty_table()
    accounts: pa.Table = ACCOUNTS.schema.empty_table()


class Past(NamedTuple):
    """The events that may change, by mention and with the ids that ended in them; the ids of all others."""

    event_of: dict[str, str]
    former: dict[str, list[str]]
    others: pa.Table

    @property
    def taken(self) -> set[str]:
        """The ids of the other events."""
        return set(self.others["event_id"].to_pylist())

    def event_of_former(self, ids: Collection[str]) -> set[str]:
        """The other events in which one of these ended."""
        lists = self.others["former_event_ids"]
        rows = pc.list_parent_indices(lists).filter(is_among(pc.list_flatten(lists), ids))
        return set(self.others["event_id"].take(rows).to_pylist())


def past_of(known: Known, mentions: Collection[str]) -> Past:
    """What is known of the events of these mentions; without accounts, of all."""
    links, events = known.event_mentions, known.events.select(["event_id", "former_event_ids"])
    others = events.slice(0, 0)
    if known.accounts.num_rows:
        events_of = among(links, "mention_id", mentions)["event_id"].to_pylist()
        links = among(links, "event_id", events_of)
        is_touched = is_among(events["event_id"], events_of)
        events, others = events.filter(is_touched), events.filter(pc.invert(is_touched))
    return Past(
        dict(zip(links["mention_id"].to_pylist(), links["event_id"].to_pylist(), strict=True)),
        dict(zip(events["event_id"].to_pylist(), events["former_event_ids"].to_pylist(), strict=True)),
        others,
    )


def clusters_with(mentions: Collection[str], accounts: pa.Table, changed: Collection[str]) -> list[Cluster]:
    """The clusters, of those that `accounts` give but for those that `changed`, that hold one of these mentions."""
    if not mentions:
        return []
    accounts = accounts.filter(pc.invert(is_among(accounts["account_id"], changed)))
    flat = pc.list_flatten(accounts["mention_ids"])
    of = pc.list_parent_indices(accounts["mention_ids"])
    roots = accounts["root_id"].take(of.filter(is_among(flat, mentions)))
    found: dict[str, list[str]] = {}
    for row in among(accounts.select(["root_id", "mention_ids"]), "root_id", roots.to_pylist()).to_pylist():
        found.setdefault(row["root_id"], []).extend(row["mention_ids"])
    return [tuple(sorted(ids)) for ids in found.values()]


def is_among(column: pa.ChunkedArray, values: Iterable[str]) -> pa.ChunkedArray:
    """Which values of a column are among these."""
    return pc.is_in(column, value_set=pa.array(list(values), pa.string()))


def among(table: pa.Table, column: str, values: Iterable[str]) -> pa.Table:
    """The rows whose value in a column is among these."""
    return table.filter(is_among(table[column], values))
