"""`sitrep serve`: what it brings up is gone with it, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CHECKOUT, release_of
from prefect_server import free_port, wait_for

from flows import guarded
from flows.cli import main

# begins one process in its own session and one beside it, says which, and heeds no request to end
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sleep = [sys.executable, "-c", "import time; time.sleep(300)"]
ids = [os.getpid(), *(subprocess.Popen(sleep, start_new_session=own).pid for own in (True, False))]
open(sys.argv[1], "w").write(" ".join(map(str, ids)) + " .")
time.sleep(300)
"""
OWNER = """
import os, sys, time
from pathlib import Path
from flows import guarded
held = guarded.Guarded([sys.executable, "-c", sys.argv[1], sys.argv[2]], os.environ, Path("."), Path(os.devnull))
time.sleep(300)
"""


def lives(pid: int) -> bool:
    """Whether a process is there and at work: one that nobody waited for is neither."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def below(pid: int) -> list[int]:
    """The processes that a process began, and those that they began."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
    begun = [int(one) for one, parent in map(str.split, listed.splitlines()) if int(parent) == pid]
    return [*begun, *(one for child in begun for one in below(child))]


def begun(told: Path) -> list[int]:
    wait_for(lambda: told.exists() and told.read_text().endswith("."), 60, "the beginning of all")
    ids = [int(one) for one in told.read_text().split()[:-1]]
    assert all(map(lives, ids))
    return ids


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which guards wait half a second and no more."""
    text = Path(guarded.__file__).read_text()
    flows = tmp_path / "impatient" / "flows"
    flows.mkdir(parents=True)
    (flows / "__init__.py").touch()
    (flows / "guarded.py").write_text(text.replace("_ENDING_SECONDS = 15.0", "_ENDING_SECONDS = 0.5"))
    yield os.environ | {"PYTHONPATH": str(flows.parent)}


def test_what_was_begun_ends_with_who_began_it_even_by_a_kill(impatient: dict[str, str], tmp_path: Path) -> None:
    told = tmp_path / "told"
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, STUBBORN, str(told)],
        env=impatient,
        cwd=tmp_path,
    )
    ids = begun(told)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    wait_for(lambda: not any(map(lives, ids)), 30, "the end of all")


def test_a_command_tells_its_log_and_its_exit_code(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    command = guarded.Guarded([sys.executable, "-c", "print('here'); exit(3)"], environment, tmp_path, log)
    assert command.wait() == 3
    assert not command.is_at_work
    command.end()
    assert log.read_text() == "here\n"


def test_a_port_that_is_taken_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SITREP_HOME", str(tmp_path))
    assert main(["serve"]) == 1
    assert "no prefect.yaml" in capsys.readouterr().err
    (tmp_path / "prefect.yaml").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr("flows.serving._ASKED_SECONDS", 0.1)
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    assert f"port {port} of this machine is taken" in capsys.readouterr().err
    assert main(["serve", "--down"]) == 0
    assert "nothing is served from here" in capsys.readouterr().out


@pytest.mark.soak
def test_all_comes_up_with_the_demo_coded_and_goes_down(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    data, port = tmp_path / "data", free_port()
    command = [sys.executable, "-m", "flows.cli", "serve"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(tmp_path / "prefect"), "SITREP_HOME": str(CHECKOUT)}
    serving = subprocess.Popen(
        [*command, "--port", str(port), "--data", str(data)],
        env=environment,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    request.addfinalizer(serving.kill)
    assert serving.stdout is not None
    told = []
    for line in serving.stdout:
        told.append(line)
        if line.startswith("ready"):
            break
    assert told[-1].startswith("ready"), told
    assert (release_of(data) / "incidents.parquet").exists()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health") as answer:
        assert answer.status == 200
    assert subprocess.run([*command, "--port", str(free_port())], env=environment, cwd=CHECKOUT).returncode == 1
    ours = below(serving.pid)
    # two guards, the server, the worker
    assert len(ours) >= 4
    assert subprocess.run([*command, "--down"], env=environment, cwd=CHECKOUT).returncode == 0
    serving.wait(5)
    wait_for(lambda: not any(map(lives, ours)), 5, "the end of all")
