"""Queries in a process beside this one, which is ended where one takes too long, too much, or is no longer wanted.

In come the folder of a release and queries one after another, out come batches of rows. Refused is what cannot be
answered. The process writes no file, and ends when this one ends, however it does.
"""

from __future__ import annotations

import os
import resource
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, sleep

import pyarrow as pa

from flows.beside import beside
from tasks.reading.query import QueryError, answer, opened

SECONDS = 60.0
# DuckDB has a bound of its own, which single values and results may break
_MOST_MEMORY = 4 << 30
_LOOKS_EVERY = 1.0


class Asker:
    """Asks one query at a time; `seconds` is how long one may take."""

    def __init__(self, release: Path, seconds: float = SECONDS) -> None:
        self._release, self._seconds = release, seconds
        self._turn = threading.Lock()
        self._running: tuple[subprocess.Popen[bytes], Connection] | None = None
        self._is_unwanted = False

    def ask(self, sql: str, most: int | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a query as they come, at most so many, in at least one batch. Raises QueryError."""
        with self._turn:
            self._is_unwanted, is_done = False, False
            if self._running is None:
                self._running = beside(__name__, answering.__name__)
                self._running[1].send(str(self._release))
            connection = self._running[1]
            try:
                connection.send((sql, most))
                left = self._seconds
                while True:
                    began = monotonic()
                    if not connection.poll(max(0.0, left)):
                        raise QueryError(f"stopped: it took longer than {self._seconds:g} seconds")
                    # what the reader of the rows takes is not counted
                    left -= monotonic() - began
                    told = connection.recv()
                    if not isinstance(told, pa.RecordBatch):
                        is_done = True
                        if told:
                            raise QueryError(told)
                        return
                    yield told
            except (EOFError, OSError):
                why = (
                    "stopped" if self._is_unwanted else "the query ended its process, as happens where memory is short"
                )
                raise QueryError(why) from None
            finally:
                if not is_done:
                    self._end()

    def stop(self) -> None:
        """End the query that is asked, if any; who asked it is told."""
        running = self._running
        if self._turn.locked() and running:
            self._is_unwanted = True
            running[0].kill()

    def close(self) -> None:
        """End the process."""
        self.stop()
        with self._turn:
            self._end()

    def _end(self) -> None:
        if self._running:
            process, connection = self._running
            self._running = None
            process.kill()
            process.wait()
            connection.close()


def answering(handle: int) -> None:
    """What the process does: answer queries that come over the connection `handle`, until who sends them is gone."""
    connection, parent = Connection(handle), os.getppid()
    threading.Thread(target=_end_with, args=[parent], daemon=True).start()
    # relative names, if any could be opened, lead nowhere
    os.chdir("/")
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    with suppress(EOFError, OSError):
        tables = opened(Path(connection.recv()))
        while True:
            sql, most = connection.recv()
            try:
                for batch in answer(tables, sql, most):
                    connection.send(batch)
                connection.send("")
            except MemoryError:
                connection.send("the query takes more memory than it may")
            except Exception as error:  # noqa: BLE001 - told where the query came from
                connection.send(str(error) or type(error).__name__)


def _end_with(parent: int) -> None:
    """End this process where the one that started it is gone, whatever is being answered."""
    while os.getppid() == parent:
        sleep(_LOOKS_EVERY)
    os._exit(1)
