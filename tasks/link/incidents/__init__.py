"""Incidents: the happenings that analysts count, each with the events that it holds.

In come all accounts with the happening that each tells of, what documents know of these happenings, the events that
mentions are in, and what was known before; out come the rows of `incidents` and `incident_events` that change.
Incidents are a function of the set of mentions; only ids remember. Nothing is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.columns import Columns
from tasks.link.corrections import Correction
from tasks.link.identity import INCIDENT, name_clusters
from tasks.link.incidents.retold import Retold
from tasks.link.incidents.rows import HEAD, incident_row, roles
from tasks.link.incidents.single import single_rows
from tasks.link.incidents.told import EventsTold
from tasks.link.known import among, is_among
from tasks.link.reports import Reports
from tasks.link.rows import Row
from tasks.tables import EVENTS, HAPPENINGS, INCIDENT_EVENTS, INCIDENTS

# events held as rows of Python objects at a time, and what an incident takes of them
_BATCH = 10_000
_EVENT_COLUMNS = [name for name in EVENTS.names if name not in ("summary", "former_event_ids", "corrections")]

Name = tuple[str, list[str]]
"""The id of an incident, and those that ended in it."""

EventsOf = Callable[[Sequence[str]], pa.Table]
"""Ids of events -> their rows of `events`."""


class KnownIncidents(NamedTuple):
    """What linking gave the last time: `incident_events`, of `incidents` the ids, and `happenings`."""

    incident_events: pa.Table = INCIDENT_EVENTS.schema.empty_table()
    incidents: pa.Table = INCIDENTS.schema.empty_table()
    happenings: pa.Table = HAPPENINGS.schema.empty_table()


class LinkedIncidents(NamedTuple):
    """Rows that are new or others now, and the ids of all that they take the place of."""

    incident_events: pa.Table
    incidents: pa.Table
    gone_events: list[str]
    gone_incidents: list[str]


def link_incidents(
    accounts: pa.Table,
    event_mentions: pa.Table,
    happenings: pa.Table,
    events_of: EventsOf,
    known: KnownIncidents,
    changed: Sequence[str],
    retold_anew: Sequence[str],
    reports: Reports,
    corrections: Sequence[Correction] = (),
) -> LinkedIncidents:
    """What of the incidents changes.

    `accounts`: document_id, mention_ids and happening_id of all; `event_mentions`: event_id and mention_id of all;
    `happenings`: all as they are now; `changed` and `retold_anew`: ids of the events and of the happenings that are
    new, others or gone; `corrections`: sound ones of incidents, the same as the last time unless all is linked anew.
    """
    before = among(known.happenings, "happening_id", retold_anew)
    retold = Retold(happenings, pa.array(list(retold_anew), pa.string()), before)
    told = EventsTold.of(accounts, event_mentions.combine_chunks(), retold)
    fixes = told.fixes(corrections, event_mentions)
    touched = told.touched(changed, known.incident_events, fixes)
    todo, stays = _todo(touched.incidents(event_mentions, fixes), told.events, known.incident_events, changed)
    columns = (known.incidents[name].to_pylist() for name in ("incident_id", "former_incident_ids"))
    former = dict(zip(*columns, strict=True))
    ended = known.incident_events.filter(pc.invert(is_among(known.incident_events["incident_id"], stays)))
    past = dict(zip(*(ended[name].to_pylist() for name in ("event_id", "incident_id")), strict=True))
    gone = {name: former.get(name, []) for name in former.keys() - stays}
    names = name_clusters(INCIDENT, todo, past, gone, stays)
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


def _todo(
    incidents: Sequence[Sequence[int]], events: pa.Array, before: pa.Table, changed: Sequence[str]
) -> tuple[list[tuple[str, ...]], set[str]]:
    """The incidents that are made anew, as events sorted by id, and the ids of those known that stay.

    One stays that no news touches, or that has the same events as before, none of them another now. `incidents`:
    those that news may touch; `before`: event_id and incident_id.
    """
    numbers = [event for members in incidents for event in members]
    ids = iter(events.take(pa.array(numbers, pa.int64())).to_pylist())
    named = [tuple(sorted(next(ids) for _ in members)) for members in incidents]
    of_event = dict(zip(*(before[name].to_pylist() for name in ("event_id", "incident_id")), strict=True))
    size = Counter(of_event.values())
    fresh, stays, todo = set(changed), set(size), []
    for members in named:
        was = {of_event.get(event) for event in members}
        one = next(iter(was))
        if len(was) > 1 or one is None or size[one] != len(members) or not fresh.isdisjoint(members):
            todo.append(members)
    touched = {event for members in todo for event in members}.union(fresh)
    stays -= {of_event[event] for event in touched if event in of_event}
    return sorted(todo), stays


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
    incidents: Sequence[tuple[str, ...]], names: Sequence[Name], events_of: EventsOf, reports: Reports
) -> tuple[pa.Table, pa.Table]:
    """Rows of `incident_events` and of `incidents`."""
    events = events_of([event for members in incidents for event in members])
    of_one = {members[0]: name for members, name in zip(incidents, names, strict=True) if len(members) == 1}
    single, rest = single_rows(events, of_one)
    by_id: dict[str, Row] = {row["event_id"]: row for row in Columns(rest).rows(_EVENT_COLUMNS)}
    links = [(row, name[0], HEAD) for row, name in of_one.items() if row not in by_id]
    rows: list[dict[str, Any]] = []
    for members, (incident_id, former) in zip(incidents, names, strict=True):
        told = [by_id[event] for event in members if event in by_id]
        if not told:
            continue
        role_of = roles(told)
        rows.append({"incident_id": incident_id, "former_incident_ids": former} | incident_row(told, role_of, reports))
        links += [(event, incident_id, role_of[event]) for event in members]
    columns = [list(column) for column in zip(*links, strict=True)] or [[], [], []]
    return (
        pa.table(columns, schema=INCIDENT_EVENTS.schema),
        pa.concat_tables([single, pa.Table.from_pylist(rows, schema=INCIDENTS.schema)]),
    )
