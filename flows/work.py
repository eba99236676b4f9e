"""A stage at work in a data folder, under its writer lock: plan, batches, what is written and entered as done.

In come a stage's name and a data folder; out comes what the flows need so that each reads like a recipe. Refused is
what the store refuses, and a stage whose inputs are not what the stage before them says that it made.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from flows import assets, healing, heap, resources, run_page, stages, terminal
from flows.choice import Choice
from flows.cluster import Cluster
from flows.engine import Logger, is_on_terminal, is_run_alone, run_id, run_logger
from flows.one_by_one import Step, spared
from flows.progress import Progress
from flows.spread import Made, Spread, cores, spread
from tasks.reading.visible import visible
from tasks.storage import faults, fingerprints, ledger
from tasks.storage.damage import DamagedTableError
from tasks.storage.rows import among, first_of_each
from tasks.storage.store import Store, StoreError
from tasks.tables import REJECTS

if TYPE_CHECKING:
    import pandas as pd

    from tasks.knowledge.actors import ActorRegister
    from tasks.knowledge.places.gazetteer import Gazetteer

Bit = tuple[list[str], tuple[pa.Table, ...]]
"""Documents by their ids, and what a step made of them."""

Summary = dict[str, Any]
"""What a stage flow returns: stage, version (of its main table, or release), and counts of what it did."""

WAIT_SECONDS = 60.0
EVERY = Choice()
BATCH_CHARACTERS = 2_000_000
# of what many processes do at once, so that they seldom wait for the last part of a batch
SPREAD_CHARACTERS = 32_000_000
BATCH_DOCUMENTS = 2_000
# a few seconds of work between two looks at the progress
_PART_DOCUMENTS = 50
# work of half a minute, of which a process more takes a few seconds to begin
_SPREAD_CHARACTERS = 1_000_000
# of a long stage, what is done by then is written to object storage
_SAVED_SECONDS = 300.0
# rejects of one batch that the log names one by one
_MOST_LOGGED = 20


class Work:
    """One stage at work. Made by `working`, which holds the writer lock for as long as it lasts."""

    def __init__(self, name: str, store: Store, no_judge: bool = False) -> None:
        self.stage = stages.BY_NAME[name]
        self.no_judge = no_judge
        self.store = store
        self.log: Logger = run_logger()
        self.counts: dict[str, Any] = {}
        self.lost: list[str] = []
        self._plan = ledger.Plan({}, [])
        self._progress: Progress | None = None
        # documents that would have been done, had they been chosen
        self._left = 0
        # of the documents at work: how many rows were written, the errors met, the rejects in which they ended
        self._row_counts: dict[str, int] = {}
        self._failures: dict[str, str] = {}
        self._refused: dict[str, str] = {}

    # what is to do

    def plan(self, inputs: Mapping[str, str], full: bool, choice: Choice = EVERY) -> ledger.Plan:
        """What the stage has to do for its inputs (input ids by document, or `ledger.whole`), among those chosen."""
        kept, told = self.stage.kept(self.store), self._ledger(self.stage.name)
        self.lost = self.stage.lost(self.store, told, kept)
        if self.lost:
            of = "" if self.stage.is_whole else f": {len(self.lost)} documents"
            self.tell(f"making again what tables have lost{of}")
        self._plan = ledger.plan(told, self.stage.name, inputs, self.fingerprint, full, kept)
        if choice:
            every = len(self._plan.todo)
            self._plan = self._plan.among(choice.ids(self.store))
            self._left = every - len(self._plan.todo)
        return self._plan

    def outputs_of(self, stage: str, table: str, version: int | None) -> dict[str, str]:
        """Input ids by document: what the stage before made; with a version, the documents in its table then.

        Raises StoreError where the tables do not hold what the stage's ledger says.
        """
        if version is None:
            self.require(stage)
            return ledger.outputs(self._ledger(stage), stage)
        self.lineage["inputs"][table] = version
        rows = self.store.read(table, version, ["document_id"])
        return ledger.at_version(table, version, rows["document_id"].unique().to_pylist())

    def require(self, stage: str) -> None:
        """Raise StoreError where the tables of another stage do not hold what its ledger says."""
        made = stages.BY_NAME[stage]
        lost = made.lost(self.store, self._ledger(stage), made.kept(self.store))
        if lost:
            of = "" if made.is_whole else f" of {len(lost)} documents, the first {lost[0]}"
            raise StoreError(
                f"{self.store.root}/_tables: {' and '.join(made.writes)} or rejects do not hold what {stage} wrote "
                f"there{of}; run `sitrep {stage}`, which makes it again"
            )

    def batches(self, sizes: Mapping[str, int], limit: int) -> Iterator[list[str]]:
        """The planned documents in batches; `treat` tells how many of them are done."""
        self._progress = Progress(self.stage.name, len(self._plan.todo))
        yield from ledger.batches(list(self._plan.todo), sizes, limit)
        self._progress.end()

    @contextmanager
    def on_all_cores(self, made: Made, characters: int) -> Iterator[Step | Spread]:
        """A step for `treat`: in this process where there is little to do, else in one for each core."""
        if characters < _SPREAD_CHARACTERS or (count := cores()) == 1:
            step = made()
            heap.keep()
            yield step
        else:
            with spread(made, count) as processes:
                yield processes

    def treat(self, rows: pa.Table, step: Step | Spread | Cluster) -> tuple[pa.Table, ...]:
        """What the step makes of these documents; those in which it fails are left out, for `refuse` to name."""
        ((_, tables),) = self.treated(rows, step, math.inf)
        return tables

    def treated(self, rows: pa.Table, step: Step | Spread | Cluster, seconds: float) -> Iterator[Bit]:
        """What it makes of them bit by bit, with their ids: whenever so many seconds are over, and at the end."""
        return _bits(rows, step, seconds, self._took)

    # what is written

    def replace(self, table: str, rows: pa.Table, ids: Sequence[str], by: str = "document_id") -> None:
        """The rows of these documents become these."""
        self.store.replace(table, rows, self.lineage, ids=ids, by=by)
        if (table,) == self.stage.writes:
            counts = pc.value_counts(rows["document_id"]).to_pylist()
            self._row_counts |= {one["values"]: one["counts"] for one in counts}

    def append(self, table: str, rows: pa.Table) -> None:
        """Rows whose keys are new."""
        self.store.append(table, rows, self.lineage)

    def refuse(self, ids: Sequence[str], rejects: pa.Table | None = None) -> None:
        """What the stage refused of these documents before gives way to `rejects` and to those in which it failed."""
        before = self.store.read("rejects", ids=[self.stage.name], by="stage")
        given = before.slice(0, 0) if rejects is None else rejects
        if not (before.num_rows or given.num_rows or self._failures):
            return
        origins = _origins(self, ids)
        failed = pa.Table.from_pylist(self.failed_rows(self._failures), schema=REJECTS.schema)
        # bytes that were read under two names are refused once
        rows = pa.concat_tables([given, failed])
        now = first_of_each(rows, "reject_id")
        reject_of = {_origin(row): str(row["reject_id"]) for row in now.to_pylist()}
        came_from = {id_: _origin(row) for id_, row in origins.items()}
        ended = {row["reject_id"] for row in before.to_pylist() if _origin(row) in came_from.values()}
        self.replace("rejects", now, sorted(ended | set(reject_of.values())), by="reject_id")
        self._refused |= {id_: reject_of[origin] for id_, origin in came_from.items() if origin in reject_of}
        self.counts["rejects"] = self.counts.get("rejects", 0) + now.num_rows
        self._failures = {}
        log_rejects(self.log, now)

    def failed_rows(self, failed: Mapping[str, str]) -> list[dict[str, Any]]:
        """Rows of `rejects` for documents in which the stage failed (what is told of it, by document id)."""
        origins = _origins(self, sorted(failed))
        stage = self.stage.name
        return [faults.reject_row(stage, origins[id_], faults.FAILED, text) for id_, text in sorted(failed.items())]

    def settle(self, ids: Iterable[str], inputs: Mapping[str, str] | None = None) -> None:
        """Enter these documents into the ledger as done, of `inputs` or as planned; after their data is written."""
        inputs = inputs or {id_: self._plan.todo[id_] for id_ in ids}
        if ledger.WHOLE in inputs:
            self._row_counts = dict(self.stage.kept(self.store).rows)
        rows = ledger.done(self.stage.name, inputs, self.fingerprint, self._row_counts, self._refused)
        self.enter(rows, list(inputs))
        self.store.save(_SAVED_SECONDS)

    def enter(self, rows: pa.Table, ids: Sequence[str]) -> None:
        """Make the stage's ledger rows of these documents these; none takes them out."""
        self.store.replace("progress", rows, self.lineage, ids=ids, within={"stage": self.stage.name})

    def drop(self, table: str) -> None:
        """Take out the rows and rejects of documents that left the stage's input, then their ledger rows."""
        if not (gone := self._plan.drop):
            return
        self.replace(table, self.store.read(table, ids=[]), gone)
        left = among(self._ledger(self.stage.name), "document_id", gone)
        named = left["reject_id"].drop_null().to_pylist()
        self.replace("rejects", self.store.read("rejects", ids=[]), named, by="reject_id")
        self.enter(self.store.read("progress", ids=[]), gone)

    def summary(self, version: int | str | None) -> Summary:
        """What the flow returns."""
        if self._left:
            self.counts["not_chosen"] = self._left
        return {"stage": self.stage.name, "version": version} | self.counts

    def tell(self, line: str) -> None:
        """Warn the log, and who sits at the terminal, once where the two are one."""
        tell(self.stage.name, line)

    # what it works with

    @cached_property
    def lineage(self) -> dict[str, Any]:
        """How what is written now comes about; link and publish add the versions that they read."""
        return {
            "stage": self.stage.name,
            "run_id": run_id(),
            **self._parts,
            "inputs": {name: self.store.version(name) for name in ([] if self.stage.is_page else self.stage.reads)},
        }

    @cached_property
    def fingerprint(self) -> str:
        """All that the stage's results depend on besides its inputs."""
        return fingerprints.combined(**self._parts)

    @property
    def vocabularies(self) -> dict[str, pd.DataFrame]:
        """Every vocabulary by name, checked."""
        return resources.load_vocabularies()

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The compiled gazetteer."""
        return resources.open_gazetteer()

    @cached_property
    def register(self) -> ActorRegister:
        """The register of actors."""
        return resources.actor_register()

    @cached_property
    def _parts(self) -> dict[str, str]:
        return self.stage.parts(self.no_judge)

    def _took(self, documents: int, failed: Mapping[str, str]) -> None:
        self._failures |= failed
        if self._progress:
            self._progress.advance(documents)

    def _ledger(self, stage: str) -> pa.Table:
        return self.store.read("progress", ids=[stage], by="stage")


def tell(stage: str, line: str) -> None:
    """Warn the log, and who sits at the terminal, once where the two are one."""
    log = run_logger()
    log.warning(visible(line))
    if not is_on_terminal(log):
        terminal.tell(f"{stage:8} {line}")


def _bits(
    rows: pa.Table, step: Step | Spread | Cluster, seconds: float, took: Callable[[int, Mapping[str, str]], None]
) -> Iterator[Bit]:
    """What the step makes of the rows, a part at a time, so that a long batch can tell how far it is."""
    size = step.part_documents(rows.num_rows) if isinstance(step, Cluster) else _PART_DOCUMENTS
    cut = [rows.slice(start, size) for start in range(0, max(rows.num_rows, 1), size)]
    each = step.each(cut) if isinstance(step, Spread | Cluster) else (spared(step, part) for part in cut)
    ids, parts, began = list[str](), list[tuple[pa.Table, ...]](), time.monotonic()
    for part, (tables, failed) in zip(cut, each, strict=True):
        took(part.num_rows, failed)
        ids += part["document_id"].to_pylist()
        parts.append(tables)
        if part is cut[-1] or time.monotonic() - began >= seconds:
            yield ids, tuple(pa.concat_tables(tables) for tables in zip(*parts, strict=True))
            ids, parts, began = [], [], time.monotonic()


def is_a_part(documents: int, characters: int) -> bool:
    """Whether so many documents, of so many characters in all, are so little that the step is done once."""
    return documents <= _PART_DOCUMENTS and characters <= BATCH_CHARACTERS


def _origins(work: Work, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """How rejects of the stage name these documents, by id: as they were read, or as they are known since."""
    columns = ["document_id", "external_id", "source_id", "ingested_at"]
    raw = work.store.read("raw_documents", columns=[*columns, "uri", "bytes_sha256"], ids=ids).to_pylist()
    found = {str(row["document_id"]): row for row in raw}
    if work.stage.name == "clean":
        return found
    lost = sorted(set(ids) - set(found))
    found |= {str(row["document_id"]): row for row in work.store.read("documents", None, columns, lost).to_pylist()}
    named = {"bytes_sha256": None}
    return {id_: row | named | {"uri": faults.document_uri(row)} for id_, row in found.items()}


def log_rejects(log: Logger, rejects: pa.Table) -> None:
    """Tell the log of what was refused, one by one as long as it is not much."""
    for row in rejects.slice(0, _MOST_LOGGED).to_pylist():
        log.warning("refused %s: %s", visible(row["uri"]), visible(row["message"]))
    if rejects.num_rows > _MOST_LOGGED:
        log.warning("refused %d more", rejects.num_rows - _MOST_LOGGED)


def _origin(row: Mapping[str, Any]) -> tuple[str, str, str | None]:
    return row["source_id"], row["uri"], row["bytes_sha256"]


@contextmanager
def working(stage: str, data: str | None, no_judge: bool = False) -> Iterator[Work]:
    """A stage at work in the data folder, under its writer lock; at the end, its line on the terminal and in the log.

    Damaged tables are put aside first (see `healing`), and one that turns out to be damaged at the end. Where the log
    is on the terminal as well, as in a worker, the line is there once.
    """
    began = time.monotonic()
    store = Store(data)
    with store.writer(WAIT_SECONDS), heap.lasting():
        work = Work(stage, store, no_judge)
        try:
            for line in healing.healed(store, work.stage.tables, {"stage": stage, "run_id": run_id()}):
                work.tell(line)
            before = assets.versions(work.stage, store)
            yield work
        except DamagedTableError as error:
            work.tell(healing.put_aside(store, error))
            raise
        finally:
            terminal.show("")
        store.save()
        assets.put(work.stage, store, before, work.lineage["inputs"])
        seconds = time.monotonic() - began
        quiet = {name: value for name, value in work.counts.items() if name != "warnings"}
        work.log.info(visible(terminal.stage_line(stage, quiet, seconds)))
        for warning in work.counts.get("warnings", ()):
            work.log.warning(visible(warning))
        if not is_on_terminal(work.log):
            terminal.tell(terminal.stage_line(stage, work.counts, seconds))
            sys.stdout.flush()
        if is_run_alone():
            run_page.put(stage, store, {stage: work.summary(None)})
