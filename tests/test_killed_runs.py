"""A run that is killed at any instant loses and doubles nothing: the next one ends where an undisturbed one does."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

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


@pytest.mark.slow
def test_a_killed_run_loses_and_doubles_nothing(demo_data: Path, tmp_path: Path, server: None) -> None:
    assert_killed_runs_heal(1, random.Random(3), demo_data, tmp_path)


@pytest.mark.soak
def test_twenty_killed_runs(demo_data: Path, tmp_path: Path, server: None) -> None:
    assert_killed_runs_heal(20, random.Random(20), demo_data, tmp_path)
