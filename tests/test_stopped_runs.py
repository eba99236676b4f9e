"""Commands that are asked to end, whose engine cannot start, or that meet an error that nobody foresaw."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CHECKOUT, DEMO, content, sitrep
from prefect_server import wait_for

from flows.cli import main, running
from flows.cli.failures import failure_line
from flows.interrupts import ending
from tasks.storage.checks import StoreError
from tasks.tables import STAGES

GOES_ON = "; what is done is kept, and the next run goes on from there\n"


class Command:
    """The command line at work, in a process group of its own as under a terminal's shell, with what it said so far."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *arguments],
            cwd=CHECKOUT,
            env=os.environ | environment,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        assert self.process.stdout and self.process.stderr
        self._readers = [
            threading.Thread(target=list.extend, args=[self.said, self.process.stdout]),
            threading.Thread(target=list.extend, args=[errors := [], self.process.stderr]),
        ]
        self.errors: list[str] = errors
        for reader in self._readers:
            reader.start()

    def wait_for_line(self, beginning: str) -> None:
        wait_for(lambda: any(line.startswith(beginning) for line in self.said), 240, f"the line of {beginning}")

    def stop(self, number: signal.Signals) -> float:
        """Signal the whole group, as a terminal does; returns the seconds that it took to end."""
        began = time.monotonic()
        os.killpg(self.process.pid, number)
        self.process.wait(timeout=120)
        taken = time.monotonic() - began
        for reader in self._readers:
            reader.join()
        return taken


@contextlib.contextmanager
def command(*arguments: str, **environment: str) -> Iterator[Command]:
    at_work = Command(*arguments, **environment)
    try:
        yield at_work
    finally:
        if at_work.process.poll() is None:
            at_work.stop(signal.SIGKILL)


def children(pid: int) -> list[int]:
    """Processes that this one started and that still run."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [int(one) for one, parent, state in rows if int(parent) == pid and not state.startswith("Z")]


def is_gone(pid: int) -> bool:
    """Whether a process has ended, whether or not anybody has asked how."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return not state or state.startswith("Z")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """One report, soon coded."""
    path = tmp_path / "report.txt"
    path.write_text("BUKAVU, Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday, killing three.\n")
    return path


def flow_runs(data: Path) -> list[dict]:
    """What Prefect tells of the runs on a data folder."""
    address = f"{os.environ['PREFECT_API_URL']}/flow_runs/filter"
    body = json.dumps({"sort": "START_TIME_DESC"}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return [run for run in json.load(answer) if run["parameters"].get("data") == str(data)]


@pytest.mark.slow
def test_ctrl_c_ends_a_run_in_every_stage_and_the_next_goes_on(engine: None, report: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for stage, before in zip(STAGES, (None, *STAGES), strict=False):
        with command("run", str(report), "--data", str(data)) as run:
            if before:
                run.wait_for_line(before)
            else:
                wait_for((data / "_tables").exists, 240, "the first table")
            assert run.stop(signal.SIGINT) < 2, stage
        assert run.process.returncode == 130, stage
        assert run.errors == [f"sitrep run: stopped by SIGINT{GOES_ON}"], stage
    told = flow_runs(data)
    assert {run["state_type"] for run in told if run["parent_task_run_id"] is None} == {"CRASHED"}
    # a stage that was about to begin when the signal came stays pending: it did nothing
    assert {run["state_type"] for run in told} <= {"COMPLETED", "CRASHED", "PENDING"}
    done = sitrep("run", str(report), "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert [event["place_label"] for event in content(data)["events"]] == ["Uvira"]


@pytest.mark.slow
def test_the_server_of_a_run_ends_with_it(gazetteer: object, report: Path, tmp_path: Path) -> None:
    alone = {"PREFECT_API_URL": "", "PREFECT_HOME": str(tmp_path / "prefect")}
    # two while it starts, one in a flow, where Prefect handles the signal as well
    for number, line in ((signal.SIGKILL, None), (signal.SIGHUP, None), (signal.SIGTERM, "ingest")):
        with command("run", str(report), "--data", str(tmp_path / "data"), **alone) as run:
            wait_for(lambda run=run: children(run.process.pid), 120, "the server")
            (server,) = children(run.process.pid)
            if line:
                run.wait_for_line(line)
            assert run.stop(number) < 2
        wait_for(lambda server=server: is_gone(server), 10, "the server's end")
        if number != signal.SIGKILL:
            assert run.process.returncode == 128 + number
            assert run.errors == [f"sitrep run: stopped by {number.name}{GOES_ON}"]


def test_a_signal_that_a_command_was_started_to_ignore_is_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending() as end:
            signal.raise_signal(signal.SIGHUP)
        assert not end.is_asked
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_home_that_prefect_cannot_write_is_told_in_a_line(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.touch()
    done = sitrep("run", str(DEMO), "--data", str(tmp_path / "data"), PREFECT_API_URL="", PREFECT_HOME=str(home))
    assert done.returncode == 1
    assert done.stderr.startswith(f"sitrep run: Prefect cannot write to its home {home} (")
    assert "set PREFECT_HOME to another folder" in done.stderr and done.stderr.count("\n") == 1


def test_a_server_that_does_not_start_or_answer_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").write_text("no database, and long enough to be looked at as one")
    for environment, reason in (
        ({"PREFECT_API_URL": "", "PREFECT_HOME": str(tmp_path)}, "Prefect's server did not start (sqlalchemy.exc."),
        ({"PREFECT_API_URL": "http://127.0.0.1:1/api"}, "no server of Prefect answers at http://127.0.0.1:1/api ("),
    ):
        done = sitrep("run", str(DEMO), "--data", str(tmp_path / "data"), **environment)
        assert done.returncode == 1
        assert done.stderr.startswith(f"sitrep run: {reason}") and done.stderr.count("\n") == 1


def test_a_run_that_reads_nothing_fails_in_prefect_too(engine: None, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert sitrep("run", str(tmp_path / "nothing"), "--data", str(data)).returncode == 1
    runs = flow_runs(data)
    # the run and its stage
    assert [run["state_type"] for run in runs] == ["FAILED", "FAILED"]
    assert all(f"there is no file or folder {tmp_path / 'nothing'}" in run["state"]["message"] for run in runs)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (KeyError("inputs"), "unexpected KeyError: 'inputs'; add --debug to see where"),
        (RuntimeError(), "unexpected RuntimeError; add --debug to see where"),
        (MemoryError(), "out of memory; give it more"),
        (PermissionError(13, "Permission denied", "/a/b"), "/a/b: Permission denied; let this user"),
        (OSError(28, "No space left on device", "/a/b"), "/a/b: No space left on device; make room there"),
        (OSError("bad"), "unexpected OSError: bad; add --debug"),
        (StoreError("a table\nand \x1b[2Jwhat to do"), "a table and \x1b[2Jwhat to do"),
        (StoreError(), "unexpected StoreError; add --debug"),
        (LookupError("there is no release"), "there is no release"),
    ],
)
def test_every_error_says_what_and_what_to_do(error: BaseException, line: str) -> None:
    assert failure_line(error).startswith(line)


def test_an_unforeseen_error_names_its_place_and_debug_shows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Panic(BaseException):
        """As compiled code raises it."""

    def fails(_args: object) -> None:
        raise Panic("rows")

    monkeypatch.setenv("SITREP_DEBUG", "")
    monkeypatch.setattr(running, "_stage", fails)
    assert main(["clean"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("sitrep clean: unexpected Panic: rows (") and told.count("\n") == 1
    assert main(["clean", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err
