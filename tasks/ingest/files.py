"""Find the files behind paths.

In come paths as typed, out come files in a fixed order; "-" is what comes in by standard input. A path that leads
nowhere, to a folder that may not be read or to what is no file (a pipe, a device) is refused with its name; links are
followed, hidden files passed over.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote_to_bytes

STANDARD_INPUT = "-"
"""The path that stands for what comes in by standard input."""
_ADDRESS = "file://"

# what lies in a data folder from its first run on
_DATA = ("_writer.lock", "_tables")


@dataclass(frozen=True)
class Found:
    """A path that leads to a file (`path`), or the reason why it does not; `uri` is its name as text.

    `name` is what its format goes by where `uri` says nothing of it, `fields` what is known of the one report in it.
    """

    uri: str
    path: Path | None
    reason_code: str | None = None
    message: str | None = None
    name: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The name by which its format is known."""
        return self.name or self.uri


def files(paths: list[str]) -> Iterator[Found]:
    """The files behind the paths, each once, in the order of the paths and within a folder by name."""
    seen: set[Path] = set()
    for typed in paths:
        for found in _behind(typed):
            place = found.path.resolve() if found.path else None
            if place is None or place not in seen:
                yield found
            if place is not None:
                seen.add(place)


def seen(paths: list[str]) -> dict[str, tuple[int, int]]:
    """The files behind the paths as they are now: name -> size in bytes, time of the last change in ns."""
    found = {}
    for file in files(paths):
        # a file may go between being found and being looked at
        with contextlib.suppress(OSError):
            if file.path is not None:
                about = file.path.stat()
                found[file.uri] = (about.st_size, about.st_mtime_ns)
    return found


def size_of(found: Found) -> int:
    """The bytes of a file; 0 where there is none."""
    with contextlib.suppress(OSError):
        return found.path.stat().st_size if found.path is not None else 0
    return 0


def is_file_address(typed: str) -> bool:
    """Whether what is typed is the address of a file of this machine: `file:///srv/inbox/r.txt`."""
    return typed.startswith(_ADDRESS)


def as_text(name: str) -> str:
    """A file's name as text: bytes in it that are no UTF-8, which Python keeps as half characters, are replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


def _behind(typed: str) -> Iterator[Found]:
    if not typed.strip():
        # a script's variable that holds nothing would else mean the folder that it happens to run in
        yield _nowhere(repr(typed), "the path that was given is empty")
        return
    if typed == STANDARD_INPUT:
        yield Found("stdin", Path(_came_in().name))
        return
    if is_file_address(typed):
        typed = os.fsdecode(unquote_to_bytes(typed.removeprefix(_ADDRESS)))
    path = Path(typed)
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except OSError as error:  # a name too long for a file, a folder that may not be entered
        yield _nowhere(typed, f"{as_text(typed)} cannot be looked at: {error.strerror or error}")
        return
    if is_folder:
        for _, found in sorted(_inside(path), key=lambda entry: entry[0]):
            yield found
    elif is_there:
        yield _file(path)
    elif glob.has_magic(typed):
        matched = sorted(glob.glob(typed, recursive=True))  # noqa: PTH207 - a path as typed may be absolute
        if not matched:
            yield _nowhere(typed, f"nothing matches {as_text(typed)}")
        for match in matched:
            yield from _behind(match)
    else:
        yield _nowhere(path.as_posix(), f"there is no file or folder {as_text(typed)}")


@cache
def _came_in() -> IO[bytes]:
    """What came in by standard input, as a file that goes when the process ends.

    It can be read but once, and a run that meets a damaged table begins again.
    """
    kept = tempfile.NamedTemporaryFile(prefix="sitrep-")  # noqa: SIM115 - whoever has it reads it by its name
    if sys.stdin is not None:
        shutil.copyfileobj(sys.stdin.buffer, kept)
    kept.flush()
    return kept


def _inside(folder: Path) -> Iterator[tuple[Path, Found]]:
    """What lies in a folder and the folders in it, each real folder once, however links run in circles."""
    failed: list[OSError] = []
    seen = {folder.resolve()}
    for top, folders, names in os.walk(folder, onerror=failed.append, followlinks=True):
        folders[:] = sorted(name for name in folders if not (name.startswith(".") or _is_data(Path(top, name))))
        for name in list(folders):
            place = Path(top, name).resolve()
            if place in seen:
                folders.remove(name)
            seen.add(place)
        for name in names:
            if not name.startswith("."):
                yield Path(top, name), _file(Path(top, name))
    for error in failed:
        place = Path(error.filename)
        yield place, _nowhere(place.as_posix(), f"{as_text(str(place))} cannot be read: {error.strerror}")


def _is_data(folder: Path) -> bool:
    """Whether Sitrep's own data lies in a folder: what it made of reports is no report."""
    return any((folder / name).exists() for name in _DATA)


def _file(path: Path) -> Found:
    """A file, or why it is none: reading a pipe would wait for ever."""
    name = as_text(path.as_posix())
    try:
        if path.is_file():
            return Found(name, path)
        is_there = path.exists()
    except OSError as error:
        return _nowhere(path.as_posix(), f"{name} cannot be looked at: {error.strerror or error}")
    return _nowhere(path.as_posix(), f"{name} is no file" if is_there else f"{name} is a link that leads nowhere")


def _nowhere(typed: str, message: str) -> Found:
    return Found(as_text(typed), None, "unreadable", message)
