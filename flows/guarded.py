"""Processes that end with the one that began them, and with all that they began themselves.

In comes a command; out comes a process under a guard in a session of its own, out of reach of Ctrl-C. The guard holds a
pipe and ends the command when the other end closes, which the kernel sees to however its owner ended; what the command
leaves behind is killed. Nothing is refused.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# until what does not end by itself is killed
_ENDING_SECONDS = 15.0


class Guarded:
    """A command at work, in `folder`, telling a log; it ends with this process where `end` does not come first."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> None:
        with log.open("ab") as told:
            self._guard = subprocess.Popen(
                [sys.executable, "-c", "from flows.guarded import guard; guard()", *command],
                # nothing is ever written there: it closes when this process ends
                stdin=subprocess.PIPE,
                stdout=told,
                stderr=told,
                env=environment,
                cwd=folder,
                start_new_session=True,
            )

    @property
    def is_at_work(self) -> bool:
        """Whether it has not ended."""
        return self._guard.poll() is None

    def wait(self) -> int:
        """Wait for its own end; its exit code."""
        return self._guard.wait()

    def end(self) -> None:
        """End it with all that it began, and wait for that."""
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard.wait()


def guard() -> None:
    """Be the guard of the command in the arguments: end it when the input closes, and what it leaves when it ends."""
    # a shell has what it begins in the background ignore this, and the command may end its own by it
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    begun: set[int] = set()
    threading.Thread(target=_ended_with_input, args=[command, begun], daemon=True).start()
    command.wait()
    for pid in begun | _begun(command.pid):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    sys.exit(command.returncode)


def _ended_with_input(command: subprocess.Popen[bytes], begun: set[int]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    # those in sessions of their own: once the command is gone, nobody can tell that it began them
    begun |= _begun(command.pid)
    command.terminate()
    time.sleep(_ENDING_SECONDS)
    command.kill()


def _begun(command: int) -> set[int]:
    """The processes that the command began, those that they began, and all others of this session's first group."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,pgid="], capture_output=True, text=True).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    ours, group = {os.getpid(), command}, os.getpgid(0)
    found = {command} | {pid for pid, parent, of in rows if of == group and parent != os.getpid()}
    while more := {pid for pid, parent, _ in rows if parent in found} - found:
        found |= more
    return found - ours
