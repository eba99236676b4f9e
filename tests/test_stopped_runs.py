"""Commands that are asked to end, whose engine cannot start, or that meet an error that nobody foresaw."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from conftest import CHECKOUT, DEMO, content, sitrep
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect_server import wait_for

from flows.cli import main, running
from flows.failures import failure_line
from flows.interrupts import ending
from tasks.storage.checks import StoreError
from tasks.tables import STAGES

GOES_ON = "; what is done is kept, and the next run goes on from there\n"
# what ends takes two seconds on a quiet machine; what waits for a server that has gone takes minutes, or for ever
_HANGS_SECONDS = 50
# what a run that nobody stops has to come to its end
_NEVER_SECONDS = 240


pytestmark = pytest.mark.usefixtures("heeded")


class Command:
    """The command line at work, in a process group of its own as under a terminal's shell."""

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
        self.errors = ""

    def wait_for_line(self, beginning: str) -> None:
        """Return as soon as it is there: what is to be stopped takes no second."""
        assert self.process.stdout
        assert any(line.startswith(beginning) for line in self.process.stdout), f"it ended without {beginning}"

    def stop(self, number: signal.Signals) -> None:
        """Signal the whole group, as a terminal does, and wait for the end."""
        os.killpg(self.process.pid, number)
        self.errors = self.process.communicate(timeout=_HANGS_SECONDS)[1]


@contextlib.contextmanager
def command(*arguments: str, **environment: str) -> Iterator[Command]:
    at_work = Command(*arguments, **environment)
    guard = threading.Timer(_NEVER_SECONDS, os.killpg, (at_work.process.pid, signal.SIGKILL))
    guard.start()
    try:
        yield at_work
    finally:
        guard.cancel()
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


def assert_ends(run: Command, number: signal.Signals) -> None:
    run.stop(number)
    assert run.process.returncode == 128 + number
    assert run.errors == f"sitrep run: stopped by {number.name}{GOES_ON}"


def assert_ctrl_c_ends_a_run(stages: Sequence[str], report: Path, data: Path) -> None:
    """Ctrl-C in each of these stages, one run after the other; then a run that goes on and ends well."""
    from flows.run import run as going_on

    befores = dict(zip(STAGES, (None, *STAGES), strict=False))
    for stage in stages:
        with command("run", str(report), "--data", str(data)) as run:
            if before := befores[stage]:
                run.wait_for_line(before)
            else:
                wait_for((data / "_tables").exists, _NEVER_SECONDS, "the first table")
            assert_ends(run, signal.SIGINT)
    told = flow_runs(data)
    assert {run["state_type"] for run in told if run["parent_task_run_id"] is None} == {"CRASHED"}
    # a stage that was about to begin when the signal came stays pending: it did nothing
    assert {run["state_type"] for run in told} <= {"COMPLETED", "CRASHED", "PENDING"}
    going_on([str(report)], data=str(data))
    assert [event["place_label"] for event in content(data)["events"]] == ["Uvira"]


@pytest.mark.slow
def test_ctrl_c_ends_a_run_and_the_next_goes_on(
    server: None, plain_flows: object, report: Path, tmp_path: Path
) -> None:
    # one that works document by document, and one on whole tables
    assert_ctrl_c_ends_a_run(("extract", "link"), report, tmp_path / "data")


@pytest.mark.soak
def test_ctrl_c_ends_a_run_in_every_stage_and_the_next_goes_on(
    server: None, plain_flows: object, report: Path, tmp_path: Path
) -> None:
    assert_ctrl_c_ends_a_run(STAGES, report, tmp_path / "data")


@pytest.mark.slow
def test_the_server_of_a_run_ends_with_it(gazetteer: object, report: Path, tmp_path: Path) -> None:
    alone = {"PREFECT_API_URL": "", "PREFECT_HOME": str(tmp_path / "prefect")}
    # two while it starts, one in a flow, where Prefect handles the signal as well
    for number, line in ((signal.SIGKILL, None), (signal.SIGHUP, None), (signal.SIGTERM, "ingest")):
        with command("run", str(report), "--data", str(tmp_path / "data"), **alone) as run:
            wait_for(lambda run=run: children(run.process.pid), _NEVER_SECONDS, "the server")
            (server,) = children(run.process.pid)
            if line:
                run.wait_for_line(line)
            if number == signal.SIGKILL:
                run.stop(number)
            else:
                assert_ends(run, number)
        wait_for(lambda server=server: is_gone(server), _HANGS_SECONDS, "the server's end")


def test_a_signal_that_a_command_was_started_to_ignore_is_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending() as end:
            signal.raise_signal(signal.SIGHUP)
        assert not end.is_asked
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


STUBBORN = """
import time
from flows.interrupts import ending
with ending():
    while True:
        try:
            print("at work", flush=True)
            time.sleep(1000)
        except KeyboardInterrupt:
            pass
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_does_not_unwind_is_not_waited_for(number: signal.Signals) -> None:
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], cwd=CHECKOUT, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout and process.stdout.readline() == "at work\n"
    process.send_signal(number)
    try:
        errors = process.communicate(timeout=_HANGS_SECONDS)[1]
    finally:
        process.kill()
    assert (process.returncode, errors) == (128 + number, f"sitrep: stopped by {number.name}\n")


def test_a_home_that_prefect_cannot_write_is_told_in_a_line(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.touch()
    done = sitrep("run", str(DEMO), "--data", str(tmp_path / "data"), PREFECT_API_URL="", PREFECT_HOME=str(home))
    assert done.returncode == 1
    assert done.stderr.startswith(f"sitrep run: Prefect cannot write to its home {home} (")
    assert "set PREFECT_HOME to another folder" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_server_that_does_not_start_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").write_text("no database, and long enough to be looked at as one")
    alone = {"PREFECT_API_URL": "", "PREFECT_HOME": str(tmp_path)}
    done = sitrep("run", str(DEMO), "--data", str(tmp_path / "data"), **alone)
    assert done.returncode == 1
    assert done.stderr.startswith("sitrep run: Prefect's server did not start (sqlalchemy.exc.")
    assert done.stderr.count("\n") == 1


def test_a_server_that_does_not_answer_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}):
        assert main(["run", str(DEMO), "--data", str(tmp_path / "data")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("sitrep run: no server of Prefect answers at http://127.0.0.1:1/api (")
    assert told.count("\n") == 1


@pytest.mark.slow
def test_a_run_that_reads_nothing_fails_in_prefect_too(server: None, tmp_path: Path) -> None:
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
