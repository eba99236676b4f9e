"""Whether a release is what its manifest says and what its tables declare.

In comes a release's folder, out come sentences, each with the file and what is wrong with it; none means that all is
well. A folder without a manifest is no release and is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.storage.checks import StoreError, checked
from tasks.storage.expectations import broken
from tasks.storage.releases import columns
from tasks.tables import RELEASE_TABLES, SCHEMA_VERSION, SINCE, Table

_MANIFEST = "manifest.json"


def faults(release: Path) -> Iterator[str]:
    """What is wrong with a release, a line each: bytes first, then row counts, columns, nulls and keys, then rules.

    Nulls, keys and rules are those that this version of Sitrep declares; a table that was published with other columns
    is held to its manifest alone. Raises LookupError where the folder has no manifest.
    """
    if not (release / _MANIFEST).is_file():
        raise LookupError(f"{release} is no release: it has no {_MANIFEST}")
    try:
        manifest = json.loads((release / _MANIFEST).read_text("utf-8"))
        files, version = dict(manifest["files"]), int(manifest.get("schema_version", SCHEMA_VERSION))
    except (ValueError, KeyError, TypeError) as error:
        yield f"{_MANIFEST}: cannot be read ({error!r}); without it nothing else can be checked"
        return
    yield from _bytes(release, files)
    tables: dict[str, pa.Table] = {}
    for name, declared in RELEASE_TABLES.items():
        file = f"{name}.parquet"
        if file not in files and version >= SINCE.get(name, 1):
            yield f"{_MANIFEST}: does not list {file}, which every release has"
        if not (release / file).is_file():
            continue
        try:
            rows = pq.ParquetFile(release / file).read()
        except (pa.ArrowException, OSError) as error:
            yield f"{file}: cannot be read as Parquet ({error})"
            continue
        wrong = list(_rows(declared, rows, files.get(file, {})))
        yield from (f"{file}: {what}" for what in wrong)
        if not wrong and columns(rows.schema) == columns(declared.schema):
            tables[name] = rows
    yield from (f"{name}.parquet: {what}" for name, what in broken(tables))


def _bytes(release: Path, files: dict[str, Any]) -> Iterator[str]:
    for name, facts in sorted(files.items()):
        path = release / name
        if not path.is_file():
            yield f"{name}: is missing, though the manifest lists it"
            continue
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != facts.get("sha256"):
            yield f"{name}: its sha256 is {found}, the manifest says {facts.get('sha256')}: its bytes have changed"
    extra = {path.name for path in release.iterdir()} - set(files) - {_MANIFEST}
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
