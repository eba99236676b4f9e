"""Which documents a run is to look at: those of a source, of a stretch of days, or named one by one.

In come what was asked for and a data folder, out come ids of documents; all where nothing was asked for. Refused is a
stretch that ends before it begins, and a source or a document that is not there. What a stage can have none of is told
by the command line, with the reason.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, takewhile

import pyarrow as pa

from flows.nearest import did_you_mean
from tasks.storage.rows import among
from tasks.storage.store import Store

# so much of an id names a document
_LEAST_BEGINNING = 6
# names that are held for who mistyped one
_MOST_OTHERS = 10_000


class ChoiceError(LookupError):
    """What was asked for cannot be, or is not there."""


@dataclass(frozen=True)
class Choice:
    """Documents published from `since` to `until` (both included) of a `source`, among `documents`.

    A document is named by its id, the beginning of it, or its external id. One that is not cleaned yet may be of any
    day; one whose day of publication nobody knows is of none.
    """

    since: date | None = None
    until: date | None = None
    source: str | None = None
    documents: Sequence[str] | None = None

    def __bool__(self) -> bool:
        return any(one is not None for one in (self.since, self.until, self.source, self.documents))

    def ids(self, store: Store) -> set[str]:
        """The ids of the documents. Raises ChoiceError."""
        if self.since and self.until and self.since > self.until:
            raise ChoiceError(f"nothing is published since {self.since} and until {self.until}: the second is earlier")
        rows = store.read("raw_documents", columns=["document_id", "external_id", "source_id"])
        found = set(rows["document_id"].to_pylist())
        if self.source is not None:
            found = self._of_source(rows)
        if self.documents is not None:
            found &= named(self.documents, rows)
        return found - self._of_other_days(store) if self.since or self.until else found

    def _of_source(self, rows: pa.Table) -> set[str]:
        pairs = zip(rows["document_id"].to_pylist(), rows["source_id"].to_pylist(), strict=True)
        sources = {str(id_): str(source) for id_, source in pairs}
        found = {id_ for id_, source in sources.items() if source == self.source}
        if not found:
            hint = did_you_mean(str(self.source), sources.values())
            raise ChoiceError(f"there is no document of source {self.source!r}{hint}")
        return found

    def _of_other_days(self, store: Store) -> set[str]:
        rows = store.read("documents", columns=["document_id", "published_date"])
        days: Mapping[str, date | None] = dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))
        first, last = self.since or date.min, self.until or date.max
        return {id_ for id_, day in days.items() if day is None or not first <= day <= last}


def named(names: Sequence[str], rows: pa.Table) -> set[str]:
    """The ids of the documents (rows with document_id, external_id) of these names. Raises ChoiceError."""
    found = set[str]()
    for name, ids in _by_name(names, rows).items():
        if not ids:
            raise _unknown(name, [*rows["document_id"].to_pylist(), *rows["external_id"].to_pylist()])
        found |= ids
    return found


class Wanted:
    """Documents that are asked for by name where they come in batches, and nobody knows yet which will."""

    def __init__(self, names: Sequence[str] | None) -> None:
        """All where None."""
        self._names = names
        self._found = set[str]()
        self._others = set[str]()

    def of(self, rows: pa.Table) -> pa.Table:
        """Those of the rows that are asked for."""
        if self._names is None:
            return rows
        wanted = set[str]()
        for name, ids in _by_name(self._names, rows).items():
            wanted |= ids
            self._found |= {name} if ids else set()
        self._others |= set(rows["external_id"].to_pylist()[: _MOST_OTHERS - len(self._others)])
        return among(rows, "document_id", wanted)

    def check(self) -> None:
        """Raise ChoiceError where a name was of no document that came."""
        if missing := sorted(set(self._names or ()) - self._found):
            raise _unknown(missing[0], self._others)


def _by_name(names: Sequence[str], rows: pa.Table) -> dict[str, set[str]]:
    """The ids of the documents of each name; none for one that nothing is called."""
    ids: list[str] = rows["document_id"].to_pylist()
    of_name: dict[str, set[str]] = {}
    for id_, external_id in zip(ids, rows["external_id"].to_pylist(), strict=True):
        of_name.setdefault(id_, set()).add(id_)
        of_name.setdefault(external_id, set()).add(id_)
    in_order = sorted(ids)
    return {name: of_name.get(name) or _beginning(name, in_order) for name in names}


def _beginning(name: str, in_order: Sequence[str]) -> set[str]:
    """The ids that begin with what is long enough to name one."""
    if len(name) < _LEAST_BEGINNING:
        return set()
    return set(takewhile(lambda id_: id_.startswith(name), islice(in_order, bisect_left(in_order, name), None)))


def _unknown(name: str, others: Iterable[str]) -> ChoiceError:
    return ChoiceError(f"there is no document {name!r}{did_you_mean(name, others)}")
