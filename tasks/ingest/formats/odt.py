"""Open Document texts (ODT): headings, paragraphs and rows of tables in their order; notes, comments and deletions out.

When it was made is no day of publication; that stays in the metadata.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from tasks.ingest.format import Format, Record, guarded, written
from tasks.ingest.zipped import within_bounds

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_UNSEEN = (f"{_TEXT}tracked-changes", f"{_TEXT}note", f"{_OFFICE}annotation", f"{_TEXT}table-of-content")
_BLOCKS = (f"{_TEXT}h", f"{_TEXT}p")
_BLANKS = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
_ABOUT = {
    "title": "{http://purl.org/dc/elements/1.1/}title",
    "author": "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}initial-creator",
    "created": "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}creation-date",
}


def _begins(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and b"application/vnd.oasis.opendocument.text" in head


def _records(path: Path) -> Iterator[Record]:
    with zipfile.ZipFile(path) as archive:
        content = _tree(archive.read("content.xml"))
        about = _tree(archive.read("meta.xml")) if "meta.xml" in archive.namelist() else None
    told = {name: about.findtext(f".//{tag}") for name, tag in _ABOUT.items()} if about is not None else {}
    yield written(None, told | {"text": _text(content)})


def _tree(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _text(content: etree._Element) -> str:
    kept: list[str] = []
    unseen = 0
    for event, node in etree.iterwalk(content, events=("start", "end")):
        if event == "start":
            unseen += node.tag in _UNSEEN
            if not unseen:
                kept.append(_BLANKS.get(node.tag, "") + (node.text or ""))
            continue
        if node.tag in _BLOCKS and not unseen:
            kept.append("\n\n")
        unseen -= node.tag in _UNSEEN
        if not unseen:
            kept.append(node.tail or "")
    return "".join(kept).strip()


FORMAT = Format(
    (".odt",), guarded("Open Document", within_bounds(_records)), begins=_begins, is_text=False, max_bytes=50 * 2**20
)
