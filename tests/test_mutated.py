"""Whatever is wrong in a few places of a file or a sentence: no reader, clean, extract or resolve fails of it."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import gold_sentences
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from conftest import drawn_often
from hypothesis import given
from hypothesis import strategies as st
from ingesting import NOW
from mutations import CHANGES, Change, changed_archive, changed_bytes, changed_text
from office_files import open_document, pdf, spreadsheet, web_archive, word

from tasks.clean import clean_documents
from tasks.extract import Extractor, extract_documents
from tasks.ingest import Naming, read
from tasks.ingest.formats import FORMATS, format_of
from tasks.resolve import Resolver, resolve_mentions
from tasks.tables import RAW_DOCUMENTS
from tasks.vocabularies import load

SAMPLES = Path(__file__).parent / "samples"
HELD = "Police held two men in Gao on Tuesday, the mayor said. A third fled."
RECORD = {"id": "7", "title": "Two held", "published": "2024-05-08", "url": "https://a.example/7", "text": HELD}
PAGE = (
    "<html><head><title>Two held</title><meta property='article:published_time' content='2024-05-08T09:00:00Z'>"
    '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-05-08"}</script></head><body>'
    f"<nav><a href='/'>Home</a></nav><article><h1>Two held</h1><time datetime='2024-05-08'>8 May</time><p>{HELD}</p>"
    "<table><tr><td>Held</td><td>2</td></tr></table><blockquote>We fled.</blockquote><ul><li>One</li></ul></article>"
)
MARKDOWN = f"---\ntitle: Two held\ndate: 2024-05-08\n---\n\n# Gao\n\n{HELD}\n\n* [One](http://a.b)\n\n> Quoted\n\n```\n"
NOTE = f"GAO, Mali (AP) -- {HELD}\n\nRead also: Bridge reopened\n\n1) One item.\n2) Another, 9 May 2024.\n\n(c) AP"


def _made(name: str, folder: Path) -> bytes:
    """A file of a format, in the project's own words."""
    path = folder / name
    rows = pa.table({key: [value, value] for key, value in RECORD.items()})
    match name:
        case "r.parquet":
            pq.write_table(rows, path, compression="NONE")
        case "r.pdf":
            pdf(path, [(72, 700, HELD), (340, 700, HELD)], [(72, 700, HELD)])
        case "r.docx":
            word(path, HELD, HELD)
        case "r.odt":
            open_document(path, f"<text:h>Gao</text:h><text:p>{HELD}<text:s/></text:p>")
        case "r.xlsx":
            spreadsheet(path, May=[list(RECORD), list(RECORD.values())])
        case "r.warc":
            web_archive(path, *[(f"https://a.example/{n}", "200 OK", "text/html", PAGE.encode()) for n in range(2)])
        case "r.json":
            path.write_text(json.dumps({"articles": [RECORD, RECORD]}, indent=1))
        case "r.jsonl":
            path.write_text(f"{json.dumps(RECORD)}\n" * 2)
        case "r.csv":
            cells = ",".join(f'"{value}"' for value in RECORD.values())
            path.write_text(f"{','.join(RECORD)}\n{cells}\n{cells}\n")
        case _:
            path.write_text({"r.html": PAGE, "r.md": MARKDOWN, "r.txt": NOTE}[name])
    return path.read_bytes()


OWN = "r.parquet r.pdf r.docx r.odt r.xlsx r.warc r.json r.jsonl r.csv r.html r.md r.txt".split()
FILES = [*OWN, *sorted(path.name for path in SAMPLES.iterdir())]


VOCABULARIES = ("sources", "boilerplate", "agencies", "record_profiles")


@pytest.fixture(scope="module")
def vocabularies() -> list:
    return [load(name) for name in VOCABULARIES]


def whole(name: str, folder: Path) -> bytes:
    """The file of a name, before anything is changed in it."""
    return _made(name, folder) if name in OWN else (SAMPLES / name).read_bytes()


def changed(content: bytes, changes: list[Change]) -> bytes:
    """A file with these changes; of an archive mostly in the files that are in it."""
    inside = content.startswith(b"PK") and changes[0][1] % 4
    return (changed_archive if inside else changed_bytes)(content, changes)


def failures(name: str, content: bytes, folder: Path, vocabularies: list) -> list[str]:
    """What is told of errors that nobody foresaw, when ingest and clean treat a file; each input has an end."""
    (folder / name).write_bytes(content)
    *cleaning, profiles = vocabularies
    told, ended = [], 0
    for raw, refused in read([str(folder / name)], cleaning[0], None, NOW, Naming(profiles)):
        documents, rejects = clean_documents(raw, *cleaning)
        assert documents.num_rows + rejects.num_rows == raw.num_rows
        ended += raw.num_rows + refused.num_rows
        rows = refused.to_pylist() + rejects.to_pylist()
        told += [row["message"] for row in rows if row["reason_code"] == "failed"]
        for text in documents["text"].to_pylist() + documents["title"].to_pylist():
            (text or "").encode()
    assert ended
    return told


def test_every_format_is_tried() -> None:
    tried = {id(format_of(name, _head(name))) for name in FILES}
    assert [format_.endings for format_ in FORMATS if id(format_) not in tried] == []


def _head(name: str) -> bytes:
    return b"x" if name in OWN else (SAMPLES / name).read_bytes()[:8192]


@pytest.mark.parametrize("name", FILES)
@drawn_often(2)
@given(changes=CHANGES)
def test_a_file_that_is_wrong_in_places_is_read_or_refused(
    name: str, changes: list[Change], tmp_path: Path, vocabularies: list
) -> None:
    assert failures(name, changed(whole(name, tmp_path), changes), tmp_path, vocabularies) == []


def _bundled(kind: str) -> bytes:
    packed = io.BytesIO()
    if kind == "tar":
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name in ("a.txt", "b/c.jsonl"):
                info = tarfile.TarInfo(name)
                content = json.dumps(RECORD).encode()
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    else:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", NOTE)
            archive.writestr("b/c.jsonl", json.dumps(RECORD))
    return packed.getvalue()


PACKED: dict[str, Callable[[], bytes]] = {
    "r.zip": lambda: _bundled("zip"),
    "r.tar": lambda: _bundled("tar"),
    "r.tar.gz": lambda: gzip.compress(_bundled("tar")),
    "r.txt.gz": lambda: gzip.compress(NOTE.encode()),
    "r.txt.bz2": lambda: bz2.compress(NOTE.encode()),
    "r.txt.xz": lambda: lzma.compress(NOTE.encode()),
    "r.txt.zst": lambda: zstandard.compress(NOTE.encode()),
}


@pytest.mark.parametrize("name", PACKED)
@drawn_often(2)
@given(changes=CHANGES)
def test_an_archive_that_is_wrong_in_places_is_unpacked_or_refused(
    name: str, changes: list[Change], tmp_path: Path, vocabularies: list
) -> None:
    assert failures(name, changed_bytes(PACKED[name](), changes), tmp_path, vocabularies) == []


GOLD = gold_sentences.load()
SENTENCES = st.lists(st.tuples(st.sampled_from(GOLD), CHANGES), min_size=1, max_size=5)
JOINS = st.sampled_from((" ", "\n", "\n\n", "\n* ", "; ", " and "))


@drawn_often(12)
@given(told=SENTENCES, join=JOINS, is_page=st.booleans())
def test_sentences_that_are_wrong_in_places_are_coded_where_they_stand(
    told: list, join: str, is_page: bool, vocabularies: list, judging: Extractor, resolver: Resolver
) -> None:
    code(told, join, is_page, vocabularies, judging, resolver)


def code(told: list, join: str, is_page: bool, vocabularies: list, judging: Extractor, resolver: Resolver) -> None:
    """Clean, extract and resolve sentences with changes; what comes of them stands in the text where it says so."""
    text = join.join(changed_text(row["text"], changes) for row, changes in told)
    content, media = (f"<p>{text}</p>", "html") if is_page else (text, "text")
    raw = pa.Table.from_pylist(
        [
            dict.fromkeys(RAW_DOCUMENTS.names)
            | {"document_id": "d", "external_id": "r", "source_id": "adhoc", "uri": "r", "media_code": media}
            | {"content": content.encode(), "bytes_sha256": "0", "ingested_at": NOW, "ordinal": 0}
            | {"published": told[0][0].get("published"), "language": "en"}
        ],
        schema=RAW_DOCUMENTS.schema,
    )
    documents, rejects = clean_documents(raw, *vocabularies[:3])
    assert {row["reason_code"] for row in rejects.to_pylist()} <= {"no_text"}, rejects.to_pylist()
    mentions, *_ = extract_documents(documents, judging, lambda hashes: {})
    resolved = resolve_mentions(mentions, documents, resolver)
    assert resolved.num_rows == mentions.num_rows
    cleaned = "".join(documents["text"].to_pylist())
    for row in mentions.to_pylist():
        assert cleaned[row["sentence_start"] : row["sentence_end"]] == row["sentence_text"]
        assert cleaned[row["trigger_start"] : row["trigger_end"]] == row["trigger_text"]
