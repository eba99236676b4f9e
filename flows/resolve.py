"""Resolve: `mentions` and `documents` in, `resolved_mentions` out: words become dates, places, actors and codes."""

from __future__ import annotations

import pyarrow as pa

from flows.choice import Choice
from flows.parameters import Day, Version
from flows.recipe import recipe
from flows.work import BATCH_DOCUMENTS, Summary, working
from tasks.storage.rows import among

_DOCUMENT_COLUMNS = ["document_id", "source_id", "published_date", "publisher", "url", "text", "segments"]


@recipe("resolve")
def resolve(
    data: str | None = None,
    full: bool = False,
    input_version: Version | None = None,
    since: Day | None = None,
    until: Day | None = None,
    source: str | None = None,
    documents: list[str] | None = None,
) -> Summary:
    """Resolve what is new or changed; `full` redoes all, `input_version` reads `mentions` as they were; the rest,
    where given, says which documents (see `choice`)."""
    from tasks.resolve import Resolver, resolve_mentions

    with working("resolve", data) as work:
        chosen = Choice(since, until, source, documents)
        plan = work.plan(work.outputs_of("extract", "mentions", input_version), full, chosen)
        work.require("clean")
        work.counts = {"documents": len(plan.todo), "mentions": 0, "dropped": len(plan.drop)}
        if plan.todo:
            resolver = Resolver(work.vocabularies, work.gazetteer)
            for ids in work.batches(dict.fromkeys(plan.todo, 1), BATCH_DOCUMENTS):
                texts = work.store.read("documents", columns=_DOCUMENT_COLUMNS, ids=ids)
                mentions = work.store.read("mentions", input_version, ids=ids)

                def step(rows: pa.Table, mentions: pa.Table = mentions) -> tuple[pa.Table, ...]:
                    # older mentions may be of documents that cleaning has since refused
                    return (resolve_mentions(among(mentions, "document_id", rows["document_id"]), rows, resolver),)

                (resolved,) = work.treat(texts, step)
                work.replace("resolved_mentions", resolved, ids)
                work.refuse(ids)
                work.settle(ids)
                work.counts["mentions"] += resolved.num_rows
        work.drop("resolved_mentions")
        return work.summary(work.store.version("resolved_mentions"))
