"""What each stage is made of: its code, vocabularies and resources, the tables that it reads and those that it writes.

In comes a stage's name; out come hashes that change when the stage's results may. A name that is no stage is refused
with KeyError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.resources import gazetteer_digest, judge_digest, model_version
from tasks import vocabularies
from tasks.storage import fingerprints, ledger
from tasks.storage.store import Store
from tasks.tables import STAGE_TABLES

PAGE = Path(__file__).resolve().parents[1] / "tasks" / "publish" / "report"
"""The report's script, style and outlines, which are code that no module's syntax tree shows."""
_PAGE_FILES = ("*.html", "*.css", "*.js", "*.json")


@dataclass(frozen=True)
class Stage:
    """One stage: its code (these modules and all of `tasks` that they import), what it reads, and what it writes.

    A whole stage works on whole tables, the others document by document into one table. One that makes a page has code
    that is not Python.
    """

    name: str
    modules: tuple[str, ...]
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    uses_gazetteer: bool = False
    uses_model: bool = False
    uses_judge: bool = False
    is_whole: bool = False
    is_page: bool = False

    def code(self) -> str:
        """Hash of the stage's code and of the packages that it uses."""
        code = _code(self.modules)
        if not self.is_page:
            return code
        return fingerprints.combined(code=code, **{ending: fingerprints.files(PAGE, ending) for ending in _PAGE_FILES})

    def vocabulary_digest(self) -> str:
        """Hash of the vocabularies that the stage's code, or the flow that runs it, names."""
        return vocabularies.digest(_named_vocabularies(self.modules, f"flows.{self.name}"))

    def parts(self, no_judge: bool = False) -> dict[str, str]:
        """Hashes of all that the stage's results depend on besides its inputs, by what they are of."""
        parts = {"code": self.code(), "vocabularies": self.vocabulary_digest()}
        if self.uses_gazetteer:
            parts["gazetteer"] = gazetteer_digest()
        if self.uses_model:
            parts["model"] = model_version()
        if self.uses_judge and not no_judge:
            parts["judge"] = judge_digest()
        return parts

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that the stage reads or writes, the ledger first; a stage that makes a page reads them all."""
        own = [table.name for table in STAGE_TABLES.values() if table.stage == self.name or self.is_page]
        return tuple(dict.fromkeys(("progress", "rejects", *self.reads, *own)))

    def made(self, store: Store) -> dict[str, int | None]:
        """The versions of all tables that are the stage's own."""
        return {name: store.version(name) for name, table in STAGE_TABLES.items() if table.stage == self.name}

    def kept(self, store: Store) -> ledger.Kept:
        """What the stage's tables hold: rows by document, of a whole stage rows in all; and its rejects."""
        rejects = store.read("rejects", columns=["reject_id"], ids=[self.name], by="stage")
        ids = set(rejects["reject_id"].to_pylist())
        if self.is_whole:
            return ledger.Kept({ledger.WHOLE: sum(map(store.count, self.writes)) + len(ids)}, ids)
        return ledger.Kept(store.row_counts(self.writes[0]), ids)

    def lost(self, store: Store, told: pa.Table, kept: ledger.Kept) -> list[str]:
        """The documents of which the stage's tables (`kept`) do not hold what its ledger says (rows of `progress`)."""
        if self.is_whole and ledger.is_rolled_back(told, self.name, self.made(store)):
            return [ledger.WHOLE]
        return ledger.lost(told, self.name, kept)

    def whole(self, store: Store, versions: Mapping[str, int | None], **more: Any) -> dict[str, str]:
        """The input id of a whole stage: versions that it reads, `more` that shapes it, and what it left."""
        states = {name: store.state_id(name, version) for name, version in versions.items()}
        return ledger.whole({**versions, **more}, states, self.made(store))


# read once: what a process has imported stays as it was, whatever becomes of the files


@cache
def _code(modules: tuple[str, ...]) -> str:
    return fingerprints.code(modules)


@cache
def _named_vocabularies(modules: tuple[str, ...], flow: str) -> list[str]:
    return fingerprints.vocabularies(modules, vocabularies.VOCABULARIES, flow=flow)


BY_NAME = {
    stage.name: stage
    for stage in (
        Stage("ingest", ("tasks.ingest",), writes=("raw_documents",)),
        Stage("clean", ("tasks.clean",), ("raw_documents",), ("documents",)),
        Stage(
            "extract",
            ("tasks.extract", "tasks.language.coded"),
            ("documents",),
            ("mentions",),
            uses_gazetteer=True,
            uses_model=True,
            uses_judge=True,
        ),
        Stage("resolve", ("tasks.resolve",), ("mentions", "documents"), ("resolved_mentions",), uses_gazetteer=True),
        Stage(
            "link",
            ("tasks.link", "tasks.knowledge.actors"),
            ("resolved_mentions", "documents"),
            ("events", "event_mentions", "incidents", "incident_events", "territory", "accounts"),
            uses_gazetteer=True,
            is_whole=True,
        ),
        Stage(
            "publish",
            tuple(f"tasks.publish.{name}" for name in ("codebook", "described", "exports", "release_tables", "report")),
            ("documents", "resolved_mentions", "events", "event_mentions", "incidents", "incident_events", "territory"),
            uses_gazetteer=True,
            is_whole=True,
            is_page=True,
        ),
    )
}
