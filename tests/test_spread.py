"""Extraction in several processes: the rows of one, each sentence parsed once, and a run that ends where one does."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from flows import work
from flows.clean import clean
from flows.extract import extract
from flows.extracting import extracting
from flows.ingest import ingest
from flows.one_by_one import Step
from flows.spread import spread
from tasks.storage.parses import ParseFile, parses_of_run
from tasks.storage.store import Store


def _numbers(*numbers: int) -> pa.Table:
    return pa.table({"document_id": [str(number) for number in numbers]})


def _echo(faulty: str, ending: str) -> Step:
    def step(rows: pa.Table) -> tuple[pa.Table, ...]:
        ids = rows["document_id"].to_pylist()
        if ending in ids:
            os._exit(9)
        if faulty in ids:
            raise ValueError("is at fault")
        return (rows,)

    return step


def test_parts_come_back_in_order_and_failures_by_document_until_a_process_is_ended() -> None:
    parts = [_numbers(*range(start, start + 3)) for start in range(0, 15, 3)]
    with spread(partial(_echo, "7", "20"), 2) as processes:
        done = list(processes.each(parts))
        with pytest.raises(MemoryError, match="ended from outside"):
            list(processes.each([_numbers(1), _numbers(20)]))
    assert [tables[0]["document_id"].to_pylist() for tables, _ in done][3] == ["9", "10", "11"]
    assert [list(failed) for _, failed in done] == [[], [], ["7"], [], []]


def test_two_processes_find_what_one_found(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Store(data).read("mentions").sort_by("mention_id")
    monkeypatch.setenv("SITREP_PROCESSES", "2")
    monkeypatch.setattr(work, "_SPREAD_CHARACTERS", 1)
    monkeypatch.setattr(work, "_PART_DOCUMENTS", 10)
    extract(str(data), full=True)
    assert before.num_rows
    assert Store(data).read("mentions").sort_by("mention_id").equals(before)


def test_a_process_that_extracts_knows_neither_the_engine_nor_the_tables() -> None:
    code = "import flows.spread, flows.extracting, tasks.extract, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "flows.extracting" in done.stdout.split()
    assert not {"prefect", "deltalake"} & set(done.stdout.split())


def _told_alike(folder: Path, data: Path, count: int) -> None:
    """Reports that all tell the same sentence, and each one of its own, cleaned."""
    folder.mkdir()
    for number in range(count):
        own = f"Gunmen abducted {number + 2} farmers near Goma on Sunday, officials said."
        (folder / f"{number}.txt").write_text(f"Rebels attacked a village near Uvira on Sunday, police said. {own}\n")
    ingest([str(folder)], data=str(data))
    clean(data=str(data))


@pytest.mark.parametrize("processes", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_a_sentence_of_many_batches_is_parsed_once(
    plain_flows: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    data = tmp_path / "data"
    _told_alike(tmp_path / "reports", data, 4)
    monkeypatch.setenv("SITREP_PROCESSES", processes)
    monkeypatch.setattr(work, "_SPREAD_CHARACTERS", 1)
    monkeypatch.setattr(work, "_PART_DOCUMENTS", 1)
    monkeypatch.setattr(importlib.import_module("flows.extract"), "SPREAD_CHARACTERS", 1)
    with parses_of_run(str(data)) as (path, _):
        killed = Path(path)
    killed.write_text("what a killed run left")
    assert extract(str(data))["new_parses"] == 5
    before = Store(data).read("mentions").sort_by("mention_id")
    assert before.num_rows == 8
    assert extract(str(data), full=True)["new_parses"] == 0
    assert Store(data).read("mentions").sort_by("mention_id").equals(before)
    assert not killed.exists()


def test_a_process_without_the_file_of_the_run_finds_all_stored_parses_itself(data: Path) -> None:
    documents, mentions = Store(data).read("documents"), Store(data).read("mentions")
    step = extracting(str(data), False)
    found = [step(documents.slice(start, 10)) for start in range(0, documents.num_rows, 10)]
    assert sum(parses.num_rows for _, parses, _ in found) == 0
    assert sum(rows.num_rows for rows, *_ in found) == mentions.num_rows


def test_a_file_of_parses_gives_what_it_took_by_model_and_takes_each_once() -> None:
    def rows(*keys: tuple[str, str]) -> pa.Table:
        parses = [f"{hash_} by {model}".encode() for hash_, model in keys]
        return pa.table({"sentence_sha256": [k[0] for k in keys], "model": [k[1] for k in keys], "parse": parses})

    file = ParseFile.filled("", [rows(("a", "small"), ("b", "small")), rows(("a", "large"))])
    taken = file.take(rows(("b", "small"), ("b", "large"), ("c", "small"), ("c", "small")))
    assert taken.select(["sentence_sha256", "model"]).to_pylist() == [
        {"sentence_sha256": "b", "model": "large"},
        {"sentence_sha256": "c", "model": "small"},
    ]
    assert file.known("small", [*map(str, range(2000)), "a", "c"]) == {"a": b"a by small", "c": b"c by small"}
    assert file.known("large", ["a", "b", "c"]) == {"a": b"a by large", "b": b"b by large"}
