"""All that the machine writes: the one door to a data folder.

In come rows for the tables of `tasks/tables.py`; out come versions of Delta tables under `<data>/_tables`, read whole
or in part at any kept version, each with the lineage of how it came about, and frozen releases (`releases.py`).
Refused are rows that are not what their table declares, and a second writer in the same data folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.storage import damage, delta, releases, writes
from tasks.storage.checks import Codes, StoreError
from tasks.storage.conditions import among
from tasks.storage.damage import DamagedTableError
from tasks.storage.delta import Lineage, Version, declared
from tasks.storage.lock import WriterBusyError
from tasks.storage.place import Place
from tasks.tables import STAGE_TABLES

__all__ = ["Store", "StoreError", "Version", "WriterBusyError"]


class Store(Place):
    """A data folder: its tables, its releases, its writer lock.

    `root` is a local folder, or the URI of one on object storage (`s3://bucket/folder`; see `place`).
    """

    def __init__(self, root: str | Path | None = None, codes: Codes | None = None) -> None:
        """Open the data folder `root` (default `$SITREP_HOME/data`); `codes` default to seeds/codes.csv."""
        super().__init__(root)
        self._tables = delta.Root(self.root)
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
        Row order is not declared. A column that an older version lacks comes as null. Raises StoreError where table,
        version or columns are not there.
        """
        about = declared(table)
        names = [name for name in about.names if columns is None or name in columns]
        unknown = sorted(set(columns or ()) - set(names))
        if unknown:
            raise StoreError(f"table {table} has no columns {', '.join(unknown)}; see tasks/tables.py")
        stored = delta.opened(self._tables, about, version)
        if stored is None or (ids is not None and not ids):
            return pa.schema([about.column(name).field for name in names]).empty_table()
        there = [name for name in names if name in {field.name for field in stored.schema().fields}]
        rows = delta.rows_of(self._tables, about, stored, there, None if ids is None else among(by, ids))
        return delta.in_declared_columns(about, names, rows)

    def lengths(self, table: str, column: str, version: int | None = None) -> dict[str, int]:
        """document_id -> bytes in a binary column, without holding the bytes."""
        about = declared(table)
        stored = delta.opened(self._tables, about, version)
        if stored is None:
            return {}
        wanted = {"id": pc.field("document_id"), "length": pc.binary_length(pc.field(column))}
        rows = delta.rows_of(self._tables, about, stored, wanted)
        return dict(zip(rows["id"].to_pylist(), rows["length"].to_pylist(), strict=True))

    def row_counts(self, table: str, by: str = "document_id") -> dict[str, int]:
        """Value of a text column -> how many rows of the newest version have it."""
        counts = pc.value_counts(self.read(table, columns=[by])[by])
        return dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))

    def version(self, table: str) -> int | None:
        """The newest version of a table; None where it was never written."""
        stored = delta.opened(self._tables, declared(table))
        return None if stored is None else int(stored.version())

    def state_id(self, table: str, version: int | None) -> str | None:
        """Names what a table holds at a version; None where there is none of that number.

        It is another one after the table was begun anew, or after a version was lost and its number given again.
        """
        newest = self.version(table)
        if newest is None or version is None or version > newest:
            return None
        return delta.state_id(self._tables, declared(table), version)

    def count(self, table: str) -> int:
        """How many rows the newest version of a table has."""
        return delta.count(delta.opened(self._tables, declared(table)))

    def history(self, table: str | None = None) -> list[Version]:
        """The versions of one table, or of all, newest first."""
        tables = [declared(table)] if table else list(STAGE_TABLES.values())
        found = [version for about in tables for version in delta.versions(self._tables, about)]
        return sorted(found, key=lambda it: (it["timestamp"], it["table"], it["version"]), reverse=True)

    def lineage(self, table: str, version: int | None = None) -> dict[str, Any]:
        """How a version (default the newest) came about; empty where the table was never written."""
        return delta.lineage(self._tables, declared(table), version)

    def written_at(self, table: str) -> datetime | None:
        """When the newest version of a table was written, in UTC; None where it was never written."""
        return delta.written_at(self._tables, declared(table))

    # damage (see `damage`)

    def damage(self, table: str) -> DamagedTableError | None:
        """What is wrong with a table's log and files, as far as their lengths tell."""
        return delta.found_damage(self._tables, declared(table))

    def spoiled(self, table: str) -> DamagedTableError | None:
        """What is wrong inside a table's files, all of which are read."""
        return delta.found_spoiled(self._tables, declared(table))

    def put_aside(self, table: str) -> Path:
        """Move a damaged table out of the way, so that it is made again; where it lies now."""
        return damage.put_aside(self.root, declared(table))

    # writing: each gives the new version, or None where nothing would change (see `writes`)

    def append(self, table: str, rows: pa.Table, lineage: Lineage) -> int | None:
        """Add rows whose keys are new."""
        return writes.append(self._tables, declared(table), rows, lineage, self.codes)

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

        `within` limits what is taken out to rows with these values as well.
        """
        return writes.replace(self._tables, declared(table), rows, lineage, self.codes, ids, by, within or {})

    def overwrite(self, table: str, rows: pa.Table, lineage: Lineage) -> int | None:
        """Make `rows` the whole table."""
        return writes.overwrite(self._tables, declared(table), rows, lineage, self.codes)

    def merge(self, table: str, rows: pa.Table, lineage: Lineage) -> int | None:
        """Put each row in the place of the one with its key, or add it."""
        return writes.merge(self._tables, declared(table), rows, lineage, self.codes)

    # releases (see `releases`)

    def releases_folder(self) -> Path:
        """Where releases lie."""
        return Path(self.root) / "releases"

    def write_release(
        self,
        day: date,
        tables: Mapping[str, pa.Table],
        files: Mapping[str, str],
        manifest: Mapping[str, Any],
        describe: releases.Describe | None = None,
    ) -> releases.Written:
        """Freeze the release tables and text files, and what `describe` makes of them, under the writer lock."""
        with self.writer():
            return releases.write(self.releases_folder(), day, tables, files, manifest, self.codes, describe)

    def write_export(self, version: str, files: Iterable[tuple[str, pa.Table | bytes]]) -> Path:
        """Write files of exports, by name, beside the releases, which never change; takes the writer lock."""
        folder = releases.exports_folder(self.releases_folder()) / version
        with self.writer():
            releases.write_files(folder, files)
        return folder

    def latest_release(self) -> Path | None:
        """The folder of the newest release; None before the first."""
        return releases.latest(self.releases_folder())

    def release(self, version: str = "latest") -> Path:
        """The folder of a release by its version; StoreError where there is none."""
        return releases.find(self.releases_folder(), version)

    def read_release(self, version: str = "latest") -> dict[str, pa.Table]:
        """The tables of a release by name; StoreError where there is no such release."""
        return releases.read(self.release(version))

    def ids_from(self, release: str) -> Path:
        """The folder of a release whose ids are to be taken over: a path, or a version. Raises StoreError."""
        return releases.ids_from(self.releases_folder(), release)
