"""Word documents (DOCX): paragraphs and tables in their order; headers, footers, notes and pictures are left out.

The title is the document's own, else its paragraph of the style Title. When it was made is no day of publication; that
stays in the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
from docx.document import Document
from docx.table import Table

from tasks.ingest.format import Format, Record, guarded, written
from tasks.ingest.zipped import within_bounds


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
            "text": "\n\n".join(_blocks(document)),
            "created": about.created.isoformat() if about.created else None,
        },
    )


def _blocks(document: Document) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                # a cell that spans several is given once for each
                cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
                yield " | ".join(cell for cell in cells if cell)
        else:
            yield block.text


FORMAT = Format(
    (".docx",), guarded("Word document", within_bounds(_records)), begins=_begins, is_text=False, max_bytes=50 * 2**20
)
