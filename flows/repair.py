"""Repair: every table read to its last byte; what is spoiled is put aside and made again from what is whole.

A run looks at logs and lengths alone, which is quick; damage inside a file shows only when it is read. Refused is what
no other table can give back: raw documents that cannot be read, or whose bytes are not those that were hashed.
"""

from __future__ import annotations

from flows import healing
from flows.engine import run_id
from flows.recipe import recipe
from flows.run import run
from flows.work import WAIT_SECONDS, Summary, tell
from tasks.storage.store import Store
from tasks.tables import STAGE_TABLES


@recipe("repair")
def repair(data: str | None = None) -> dict[str, Summary]:
    """Look at all tables, put aside what is spoiled, and bring tables and release up to date, reading nothing new.

    Raises DamagedTableError where raw documents are spoiled.
    """
    store = Store(data)
    with store.writer(WAIT_SECONDS):
        found = [error for name in STAGE_TABLES if (error := store.damage(name) or store.spoiled(name))]
        # what cannot be made again is told before anything is moved
        for error in sorted(found, key=lambda error: error.is_made_again):
            tell("repair", healing.put_aside(store, error))
        for line in healing.healed(store, STAGE_TABLES, {"stage": "repair", "run_id": run_id()}):
            tell("repair", line)
        if not found:
            tell("repair", "every table is whole")
        return run(data=data, no_ingest=True)
