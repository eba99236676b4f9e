"""Delta tables below the store: where they lie, how a version of one is opened, how a commit is made.

In come a root and declared tables; out come opened tables, their versions with lineage, and commits. Refused are tables
that are not declared, versions that were never there or were pruned, and stored columns that do not turn into the
declared ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError

from tasks.storage.checks import StoreError
from tasks.tables import STAGE_TABLES, Table

Lineage = Mapping[str, Any]
"""How rows come about: stage, run, code, vocabularies, versions of the inputs."""


class Version(TypedDict):
    """One version of a table: when it was written, by what operation, how many rows it has, how it came about."""

    table: str
    version: int
    timestamp: datetime
    operation: str
    rows: int | None
    lineage: dict[str, Any]


@dataclass(frozen=True)
class Root:
    """A data folder, or the URI of one on object storage: where its tables lie."""

    location: str
    is_local: bool

    def uri(self, table: Table) -> str:
        """Where a table lies."""
        return f"{self.location}/_tables/{table.name}"


def declared(table: str) -> Table:
    """The declaration of a stage's table. Raises StoreError where there is none of that name."""
    if table not in STAGE_TABLES:
        raise StoreError(f"no table {table!r}; the tables are {', '.join(STAGE_TABLES)}")
    return STAGE_TABLES[table]


def opened(root: Root, table: Table, version: int | None = None) -> DeltaTable | None:
    """A version of a table (default the newest); None where the table was never written.

    Raises StoreError where the version is not there.
    """
    uri = root.uri(table)
    if not DeltaTable.is_deltatable(uri):
        if version is not None:
            raise StoreError(f"table {table.name} was never written, so it has no version {version}")
        return None
    newest = DeltaTable(uri)
    if version is None or version == newest.version():
        return newest
    if not 0 <= version < newest.version():
        raise StoreError(f"table {table.name} has no version {version}; its newest is {newest.version()}")
    try:
        return DeltaTable(uri, version=version)
    except TableNotFoundError as error:
        raise pruned(table, version) from error


def pruned(table: Table, version: int) -> StoreError:
    """The error for a version whose files are gone."""
    return StoreError(
        f"table {table.name}: version {version} was pruned; take a newer one, or one that a release names"
    )


def count(delta: DeltaTable | None) -> int:
    """How many rows an opened table has."""
    return 0 if delta is None else int(delta.count())


def versions(root: Root, table: Table) -> list[Version]:
    """All versions of a table, newest first; none where it was never written."""
    delta = opened(root, table)
    return [
        Version(
            table=table.name,
            version=commit["version"],
            timestamp=datetime.fromtimestamp(commit["timestamp"] / 1000, UTC),
            operation=commit.get("sitrep_operation", commit["operation"].lower()),
            rows=int(commit["sitrep_rows"]) if "sitrep_rows" in commit else None,
            lineage=_lineage(commit),
        )
        for commit in (delta.history() if delta is not None else [])
    ]


def lineage(root: Root, table: Table, version: int | None = None) -> dict[str, Any]:
    """How a version (default the newest) came about; empty where it is not there."""
    delta = opened(root, table)
    for commit in delta.history(1 if version is None else None) if delta is not None else []:
        if version in (None, commit["version"]):
            return _lineage(commit)
    return {}


def _lineage(commit: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json.loads(commit.get("sitrep_lineage", "{}")))


def commit(
    root: Root, table: Table, rows: pa.Table, told: Lineage, operation: str, removed: int = 0, **options: Any
) -> int:
    """Write rows in one commit that carries its lineage (`told`), and give the new version.

    `removed`: how many rows it takes out; `options` go to deltalake. A table whose declaration has changed is adapted
    before.
    """
    delta = opened(root, table)
    if delta is not None and "schema_mode" not in options:
        adapt(root, table, delta)
    metadata = {
        "sitrep_lineage": json.dumps(dict(told), sort_keys=True),
        "sitrep_operation": operation,
        "sitrep_rows": str(count(opened(root, table)) - removed + rows.num_rows),
    }
    uri = root.uri(table)
    if root.is_local:
        Path(uri).mkdir(parents=True, exist_ok=True)
    # meanings stay with the declaration; a Delta log would repeat them in every schema
    bare = rows.replace_schema_metadata(None).cast(pa.schema([(c.name, c.type) for c in table.columns]))
    write_deltalake(
        uri,
        bare,
        commit_properties=CommitProperties(custom_metadata=metadata),
        # old versions stay readable: checkpoints must not sweep the log behind them
        post_commithook_properties=PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False),
        **options,
    )
    return int(DeltaTable(uri).version())


def adapt(root: Root, table: Table, delta: DeltaTable) -> None:
    """Bring a stored table to the declared columns, in a commit of its own, where the declaration has changed.

    Raises StoreError where what is stored does not turn into them.
    """
    dataset = delta.to_pyarrow_dataset()
    stored = dataset.schema
    if stored.names == table.names and all(stored.field(c.name).type.equals(c.type) for c in table.columns):
        return
    known = [name for name in table.names if name in stored.names]
    try:
        rows = in_declared_columns(table, table.names, dataset.to_table(columns=known))
    except pa.ArrowException as error:
        raise StoreError(
            f"table {table.name}: what is stored does not turn into the declared columns ({error}); "
            "rebuild into a fresh data folder"
        ) from error
    why = {"stage": table.stage, "why": "the declared columns changed"}
    commit(root, table, rows, why, "adapt", removed=rows.num_rows, mode="overwrite", schema_mode="overwrite")


def in_declared_columns(table: Table, names: list[str], rows: pa.Table) -> pa.Table:
    """Stored rows with these columns in their declared types; a column that is not stored comes as null."""
    for name in names:
        if name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(rows.num_rows, table.column(name).type))
    return rows.select(names).cast(pa.schema([table.column(name).field for name in names]))
