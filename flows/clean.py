"""Clean: `raw_documents` in, `documents` and `rejects` out: reports as plain text, near-copies and revisions marked.

Reports without a day of publication are counted with the reason, and dates that were refused are named in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from flows.ahead import Ahead
from flows.choice import Choice
from flows.parameters import Day, Version
from flows.recipe import recipe
from flows.work import BATCH_CHARACTERS, Summary, Work, working
from tasks.reading.visible import visible
from tasks.storage import ledger
from tasks.storage.store import StoreError

# refused dates of one batch that the log names one by one
_MOST_LOGGED = 20
_REFUSED_DATE = ("external_id", "refused_date_text", "refused_date_code")


@recipe("clean")
def clean(
    data: str | None = None,
    full: bool = False,
    input_version: Version | None = None,
    since: Day | None = None,
    until: Day | None = None,
    source: str | None = None,
    documents: list[str] | None = None,
) -> Summary:
    """Clean what is new or changed; `full` redoes all, `input_version` reads `raw_documents` as they were; the rest,
    where given, says which documents (see `choice`)."""
    from flows.detector import have_detector
    from tasks.clean import clean_documents, marking

    with working("clean", data) as work:
        plan = work.plan(_inputs(work, input_version), full, Choice(since, until, source, documents))
        words = [work.vocabularies[name] for name in ("sources", "boilerplate", "agencies")]
        sizes = work.store.lengths("raw_documents", "content", input_version) if plan else {}
        work.counts = {"documents": len(plan.todo), "dropped": len(plan.drop), "rejects": 0}
        # what is cleaned again is marked again, by this run or, if it is killed, by the next
        work.replace("copy_bands", work.store.read("copy_bands", ids=[]), list(plan.todo))
        held: list[str] = []
        if plan.todo:
            have_detector()
        ahead = Ahead(work.store, "raw_documents", input_version, list(plan.todo), sizes)
        for ids in work.batches(sizes, BATCH_CHARACTERS):
            work.settle(held)
            raw = ahead.rows(ids)
            cleaned, rejects = work.treat(raw, lambda rows: clean_documents(rows, *words))
            before = work.store.read("documents", columns=["document_id", *marking.MARKS], ids=ids)
            work.replace("documents", marking.with_marks(cleaned, marking.marks_of(before)), ids)
            work.refuse(ids, rejects)
            _log_refused_dates(work, cleaned)
            held = ids
        if plan:
            _mark(work, plan.drop, input_version)
            # the last batch counts as done only now: a run killed before this marks again
            work.settle(held)
        return work.summary(work.store.version("documents"))


def _inputs(work: Work, version: int | None) -> dict[str, str]:
    """Input ids of the raw documents; StoreError where some that were read are no longer there."""
    if version is not None:
        return work.outputs_of("ingest", "raw_documents", version)
    inputs = ledger.outputs(work.store.read("progress", ids=["ingest"], by="stage"), "ingest")
    there = set(work.store.read("raw_documents", columns=["document_id"])["document_id"].to_pylist())
    lost = sorted(set(inputs) - there)
    if lost:
        folder = f"{work.store.root}/_tables"
        raise StoreError(
            f"{folder}: table raw_documents lacks {len(lost)} of {len(inputs)} documents that were read before, the "
            f"first {lost[0]}; read their sources again (sitrep ingest PATH...), or put the table back from a copy. "
            f"To go on without them, remove {folder}/progress: all else is then made again"
        )
    # a run killed between the documents and the ledger leaves documents that the ledger lacks; so does a lost ledger
    missing = sorted(there - set(inputs))
    found = ledger.read_in(work.store.read("raw_documents", ids=missing))
    # without this nobody would miss them, were they lost next
    work.store.replace("progress", found, work.lineage, ids=missing, within={"stage": "ingest"})
    return inputs | ledger.outputs(found, "ingest")


def _mark(work: Work, gone: Collection[str], version: int | None) -> None:
    """Bring duplicate_of and supersedes up to date where documents came, changed or go; their bands are kept last."""
    from tasks.clean import band_rows, marking

    store = work.store
    change = marking.changed(store.read("documents", columns=marking.MARKED), store.read("copy_bands"), gone)
    raw = store.read("raw_documents", version, marking.READ_ORDER, ids=change.external_ids, by="external_id")
    revised = marking.revisions(change, raw)
    signatures = store.read("documents", columns=["document_id", "signature"], ids=sorted(change.fresh))
    new_bands = band_rows(signatures)
    grouped = marking.groups(change, revised, new_bands)
    compared = store.read("documents", columns=marking.COMPARED, ids=grouped["document_id"].to_pylist())
    marks = marking.new_marks(change, revised, grouped, compared)
    work.replace("documents", marking.with_marks(store.read("documents", ids=list(marks)), marks), list(marks))
    work.append("copy_bands", new_bands)
    work.replace("copy_bands", store.read("copy_bands", ids=[]), list(gone))
    work.drop("documents")
    found = store.read("documents", columns=marking.MARKS)
    counts = {name: len(found) - found[name].null_count for name in marking.MARKS}
    work.counts |= {"near_copies": counts["duplicate_of"], "revisions": counts["supersedes"]}
    work.counts |= _undated(store.read("documents", columns=["published_date", "refused_date_code"]))


def _undated(documents: pa.Table) -> dict[str, list[str]]:
    """How many documents have no day of publication, by the reason; nothing where all have one."""
    codes = documents.filter(pc.is_null(documents["published_date"]))["refused_date_code"].to_pylist()
    reasons = Counter("not stated" if code is None else code.replace("_", " ") for code in codes)
    return {"undated": [f"{count} ({reason})" for reason, count in sorted(reasons.items())]} if reasons else {}


def _log_refused_dates(work: Work, documents: pa.Table) -> None:
    """Warn of dates that were not taken for the day of publication, one by one as long as they are not many."""
    refused = documents.filter(pc.is_valid(documents["refused_date_code"])).select(_REFUSED_DATE)
    for row in refused.slice(0, _MOST_LOGGED).to_pylist():
        name, text, code = (visible(row[column]) for column in _REFUSED_DATE)
        work.log.warning("%s: %s is not taken for its day of publication: %s", name, text, code.replace("_", " "))
    if refused.num_rows > _MOST_LOGGED:
        work.log.warning("in %d more a date is not taken", refused.num_rows - _MOST_LOGGED)
