"""What is compressed or bundled is read like the files in it, within bounds, and each report says where it lay."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard
from ingesting import ingest
from office_files import word

from tasks.ingest import containers

HELD = "Police held two men in Gao."
PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstandard.compress}


def zipped(**files: bytes | str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(mode: str = "w", **files: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("passwords.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return buffer.getvalue()


@pytest.mark.parametrize("ending", PACKERS)
def test_a_compressed_file_is_read_as_what_it_is(tmp_path: Path, ending: str) -> None:
    lines = json.dumps({"text": HELD}) + "\n" + json.dumps({"text": "A third fled.", "id": "x"})
    (tmp_path / f"feed.jsonl.{ending}").write_bytes(PACKERS[ending](lines.encode()))
    first, second = ingest(tmp_path)[0]
    assert first["uri"].endswith(f"/feed.jsonl.{ending}!/feed.jsonl#1")
    # the same report in the bare file is the same document
    assert (first["external_id"], second["external_id"]) == ("feed.jsonl:1", "x")
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "feed.jsonl").write_text(lines)
    assert [row["document_id"] for row in ingest(tmp_path / "bare")[0]] == [first["document_id"], second["document_id"]]


def test_reports_in_archives_keep_their_place(tmp_path: Path) -> None:
    word(tmp_path / "w.docx", HELD)
    files = {
        "mail/1.txt": "One.",
        "mail/2.txt": "Two.",
        "__MACOSX/a.txt": "x",
        "w.docx": (tmp_path / "w.docx").read_bytes(),
    }
    (tmp_path / "desk.zip").write_bytes(zipped(**files))
    (tmp_path / "w.docx").unlink()
    documents, rejects = ingest(tmp_path)
    assert not rejects
    assert [row["uri"].partition("!/")[2] for row in documents] == ["mail/1.txt", "mail/2.txt", "w.docx"]
    assert [row["external_id"] for row in documents] == ["1", "2", "w"]


@pytest.mark.parametrize(
    ("name", "mode"), [("d.tar", "w"), ("d.tar.gz", "w:gz"), ("d.tgz", "w:gz"), ("d.tar.xz", "w:xz")]
)
def test_tars_are_read_and_links_in_them_lead_nowhere(tmp_path: Path, name: str, mode: str) -> None:
    (tmp_path / name).write_bytes(tarred(mode, **{"a.txt": HELD.encode(), "b.txt": b"Rebels took Goma."}))
    documents, [reject] = ingest(tmp_path)
    assert [row["external_id"] for row in documents] == ["a", "b"]
    assert reject["reason_code"] == "unreadable" and reject["uri"].endswith("!/passwords.txt")


def test_names_in_an_archive_make_no_paths(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../up.txt", HELD)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "d.zip").write_bytes(buffer.getvalue())
    [document], _ = ingest(tmp_path)
    assert document["external_id"] == "up" and [path.name for path in tmp_path.rglob("*.txt")] == []


def test_a_bomb_is_refused_and_what_lay_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(zipped(**{"a.txt": HELD, "b.txt": b"\0" * 220 * 2**20, "c.txt": "Never reached."}))
    (tmp_path / "e.txt.gz").write_bytes(gzip.compress(b" " * 220 * 2**20))
    documents, rejects = ingest(tmp_path)
    assert [row["external_id"] for row in documents] == ["a"]
    assert [row["reason_code"] for row in rejects] == ["expands_too_far"] * 2
    assert "unpacks to more bytes" in rejects[0]["message"]


def test_too_many_files_or_levels_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = zipped(**{"a.txt": HELD})
    for _ in range(containers.MOST_LEVELS):
        inner = zipped(**{"in.zip": inner})
    (tmp_path / "deep.zip").write_bytes(inner)
    (tmp_path / "many.zip").write_bytes(zipped(**{f"{n}.txt": f"Rebels took town {n}." for n in range(9)}))
    monkeypatch.setattr(containers.Room, "files_left", 5)
    monkeypatch.setattr(containers.Room.__init__, "__defaults__", (5,))
    documents, rejects = ingest(tmp_path)
    assert len(documents) == 5
    why = {Path(row["uri"].partition("!")[0]).name: (row["reason_code"], row["message"]) for row in rejects}
    assert why["deep.zip"] == ("expands_too_far", "containers in one another, more than 4")
    assert why["many.zip"][0] == "expands_too_far" and "more files" in why["many.zip"][1]


def test_what_is_torn_or_locked_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = (json.dumps({"text": f"Rebels took town {n}.", "n": n}) for n in range(20_000))
    whole = gzip.compress("\n".join(lines).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "c.zip").write_bytes(zipped())
    torn = bytearray(zipped(**{"a.txt": HELD * 99, "b.txt": "Rebels took Goma."}))
    torn[40:60] = b"\xff" * 20
    (tmp_path / "d.zip").write_bytes(torn)
    documents, rejects = ingest(tmp_path)
    assert len([row for row in documents if "a.jsonl.gz" in row["uri"]]) > 1000
    assert [row["external_id"] for row in documents if "d.zip" in row["uri"]] == ["b"]
    why = {(Path(row["uri"].partition("!")[0]).name, row["reason_code"]) for row in rejects}
    assert {("a.jsonl.gz", "unreadable"), ("b.zip", "unreadable"), ("c.zip", "empty"), ("d.zip", "unreadable")} <= why
