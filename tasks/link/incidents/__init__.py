"""Incidents: the happenings that analysts count, each with the events that it holds.

In come all accounts with the happening that each tells of, the events that mentions are in, and what was known before;
out come the rows of `incidents` and `incident_events` that change. Incidents are a function of the set of mentions;
only ids remember. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.identity import INCIDENT, name_clusters
from tasks.link.incidents.joining import join
from tasks.link.incidents.rows import incident_row, roles
from tasks.link.reports import Reports
from tasks.link.rows import HAPPENED, Row
from tasks.tables import INCIDENT_EVENTS, INCIDENTS

# events held as rows of Python objects at a time
_BATCH = 10_000

EventsOf = Callable[[Sequence[str]], pa.Table]
"""Ids of events -> their rows of `events`."""


class KnownIncidents(NamedTuple):
    """What linking gave the last time: `incident_events`, and of `incidents` the ids."""

    incident_events: pa.Table = INCIDENT_EVENTS.schema.empty_table()
    incidents: pa.Table = INCIDENTS.schema.empty_table()


class LinkedIncidents(NamedTuple):
    """Rows that are new or others now, and the ids of all that they take the place of."""

    incident_events: pa.Table
    incidents: pa.Table
    gone_events: list[str]
    gone_incidents: list[str]


def link_incidents(
    accounts: pa.Table,
    event_mentions: pa.Table,
    events_of: EventsOf,
    known: KnownIncidents,
    changed: Sequence[str],
    reports: Reports,
) -> LinkedIncidents:
    """What of the incidents changes.

    `accounts`: document_id, mention_ids and happening_id of all; `event_mentions`: event_id and mention_id of all;
    `changed`: ids of the events that are new, others or gone.
    """
    home = _incidents(accounts, event_mentions)
    before = dict(zip(*(known.incident_events[name].to_pylist() for name in ("event_id", "incident_id")), strict=True))
    todo, gone = _todo(home, before, set(changed))
    columns = (known.incidents[name].to_pylist() for name in ("incident_id", "former_incident_ids"))
    former = dict(zip(*columns, strict=True))
    past = {event: incident for event, incident in before.items() if incident in gone}
    of_gone = {name: former.get(name, []) for name in gone}
    names = name_clusters(INCIDENT, todo, past, of_gone, former.keys() - gone)
    links, rows = [INCIDENT_EVENTS.schema.empty_table()], [INCIDENTS.schema.empty_table()]
    for batch in _batches(todo):
        made = _rows([todo[number] for number in batch], [names[number] for number in batch], events_of, reports)
        links.append(made[0])
        rows.append(made[1])
    return LinkedIncidents(
        pa.concat_tables(links).sort_by("event_id"),
        pa.concat_tables(rows).sort_by("incident_id"),
        sorted(past),
        sorted(gone),
    )


def _incidents(accounts: pa.Table, event_mentions: pa.Table) -> dict[str, list[str]]:
    """The events of each incident, by the smallest mention of its smallest event."""
    accounts = accounts.filter(pc.is_valid(accounts["happening_id"])).combine_chunks()
    event_mentions = event_mentions.combine_chunks()
    parents = pc.list_parent_indices(accounts["mention_ids"])
    mentions = pc.list_flatten(accounts["mention_ids"])
    at = pc.index_in(mentions, value_set=event_mentions["mention_id"])
    told = pd.DataFrame(
        {
            "event_id": event_mentions["event_id"].take(at).to_pandas(),
            "happening": accounts["happening_id"].take(parents).to_pandas(),
            "document": accounts["document_id"].take(parents).to_pandas(),
        }
    ).dropna(subset="event_id")
    smallest = event_mentions.group_by("event_id").aggregate([("mention_id", "min")])
    name_of = pd.Series(smallest["mention_id_min"].to_pandas().to_numpy(), index=smallest["event_id"].to_pandas())
    told["event"] = told["event_id"].map(name_of)
    pairs = told.groupby(["event", "happening", "document"], sort=False).size().rename("mentions").reset_index()
    id_of = pd.Series(name_of.index, index=name_of.to_numpy())
    home = join(pairs)
    grouped = pd.DataFrame({"incident": home.to_numpy(), "event_id": id_of[home.index].to_numpy()})
    found: dict[str, list[str]] = {}
    for incident, event_id in zip(grouped["incident"], grouped["event_id"], strict=True):
        found.setdefault(incident, []).append(event_id)
    return found


def _todo(
    home: dict[str, list[str]], before: dict[str, str], changed: set[str]
) -> tuple[list[tuple[str, ...]], set[str]]:
    """The incidents that are made anew, as events sorted by id, and the ids of those known that end or change."""
    size: dict[str, int] = {}
    for incident in before.values():
        size[incident] = size.get(incident, 0) + 1
    todo, stays = [], set()
    for _, members in sorted(home.items()):
        known = {before.get(event) for event in members}
        if changed.isdisjoint(members) and len(known) == 1 and size.get(next(iter(known)) or "") == len(members):
            stays |= known
        else:
            todo.append(tuple(sorted(members)))
    return sorted(todo), set(size) - stays


def _batches(incidents: Sequence[tuple[str, ...]]) -> Iterator[range]:
    """Runs of incidents with about as many events as fit into memory as Python objects."""
    start, held = 0, 0
    for number, events in enumerate(incidents):
        held += len(events)
        if held >= _BATCH:
            yield range(start, number + 1)
            start, held = number + 1, 0
    if start < len(incidents):
        yield range(start, len(incidents))


def _rows(
    incidents: Sequence[tuple[str, ...]], names: Sequence[tuple[str, list[str]]], events_of: EventsOf, reports: Reports
) -> tuple[pa.Table, pa.Table]:
    """Rows of `incident_events` and of `incidents`."""
    ids = [event for events in incidents for event in events]
    by_id: dict[str, Row] = {row["event_id"]: row for row in events_of(ids).to_pylist()}
    links: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for events, (incident_id, former) in zip(incidents, names, strict=True):
        members = [by_id[event] for event in events]
        if not any(member["status_code"] in HAPPENED for member in members):
            continue
        role_of = roles(members)
        rows.append(
            {"incident_id": incident_id, "former_incident_ids": former} | incident_row(members, role_of, reports)
        )
        links += [
            {"event_id": event, "incident_id": incident_id, "incident_role_code": role_of[event]} for event in events
        ]
    return (
        pa.Table.from_pylist(links, schema=INCIDENT_EVENTS.schema),
        pa.Table.from_pylist(rows, schema=INCIDENTS.schema),
    )
