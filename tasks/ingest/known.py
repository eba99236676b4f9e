"""What is known already and is read otherwise now: documents and rejects.

In come rows of `raw_documents` and `rejects` as they are read now and as they were; out come rows of now that keep when
and where the document was first read, and the rejects that no longer hold. Nothing is refused.
"""

from __future__ import annotations

import pyarrow as pa

_KEPT = ("ingested_at", "ordinal", "uri")
_INPUT = ["source_id", "uri", "bytes_sha256"]
FIRST_READ = ("document_id", *_KEPT)
"""The columns of `raw_documents` that say when and where a document was first read."""


def as_first_read(rows: pa.Table, first: pa.Table) -> pa.Table:
    """The rows with the columns FIRST_READ of `first`, which holds the same documents."""
    rows, first = rows.sort_by("document_id"), first.sort_by("document_id")
    for name in _KEPT:
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), first[name])
    return rows


def outlived(known: pa.Table, found: pa.Table, refused: pa.Table) -> list[str]:
    """The ids of known rejects of ingest whose input is read now, or refused for another reason.

    The same input is what has the same bytes at the same address, or an address that gave no bytes before.
    """
    inputs = set()
    for row in (*found.select(_INPUT).to_pylist(), *refused.select(_INPUT).to_pylist()):
        inputs |= {(row["source_id"], row["uri"], digest) for digest in (row["bytes_sha256"], None)}
    ids = {row["reject_id"] for row in known.to_pylist() if tuple(row[name] for name in _INPUT) in inputs}
    return sorted(ids - set(refused["reject_id"].to_pylist()))
