"""Prefect's own server for the tests: one a session, on a database of its own, for all workers and subprocesses.

In comes a folder; out come the environment in which processes find the server, and the server when it is asked for.
A server that does not come up is an AssertionError with the end of its log.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

PREFECT = str(Path(sys.executable).parent / "prefect")
_START_SECONDS = 180


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(happened: Callable[[], object], seconds: float, what: str) -> None:
    """Ask until it has happened; AssertionError names what did not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen in {seconds} s")


class PrefectServer:
    """A server that is started when `start` is first called, and its environment, which holds from the beginning."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.environment = {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_UI_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "DO_NOT_TRACK": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, once; `wait_until_up` waits for it."""
        if self._process is None:
            self.home.mkdir(parents=True, exist_ok=True)
            with (self.home / "server.log").open("w") as log:
                self._process = subprocess.Popen(
                    [PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(self.port)],
                    env=os.environ | self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def stop(self) -> None:
        """Stop it, where it was started."""
        if self._process is not None:
            stop_group(self._process)
            self._process = None


def wait_until_up(api_url: str) -> None:
    """Wait for a server that was started, by this process or another."""

    def is_up() -> bool:
        try:
            with urllib.request.urlopen(f"{api_url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    wait_for(is_up, _START_SECONDS, "the start of Prefect's server")


def stop_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group, and its children with it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
