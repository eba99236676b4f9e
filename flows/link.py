"""Link: `resolved_mentions` and `documents` in, `events`, `territory`, `event_mentions` out, always over all.

Corrections of `seeds/corrections.csv` are made on what was linked; those that cannot be made become rows of `rejects`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from prefect import flow

from flows.session import Summary, Work, working
from tasks import progress
from tasks.publish import current_documents
from tasks.tables import REJECTS


@flow(name="link")
def link(
    data: str | None = None, full: bool = False, input_version: int | None = None, ids_from: str | None = None
) -> Summary:
    """Link where an input changed; `full` does it anyway, `input_version` reads `resolved_mentions` as they were.

    `ids_from`, a release by its folder or version, lends the ids of its events to mentions that are not linked yet.
    """
    from tasks.crosswalk import Crosswalk
    from tasks.link import link_events, with_lent

    with working("link", data) as work:
        store = work.store
        inputs = {name: store.version(name) for name in ("documents", "resolved_mentions")}
        if input_version is not None:
            inputs["resolved_mentions"] = input_version
        lent = store.lent_names(ids_from) if ids_from else None
        if work.plan(progress.whole(inputs), full or lent is not None).todo:
            documents = current_documents(store.read("documents", inputs["documents"]).drop_columns("text"))
            resolved = store.read("resolved_mentions", inputs["resolved_mentions"])
            resolved = resolved.filter(pc.is_in(resolved["document_id"], documents["document_id"].combine_chunks()))
            # the events that the known links belong to: a run killed in between has left newer ones
            known_links = store.read("event_mentions")
            known_events = store.read("events", store.lineage("event_mentions").get("events"))
            if lent:
                known_links, known_events = with_lent(known_links, known_events, *lent)
            links, events, territory, refused = link_events(
                resolved,
                documents,
                known_links,
                known_events,
                work.register,
                work.vocabularies["corrections"],
                store.codes,
                lambda place_id: _place(work, place_id),
                Crosswalk(work.vocabularies["crosswalk"]),
            )
            work.lineage["inputs"] = inputs
            if ids_from:
                work.lineage["ids_from"] = store.lender(ids_from).name
            store.overwrite("events", events, work.lineage)
            work.lineage["events"] = store.version("events")
            store.overwrite("territory", territory, work.lineage)
            store.overwrite("event_mentions", links, work.lineage)
            _replace_rejects(work, refused)
            work.settle([progress.WHOLE])
        work.counts = {"events": store.count("events"), "mentions": store.count("event_mentions")}
        fixes = len(work.vocabularies["corrections"])
        refusals = store.read("rejects", columns=["reject_id"], ids=["link"], by="stage").num_rows
        if fixes:
            work.counts |= {"corrections": fixes - refusals, "refused_corrections": refusals}
        return work.summary(store.version("events"))


def _place(work: Work, place_id: str) -> Any:
    try:
        return work.gazetteer.place(place_id)
    except KeyError:
        return None


def _replace_rejects(work: Work, refused: Sequence[Mapping[str, Any]]) -> None:
    """The corrections that are refused now take the place of those refused before; when one first was, stays."""
    known = work.store.read("rejects", ids=["link"], by="stage").to_pylist()
    first = {row["reject_id"]: row["rejected_at"] for row in known}
    now = datetime.now(UTC)
    rows = [{**row, "rejected_at": first.get(row["reject_id"], now)} for row in refused]
    ids = sorted(set(first) | {row["reject_id"] for row in rows})
    work.replace("rejects", pa.Table.from_pylist(rows, schema=REJECTS.schema), ids, by="reject_id")


if __name__ == "__main__":
    from flows.command_line import main

    sys.exit(main(["link", *sys.argv[1:]]))
