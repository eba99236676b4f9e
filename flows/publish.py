"""Publish: all stages' tables in, a release folder out: frozen, documented, counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows import stages
from flows.parameters import Exports, Version
from flows.recipe import recipe
from flows.resources import gazetteer_digest, model_version
from flows.work import Summary, Work, working
from tasks.storage import continuity, expectations, ledger, releases
from tasks.storage.store import StoreError

Versions = Mapping[str, int | None]

# tables that linking writes after `events`
_OF_EVENTS = ("territory", "event_mentions", "incidents", "incident_events")


@recipe("publish")
def publish(
    data: str | None = None,
    with_text: bool = False,
    full: bool = False,
    input_version: Version | None = None,
    export: Exports = None,
) -> Summary:
    """Cut a release where something changed; `input_version` is a version of `events`, with all that it came from.

    `export` names exports (csv, acled, xlsx, ...) of the newest release to write beside the releases, new or not.
    """
    with working("publish", data) as work:
        versions = _linked(work) if input_version is None else _linked_at(work, input_version)
        newest = work.store.latest_release()
        spoiled = newest and releases.fault(newest)
        if spoiled:
            work.tell(f"release damaged: {spoiled}; publishing another")
        elif newest:
            # `latest` may be gone or lead elsewhere, and nothing else be to do
            releases.lead_to(newest.parent, newest)
        news = {"news": "nothing changed", "warnings": []}
        is_new = full or newest is None or bool(spoiled)
        if work.plan(_inputs(work, versions, with_text, newest), is_new).todo or newest is None:
            newest, news = _release(work, versions, with_text)
            work.settle([ledger.WHOLE], _inputs(work, versions, with_text, newest))
        work.counts = {"release": newest.name} | news
        if export:
            work.counts["export"] = _exported(work, newest.name, sorted(set(export)))
        return work.summary(newest.name)


def _inputs(work: Work, versions: Versions, with_text: bool, newest: Path | None) -> dict[str, str]:
    """The input id of publishing: with the newest release, so that another is cut where that is lost."""
    return work.stage.whole(work.store, versions, with_text=with_text, release=newest and newest.name)


def _release(work: Work, versions: Versions, with_text: bool) -> tuple[Path, dict[str, Any]]:
    """Cut a release of these versions, unless the newest holds the same; its folder, and what is to be told of it."""
    from tasks.language.coded import not_coded
    from tasks.publish.codebook import codebook
    from tasks.publish.described import LICENCE_FILE, descriptions, licence
    from tasks.publish.report import report

    tables = _tables(work, versions, with_text)
    gone = _documents_gone(work, versions, tables["documents"])
    warnings = expectations.warnings(tables)
    manifest = {
        "tables": dict(versions),
        "with_text": with_text,
        "fingerprints": _fingerprints(),
        "not_coded": not_coded(tables["documents"]),
        "warnings": warnings,
        "documents_gone": gone,
        "inputs": _accounted(work, versions, tables),
    }
    files = {
        "codebook.md": codebook(work.vocabularies),
        LICENCE_FILE: licence(_publishers(tables["documents"])),
    }

    def described(version: str, facts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        # the page tells the version, which is known once the rows are known to be new
        return descriptions(version, facts) | {"report.html": report(tables, work.vocabularies, version)}

    written = work.store.write_release(datetime.now(UTC).date(), tables, files, manifest, described)
    news: dict[str, Any] = {"news": "new" if written.is_new else "nothing changed"}
    if written.is_new and gone:
        news["gone"] = [f"{count} documents {reason}" for reason, count in gone.items()]
    return written.path, news | {"warnings": warnings}


def _tables(work: Work, versions: Versions, with_text: bool) -> dict[str, pa.Table]:
    from tasks.publish.release_tables import DOCUMENT_COLUMNS, release_tables

    # texts are the bulk of a data folder: they are read where they are asked for alone
    columns = {"documents": [c for c in DOCUMENT_COLUMNS if with_text or c != "text"]}
    return release_tables(
        **{name: work.store.read(name, version, columns.get(name)) for name, version in versions.items()},
        register=work.register,
        gazetteer=work.gazetteer,
        with_text=with_text,
    )


def _accounted(work: Work, versions: Versions, tables: Mapping[str, pa.Table]) -> dict[str, int]:
    """What became of all that ingest was given, by fate; `all` is their sum."""
    stages_of_rejects = tables["rejects"]["stage"].to_pylist()
    released = tables["documents"].num_rows
    fates = {
        "documents": released,
        "superseded": work.store.read("documents", versions["documents"], ["document_id"]).num_rows - released,
        "refused_by_ingest": stages_of_rejects.count("ingest"),
        "refused_by_clean": stages_of_rejects.count("clean"),
    }
    return fates | {"all": sum(fates.values())}


def _publishers(documents: pa.Table) -> list[str]:
    """Who published these documents, and the agencies behind them."""
    return sorted({name for column in ("publisher", "agency") for name in documents[column].to_pylist() if name})


def _documents_gone(work: Work, versions: Versions, documents: pa.Table) -> dict[str, int]:
    """How many documents of the newest release this one lacks, by reason; StoreError where nothing tells why."""
    store, newest = work.store, releases.newest_whole(work.store.releases_folder())
    if newest is None:
        return {}
    version = versions["documents"]

    def ids(table: str, at: int | None = None) -> set[str]:
        return set(store.read(table, at, ["document_id"])["document_id"].to_pylist())

    def refused() -> set[str]:
        rows = store.read("progress", ids=["clean"], by="stage").to_pylist()
        return {row["document_id"] for row in rows if row["reject_id"] is not None}

    def not_read_yet() -> set[str]:
        read = store.lineage("documents", version).get("inputs", {}).get("raw_documents")
        return (ids("documents") - ids("documents", version)) | (ids("raw_documents") - ids("raw_documents", read))

    before = releases.document_ids(newest)
    reasons: tuple[continuity.Reason, ...] = (
        ("superseded by newer revisions", partial(ids, "documents", version)),
        ("refused by clean", refused),
        ("not yet read in the older version that is published", not_read_yet),
        ("no longer among the raw documents", lambda: set(before) - ids("raw_documents")),
    )
    return continuity.documents_gone(newest.name, before, documents["document_id"].to_pylist(), reasons)


def _exported(work: Work, version: str, kinds: list[str]) -> str:
    """Write these flat copies of a release, and tell where."""
    from tasks.publish.exports import exported

    countries = work.vocabularies["countries"]
    names = dict(zip(countries["country_code"], countries["name"], strict=True))
    tables = work.store.read_release(version)
    files = chain.from_iterable(exported(kind, tables, names) for kind in kinds)
    return f"{' and '.join(kinds)} in {work.store.write_export(version, files)}"


def _linked(work: Work) -> dict[str, int | None]:
    """The newest versions that fit together: those that linking read, and those that it wrote.

    Raises StoreError where nothing is linked, or where tables have been lost or begun anew since.
    """
    progress = work.store.read("progress", ids=["link"], by="stage")
    inputs = ledger.versions_used(progress, "link")
    if not inputs:
        raise StoreError(f"{work.store.root}: nothing is linked yet; run `sitrep link` first")
    work.require("link")
    states = ledger.states_used(progress, "link")
    anew = [name for name, state in states.items() if work.store.state_id(name, inputs[name]) != state]
    if anew:
        raise StoreError(
            f"{work.store.root}/_tables: {' and '.join(anew)} were lost or begun anew since they were linked; "
            "run `sitrep link` first"
        )
    return inputs | {name: work.store.version(name) for name in (*_OF_EVENTS, "events", "rejects")}


def _linked_at(work: Work, events: int) -> dict[str, int | None]:
    """The versions that fit to an older version of `events`, by their lineage; rejects are the newest."""
    versions: dict[str, int | None] = {"events": events, "rejects": work.store.version("rejects")}
    for name in _OF_EVENTS:
        history = work.store.history(name)
        versions[name] = max((v["version"] for v in history if v["lineage"].get("events", -1) <= events), default=None)
    return {**versions, **work.store.lineage("events", events)["inputs"]}


def _fingerprints() -> dict[str, Any]:
    """Code and vocabularies of every stage, gazetteer and model, as they are now."""
    return {
        "code": {name: stage.code() for name, stage in stages.BY_NAME.items()},
        "vocabularies": {name: stage.vocabulary_digest() for name, stage in stages.BY_NAME.items()},
        "gazetteer": gazetteer_digest(),
        "model": model_version(),
    }
