"""Object storage: buckets of S3 and its kin, by URI.

In comes the URI of a folder there (`s3://bucket/folder`), out come its objects. Credentials, region and endpoint are
read from the usual environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, ...; a role of the machine
where there are none). What cannot be had is ObjectsError, which names the URI and what the storage said.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.storage.checks import StoreError

_URI = re.compile(r"(?:s3|gs|az|abfss)://[^/]+", re.IGNORECASE)
# larger ones go in parts, which the storage does not take on a condition
_IN_ONE_PUT = 64 * 2**20
_PIECE = 8 * 2**20
_LONGEST_TOLD = 300


class ObjectsError(StoreError):
    """Object storage does not answer, or refuses."""


class MovedError(ObjectsError):
    """An object is no longer what it was said to be, or there already."""


@dataclass(frozen=True)
class Listed:
    """An object as a listing tells it: its name below the folder, its size in bytes, and what changes with it."""

    name: str
    size: int
    tag: str
    changed: datetime


def is_uri(text: str) -> bool:
    """Whether a text is the URI of something on object storage."""
    return _URI.match(text) is not None


class Objects:
    """The objects below a URI; names are relative to it."""

    def __init__(self, uri: str) -> None:
        """Open the folder; nothing is asked of the storage yet. Raises ObjectsError where the library is missing."""
        self.uri = uri.rstrip("/")
        try:
            import obstore
            from obstore.store import from_url
        except ImportError as error:
            raise ObjectsError(f"{self.uri}: object storage needs more: pip install 'sitrep[s3]'") from error
        self._obstore: Any = obstore
        # the library's own limits are made for small objects, and for a storage that is there
        is_plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        options: Any = {"timeout": timedelta(hours=1), "connect_timeout": timedelta(seconds=10), "allow_http": is_plain}
        retries: Any = {"max_retries": 6, "retry_timeout": timedelta(minutes=1)}
        with self._told():
            self._store: Any = from_url(self.uri, client_options=options, retry_config=retries)

    def read(self, name: str) -> tuple[bytes, str] | None:
        """An object and its tag; None where there is none."""
        with self._told(name):
            try:
                found = self._obstore.get(self._store, name)
            except FileNotFoundError:
                return None
            return bytes(found.bytes()), str(found.meta["e_tag"])

    def write(self, name: str, content: bytes, instead_of: str | None) -> str:
        """Write an object in the place of the one of that tag, None for a new one; its tag.

        Raises MovedError where another is there.
        """
        mode = "create" if instead_of is None else {"e_tag": instead_of}
        with self._told(name):
            return str(self._obstore.put(self._store, name, content, mode=mode)["e_tag"])

    def overwrite(self, name: str, content: bytes) -> None:
        """Write an object, whatever was there."""
        with self._told(name):
            self._obstore.put(self._store, name, content)

    def upload(self, name: str, path: Path) -> None:
        """Write a file as a new object. Raises MovedError where one is there."""
        is_large = path.stat().st_size > _IN_ONE_PUT
        with self._told(name):
            if not is_large:
                self._obstore.put(self._store, name, path, mode="create", use_multipart=False)
            elif self.listed(name) is None:
                self._obstore.put(self._store, name, path)
            else:
                raise MovedError(f"{self.uri}/{name}: is there already")

    def download(self, name: str, path: Path) -> str | None:
        """Write an object into a file; the SHA-256 of what came, None where there is no such object."""
        whole = hashlib.sha256()
        with self._told(name):
            try:
                found = self._obstore.get(self._store, name)
            except FileNotFoundError:
                return None
            with path.open("wb") as file:
                for piece in found.stream(min_chunk_size=_PIECE):
                    whole.update(piece)
                    file.write(piece)
        return whole.hexdigest()

    def listed(self, name: str) -> Listed | None:
        """What a listing tells of one object; None where there is none."""
        with self._told(name):
            try:
                return _listed(self._obstore.head(self._store, name))
            except FileNotFoundError:
                return None

    def list(self, folder: str = "") -> Iterator[Listed]:
        """The objects of a folder and of those in it, in no order."""
        with self._told(folder):
            for part in self._obstore.list(self._store, folder or None):
                yield from map(_listed, part)

    def delete(self, names: Sequence[str]) -> None:
        """Take objects away; those that are gone already are no matter."""
        with self._told():
            self._obstore.delete(self._store, list(names))

    @contextmanager
    def _told(self, name: str = "") -> Iterator[None]:
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        where = f"{self.uri}/{name}" if name else self.uri
        try:
            yield
        except (AlreadyExistsError, PreconditionError) as error:
            raise MovedError(f"{where}: is another one by now") from error
        except FileNotFoundError as error:
            raise ObjectsError(f"{where}: is not there ({_words(error)})") from error
        except (BaseError, PermissionError, OSError, ValueError) as error:
            if _is_of_this_machine(error):
                raise
            raise ObjectsError(
                f"{where}: {_words(error)}; check the address, AWS_ENDPOINT_URL and the credentials"
            ) from error


def _is_of_this_machine(error: Exception) -> bool:
    """Whether it is a local file that could not be read or written; what the library raises has no number."""
    return isinstance(error, OSError) and error.errno is not None


def _listed(about: Any) -> Listed:
    return Listed(str(about["path"]), int(about["size"]), str(about["e_tag"]), about["last_modified"])


def _words(error: Exception) -> str:
    """The first line of what the storage said, without the library's own debugging behind it."""
    text = " ".join(str(error).partition("\n\nDebug source")[0].split())
    return text if len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]}..."
