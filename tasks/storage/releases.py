"""Frozen releases: plain Parquet, documented, counted, never changed after.

In come the release tables of `tasks/tables.py`, text files and a manifest; out comes `releases/vYYYY.MM.DD.N/`, written
under a temporary name and renamed whole, and `latest`, a link that leads to the newest and never back. Refused are
rows that are not what their table declares, or that break a rule of `expectations.py`; content that the newest
release already holds cuts no new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from tasks.storage import expectations, ids, manifests, tree
from tasks.storage.checks import Codes, StoreError, fitted, in_key_order
from tasks.tables import RELEASE_TABLES, SCHEMA_VERSION, SINCE

_VERSION = re.compile(r"v(\d{4})\.(\d{2})\.(\d{2})\.(\d+)")
TEMPORARY = ".tmp-"
# what an analyst reads as data and its meaning; a report may tell of the run, which is no reason for a new release
_CONTENT_ENDINGS = (".parquet", ".md")
# tables that every release has, however old
_EVER = {f"{name}.parquet" for name in RELEASE_TABLES if name not in SINCE}
_GEOMETRY = "geometry"
# what names the events of another data folder
_IDS = {"mentions": ("event_id", "mention_id"), "events": ("event_id", "former_event_ids")}
# of the incidents of another folder, where its release has any
_INCIDENT_IDS = {"events": ("event_id", "incident_id"), "incidents": ("incident_id", "former_incident_ids")}
_WKB_POINT = 21  # bytes: order, type, two doubles

Describe = Callable[[str, Mapping[str, Mapping[str, Any]]], Mapping[str, str]]
"""A version, and what the manifest says of its files (sha256, bytes, rows, columns), to texts by file name."""


@dataclass(frozen=True)
class Written:
    """The newest release's folder, and whether this call cut it or found its content there already."""

    path: Path
    is_new: bool


def write(
    folder: Path,
    day: date,
    tables: Mapping[str, pa.Table],
    files: Mapping[str, str],
    manifest: Mapping[str, Any],
    codes: Codes,
    describe: Describe | None = None,
) -> Written:
    """Freeze a release under the writer lock.

    `tables` are all of RELEASE_TABLES by name, `files` text by file name (codebook.md, report.html). The manifest is
    completed with schema_version, version, sha256, size, row count and columns of each file, and the trees from which
    rows are proved. A day before the newest release's counts as that day, so that versions only grow. `describe` makes
    more text files from the version and from those facts.
    """
    if set(tables) != set(RELEASE_TABLES):
        raise StoreError(f"a release is {', '.join(RELEASE_TABLES)}; given {', '.join(sorted(tables)) or 'nothing'}")
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    fit = {name: fitted(RELEASE_TABLES[name], tables[name], codes) for name in sorted(tables)}
    for name, problem in expectations.broken(fit):
        raise StoreError(
            f"table {name}, {problem}; nothing is published until the stage that wrote it is mended "
            "(the rule stands in tasks/storage/expectations.py)"
        )
    draft = folder / f"{TEMPORARY}{os.getpid()}"
    draft.mkdir()
    for name, rows in fit.items():
        # sorting copies: one table at a time
        _write_parquet(draft / f"{name}.parquet", name, in_key_order(RELEASE_TABLES[name], rows))
    for name, text in sorted(files.items()):
        (draft / name).write_text(text, encoding="utf-8", newline="\n")
    facts = {path.name: _facts(path) for path in sorted(draft.iterdir())}
    newest = latest(folder)
    if newest is not None and fault(newest) is None and _content(facts) == _content(manifests.read(newest)["files"]):
        shutil.rmtree(draft)
        lead_to(folder, newest)
        return Written(newest, False)
    version = _next_version(folder, day)
    for name, text in (describe(version, facts) if describe else {}).items():
        (draft / name).write_text(text, encoding="utf-8", newline="\n")
        facts[name] = _facts(draft / name)
    whole = {**manifest, "schema_version": SCHEMA_VERSION, "version": version, "files": facts}
    whole["trees"] = tree.roots_of(draft)
    (draft / manifests.NAME).write_text(json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    for path in draft.iterdir():
        _to_disk(path)
    _to_disk(draft)
    target = folder / version
    draft.rename(target)
    _to_disk(folder)
    lead_to(folder, target)
    return Written(target, True)


def read(release: Path) -> dict[str, pa.Table]:
    """The tables of a release by name. Raises StoreError for one that cannot be read."""
    return {name: read_table(release, name) for name in RELEASE_TABLES}


def read_table(release: Path, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A table of a release, or columns of it. Raises StoreError where it cannot be read."""
    file = release / f"{name}.parquet"
    try:
        # the plain reader: the data set machinery takes longer to import than a release to read
        return pq.ParquetFile(file).read(columns=columns if columns is None else list(columns))
    except (pa.ArrowException, OSError) as error:
        raise StoreError(
            f"{file} cannot be read ({error}); take another release, or put the file back from a copy. Where "
            "this is the newest release, `sitrep publish` makes another"
        ) from error


def document_ids(release: Path) -> list[str]:
    """The ids of the documents of a release. Raises StoreError where they cannot be read."""
    return [str(id_) for id_ in read_table(release, "documents", ["document_id"])["document_id"].to_pylist()]


def fault(release: Path) -> str | None:
    """The first file of a release that is not as its manifest says, or that the manifest cannot be read; else None."""
    try:
        files = {name: about["sha256"] for name, about in manifests.read(release)["files"].items()}
    except (LookupError, StoreError) as error:
        return str(error)
    if not _EVER.issubset(files):
        return f"{release / manifests.NAME} does not list {min(_EVER.difference(files))}"
    for name in sorted(files):
        path = release / name
        if path.parent != release or not path.is_file():
            return f"{path} is missing"
        if _sha256(path) != files[name]:
            return f"{path} is not what was published"
    return None


def newest_whole(folder: Path) -> Path | None:
    """The newest release that is what was published; None where there is none."""
    return next((release for release in reversed(all_of(folder)) if fault(release) is None), None)


def lead_to(folder: Path, release: Path) -> None:
    """Make `latest` a link to a release. Raises StoreError where `latest` is a folder, whose content may matter."""
    link = folder / "latest"
    if link.is_symlink() and link.readlink() == Path(release.name):
        return
    if link.is_dir() and not link.is_symlink():
        raise StoreError(f"{link} is a folder, where a link to the newest release belongs; move it away")
    swap = folder / f"{TEMPORARY}latest-{os.getpid()}"
    swap.unlink(missing_ok=True)
    swap.symlink_to(release.name)
    swap.replace(link)
    _to_disk(folder)


def exports_folder(folder: Path) -> Path:
    """Where flat copies of the releases in a folder lie, a folder each by version: beside it."""
    return folder.with_name("exports")


def write_files(folder: Path, files: Iterable[tuple[str, pa.Table | bytes]]) -> None:
    """Write what exports hold into a folder of exports, as `write_file` does, and take away what killed runs left."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    for name, content in files:
        write_file(folder / name, content)


def write_file(path: Path, content: pa.Table | bytes) -> None:
    """Write one file of an export, whole or not at all, over what was there.

    Bytes are written as they are, a flat table as CSV: UTF-8, texts in quotes, nulls empty.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        if isinstance(content, bytes):
            draft.write_bytes(content)
        else:
            csv.write_csv(content, draft)
        _to_disk(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def all_of(folder: Path) -> list[Path]:
    """The whole releases in the folder, oldest first, by their versions' numbers."""
    found = [path for path in _taken(folder) if path.is_dir()]
    return sorted(found, key=lambda path: _numbers(path.name))


def latest(folder: Path) -> Path | None:
    """The newest whole release in the folder; None before the first."""
    return max(all_of(folder), key=lambda path: _numbers(path.name), default=None)


def is_older(release: Path, other: Path) -> bool:
    """Whether a release was cut before another of the same folder."""
    return _numbers(release.name) < _numbers(other.name)


def in_order(names: Iterable[str]) -> list[str]:
    """Those of the names that are versions, oldest first."""
    return sorted(filter(_VERSION.fullmatch, names), key=_numbers)


def day(release: Path) -> date:
    """The day in a release's version."""
    return day_of(release.name)


def day_of(version: str) -> date:
    """The day in a version: of v2026.03.01.1 the first of March."""
    return date(*_numbers(version)[:3])


def find(folder: Path, version: str) -> Path:
    """The folder of a release by version, or of "latest"; StoreError where there is none."""
    newest = latest(folder)
    if newest is None:
        raise StoreError(f"{folder}: no release yet; run `sitrep publish`")
    path = newest if version == "latest" else folder / version
    if not (_VERSION.fullmatch(path.name) and path.is_dir()):
        raise StoreError(f"{folder}: no release {version}; the newest is {newest.name}")
    return path


def ids_from(folder: Path, release: str | Path) -> Path:
    """The folder of a release to take ids over from: `release` itself, or the version of that name in `folder`.

    StoreError where it is no release, with the folder and the table or column that is missing, or where an id is none,
    with file, row, column and value: what names the events of another data folder stays with them for good.
    """
    given, within = Path(release).expanduser(), folder / release
    path = (given if given.is_dir() or not within.is_dir() else within).resolve()
    if not path.is_dir():
        raise StoreError(f"{path}: there is no such folder, and no release {str(release)!r} in {folder}")
    for name, wanted in _IDS.items():
        file = path / f"{name}.parquet"
        if not file.is_file():
            raise StoreError(f"{path} is no release: table {name} is missing ({file.name})")
        try:
            missing = set(wanted) - set(pq.read_schema(file).names)
        except pa.ArrowException as error:
            raise StoreError(f"{path} is no release: table {name} cannot be read ({error})") from error
        if missing:
            raise StoreError(f"{path} is no release: table {name} has no column {', '.join(sorted(missing))}")
    for name, wanted in (*_IDS.items(), *(_INCIDENT_IDS.items() if _has_incidents(path) else ())):
        ids.check(path / f"{name}.parquet", wanted)
    return path


def released_ids(release: Path) -> tuple[pa.Table, pa.Table]:
    """(event_id, mention_id) and (event_id, former_event_ids) of a release that `ids_from` found."""
    mentions, events = (read_table(release, name, wanted) for name, wanted in _IDS.items())
    return mentions, events


def released_incident_ids(release: Path) -> tuple[pa.Table, pa.Table] | None:
    """(event_id, incident_id) and (incident_id, former_incident_ids) of a release; None of one without incidents."""
    if not _has_incidents(release):
        return None
    events, incidents = (read_table(release, name, wanted) for name, wanted in _INCIDENT_IDS.items())
    return events.filter(pc.is_valid(events["incident_id"])), incidents


def _has_incidents(release: Path) -> bool:
    return all((release / f"{name}.parquet").is_file() for name in _INCIDENT_IDS)


def columns(schema: pa.Schema) -> dict[str, str]:
    """Column name -> type, as a manifest states them."""
    # Parquet calls the values of a list elements, Arrow calls them items
    return {field.name: str(field.type).replace("list<item: ", "list<element: ") for field in schema}


def _numbers(version: str) -> tuple[int, ...]:
    match = _VERSION.fullmatch(version)
    assert match
    return tuple(map(int, match.groups()))


def _taken(folder: Path) -> list[Path]:
    """All that has the name of a version, whatever it is."""
    return [path for path in folder.iterdir() if _VERSION.fullmatch(path.name)] if folder.is_dir() else []


def _next_version(folder: Path, day: date) -> str:
    year, month, dom, count = day.year, day.month, day.day, 1
    newest = max((_numbers(path.name) for path in _taken(folder)), default=None)
    if newest is not None and newest >= (year, month, dom, 0):
        year, month, dom, count = newest
        count += 1
    return f"v{year:04}.{month:02}.{dom:02}.{count}"


def _sweep(folder: Path) -> None:
    """Take away what killed runs left; the writer lock makes sure that nobody is at it."""
    for path in folder.glob(f"{TEMPORARY}*"):
        if path.is_symlink() or path.is_file():
            path.unlink()
        else:
            shutil.rmtree(path)


def _content(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: about["sha256"] for name, about in facts.items() if name.endswith(_CONTENT_ENDINGS)}


def _facts(path: Path) -> dict[str, Any]:
    facts: dict[str, Any] = {"sha256": _sha256(path), "bytes": path.stat().st_size}
    if path.suffix == ".parquet":
        facts["rows"] = pq.read_metadata(path).num_rows
        facts["columns"] = columns(pq.read_schema(path))
    return facts


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_parquet(path: Path, name: str, rows: pa.Table) -> None:
    declared = RELEASE_TABLES[name]
    metadata = {"table": name, "meaning": declared.meaning, "key": ", ".join(declared.key)}
    if _GEOMETRY in declared.names:
        metadata["geo"] = json.dumps(_geo(name, pc.unique(rows[_GEOMETRY]).to_pylist()))
    # every setting that shapes the bytes is named, so that the same rows make the same file
    pq.write_table(
        rows.replace_schema_metadata(metadata),
        path,
        version="2.6",
        compression="zstd",
        compression_level=6,
        use_dictionary=True,
        write_statistics=True,
        data_page_version="1.0",
        row_group_size=100_000,
        store_schema=True,
    )


def _geo(name: str, points: list[bytes | None]) -> dict[str, Any]:
    """GeoParquet 1.1's file metadata for WKB points; no `crs` means OGC:CRS84, longitude before latitude."""
    pairs = []
    for point in points:
        if point is None:
            continue
        order = "<" if point[:1] == b"\x01" else ">"
        if len(point) != _WKB_POINT or struct.unpack(order + "I", point[1:5])[0] != 1:
            raise StoreError(f"table {name}, column {_GEOMETRY}: {point.hex()} is not a WKB point; write one, or null")
        pairs.append(struct.unpack(order + "dd", point[5:]))
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"] if pairs else []}
    if pairs:
        xs, ys = zip(*pairs, strict=True)
        column["bbox"] = [min(xs), min(ys), max(xs), max(ys)]
    return {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}
