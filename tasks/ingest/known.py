"""Documents that are known already and are read otherwise now.

In come rows of `raw_documents` as they are read now and as they were; out come rows of now that keep when and where
the document was first read. Nothing is refused.
"""

from __future__ import annotations

import pyarrow as pa

_KEPT = ("ingested_at", "ordinal", "uri")
FIRST_READ = ("document_id", *_KEPT)
"""The columns of `raw_documents` that say when and where a document was first read."""


def as_first_read(rows: pa.Table, first: pa.Table) -> pa.Table:
    """The rows with the columns FIRST_READ of `first`, which holds the same documents."""
    rows, first = rows.sort_by("document_id"), first.sort_by("document_id")
    for name in _KEPT:
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), first[name])
    return rows
