"""Ingest: files, folders and globs in, `raw_documents` and `rejects` out, exactly as the source gave them.

What is there already is not written again; what a changed reader reads otherwise replaces what it read before. Input
that cannot be read becomes a row of `rejects`; only where nothing at all could be read is it an error.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from prefect import flow

from flows.work import Summary, Work, working
from tasks.ingest.known import FIRST_READ, as_first_read, not_refused_before, outlived
from tasks.storage import ledger
from tasks.storage.rows import among, first_of_each

# paths that an error names
_MOST_NAMED = 5


class NothingReadError(ValueError):
    """None of the paths led to anything that could be read."""


@flow(name="ingest")
def ingest(
    paths: list[str],
    data: str | None = None,
    source: str | None = None,
    full: bool = False,
    map: str | None = None,
) -> Summary:
    """Read paths into the data folder; `source` is a row of seeds/sources.csv, `full` compares what is there anew.

    `map` says what fields of records are called there ("text=notes,published=event_date"), before what the source's
    row says. Raises NothingReadError where nothing could be read; what was refused is in `rejects` all the same.
    """
    from tasks.ingest import Naming, mapping_of, read

    with working("ingest", data) as work:
        read_before = {} if full else ledger.outputs(work.store.read("progress", ids=["ingest"], by="stage"), "ingest")
        known = work.store.read("raw_documents", columns=["document_id", "ingested_at"])
        there = set(known["document_id"].to_pylist())
        known_rejects = work.store.read("rejects", ids=["ingest"], by="stage")
        refused: set[str] = set()
        work.counts = {"inputs": 0, "new_documents": 0, "known": 0, "rejects": 0}
        is_any_read = False
        reasons: list[str] = []
        sources = work.vocabularies["sources"]
        naming = Naming(work.vocabularies["record_profiles"], mapping_of(source, sources, map))
        for found, rejects in read(paths, sources, source, _now(known["ingested_at"]), naming):
            raw = first_of_each(found, "document_id")
            entries = ledger.read_in(raw)
            same = {k for k, v in ledger.outputs(entries, "ingest").items() if read_before.get(k) == v and k in there}
            changed = first_of_each(raw, "document_id", but=same)
            work.append("raw_documents", first_of_each(changed, "document_id", but=there))
            _replace_known(work, among(changed, "document_id", there))
            new_rejects = first_of_each(not_refused_before(rejects, known_rejects), "reject_id", but=refused)
            gone = outlived(known_rejects, found, rejects)
            work.replace("rejects", new_rejects, [*gone, *new_rejects["reject_id"].to_pylist()], by="reject_id")
            work.log_rejects(new_rejects)
            work.enter(first_of_each(entries, "document_id", but=same), changed["document_id"].to_pylist())
            ids = set(raw["document_id"].to_pylist())
            _count(work, found.num_rows + rejects.num_rows, len(ids - there), new_rejects.num_rows)
            is_any_read |= found.num_rows > 0
            reasons += rejects["message"].to_pylist()[: 1 - len(reasons)]
            read_before |= ledger.outputs(entries, "ingest")
            there |= ids
            refused |= set(new_rejects["reject_id"].to_pylist())
        if naming.used:
            work.counts["profiles"] = [f"{name} ({count} records)" for name, count in sorted(naming.used.items())]
    if not is_any_read:
        named = ", ".join(paths[:_MOST_NAMED]) + (f" and {len(paths) - _MOST_NAMED} more" * (len(paths) > _MOST_NAMED))
        raise NothingReadError(f"nothing could be read from {named}: {reasons[0] if reasons else 'no file is there'}")
    return work.summary(work.store.version("raw_documents"))


def _count(work: Work, inputs: int, new_documents: int, rejects: int) -> None:
    """Count inputs, each once: as a new document, as refused now, or as known: read or refused before, in this run too.

    Of very many records that are refused for one reason in one file, those that are not told one by one count as one.
    """
    more = {"inputs": inputs, "new_documents": new_documents, "rejects": rejects}
    more["known"] = inputs - new_documents - rejects
    work.counts |= {name: work.counts[name] + number for name, number in more.items()}


def _now(before: pa.ChunkedArray) -> datetime:
    """When this run reads, after all that was read before: revisions are in the order of the runs, whatever a clock
    that was set back says."""
    newest = pc.max(before).as_py()
    now = datetime.now(UTC)
    return now if newest is None else max(now, newest + timedelta(microseconds=1))


def _replace_known(work: Work, rows: pa.Table) -> None:
    """Write known documents as they are read now; when and where they were first read stays."""
    ids = rows["document_id"].to_pylist()
    first = work.store.read("raw_documents", columns=FIRST_READ, ids=ids)
    work.replace("raw_documents", as_first_read(rows, first), ids)
