"""Incidents: the happenings that analysts count, each with the events that it holds.

In come all accounts with the happening that each tells of, the events that mentions are in, and what was known before;
out come the rows of `incidents` and `incident_events` that change. Incidents are a function of the set of mentions;
only ids remember. Nothing is refused.
"""

from __future__ import annotations

from collections import Counter
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
    told = _Told.of(accounts, event_mentions.combine_chunks()).touched(changed)
    todo, stays = _todo(told.incidents(event_mentions), told.events, known.incident_events, changed)
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


class _Told(NamedTuple):
    """Which events are told in which happenings, one pair a row, by number; in which document, in how many mentions."""

    events: pa.Array
    happenings: pa.Array
    event: Ints
    happening: Ints
    document: pa.Array
    times: Ints

    @classmethod
    def of(cls, accounts: pa.Table, event_mentions: pa.Table) -> _Told:
        """All pairs."""
        accounts = accounts.filter(pc.is_valid(accounts["happening_id"])).combine_chunks()
        of_event = event_mentions["event_id"].combine_chunks().dictionary_encode()
        home = pc.list_parent_indices(accounts["mention_ids"]).combine_chunks().to_numpy()
        mentions = pc.list_flatten(accounts["mention_ids"]).combine_chunks()
        at = pc.index_in(mentions, value_set=event_mentions["mention_id"].combine_chunks())
        account = home[pc.is_valid(at).to_numpy(zero_copy_only=False)]
        event = of_event.indices.to_numpy()[at.drop_null().to_numpy()].astype(np.int64)
        of_happening = accounts["happening_id"].combine_chunks().dictionary_encode()
        count = max(1, len(of_happening.dictionary))
        keys = event * count + of_happening.indices.to_numpy()[account]
        keys, first, times = np.unique(keys, return_index=True, return_counts=True)
        document = accounts["document_id"].combine_chunks().take(pa.array(account[first]))
        return cls(of_event.dictionary, of_happening.dictionary, keys // count, keys % count, document, times)

    def touched(self, changed: Sequence[str]) -> _Told:
        """The pairs that these events can have changed the incidents of: those that pairs join to them."""
        is_event = pc.is_in(self.events, value_set=pa.array(list(changed), pa.string())).to_numpy(zero_copy_only=False)
        is_happening = np.zeros(len(self.happenings), bool)
        before = -1
        while before != (before := int(is_event.sum())):
            is_happening[self.happening[is_event[self.event]]] = True
            is_event = is_event.copy()
            is_event[self.event[is_happening[self.happening]]] = True
        return self._only(is_event[self.event])

    def _only(self, is_kept: npt.NDArray[np.bool_]) -> _Told:
        document = self.document.filter(pa.array(is_kept))
        kept = (self.event[is_kept], self.happening[is_kept], document, self.times[is_kept])
        return _Told(self.events, self.happenings, *kept)

    def incidents(self, event_mentions: pa.Table) -> list[list[int]]:
        """The events of each incident. Most are told in one happening, and it in no other: the rest is looked at."""
        is_alone = np.ones(len(self.event), bool)
        for number in (self.event, self.happening):
            is_alone &= np.bincount(number, minlength=1)[number] == 1
        rest = self._only(~is_alone)
        of_event = event_mentions["event_id"].combine_chunks().dictionary_encode().indices.to_numpy()
        names, number_of = _smallest_mentions(event_mentions, of_event, rest.event)
        happenings = rest.happenings.take(pa.array(rest.happening)).to_pylist()
        rows = zip(names, happenings, rest.document.to_pylist(), rest.times.tolist(), strict=True)
        joined = join([Told(*row) for row in rows])
        return [*([event] for event in self.event[is_alone].tolist()), *([number_of[n] for n in g] for g in joined)]


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
