"""Word documents (DOCX): paragraphs and tables in their order; headers, footers, notes and pictures are left out.

The title is the document's own, else its paragraph of the style Title. When it was made is no day of publication; that
stays in the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
from docx.oxml.ns import qn
from lxml import etree

from tasks.ingest.format import Format, Record, guarded, written
from tasks.ingest.zipped import within_bounds

# what holds paragraphs and tables: the table itself, fields to be filled in, what was put in since
_AROUND = frozenset(map(qn, ("w:tbl", "w:sdt", "w:sdtContent", "w:ins", "w:customXml")))
_TEXTS = {qn("w:t"): "", qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def _begins(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and b"word/" in head


def _records(path: Path) -> Iterator[Record]:
    document = docx.Document(str(path))
    about = document.core_properties
    headed = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Title" and p.text]
    yield written(
        None,
        {
            "title": about.title or (headed[0] if headed else None),
            "author": about.author,
            "text": "\n\n".join(_blocks(document.element.body)),
            "created": about.created.isoformat() if about.created else None,
        },
    )


def _blocks(parent: etree._Element) -> Iterator[str]:
    """The paragraphs in an element, and rows of tables with a bar between their cells."""
    for node in parent:
        if node.tag == qn("w:p"):
            yield _text(node)
        elif node.tag == qn("w:tr"):
            cells = (" ".join(_blocks(cell)).strip() for cell in _cells(node))
            yield " | ".join(cell for cell in cells if cell)
        elif node.tag in _AROUND:
            yield from _blocks(node)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    """The cells of a row itself: what stands in tables in them is theirs, and would be told twice for each table."""
    for node in row:
        if node.tag == qn("w:tc"):
            yield node
        elif node.tag in _AROUND:
            yield from _cells(node)


def _text(paragraph: etree._Element) -> str:
    """The words of a paragraph: what was put in since, too, and not what was taken out; text boxes are left out."""
    kept = []
    for node in paragraph.iter(*_TEXTS):
        if all(above.tag != qn("w:txbxContent") for above in node.iterancestors()):
            kept.append(node.text or "" if node.tag == qn("w:t") else _TEXTS[node.tag])
    return "".join(kept)


FORMAT = Format(
    (".docx",), guarded("Word document", within_bounds(_records)), begins=_begins, is_text=False, max_bytes=50 * 2**20
)
