"""One document, one lost table, one wrong path: none of them ends a run in silence or spoils a release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tasks.storage.store import Store, StoreError

GOOD = "Gunmen killed five people in Goma on Friday, police said."
# each once ended a run, and every later run on its folder
HOSTILE = {
    "half a character in a text": {"text": "Rebels killed 5 men \ud800 in Kabul."},
    "half a character in a title": {"text": GOOD, "title": "Goma \udfff"},
    "half a character in an id": {"text": GOOD, "id": "a\ud800"},
    "half a character in a field of its own": {"text": GOOD, "desk": {"\ud800": 1}},
    "an address that breaks off": {"text": GOOD, "url": "http://[broken"},
    "an address of no letters": {"text": GOOD, "url": "http://a℀b/"},
    "a sayer that is a sign": {"text": "Rebels killed five men, < said. Police shot two in Goma, according to @."},
    "a place that is a sign": {"text": "The protest was in Kabul, | said. They protested in \\ front in Mogadis>hu."},
}


def _run(data: Path, *paths: Path) -> dict:
    from flows.run import run

    return run([str(path) for path in paths], data=str(data))


def _release(data: Path, table: str) -> list[dict]:
    return pq.read_table(data / "releases" / "latest" / f"{table}.parquet").to_pylist()


@pytest.fixture(scope="module")
def hostile(plain_flows: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder after a run on hostile records, each alone in its file, beside a good one."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, record in enumerate(HOSTILE.values()):
        (folder / f"record{number}.jsonl").write_text(json.dumps(record))
    (folder / "good.txt").write_text(GOOD)
    (folder / "drawing.html").write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>Killed</text></svg>")
    data = tmp_path_factory.mktemp("hostile_data") / "data"
    _run(data, folder)
    yield data


def test_whatever_a_document_holds_the_others_are_coded(hostile: Path) -> None:
    documents, rejects = _release(hostile, "documents"), _release(hostile, "rejects")
    assert "good" in {row["external_id"] for row in documents}
    assert {row["document_id"] for row in _release(hostile, "mentions")} <= {row["document_id"] for row in documents}
    # all that came in is kept or refused, with a reason
    assert len(documents) + len(rejects) == len(HOSTILE) + 2
    assert all(row["message"] and row["stage"] for row in rejects)
    halves = [row for row in rejects if "half" in row["message"]]
    assert {row["reason_code"] for row in halves} == {"broken_record"} and len(halves) == 4


def test_an_address_that_cannot_be_read_costs_no_report(hostile: Path) -> None:
    assert {"http://[broken", "http://a℀b/"} <= {row["url"] for row in _release(hostile, "documents")}


def test_an_error_inside_a_document_is_a_reject_and_goes_when_it_is_mended(
    plain_flows: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.extract import DocumentReading

    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "good.txt").write_text(GOOD)
    (tmp_path / "texts" / "bad.txt").write_text("Rebels shot four men in Gao on Monday.")
    mentions = DocumentReading.mentions

    def failing(reading: DocumentReading, *args: object) -> object:
        if "Gao" in reading.document["text"]:
            raise IndexError("no such token")
        return mentions(reading, *args)

    monkeypatch.setattr(DocumentReading, "mentions", failing)
    data = tmp_path / "data"
    done = _run(data, tmp_path / "texts")
    (reject,) = _release(data, "rejects")
    assert done["extract"]["rejects"] == 1
    assert (reject["stage"], reject["reason_code"]) == ("extract", "failed")
    assert reject["uri"].startswith("bad#") and "IndexError: no such token" in reject["message"]
    assert {row["external_id"] for row in _release(data, "mentions")} == {"good"}
    monkeypatch.undo()
    from flows.extract import extract
    from flows.run import run

    extract(data=str(data), full=True)
    run([str(tmp_path / "texts")], data=str(data))
    assert _release(data, "rejects") == []
    assert {row["external_id"] for row in _release(data, "mentions")} == {"good", "bad"}


def test_an_error_in_any_stage_costs_its_document_alone(
    plain_flows: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib import import_module

    def fail_at(module: str, function: str, place: str) -> None:
        """Let a function fail where what it is given tells of a place."""
        whole = getattr(import_module(module), function)

        def failing(*args: object, **more: object) -> object:
            if place in repr(args):
                raise KeyError("no such word")
            return whole(*args, **more)

        monkeypatch.setattr(import_module(module), function, failing)

    stages = {"ingest": "Gao", "clean": "Mopti", "extract": "Bamako", "resolve": "Kidal"}
    fail_at("tasks.ingest.read", "_keep", stages["ingest"])
    fail_at("tasks.clean.documents", "body_of", stages["clean"])
    fail_at("tasks.extract.documents", "Scene", stages["extract"])
    fail_at("tasks.resolve.documents", "resolve_document", stages["resolve"])
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "good.txt").write_text(GOOD)
    for stage, place in stages.items():
        (tmp_path / "texts" / f"{stage}.txt").write_text(f"Rebels shot four men in {place} on Monday.")
    data = tmp_path / "data"
    _run(data, tmp_path / "texts")
    rejects = {row["stage"]: row for row in _release(data, "rejects")}
    assert rejects.keys() == stages.keys() and len(_release(data, "rejects")) == len(stages)
    for stage, row in rejects.items():
        assert row["reason_code"] == "failed" and stage in row["uri"].partition("#")[0]
        assert "KeyError: 'no such word'" in row["message"] and f"tasks/{stage}/" in row["message"]
    assert "good" in {row["external_id"] for row in _release(data, "mentions")}


def test_documents_that_left_their_table_are_cleaned_again(data: Path, tmp_path: Path) -> None:
    before = _release(data, "documents")
    store = Store(data)
    gone = [row["document_id"] for row in before[:3]]
    store.replace("documents", store.read("documents", ids=[]), {"stage": "clean"}, ids=gone)
    (tmp_path / "new.txt").write_text(GOOD)
    _run(data, tmp_path / "new.txt")
    assert {row["document_id"] for row in before} < {row["document_id"] for row in _release(data, "documents")}


def test_lost_sources_are_refused_with_the_remedy_and_healed_by_reading_them_again(data: Path, tmp_path: Path) -> None:
    from conftest import DEMO

    latest = (data / "releases" / "latest").resolve().name
    shutil.rmtree(data / "_tables" / "raw_documents")
    (tmp_path / "new.txt").write_text(GOOD)
    with pytest.raises(StoreError, match=r"raw_documents lacks .* read their sources again"):
        _run(data, tmp_path / "new.txt")
    assert (data / "releases" / "latest").resolve().name == latest
    _run(data, DEMO)
    assert len(_release(data, "documents")) >= 20


def test_a_run_whose_paths_do_not_exist_fails_and_publishes_nothing(data: Path, tmp_path: Path) -> None:
    from flows.ingest import NothingReadError

    releases = sorted(path.name for path in (data / "releases").iterdir())
    with pytest.raises(NothingReadError, match="nothing could be read"):
        _run(data, tmp_path / "nowhere")
    assert sorted(path.name for path in (data / "releases").iterdir()) == releases
