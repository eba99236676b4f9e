"""Ingest: files and addresses of the web in, `raw_documents` and `rejects` out, exactly as the source gave them.

What is there already is not written again; what a changed reader reads otherwise replaces what it read before. Input
that cannot be read becomes a row of `rejects`; only where nothing at all could be read is it an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows import terminal
from flows.choice import Wanted
from flows.progress import ReadProgress
from flows.recipe import recipe
from flows.work import Summary, Work, log_rejects, working
from tasks.ingest.known import FIRST_READ, answered, as_first_read, not_forgotten, not_refused_before, outlived, retold
from tasks.storage import ledger
from tasks.storage.objects import is_uri
from tasks.storage.rows import among, first_of_each
from tasks.tables import ADHOC

if TYPE_CHECKING:
    from tasks.ingest.web.asked import Asked

# paths that an error names
_MOST_NAMED = 5


class NothingReadError(ValueError):
    """None of the paths led to anything that could be read."""


@recipe("ingest")
def ingest(
    paths: list[str],
    data: str | None = None,
    source: str | None = None,
    full: bool = False,
    map: str | None = None,
    all_sources: bool = False,
    allow_private: bool = False,
    again: bool = False,
    documents: list[str] | None = None,
) -> Summary:
    """Read paths and addresses into the data folder; `source` is a row of seeds/sources.csv, `full` compares all anew.

    Without paths a source is read from its own address, with `all_sources` all are that have one; `allow_private` lets
    addresses lead to machines that are not public. `map` says what fields of records are called there
    ("text=notes,published=event_date"), before what the source's row says. Raises NothingReadError where nothing could
    be read; what was refused is in `rejects` all the same. Raises NothingAskedError where there is nothing to read.

    What was forgotten (see `forget`) stays out and counts as known, unless it is to be taken in `again`. Of what is
    there only `documents`, where given, are taken (see `choice`), and ChoiceError is raised where one is not there.
    """
    from flows.fetched import CLOCK, TableShelf
    from tasks.ingest import Naming, mapping_of, read
    from tasks.ingest.web import Visitor, asked, fetched

    with working("ingest", data) as work:
        sources = work.vocabularies["sources"]
        groups = asked(paths, source, all_sources, sources)
        intake = _Intake(work, full, again, Wanted(documents), ReadProgress(_total(groups)))
        used: Counter[str] = Counter()
        visitor, shelf = Visitor(CLOCK, allow_private), TableShelf(work, full, documents is None)
        for group in groups:
            naming = Naming(work.vocabularies["record_profiles"], mapping_of(group.source_id, sources, map))
            whole: set[str] = set()
            files = fetched(group.addresses, visitor, shelf, whole)
            told = intake.progress.at
            for found, rejects in read(
                group.paths, sources, group.source_id, intake.began, naming, fetched=files, tell=told
            ):
                intake.take(found, rejects)
            intake.progress.end_group()
            intake.end(group.source_id or ADHOC, whole)
            used += naming.used
        if used:
            work.counts["profiles"] = [f"{name} ({count} records)" for name, count in sorted(used.items())]
    if not intake.is_any_read:
        names = [name for group in groups for name in group.names]
        named = ", ".join(names[:_MOST_NAMED]) + (f" and {len(names) - _MOST_NAMED} more" * (len(names) > _MOST_NAMED))
        raise NothingReadError(f"nothing could be read from {named}: {intake.reason or 'no file is there'}")
    intake.wanted.check()
    return work.summary(work.store.version("raw_documents"))


def _total(groups: Sequence[Asked]) -> int | None:
    """The bytes of all files that are to be read, where somebody watches; None where some are yet to be fetched."""
    from tasks.ingest.files import seen

    if not terminal.is_watched() or any(g.addresses or any(map(is_uri, g.paths)) for g in groups):
        return None
    return sum(size for group in groups for size, _ in seen(group.paths).values())


class _Intake:
    """What was there before and what came since: batches are written, refused and counted against it."""

    def __init__(self, work: Work, full: bool, again: bool, wanted: Wanted, progress: ReadProgress) -> None:
        done = work.store.read("progress", ids=["ingest"], by="stage")
        known = work.store.read("raw_documents", columns=["document_id", "ingested_at"])
        self.began = _now(known["ingested_at"])
        self.is_any_read = False
        self.reason: str | None = None
        self.wanted, self.progress = wanted, progress
        self._work = work
        self._read_before = {} if full else ledger.outputs(done, "ingest")
        self._there = set(known["document_id"].to_pylist())
        self._again = again
        self._known_rejects = work.store.read("rejects", ids=["ingest"], by="stage")
        self._refused: set[str] = set()
        work.counts = {"inputs": 0, "new_documents": 0, "known": 0, "rejects": 0}

    def take(self, read: pa.Table, rejects: pa.Table) -> None:
        """Write a batch of documents and rejects, of both what is new or reads otherwise than before."""
        work, there, given = self._work, self._there, self.wanted.of(read)
        found = given if self._again else not_forgotten(given, self._known_rejects)
        raw = first_of_each(found, "document_id")
        entries = ledger.read_in(raw)
        before = self._read_before
        same = {k for k, v in ledger.outputs(entries, "ingest").items() if before.get(k) == v and k in there}
        changed = first_of_each(raw, "document_id", but=same)
        work.append("raw_documents", first_of_each(changed, "document_id", but=there))
        _replace_known(work, among(changed, "document_id", there))
        new_rejects = first_of_each(not_refused_before(rejects, self._known_rejects), "reject_id", but=self._refused)
        gone = outlived(self._known_rejects, found, rejects)
        written = pa.concat_tables([new_rejects, retold(rejects, self._known_rejects)])
        work.replace("rejects", written, [*gone, *written["reject_id"].to_pylist()], by="reject_id")
        log_rejects(work.log, new_rejects)
        work.enter(first_of_each(entries, "document_id", but=same), changed["document_id"].to_pylist())
        ids = set(raw["document_id"].to_pylist())
        _count(work, given.num_rows + rejects.num_rows, len(ids - there), new_rejects.num_rows)
        if read.num_rows > given.num_rows:
            work.counts["not_chosen"] = work.counts.get("not_chosen", 0) + read.num_rows - given.num_rows
        self.is_any_read |= read.num_rows > 0
        self.reason = self.reason or next(iter(rejects["message"].to_pylist()), None)
        before |= ledger.outputs(entries, "ingest")
        there |= ids
        self._refused |= set(rejects["reject_id"].to_pylist())
        self.progress.inputs = work.counts["inputs"]
        self.progress.show()

    def end(self, source_id: str, addresses: set[str]) -> None:
        """Take out what was refused before of these addresses of a source, which were read now."""
        gone = answered(self._known_rejects, source_id, addresses, self._refused)
        self._work.replace("rejects", self._work.store.read("rejects", ids=[]), gone, by="reject_id")


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
