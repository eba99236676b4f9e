"""Damage to the stages' tables: found, named with its file and its remedy, and put aside.

In come a root and declared tables; out come errors that say which file of which table cannot be read, why, and what to
do. What is no damage (a full disk, a file that may not be read, too many open files) passes through as it came.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError, SchemaMismatchError, TableNotFoundError

from tasks.storage.checks import StoreError
from tasks.tables import RAW_DOCUMENTS, Table

ASIDE = "_damaged"
_OF_BYTES = ("document_id", "content", "bytes_sha256")
_READING = (DeltaError, OSError, pa.ArrowException)
_NO_DAMAGE = (CommitFailedError, SchemaMismatchError, MemoryError)
# what an operator gives or frees, after which the same files are read well
_OF_THE_MACHINE = {
    errno.EACCES, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EPERM, errno.EROFS,
}  # fmt: skip
# Rust tells the number in words, and a backtrace or the colours of a terminal behind what happened
_OS_ERROR = re.compile(r"os error (\d+)")
_BACKTRACE = re.compile(r"\s*\n\s*0: .*", re.DOTALL)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LOG_FILE = re.compile(r"(\d{20})\.json")


class DamagedTableError(StoreError):
    """A stage's table is there and its newest version cannot be read; `table` is its name."""

    def __init__(self, message: str, table: str = "") -> None:
        super().__init__(message)
        self.table = table

    @property
    def is_made_again(self) -> bool:
        """Whether the rows follow from other tables: all do but what was read from outside."""
        return self.table != RAW_DOCUMENTS.name


@contextmanager
def named(uri: str, table: Table, version: int | None = None) -> Iterator[None]:
    """What fails inside while a table is read, at a version if not at its newest, is told by table, file and remedy.

    Raises DamagedTableError for the newest version, StoreError for an older one.
    """
    try:
        yield
    except _READING as error:
        if isinstance(error, _NO_DAMAGE):
            raise
        if lacking := _of_the_machine(error, uri):
            raise lacking from error
        if _is_old(uri, version):
            if isinstance(error, (FileNotFoundError, TableNotFoundError)):
                what = f"version {version} was pruned"
            else:
                what = f"version {version} cannot be read ({told(error)})"
            remedy = "take a newer one, or one that a release names"
            raise StoreError(f"table {table.name}: {what}; {remedy}") from error
        raise damaged(uri, table, _culprit(Path(uri)) or told(error)) from error


@contextmanager
def written(uri: str) -> Iterator[None]:
    """What fails inside while a table is written, for what the machine lacks, is an OSError that says so."""
    try:
        yield
    except (DeltaError, OSError) as error:
        if lacking := _of_the_machine(error, uri):
            raise lacking from error
        raise


def damaged(uri: str, table: Table, what: str) -> DamagedTableError:
    """The error for a table of which a file is as `what` says."""
    if table.name == RAW_DOCUMENTS.name:
        remedy = (
            f"put {uri} back from a copy, or move it away and read its sources again (sitrep ingest PATH...); "
            "no other table has what it holds"
        )
    else:
        remedy = f"the next `sitrep run` puts {uri} aside and makes it again"
    return DamagedTableError(f"table {table.name} is damaged: {what}; {remedy}", table.name)


def missing_bytes(folder: Path, stored: DeltaTable) -> str | None:
    """The first data file of an opened table that is not there or not as long as its log says; None if none."""
    actions = pa.table(stored.get_add_actions(flatten=True)).select(["path", "size_bytes"]).to_pylist()
    for action in sorted(actions, key=lambda it: str(it["path"])):
        file = folder / unquote(str(action["path"]))
        if not file.is_file():
            return f"{file} is missing"
        if (size := file.stat().st_size) != action["size_bytes"]:
            return f"{file} has {size} bytes of {action['size_bytes']}"
    return None


def other_bytes(rows: pa.Table) -> str | None:
    """The first row of `raw_documents` whose content is not what was hashed; None where all are, or none has any."""
    if not {"content", "bytes_sha256"} <= set(rows.column_names):
        return None
    for id_, content, digest in zip(*(rows[n].to_pylist() for n in _OF_BYTES), strict=True):
        if hashlib.sha256(content).hexdigest() != digest:
            return f"the bytes of document {id_} are not those that were read"
    return None


def put_aside(location: str, table: Table) -> Path:
    """Move a damaged table out of the way, over what was put aside before; where it lies now."""
    folder = Path(location) / "_tables"
    aside = folder / ASIDE / table.name
    aside.parent.mkdir(parents=True, exist_ok=True)
    if aside.is_dir():
        shutil.rmtree(aside)
    (folder / table.name).replace(aside)
    return aside


def aside(location: str) -> list[Path]:
    """What was put aside in a data folder."""
    return sorted((Path(location) / "_tables" / ASIDE).glob("*"))


def told(error: BaseException) -> str:
    """An error of Arrow or Delta in one line."""
    return " ".join(_COLOUR.sub("", _BACKTRACE.sub("", str(error))).replace("↳", ": ").split()) or type(error).__name__


def _number(error: BaseException) -> int | None:
    match = _OS_ERROR.search(str(error))
    return int(match[1]) if match else getattr(error, "errno", None)


def _of_the_machine(error: BaseException, uri: str) -> OSError | None:
    """The error as the system has it, where it tells what an operator gives or frees."""
    number = _number(error)
    if number not in _OF_THE_MACHINE:
        return None
    if isinstance(error, OSError) and error.strerror:
        return error
    return OSError(number, os.strerror(number), uri)


def _is_old(uri: str, version: int | None) -> bool:
    """Whether this is a version before the newest, as far as that can be told."""
    try:
        return version is not None and version < DeltaTable(uri).version()
    except _READING:
        return False


def _culprit(folder: Path) -> str | None:
    """The file at fault and what is wrong with it; None where each for itself can be read."""
    log = folder / "_delta_log"
    if not log.is_dir():
        return f"{folder} is no folder with a log"
    commits = sorted(path for path in log.iterdir() if _LOG_FILE.fullmatch(path.name))
    for path in commits:
        try:
            for line in path.read_text("utf-8").splitlines():
                json.loads(line)
        except (OSError, ValueError) as error:
            return f"{path} is no log of a commit ({error})"
    try:
        stored = DeltaTable(str(folder))
        if lacking := missing_bytes(folder, stored):
            return lacking
        files = sorted(folder / Path(unquote(uri)).name for uri in stored.file_uris())
    except _READING as error:
        return f"{log} does not tell what the table holds ({told(error)})"
    for file in files:
        try:
            pq.ParquetFile(file).read()
        except (pa.ArrowException, OSError) as error:
            return f"{file} cannot be read ({told(error)})"
    return None
