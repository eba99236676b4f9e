"""Which documents a run is to look at: those of a source, of a stretch of days, or named one by one.

In come what was asked for and a data folder, out come ids of documents; all where nothing was asked for. Refused is a
stretch that ends before it begins, and a source or a document that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from flows.nearest import did_you_mean
from tasks.storage.store import Store

# so much of an id names a document
_LEAST_BEGINNING = 6


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
    ids: list[str] = rows["document_id"].to_pylist()
    of_name: dict[str, set[str]] = {}
    for id_, external_id in zip(ids, rows["external_id"].to_pylist(), strict=True):
        of_name.setdefault(id_, set()).add(id_)
        of_name.setdefault(external_id, set()).add(id_)
    found: set[str] = set()
    for name in names:
        here = of_name.get(name) or {id_ for id_ in ids if len(name) >= _LEAST_BEGINNING and id_.startswith(name)}
        if not here:
            raise ChoiceError(f"there is no document {name!r}{did_you_mean(name, of_name)}")
        found |= here
    return found
