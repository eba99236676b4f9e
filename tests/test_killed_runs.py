"""A run that is killed at any instant loses and doubles nothing: the next one ends where an undisturbed one does."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import CHECKOUT, DEMO, content

WRITTEN = ("raw_documents", "documents", "parses", "mentions", "resolved_mentions", "events", "event_mentions")


def killed_run(data: Path, dice: random.Random) -> None:
    """Start `sitrep run` on the demo and kill it, its whole process group, at an instant while it writes its tables."""
    command = [sys.executable, "-m", "flows.cli", "run", str(DEMO), "--data", str(data)]
    process = subprocess.Popen(
        command, cwd=CHECKOUT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    awaited = data / "_tables" / dice.choice(WRITTEN)
    while process.poll() is None and not awaited.exists():
        time.sleep(0.002)
    time.sleep(dice.uniform(0, 0.6))
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def assert_killed_runs_heal(count: int, dice: random.Random, undisturbed: Path, folder: Path) -> None:
    from flows.run import run

    for _ in range(count):
        data = folder / "data"
        killed_run(data, dice)
        run([str(DEMO)], data=str(data))
        assert content(data) == content(undisturbed)
        assert len([p for p in (data / "releases").iterdir() if p.name.startswith("v")]) == 1
        shutil.rmtree(data)


def test_a_run_that_is_stopped_in_extract_goes_on_where_it_was(
    plain_flows: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import extract as stage
    from flows.run import run
    from tasks import extract

    count, at_once, stopped_at = 120, 50, 100
    texts = [{"id": str(n), "text": f"Rebels shot {n + 2} men in Gao on Monday."} for n in range(count)]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, texts)))
    seen: list[int] = []
    extract_documents = extract.extract_documents

    def stopping(documents: pa.Table, *given: object) -> tuple[pa.Table, ...]:
        seen.append(documents.num_rows)
        if sum(seen) > stopped_at:
            raise KeyboardInterrupt
        return extract_documents(documents, *given)

    monkeypatch.setattr(extract, "extract_documents", stopping)
    monkeypatch.setattr(stage, "_KEPT_SECONDS", 0.0)
    data = tmp_path / "data"
    with pytest.raises(KeyboardInterrupt):
        run([str(tmp_path / "r.jsonl")], data=str(data))
    assert seen == [at_once, at_once, count - stopped_at]
    monkeypatch.setattr(extract, "extract_documents", extract_documents)
    done = run([str(tmp_path / "r.jsonl")], data=str(data))
    assert done["extract"]["documents"] == count - stopped_at
    assert {row["external_id"] for row in content(data)["mentions"]} == {row["id"] for row in texts}


@pytest.mark.slow
def test_a_killed_run_loses_and_doubles_nothing(demo_data: Path, tmp_path: Path, server: None) -> None:
    assert_killed_runs_heal(1, random.Random(3), demo_data, tmp_path)


@pytest.mark.soak
def test_twenty_killed_runs(demo_data: Path, tmp_path: Path, server: None) -> None:
    assert_killed_runs_heal(20, random.Random(20), demo_data, tmp_path)
