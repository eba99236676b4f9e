"""Documents as linking sees them: who stands behind each, when, and of which it is a near-copy.

In come rows of `documents`; out comes a Report a document. A copy whose original has left the data still speaks with
its original's voice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from tasks.knowledge.addresses import host_of
from tasks.language.name_keys import name_key


class Report(NamedTuple):
    """One document: `original_id` is the report that it copies, itself where it copies none."""

    document_id: str
    original_id: str
    publisher: str
    published: date | None


Reports = Mapping[str, Report]
"""document_id -> Report."""


def read_reports(documents: pa.Table) -> dict[str, Report]:
    """document_id -> Report.

    `publisher` is the voice behind the text: the agency that a paper prints, the publisher that a near-copy repeats; an
    unknown one is the empty string.
    """
    # column by column, for a large archive has many documents
    names = ("document_id", "published_date", "duplicate_of", "agency", "publisher", "url")
    ids, dates, parents, agencies, publishers, urls = (documents[name].to_pylist() for name in names)
    parent_of = dict(zip(ids, parents, strict=True))
    named = dict(zip(ids, map(_publisher, agencies, publishers, urls), strict=True))
    reports = {}
    for document_id, published, parent in zip(ids, dates, parents, strict=True):
        first = _original(document_id, parent_of) if parent else document_id
        # the original has left the data: its copies still share one voice
        reports[document_id] = Report(document_id, first, named.get(first, "copy of " + first), published)
    return reports


def _original(document_id: str, parent_of: Mapping[str, str | None]) -> str:
    """What a copy's copies go back to; a ring of copies ends where it began."""
    seen = {document_id}
    while (parent := parent_of.get(document_id)) and parent not in seen:
        seen.add(parent)
        document_id = parent
    return document_id


def _publisher(agency: str | None, name: str | None, url: str | None) -> str:
    return name_key(agency or name or host_of(url) or "")
