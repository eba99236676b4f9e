"""Extract: `documents` in, `parses` and `mentions` out: what each sentence says, as written.

Documents in a language that nobody codes give none and are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from flows import resources
from flows.ahead import Ahead
from flows.choice import Choice
from flows.cluster import Job, on_cluster
from flows.extracting import extracting
from flows.parameters import Day, Runner, Version
from flows.recipe import recipe
from flows.work import SPREAD_CHARACTERS, Summary, Work, is_a_part, working
from tasks.storage.parses import parses_of_run
from tasks.storage.rows import first_of_each
from tasks.storage.store import Store

Take = Callable[[pa.Table], pa.Table]
# what a run that is stopped loses at the most
_KEPT_SECONDS = 30.0


@recipe("extract")
def extract(
    data: str | None = None,
    full: bool = False,
    input_version: Version | None = None,
    no_judge: bool = False,
    since: Day | None = None,
    until: Day | None = None,
    source: str | None = None,
    documents: list[str] | None = None,
    runner: Runner = "local",
    address: str | None = None,
) -> Summary:
    """Extract from what is new or changed; `full` redoes all, `input_version` reads `documents` as they were, with
    `no_judge` the rules stand alone, the runner `dask` reads them on the cluster whose scheduler is at `address`, else
    on one of this machine; the rest, where given, says which documents (see `choice`)."""
    from tasks.language.coded import not_coded, not_coded_line

    with working("extract", data, no_judge) as work:
        plan = work.plan(
            work.outputs_of("clean", "documents", input_version), full, Choice(since, until, source, documents)
        )
        work.counts = {"documents": len(plan.todo), "mentions": 0, "new_parses": 0, "dropped": len(plan.drop)}
        if plan.todo:
            rows = work.store.read("documents", input_version, ["document_id", "char_count", "language_code"])
            sizes = dict(zip(rows["document_id"].to_pylist(), rows["char_count"].to_pylist(), strict=True))
            new = rows.filter(pc.is_in(rows["document_id"], value_set=pa.array(sorted(plan.todo), pa.string())))
            if left_out := not_coded_line(not_coded(new)):
                work.counts["not_coded"] = left_out
            resources.open_gazetteer()  # compiled here, before processes ask for it
            ahead = Ahead(work.store, "documents", input_version, list(plan.todo), sizes)
            characters = sum(sizes.get(id_) or 0 for id_ in plan.todo)  # what clean refused has none
            with _parses(work.store, is_a_part(len(plan.todo), characters)) as (file, take):
                # workers on other machines do not see the file
                made = partial(extracting, work.store.root, no_judge, None if address else file)
                job = Job(made, "extract", no_judge, work.fingerprint)
                at_work = on_cluster(job, address) if runner == "dask" else work.on_all_cores(made, characters)
                with at_work as step:
                    for ids in work.batches(sizes, SPREAD_CHARACTERS):
                        rows = ahead.rows(ids)
                        for done, (mentions, parses, unread) in work.treated(rows, step, _KEPT_SECONDS):
                            _keep(work, done, mentions, take(parses))
                            _count_unread(work, unread)
                        if refused := sorted(set(ids).difference(rows["document_id"].to_pylist())):
                            _keep(work, refused, mentions.slice(0, 0), parses.slice(0, 0))  # by clean
        work.drop("mentions")
        return work.summary(work.store.version("mentions"))


def _keep(work: Work, ids: list[str], mentions: pa.Table, new_parses: pa.Table) -> None:
    """Write what was made of these documents, and enter them as done."""
    work.append("parses", new_parses)
    work.replace("mentions", mentions, ids)
    work.refuse(ids)
    work.settle(ids)
    work.counts["mentions"] += mentions.num_rows
    work.counts["new_parses"] += new_parses.num_rows


def _count_unread(work: Work, unread: pa.Table) -> None:
    """Count the sentences of overlong documents that were not read, and name the documents in the log."""
    for row in unread.to_pylist():
        work.counts["unread_sentences"] = work.counts.get("unread_sentences", 0) + row["sentences"]
        work.log.warning("%s: its last %d sentences of events are not read", row["document_id"], row["sentences"])


@contextmanager
def _parses(store: Store, are_asked_once: bool) -> Iterator[tuple[str | None, Take]]:
    """Where the stored parses lie, for processes that extract, and what keeps the new ones of a batch.

    Parts of a batch that were treated apart may have parsed one sentence twice. A single part asks the table itself.
    """
    if are_asked_once:
        yield None, partial(first_of_each, column="sentence_sha256")
    else:
        with parses_of_run(store.root) as (path, file):
            yield path, file.take
