"""Link: `resolved_mentions` and `documents` in, `events`, `incidents` and what they hold, and `territory` out.

Documents that are new or changed are linked into what was linked; other code, vocabularies or corrections link all
anew. Corrections of `seeds/corrections.csv` are made on what was linked; those that cannot be made become rows of
`rejects`. Tables that were lost are made again, with the ids that the newest release has.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from flows.one_by_one import culprits
from flows.parameters import Version
from flows.recipe import recipe
from flows.work import Summary, Work, log_rejects, working
from tasks.publish.release_tables import current_documents
from tasks.storage import faults, ledger, releases
from tasks.storage.rows import among, not_among
from tasks.tables import REJECTS, RESOLVED_MENTIONS, TERRITORY

if TYPE_CHECKING:
    from tasks.knowledge.places.gazetteer import Place
    from tasks.link import Known, Linked, LinkedIncidents, Text

Versions = Mapping[str, int | None]

# documents whose texts are read together, and those that are held as Python objects
_TEXTS, _BATCH = 20_000, 1_000
# of documents, what linking looks at
_DOCUMENT = ["document_id", "agency", "publisher", "url", "published_date", "duplicate_of", "supersedes"]
# of mentions, what linking never looks at
_UNASKED = {"trigger_end", "trigger_text", "trigger_id", "rules", "actor_label", "recipient_label"}
_MENTION = [name for name in RESOLVED_MENTIONS.names if name not in _UNASKED]


@recipe("link")
def link(
    data: str | None = None, full: bool = False, input_version: Version | None = None, ids_from: str | None = None
) -> Summary:
    """Link where an input changed; `full` links all anew, `input_version` reads `resolved_mentions` as they were.

    `ids_from`, a release by its folder or version, lends the ids of its events to mentions that are not linked yet.
    """
    with working("link", data) as work:
        made_from = work.outputs_of("resolve", "resolved_mentions", input_version)
        work.require("clean")
        inputs = {name: work.store.version(name) for name in ("documents", "resolved_mentions")}
        if input_version is not None:
            inputs["resolved_mentions"] = input_version
        if ids_from:
            work.store.ids_from(ids_from)
        if work.plan(work.stage.whole(work.store, inputs), full or ids_from is not None).todo:
            lender = _lender(work, ids_from)
            known = _known(work, full or input_version is not None, lender)
            documents = work.store.read("documents", inputs["documents"], _DOCUMENT)
            linked, failed = _link(work, inputs, documents, known, made_from)
            work.lineage["inputs"] = inputs
            _write(work, linked, failed, documents, known, lender)
            work.settle([ledger.WHOLE], work.stage.whole(work.store, inputs))
        work.counts = _counts(work)
        return work.summary(work.store.version("events"))


def _lender(work: Work, ids_from: str | None) -> Path | None:
    """The release that lends its ids: the one asked for, else the newest one where tables were lost."""
    store = work.store
    lender = store.ids_from(ids_from) if ids_from else None
    if lender is None and work.lost and (newest := releases.newest_whole(store.releases_folder())):
        lender = store.ids_from(str(newest))
    if lender:
        work.lineage["ids_from"] = lender.name
    return lender


def _known(work: Work, anew: bool, lender: Path | None) -> Known:
    """What was linked the last time; without its accounts where all is to be linked anew.

    That is so as well where another code or vocabulary made them, where tables were lost, or where a run was killed
    before it had written them.
    """
    from tasks.link import Known, with_ids_of

    store = work.store
    links, written = store.read("event_mentions", columns=["event_id", "mention_id"]), store.lineage("accounts")
    # the events that the known links belong to: a run killed in between has left newer ones
    belonging, newest = store.lineage("event_mentions").get("events"), store.version("events")
    is_there = belonging is not None and newest is not None and belonging <= newest
    events = store.read("events", belonging if is_there else None, ["event_id", "former_event_ids"])
    if lender:
        return Known(*with_ids_of(links, events, *releases.released_ids(lender)))
    now = {"fingerprint": work.fingerprint, **{name: store.version(name) for name in ("events", "event_mentions")}}
    if anew or work.lost or any(written.get(name) != value for name, value in now.items()):
        return Known(links, events)
    return Known(links, events, store.read("accounts"))


def _link(
    work: Work, inputs: Versions, documents: pa.Table, known: Known, made_from: Mapping[str, str]
) -> tuple[Linked, Mapping[str, str]]:
    """What linking changes, and the documents that had to be left out of it since their mentions cannot be linked."""
    from tasks.knowledge.crosswalk import Crosswalk
    from tasks.link import Known, Text, link_events

    documents = current_documents(documents)
    resolved = _mentions(work, inputs, documents)
    crosswalk = Crosswalk(work.vocabularies["crosswalk"])
    corrections = work.vocabularies["corrections"]

    def texts(ids: Sequence[str]) -> Iterator[Text]:
        for start in range(0, len(ids), _TEXTS):
            part = ids[start : start + _TEXTS]
            told = work.store.read("documents", inputs["documents"], Text._fields, ids=part).select(Text._fields)
            for batch in told.sort_by("document_id").to_batches(_BATCH):
                rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                yield from (Text(*row) for row in rows if row[1])

    def linked(mentions: pa.Table) -> Linked:
        about = (corrections, work.store.codes, _places(work), crosswalk)
        return link_events(mentions, documents, known, work.register, made_from, *about, texts)

    def alone(rows: pa.Table) -> tuple[pa.Table, ...]:
        mentions = among(resolved, "document_id", rows["document_id"]).combine_chunks()
        link_events(mentions, documents, Known(), work.register, made_from)
        return ()

    with _uncollected():
        try:
            return linked(resolved), {}
        except Exception:
            failed = culprits(alone, documents)
            if not failed:
                raise
        rest = set(documents["document_id"].to_pylist()) - set(failed)
        return linked(among(resolved, "document_id", rest).combine_chunks()), failed


def _mentions(work: Work, inputs: Versions, documents: pa.Table) -> pa.Table:
    """The mentions of these documents, with the columns that linking asks of them."""
    read = work.store.read("resolved_mentions", inputs["resolved_mentions"], _MENTION)
    return among(read, "document_id", documents["document_id"]).combine_chunks()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Linking holds millions of objects and makes no cycles: to look for some again and again costs a fifth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _write(
    work: Work, linked: Linked, failed: Mapping[str, str], documents: pa.Table, known: Known, lender: Path | None
) -> None:
    """Put what was linked in the place of what it changes, `accounts` last: they say that the others are whole."""
    from tasks.link import CONTROL, CONTROL_COLUMNS, territory

    is_whole = not known.accounts.num_rows

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
    incidents = _incidents(work, linked, documents, known, lender)
    put("happenings", linked.happenings, linked.gone_happenings, "happening_id")
    put("incidents", incidents.incidents, incidents.gone_incidents, "incident_id")
    put("incident_events", incidents.incident_events, incidents.gone_events, "event_id")
    _replace_rejects(work, linked.refused, failed)
    work.lineage |= {"event_mentions": work.store.version("event_mentions"), "fingerprint": work.fingerprint}
    put("accounts", linked.accounts, linked.gone_accounts, "account_id")


def _incidents(work: Work, linked: Linked, documents: pa.Table, known: Known, lender: Path | None) -> LinkedIncidents:
    """What changes of the incidents, now that events are written."""
    from tasks.link import KnownIncidents, link_incidents, read_reports

    store = work.store

    def events_of(ids: Sequence[str]) -> pa.Table:
        # most are new, and at hand
        new = among(linked.events, "event_id", ids)
        rest = set(ids).difference(new["event_id"].to_pylist())
        return pa.concat_tables([new, store.read("events", ids=sorted(rest), by="event_id")]) if rest else new

    ended = [*linked.gone_accounts, *linked.accounts["account_id"].to_pylist()]
    retold_anew = [*linked.gone_happenings, *linked.happenings["happening_id"].to_pylist()]
    happenings = store.read("happenings") if known.accounts.num_rows else linked.happenings.slice(0, 0)
    columns = ["account_id", "document_id", "mention_ids", "happening_id"]
    kept = not_among(known.accounts.select(columns), "account_id", ended)
    return link_incidents(
        pa.concat_tables([kept, linked.accounts.select(columns)]),
        store.read("event_mentions", columns=["event_id", "mention_id"]),
        pa.concat_tables([not_among(happenings, "happening_id", retold_anew), linked.happenings]),
        events_of,
        KnownIncidents(*_known_incidents(work, lender), happenings),
        [*linked.gone_events, *linked.events["event_id"].to_pylist()],
        retold_anew,
        read_reports(documents),
        linked.of_incidents,
    )


def _known_incidents(work: Work, lender: Path | None) -> tuple[pa.Table, pa.Table]:
    """(event_id, incident_id) and (incident_id, former_incident_ids) of before, with those that a release lends."""
    links = work.store.read("incident_events", columns=["event_id", "incident_id"])
    incidents = work.store.read("incidents", columns=["incident_id", "former_incident_ids"])
    if lender and (lent := releases.released_incident_ids(lender)):
        new = not_among(lent[0], "event_id", links["event_id"].to_pylist())
        links = pa.concat_tables([links, new.cast(links.schema)])
        known = incidents["incident_id"].to_pylist()
        incidents = pa.concat_tables([incidents, not_among(lent[1], "incident_id", known).cast(incidents.schema)])
    return links, incidents


def _replace_rejects(work: Work, refused: Sequence[Mapping[str, Any]], failed: Mapping[str, str]) -> None:
    """What is refused now takes the place of what was refused before; when a correction first was, stays."""
    known = work.store.read("rejects", ids=["link"], by="stage").to_pylist()
    first = {row["reject_id"]: row["rejected_at"] for row in known}
    now = datetime.now(UTC)
    rows = [{**row, "rejected_at": first.get(row["reject_id"], now)} for row in refused]
    rows += work.failed_rows(failed)
    rejects = pa.Table.from_pylist(rows, schema=REJECTS.schema)
    log_rejects(work.log, rejects)
    work.replace("rejects", rejects, sorted({*first, *rejects["reject_id"].to_pylist()}), by="reject_id")


def _places(work: Work) -> Callable[[str], Place | None]:
    """The places that corrections may name, by id; None for one that nobody knows."""

    def place_of(place_id: str) -> Place | None:
        try:
            return work.gazetteer.place(place_id)
        except KeyError:
            return None

    return place_of


def _counts(work: Work) -> dict[str, int]:
    """What there is now, and what was refused."""
    store = work.store
    names = {"incidents": "incidents", "events": "events", "mentions": "event_mentions"}
    counts = {name: store.count(table) for name, table in names.items()}
    reasons = store.read("rejects", columns=["reason_code"], ids=["link"], by="stage")["reason_code"].to_pylist()
    failed, fixes = reasons.count(faults.FAILED), len(work.vocabularies["corrections"])
    if fixes:
        refused = len(reasons) - failed
        counts |= {"corrections": fixes - refused, "refused_corrections": refused}
    return counts | ({"rejects": failed} if failed else {})
