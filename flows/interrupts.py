"""A command that is asked to end: by Ctrl-C, by its terminal as it closes, or by who started it.

In come SIGINT, SIGTERM and SIGHUP; out come one line on stderr and the exit code 128 + the signal's number, within two
seconds wherever the command is. Work in Python is unwound first, so that Prefect learns that its run ended; a call into
compiled code that does not return in time is not waited for. Tables take no harm: they are safe from a kill as well.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_UNWINDING_SECONDS = 1.2


class Interrupted(KeyboardInterrupt):
    """A signal asks the command to end."""


class Ending:
    """How the command ends when it is asked to: `line` is what it says then, before the signal and after it, `seconds`
    how long it may take."""

    def __init__(self) -> None:
        self.line = ("sitrep", "")
        self.seconds = _UNWINDING_SECONDS
        self.unwound = threading.Event()
        self._number = 0
        self._is_raised = False
        self._is_told = threading.Lock()

    @property
    def is_asked(self) -> bool:
        """Whether a signal has come."""
        return self._number != 0

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Python's handler: runs in the main thread, between two of its steps; raises Interrupted, once."""
        self._tell(number)
        if not self._is_raised:
            self._is_raised = True
            raise Interrupted(number)

    def watch(self, signals: socket.socket) -> None:
        """Wait in a thread for the numbers of signals, which come at once; end the process, unwound or overdue."""
        while told := signals.recv(1):
            if told[0] in _SIGNALS:
                self._tell(told[0])
                self.unwound.wait(self.seconds)
                os._exit(128 + self._number)

    def _tell(self, number: int) -> None:
        """Say in one line that the command ends, and let nothing speak after it."""
        # taken for good: a second signal may come while the first is told, even in the same thread
        if not self._is_told.acquire(blocking=False):
            return
        self._number = number
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""
        before, after = self.line
        # the terminal may be what has gone
        with contextlib.suppress(OSError):
            os.write(2, f"{clear}{before}: stopped by {signal.Signals(number).name}{after}\n".encode())
        if not os.environ.get("SITREP_DEBUG"):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


@contextlib.contextmanager
def ending() -> Iterator[Ending]:
    """While this lasts, signals end the process in our way; those that it was started to ignore it goes on ignoring.

    In any thread but the main one, where Python lets nobody handle signals, they stay as they are.
    """
    end = Ending()
    if threading.current_thread() is not threading.main_thread():
        yield end
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    watcher = threading.Thread(target=end.watch, args=[reader], daemon=True)
    watcher.start()
    wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    handlers = {one: signal.signal(one, end.handle) for one in _SIGNALS if signal.getsignal(one) != signal.SIG_IGN}
    try:
        yield end
    finally:
        if end.is_asked:
            with contextlib.suppress(OSError):
                sys.stdout.flush()
            end.unwound.set()
            # which ends the process
            watcher.join()
        for one, handler in handlers.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(wakeup)
        writer.close()
        watcher.join()
        reader.close()
