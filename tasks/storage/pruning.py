"""What a data folder no longer needs: old releases, old versions of the stages' tables, what killed runs left,
and damaged tables that were put aside.

In come a store and the moment before which things are old; out comes what may go, in the order in which it may be taken
away at any instant. Kept are the newest release, every version that was the newest at that moment or
since, every version that a kept release or the ledger names, and those that a kept version was made from. A manifest
that cannot be read is refused: nobody knows what it names.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from deltalake import DeltaTable

from tasks.storage import damage, ledger, manifests, releases
from tasks.storage.checks import StoreError
from tasks.storage.folders import resources_folder
from tasks.storage.lock import is_running
from tasks.storage.store import Store, Version
from tasks.tables import STAGE_TABLES

_SPAN = re.compile(r"(\d{1,5})d")
_DRAFT_PID = re.compile(r"\.tmp-(\d+)")
_LOG_VERSION = re.compile(r"(\d{20})\..+")
_CHECKPOINT = ".checkpoint.parquet"
Named = dict[str, set[int]]
"""Table -> versions of it."""


@dataclass(frozen=True)
class Unneeded:
    """A file or folder that may go: of which kind (release, export, leftover, or a table's name), how large."""

    kind: str
    path: Path
    size: int  # bytes


def span(text: str) -> timedelta:
    """How long to keep, from days as "30d"; ValueError for anything else."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no span; give days, as 30d")
    return timedelta(days=int(match[1]))


def prune(store: Store, before: datetime, dry_run: bool = False) -> list[Unneeded]:
    """Take away what is old and needed by nothing that stays; what it was. Takes the writer lock.

    Raises StoreError where a manifest cannot be read.
    """
    with store.writer():
        things = unneeded(store, before)
        for thing in things if not dry_run else []:
            take_away(thing)
    return things


def unneeded(store: Store, before: datetime) -> list[Unneeded]:
    """What may go from a data folder, under its writer lock."""
    folder = store.releases_folder()
    exports = releases.exports_folder(folder)
    newest = releases.latest(folder)
    old = [path for path in releases.all_of(folder) if releases.day(path) < before.date() and path != newest]
    kept = [path for path in releases.all_of(folder) if path not in old]
    found = [("release", path) for path in old]
    names = {path.name for path in kept}
    found += [("export", path) for path in sorted(exports.glob("v*")) if path.name not in names]
    found += [("leftover", path) for path in (*_leftovers(folder, exports), *damage.aside(store.root))]
    versions = {name: store.history(name) for name in STAGE_TABLES}
    needed = _needed(store, versions, [_named(path) for path in kept], before)
    for name in STAGE_TABLES:
        if versions[name]:
            found += [(name, path) for path in _table_files(Path(store.root) / "_tables" / name, needed[name])]
    return [Unneeded(kind, path, _size(path)) for kind, path in found]


def take_away(thing: Unneeded) -> None:
    """Remove a file, or a folder as a whole: under a temporary name first, so that no half of it is ever seen."""
    if thing.path.is_dir() and not thing.path.is_symlink():
        draft = thing.path.with_name(f"{releases.TEMPORARY}{os.getpid()}-{thing.path.name}")
        thing.path.rename(draft)
        shutil.rmtree(draft)
    else:
        thing.path.unlink(missing_ok=True)


def _leftovers(folder: Path, exports: Path) -> Iterator[Path]:
    """Drafts of killed runs: the writer lock makes sure that none is at work here; resources are shared more widely."""
    yield from sorted(folder.glob(f"{releases.TEMPORARY}*"))
    yield from sorted(exports.glob(f"{releases.TEMPORARY}*"))
    yield from sorted(exports.glob(f"v*/{releases.TEMPORARY}*"))
    for path in sorted(resources_folder().iterdir()):
        pid = _DRAFT_PID.search(path.name)
        if pid and not is_running(int(pid[1])):
            yield path


def _named(release: Path) -> dict[str, Any]:
    """The versions of the tables that a release was made from."""
    try:
        return dict(manifests.read(release)["tables"])
    except (LookupError, StoreError) as error:
        raise StoreError(
            f"{release}/manifest.json does not tell the versions of the tables ({error!r}), so that nothing is safe to "
            "remove; mend it from a copy, or take the release away"
        ) from error


def _needed(store: Store, versions: dict[str, list[Version]], named: list[dict[str, Any]], before: datetime) -> Named:
    """The versions of each table that must stay readable."""
    lineages = {name: {v["version"]: v["lineage"] for v in history} for name, history in versions.items()}
    waiting: list[tuple[str, Any]] = []
    for name, history in versions.items():
        # newest first: a version was the newest until the one after it was written
        until = [None, *(v["timestamp"] for v in history[:-1])] if history else []
        waiting += [(name, v["version"]) for v, end in zip(history, until, strict=True) if not end or end >= before]
    whole = store.read("progress", ids=[ledger.WHOLE])
    for stage in ("link", "publish"):
        named = [*named, ledger.versions_used(whole, stage)]
    for names in named:
        waiting += names.items()
    needed: Named = {name: set() for name in versions}
    while waiting:
        name, version = waiting.pop()
        # a release may name versions of tables that were begun anew since
        if name in needed and version in lineages[name] and version not in needed[name]:
            needed[name].add(version)
            lineage = lineages[name][version]
            waiting += lineage.get("inputs", {}).items()
            # linking remembers the events that its links belong to
            waiting += [(other, lineage[other]) for other in STAGE_TABLES if other in lineage]
    return needed


def _table_files(folder: Path, needed: set[int]) -> Iterator[Path]:
    """Data files that no needed version has, drafts of commits, then the log before the oldest needed version."""
    held: set[str] = set()
    for version in sorted(needed):
        held |= {Path(unquote(uri)).name for uri in DeltaTable(str(folder), version=version).file_uris()}
    yield from (path for path in sorted(folder.glob("*.parquet*")) if path.name not in held)
    log = folder / "_delta_log"
    yield from sorted(log.glob("*.tmp"))
    # a version is read from the checkpoint before it; what is before that serves the versions that go. Oldest first,
    # so that at any instant what remains has no gap
    steps = sorted((int(m[1]), path) for path in log.iterdir() if (m := _LOG_VERSION.fullmatch(path.name)))
    checkpoints = [number for number, path in steps if path.name.endswith(_CHECKPOINT) and number <= min(needed)]
    yield from (path for number, path in steps if number < max(checkpoints, default=0))


def _size(path: Path) -> int:
    if path.is_symlink():
        return 0
    if path.is_dir():
        return sum(part.stat().st_size for part in path.rglob("*") if part.is_file())
    return path.stat().st_size
