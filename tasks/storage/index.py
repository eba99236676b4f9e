"""The index of a data folder on object storage, and what this machine knows of it.

In come the folder's objects; out come its files by path: what they hold, how large they are, and the object in which
each lies. An index that is none is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tasks.storage.objects import Objects, ObjectsError

NAME = "_index.json"
_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """A file: the SHA-256 of its bytes, how many, and the object that holds them, most often of the file's own path."""

    sha256: str
    size: int
    key: str

    def beside(self) -> Entry:
        """The same in an object that no other content can have, where that of its path is taken."""
        return replace(self, key=f"{self.key}@{self.sha256[:12]}")


Files = dict[str, Entry]


@dataclass(frozen=True)
class Index:
    """Files by path, and the tag of the index that is there now; None where there is none yet."""

    files: Files
    tag: str | None

    @classmethod
    def read(cls, objects: Objects) -> Index:
        """The index as it is there. Raises ObjectsError where it cannot be read."""
        found = objects.read(NAME)
        if found is None:
            return cls({}, None)
        try:
            told: Any = json.loads(found[0])
            if told["format"] != _FORMAT:
                raise ValueError(f"format {told['format']}, where {_FORMAT} is known")
            return cls({path: Entry(*entry) for path, entry in told["files"].items()}, found[1])
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ObjectsError(
                f"{objects.uri}/{NAME}: is no index of a data folder ({error!r}); put it back from a version before"
            ) from error

    def write(self, objects: Objects) -> str:
        """Write it in the place of the one of its tag; its own. Raises MovedError where another is there by now."""
        told = {
            "format": _FORMAT,
            "files": {path: [e.sha256, e.size, e.key] for path, e in sorted(self.files.items())},
            # a tag is a hash of the content, and the same files written again are to have another
            "instead_of": self.tag,
        }
        return objects.write(NAME, json.dumps(told).encode(), self.tag)


class Known:
    """What this machine knows of its copy: of which index it is, and what is in its files, hashed once."""

    def __init__(self, folder: Path) -> None:
        self.tag: str | None = None
        self.files: Files = {}
        self._folder = folder
        self._hashed: dict[str, tuple[int, int, str]] = {}

    def loaded(self) -> Known:
        """The same as it was last saved, in whatever process; where that cannot be read, nothing is known."""
        try:
            told: Any = json.loads(self._path.read_text("utf-8"))
            self.tag = told["tag"]
            self.files = {path: Entry(**entry) for path, entry in told["files"].items()}
            self._hashed = {path: (size, time, digest) for path, (size, time, digest) in told["hashed"].items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            self.tag, self.files, self._hashed = None, {}, {}
        return self

    def save(self) -> None:
        """Keep it for the next process."""
        told = {
            "tag": self.tag,
            "files": {path: asdict(entry) for path, entry in self.files.items()},
            "hashed": self._hashed,
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".tmp-{os.getpid()}")
        draft.write_text(json.dumps(told), "utf-8")
        draft.replace(self._path)

    def entry(self, path: str) -> Entry:
        """What a file of the copy holds now."""
        file = self._folder / path
        about = file.stat()
        size, time, digest = self._hashed.get(path, (-1, -1, ""))
        if (size, time) != (about.st_size, about.st_mtime_ns):
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            self.hashed(path, digest)
        return Entry(digest, about.st_size, path)

    def hashed(self, path: str, digest: str) -> None:
        """Remember the SHA-256 of a file for as long as its size and time stay."""
        about = (self._folder / path).stat()
        self._hashed[path] = (about.st_size, about.st_mtime_ns, digest)

    @property
    def _path(self) -> Path:
        return self._folder / "_mirror.json"
