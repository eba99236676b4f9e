"""Web archives (WARC): each page that was fetched is a record, known by its address.

Read are answers of HTML and plain text with status 200; what else was fetched (pictures, scripts, errors) is refused
by its kind, one by one. Requests and notes of the crawler are no input. When a page was fetched is no day of
publication; that stays in the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from tasks.ingest.format import MAX_RECORD_BYTES, Format, Record, guarded
from tasks.ingest.formats.html import MAX_BYTES

_FETCHED = ("response", "resource")
_MEDIA = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}


def _begins(head: bytes) -> bool:
    return head.startswith(b"WARC/1.")


def _records(path: Path) -> Iterator[Record]:
    number = 0
    with path.open("rb") as stream:
        for found in ArchiveIterator(stream):
            if found.rec_type in _FETCHED:
                number += 1
                yield _page(number, found)


def _page(number: int, found: ArcWarcRecord) -> Record:
    address = found.rec_headers.get_header("WARC-Target-URI") or ""
    headers = found.http_headers or found.rec_headers
    told, _, more = (headers.get_header("Content-Type") or "").partition(";")
    status = found.http_headers.get_statuscode() if found.http_headers else "200"
    media = _MEDIA.get(told.strip().lower())
    if media is None or status != "200":
        what = f"{told.strip() or 'no kind'}, status {status}"
        return Record(number, b"", None, "unknown_format", f"{address}: {what}; no report is read from that")
    most = MAX_BYTES if media == "html" else MAX_RECORD_BYTES
    content = found.content_stream().read(most + 1)
    if len(content) > most:
        return Record(number, b"", None, "too_large", f"{address}: more than {most // 2**20} MB in one page")
    if not content.strip():
        return Record(number, b"", None, "empty", f"{address}: the page holds nothing but white space")
    fields = {"id": address, "url": address, "fetched": found.rec_headers.get_header("WARC-Date")}
    return Record(number, _utf8(content, more), fields, media_code=media)


def _utf8(content: bytes, told: str) -> bytes:
    """The page in UTF-8 where its headers name another encoding: they are not kept with it."""
    charset = told.lower().partition("charset=")[2].strip(" \"';")
    try:
        return content.decode(charset).encode() if charset and charset != "utf-8" else content
    except (LookupError, UnicodeError):
        return content


FORMAT = Format((".warc",), guarded("web archive", _records), begins=_begins, is_text=False, in_pieces=True)
