"""Delta tables below the store: where they lie, how a version of one is opened, how a commit is made.

In come a root and declared tables; out come opened tables, their versions with lineage, and commits. Refused are tables
that are not declared, versions that were never there or were pruned, what is damaged (`damage.py`), and stored columns
that do not turn into the declared ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake

from tasks.storage import damage
from tasks.storage.checks import StoreError
from tasks.storage.damage import DamagedTableError
from tasks.tables import STAGE_TABLES, Table

Lineage = Mapping[str, Any]
"""How rows come about: stage, run, code, vocabularies, versions of the inputs."""

# of a table of which all is read, but never held at once
_PART_ROWS = 4_096

Columns = list[str] | dict[str, pc.Expression]
"""Names of columns, or what is computed of them by name."""


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
    """A data folder: where its tables lie."""

    location: str

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
    with reading(root, table):
        newest = DeltaTable(uri) if DeltaTable.is_deltatable(uri) else None
    if newest is None:
        if version is not None:
            raise StoreError(f"table {table.name} was never written, so it has no version {version}")
        return None
    if version is None or version == newest.version():
        return newest
    if not 0 <= version < newest.version():
        raise StoreError(f"table {table.name} has no version {version}; its newest is {newest.version()}")
    with reading(root, table, version):
        return DeltaTable(uri, version=version)


def reading(root: Root, table: Table, version: int | None = None) -> AbstractContextManager[None]:
    """What fails inside is told as damage to the table, which is read there (see `damage.named`)."""
    return damage.named(root.uri(table), table, version)


def found_damage(root: Root, table: Table) -> DamagedTableError | None:
    """What is wrong with a table, by its log and the lengths of its files, which are cheap to look at."""
    try:
        stored = opened(root, table)
    except DamagedTableError as error:
        return error
    lacking = stored and damage.missing_bytes(Path(root.uri(table)), stored)
    return damage.damaged(root.uri(table), table, lacking) if lacking else None


def found_spoiled(root: Root, table: Table) -> DamagedTableError | None:
    """What is wrong with a table that shows when all of it is read: bytes that do not decode, or not those hashed."""
    try:
        for part in parts_of(root, table):
            if spoiled := damage.other_bytes(part):
                return damage.damaged(root.uri(table), table, spoiled)
    except DamagedTableError as error:
        return error
    return None


def rows_of(
    root: Root, table: Table, stored: DeltaTable, columns: Columns, condition: pc.Expression | None = None
) -> pa.Table:
    """Columns of an opened table as they are stored, of the rows that meet the condition."""
    with reading(root, table, stored.version()):
        return stored.to_pyarrow_dataset().to_table(columns=columns, filter=condition)


def parts_of(root: Root, table: Table) -> Iterator[pa.Table]:
    """All rows of the newest version as they are stored, a few thousand at a time; none where it was never written."""
    stored = opened(root, table)
    if stored is None:
        return
    with reading(root, table, stored.version()):
        little = {"batch_size": _PART_ROWS, "batch_readahead": 1, "fragment_readahead": 1}
        for batch in stored.to_pyarrow_dataset().to_batches(**little):
            yield pa.Table.from_batches([batch])


def count(delta: DeltaTable | None) -> int:
    """How many rows an opened table has."""
    return 0 if delta is None else int(delta.count())


def state_id(root: Root, table: Table, version: int) -> str:
    """Names what a table holds at a version: no two files of data are called alike."""
    stored = opened(root, table, version)
    files = sorted(uri.rpartition("/")[2] for uri in stored.file_uris()) if stored else []
    return hashlib.sha256("\n".join(files).encode()).hexdigest()


def versions(root: Root, table: Table) -> list[Version]:
    """All versions of a table, newest first; none where it was never written."""
    delta = opened(root, table)
    with reading(root, table):
        history = delta.history() if delta is not None else []
    return [
        Version(
            table=table.name,
            version=commit["version"],
            timestamp=_when(commit),
            operation=commit.get("sitrep_operation", commit["operation"].lower()),
            rows=int(commit["sitrep_rows"]) if "sitrep_rows" in commit else None,
            lineage=_lineage(commit),
        )
        for commit in history
    ]


def lineage(root: Root, table: Table, version: int | None = None) -> dict[str, Any]:
    """How a version (default the newest) came about; empty where it is not there."""
    delta = opened(root, table)
    for commit in delta.history(1 if version is None else None) if delta is not None else []:
        if version in (None, commit["version"]):
            return _lineage(commit)
    return {}


def written_at(root: Root, table: Table) -> datetime | None:
    """When the newest version was committed, in UTC; None where the table was never written."""
    delta = opened(root, table)
    for commit in delta.history(1) if delta is not None else []:
        return _when(commit)
    return None


def _when(commit: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(commit["timestamp"] / 1000, UTC)


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
    Path(uri).mkdir(parents=True, exist_ok=True)
    # meanings stay with the declaration; a Delta log would repeat them in every schema
    bare = rows.replace_schema_metadata(None).cast(pa.schema([(c.name, c.type) for c in table.columns]))
    with damage.written(uri):
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
        rows = in_declared_columns(table, table.names, rows_of(root, table, delta, known))
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
