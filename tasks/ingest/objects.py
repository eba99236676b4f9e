"""Files on object storage as files of this machine, for formats to read like any other.

In come URIs as typed (`s3://bucket/folder`, one object, or a glob, whose `*` knows no folders), out come files in order
of their names, each there until the next is taken. What is not there or is refused by the storage is refused by name;
what Sitrep itself keeps there is no report, and hidden files are passed over.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from tasks.ingest.files import Found
from tasks.storage.objects import Listed, Objects, ObjectsError

_MAGIC = re.compile(r"[*?[]")
_BUCKET = re.compile(r"([a-z0-9]+://[^/]+)/?(.*)", re.IGNORECASE)
# what lies in a data folder there from its first run on
_DATA = "_index.json"


def behind(uri: str) -> Iterator[Found]:
    """The files behind a URI."""
    bucket, key = _bucket_and_key(uri)
    try:
        objects = Objects(bucket)
        found = _listed(objects, key)
        with tempfile.TemporaryDirectory(prefix="sitrep-") as folder:
            for one in found:
                path = Path(folder) / "object"
                if objects.download(one.name, path) is not None:
                    yield Found(f"{bucket}/{one.name}", path)
    except ObjectsError as error:
        yield Found(uri, None, "unreadable", str(error))
        return
    if not found:
        yield Found(uri, None, "unreadable", f"there is no object or folder {uri}")


def seen(uri: str) -> dict[str, tuple[int, str]]:
    """The files behind a URI as they are now: name -> size in bytes, what changes with them. Raises ObjectsError."""
    bucket, key = _bucket_and_key(uri)
    return {f"{bucket}/{one.name}": (one.size, one.tag) for one in _listed(Objects(bucket), key)}


def _bucket_and_key(uri: str) -> tuple[str, str]:
    match = _BUCKET.fullmatch(uri)
    assert match
    return match[1], match[2].rstrip("/")


def _listed(objects: Objects, key: str) -> list[Listed]:
    if key and (one := objects.listed(key)) is not None:
        return [one]
    found = list(objects.list(_MAGIC.split(key)[0].rpartition("/")[0] if _MAGIC.search(key) else key))
    names = [one.name for one in found]
    ours = tuple(name.removesuffix(_DATA) for name in names if name == _DATA or name.endswith(f"/{_DATA}"))
    return sorted((one for one in found if _is_report(one.name, key, ours)), key=lambda one: one.name)


def _is_report(name: str, key: str, ours: tuple[str, ...]) -> bool:
    is_hidden = any(part.startswith(".") for part in name.split("/"))
    is_meant = not _MAGIC.search(key) or fnmatchcase(name, key)
    return is_meant and not (name.startswith(ours) or is_hidden or name.endswith("/"))
