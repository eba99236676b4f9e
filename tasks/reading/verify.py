"""Whether a release is what its manifest says and what its tables declare.

In comes a release's folder, out come sentences, each with the file and what is wrong with it; none means that all is
well. Nothing outside of the folder is opened, whatever the manifest or a link in it names. A folder without a manifest
is no release and is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.storage import manifests
from tasks.storage.checks import StoreError, checked
from tasks.storage.expectations import broken
from tasks.storage.releases import columns
from tasks.tables import RELEASE_TABLES, SCHEMA_VERSION, SINCE, Table

# what a release's files are called; no path, nothing hidden
_PLAIN_NAME = re.compile(r"\w[\w.-]{0,199}", re.ASCII)


def faults(release: Path) -> Iterator[str]:
    """What is wrong with a release, a line each: bytes first, then row counts, columns, nulls and keys, then rules.

    Nulls, keys and rules are those that this version of Sitrep declares; a table that was published with other columns
    is held to its manifest alone. Raises LookupError where the folder has no manifest.
    """
    try:
        if _foreign(release, manifests.NAME):
            yield f"{manifests.NAME}: {_foreign(release, manifests.NAME)}; without it nothing else can be checked"
            return
        manifest = manifests.read(release)
    except StoreError as error:
        yield f"{str(error).removeprefix(f'{release}/')}; without it nothing else can be checked"
        return
    files = manifest["files"]
    yield from _bytes(release, files)
    tables: dict[str, pa.Table] = {}
    for name, declared in RELEASE_TABLES.items():
        file = f"{name}.parquet"
        if file not in files and manifest.get("schema_version", SCHEMA_VERSION) >= SINCE.get(name, 1):
            yield f"{manifests.NAME}: does not list {file}, which every release has"
        if _foreign(release, file) or not (release / file).is_file():
            continue
        try:
            rows = pq.ParquetFile(release / file).read()
            # bytes that are no UTF-8 pass for text until somebody looks at them
            rows.validate(full=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            yield f"{file}: cannot be read as Parquet ({error})"
            continue
        wrong = list(_rows(declared, rows, files.get(file, {})))
        yield from (f"{file}: {what}" for what in wrong)
        if not wrong and columns(rows.schema) == columns(declared.schema):
            tables[name] = rows
    yield from (f"{name}.parquet: {what}" for name, what in broken(tables))


def _foreign(release: Path, name: str) -> str | None:
    """Why a name leads out of the release, or to what is no file of it; None where it does not."""
    if not _PLAIN_NAME.fullmatch(name):
        return "is not the name of a file in the release; nothing outside of it is read"
    path = release / name
    if path.is_symlink():
        return "is a link; a release holds its files themselves, and nothing outside of it is read"
    return "is no file" if path.exists() and not path.is_file() else None


def _bytes(release: Path, files: dict[str, Any]) -> Iterator[str]:
    for name, facts in sorted(files.items()):
        path = release / name
        if foreign := _foreign(release, name):
            yield f"{name}: {foreign}"
            continue
        if not path.is_file():
            yield f"{name}: is missing, though the manifest lists it"
            continue
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != facts["sha256"]:
            yield f"{name}: its sha256 is {found}, the manifest says {facts['sha256']}: its bytes have changed"
    extra = {path.name for path in release.iterdir()} - set(files) - {manifests.NAME}
    yield from (f"{name}: is not in the manifest; a release never changes" for name in sorted(extra))


def _rows(declared: Table, rows: pa.Table, facts: dict[str, Any]) -> Iterator[str]:
    if "rows" in facts and rows.num_rows != facts["rows"]:
        yield f"has {rows.num_rows} rows, the manifest says {facts['rows']}"
    found, said = columns(rows.schema), facts.get("columns", columns(declared.schema))
    for name in sorted(found.keys() | said.keys()):
        if found.get(name) != said.get(name):
            yield f"column {name} is {found.get(name, 'missing')}, the manifest says {said.get(name, 'there is none')}"
    if found == columns(declared.schema):
        try:
            # closed lists change with the vocabularies; a release keeps the codes of its day
            checked(declared, rows, None)
        except StoreError as error:
            yield str(error).removeprefix(f"table {declared.name}").lstrip(":, ")
