"""Find the files behind paths.

In come paths as typed, out come files in a fixed order. A path that leads nowhere is refused with its name; hidden
files are passed over.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Found:
    """A path that leads to a file (`path`), or the reason why it does not; `uri` is its name as text."""

    uri: str
    path: Path | None
    reason_code: str | None = None
    message: str | None = None


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


def as_text(name: str) -> str:
    """A file's name as text: bytes in it that are no UTF-8, which Python keeps as half characters, are replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


def _behind(typed: str) -> Iterator[Found]:
    path = Path(typed)
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except OSError as error:  # a name too long for a file, a folder that may not be entered
        yield _nowhere(typed, f"{as_text(typed)} cannot be looked at: {error.strerror or error}")
        return
    if is_folder:
        for file in sorted(path.rglob("*")):
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
                yield Found(as_text(file.as_posix()), file)
    elif is_there:
        yield Found(as_text(path.as_posix()), path)
    elif glob.has_magic(typed):
        matched = sorted(glob.glob(typed, recursive=True))  # noqa: PTH207 - a path as typed may be absolute
        if not matched:
            yield _nowhere(typed, f"nothing matches {as_text(typed)}")
        for match in matched:
            yield from _behind(match)
    else:
        yield _nowhere(path.as_posix(), f"there is no file or folder {as_text(typed)}")


def _nowhere(typed: str, message: str) -> Found:
    return Found(as_text(typed), None, "unreadable", message)
