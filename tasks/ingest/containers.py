"""Files inside files: what is compressed (.gz .bz2 .xz .zst) or bundled (.zip .tar), unpacked within bounds.

In comes a file, out come those in it, each under the file's name, "!/" and its own, in the order in which they lie
there. Refused, with the reason: what is broken, locked, no file, or unpacks to more bytes, files or levels than are
read; what was unpacked before stands.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import zstandard

from tasks.ingest.files import Found
from tasks.ingest.format import said

MOST_LEVELS = 4
"""How many containers may lie in one another; .tar.gz is two."""
_MOST_FILES = 100_000
# what a file may unpack to: news grows tenfold, feeds that repeat some more
_MOST_BYTES = 4 * 2**30
_LEAST_BYTES = 100 * 2**20
_MOST_TIMES = 100
_CHUNK = 2**20
# bytes before an archive says that it is a tar
_TAR_MARK = slice(257, 262)

_MARKS = {
    b"\x1f\x8b": ".gz",
    b"BZh": ".bz2",
    b"\xfd7zXZ\0": ".xz",
    b"\x28\xb5\x2f\xfd": ".zst",
    b"PK\x03\x04": ".zip",
    b"PK\x05\x06": ".zip",
}
_ENDINGS = {
    ".gz": ".gz", ".tgz": ".gz", ".bz2": ".bz2", ".tbz2": ".bz2", ".xz": ".xz", ".txz": ".xz", ".zst": ".zst",
    ".zip": ".zip", ".tar": ".tar",
}  # fmt: skip
_TARS = {".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}
_OPENERS: dict[str, Callable[[Path], Any]] = {
    ".gz": gzip.GzipFile,
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": zstandard.open,
}
_ERRORS = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError,
           zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError)  # fmt: skip


class _TooMuchError(Exception):
    """More is unpacked than is read."""


@dataclass
class Room:
    """What may still be unpacked of one file that was given, and the folder for it."""

    folder: Path
    bytes_left: int
    files_left: int = _MOST_FILES

    def take(self, stream: Any, path: Path) -> None:
        """Write a stream to a path. Raises _TooMuchError where there is no room for it."""
        with path.open("wb") as file:
            # of what breaks off, all that can be had before
            while chunk := stream.read1(_CHUNK):
                self.bytes_left -= len(chunk)
                if self.bytes_left < 0:
                    raise _TooMuchError("bytes")
                file.write(chunk)

    def enter(self) -> None:
        """Count a file. Raises _TooMuchError where it is one too many."""
        self.files_left -= 1
        if self.files_left < 0:
            raise _TooMuchError("files")


def kind_of(name: str, head: bytes, is_known: bool) -> str | None:
    """What a file is packed as, by its ending or, where no format knows the file (`is_known`), its first bytes."""
    by_name = _ENDINGS.get(PurePosixPath(name).suffix.lower())
    if by_name or is_known:
        return by_name
    by_mark = next((kind for mark, kind in _MARKS.items() if head.startswith(mark)), None)
    return by_mark or (".tar" if head[_TAR_MARK] == b"ustar" else None)


def room(found: Found, stack: ExitStack) -> Room:
    """Room for what a file holds, for as long as the stack is open; the larger the file, the more."""
    assert found.path is not None
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sitrep-")))
    return Room(folder, min(_MOST_BYTES, _LEAST_BYTES + _MOST_TIMES * found.path.stat().st_size))


def unpacked(found: Found, kind: str, space: Room, level: int) -> Iterator[Found]:
    """The files in a container that lies in `level` others; each is there until the next is taken."""
    if level >= MOST_LEVELS:
        message = f"containers in one another, more than {MOST_LEVELS}"
        yield Found(found.uri, None, "expands_too_far", message)
        return
    number = 0
    try:
        for inner in _members(found, kind, space):
            number += 1
            yield inner
            if inner.path is not None:
                inner.path.unlink()
    except _TooMuchError as error:
        message = f"unpacks to more {error} than are read; what lies behind file {number} in it is left out"
        yield Found(found.uri, None, "expands_too_far", message)
    except _ERRORS as error:
        behind = f" behind file {number} in it" if number else ""
        yield Found(found.uri, None, "unreadable", f"cannot be unpacked{behind}: {said(error)}")


def _members(found: Found, kind: str, space: Room) -> Iterator[Found]:
    assert found.path is not None
    if kind == ".zip":
        yield from _of_zip(found, found.path, space)
    elif kind == ".tar":
        yield from _of_tar(found, found.path, space)
    else:
        yield from _of_compressed(found, found.path, kind, space)


def _of_compressed(found: Found, packed: Path, kind: str, space: Room) -> Iterator[Found]:
    """The one file; of one that breaks off what came before, and then the error."""
    name = PurePosixPath(found.uri)
    ending = name.suffix.lower()
    inner = name.stem + _TARS.get(ending, "") if ending in _ENDINGS else name.name
    path = _place(space)
    broken: Exception | None = None
    with _OPENERS[kind](packed) as stream:
        try:
            space.take(stream, path)
        except _ERRORS as error:
            broken = error
    if broken is None or path.stat().st_size:
        yield Found(f"{found.uri}!/{inner}", path)
    if broken is not None:
        raise broken


def _of_zip(found: Found, packed: Path, space: Room) -> Iterator[Found]:
    with zipfile.ZipFile(packed) as archive:
        for member in archive.infolist():
            # by its name, which may be nothing: then Python's own look at it fails
            if member.filename.endswith("/") or _is_hidden(member.filename):
                continue
            space.enter()
            uri = f"{found.uri}!/{_as_text(member.filename)}"
            if member.flag_bits & 1:
                yield Found(uri, None, "unreadable", "the file is locked by a password")
                continue
            yield from _one(uri, partial(archive.open, member), space)


def _of_tar(found: Found, packed: Path, space: Room) -> Iterator[Found]:
    with tarfile.open(packed, "r:") as archive:
        for member in archive:
            if member.isdir() or _is_hidden(member.name):
                continue
            space.enter()
            uri = f"{found.uri}!/{_as_text(member.name)}"
            if member.isfile():
                yield from _one(uri, partial(archive.extractfile, member), space)
            else:
                yield Found(uri, None, "unreadable", "is no file but a link or a device")


def _one(uri: str, opened: Callable[[], Any], space: Room) -> Iterator[Found]:
    """A file of an archive; one that is broken costs itself alone."""
    path = _place(space)
    try:
        with opened() as stream:
            space.take(stream, path)
    except _ERRORS as error:
        yield Found(uri, None, "unreadable", f"cannot be unpacked: {said(error)}")
        return
    yield Found(uri, path)


def _place(space: Room) -> Path:
    """A new name in the folder; names out of a container make no path."""
    with tempfile.NamedTemporaryFile(dir=space.folder, delete=False) as file:
        return Path(file.name)


def _is_hidden(name: str) -> bool:
    """What a folder would pass over as well, and what Macs put into their archives."""
    parts = (part for part in PurePosixPath(name).parts if part not in (".", ".."))
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _as_text(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
