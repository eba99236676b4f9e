"""Link: `resolved_mentions` and `documents` in, `events`, `territory`, `event_mentions` out, always over all."""

from __future__ import annotations

import sys

import pyarrow.compute as pc
from prefect import flow

from flows.session import Summary, working
from tasks import progress
from tasks.publish import current_documents


@flow(name="link")
def link(data: str | None = None, full: bool = False, input_version: int | None = None) -> Summary:
    """Link where an input changed; `full` does it anyway, `input_version` reads `resolved_mentions` as they were."""
    from tasks.link import link_events

    with working("link", data) as work:
        store = work.store
        inputs = {name: store.version(name) for name in ("documents", "resolved_mentions")}
        if input_version is not None:
            inputs["resolved_mentions"] = input_version
        if work.plan(progress.whole(inputs), full).todo:
            documents = current_documents(store.read("documents", inputs["documents"]).drop_columns("text"))
            resolved = store.read("resolved_mentions", inputs["resolved_mentions"])
            resolved = resolved.filter(pc.is_in(resolved["document_id"], documents["document_id"].combine_chunks()))
            # the events that the known links belong to: a run killed in between has left newer ones
            known_links = store.read("event_mentions")
            known_events = store.read("events", store.lineage("event_mentions").get("events"))
            links, events, territory = link_events(resolved, documents, known_links, known_events, work.register)
            work.lineage["inputs"] = inputs
            store.overwrite("events", events, work.lineage)
            work.lineage["events"] = store.version("events")
            store.overwrite("territory", territory, work.lineage)
            store.overwrite("event_mentions", links, work.lineage)
            work.settle([progress.WHOLE])
        work.counts = {"events": store.count("events"), "mentions": store.count("event_mentions")}
        return work.summary(store.version("events"))


if __name__ == "__main__":
    from flows.command_line import main

    sys.exit(main(["link", *sys.argv[1:]]))
