"""Prefect's API server for one command: started by it where no settings name another, and gone with it.

In comes the process that starts it; out comes the address of a server that answers. The server stands in a session of
its own, so that what a terminal sends to the command (Ctrl-C, a hang-up) does not take it from under the run that it
serves. It holds the reading end of a pipe and ends when the other end closes, which the kernel sees to however the
command ends. A home that cannot be written and a server that does not start are ServerError.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

_REMEDY = "set PREFECT_HOME to another folder that it can write to, or PREFECT_API_URL to a server that runs"
_HOST = "127.0.0.1"
# connections that wait for the server while it starts
_BACKLOG = 128
# what a server whose command has ended may take to close its database; the next one mends what was left open
_CLOSING_SECONDS = 1.0
# the line of a traceback that names the error
_ERROR = re.compile(r"[\w.]*(Error|Exception|Exit|Interrupt)\b")


class ServerError(RuntimeError):
    """Prefect's server cannot be started."""


class Server:
    """A server in a process of its own, which ends with this process where `end` does not come first."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        # no name in any folder: it goes with the processes that hold it
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        with socket.create_server((_HOST, 0), backlog=_BACKLOG) as listener:
            self._port = listener.getsockname()[1]
            self._process = subprocess.Popen(
                [sys.executable, "-c", f"from flows.server import serve; serve({listener.fileno()})"],
                # nothing is ever written there: it closes when this process ends
                stdin=subprocess.PIPE,
                stdout=self._log,
                stderr=self._log,
                pass_fds=[listener.fileno()],
                env=environment,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        self._pipe = self._process.stdin
        self.api_url = f"http://{_HOST}:{self._port}/api"

    def wait_until_up(self, seconds: float) -> None:
        """Return when it answers. Raises ServerError with its last words where it ends before, or takes longer."""
        # it listens from the beginning: an answer comes when it has started, and none when it has ended
        connection = HTTPConnection(_HOST, self._port, timeout=seconds)
        try:
            connection.request("GET", "/api/health")
            connection.getresponse()
        except (OSError, HTTPException) as error:
            self.end()
            raise ServerError(f"Prefect's server did not start ({self._last_words() or error}); {_REMEDY}") from error
        finally:
            connection.close()

    def end(self) -> None:
        """End it, and wait for that."""
        self._pipe.close()
        self._process.wait()

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").splitlines()
        return next((line for line in reversed(lines) if _ERROR.match(line)), "")


def check_home(home: Path) -> None:
    """Make the folder in which Prefect keeps its database; raises ServerError where nothing can be written there."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise ServerError(f"Prefect cannot write to its home {home} ({error.strerror}); {_REMEDY}") from error


def serve(descriptor: int) -> None:
    """Be the server, on the socket of this descriptor, which listens, until the standard input closes."""
    serving: list[uvicorn.Server] = []
    # before the imports, which take seconds
    threading.Thread(target=_end_with_input, args=[serving], daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    app = create_app(ephemeral=True, final=True)
    serving.append(uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on")))
    serving[0].run(sockets=[socket.socket(fileno=descriptor)])
    # at once: to take the interpreter apart costs a second or more
    os._exit(0)


def _end_with_input(serving: list[uvicorn.Server]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    for server in serving:
        server.should_exit = True
    time.sleep(_CLOSING_SECONDS)
    os._exit(0)
