"""Resolve: `mentions` and `documents` in, `resolved_mentions` out: words become dates, places, actors and codes."""

from __future__ import annotations

import sys

import pyarrow.compute as pc
from prefect import flow

from flows.session import BATCH_DOCUMENTS, Summary, working

_DOCUMENT_COLUMNS = ["document_id", "source_id", "published_date", "text"]


@flow(name="resolve")
def resolve(data: str | None = None, full: bool = False, input_version: int | None = None) -> Summary:
    """Resolve what is new or changed; `full` redoes all, `input_version` reads `mentions` as they were."""
    from tasks.resolve import Resolver, resolve_mentions

    with working("resolve", data) as work:
        plan = work.plan(work.outputs_of("extract", "mentions", input_version), full)
        work.counts = {"documents": len(plan.todo), "mentions": 0, "dropped": len(plan.drop)}
        if plan.todo:
            resolver = Resolver(work.vocabularies, work.gazetteer)
            for ids in work.batches(dict.fromkeys(plan.todo, 1), BATCH_DOCUMENTS):
                documents = work.store.read("documents", columns=_DOCUMENT_COLUMNS, ids=ids)
                mentions = work.store.read("mentions", input_version, ids=ids)
                # older mentions may be of documents that cleaning has since refused
                mentions = mentions.filter(pc.is_in(mentions["document_id"], documents["document_id"].combine_chunks()))
                resolved = resolve_mentions(mentions, documents, resolver)
                work.replace("resolved_mentions", resolved, ids)
                work.settle(ids)
                work.counts["mentions"] += resolved.num_rows
        work.drop("resolved_mentions")
        return work.summary(work.store.version("resolved_mentions"))


if __name__ == "__main__":
    from flows.cli import main

    sys.exit(main(["resolve", *sys.argv[1:]]))
