"""Bring the marks of documents, `duplicate_of` and `supersedes`, up to date where documents came, changed or went.

In come documents as they are marked, their bands, the raw documents that share a name with what came or went, and the
ids of what went; out come the marks that change. A superseded document is nobody's copy and nobody's original. The
work grows with the news, not with the archive; nothing is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tasks.clean.copies import mark_copies, mark_revisions, to_compare

MARKS = ("duplicate_of", "supersedes")
MARKED = ("document_id", "external_id", *MARKS)
"""The columns of `documents` that say what is marked."""
COMPARED = ("document_id", "published_date", "signature")
"""The columns of `documents` by which near-copies are found."""
READ_ORDER = ("document_id", "source_id", "external_id", "uri", "ingested_at", "ordinal", "has_own_id")
"""The columns of `raw_documents` that say which revision is the newer."""

Marks = Mapping[str, Mapping[str, str | None]]
"""document_id -> its marks by column."""


@dataclass(frozen=True)
class Changed:
    """Documents (MARKED) and rows of `copy_bands` as they are; ids of what came, without bands yet, and what goes."""

    documents: pa.Table
    bands: pa.Table
    fresh: frozenset[str]
    gone: frozenset[str]

    @property
    def external_ids(self) -> list[str]:
        """Names under which something came or goes: revisions are looked for among them."""
        is_changed = among(self.documents["document_id"], self.fresh | self.gone)
        return list(pc.unique(self.documents["external_id"].filter(is_changed)).to_pylist())


@dataclass(frozen=True)
class Revisions:
    """What each document looked at supersedes now, and which documents are superseded, before and now."""

    supersedes: Mapping[str, str | None]
    superseded_before: frozenset[str]
    superseded: frozenset[str]


def changed(documents: pa.Table, bands: pa.Table, gone: Collection[str]) -> Changed:
    """What came since documents were last marked: what has no bands, after a run that was killed as well."""
    fresh = set(documents["document_id"].to_pylist()) - set(bands["document_id"].to_pylist()) - set(gone)
    return Changed(documents, bands, frozenset(fresh), frozenset(gone))


def revisions(change: Changed, raw: pa.Table) -> Revisions:
    """Which revision supersedes which, from the rows of `raw_documents` (READ_ORDER) of the names that changed."""
    documents, gone = change.documents, change.gone
    raw = raw.filter(pc.is_in(raw["document_id"], value_set=documents["document_id"].combine_chunks()))
    raw = raw.filter(pc.invert(among(raw["document_id"], gone)))
    newer = mark_revisions(raw)
    supersedes = {id_: newer.get(id_) for id_ in raw["document_id"].to_pylist()}
    before = dict(zip(documents["document_id"].to_pylist(), documents["supersedes"].to_pylist(), strict=True))
    now = {old for id_, old in (before | supersedes).items() if old and id_ not in gone}
    return Revisions(supersedes, frozenset(old for old in before.values() if old), frozenset(now))


def groups(change: Changed, revised: Revisions, new_bands: pa.Table) -> pa.Table:
    """document_id and group of what has to be compared, as `to_compare` gives them; `new_bands` are of what came."""
    was, now, bands = revised.superseded_before, revised.superseded, change.bands
    returned = was - now - change.gone
    came_bands = pa.concat_tables([new_bands, bands.filter(among(bands["document_id"], returned))])
    came_bands = came_bands.filter(among(came_bands["document_id"], (change.fresh | returned) - now))
    moved = change.fresh | change.gone | (now ^ was)
    return to_compare(change.documents, bands, came_bands, moved, change.gone | now)


def new_marks(change: Changed, revised: Revisions, grouped: pa.Table, compared: pa.Table) -> Marks:
    """The marks of documents whose marks change; `compared`: the columns COMPARED of what `groups` gave."""
    copies = mark_copies(compared.join(grouped, "document_id"))
    settled = set(grouped["document_id"].to_pylist()) | revised.superseded
    looked_at = among(change.documents["document_id"], settled | revised.supersedes.keys())
    marks = {}
    for row in change.documents.filter(looked_at).to_pylist():
        id_ = row["document_id"]
        now = {
            "duplicate_of": copies.get(id_) if id_ in settled else row["duplicate_of"],
            "supersedes": revised.supersedes.get(id_, row["supersedes"]),
        }
        if any(row[name] != now[name] for name in MARKS):
            marks[id_] = now
    return marks


def with_marks(documents: pa.Table, marks: Marks) -> pa.Table:
    """The documents with these marks, and none where a document is not among them."""
    ids = documents["document_id"].to_pylist()
    for name in MARKS:
        values = pa.array([marks.get(id_, {}).get(name) for id_ in ids], pa.string())
        at = documents.schema.get_field_index(name)
        documents = documents.set_column(at, documents.schema.field(name), values)
    return documents


def marks_of(documents: pa.Table) -> Marks:
    """The marks that documents (document_id and MARKS) have."""
    return {row["document_id"]: row for row in documents.to_pylist()}


def among(ids: pa.ChunkedArray, wanted: Collection[str]) -> pa.ChunkedArray:
    """Which of the ids are wanted."""
    return pc.is_in(ids, value_set=pa.array(sorted(wanted), pa.string()))
