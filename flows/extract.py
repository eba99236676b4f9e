"""Extract: `documents` in, `parses` and `mentions` out: what each sentence says, as written.

Documents in a language that nobody codes give none and are counted.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from prefect import flow

from flows.session import BATCH_CHARACTERS, Summary, Work, working
from tasks.storage.store import Store

if TYPE_CHECKING:
    from tasks.extract import Extractor


@flow(name="extract")
def extract(data: str | None = None, full: bool = False, input_version: int | None = None) -> Summary:
    """Extract from what is new or changed; `full` redoes all, `input_version` reads `documents` as they were."""
    from tasks.extract import Extractor
    from tasks.language.coded import not_coded, not_coded_line
    from tasks.language.parsing import model_name

    with working("extract", data) as work:
        plan = work.plan(work.outputs_of("clean", "documents", input_version), full)
        work.counts = {"documents": len(plan.todo), "mentions": 0, "new_parses": 0, "dropped": len(plan.drop)}
        if plan.todo:
            extractor = Extractor(work.vocabularies, work.gazetteer, model_name())
            rows = work.store.read("documents", input_version, ["document_id", "char_count", "language_code"])
            sizes = dict(zip(rows["document_id"].to_pylist(), rows["char_count"].to_pylist(), strict=True))
            new = rows.filter(pc.is_in(rows["document_id"], value_set=pa.array(sorted(plan.todo), pa.string())))
            if left_out := not_coded_line(not_coded(new)):
                work.counts["not_coded"] = left_out
            for ids in work.batches(sizes, BATCH_CHARACTERS):
                for part, (mentions, parses) in work.treated(ids, partial(_extracted, work, input_version, extractor)):
                    work.append("parses", parses)
                    work.replace("mentions", mentions, part)
                    work.counts["mentions"] += mentions.num_rows
                    work.counts["new_parses"] += parses.num_rows
                work.settle(ids)
        work.drop("mentions")
        work.ensure()
        return work.summary(work.store.version("mentions"))


def _extracted(work: Work, version: int | None, extractor: Extractor, ids: list[str]) -> tuple[pa.Table, pa.Table]:
    """Mentions of these documents, and the parses that are new."""
    from tasks.extract import extract_documents
    from tasks.language.coded import coded

    known = partial(_known_parses, work.store, extractor.parser.model)
    documents = coded(work.store.read("documents", version, ids=ids))
    return extract_documents(documents, extractor, known)


def _known_parses(store: Store, model: str, hashes: list[str]) -> dict[str, bytes]:
    """Stored parses of this model by sentence hash."""
    # the hashes alone are cheap to read, and most sentences of a first run are new
    keys = store.read("parses", columns=["sentence_sha256", "model"], ids=hashes, by="sentence_sha256").to_pylist()
    wanted = [row["sentence_sha256"] for row in keys if row["model"] == model]
    rows = store.read("parses", ids=wanted, by="sentence_sha256").to_pylist()
    return {row["sentence_sha256"]: row["parse"] for row in rows if row["model"] == model}
