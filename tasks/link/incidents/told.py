"""Which events are told in which happenings, what of that news can have changed, and which events are one incident.

In come all accounts, the events that mentions are in, and the index of happenings; out come groups of events, by
number. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.corrections import MERGE_INCIDENT, Correction
from tasks.link.incidents.joining import Told, join
from tasks.link.incidents.retold import Alike, Retold
from tasks.link.known import among
from tasks.link.nearby import Bools, Ints


class Fixes(NamedTuple):
    """What an analyst says: events, by number, that are of one incident, and such as are an incident of their own."""

    merged: list[list[int]]
    split: list[list[int]]


class EventsTold(NamedTuple):
    """Events and happenings, one pair a row, by number; in which document, in how many mentions.

    `row`: of each happening, its number in the index, -1 for one that is a sum; `alike`: the pairs found there.
    """

    events: pa.Array
    happenings: pa.Array
    event: Ints
    happening: Ints
    document: pa.Array
    times: Ints
    row: Ints
    retold: Retold
    alike: list[Alike]

    @classmethod
    def of(cls, accounts: pa.Table, event_mentions: pa.Table, retold: Retold) -> EventsTold:
        """All pairs; none alike yet."""
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
        row = pc.fill_null(pc.index_in(of_happening.dictionary, value_set=retold.ids), -1).to_numpy().astype(np.int64)
        happening = keys % count
        return cls(
            of_event.dictionary, of_happening.dictionary, keys // count, happening, document, times, row, retold, []
        )

    def fixes(self, corrections: Sequence[Correction], event_mentions: pa.Table) -> Fixes:
        """The events that corrections name by their mentions."""
        found = Fixes([], [])
        for correction in corrections:
            told = among(event_mentions, "mention_id", correction.mentions)["event_id"]
            events = pc.index_in(pc.unique(told), value_set=self.events).to_pylist()
            (found.merged if correction.action == MERGE_INCIDENT else found.split).append(sorted(events))
        return found

    def touched(self, changed: Sequence[str], before: pa.Table, fixes: Fixes) -> EventsTold:
        """The pairs that news can have changed the incidents of, with all that are alike among them.

        That is all that news is joined to, by an event, a happening, two that are alike, an incident of before,
        or what an analyst says. `changed`: ids of events; `before`: event_id and incident_id.
        """
        is_event = _is_among(self.events, changed)
        of_incident = before["incident_id"].combine_chunks().dictionary_encode().indices.to_numpy()
        was = pc.fill_null(pc.index_in(before["event_id"], value_set=self.events), -1).to_numpy()
        is_incident = np.zeros(int(of_incident.max(initial=-1)) + 1, bool)
        is_incident[of_incident[_is_among(before["event_id"], changed)]] = True
        is_row, done = self.retold.touched(), np.zeros(len(self.retold.ids), bool)
        alike: list[Alike] = []
        reach = -1
        while reach != (reach := int(is_event.sum() + is_row.sum())):
            is_event[was[is_incident[of_incident] & (was >= 0)]] = True
            is_event[[event for events in fixes.merged if is_event[events].any() for event in events]] = True
            is_happening = np.append(is_row, False)[self.row]
            is_happening[self.happening[is_event[self.event]]] = True
            is_event[self.event[is_happening[self.happening]]] = True
            is_incident[of_incident[np.append(is_event, False)[was]]] = True
            is_row[self.row[is_happening & (self.row >= 0)]] = True
            found = self.retold.alike(np.flatnonzero(is_row & ~done), done)
            done |= is_row
            is_row[[number for pair in found for number in (pair.one, pair.other)]] = True
            alike += found
        return self._only(is_event[self.event])._replace(alike=alike)

    def _only(self, is_kept: Bools) -> EventsTold:
        document = self.document.filter(pa.array(is_kept))
        return self._replace(
            event=self.event[is_kept], happening=self.happening[is_kept], document=document, times=self.times[is_kept]
        )

    def incidents(self, event_mentions: pa.Table, fixes: Fixes) -> list[list[int]]:
        """The events of each incident, as linking finds them and an analyst corrects them."""
        there = set(self.event.tolist())
        split = [[event for event in events if event in there] for events in fixes.split]
        apart = {event for events in split for event in events}
        told = self._only(~np.isin(self.event, list(apart))) if apart else self
        groups = [*told._joined(event_mentions), *(events for events in split if events)]
        for merged in fixes.merged:
            one = [group for group in groups if not set(merged).isdisjoint(group)]
            groups = [group for group in groups if group not in one]
            groups += [sorted({event for group in one for event in group})] if one else []
        return groups

    def _joined(self, event_mentions: pa.Table) -> list[list[int]]:
        """Groups of events. Most are told in one happening, and it in no other: the rest is looked at."""
        is_alone = np.ones(len(self.event), bool)
        for number in (self.event, self.happening):
            is_alone &= np.bincount(number, minlength=1)[number] == 1
        has_like = np.zeros(len(self.retold.ids) + 1, bool)
        has_like[[number for pair in self.alike for number in (pair.one, pair.other)]] = True
        is_alone &= ~has_like[self.row[self.happening]]
        rest = self._only(~is_alone)
        of_event = event_mentions["event_id"].combine_chunks().dictionary_encode().indices.to_numpy()
        names, number_of = _smallest_mentions(event_mentions, of_event, rest.event)
        happenings = rest.happenings.take(pa.array(rest.happening)).to_pylist()
        rows = zip(names, happenings, rest.document.to_pylist(), rest.times.tolist(), strict=True)
        joined = join([Told(*row) for row in rows], self._in_order())
        return [*([event] for event in self.event[is_alone].tolist()), *([number_of[n] for n in g] for g in joined)]

    def _in_order(self) -> list[tuple[str, str]]:
        """The ids of happenings that are alike, those first for which most speaks, of equals by id."""
        ones, others = (
            self.retold.ids.take(pa.array([pair[side] for pair in self.alike], pa.int64())).to_pylist()
            for side in (1, 2)
        )
        pairs = zip(self.alike, ones, others, strict=True)
        ranked = sorted((-pair.score, min(one, other), max(one, other)) for pair, one, other in pairs)
        return [(one, other) for _, one, other in ranked]


def _is_among(ids: pa.Array | pa.ChunkedArray, wanted: Sequence[str]) -> Bools:
    found: Bools = pc.is_in(ids, value_set=pa.array(list(wanted), pa.string())).to_numpy(zero_copy_only=False)
    return found if found.flags.writeable else found.copy()


def _smallest_mentions(event_mentions: pa.Table, of_event: Ints, events: Ints) -> tuple[list[str], dict[str, int]]:
    """Of these events, as numbers, the smallest mention of each, which no history changes, and the number by it."""
    is_wanted = np.isin(of_event, events)
    told = pa.table({"event": of_event[is_wanted], "mention": event_mentions["mention_id"].filter(pa.array(is_wanted))})
    smallest = told.group_by("event").aggregate([("mention", "min")])
    name_of = dict(zip(smallest["event"].to_pylist(), smallest["mention_min"].to_pylist(), strict=True))
    return [name_of[number] for number in events.tolist()], {name: number for number, name in name_of.items()}
