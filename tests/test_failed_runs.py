"""A run that fails says why in one line, on Prefect's page too, and takes no good release away."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import content, release_of

from flows.failures import failure_line
from flows.publish import publish
from flows.run import run
from tasks.storage import expectations
from tasks.storage.expectations import Bounds

REPORT = "BUKAVU, Democratic Republic of Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n"


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What flow runs log, formatted as a worker shows it."""
    lines: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter().format(record))

    handler = Listening()
    logging.getLogger("prefect.flow_runs").addHandler(handler)
    yield lines
    logging.getLogger("prefect.flow_runs").removeHandler(handler)


def test_a_run_that_reads_nothing_is_failed_and_says_what_is_missing(
    engine: None, tmp_path: Path, logged: list[str]
) -> None:
    state = run([str(tmp_path / "nothing")], data=str(tmp_path / "data"), return_state=True)
    assert state.is_failed()
    assert state.message == (
        f"nothing could be read from {tmp_path / 'nothing'}: there is no file or folder {tmp_path / 'nothing'}"
    )
    assert not (tmp_path / "data" / "releases").exists()
    assert logged and not any("Traceback" in line for line in logged)


def test_an_expectation_that_is_broken_fails_the_run_and_the_last_release_stays(
    engine: None, data: Path, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release_of(data)
    monkeypatch.setattr(expectations, "BOUNDS", (Bounds("events", "mention_count", 1000, 2000),))
    state = publish(data=str(data), full=True, return_state=True)
    assert state.is_failed()
    assert state.message.startswith("table events, column mention_count: in row ") and "\n" not in state.message
    assert release_of(data) == before
    assert [path.name for path in (data / "releases").glob("v*")] == [before.name]
    assert not any("Traceback" in line for line in logged)


def test_a_failed_run_shows_where_when_it_is_asked_to(
    engine: None, tmp_path: Path, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITREP_DEBUG", "1")
    state = publish(data=str(tmp_path), return_state=True)
    assert state.is_failed() and "nothing is linked yet" in state.message
    assert any("Traceback" in line and "nothing is linked yet" in line for line in logged)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this user may mount no disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


# room for some tables; for none; for all of them and no release
@pytest.mark.parametrize("room", [60, *(pytest.param(room, marks=pytest.mark.slow) for room in (8, 200))])
def test_a_full_disk_ends_a_run_with_what_to_do_and_the_next_goes_on(
    room: int, plain_flows: object, small_disk: Path, tmp_path: Path
) -> None:
    data, undisturbed, report = small_disk / "data", tmp_path / "undisturbed", tmp_path / "report.txt"
    report.write_text(REPORT)
    ballast = small_disk / "ballast"
    free = shutil.disk_usage(small_disk).free
    ballast.write_bytes(bytes(free - room * 1024))
    with pytest.raises(OSError) as raised:
        run([str(report)], data=str(data))
    line = failure_line(raised.value)
    assert "No space left on device" in line and line.endswith("make room there and run it again: nothing is lost")
    assert not (data / "releases" / "latest").exists()
    ballast.unlink()
    run([str(report)], data=str(data))
    run([str(report)], data=str(undisturbed))
    assert content(data) == content(undisturbed)
