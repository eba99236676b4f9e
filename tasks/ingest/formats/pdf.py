"""PDF with a text layer: columns in the order in which they are read, hyphenated line ends joined, page furniture out.

What repeats at the top or bottom of pages is a header or a footer. When the file was made is no day of publication;
that stays in the metadata. A file of pictures alone (a scan) is refused: nothing here reads pictures.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTTextContainer
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfparser import PDFParser
from pdfminer.utils import decode_text

from tasks.ingest.format import Format, Record, guarded, written

_MOST_PAGES = 1_000
# what one stream may unpack to, and how often it may be packed in itself
_MOST_STREAM_BYTES = 64 * 2**20
_MOST_PACKED = 4
_STREAM = re.compile(rb"stream\r?\n")
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_HYPHENED = re.compile(r"(\w)[-\u2010\u00ad]\n(?=[a-z])")
_KEPT_HYPHEN = re.compile(r"(\w[-\u2010])\n(?=\w)")
_ITEMS = re.compile(r"\n(?=[•‣▪●◦–-] )")
# signs of a font that says of no letter what it is
_UNKNOWN_SIGNS = re.compile(r"\(cid:\d+\)")
# what programs write where nobody gave a title or an author
_NOBODYS = re.compile(
    r"(?i)\s*(?:\(?anonymous\)?|untitled.*|unknown|microsoft word - .*|.*\.(?:docx?|indd|qxd|tmp))\s*"
)
_NUMBERS = re.compile(r"\d+")
# it logs what it meets in a damaged file, with bytes of it, wherever logs go
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
# boxes of a page, from its top and from its bottom, that may be its furniture
_AT_EDGE = 2
_WIDE = 0.6


@dataclass(frozen=True)
class _Box:
    """A block of text on a page: its edges in points, from the left and the bottom."""

    left: float
    right: float
    bottom: float
    top: float
    text: str


def _begins(head: bytes) -> bool:
    return b"%PDF-" in head[:1024]


def _records(path: Path) -> Iterator[Record]:
    if _is_bomb(path.read_bytes()):
        message = f"a part of the file unpacks to more than {_MOST_STREAM_BYTES // 2**20} MB"
        yield Record(None, b"", None, "expands_too_far", message)
        return
    try:
        about, pages = _about(path), _pages(path)
    except PDFPasswordIncorrect:
        yield Record(None, b"", None, "unreadable", "the file is locked by a password")
        return
    if len(pages) > _MOST_PAGES:
        yield Record(None, b"", None, "too_large", f"more than {_MOST_PAGES} pages in one file")
        return
    text = _joined([box.text for page in _without_furniture(pages) for box in page])
    if not text.strip():
        message = f"the file's {len(pages)} pages hold no text layer; are they pictures (a scan)?"
        yield Record(None, b"", None, "no_text", message)
        return
    yield written(None, about | {"text": text, "pages": len(pages)})


def _about(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        told = PDFDocument(PDFParser(stream)).info
    info = {name: decode_text(value) for one in told for name, value in one.items() if isinstance(value, bytes)}
    names = {field: info.get(field.title()) for field in ("title", "author")}
    given = {field: told for field, told in names.items() if told and not _NOBODYS.fullmatch(told)}
    return given | {"created": info.get("CreationDate")}


def _pages(path: Path) -> list[list[_Box]]:
    """The blocks of each page in the order in which they are read; at most one page more than are read."""
    pages = []
    # the library's own order of boxes takes the cube of their number on a page that is made to harm
    for layout in extract_pages(path, maxpages=_MOST_PAGES + 1, laparams=LAParams(boxes_flow=None)):
        boxes = [
            _Box(box.x0, box.x1, box.y0, box.y1, box.get_text().strip())
            for box in layout
            if isinstance(box, LTTextContainer) and box.get_text().strip()
        ]
        pages.append(_in_order(boxes))
    return pages


def _in_order(boxes: list[_Box]) -> list[_Box]:
    """Blocks as they are read: down the page, and where several columns stand between wide blocks, column by column."""
    if not boxes:
        return []
    width = max(box.right for box in boxes) - min(box.left for box in boxes)
    ordered: list[_Box] = []
    narrow: list[_Box] = []
    for box in sorted(boxes, key=lambda box: (-box.top, box.left)):
        if box.right - box.left > _WIDE * width:
            ordered += (*_by_column(narrow), box)
            narrow = []
        else:
            narrow.append(box)
    return ordered + _by_column(narrow)


def _by_column(boxes: list[_Box]) -> list[_Box]:
    columns: list[list[_Box]] = []
    right = float("-inf")
    for box in sorted(boxes, key=lambda box: box.left):
        if box.left >= right:
            columns.append([])
        columns[-1].append(box)
        right = max(right, box.right)
    return [box for column in columns for box in sorted(column, key=lambda box: -box.top)]


def _without_furniture(pages: list[list[_Box]]) -> list[list[_Box]]:
    """The pages without what stands at the edge of half of them or more, whatever numbers are in it."""
    edges = [{_shape(box) for box in _edge(page)} for page in pages]
    counts = Counter(shape for edge in edges for shape in edge)
    repeated = {shape for shape, count in counts.items() if count >= 2 and count * 2 >= len(pages)}
    return [
        [box for box in page if not (box in edge and (_shape(box) in repeated or _shape(box) in ("#", "- # -")))]
        for page in pages
        for edge in [_edge(page)]
    ]


def _edge(page: list[_Box]) -> list[_Box]:
    by_height = sorted(page, key=lambda box: -box.top)
    return by_height[:_AT_EDGE] + by_height[-_AT_EDGE:]


def _shape(box: _Box) -> str:
    return _NUMBERS.sub("#", box.text)


def _joined(blocks: list[str]) -> str:
    """Blocks as paragraphs; a sentence that goes on in the next column or page is one with it."""
    paragraphs: list[str] = []
    for block in blocks:
        if paragraphs and not _ENDS.search(paragraphs[-1]) and block[:1].islower():
            paragraphs[-1] += f"\n{block}"
        else:
            paragraphs.append(block)
    return "\n\n".join(_unbroken(part) for paragraph in paragraphs for part in _ITEMS.split(paragraph))


def _unbroken(text: str) -> str:
    """A paragraph in one line: a word that was cut at a line's end is whole again, "al-" before a capital stays."""
    text = "\n".join(" ".join(line.split()) for line in _UNKNOWN_SIGNS.sub("", text).split("\n"))
    return _KEPT_HYPHEN.sub(r"\1", _HYPHENED.sub(r"\1", text)).replace("\n", " ")


def _is_bomb(content: bytes) -> bool:
    """Whether a stream of the file, or one packed in it, unpacks to more than is read."""
    starts = [found.end() for found in _STREAM.finditer(content)]
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        data = content[start:end]
        for _ in range(_MOST_PACKED):
            try:
                data = zlib.decompressobj().decompress(data, _MOST_STREAM_BYTES + 1)
            except zlib.error:
                break
            if len(data) > _MOST_STREAM_BYTES:
                return True
    return False


FORMAT = Format((".pdf",), guarded("PDF", _records), begins=_begins, is_text=False, max_bytes=50 * 2**20)
