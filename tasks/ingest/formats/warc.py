"""Web archives (WARC): each page that was fetched is a record, known by its address.

Read are answers of HTML and plain text with status 200; what else was fetched (pictures, scripts, errors) is refused
by its kind, one by one. Requests and notes of the crawler are no input. A record without an address is read all the
same, under its number. When a page was fetched is no day of publication; that stays in the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from tasks.ingest.format import MAX_RECORD_BYTES, Format, Record, guarded, said
from tasks.ingest.formats.html import MAX_BYTES

_FETCHED = ("response", "resource")
_MEDIA = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False)


def _begins(head: bytes) -> bool:
    return head.startswith(b"WARC/1.")


def _records(path: Path) -> Iterator[Record]:
    number = 0
    with path.open("rb") as stream:
        # warcio gives up the whole file at a record whose headers of HTTP it cannot parse, or that has no address
        for found in ArchiveIterator(stream, no_record_parse=True):
            if found.rec_type in _FETCHED:
                number += 1
                yield _record(number, found)


def _record(number: int, found: ArcWarcRecord) -> Record:
    # an older archive (ARC) calls it otherwise
    address = found.rec_headers.get_header("WARC-Target-URI") or found.rec_headers.get_header("uri") or ""
    try:
        found.http_headers = _http_headers(address, found)
        return _page(number, address, found)
    except Exception as error:  # noqa: BLE001 - libraries raise anything; one bad record costs no other
        return _refused(number, address, "broken_record", f"the record cannot be read: {said(error)}")


def _http_headers(address: str, found: ArcWarcRecord) -> StatusAndHeaders | None:
    """What the host said before the page; None where the record is the page alone."""
    told = address or found.content_type or ""
    is_http = found.rec_type == "response" and told.startswith(("http:", "https:", "application/http"))
    return _HTTP.parse(found.raw_stream) if is_http and found.length != 0 else None


def _refused(number: int, address: str, reason_code: str, why: str) -> Record:
    return Record(number, b"", None, reason_code, f"{address or 'no address'}: {why}")


def _page(number: int, address: str, found: ArcWarcRecord) -> Record:
    headers = found.http_headers or found.rec_headers
    told, _, more = (headers.get_header("Content-Type") or "").partition(";")
    status = found.http_headers.get_statuscode() if found.http_headers else "200"
    media = _MEDIA.get(told.strip().lower())
    if media is None or status != "200":
        what = f"{told.strip() or 'no kind'}, status {status}"
        return _refused(number, address, "unknown_format", f"{what}; no report is read from that")
    most = MAX_BYTES if media == "html" else MAX_RECORD_BYTES
    content = found.content_stream().read(most + 1)
    if len(content) > most:
        return _refused(number, address, "too_large", f"more than {most // 2**20} MB in one page")
    if not content.strip():
        return _refused(number, address, "empty", "the page holds nothing but white space")
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
