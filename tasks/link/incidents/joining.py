"""Which events are one incident: those that documents tell as one happening.

In come the happenings that each event is told in; out come groups of events. Two happenings of one document are never
one incident, however many reports lie between them, unless one event is told in both. Groups are a function of the
set: what most mentions bear out is joined first, then by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd


class Told(NamedTuple):
    """An event as one happening of a document tells it, and in how many mentions. Names that no history changes."""

    event: str
    happening: str
    document: str
    mentions: int


def join(told: pd.DataFrame) -> pd.Series:
    """The smallest event of each event's incident, by event; `told`: the columns of Told, one row a pair.

    An event of no happening is in no row and gets none.
    """
    told = told.reset_index(drop=True)
    home = pd.Series(told["event"].to_numpy(), index=told["event"]).groupby(level=0).first()
    is_alone = ~told["event"].duplicated(keep=False) & ~told["happening"].duplicated(keep=False)
    # most events are told in one happening of one report: only what is joined to others needs a closer look
    for events in _joined(told[~is_alone]):
        home[events] = min(events)
    return home


def _joined(told: pd.DataFrame) -> Iterator[list[str]]:
    """Groups of two events or more."""
    order = told.sort_values(["mentions", "event", "happening"], ascending=[False, True, True])
    rows = [Told(*row) for row in order[list(Told._fields)].itertuples(index=False)]
    groups = _Groups(rows)
    for row in rows:
        groups.join(row)
    yield from groups.events()


class _Groups:
    """Events and happenings on their way to incidents."""

    def __init__(self, rows: Sequence[Told]) -> None:
        self._home: dict[str, int] = {}
        self._members: list[list[str]] = []
        # of each group, the happenings that it holds of each document
        self._held: list[dict[str, set[str]]] = []
        for row in rows:
            self._add("event " + row.event)
            self._add("happening " + row.happening, row)

    def _add(self, name: str, row: Told | None = None) -> None:
        if name not in self._home:
            self._home[name] = len(self._members)
            self._members.append([name])
            self._held.append({row.document: {row.happening}} if row else {})

    def join(self, row: Told) -> None:
        """Put an event and a happening together, unless a document tells what they hold as two happenings."""
        one, other = self._home["event " + row.event], self._home["happening " + row.happening]
        if one == other:
            return
        if len(self._members[one]) < len(self._members[other]):
            one, other = other, one
        ours, theirs = self._held[one], self._held[other]
        if any(ours[document].isdisjoint(told) for document, told in theirs.items() if document in ours):
            return
        for name in self._members[other]:
            self._home[name] = one
        self._members[one] += self._members[other]
        for document, told in theirs.items():
            ours.setdefault(document, set()).update(told)
        self._members[other], self._held[other] = [], {}

    def events(self) -> Iterator[list[str]]:
        for names in self._members:
            events = [name.removeprefix("event ") for name in names if name.startswith("event ")]
            if len(events) > 1:
                yield sorted(events)
