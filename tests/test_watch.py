"""A watched folder: what comes is coded, once it stands still; one line ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import CHECKOUT, release_of
from prefect_server import wait_for

from flows.cli import main
from flows.ingest import NothingReadError
from flows.watch import NoFolderError, Seen, settled, watch
from tasks.ingest.files import seen

REPORT = "BUKAVU, Democratic Republic of Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n"


def given(looks: list[Seen]) -> list[Seen]:
    """What `settled` gives for what is seen at one look after the other."""
    left, found = iter(looks), []
    # the looks end, and with them the generator
    with pytest.raises(RuntimeError):
        for one in settled(lambda: next(left), lambda: None):
            found.append(one)
    return found


A, GROWING, GROWN = {"a": (1, 1)}, {"a": (1, 1), "b": (1, 2)}, {"a": (1, 1), "b": (9, 3)}


@pytest.mark.parametrize(
    ("looks", "runs"),
    [
        ([{}, {}, {}], []),
        ([A, A, A, A], [A]),
        ([A, A, GROWING, GROWN, GROWN, GROWN], [A, GROWN]),
        ([{}, A, GROWING, GROWN], []),
        ([A, A, {}, {}, A, A], [A]),
    ],
)
def test_a_run_begins_when_files_have_changed_and_stand_still(looks: list[Seen], runs: list[Seen]) -> None:
    assert given(looks) == runs


def test_a_file_that_grows_or_is_written_anew_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    before = seen([str(tmp_path)])
    assert seen([str(tmp_path)]) == before and [Path(name).name for name in before] == ["a.txt"]
    os.utime(tmp_path / "a.txt", ns=(1, 1))
    assert seen([str(tmp_path)]) != before
    assert seen([str(tmp_path / "nowhere")]) == {}


def test_an_address_is_not_looked_at(plain_flows: object, tmp_path: Path) -> None:
    with pytest.raises(NoFolderError, match="on a schedule"):
        watch([str(tmp_path), "https://example.org/feed"], data=str(tmp_path / "data"))


def test_a_run_that_fails_is_told_and_tried_again(
    plain_flows: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import flows.watch as watching

    (tmp_path / "a.txt").write_text(REPORT)
    ends = [OSError(28, "No space left on device"), NothingReadError("nothing could be read"), KeyboardInterrupt()]
    waits: list[float] = []

    def ending(*given: object, **named: object) -> None:
        raise ends.pop(0)

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(ends) == 1 and not (tmp_path / "b.txt").exists():
            (tmp_path / "b.txt").write_text(REPORT)

    monkeypatch.setattr(watching, "run", ending)
    monkeypatch.setattr(watching.time, "sleep", wait)
    with pytest.raises(KeyboardInterrupt):
        watch([str(tmp_path)], data=str(tmp_path / "data"), every=7)
    told = capsys.readouterr().out
    assert "No space left on device" in told and "trying again in 10 min" in told
    # after the first failure in ten minutes, where nothing could be read when a file has come
    assert waits == [7, 600, 7, 7] and not ends


@pytest.mark.slow
def test_what_comes_into_a_watched_folder_is_published(
    engine: None, heeded: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, data = tmp_path / "inbox", tmp_path / "data"
    inbox.mkdir()

    def published() -> int:
        newest = release_of(data) / "documents.parquet"
        return pq.read_metadata(newest).num_rows if newest.exists() else 0

    watching = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "watch", str(inbox), "--data", str(data), "--every", "0.2"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        (inbox / "nothing.txt").write_text("")
        assert watching.stdout
        assert any("nothing could be read" in line for line in watching.stdout), "a run that fails does not end it"
        (inbox / "one.txt").write_text(REPORT)
        wait_for(lambda: published() == 1, 120, "the first release")
        (inbox / "two.txt").write_text(REPORT.replace("Uvira", "Goma"))
        wait_for(lambda: published() == 2, 120, "the second release")
        assert main(["watch", str(inbox), "--data", str(data)]) == 0
        assert "another process watches" in capsys.readouterr().out
        watching.send_signal(signal.SIGINT)
        errors = watching.communicate(timeout=30)[1]
    finally:
        watching.kill()
    assert watching.returncode == 130
    assert errors.splitlines()[-1].startswith("sitrep watch: stopped by SIGINT")
