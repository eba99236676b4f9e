"""Clean: `raw_documents` in, `documents` and `rejects` out: reports as plain text, near-copies and revisions marked."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pyarrow as pa
from prefect import flow

from flows.session import BATCH_CHARACTERS, Summary, Work, working
from tasks import progress

_MARKS = ["duplicate_of", "supersedes"]
_RAW_ORDER = ["document_id", "source_id", "external_id", "ingested_at", "ordinal"]


@flow(name="clean")
def clean(data: str | None = None, full: bool = False, input_version: int | None = None) -> Summary:
    """Clean what is new or changed; `full` redoes all, `input_version` reads `raw_documents` as they were."""
    from tasks.clean import clean_documents

    with working("clean", data) as work:
        plan = work.plan(_inputs(work, input_version), full)
        sources, boilerplate = work.vocabularies["sources"], work.vocabularies["boilerplate"]
        sizes = work.store.lengths("raw_documents", "content", input_version) if plan else {}
        work.counts = {"documents": len(plan.todo), "dropped": len(plan.drop)}
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
            work.drop("documents")
            _mark(work, input_version)
            # the last batch counts as done only now: a run killed before this marks again
            work.settle(held)
        return work.summary(work.store.version("documents"))


def _inputs(work: Work, version: int | None) -> dict[str, str]:
    inputs = work.outputs_of("ingest", "raw_documents", version)
    if version is not None:
        return inputs
    # a run killed between the documents and the ledger leaves documents that the ledger lacks
    there = work.store.read("raw_documents", columns=["document_id"])["document_id"].to_pylist()
    missing = work.store.read("raw_documents", ids=sorted(set(there) - set(inputs)))
    return inputs | progress.outputs(progress.read_in(missing), "ingest")


def _replace_rejects(work: Work, raw: pa.Table, rejects: pa.Table) -> None:
    """What cleaning refused of these raw documents before gives way to what it refuses now."""
    batch = {(row["source_id"], row["uri"], row["bytes_sha256"]) for row in raw.drop_columns("content").to_pylist()}
    known = work.store.read("rejects", ids=["clean"], by="stage").to_pylist()
    stale = {r["reject_id"] for r in known if (r["source_id"], r["uri"], r["bytes_sha256"]) in batch}
    work.replace("rejects", rejects, sorted(stale | set(rejects["reject_id"].to_pylist())), by="reject_id")
    work.counts["rejects"] = work.counts.get("rejects", 0) + rejects.num_rows


def _mark(work: Work, version: int | None) -> None:
    """Bring duplicate_of and supersedes up to date over all documents; a superseded one is nobody's original."""
    from tasks.clean import mark_copies, mark_revisions

    light = work.store.read("documents", columns=["document_id", "published_date", "signature", *_MARKS])
    ids = light["document_id"].to_pylist()
    newer = mark_revisions(work.store.read("raw_documents", version, _RAW_ORDER, ids=ids))
    superseded = set(newer.values())
    current = light.filter(pa.array([id_ not in superseded for id_ in ids], pa.bool_()))
    copies = mark_copies(current.select(["document_id", "published_date", "signature"]))
    marks = {id_: {"duplicate_of": copies.get(id_), "supersedes": newer.get(id_)} for id_ in ids}
    rows = light.select(["document_id", *_MARKS]).to_pylist()
    changed = [row["document_id"] for row in rows if any(row[m] != marks[row["document_id"]][m] for m in _MARKS)]
    work.replace("documents", _marked(work.store.read("documents", ids=changed), marks), changed)
    work.counts |= {"near_copies": len(copies), "revisions": len(newer)}


def _marked(documents: pa.Table, marks: Mapping[str, Mapping[str, str | None]]) -> pa.Table:
    for name in _MARKS:
        values = pa.array([marks.get(id_, {}).get(name) for id_ in documents["document_id"].to_pylist()], pa.string())
        documents = documents.set_column(documents.schema.get_field_index(name), documents.schema.field(name), values)
    return documents


if __name__ == "__main__":
    from flows.command_line import main

    sys.exit(main(["clean", *sys.argv[1:]]))
