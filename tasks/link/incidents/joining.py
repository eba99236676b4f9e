"""Which events are one incident: those that documents tell as one happening, and happenings that are told alike.

In come the happenings that each event is told in, and pairs of happenings that are alike; out come groups of events.
Two happenings of one document are never one incident, however many reports lie between them, unless one event is told
in both. Groups are a function of the set: what most mentions bear out is joined first, then by name; then the pairs
for which most speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Told(NamedTuple):
    """An event as one happening of a document tells it, and in how many mentions. Names that no history changes."""

    event: str
    happening: str
    document: str
    mentions: int


def join(told: Sequence[Told], alike: Iterable[tuple[str, str]] = ()) -> Iterator[list[str]]:
    """Groups of events, each sorted; an event that no row names is in none.

    `alike`: pairs of happenings, those first for which most speaks.
    """
    rows = sorted(told, key=lambda row: (-row.mentions, row.event, row.happening))
    groups = _Groups(rows)
    for row in rows:
        groups.join(groups.of_event[row.event], groups.of_happening[row.happening])
    for one, other in alike:
        # an analyst may have taken out all events of one
        if one in groups.of_happening and other in groups.of_happening:
            groups.join(groups.of_happening[one], groups.of_happening[other])
    yield from groups.events()


class _Groups:
    """Events and happenings on their way to incidents, by number."""

    def __init__(self, rows: Sequence[Told]) -> None:
        self.of_event: dict[str, int] = {}
        self.of_happening: dict[str, int] = {}
        self._events: list[list[str]] = []
        self._happenings: list[list[str]] = []
        # of each group, the happenings that it holds of each document
        self._held: list[dict[str, set[str]]] = []
        for row in rows:
            if row.event not in self.of_event:
                self.of_event[row.event] = self._add([row.event], [], {})
            if row.happening not in self.of_happening:
                held = {row.document: {row.happening}}
                self.of_happening[row.happening] = self._add([], [row.happening], held)

    def _add(self, events: list[str], happenings: list[str], held: dict[str, set[str]]) -> int:
        self._events.append(events)
        self._happenings.append(happenings)
        self._held.append(held)
        return len(self._held) - 1

    def join(self, one: int, other: int) -> None:
        """Put two groups together, unless a document tells what they hold as two happenings."""
        if one == other:
            return
        if len(self._held[one]) < len(self._held[other]):
            one, other = other, one
        ours, theirs = self._held[one], self._held[other]
        if any(ours[document].isdisjoint(told) for document, told in theirs.items() if document in ours):
            return
        self.of_event.update(dict.fromkeys(self._events[other], one))
        self.of_happening.update(dict.fromkeys(self._happenings[other], one))
        for document, told in theirs.items():
            ours.setdefault(document, set()).update(told)
        for lists in (self._events, self._happenings):
            lists[one] += lists[other]
            lists[other] = []
        self._held[other] = {}

    def events(self) -> Iterator[list[str]]:
        """The events of each group that has any."""
        return (sorted(events) for events in self._events if events)
