"""The tables of a data folder and its release as assets in Prefect, each with the tables that it was made from.

In come a stage, its data folder and what was there before it began; out go the materializations of what it wrote since,
with version, rows and the versions read, and references to what it read. What a stage leaves as it was is not
materialized; outside of a flow run nothing is. Nothing is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flows.engine import materialized
from flows.stages import Stage
from tasks.storage import manifests
from tasks.storage.store import Store
from tasks.tables import STAGE_TABLES

Versions = Mapping[str, int | str | None]

RELEASES = "releases"
# of the 512 characters of a key, what the folder may have
_LONGEST_FOLDER = 400


def versions(stage: Stage, store: Store) -> Versions:
    """The versions of all that the stage makes, by name: tables, or the newest release."""
    if stage.is_page:
        newest = store.latest_release()
        return {RELEASES: newest.name if newest else None}
    return {name: store.version(name) for name in stage.writes}


def put(stage: Stage, store: Store, before: Versions, inputs: Mapping[str, Any]) -> None:
    """Tell Prefect what the stage wrote since; `before`: the versions then, `inputs`: those that it read."""
    now = versions(stage, store)
    written = {name: version for name, version in now.items() if version != before[name]}
    if written:
        facts = {key(store.address, name): _facts(store, name, version, inputs) for name, version in written.items()}
        named = {key(store.address, name): _name_and_meaning(name) for name in (*written, *stage.reads)}
        materialized(stage.name, facts, [key(store.address, name) for name in stage.reads], named)


def key(folder: str, name: str) -> str:
    """The key of a table, or of the releases, of a data folder: its address as a URI of characters that keys may have.

    Two folders have two keys, wherever they lie; that of one with a very long name is a hash.
    """
    scheme, is_remote, path = folder.partition("://")
    # a percent sign may not be in a key
    spelled = quote(path if is_remote else folder, safe="/~").replace("~", "%7E").replace("%", "~")
    if len(spelled) > _LONGEST_FOLDER:
        spelled = f"/~{hashlib.sha256(folder.encode()).hexdigest()}"
    return f"{scheme if is_remote else 'file'}://{spelled}/{name if name == RELEASES else f'_tables/{name}'}"


def _facts(store: Store, name: str, version: int | str | None, inputs: Mapping[str, Any]) -> dict[str, Any]:
    if name == RELEASES:
        return {"version": version, "inputs": manifests.read(store.release(str(version)))["tables"]}
    return {"version": version, "rows": store.count(name), "inputs": dict(inputs)}


def _name_and_meaning(name: str) -> tuple[str, str]:
    return (name, "A release: frozen tables") if name == RELEASES else (name, STAGE_TABLES[name].meaning)
