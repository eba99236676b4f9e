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
from tasks.storage.objects import Objects, ObjectsError

_MAGIC = re.compile(r"[*?[]")
_BUCKET = re.compile(r"([a-z0-9]+://[^/]+)/?(.*)", re.IGNORECASE)
# what lies in a data folder there from its first run on
_DATA = "_index.json"


def behind(uri: str) -> Iterator[Found]:
    """The files behind a URI."""
    match = _BUCKET.fullmatch(uri)
    assert match
    bucket, key = match[1], match[2].rstrip("/")
    try:
        objects = Objects(bucket)
        names = _names(objects, key)
        with tempfile.TemporaryDirectory(prefix="sitrep-") as folder:
            for name in names:
                path = Path(folder) / "object"
                if objects.download(name, path) is not None:
                    yield Found(f"{bucket}/{name}", path)
    except ObjectsError as error:
        yield Found(uri, None, "unreadable", str(error))
        return
    if not names:
        yield Found(uri, None, "unreadable", f"there is no object or folder {uri}")


def _names(objects: Objects, key: str) -> list[str]:
    if key and objects.listed(key) is not None:
        return [key]
    found = [one.name for one in objects.list(_MAGIC.split(key)[0].rpartition("/")[0] if _MAGIC.search(key) else key)]
    ours = [name.removesuffix(_DATA) for name in found if name == _DATA or name.endswith(f"/{_DATA}")]
    return sorted(
        name
        for name in found
        if not name.startswith(tuple(ours))
        and not any(part.startswith(".") for part in name.split("/"))
        and not name.endswith("/")
        and (not _MAGIC.search(key) or fnmatchcase(name, key))
    )
