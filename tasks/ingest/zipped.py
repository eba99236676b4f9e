"""Documents that are ZIP files inside (DOCX, ODT, XLSX), checked before anything of them is unpacked.

In comes a path, out comes why it is not to be opened, or None: a few bytes may unpack to gigabytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tasks.ingest.format import Record, Records

# what a document may unpack to: office files are text with a schema around it
_MOST_BYTES = 200 * 2**20
_MOST_PARTS = 10_000


def within_bounds(records: Callable[[Path], Iterator[Record]]) -> Records:
    """A reader of such documents that refuses one that unpacks to too much, by what its parts say of themselves."""

    def read(path: Path) -> Iterator[Record]:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
        size = sum(part.file_size for part in parts)
        if size > _MOST_BYTES or len(parts) > _MOST_PARTS:
            message = f"the document unpacks to {size // 2**20} MB in {len(parts)} parts; too much to be one report"
            yield Record(None, b"", None, "expands_too_far", message)
        else:
            yield from records(path)

    return read
