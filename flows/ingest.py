"""Ingest: files, folders and globs in, `raw_documents` and `rejects` out, exactly as the source gave them.

What is there already is not written again; what a changed reader reads otherwise replaces what it read before. Input
that cannot be read becomes a row of `rejects`, never an error.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
from prefect import flow

from flows.session import Summary, Work, working
from tasks.storage import ledger


class NothingReadError(ValueError):
    """The paths gave no document: a run on them fails, and what was published last stays."""


_KEPT = ("ingested_at", "ordinal", "uri")


@flow(name="ingest")
def ingest(paths: list[str], data: str | None = None, source: str | None = None, full: bool = False) -> Summary:
    """Read paths into the data folder; `source` is a row of seeds/sources.csv, `full` compares what is there anew."""
    from tasks.ingest import read

    with working("ingest", data) as work:
        read_before = {} if full else ledger.outputs(work.store.read("progress", ids=["ingest"], by="stage"), "ingest")
        there = set(work.store.read("raw_documents", columns=["document_id"])["document_id"].to_pylist())
        refused = set(work.store.read("rejects", columns=["reject_id"])["reject_id"].to_pylist())
        work.counts = {"new_documents": 0, "known": 0, "rejects": 0}
        for found, rejects in read(paths, work.vocabularies["sources"], source, datetime.now(UTC)):
            raw = _without(found, "document_id", set())
            entries = ledger.read_in(raw)
            same = {k for k, v in ledger.outputs(entries, "ingest").items() if read_before.get(k) == v and k in there}
            changed = _without(raw, "document_id", same)
            work.append("raw_documents", _without(changed, "document_id", there))
            _replace_known(work, changed, there)
            new_rejects = _without(rejects, "reject_id", refused)
            work.append("rejects", new_rejects)
            work.enter(_without(entries, "document_id", same), changed["document_id"].to_pylist())
            ids = set(raw["document_id"].to_pylist())
            work.counts["new_documents"] += len(ids - there)
            work.counts["known"] += len(ids & there)
            work.counts["rejects"] += new_rejects.num_rows
            read_before |= ledger.outputs(entries, "ingest")
            there |= ids
            refused |= set(new_rejects["reject_id"].to_pylist())
        if not work.counts["new_documents"] + work.counts["known"]:
            raise NothingReadError(f"nothing could be read from {', '.join(paths)}; rejects tell why")
        return work.summary(work.store.version("raw_documents"))


def _without(rows: pa.Table, key: str, known: set[str]) -> pa.Table:
    """The rows whose key is not known, each key once."""
    seen = set(known)
    mask = [not (value in seen or seen.add(value)) for value in rows[key].to_pylist()]
    return rows.filter(pa.array(mask, pa.bool_()))


def _replace_known(work: Work, rows: pa.Table, there: set[str]) -> None:
    """Write known documents as they are read now; when and where they were first read stays."""
    rows = rows.filter(pc.is_in(rows["document_id"], pa.array(sorted(there), pa.string()))).sort_by("document_id")
    ids = rows["document_id"].to_pylist()
    first = work.store.read("raw_documents", columns=["document_id", *_KEPT], ids=ids).sort_by("document_id")
    for name in _KEPT:
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), first[name])
    work.replace("raw_documents", rows, ids)
