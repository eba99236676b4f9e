"""Incidents: the happenings that analysts count, each with the events that it holds.

In come all accounts with the happening that each tells of, the events that mentions are in, and what was known before;
out come the rows of `incidents` and `incident_events` that change. Incidents are a function of the set of mentions;
only ids remember. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.identity import INCIDENT, name_clusters
from tasks.link.incidents.joining import Told, join
from tasks.link.incidents.rows import HEAD, incident_row, roles
from tasks.link.incidents.single import single_rows
from tasks.link.known import is_among
from tasks.link.reports import Reports
from tasks.link.rows import Row
from tasks.tables import INCIDENT_EVENTS, INCIDENTS

# events held as rows of Python objects at a time
_BATCH = 10_000

Name = tuple[str, list[str]]
"""The id of an incident, and those that ended in it."""
Ints = npt.NDArray[np.int64]

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
    incidents = _Incidents.of(accounts.combine_chunks(), event_mentions.combine_chunks())
    todo, stays = incidents.changed(known.incident_events, changed)
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


class _Incidents(NamedTuple):
    """Events by number and the number of the incident of each, -1 where it is of none."""

    events: pa.Array
    incident: Ints

    @classmethod
    def of(cls, accounts: pa.Table, event_mentions: pa.Table) -> _Incidents:
        """All incidents. Most events are told in one happening, and it in no other: the rest needs a closer look."""
        accounts = accounts.filter(pc.is_valid(accounts["happening_id"])).combine_chunks()
        of_event = event_mentions["event_id"].combine_chunks().dictionary_encode()
        home = pc.list_parent_indices(accounts["mention_ids"]).combine_chunks().to_numpy()
        mentions = pc.list_flatten(accounts["mention_ids"]).combine_chunks()
        at = pc.index_in(mentions, value_set=event_mentions["mention_id"].combine_chunks())
        is_linked = pc.is_valid(at).to_numpy(zero_copy_only=False)
        event = of_event.indices.to_numpy()[at.drop_null().to_numpy()].astype(np.int64)
        of_happening = accounts["happening_id"].combine_chunks().dictionary_encode()
        account = home[is_linked]
        happening = of_happening.indices.to_numpy()[account].astype(np.int64)
        count = max(1, len(of_happening.dictionary))
        keys, first, times = np.unique(event * count + happening, return_index=True, return_counts=True)
        event, happening = keys // count, keys % count
        is_alone = np.ones(len(keys), bool)
        for number in (event, happening):
            is_alone &= np.bincount(number, minlength=1)[number] == 1
        incident = np.full(len(of_event.dictionary), -1, np.int64)
        incident[event[is_alone]] = event[is_alone]
        rest = ~is_alone
        documents = accounts["document_id"].take(pa.array(account[first[rest]])).to_pylist()
        names, number_of = _smallest_mentions(event_mentions, of_event.indices.to_numpy(), event[rest])
        happenings = of_happening.dictionary.take(pa.array(happening[rest])).to_pylist()
        for group in join([Told(*row) for row in zip(names, happenings, documents, times[rest].tolist(), strict=True)]):
            numbers = [number_of[name] for name in group]
            incident[numbers] = min(numbers)
        return cls(of_event.dictionary, incident)

    def changed(self, before: pa.Table, changed: Sequence[str]) -> tuple[list[tuple[str, ...]], set[str]]:
        """The incidents that are made anew, as events sorted by id, and the ids of those known that stay.

        One stays where it has the same events as before, and none of them is others now. `before`: event_id and
        incident_id.
        """
        known = before["incident_id"].combine_chunks().dictionary_encode()
        size = np.bincount(known.indices.to_numpy(), minlength=len(known.dictionary))
        at = pc.index_in(self.events, value_set=before["event_id"].combine_chunks())
        was = np.full(len(self.events), -1, np.int64)
        is_known = pc.is_valid(at).to_numpy(zero_copy_only=False)
        was[is_known] = known.indices.to_numpy()[at.drop_null().to_numpy()]
        was[pc.is_in(self.events, value_set=pa.array(list(changed), pa.string())).to_numpy(zero_copy_only=False)] = -1
        order = np.argsort(self.incident, kind="stable")
        order = order[self.incident[order] >= 0]
        groups = np.split(order, np.flatnonzero(np.diff(self.incident[order])) + 1) if len(order) else []
        todo, stays = [], set()
        for group in groups:
            first = was[group[0]]
            if first >= 0 and size[first] == len(group) and (was[group] == first).all():
                stays.add(known.dictionary[int(first)].as_py())
            else:
                todo.append(tuple(sorted(self.events.take(pa.array(group)).to_pylist())))
        return sorted(todo), stays


def _smallest_mentions(event_mentions: pa.Table, of_event: Ints, events: Ints) -> tuple[list[str], dict[str, int]]:
    """Of these events, as numbers, the smallest mention of each, which no history changes, and the number by it."""
    is_wanted = np.isin(of_event, events)
    told = pa.table({"event": of_event[is_wanted], "mention": event_mentions["mention_id"].filter(pa.array(is_wanted))})
    smallest = told.group_by("event").aggregate([("mention", "min")])
    name_of = dict(zip(smallest["event"].to_pylist(), smallest["mention_min"].to_pylist(), strict=True))
    return [name_of[number] for number in events.tolist()], {name: number for number, name in name_of.items()}


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
    by_id: dict[str, Row] = {row["event_id"]: row for row in rest.to_pylist()}
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
