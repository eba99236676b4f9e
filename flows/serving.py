"""Serve: Prefect's server, a worker and the deployments on this machine, for as long as one command lasts.

In come a port and a data folder; out come lines of what is up. Server and worker end with the command, however that
ended (see `guarded`). Refused is what is served already, a port that is taken, and a place without `prefect.yaml`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from flows.guarded import Guarded
from flows.server import ServerError
from tasks.storage.folders import home, resources_folder
from tasks.storage.lock import WriterBusyError, held
from tasks.storage.store import Store

POOL = "sitrep"
_HOST = "127.0.0.1"
_COMMAND = ("-m", "prefect")
_START_SECONDS = 120.0
_END_SECONDS = 45.0
_LOOK_SECONDS = 0.5
_ASKED_SECONDS = 5.0


def serve(port: int, data: str | None) -> Iterator[str]:
    """Bring all up and stay, telling how far it is. Raises ServerError where something does not start, or ends."""
    if not (home() / "prefect.yaml").is_file():
        raise ServerError(f"{home()} has no prefect.yaml, which says what to deploy; serve from a checkout")
    with ExitStack() as stack:
        if pid := _holder():
            raise ServerError(f"process {pid} serves here already; sitrep serve --down ends it")
        stack.enter_context(held(_lock(), 0.0, "serve"))
        if _answers(port):
            raise ServerError(f"port {port} of this machine is taken; give another --port")
        prefect = _Prefect(port)
        server = prefect.begun("server", *_COMMAND, "server", "start", "--host", _HOST, "--port", str(port))
        stack.callback(server.end)
        _wait_until_up(server, port, prefect.logs)
        yield f"server   http://{_HOST}:{port}"
        prefect.done(*_COMMAND, "work-pool", "create", POOL, "--type", "process", "--overwrite")
        prefect.done(*_COMMAND, "--no-prompt", "deploy", "--all")
        prefect.done("-c", "from flows.notify import end_lost_runs; end_lost_runs()")
        worker = prefect.begun("worker", *_COMMAND, "worker", "start", "--pool", POOL, "--type", "process")
        stack.callback(worker.end)
        yield f"worker   of the pool {POOL}; what server and worker say is in {prefect.logs}"
        if Store(data).latest_release() is None:
            yield "demo     coding the demo, as a run of the deployment run"
            folder = [f"--param=data={Store(data).address}"] if data else []
            prefect.done(*_COMMAND, "deployment", "run", "run/run", "--watch", *folder)
        yield f"release  {Store(data).latest_release()}"
        yield "ready    Ctrl-C or sitrep serve --down takes all down"
        while server.is_at_work and worker.is_at_work:
            time.sleep(_LOOK_SECONDS)
        raise ServerError(f"the {'worker' if server.is_at_work else 'server'} ended by itself; {prefect.logs} says why")


def take_down() -> int | None:
    """End what is served and wait for that; the id of the process that served, None where nothing is served."""
    pid = _holder()
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _END_SECONDS
        while _holder() == pid:
            if time.monotonic() > until:
                raise ServerError(f"process {pid} did not end")
            time.sleep(_LOOK_SECONDS)
    return pid


class _Prefect:
    """Commands of Python with the settings of this server, told to logs in a folder."""

    def __init__(self, port: int) -> None:
        self.logs = home() / "data" / "_serve"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._environment = os.environ | {
            "PREFECT_HOME": os.environ.get("PREFECT_HOME", str(self.logs / "prefect")),
            "PREFECT_API_URL": f"http://{_HOST}:{port}/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "SITREP_HOME": str(home().resolve()),
        }

    def begun(self, log: str, *arguments: str) -> Guarded:
        """A command that goes on beside this process."""
        return Guarded([sys.executable, *arguments], self._environment, home(), self.logs / f"{log}.log")

    def done(self, *arguments: str) -> None:
        """A command to its end. Raises ServerError where it fails."""
        command = self.begun("commands", *arguments)
        try:
            if command.wait():
                raise ServerError(f"python {' '.join(arguments)} failed; {self.logs / 'commands.log'} says why")
        finally:
            command.end()


def _wait_until_up(server: Guarded, port: int, logs: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while server.is_at_work and time.monotonic() < until:
        if _answers(port):
            return
        time.sleep(_LOOK_SECONDS)
    raise ServerError(f"Prefect's server did not start; {logs / 'server.log'} says why")


def _answers(port: int) -> bool:
    """Whether something listens on the port that answers, or does not let itself be asked."""
    with suppress(ConnectionRefusedError):
        connection = HTTPConnection(_HOST, port, timeout=_ASKED_SECONDS)
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status < 500
        except (HTTPException, TimeoutError):
            return True
        finally:
            connection.close()
    return False


def _lock() -> Path:
    return resources_folder() / "serve.lock"


def _holder() -> int | None:
    """The process that serves here."""
    with suppress(WriterBusyError), held(_lock(), 0.0, "serve"):
        return None
    return int(_lock().read_text())
