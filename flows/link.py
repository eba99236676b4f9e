"""Link: `resolved_mentions` and `documents` in, `events`, `territory`, `event_mentions` and `tellings` out.

Documents that are new or changed are linked into what was linked; other code, vocabularies or corrections link all
anew. Corrections of `seeds/corrections.csv` are made on what was linked; those that cannot be made become rows of
`rejects`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from prefect import flow

from flows.session import Summary, Work, working
from tasks.publish.release_tables import current_documents
from tasks.storage import ledger
from tasks.tables import REJECTS, TERRITORY

if TYPE_CHECKING:
    from tasks.link import Known, Linked


# of documents, what linking looks at
_DOCUMENT = ["document_id", "publisher", "url", "published_date", "duplicate_of", "supersedes"]


@flow(name="link")
def link(
    data: str | None = None, full: bool = False, input_version: int | None = None, ids_from: str | None = None
) -> Summary:
    """Link where an input changed; `full` links all anew, `input_version` reads `resolved_mentions` as they were.

    `ids_from`, a release by its folder or version, lends the ids of its events to mentions that are not linked yet.
    """
    from tasks.knowledge.crosswalk import Crosswalk
    from tasks.link import Known, link_events, with_lent

    with working("link", data) as work:
        store = work.store
        resolved_from = work.outputs_of("resolve", "resolved_mentions", input_version)
        inputs = {name: store.version(name) for name in ("documents", "resolved_mentions")}
        if input_version is not None:
            inputs["resolved_mentions"] = input_version
        lent = store.lent_names(ids_from) if ids_from else None
        if work.plan(ledger.whole(inputs), full or lent is not None).todo:
            documents = current_documents(store.read("documents", inputs["documents"], _DOCUMENT))
            resolved = store.read("resolved_mentions", inputs["resolved_mentions"])
            is_current = pc.is_in(resolved["document_id"], documents["document_id"].combine_chunks())
            if not pc.all(is_current).as_py():
                resolved = resolved.filter(is_current)
            known = _known(work, full or input_version is not None or lent is not None)
            if lent:
                known = Known(*with_lent(known.event_mentions, known.events, *lent))
            with _uncollected():
                linked = link_events(
                    resolved.combine_chunks(),
                    documents,
                    known,
                    work.register,
                    resolved_from,
                    work.vocabularies["corrections"],
                    store.codes,
                    lambda place_id: _place(work, place_id),
                    Crosswalk(work.vocabularies["crosswalk"]),
                )
            work.lineage["inputs"] = inputs
            if ids_from:
                work.lineage["ids_from"] = store.lender(ids_from).name
            _write(work, linked, is_whole=not known.tellings.num_rows)
            work.settle([ledger.WHOLE])
        work.counts = {"events": store.count("events"), "mentions": store.count("event_mentions")}
        fixes = len(work.vocabularies["corrections"])
        refusals = store.read("rejects", columns=["reject_id"], ids=["link"], by="stage").num_rows
        if fixes:
            work.counts |= {"corrections": fixes - refusals, "refused_corrections": refusals}
        return work.summary(store.version("events"))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Linking holds millions of objects and makes no cycles: to look for some again and again costs a fifth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _known(work: Work, full: bool) -> Known:
    """What was linked the last time; without its tellings where all is to be linked anew.

    That is so as well where another code or vocabulary made them, or a run was killed before it had written them.
    """
    from tasks.link import Known

    store = work.store
    links, written = store.read("event_mentions", columns=["event_id", "mention_id"]), store.lineage("tellings")
    # the events that the known links belong to: a run killed in between has left newer ones
    version = None if "events" in work.lost() else store.lineage("event_mentions").get("events")
    events = store.read("events", version, ["event_id", "former_event_ids"])
    now = {"fingerprint": work.fingerprint, **{name: store.version(name) for name in ("events", "event_mentions")}}
    if full or any(written.get(name) != value for name, value in now.items()):
        return Known(links, events)
    return Known(links, events, store.read("tellings"))


def _write(work: Work, linked: Linked, is_whole: bool) -> None:
    """Put what was linked in the place of what it changes, `tellings` last: they say that the others are whole."""
    from tasks.link import CONTROL, CONTROL_COLUMNS, territory

    def put(table: str, rows: pa.Table, gone: Sequence[str], by: str) -> None:
        if is_whole:
            work.store.overwrite(table, rows, work.lineage)
        else:
            work.replace(table, rows, [*gone, *rows[by].to_pylist()], by)

    put("events", linked.events, linked.gone_events, "event_id")
    work.lineage["events"] = work.store.version("events")
    changes = work.store.read("events", columns=CONTROL_COLUMNS, ids=CONTROL, by="event_type_code").to_pylist()
    held = pa.Table.from_pylist(territory(changes, work.register), schema=TERRITORY.schema)
    work.store.overwrite("territory", held, work.lineage)
    put("event_mentions", linked.event_mentions, linked.gone_mentions, "mention_id")
    _replace_rejects(work, linked.refused)
    work.lineage |= {"event_mentions": work.store.version("event_mentions"), "fingerprint": work.fingerprint}
    put("tellings", linked.tellings, linked.gone_tellings, "telling_id")


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
