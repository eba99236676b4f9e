"""Every format that a news desk has gives its text, title, day and address, and none of its own furniture."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest
from ingesting import NOW, ingest
from office_files import open_document, pdf, spreadsheet, web_archive, word

from tasks.clean import clean_documents
from tasks.ingest import Naming, read
from tasks.vocabularies import load

SAMPLES = Path(__file__).parent / "samples"
HELD = "Police held two men in Gao on Tuesday"
WIRE, DESK = "https://wire.example", "https://desk.example"
EXTIM = "EXTIM00020240508ek5800001"
HEADER = (72, 760, "Example Wire, 8 May 2024")


def texts(documents: list[dict[str, Any]]) -> list[str]:
    return [json.loads(row["content"])["text"] for row in documents]


def cleaned(path: Path) -> list[dict[str, Any]]:
    """What a file holds, as clean hands it on."""
    words = [load(name) for name in ("sources", "boilerplate", "agencies")]
    rows = []
    for raw, refused in read([str(path)], words[0], None, NOW, Naming(load("record_profiles"))):
        assert not refused.num_rows, refused.to_pylist()
        documents, rejects = clean_documents(raw, *words)
        assert not rejects.num_rows, rejects.to_pylist()
        rows += documents.to_pylist()
    return rows


@pytest.mark.parametrize(
    ("name", "published", "facts"),
    [
        ("rss.xml", "2024-05-08", {"external_id": "wire-7", "url": f"{WIRE}/a", "publisher": "Example Wire"}),
        ("atom.xml", "2024-05-08", {"external_id": "urn:uuid:7", "url": f"{DESK}/a", "author": "A. Writer"}),
        ("feed.json", "2024-05-08", {"external_id": "7", "url": f"{DESK}/a", "publisher": "Example Desk"}),
        ("message.eml", "2024-05-08", {"external_id": "<7@desk.example>", "author": "Desk Río <desk@desk.example>"}),
        ("desk.mbox", "2024-05-08", {"external_id": "<7@desk.example>"}),
        ("page.mhtml", "2024-05-08", {"url": "https://wire.example/a"}),
        ("report.rtf", None, {"author": "A. Writer"}),
        ("nexis.txt", "2024-05-08", {"title": "Two Men Held in Gao", "publisher": "Example Times", "url": "http://times.example/a"}),
        ("nexis.html", "2024-05-08", {"title": "Two Men Held in Gao", "publisher": "Example Times"}),
        ("nexis_advance.txt", "2024-05-08", {"publisher": "Example Times", "author": "A. Writer"}),
        ("factiva.txt", "2024-05-08", {"external_id": EXTIM, "publisher": "Example Times"}),
        ("factiva_plain.txt", "2024-05-08", {"external_id": EXTIM, "publisher": "Example Times"}),
        ("factiva_coded.html", "2024-05-08", {"external_id": EXTIM, "publisher": "Example Times"}),
        ("factiva.html", "2024-05-08", {"external_id": EXTIM, "publisher": "Example Times"}),
        ("tweets.js", "2024-05-08", {"external_id": "7", "title": None, "url": "https://x.com/i/web/status/7"}),
    ],
)  # fmt: skip
def test_a_sample_in_the_public_shape_is_read(name: str, published: str | None, facts: dict[str, str | None]) -> None:
    first = cleaned(SAMPLES / name)[0]
    assert HELD in first["text"]
    assert not any(sign in first["text"] for sign in ("<", ">", "=\n", "LENGTH", "Load-Date", "words", "\\par"))
    assert str(first["published_date"]) == str(published)
    expected = {"title": "Two men held in Gao"} | facts
    assert {fact: first[fact] for fact in expected} == expected


FRONT_MATTER = (
    "---\ntitle: 'Two men held: Gao'\ndate: 2024-05-08\nauthors: [A. Writer, B. Other]\nlayout: post\n---\n",
    "+++\ntitle = 'Two men held: Gao'\ndate = 2024-05-08T09:00:00Z\nauthor = 'A. Writer, B. Other'\n+++\n",
)


@pytest.mark.parametrize("before", FRONT_MATTER)
def test_front_matter_of_markdown_declares_and_is_no_text(tmp_path: Path, before: str) -> None:
    (tmp_path / "r.md").write_text(f"{before}\n# Gao\n\n{HELD}.\n\n---\n\nA third *fled*.\n")
    [document] = cleaned(tmp_path)
    assert document["text"] == f"Gao\n{HELD}.\nA third fled."
    facts = {"title": "Two men held: Gao", "author": "A. Writer, B. Other", "published_basis_code": "declared"}
    assert {name: document[name] for name in facts} == facts and str(document["published_date"]) == "2024-05-08"


@pytest.mark.parametrize("before", ["---\n[a: b: c\n---\n", "---\nRebels took Goma.\n---\n", "---\n"])
def test_what_only_looks_like_front_matter_stays_text(tmp_path: Path, before: str) -> None:
    (tmp_path / "r.md").write_text(f"{before}{HELD}.\n")
    [document] = cleaned(tmp_path)
    assert HELD in document["text"] and ("Rebels" in before) == ("Rebels" in document["text"])


def test_letters_of_feeds_mails_and_rich_text_are_read_by_their_encoding() -> None:
    for name in ("rss.xml", "message.eml", "report.rtf"):
        assert "over the Río bridge." in cleaned(SAMPLES / name)[0]["text"]


OF_TWO = ("rss.xml desk.mbox nexis.txt nexis.html nexis_advance.txt factiva.txt factiva_plain.txt factiva.html "
          "factiva_coded.html").split()  # fmt: skip


@pytest.mark.parametrize("name", OF_TWO)
def test_each_article_of_a_file_is_a_report_of_its_own(name: str) -> None:
    documents, rejects = ingest(SAMPLES / name)
    assert not rejects and [row["uri"].rpartition("#")[2] for row in documents] == ["1", "2"]
    second = cleaned(SAMPLES / name)[1]
    assert second["title"] == "Bridge reopened" and str(second["published_date"]) == "2024-05-09"
    assert second["text"].startswith("Soldiers reopened the bridge at Ansongo on Wednesday.")
    assert "two men" not in second["text"]


def test_what_newspaper_exports_count_and_place_is_kept() -> None:
    for name in ("nexis.txt", "factiva.txt", "factiva_plain.txt"):
        first = ingest(SAMPLES / name)[0][0]
        assert json.loads(first["metadata"])["words"] == "412"
    assert cleaned(SAMPLES / "nexis.txt")[0]["text"].startswith("GAO, Mali - Police held")


def test_a_mail_is_its_text_and_says_what_is_attached() -> None:
    [document], _ = ingest(SAMPLES / "message.eml")
    assert "Desk of Example Wire" not in texts([document])[0] and "<p>" not in texts([document])[0]
    assert json.loads(document["metadata"]) == {"attachments": ["map.pdf"]}


def test_a_channel_of_telegram_gives_its_messages_with_day_and_name() -> None:
    documents, rejects = ingest(SAMPLES / "result.json")
    assert texts(documents) == [f"{HELD}, the mayor said."]
    facts = {"external_id": "77/2", "published": "2024-05-08T09:00:00", "publisher": "Example Desk"}
    assert {name: documents[0][name] for name in facts} == facts
    # a picture without words is no report, and is not passed over in silence
    assert [(row["uri"].rpartition("#")[2], row["reason_code"]) for row in rejects] == [("2", "no_text")]


def test_an_export_of_all_chats_of_telegram_is_read_chat_by_chat(tmp_path: Path) -> None:
    chats = [json.loads((SAMPLES / "result.json").read_text()) | {"id": number} for number in (5, 6)]
    told = {"about": "Here is the data.", "personal_information": {"bio": "x" * 9000}, "chats": {"list": chats}}
    (tmp_path / "result.json").write_text(json.dumps(told))
    assert [row["external_id"] for row in ingest(tmp_path)[0]] == ["5/2", "6/2"]


def test_a_pdf_is_read_by_columns_without_hyphens_headers_and_footers(tmp_path: Path) -> None:
    left = "Police held two men in Gao on Tues-\nday, the mayor said. A third fled and\nwas seen with al-\nShabaab"
    right = "fighters, a trader said. The govern-\nment sent troops to the town."
    pages = [
        [HEADER, (72, 700, left), (340, 700, right), (300, 30, "Page 1 of 2")],
        [HEADER, (72, 700, "On Wednesday the bridge was reopened."), (300, 30, "Page 2 of 2")],
    ]  # fmt: skip
    pdf(tmp_path / "r.pdf", *pages)
    [document], rejects = ingest(tmp_path)
    assert not rejects and document["title"] == "Two men held in Gao"
    assert texts([document])[0] == (
        "Police held two men in Gao on Tuesday, the mayor said. A third fled and was seen with al-Shabaab fighters, "
        "a trader said. The government sent troops to the town.\n\nOn Wednesday the bridge was reopened."
    )
    # when the file was made dates nothing
    assert document["published"] is None


def test_a_pdf_without_text_or_that_is_broken_or_a_bomb_is_refused_by_what_it_is(tmp_path: Path) -> None:
    import zlib

    pdf(tmp_path / "scan.pdf", [])
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.4\nnot really")
    bomb = zlib.compress(zlib.compress(b"\0" * 100 * 2**20))
    (tmp_path / "bomb.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + bomb + b"\nendstream\n"
    )
    documents, rejects = ingest(tmp_path)
    why = {Path(row["uri"]).name: row["reason_code"] for row in rejects}
    assert not documents
    assert why == {"scan.pdf": "no_text", "torn.pdf": "unreadable", "bomb.pdf": "expands_too_far"}


def test_office_documents_give_their_paragraphs(tmp_path: Path) -> None:
    word(tmp_path / "w.docx", f"{HELD}, the mayor said.", "A third fled.")
    deleted = "<text:tracked-changes><text:p>Nobody was held.</text:p></text:tracked-changes>"
    note = "<text:note><text:note-body><text:p>Local count.</text:p></text:note-body></text:note>"
    open_document(
        tmp_path / "o.odt",
        f"{deleted}<text:h>Gao</text:h><text:p>{HELD},{note}<text:s/>the mayor said.</text:p>"
        "<text:p>A third fled.</text:p>",
    )
    documents, rejects = ingest(tmp_path)
    assert not rejects and [row["title"] for row in documents] == ["Two men held in Gao"] * 2
    assert texts(documents) == [
        f"Gao\n\n{HELD}, the mayor said.\n\nA third fled.",
        f"{HELD}, the mayor said.\n\nA third fled.\n\nHeld | 2",
    ]


def test_rows_of_all_sheets_are_records(tmp_path: Path) -> None:
    import datetime as dt

    spreadsheet(
        tmp_path / "r.xlsx",
        May=[["ID", "Date", "Text"], [1, dt.datetime(2024, 5, 8), f"{HELD}."], [None], [2, None, "A third fled."]],
        June=[["id", "date", "text"], [3, "2024-06-01", "Troops left."]],
        Notes=[["This sheet says how it was made."]],
    )
    documents, [reject] = ingest(tmp_path)
    assert [row["external_id"] for row in documents] == ["1", "2", "3"]
    assert [row["published"] for row in documents] == ["2024-05-08", None, "2024-06-01"]
    assert reject["reason_code"] == "broken_record" and "Notes" in reject["message"]


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_a_web_archive_gives_its_pages(tmp_path: Path, name: str) -> None:
    page = "<html><head><meta charset='utf-8'></head><body><p>Police held two men at the Río.</p></body></html>"
    web_archive(
        tmp_path / name,
        ("https://wire.example/a", "200 OK", "text/html; charset=iso-8859-1", page.encode("latin-1")),
        ("https://wire.example/a.png", "200 OK", "image/png", b"\x89PNG"),
        ("https://wire.example/gone", "404 Not Found", "text/html", b"<p>Nothing here.</p>"),
        is_packed=name.endswith("gz"),
    )
    [document], rejects = ingest(tmp_path)
    assert (document["external_id"], document["url"]) == ("https://wire.example/a",) * 2
    assert document["media_code"] == "html" and "at the Río." in document["content"].decode()
    assert [row["reason_code"] for row in rejects] == ["unknown_format"] * 2
    assert "404" in rejects[1]["message"] and "image/png" in rejects[0]["message"]


def answer(text: str, *headers: str, cut: int = 0) -> bytes:
    """The record of a fetched page with these headers; of `cut` bytes more than there are."""
    page = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>{text}</p>" if text else ""
    told = ("WARC/1.0", "WARC-Type: response", *headers, f"Content-Length: {len(page) + cut}")
    return "\r\n".join([*told, "Content-Type: application/http; msgtype=response", "", page, "", ""]).encode()


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_one_odd_record_of_a_web_archive_costs_no_other(tmp_path: Path, name: str) -> None:
    made = (
        answer(f"{HELD}.", f"WARC-Target-URI: {WIRE}/a"),
        answer(f"{HELD} as well."),
        answer("", f"WARC-Target-URI: {WIRE}/b"),
        answer("Troops left.", f"WARC-Target-URI: {WIRE}/c"),
        answer("", f"WARC-Target-URI: {WIRE}/d", cut=9).rstrip() + b"\r\n\r\n",
    )
    pieces = map(gzip.compress, made) if name.endswith("gz") else made
    (tmp_path / name).write_bytes(b"".join(pieces))
    documents, rejects = ingest(tmp_path)
    assert [(row["url"], row["content"].decode()) for row in documents] == [
        (f"{WIRE}/a", f"<p>{HELD}.</p>"), (None, f"<p>{HELD} as well.</p>"), (f"{WIRE}/c", "<p>Troops left.</p>"),
    ]  # fmt: skip
    assert documents[1]["external_id"] == "crawl.warc:2"
    assert [row["uri"].partition("#")[2] for row in rejects] == ["3", "5"]
    assert rejects[0]["reason_code"] == "unknown_format"
    assert rejects[1]["reason_code"] == "broken_record" and f"{WIRE}/d" in rejects[1]["message"]


def test_samples_are_known_without_their_endings(tmp_path: Path) -> None:
    for sample in SAMPLES.iterdir():
        shutil.copy(sample, tmp_path / f"{sample.stem}_{sample.suffix[1:]}.sample")
    word(tmp_path / "w.sample", HELD)
    documents, _ = ingest(tmp_path)
    read_here = {Path(row["uri"].partition("#")[0]).name for row in documents}
    assert read_here == {path.name for path in tmp_path.iterdir()}
    assert not any(b"Message-ID" in row["content"] or b"<item>" in row["content"] for row in documents)


@pytest.mark.parametrize("name", ["feed", "feed.json", "feed.dat"])
def test_json_lines_are_known_whatever_they_are_called(tmp_path: Path, name: str) -> None:
    lines = [json.dumps({"id": number, "text": f"{HELD} {number}."}) for number in range(3)]
    (tmp_path / name).write_text("\ufeff" + "\n".join([*lines, "{", ""]), encoding="utf-8")
    documents, [reject] = ingest(tmp_path)
    assert [row["external_id"] for row in documents] == ["0", "1", "2"]
    assert reject["reason_code"] == "broken_record" and reject["uri"].endswith("#4")


@pytest.mark.parametrize(
    "head", ["id,text", "Date;ID;Text;Source", '"id"\t"text"', "event_id_cnty,event_date,notes,text"]
)
def test_rows_under_names_of_columns_are_known_without_an_ending(tmp_path: Path, head: str) -> None:
    sign = next(one for one in ",;\t" if one in head)
    cells = {"text": f"{HELD}.", "id": "7"}
    row = sign.join(cells.get(name.strip('"').lower(), "") for name in head.split(sign))
    (tmp_path / "feed").write_text(f"{head}\n{row}\n")
    (tmp_path / "prose").write_text(f"Gao, Mopti, Kidal, Timbuktu\n{HELD}, the mayor said.\n")
    documents, rejects = ingest(tmp_path)
    assert not rejects and [row["media_code"] for row in documents] == ["record", "text"]
    assert texts(documents[:1]) == [f"{HELD}."]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("app.js", b"function killed() { return 5; }", "a script"),
        ("run.py", b"print('Rebels killed five men.')", "a script"),
        ("site.css", b"p { color: red }", "a style sheet"),
        ("map.png", b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
        ("tool", b"#!/bin/sh\nkill -9 5\n", "a script"),
        ("drawing", b"<?xml version='1.0'?><svg><text>Rebels killed five men.</text></svg>", "XML"),
    ],
)
def test_files_that_hold_no_report_are_refused_by_what_they_are(
    tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(content)
    documents, [reject] = ingest(tmp_path)
    assert not documents and reject["reason_code"] == "unknown_format" and kind in reject["message"]


def test_xml_that_is_no_feed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text("<nitf><body>Rebels killed five men.</body></nitf>")
    documents, [reject] = ingest(tmp_path)
    assert not documents and reject["reason_code"] == "unknown_format" and "<nitf>" in reject["message"]


def test_feeds_of_other_make_are_read(tmp_path: Path) -> None:
    item = "<item><title>Two held</title><description>Police held two men at the Río.</description></item>"
    wide = f'<?xml version="1.0" encoding="utf-16"?><rss><channel><title>Wire</title>{item}</channel></rss>'
    (tmp_path / "wide.xml").write_bytes(wide.encode("utf-16"))
    (tmp_path / "xhtml.atom").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>7</id><updated>2024-05-08T00:00:00Z</updated>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><ul><li>Two</li></ul></div></content>'
        "</entry></feed>"
    )
    documents, rejects = ingest(tmp_path)
    assert not rejects and texts(documents) == ["Police held two men at the Río.", "One.\n\nTwo"]
    # an id is no address
    assert (documents[1]["external_id"], documents[1]["url"]) == ("7", None)


def test_a_word_document_gives_what_stands_in_it_now(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml

    spaces = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    paragraph = document.add_paragraph("Gunmen killed ")
    for markup in (
        "<w:del {}><w:r><w:delText>sixteen</w:delText></w:r></w:del>",
        "<w:ins {}><w:r><w:t>six</w:t></w:r></w:ins>",
    ):
        paragraph._p.append(parse_xml(markup.format(spaces)))
    paragraph.add_run(" farmers.")
    form = "<w:sdt {}><w:sdtContent><w:p><w:r><w:t>In a form.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(form.format(spaces)))
    document.save(str(tmp_path / "r.docx"))
    assert texts(ingest(tmp_path)[0]) == ["In a form.\n\nGunmen killed six farmers."]


def test_a_mail_is_read_without_an_encoding_and_under_another_ending(tmp_path: Path) -> None:
    head = "From: Desk <a@b.example>\nSubject: Two held\nDate: Wed, 8 May 2024 09:00:00 +0000\n"
    (tmp_path / "press.txt").write_text(f"{head}\nPolice held two men at the Río.\n")
    page = "Content-Type: text/html\n\n<p>Police held two men at the Río.</p>\n"
    parts = f"--x\nContent-Type: text/plain\n\n \n--x\n{page}--x--\n"
    (tmp_path / "empty.eml").write_text(f"{head}Content-Type: multipart/alternative; boundary=x\n\n{parts}")
    documents, _ = ingest(tmp_path)
    assert [text.strip() for text in texts(documents)] == ["Police held two men at the Río."] * 2
    assert {row["title"] for row in documents} == {"Two held"}


def test_what_libraries_say_of_damaged_files_reaches_no_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    web_archive(tmp_path / "r.warc", (f"{WIRE}/a", "200 OK", "text/html", b"<p>Police held two men.</p>"))
    content = (tmp_path / "r.warc").read_bytes()
    (tmp_path / "r.warc").write_bytes(content.replace(b"Content-Length: ", b"Content-Length: 1", 1)[:-40])
    pdf(tmp_path / "r.pdf", [(72, 700, HELD)])
    (tmp_path / "r.pdf").write_bytes(
        (tmp_path / "r.pdf").read_bytes().replace(b"612 792", b"a b").replace(b"/Font ", b"/Fnt ")
    )
    ingest(tmp_path)
    assert not capfd.readouterr().err and not caplog.records


def test_an_odd_item_or_letter_costs_no_report(tmp_path: Path) -> None:
    items = [{"content_html": 5}, {"authors": 7, "content_text": HELD}, {"authors": [{"name": 7}], "content_text": "A"}]
    (tmp_path / "f.json").write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    for charset in ("idna", "undefined", "rot13", "punycode"):
        mail = f"Content-Type: text/plain; charset={charset}\nFrom: =?utf-8?b?\xff?=\n\n{HELD} as {charset}."
        (tmp_path / f"{charset}.eml").write_text(mail)
    codes = "\\u9999999999999999999? \\u-99999? \\u-10179?\\u-8704? \\u55357?"
    (tmp_path / "r.rtf").write_text(f"{{\\rtf1 {codes} {HELD}.}}")
    documents, rejects = ingest(tmp_path)
    assert [row["reason_code"] for row in rejects] == ["no_text"] and len(documents) == 7
    told = texts(documents)
    assert sum(HELD in text for text in told) == 6 and any("\N{GRINNING FACE}" in text for text in told)


def test_tables_in_tables_are_told_once(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(HELD)
    cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
    for depth in range(40):
        cell.text = f"Row {depth}."
        cell = cell.add_table(rows=1, cols=1).rows[0].cells[0]
    cell.text = "The last row."
    document.save(str(tmp_path / "r.docx"))
    [found] = cleaned(tmp_path)
    assert found["text"].count("Row 39.") == 1 and found["text"].count("The last row.") == 1
