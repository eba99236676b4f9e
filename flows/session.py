"""A stage at work in a data folder: the store under its lock, plan and ledger, lineage, resources, the terminal's line.

In come a stage's name and a data folder; out comes what the flows need so that each reads like a recipe. Refused is
what the store refuses.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
from prefect.runtime import flow_run

from tasks import vocabularies
from tasks.knowledge.places import geonames
from tasks.storage import faults, fingerprints, ledger
from tasks.storage.store import Store, StoreError
from tasks.tables import REJECTS

if TYPE_CHECKING:
    import pandas as pd

    from tasks.knowledge.actors import ActorRegister
    from tasks.knowledge.places.gazetteer import Gazetteer

Summary = dict[str, Any]
"""What a stage flow returns: stage, version (of its main table, or release), and counts of what it did."""

WAIT_SECONDS = 60.0
BATCH_CHARACTERS = 2_000_000
BATCH_DOCUMENTS = 2_000

# the code of a stage: these modules and all of `tasks` that they import
_MODULES = {
    "ingest": ("tasks.ingest",),
    "clean": ("tasks.clean",),
    "extract": ("tasks.extract", "tasks.language.coded"),
    "resolve": ("tasks.resolve",),
    "link": ("tasks.link", "tasks.knowledge.actors"),
    "publish": ("tasks.publish",),
}
# what an actor register is made of, in the order that it takes them; the flows of these stages make one
_REGISTER = ("actors", "actor_names", "roles", "actor_heads", "countries")
_USES_REGISTER = ("link", "publish")
_USES_GAZETTEER = ("extract", "resolve", "link", "publish")
PAGE = Path(__file__).resolve().parents[1] / "tasks" / "publish" / "report"
_PAGE_FILES = ("*.html", "*.css", "*.js", "*.json")
_FOR_GOOD = ExitStack()
_COMPILING = ("tasks.knowledge.places.compiling",)
# what a document cannot be at fault for: these end the run
_NO_DOCUMENTS = (StoreError, vocabularies.VocabularyError, OSError, MemoryError)
_T = TypeVar("_T")


class Work:
    """One stage at work. Made by `working`, which holds the writer lock for as long as it lasts."""

    def __init__(self, stage: str, store: Store):
        self.stage = stage
        self.store = store
        self.counts: dict[str, Any] = {}
        self._plan = ledger.Plan({}, [])
        self._done = 0
        self._failed: set[str] = set()

    # what is to do

    def plan(self, inputs: Mapping[str, str], full: bool, again: Collection[str] = ()) -> ledger.Plan:
        """What the stage has to do for its inputs (input ids by document, or `ledger.whole`).

        All of it where one of the stage's tables is gone; `again` are documents that its table lacks.
        """
        known = self._ledger(self.stage)
        everything = full
        if known.num_rows and self.lost():
            everything = True
            # versions of a table that is made again begin anew: what was made of the old ones is not of these
            self.store.replace("progress", known.slice(0, 0), self.lineage, ids=[ledger.WHOLE])
        self._plan = ledger.plan(known, self.stage, inputs, self.fingerprint, everything, again)
        return self._plan

    def lost(self) -> list[str]:
        """The tables that the stage once wrote and that are not there."""
        return [table for table in _OUTPUTS[self.stage] if self.store.version(table) is None]

    def ensure(self) -> None:
        """Write the stage's tables, without rows, where nothing was to be written: so that a lost one is missed."""
        for table in self.lost():
            self.store.overwrite(table, self.store.read(table), self.lineage)

    def outputs_of(self, stage: str, table: str, version: int | None) -> dict[str, str]:
        """Input ids by document: what the stage before made; with a version, the documents in its table then."""
        if version is None:
            return ledger.outputs(self._ledger(stage), stage)
        self.lineage["inputs"][table] = version
        rows = self.store.read(table, version, ["document_id"])
        return ledger.at_version(table, version, rows["document_id"].unique().to_pylist())

    def batches(self, sizes: Mapping[str, int], limit: int) -> Iterator[list[str]]:
        """The planned documents in batches; what was planned is counted on the terminal as it is taken."""
        for ids in ledger.batches(list(self._plan.todo), sizes, limit):
            _show(f"{self.stage}: {self._done} of {len(self._plan.todo)} documents")
            yield ids
            self._done += len(ids)

    def treated(self, ids: list[str], treat: Callable[[list[str]], _T]) -> Iterator[tuple[list[str], _T]]:
        """What `treat` makes of these documents, in parts where one of them fails: that one becomes a reject of the
        stage, and the rest goes on. Errors that are no document's are raised."""
        self._forget_faults(ids)
        waiting = [ids]
        while waiting:
            part = waiting.pop(0)
            try:
                made = treat(part)
            except _NO_DOCUMENTS:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a document raises, the others go on
                if len(part) > 1:
                    middle = len(part) // 2
                    waiting[:0] = [part[:middle], part[middle:]]
                else:
                    self._refuse(part[0], error)
                continue
            yield part, made

    def _refuse(self, document_id: str, error: Exception) -> None:
        columns = ["document_id", "external_id", "source_id", "ingested_at"]
        (document,) = self.store.read("documents", columns=columns, ids=[document_id]).to_pylist()
        row = document | {"uri": faults.document_uri(document), "bytes_sha256": None}
        self._failed.add(document_id)
        rejected = faults.reject_row(self.stage, row, "failed", faults.failed_message(error))
        self.append("rejects", pa.Table.from_pylist([rejected], schema=REJECTS.schema))
        table = _OUTPUTS[self.stage][0]
        self.replace(table, self.store.read(table, ids=[]), [document_id])
        self.counts["rejects"] = self.counts.get("rejects", 0) + 1

    def _forget_faults(self, ids: Iterable[str]) -> None:
        """Take out the stage's rejects of these documents, which are tried again or gone."""
        known = self.store.read("rejects", columns=["reject_id", "uri"], ids=[self.stage], by="stage").to_pylist()
        wanted = set(ids)
        stale = [row["reject_id"] for row in known if row["uri"].rpartition("#")[2] in wanted]
        self.replace("rejects", self.store.read("rejects", ids=[]), stale, by="reject_id")

    # what is written

    def replace(self, table: str, rows: pa.Table, ids: Sequence[str], by: str = "document_id") -> None:
        """The rows of these documents become these."""
        self.store.replace(table, rows, self.lineage, ids=ids, by=by)

    def append(self, table: str, rows: pa.Table) -> None:
        """Rows whose keys are new."""
        self.store.append(table, rows, self.lineage)

    def settle(self, ids: Iterable[str]) -> None:
        """Enter these documents into the ledger as done; after their data is written."""
        inputs = {id_: self._plan.todo[id_] for id_ in ids}
        self.enter(ledger.done(self.stage, inputs, self.fingerprint, self._failed), list(inputs))

    def enter(self, rows: pa.Table, ids: Sequence[str]) -> None:
        """Make the stage's ledger rows of these documents these; none takes them out."""
        self.store.replace("progress", rows, self.lineage, ids=ids, within={"stage": self.stage})

    def drop(self, table: str) -> None:
        """Take out the rows of documents that left the stage's input, then their ledger rows."""
        gone = self._plan.drop
        if gone and self.stage in ("extract", "resolve"):
            self._forget_faults(gone)
        self.replace(table, self.store.read(table, ids=[]), gone)
        self.enter(self.store.read("progress", ids=[]), gone)

    @cached_property
    def lineage(self) -> dict[str, Any]:
        """How what is written now comes about; link and publish add the versions that they read."""
        return {
            "stage": self.stage,
            "run_id": flow_run.id or "",
            "code": self.code,
            "vocabularies": self.vocabulary_digest,
            "inputs": {name: self.store.version(name) for name in _INPUTS[self.stage]},
        }

    # what the stage depends on

    @cached_property
    def code(self) -> str:
        code = fingerprints.code(_MODULES[self.stage])
        if self.stage != "publish":
            return code
        # the report's script, style and outlines are code that no module's syntax tree shows
        return fingerprints.combined(code=code, **{ending: fingerprints.files(PAGE, ending) for ending in _PAGE_FILES})

    @cached_property
    def vocabulary_digest(self) -> str:
        named = fingerprints.vocabularies(_MODULES[self.stage], load_vocabularies())
        return vocabularies.digest([*named, *(_REGISTER if self.stage in _USES_REGISTER else ())])

    @cached_property
    def fingerprint(self) -> str:
        """All that the stage's results depend on besides its inputs."""
        parts = {"code": self.code, "vocabularies": self.vocabulary_digest}
        if self.stage in _USES_GAZETTEER:
            parts["gazetteer"] = gazetteer_digest()
        if self.stage == "extract":
            parts["model"] = model_version()
        return fingerprints.combined(**parts)

    @property
    def vocabularies(self) -> dict[str, pd.DataFrame]:
        return load_vocabularies()

    @property
    def gazetteer(self) -> Gazetteer:
        return open_gazetteer()

    @cached_property
    def register(self) -> ActorRegister:
        from tasks.knowledge.actors import ActorRegister

        return ActorRegister(*(self.vocabularies[name] for name in _REGISTER))

    def _ledger(self, stage: str) -> pa.Table:
        return self.store.read("progress", ids=[stage], by="stage")

    def summary(self, version: int | str | None) -> Summary:
        return {"stage": self.stage, "version": version} | self.counts


# what a stage has made must be there: where one of these is not, its ledger is not believed
_OUTPUTS = {
    "ingest": (),
    "clean": ("documents",),
    "extract": ("mentions",),
    "resolve": ("resolved_mentions",),
    "link": ("events", "event_mentions", "tellings", "territory"),
    "publish": (),
}
_INPUTS = {
    "ingest": (),
    "clean": ("raw_documents",),
    "extract": ("documents",),
    "resolve": ("mentions", "documents"),
    "link": ("resolved_mentions", "documents"),
    "publish": (),
}


@contextmanager
def working(stage: str, data: str | None) -> Iterator[Work]:
    """A stage at work in the data folder, under its writer lock; at the end, its line on the terminal."""
    began = time.monotonic()
    store = Store(data)
    with store.writer(WAIT_SECONDS):
        work = Work(stage, store)
        try:
            yield work
        finally:
            _show("")
        told = [told for name, value in work.counts.items() for told in _told(name, value)]
        print(f"{stage:8} {', '.join(told)} ({time.monotonic() - began:.1f} s)", flush=True)


def _told(name: str, value: Any) -> list[str]:
    """Parts of a stage's line: a text as it is, a list one by one, a count with what it counts."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [f"{name.removesuffix('s')}: {one}" for one in value]
    return [f"{value} {name.replace('_', ' ')}"]


def quiet_prefect() -> None:
    """For a process that runs flows itself: no heartbeat, whose thread costs a second at the end of every flow."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    # a default that no environment variable can take away; entered for as long as the process lives
    _FOR_GOOD.enter_context(temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}))


@cache
def load_vocabularies() -> dict[str, pd.DataFrame]:
    return vocabularies.load_all()


def model_version() -> str:
    """The spaCy model and its version, without loading it."""
    from tasks.language.parsing import model_name

    return f"{model_name()} {fingerprints.package_version(model_name())}"


@cache
def gazetteer_digest() -> str:
    """Changes with the facts that the gazetteer is compiled from, and with the code that compiles it."""
    dump = geonames.distilled(Store.resources_folder())
    return fingerprints.combined(
        code=fingerprints.code(_COMPILING),
        vocabularies=vocabularies.digest(fingerprints.vocabularies(_COMPILING, load_vocabularies())),
        facts=fingerprints.files(vocabularies.SEEDS / "gazetteer", "*.csv"),
        dump=dump.name if dump else "",
    )


def open_gazetteer() -> Gazetteer:
    """The compiled gazetteer, compiled first where it is missing."""
    from tasks.knowledge.places.compiling import compile_gazetteer
    from tasks.knowledge.places.gazetteer import Gazetteer

    path = Store.resources_folder() / f"gazetteer-{gazetteer_digest()[:16]}.sqlite"
    if not path.is_file():
        _show("compiling the gazetteer, once")
        # under a name of its own: another data folder may be compiling the same
        draft = path.with_suffix(f".tmp-{os.getpid()}")
        compile_gazetteer(draft, geonames.distilled(Store.resources_folder()))
        draft.replace(path)
        _show("")
    return Gazetteer(path)


def _show(line: str) -> None:
    """Progress, where somebody is watching."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
