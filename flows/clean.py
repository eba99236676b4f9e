"""Clean: `raw_documents` in, `documents` and `rejects` out: reports as plain text, near-copies and revisions marked."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
from prefect import flow

from flows.session import BATCH_CHARACTERS, Summary, Work, working
from tasks.storage import ledger
from tasks.storage.store import StoreError

_MARKS = ["duplicate_of", "supersedes"]
_RAW_ORDER = ["document_id", "source_id", "external_id", "ingested_at", "ordinal"]
_IN_GROUPS = ["document_id", "published_date", "signature"]


@flow(name="clean")
def clean(data: str | None = None, full: bool = False, input_version: int | None = None) -> Summary:
    """Clean what is new or changed; `full` redoes all, `input_version` reads `raw_documents` as they were."""
    from tasks.clean import clean_documents

    with working("clean", data) as work:
        inputs = _inputs(work, input_version)
        plan = work.plan(inputs, full, again=_lacking(work, inputs))
        sources, boilerplate = work.vocabularies["sources"], work.vocabularies["boilerplate"]
        sizes = work.store.lengths("raw_documents", "content", input_version) if plan else {}
        work.counts = {"documents": len(plan.todo), "dropped": len(plan.drop)}
        # what is cleaned again is marked again, by this run or, if it is killed, by the next
        work.replace("copy_bands", work.store.read("copy_bands", ids=[]), list(plan.todo))
        held: list[str] = []
        for ids in work.batches(sizes, BATCH_CHARACTERS):
            work.settle(held)
            raw = work.store.read("raw_documents", input_version, ids=ids)
            documents, rejects = clean_documents(raw, sources, boilerplate)
            before = work.store.read("documents", columns=["document_id", *_MARKS], ids=ids).to_pylist()
            work.replace("documents", _marked(documents, {row["document_id"]: row for row in before}), ids)
            _replace_rejects(work, raw, rejects)
            held = ids
        if plan:
            _mark(work, set(plan.drop), input_version)
            work.replace("copy_bands", work.store.read("copy_bands", ids=[]), plan.drop)
            work.drop("documents")
            work.ensure()
            marks = work.store.read("documents", columns=_MARKS)
            found = {name: len(marks) - marks[name].null_count for name in _MARKS}
            work.counts |= {"near_copies": found["duplicate_of"], "revisions": found["supersedes"]}
            # the last batch counts as done only now: a run killed before this marks again
            work.settle(held)
        return work.summary(work.store.version("documents"))


def _inputs(work: Work, version: int | None) -> dict[str, str]:
    inputs = work.outputs_of("ingest", "raw_documents", version)
    if version is not None:
        return inputs
    there = work.store.read("raw_documents", columns=["document_id"])["document_id"].to_pylist()
    if lost := len(set(inputs) - set(there)):
        raise StoreError(
            f"{work.store.root}: table raw_documents lacks {lost} documents that were read before; read their sources "
            "again with `sitrep ingest`, or put _tables/raw_documents back from a copy"
        )
    # a run killed between the documents and the ledger leaves documents that the ledger lacks
    missing = work.store.read("raw_documents", ids=sorted(set(there) - set(inputs)))
    return inputs | ledger.outputs(ledger.read_in(missing), "ingest")


def _lacking(work: Work, inputs: Mapping[str, str]) -> set[str]:
    """Documents that were read and are neither in `documents` nor refused, whatever the ledger says of them."""
    there = work.store.read("documents", columns=["document_id"])["document_id"].to_pylist()
    missing = sorted(set(inputs) - set(there))
    columns = ["document_id", "source_id", "uri", "bytes_sha256"]
    raw = work.store.read("raw_documents", columns=columns, ids=missing).to_pylist()
    known = work.store.read("rejects", ids=["clean"], by="stage").to_pylist()
    refused = {(row["source_id"], row["uri"], row["bytes_sha256"]) for row in known}
    return {r["document_id"] for r in raw if (r["source_id"], r["uri"], r["bytes_sha256"]) not in refused}


def _replace_rejects(work: Work, raw: pa.Table, rejects: pa.Table) -> None:
    """What cleaning refused of these raw documents before gives way to what it refuses now."""
    batch = {(row["source_id"], row["uri"], row["bytes_sha256"]) for row in raw.drop_columns("content").to_pylist()}
    known = work.store.read("rejects", ids=["clean"], by="stage").to_pylist()
    stale = {r["reject_id"] for r in known if (r["source_id"], r["uri"], r["bytes_sha256"]) in batch}
    work.replace("rejects", rejects, sorted(stale | set(rejects["reject_id"].to_pylist())), by="reject_id")
    work.counts["rejects"] = work.counts.get("rejects", 0) + rejects.num_rows


def _mark(work: Work, gone: set[str], version: int | None) -> None:
    """Bring duplicate_of and supersedes up to date where documents came, changed or go; their bands are kept last.

    A superseded document is nobody's copy and nobody's original.
    """
    from tasks.clean import band_rows, mark_copies, to_compare

    store = work.store
    documents = store.read("documents", columns=["document_id", "external_id", *_MARKS])
    bands = store.read("copy_bands")
    ids = documents["document_id"]
    # what has no bands was not marked yet, by a run that was killed perhaps
    fresh = set(ids.to_pylist()) - set(bands["document_id"].to_pylist()) - gone
    supersedes = _supersedes(work, documents, fresh | gone, gone, version)
    before = dict(zip(ids.to_pylist(), documents["supersedes"].to_pylist(), strict=True))
    was_superseded = {old for old in before.values() if old}
    superseded = {old for id_, old in (before | supersedes).items() if old and id_ not in gone}

    new_bands = band_rows(store.read("documents", columns=["document_id", "signature"], ids=sorted(fresh)))
    returned = was_superseded - superseded - gone
    came = (fresh | returned) - superseded
    came_bands = pa.concat_tables([new_bands, bands.filter(_among(bands["document_id"], returned))])
    came_bands = came_bands.filter(_among(came_bands["document_id"], came))
    changed = fresh | gone | (superseded ^ was_superseded)
    groups = to_compare(documents, bands, came_bands, changed, gone | superseded)
    compared = store.read("documents", columns=_IN_GROUPS, ids=groups["document_id"].to_pylist())
    copies = mark_copies(compared.join(groups, "document_id"))

    marks = {}
    settled = set(groups["document_id"].to_pylist()) | superseded
    for row in documents.filter(_among(ids, settled | supersedes.keys())).to_pylist():
        id_ = row["document_id"]
        now = {
            "duplicate_of": copies.get(id_) if id_ in settled else row["duplicate_of"],
            "supersedes": supersedes.get(id_, row["supersedes"]),
        }
        if any(row[name] != now[name] for name in _MARKS):
            marks[id_] = now
    work.replace("documents", _marked(store.read("documents", ids=list(marks)), marks), list(marks))
    work.append("copy_bands", new_bands)


def _supersedes(
    work: Work, documents: pa.Table, changed: set[str], gone: set[str], version: int | None
) -> dict[str, str | None]:
    """What each document supersedes, for those that share an external id with one that came, changed or goes."""
    from tasks.clean import mark_revisions

    names = pc.unique(documents["external_id"].filter(_among(documents["document_id"], changed))).to_pylist()
    raw = work.store.read("raw_documents", version, _RAW_ORDER, ids=names, by="external_id")
    raw = raw.filter(pc.is_in(raw["document_id"], value_set=documents["document_id"].combine_chunks()))
    raw = raw.filter(pc.invert(_among(raw["document_id"], gone)))
    newer = mark_revisions(raw)
    return {id_: newer.get(id_) for id_ in raw["document_id"].to_pylist()}


def _among(ids: pa.ChunkedArray, wanted: set[str]) -> pa.ChunkedArray:
    return pc.is_in(ids, value_set=pa.array(sorted(wanted), pa.string()))


def _marked(documents: pa.Table, marks: Mapping[str, Mapping[str, str | None]]) -> pa.Table:
    for name in _MARKS:
        values = pa.array([marks.get(id_, {}).get(name) for id_ in documents["document_id"].to_pylist()], pa.string())
        documents = documents.set_column(documents.schema.get_field_index(name), documents.schema.field(name), values)
    return documents
