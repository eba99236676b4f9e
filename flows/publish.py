"""Publish: all stages' tables in, a release folder out: frozen, documented, counted."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from prefect import flow

from flows.session import Summary, Work, gazetteer_digest, model_version, working
from tasks.storage import expectations, ledger
from tasks.storage.store import StoreError


@flow(name="publish")
def publish(
    data: str | None = None,
    with_text: bool = False,
    full: bool = False,
    input_version: int | None = None,
    export: list[str] | None = None,
) -> Summary:
    """Cut a release where something changed; `input_version` is a version of `events`, with all that it came from.

    `export` names flat copies (csv, acled) of the newest release to write beside the releases, new or not.
    """
    from tasks.language.coded import not_coded
    from tasks.publish.codebook import codebook
    from tasks.publish.release_tables import DOCUMENT_COLUMNS, release_tables
    from tasks.publish.report import report

    with working("publish", data) as work:
        versions = _linked(work) if input_version is None else _linked_at(work, input_version)
        inputs = ledger.whole(versions | {"with_text": with_text})
        newest = work.store.latest_release()
        warnings: list[str] = []
        gone: dict[str, int] = {}
        if work.plan(inputs, full or newest is None).todo:
            # texts are the bulk of a data folder: they are read where they are asked for alone
            columns = {"documents": [c for c in DOCUMENT_COLUMNS if with_text or c != "text"]}
            tables = release_tables(
                **{name: work.store.read(name, version, columns.get(name)) for name, version in versions.items()},
                register=work.register,
                gazetteer=work.gazetteer,
                with_text=with_text,
            )
            files = {"codebook.md": codebook(work.vocabularies), "report.html": report(tables, work.vocabularies)}
            warnings = expectations.warnings(tables)
            gone = _gone(work, tables["documents"], newest) if newest is not None and input_version is None else {}
            manifest = {
                "tables": versions,
                "with_text": with_text,
                "fingerprints": _fingerprints(work),
                "not_coded": not_coded(tables["documents"]),
                "warnings": warnings,
                "documents_gone": gone,
            }
            written = work.store.write_release(datetime.now(UTC).date(), tables, files, manifest)
            newest, is_new = written.path, written.is_new
            work.settle([ledger.WHOLE])
            del tables  # an export reads the release; memory holds one of them
        else:
            is_new = False
        told = [f"{count} documents {reason}" for reason, count in gone.items()]
        work.counts = {
            "release": newest.name,
            "news": "new" if is_new else "nothing changed",
            "gone": told,
            "warnings": warnings,
        }
        if export:
            work.counts["export"] = _exported(work, newest.name, sorted(set(export)))
        return work.summary(newest.name)


def _exported(work: Work, version: str, kinds: list[str]) -> str:
    """Write these flat copies of a release, and tell where."""
    from tasks.publish.exports import exported

    countries = work.vocabularies["countries"]
    names = dict(zip(countries["country_code"], countries["name"], strict=True))
    tables = work.store.read_release(version)
    files = chain.from_iterable(exported(kind, tables, names) for kind in kinds)
    return f"{' and '.join(kinds)} in {work.store.write_export(version, files)}"


def _gone(work: Work, documents: pa.Table, newest: Path) -> dict[str, int]:
    """How many documents of the newest release this one lacks, by reason: superseded by a revision, or refused.

    Raises StoreError where neither explains it: a table has lost them.
    """
    before = set(pq.read_table(newest / "documents.parquet", columns=["document_id"])["document_id"].to_pylist())
    gone = before - set(documents["document_id"].to_pylist())
    marks = work.store.read("documents", columns=["document_id", "supersedes"]).to_pylist()
    superseded = gone & {row["supersedes"] for row in marks}
    cleaned = {row["document_id"] for row in marks}
    refused = gone - superseded - cleaned
    raw = work.store.read("raw_documents", columns=["document_id"], ids=sorted(refused))["document_id"].to_pylist()
    if lost := refused - set(raw):
        raise StoreError(
            f"{work.store.root}: {len(lost)} documents of {newest.name} are in no table any more; put _tables back "
            "from a copy, or start a new data folder"
        )
    return {reason: len(ids) for reason, ids in (("superseded", superseded), ("refused", refused)) if ids}


def _linked(work: Work) -> dict[str, Any]:
    """The newest versions that fit together: those that linking read, and those that it wrote."""
    inputs = ledger.versions_used(work.store.read("progress", ids=["link"], by="stage"), "link")
    if not inputs:
        raise StoreError(f"{work.store.root}: nothing is linked yet; run `sitrep link` first")
    return inputs | {name: work.store.version(name) for name in ("events", "event_mentions", "territory", "rejects")}


def _linked_at(work: Work, events: int) -> dict[str, Any]:
    """The versions that fit to an older version of `events`, by their lineage; rejects are the newest."""
    versions = {"events": events, "rejects": work.store.version("rejects")}
    for name in ("event_mentions", "territory"):
        history = work.store.history(name)
        versions[name] = max((v["version"] for v in history if v["lineage"].get("events", -1) <= events), default=None)
    return versions | work.store.lineage("events", events)["inputs"]


def _fingerprints(work: Work) -> dict[str, Any]:
    """Code and vocabularies of every stage, gazetteer and model, as they are now."""
    stages = [Work(stage, work.store) for stage in ("ingest", "clean", "extract", "resolve", "link", "publish")]
    return {
        "code": {stage.stage: stage.code for stage in stages},
        "vocabularies": {stage.stage: stage.vocabulary_digest for stage in stages},
        "gazetteer": gazetteer_digest(),
        "model": model_version(),
    }
