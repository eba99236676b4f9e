"""Prune: remove old releases and table versions that nothing kept needs, and what killed runs left."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from flows.parameters import Span
from flows.recipe import recipe
from flows.terminal import megabytes, tell
from flows.work import WAIT_SECONDS
from tasks.storage import pruning
from tasks.storage.store import Store


@recipe("prune")
def prune(keep: Span, data: str | None = None, dry_run: bool = False) -> dict[str, Any]:
    """Keep what is at most so old ("30d"), the newest, and all that kept releases name; tell what went."""
    age = pruning.span(keep)
    store = Store(data)
    with store.writer(WAIT_SECONDS):
        things = pruning.prune(store, datetime.now(UTC) - age, dry_run)
    verb = "would remove" if dry_run else "removed"
    for kind, group in groupby(things, key=lambda thing: thing.kind):
        gone = list(group)
        if kind in ("release", "export", "leftover"):
            for thing in gone:
                tell(f"{verb} {kind} {thing.path.name} ({megabytes(thing.size)})")
        else:
            tell(f"{verb} {len(gone)} files of old versions of table {kind} ({megabytes(sum(t.size for t in gone))})")
    size = sum(thing.size for thing in things)
    tell(f"prune    {len(things)} files and folders, {megabytes(size)}{' would go' if dry_run else ' gone'}")
    return {"removed": [str(thing.path) for thing in things], "bytes": size, "dry_run": dry_run}
