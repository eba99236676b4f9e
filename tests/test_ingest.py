"""Ingest keeps what a source gave, byte for byte, and refuses with a reason what it cannot read."""

from __future__ import annotations

import gzip
import io
import json
import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingesting import NOW, ingest

from flows.cli.parser import parser
from tasks.ingest import Naming, SourceError, files, formats, read
from tasks.vocabularies import load


def test_a_file_is_kept_byte_for_byte(tmp_path: Path) -> None:
    content = "Grenzübertritt\r\nnachts".encode("latin-1")
    (tmp_path / "report.txt").write_bytes(content)
    [document], rejects = ingest(tmp_path / "report.txt")
    assert not rejects
    assert document["content"] == content
    assert document["external_id"] == "report"
    assert document["source_id"] == "adhoc"
    assert document["published"] is None


def test_paths_play_no_part_in_ids(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.txt").write_text("The same report.")
    here, there = (ingest(tmp_path / f)[0][0]["document_id"] for f in ("a", "b"))
    assert here == there
    assert ingest(tmp_path / "a", source="reuters")[0][0]["document_id"] != here


RECORD = {"id": "x1", "text": "Rebels attacked.", "title": "T", "published": "2024-03-04", "desk": "north"}


def test_a_record_keeps_its_fields_and_the_rest_as_metadata(tmp_path: Path) -> None:
    line = json.dumps(RECORD).encode()
    (tmp_path / "feed.jsonl").write_bytes(line + b"\n\n" + b'{"text": "No id here."}')
    first, second = ingest(tmp_path / "feed.jsonl")[0]
    assert first["content"] == line
    assert (first["external_id"], first["title"], first["published"]) == ("x1", "T", "2024-03-04")
    assert json.loads(first["metadata"]) == {"desk": "north"}
    assert second["external_id"] == "feed.jsonl:3"


@pytest.mark.parametrize("kind", ["json", "wrapped", "csv", "tsv", "parquet"])
def test_records_come_in_many_forms(tmp_path: Path, kind: str) -> None:
    if kind == "json":
        path = tmp_path / "r.json"
        path.write_text(json.dumps([RECORD]))
    elif kind == "wrapped":
        path = tmp_path / "r.json"
        path.write_text(json.dumps({"count": 1, "articles": [RECORD]}))
    elif kind == "parquet":
        path = tmp_path / "r.parquet"
        pq.write_table(pa.Table.from_pylist([RECORD]), path)
    else:
        path = tmp_path / f"r.{kind}"
        mark = "\t" if kind == "tsv" else ","
        path.write_text(mark.join(RECORD) + "\n" + mark.join(RECORD.values()) + "\n")
    [document], rejects = ingest(path)
    assert not rejects
    assert (document["external_id"], document["media_code"]) == ("x1", "record")
    assert json.loads(document["content"])["text"] == RECORD["text"]


def test_folders_globs_and_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("B")
    (tmp_path / "a.txt").write_text("A")
    (tmp_path / ".hidden.txt").write_text("H")
    assert [d["external_id"] for d in ingest(tmp_path)[0]] == ["a", "b"]
    assert [d["external_id"] for d in ingest(str(tmp_path / "*.txt"), tmp_path / "b.txt")[0]] == ["a", "b"]


def test_what_was_made_of_reports_is_not_read_as_reports(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Rebels took Goma.")
    for name in ("_tables/documents/part.parquet", "releases/v1/incidents.parquet", "releases/v1/summary.md"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_text("Rebels took Beni.")
    assert [Path(row["uri"]).name for row in ingest(tmp_path)[0]] == ["a.txt"]


def test_an_unknown_source_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"seeds/sources\.csv"):
        ingest(tmp_path, source="nobody")


def test_every_format_is_listed_and_no_ending_is_claimed_twice() -> None:
    modules = {f"tasks.ingest.formats.{module.name}" for module in pkgutil.iter_modules(formats.__path__)}
    assert {import_module(name).FORMAT for name in modules} == set(formats.FORMATS)
    endings = [ending for format_ in formats.FORMATS for ending in format_.endings]
    assert len(set(endings)) == len(endings) and all(ending == ending.lower() for ending in endings)


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (b"<!DOCTYPE html><p>Rebels attacked.</p>", "html"),
        (b'\n {"text": "Rebels attacked."}', "record"),
        (b"Rebels attacked.", "text"),
    ],
)
def test_a_file_without_a_known_ending_is_known_by_its_first_bytes(tmp_path: Path, head: bytes, media: str) -> None:
    (tmp_path / "report.2024").write_bytes(head)
    assert [row["media_code"] for row in ingest(tmp_path)[0]] == [media]


# each once ended the run that met it, or would
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.json", rb'[{"text": "Half \ud800 of a sign"}, {"text": "Whole."}]', "broken_record"),
        ("x.jsonl", b'{"text": "Half", "id": "\\udfff"}\n{"text": "Whole."}', "broken_record"),
        ("x.json", b'[["text"], {"text": "Whole."}]', "broken_record"),
        ("x.jsonl", b'{"text": "x", "n": ' + b"9" * 5000 + b'}\n{"text": "Whole."}', "broken_record"),
        ("x.json", b'[{"text": "Whole."}, {"text": "x", "deep": ' + b"[" * 900 + b"]" * 900 + b"}]", "too_deep"),
        ("x.json", b'[{"text": "Whole."}, {"text": "x", "deep": ' + b"[" * 190 + b"]" * 190 + b"}]", None),
        ("x.csv", b"id,text\n1,Whole.\n2,too,many\n", "broken_record"),
    ],
)
def test_a_broken_record_is_refused_and_the_others_are_read(
    tmp_path: Path, name: str, content: bytes, reason: str | None
) -> None:
    (tmp_path / name).write_bytes(content)
    documents, rejects = ingest(tmp_path)
    assert "Whole." in {json.loads(row["content"])["text"] for row in documents}
    assert {row["reason_code"] for row in rejects} == ({reason} if reason else set())
    assert len(documents) + len(rejects) == 2


def test_a_stray_quote_costs_its_own_row_alone(tmp_path: Path) -> None:
    rows = ['1,"Rebels "took" Goma."', "2,Two.", '3,"Opened, never closed.', "4,Four.", '5,"Five\nlines."']
    (tmp_path / "r.csv").write_text("\n".join(["id,text", *rows]))
    documents, rejects = ingest(tmp_path)
    assert [row["external_id"] for row in documents] == ["2", "4", "5"]
    assert [row["uri"].rpartition("#")[2] for row in rejects] == ["1", "3"]


@pytest.mark.parametrize("content", ["Rebels took Goma.\nRebels left.\n", "1;Rebels\n2;Army\n", "text,text\na,b\n"])
def test_a_first_row_that_is_no_header_is_refused_with_what_it_is(tmp_path: Path, content: str) -> None:
    (tmp_path / "r.csv").write_text(content)
    documents, [reject] = ingest(tmp_path)
    assert not documents
    assert reject["reason_code"] == "broken_record" and content.split("\n")[0] in reject["message"]


def test_a_json_list_that_breaks_off_keeps_what_stands_before(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(
        '[{"text": "One."}, {"text": "x", "n": ' + "9" * 5000 + '}, {"text": "Two."}, {"te'
    )
    documents, rejects = ingest(tmp_path)
    assert len(documents) == 2
    assert [row["uri"].rpartition("#")[2] for row in rejects] == ["2", "4"]


def test_very_many_bad_lines_of_a_file_are_counted(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_bytes(b"{\n" * 10_123 + b'{"text": "Whole."}')
    documents, rejects = ingest(tmp_path)
    assert len(documents) == 1
    assert len(rejects) == 10_001
    assert "123 more" in rejects[-1]["message"]


def test_rejects_are_handed_on_in_batches(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_bytes(b"{\n" * 5_000)
    batches = list(read([str(tmp_path)], load("sources"), None, NOW, Naming(load("record_profiles")), 2**20))
    assert len(batches) > 3 and sum(rejects.num_rows for _, rejects in batches) == 5_000


def test_a_small_parquet_of_gigabytes_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["Rebels took Goma. " * 58_000]))
    pq.write_table(pa.table({"text": text}), tmp_path / "r.parquet", compression="ZSTD")
    documents, [reject] = ingest(tmp_path)
    assert not documents and reject["reason_code"] == "too_large"


def test_nesting_that_python_cannot_read_is_refused(tmp_path: Path) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "x", "deep": ' + deep + b'}\n{"text": "Whole."}')
    (tmp_path / "b.json").write_bytes(b'[{"text": "x", "deep": ' + deep + b"}]")
    documents, rejects = ingest(tmp_path)
    assert len(documents) == 1
    assert [row["reason_code"] for row in rejects] == ["too_deep"] * 2
    assert [row["message"] for row in rejects] == [
        "line 1 nests lists or objects more than 200 deep",
        "item 1 or what follows it nests lists or objects more than 200 deep",
    ]


def test_a_time_beyond_pythons_costs_its_row_and_an_unknown_zone_none(tmp_path: Path) -> None:
    times = pa.array([0, 400_000_000_000_000_000, 0], pa.timestamp("us"))
    near = pa.array([0, 1, 2], pa.timestamp("us", "Mars/Olympus"))
    pq.write_table(pa.table({"text": ["One.", "Two.", "Three."], "at": times, "on": near}), tmp_path / "r.parquet")
    documents, [reject] = ingest(tmp_path)
    assert [json.loads(row["content"])["text"] for row in documents] == ["One.", "Three."]
    assert reject["reason_code"] == "broken_record" and "row 2, column at" in reject["message"]


def test_a_file_whose_name_is_no_utf8_is_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Rebels attacked.")
    [document], rejects = ingest(tmp_path)
    assert not rejects
    assert document["external_id"] == "caf\ufffd" and document["uri"].endswith("/caf\ufffd.txt")


def test_nothing_in_a_folder_is_passed_over_in_silence(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "in", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "report.txt").write_text("Rebels took a town.")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "round").symlink_to(folder)
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(folder / "pipe.txt")
    (folder / "none.json").write_text("[]")
    (folder / "head.csv").write_text("id,text\n")
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), folder / "none.parquet")
    documents, rejects = ingest(folder)
    assert [document["external_id"] for document in documents] == ["report"]
    why = {Path(row["uri"]).name: (row["reason_code"], row["message"]) for row in rejects}
    assert {name for name, (code, _) in why.items() if code == "empty"} == {"none.json", "head.csv", "none.parquet"}
    assert "leads nowhere" in why["gone.txt"][1] and "is no file" in why["pipe.txt"][1]
    assert len(why) == 5
    assert "is no file" in ingest(folder / "pipe.txt")[1][0]["message"]


def test_paths_that_lead_nowhere_are_rejects(tmp_path: Path) -> None:
    documents, rejects = ingest(tmp_path / "not_here", str(tmp_path / "*.txt"), "x" * 5000, "nul\0", "", " ")
    assert not documents
    assert [row["reason_code"] for row in rejects] == ["unreadable"] * 6
    assert rejects[-1]["message"] == "the path that was given is empty"


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b"Rebels took a town.", ["stdin"]),
        (b'{"id": "a", "text": "Rebels took a town."}\n{"text": "Rebels took Gao."}\n', ["a", "stdin:2"]),
        (gzip.compress(b"Rebels took a town.", mtime=0), ["stdin"]),
    ],
    ids=["a note", "records", "packed"],
)
def test_standard_input_is_read_by_its_first_bytes_and_as_often_as_is_asked(
    content: bytes, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    files._came_in.cache_clear()
    for _ in range(2):
        documents, rejects = ingest("-")
        assert not rejects and [row["external_id"] for row in documents] == names
    files._came_in.cache_clear()


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=400), name=st.sampled_from(["x.txt", "x.html", "x.json", "x.jsonl", "x.csv", "x.bin"])
)
def test_any_bytes_end_up_as_documents_or_rejects(
    content: bytes, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(content)
    documents, rejects = ingest(path)
    if name in ("x.txt", "x.html"):
        assert len(documents) + len(rejects) == 1
    assert all(r["reason_code"] and r["message"] for r in rejects)
    assert len({r["reject_id"] for r in rejects}) == len(rejects)


def test_a_name_that_is_no_text_is_typed_like_any_other(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/b\xffd 100%.txt")
    Path(name).write_text("Rebels took Goma.")
    typed = parser().parse_args(["run", name, str(tmp_path / "plain.txt")]).paths
    json.dumps(typed, ensure_ascii=False).encode()  # as Prefect keeps parameters
    assert [found.path for found in files.files(typed)] == [Path(name), None]
    assert typed[1] == str(tmp_path / "plain.txt")


def test_a_data_folder_has_a_name_that_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["run", "a.txt", "--data", os.fsdecode(b"/srv/\xff")])
    assert ended.value.code == 2
    assert "the name of a data folder must be UTF-8" in capsys.readouterr().err
