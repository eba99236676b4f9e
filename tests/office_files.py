"""Files of office programs and crawlers, made by a few lines each: what no person would review as bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import docx
import openpyxl
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

_LINE = 14


def pdf(path: Path, *pages: Iterable[tuple[int, int, str]], title: str = "Two men held in Gao") -> None:
    """A PDF of pages of (points from the left, from the bottom, lines of text)."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        shown = []
        for left, bottom, text in page:
            for number, line in enumerate(text.split("\n")):
                escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
                shown.append(f"BT /F1 12 Tf {left} {bottom - number * _LINE} Td ({escaped}) Tj ET")
        content = "\n".join(shown).encode("latin-1")
        parts.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        kids.append(len(parts) + 1)
        parts.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(parts)
        )
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    parts[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(kids))
    parts.append(b"<< /Title (%s) /CreationDate (D:20240601000000Z) >>" % title.encode())
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    out.write(trailer % (len(parts) + 1, len(parts), start))
    path.write_bytes(out.getvalue())


def word(path: Path, *paragraphs: str, title: str = "Two men held in Gao") -> None:
    """A Word document of these paragraphs and a table of two cells, with a header."""
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.author = "A. Writer"
    document.sections[0].header.paragraphs[0].text = "Example Wire, page header"
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    row = document.add_table(rows=1, cols=2).rows[0]
    row.cells[0].text, row.cells[1].text = "Held", "2"
    document.save(str(path))


def open_document(path: Path, body: str) -> None:
    """An Open Document text with this body (its XML)."""
    names = {"office": "office", "text": "text", "meta": "meta"}
    spaces = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in names.items())
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        archive.writestr(
            "meta.xml",
            f'<office:document-meta {spaces} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
            "<dc:title>Two men held in Gao</dc:title></office:meta></office:document-meta>",
        )


def spreadsheet(path: Path, **sheets: list[list[object]]) -> None:
    """A workbook of these sheets, rows of cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def web_archive(path: Path, *answers: tuple[str, str, str, bytes], is_packed: bool = False) -> None:
    """A WARC of (address, status, kind, bytes)."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=is_packed)
        writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "none"}))
        for address, status, kind, content in answers:
            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                address,
                "response",
                payload=io.BytesIO(content),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": dt.datetime(2024, 6, 1).isoformat() + "Z"},
            )
            writer.write_record(record)
