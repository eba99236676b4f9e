"""Forget: documents out of the data folder, by source or by name, and out of the next release.

Each leaves a row of `rejects` with the reason `forgotten`, its address and its hash, so that the same bytes stay out
when they are read again, until ingest is told to take them in again. Older versions of tables, older releases and the
parses of sentences keep what they have; `sitrep prune` removes the former two.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from flows.choice import Choice, ChoiceError
from flows.clean import clean
from flows.extract import extract
from flows.link import link
from flows.publish import publish
from flows.recipe import recipe
from flows.resolve import resolve
from flows.work import WAIT_SECONDS, Summary, Work, working
from tasks.ingest.known import FORGOTTEN
from tasks.storage import faults
from tasks.storage.store import Store
from tasks.tables import REJECTS

_NAMED = ["document_id", "source_id", "uri", "bytes_sha256"]


@recipe("forget")
def forget(
    data: str | None = None, source: str | None = None, documents: list[str] | None = None
) -> dict[str, Summary]:
    """Take out the documents of a source, or those named (see `choice`), and bring all tables and the release up to
    date. Raises ChoiceError where nothing is asked for, or what is asked for is not there."""
    choice = Choice(source=source, documents=documents)
    if not choice:
        raise ChoiceError("say what to forget: a source, or documents")
    with Store(data).writer(WAIT_SECONDS):
        with working("ingest", data) as work:
            ids = sorted(choice.ids(work.store))
            _take_out(work, ids)
            work.counts = {"forgotten": len(ids)}
            done = {"ingest": work.summary(work.store.version("raw_documents"))}
        return done | {
            "clean": clean(data),
            "extract": extract(data),
            "resolve": resolve(data),
            "link": link(data),
            "publish": publish(data),
        }


def _take_out(work: Work, ids: list[str]) -> None:
    """Take out raw documents: their rejects first, which keep them out, then the ledger, which would miss them."""
    now = datetime.now(UTC)
    named = work.store.read("raw_documents", columns=_NAMED, ids=ids).to_pylist()
    rows = [
        faults.reject_row("ingest", row | {"ingested_at": now}, FORGOTTEN, "taken out by sitrep forget")
        for row in named
    ]
    rejects = pa.Table.from_pylist(rows, schema=REJECTS.schema)
    work.lineage["forgotten"] = len(ids)
    work.replace("rejects", rejects, rejects["reject_id"].to_pylist(), by="reject_id")
    work.enter(work.store.read("progress", ids=[]), ids)
    work.replace("raw_documents", work.store.read("raw_documents", ids=[]), ids)
    # the web's answers are kept whole, with all that a feed or an archive told
    files = {row["uri"].partition("!/")[0].rpartition("#")[0] or row["uri"] for row in named}
    files |= {row["uri"].partition("!/")[0] for row in named}
    answers = work.store.read("fetched", columns=["url", "final_url"]).to_pylist()
    held = sorted(row["url"] for row in answers if {row["url"], row["final_url"]} & files)
    work.replace("fetched", work.store.read("fetched", ids=[], by="url"), held, by="url")
