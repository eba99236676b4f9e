"""Resolve: `mentions` and `documents` in, `resolved_mentions` out: words become dates, places, actors and codes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from prefect import flow

from flows.session import BATCH_DOCUMENTS, Summary, Work, working

if TYPE_CHECKING:
    from tasks.resolve import Resolver

_DOCUMENT_COLUMNS = ["document_id", "source_id", "published_date", "text"]


@flow(name="resolve")
def resolve(data: str | None = None, full: bool = False, input_version: int | None = None) -> Summary:
    """Resolve what is new or changed; `full` redoes all, `input_version` reads `mentions` as they were."""
    from tasks.resolve import Resolver

    with working("resolve", data) as work:
        plan = work.plan(work.outputs_of("extract", "mentions", input_version), full)
        work.counts = {"documents": len(plan.todo), "mentions": 0, "dropped": len(plan.drop)}
        if plan.todo:
            resolver = Resolver(work.vocabularies, work.gazetteer)
            for ids in work.batches(dict.fromkeys(plan.todo, 1), BATCH_DOCUMENTS):
                for part, resolved in work.treated(ids, partial(_resolved, work, input_version, resolver)):
                    work.replace("resolved_mentions", resolved, part)
                    work.counts["mentions"] += resolved.num_rows
                work.settle(ids)
        work.drop("resolved_mentions")
        work.ensure()
        return work.summary(work.store.version("resolved_mentions"))


def _resolved(work: Work, version: int | None, resolver: Resolver, ids: list[str]) -> pa.Table:
    """Resolved mentions of these documents."""
    from tasks.resolve import resolve_mentions

    documents = work.store.read("documents", columns=_DOCUMENT_COLUMNS, ids=ids)
    mentions = work.store.read("mentions", version, ids=ids)
    # older mentions may be of documents that cleaning has since refused
    mentions = mentions.filter(pc.is_in(mentions["document_id"], documents["document_id"].combine_chunks()))
    return resolve_mentions(mentions, documents, resolver)
