"""Saved pages (MHTML): the page among the parts of the file; when it was saved is no day of publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tasks.ingest.format import Format, Record, guarded
from tasks.ingest.formats.html import MAX_BYTES
from tasks.ingest.messages import part_text

_KIND = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_PAGE = re.compile(rb"text/html", re.IGNORECASE)


def _begins(head: bytes) -> bool:
    start = head[:4096]
    return start[:5].lower() in (b"from:", b"mime-") and bool(_KIND.search(start) and _PAGE.search(start))


def _records(path: Path) -> Iterator[Record]:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    if not isinstance(page, EmailMessage):
        yield Record(None, b"", None, "no_text", "the file holds no page")
        return
    url = message.get("Snapshot-Content-Location") or page.get("Content-Location")
    fields = {"url": url and str(url), "title": message.get("Subject"), "saved": message.get("Date")}
    given = {name: " ".join(str(value).split()) for name, value in fields.items() if value}
    content = part_text(page).encode("utf-8", "replace")
    if len(content) > MAX_BYTES:
        yield Record(None, b"", None, "too_large", f"more than {MAX_BYTES // 2**20} MB in one page")
    else:
        yield Record(None, content, given)


FORMAT = Format(
    (".mhtml", ".mht"),
    guarded("saved page", _records),
    media_code="html",
    begins=_begins,
    is_text=False,
    max_bytes=100 * 2**20,
)
