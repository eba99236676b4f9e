"""Extraction in several processes: the rows of one, and a run that ends where a process does."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from flows import work
from flows.extract import extract
from flows.one_by_one import Step
from flows.spread import spread
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


def test_a_process_that_extracts_does_not_know_the_engine() -> None:
    code = "import flows.spread, flows.extracting, tasks.extract, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "flows.extracting" in done.stdout.split()
    assert "prefect" not in done.stdout.split()
