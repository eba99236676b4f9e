"""All that the machine writes, and the only code that touches it.

In come rows for the tables of `tasks/tables.py`; out come versions of Delta tables under `<data>/_tables`, read whole
or in part at any kept version, each with the lineage of how it came about, and frozen releases (`releases.py`).
Refused are rows that are not what their table declares, and a second writer in the same data folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError

from tasks.storage import pruning, releases
from tasks.storage.checks import Codes, StoreError, checked, describe, in_key_order
from tasks.storage.lock import WriterBusyError, held, is_running
from tasks.tables import STAGE_TABLES, Table

__all__ = ["Store", "StoreError", "Version", "WriterBusyError", "data_folder", "home"]

Lineage = Mapping[str, Any]

_IDS_A_LIST = 2_000


class Version(TypedDict):
    """One version of a table: when it was written, by what operation, how many rows it has, how it came about."""

    table: str
    version: int
    timestamp: datetime
    operation: str
    rows: int | None
    lineage: dict[str, Any]


def home() -> Path:
    """The checkout that Sitrep runs from: the environment variable SITREP_HOME, else where this file lies."""
    return Path(os.environ.get("SITREP_HOME") or Path(__file__).resolve().parents[2])


def data_folder(data: str | Path | None = None) -> Path:
    """The local data folder that `--data` names; by default `$SITREP_HOME/data`."""
    return Path(data) if data is not None else home() / "data"


class Store:
    """A data folder: its tables, its releases, its writer lock.

    `root` is a local folder, or the URI of one on object storage (`s3://bucket/folder`; credentials as deltalake reads
    them from the environment). On object storage tables work the same; the lock then guards against writers of this
    machine only (two machines are kept apart by Delta's commits, and the later one fails), and releases are refused:
    they are written to a local folder and renamed whole.
    """

    def __init__(self, root: str | Path | None = None, codes: Codes | None = None):
        """Open the data folder `root` (default `$SITREP_HOME/data`); `codes` default to seeds/codes.csv."""
        given = str(data_folder()) if root is None else str(root)
        if given.startswith("file://"):
            given = given.removeprefix("file://")
        self.is_local = "://" not in given
        self.root = str(Path(given).expanduser().resolve()) if self.is_local else given.rstrip("/")
        self._codes = codes

    @cached_property
    def codes(self) -> Codes:
        """The closed lists that rows are checked against."""
        if self._codes is not None:
            return self._codes
        from tasks import vocabularies

        rows = vocabularies.load("codes")
        return {str(name): frozenset(group) for name, group in rows.groupby("list")["code"]}

    # reading

    def read(
        self,
        table: str,
        version: int | None = None,
        columns: Sequence[str] | None = None,
        ids: Sequence[str] | None = None,
        by: str = "document_id",
    ) -> pa.Table:
        """Rows of a table in its declared schema and column order; without rows where it was never written.

        `version` reads an older state, `columns` some columns only, `ids` the rows whose column `by` is among them.
        Row order is not declared. A column that an older version lacks comes as null.
        """
        declared = _declared(table)
        names = [name for name in declared.names if columns is None or name in columns]
        if columns is not None and set(columns) - set(names):
            unknown = ", ".join(sorted(set(columns) - set(names)))
            raise StoreError(f"table {table} has no columns {unknown}; see tasks/tables.py")
        schema = pa.schema([declared.column(name).field for name in names])
        delta = self._open(table, version)
        if delta is None or (ids is not None and not ids):
            return schema.empty_table()
        dataset = delta.to_pyarrow_dataset()
        stored = [name for name in names if name in dataset.schema.names]
        try:
            rows = dataset.to_table(columns=stored, filter=None if ids is None else _among(by, ids))
        except FileNotFoundError as error:
            raise _pruned(table, delta.version()) from error
        for name in names:
            if name not in stored:
                rows = rows.append_column(name, pa.nulls(rows.num_rows, declared.column(name).type))
        return rows.select(names).cast(schema)

    def lengths(self, table: str, column: str, version: int | None = None) -> dict[str, int]:
        """document_id -> bytes in a binary column, without holding the bytes."""
        delta = self._open(table, version)
        if delta is None:
            return {}
        wanted = {"id": pc.field("document_id"), "length": pc.binary_length(pc.field(column))}
        rows = delta.to_pyarrow_dataset().to_table(columns=wanted)
        return dict(zip(rows["id"].to_pylist(), rows["length"].to_pylist(), strict=True))

    def version(self, table: str) -> int | None:
        """The newest version of a table; None where it was never written."""
        delta = self._open(table, None)
        return None if delta is None else delta.version()

    def count(self, table: str) -> int:
        """How many rows the newest version of a table has."""
        return _count(self._open(table, None))

    def row_counts(self, table: str, by: str = "document_id") -> dict[str, int]:
        """Value of a text column -> how many rows of the newest version have it."""
        counts = pc.value_counts(self.read(table, columns=[by])[by])
        return dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))

    def table_id(self, table: str) -> str | None:
        """An id that a table keeps through all its versions, and that it loses when it is lost and begun anew."""
        delta = self._open(table, None)
        return None if delta is None else str(delta.metadata().id)

    def history(self, table: str | None = None) -> list[Version]:
        """The versions of one table, or of all, newest first."""
        versions = []
        for name in [_declared(table).name] if table else list(STAGE_TABLES):
            delta = self._open(name, None)
            for commit in delta.history() if delta is not None else []:
                versions.append(
                    Version(
                        table=name,
                        version=commit["version"],
                        timestamp=datetime.fromtimestamp(commit["timestamp"] / 1000, UTC),
                        operation=commit.get("sitrep_operation", commit["operation"].lower()),
                        rows=int(commit["sitrep_rows"]) if "sitrep_rows" in commit else None,
                        lineage=json.loads(commit.get("sitrep_lineage", "{}")),
                    )
                )
        return sorted(versions, key=lambda it: (it["timestamp"], it["table"], it["version"]), reverse=True)

    def lineage(self, table: str, version: int | None = None) -> dict[str, Any]:
        """How a version (default the newest) came about; empty where the table was never written."""
        delta = self._open(table, None)
        for commit in delta.history(1 if version is None else None) if delta is not None else []:
            if version in (None, commit["version"]):
                return json.loads(commit.get("sitrep_lineage", "{}"))
        return {}

    # writing

    def append(self, table: str, rows: pa.Table, lineage: Lineage) -> int | None:
        """Add rows whose keys are new; the new version, or None where there are no rows."""
        declared = _declared(table)
        fitted = checked(declared, rows, self.codes)
        if not fitted.num_rows:
            return None
        self._refuse_known_keys(declared, fitted, None)
        return self._commit(declared, fitted, lineage, "append", mode="append")

    def replace(
        self,
        table: str,
        rows: pa.Table,
        lineage: Lineage,
        *,
        ids: Sequence[str],
        by: str = "document_id",
        within: Mapping[str, str] | None = None,
    ) -> int | None:
        """In one commit, take out the rows whose column `by` is among `ids` and put `rows` there.

        `within` limits what is taken out to rows with these values as well. The rows' own `by` must be among the ids,
        so that doing it twice is doing it once. The new version, or None where nothing would change.
        """
        declared = _declared(table)
        fitted = checked(declared, rows, self.codes)
        wanted = sorted(set(ids))
        strays = pc.filter(fitted[by], pc.invert(pc.is_in(fitted[by], pa.array(wanted, pa.string()))))
        if len(strays):
            raise StoreError(f"table {table}, column {by}: {strays[0]} is not among the ids being replaced; add it")
        for name, value in (within or {}).items():
            if pc.any(pc.not_equal(fitted[name], value)).as_py():
                raise StoreError(
                    f"table {table}, column {name}: rows other than {value!r} would be doubled; split them"
                )
        condition = _among(by, wanted)
        for name, value in (within or {}).items():
            condition &= pc.field(name) == value
        keys = list(declared.key)
        present = self._matching(declared, condition, keys) if wanted else fitted.slice(0, 0).select(keys)
        # other keys are another table; only where they are the same does it pay to read all that is there
        if present.equals(fitted.select(keys)) and (not wanted or self._matching(declared, condition).equals(fitted)):
            return None
        self._refuse_known_keys(declared, fitted, condition)
        if not present.num_rows:
            return self._commit(declared, fitted, lineage, "append", mode="append")
        if present.num_rows == self.count(table):
            return self._commit(declared, fitted, lineage, "replace", removed=present.num_rows, mode="overwrite")
        predicate = " AND ".join([_sql_among(by, wanted), *(f"{k} = {_quoted(v)}" for k, v in (within or {}).items())])
        return self._commit(
            declared, fitted, lineage, "replace", removed=present.num_rows, mode="overwrite", predicate=predicate
        )

    def overwrite(self, table: str, rows: pa.Table, lineage: Lineage) -> int | None:
        """Make `rows` the whole table; the new version, or None where it holds just these."""
        declared = _declared(table)
        fitted = checked(declared, rows, self.codes)
        delta = self._open(table, None)
        if delta is not None and self._matching(declared, None).equals(fitted):
            return None
        return self._commit(
            declared, fitted, lineage, "overwrite", removed=_count(delta), mode="overwrite", schema_mode="overwrite"
        )

    def merge(self, table: str, rows: pa.Table, lineage: Lineage) -> int | None:
        """Put each row in the place of the one with its key, or add it; the new version, or None if all are there."""
        declared = _declared(table)
        fitted = checked(declared, rows, self.codes)
        first = declared.key[0]
        ids = pc.unique(fitted[first]).to_pylist()
        present = self._matching(declared, _among(first, ids))
        keys = list(declared.key)
        others = present.select(keys).append_column("at", pa.array(range(present.num_rows), pa.int64()))
        kept = others.join(fitted.select(keys), keys, join_type="left anti")["at"]
        return self.replace(table, pa.concat_tables([present.take(kept), fitted]), lineage, ids=ids, by=first)

    # one writer at a time

    @contextmanager
    def writer(self, wait_seconds: float = 60.0) -> Iterator[Store]:
        """Hold the data folder for writing; a process may enter again while it holds it.

        Another process waits up to `wait_seconds`, then gets WriterBusyError with the holder's process id. Reading
        needs no lock.
        """
        with held(self._lock_file(), wait_seconds, self.root):
            yield self

    def _lock_file(self) -> Path:
        if self.is_local:
            return Path(self.root) / "_writer.lock"
        return self.resources_folder() / f"writer-{hashlib.sha256(self.root.encode()).hexdigest()[:16]}.lock"

    # releases and resources

    def releases_folder(self) -> Path:
        """Where releases lie; StoreError on object storage."""
        if not self.is_local:
            raise StoreError(
                f"{self.root}: releases need a local data folder, since they are renamed whole; "
                "publish with --data on a local folder and copy the release up"
            )
        return Path(self.root) / "releases"

    def write_release(
        self, day: date, tables: Mapping[str, pa.Table], files: Mapping[str, str], manifest: Mapping[str, Any]
    ) -> releases.Written:
        """Freeze the release tables and text files; see `tasks.storage.releases.write`. Takes the writer lock."""
        with self.writer():
            return releases.write(self.releases_folder(), day, tables, files, manifest, self.codes)

    def exports_folder(self) -> Path:
        """Where flat copies of releases lie, a folder each by version: beside the releases, which never change."""
        return self.releases_folder().with_name("exports")

    def write_export(self, version: str, files: Iterable[tuple[str, pa.Table]]) -> Path:
        """Write flat tables as CSV, by file name, into the export folder of a release; takes the writer lock."""
        with self.writer():
            releases.write_csv(self.exports_folder() / version, files)
        return self.exports_folder() / version

    def read_release(self, version: str = "latest") -> dict[str, pa.Table]:
        """The tables of a release by name; StoreError where there is no such release."""
        return releases.read(self.release(version))

    def released_documents(self, version: str) -> list[str]:
        """The ids of the documents of a release."""
        return releases.document_ids(self.release(version))

    def latest_release(self) -> Path | None:
        """The folder of the newest release; None before the first."""
        return releases.latest(self.releases_folder())

    def release(self, version: str) -> Path:
        """The folder of a release by its version, or of "latest"; StoreError where there is none."""
        return releases.find(self.releases_folder(), version)

    def ids_from(self, release: str) -> Path:
        """The folder of a release whose ids are to be taken over: a path, or a version; see `releases.ids_from`."""
        return releases.ids_from(self.releases_folder() if self.is_local else Path(), release)

    def released_ids(self, release: str) -> tuple[pa.Table, pa.Table]:
        """(event_id, mention_id) and (event_id, former_event_ids) of the release that `ids_from` finds."""
        return releases.released_ids(self.ids_from(release))

    def prune(self, before: datetime, dry_run: bool = False) -> list[pruning.Unneeded]:
        """Take away what is old and needed by nothing that stays (see `pruning`); what it was. Takes the lock."""
        with self.writer():
            things = pruning.unneeded(self, before, is_running)
            for thing in things if not dry_run else []:
                pruning.take_away(thing)
        return things

    @staticmethod
    def resources_folder() -> Path:
        """Where compiled resources lie, whatever the data folder: `$SITREP_HOME/data/_resources`."""
        folder = home() / "data" / "_resources"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    # inside

    def _uri(self, table: str) -> str:
        return f"{self.root}/_tables/{table}"

    def _open(self, table: str, version: int | None) -> DeltaTable | None:
        uri = self._uri(_declared(table).name)
        if not DeltaTable.is_deltatable(uri):
            if version is not None:
                raise StoreError(f"table {table} was never written, so it has no version {version}")
            return None
        newest = DeltaTable(uri)
        if version is None or version == newest.version():
            return newest
        if not 0 <= version < newest.version():
            raise StoreError(f"table {table} has no version {version}; its newest is {newest.version()}")
        try:
            return DeltaTable(uri, version=version)
        except TableNotFoundError as error:
            raise _pruned(table, version) from error

    def _matching(
        self, declared: Table, condition: pc.Expression | None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """The rows that meet the condition, as `checked` would leave them; of some columns, the key among them."""
        schema = pa.schema([declared.column(name).field for name in columns or declared.names])
        delta = self._open(declared.name, None)
        if delta is None:
            return schema.empty_table()
        self._adapt(declared, delta)
        delta.update_incremental()
        rows = delta.to_pyarrow_dataset().to_table(columns=schema.names, filter=condition)
        return in_key_order(declared, rows.cast(schema))

    def _adapt(self, declared: Table, delta: DeltaTable) -> None:
        """Bring a stored table to the declared columns, in a commit of its own, where the declaration has changed."""
        stored = delta.to_pyarrow_dataset().schema
        if stored.names == declared.names and all(stored.field(c.name).type.equals(c.type) for c in declared.columns):
            return
        try:
            rows = self.read(declared.name)
        except pa.ArrowException as error:
            raise StoreError(
                f"table {declared.name}: what is stored does not turn into the declared columns ({error}); "
                "rebuild into a fresh data folder"
            ) from error
        lineage = {"stage": declared.stage, "why": "the declared columns changed"}
        self._commit(declared, rows, lineage, "adapt", removed=rows.num_rows, mode="overwrite", schema_mode="overwrite")

    def _refuse_known_keys(self, declared: Table, rows: pa.Table, taken_out: pc.Expression | None) -> None:
        first = declared.key[0]
        condition = _among(first, pc.unique(rows[first]).to_pylist())
        delta = self._open(declared.name, None)
        if delta is None or not rows.num_rows:
            return
        if taken_out is not None:
            condition &= ~taken_out
        keys = list(declared.key)
        known = delta.to_pyarrow_dataset().to_table(columns=keys, filter=condition)
        doubled = rows.select(keys).join(known.cast(rows.select(keys).schema), keys, join_type="left semi")
        if doubled.num_rows:
            key = describe(in_key_order(declared, doubled).to_pylist()[0])
            raise StoreError(f"table {declared.name}: a row with the key {key} is there already; replace or merge it")

    def _commit(
        self, declared: Table, rows: pa.Table, lineage: Lineage, operation: str, removed: int = 0, **options: Any
    ) -> int:
        if "schema_mode" not in options:
            delta = self._open(declared.name, None)
            if delta is not None:
                self._adapt(declared, delta)
        total = _count(self._open(declared.name, None)) - removed + rows.num_rows
        metadata = {
            "sitrep_lineage": json.dumps(dict(lineage), sort_keys=True),
            "sitrep_operation": operation,
            "sitrep_rows": str(total),
        }
        uri = self._uri(declared.name)
        if self.is_local:
            Path(uri).mkdir(parents=True, exist_ok=True)
        # meanings stay with the declaration; a Delta log would repeat them in every schema
        bare = rows.replace_schema_metadata(None).cast(pa.schema([(c.name, c.type) for c in declared.columns]))
        write_deltalake(
            uri,
            bare,
            commit_properties=CommitProperties(custom_metadata=metadata),
            # old versions stay readable: checkpoints must not sweep the log behind them
            post_commithook_properties=PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False),
            **options,
        )
        return DeltaTable(uri).version()


def _declared(table: str) -> Table:
    if table not in STAGE_TABLES:
        raise StoreError(f"no table {table!r}; the tables are {', '.join(STAGE_TABLES)}")
    return STAGE_TABLES[table]


def _pruned(table: str, version: int) -> StoreError:
    return StoreError(f"table {table}: version {version} was pruned; take a newer one, or one that a release names")


def _count(delta: DeltaTable | None) -> int:
    return 0 if delta is None else delta.count()


def _among(by: str, ids: Sequence[str]) -> pc.Expression:
    # the bounds let whole files be skipped, which a list of values alone does not
    if not ids:
        return pc.scalar(False)
    field = pc.field(by)
    return (field >= min(ids)) & (field <= max(ids)) & field.isin(list(ids))


def _sql_among(by: str, ids: Sequence[str]) -> str:
    """A condition on sorted ids; halved while they are many, for one list of fifty thousand overflows the stack."""
    if len(ids) > _IDS_A_LIST:
        half = len(ids) // 2
        return f"({_sql_among(by, ids[:half])} OR {_sql_among(by, ids[half:])})"
    bounds = f"{by} >= {_quoted(ids[0])} AND {by} <= {_quoted(ids[-1])}"
    return f"{bounds} AND {by} IN ({', '.join(map(_quoted, ids))})"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
