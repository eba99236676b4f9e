"""A stage's step in processes beside this one, one for each core, where there is enough to do.

In come rows of documents in parts and how the step is made; out come what it made of each part, in their order, as if
one process had done them all. The processes write nothing, heed no Ctrl-C, and end when this one ends, however it does.
What ends a run in one of them ends it here.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

import pyarrow as pa

from flows import heap
from flows.beside import beside
from flows.one_by_one import Step, spared

Done = tuple[tuple[pa.Table, ...], dict[str, str]]
"""Tables of a part, and the failures of its documents."""
Made = Callable[[], Step]
"""Makes a step in the process that is to do it: a function of a module, or a partial of one, for it is sent there."""
# each takes some 400 MB
_MOST_UNASKED = 8


def cores() -> int:
    """How many processes may work: SITREP_PROCESSES, else one for each core that this one may use, up to eight."""
    asked = os.environ.get("SITREP_PROCESSES", "")
    if asked.isdigit():
        return max(1, int(asked))
    affinity = getattr(os, "sched_getaffinity", None)
    return min(_MOST_UNASKED, len(affinity(0)) if affinity else os.cpu_count() or 1)


class Spread:
    """Processes that do a step; made by `spread`."""

    def __init__(self, made: Made, count: int) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._idle: list[Connection] = []
        for _ in range(count):
            process, connection = beside(__name__, work.__name__)
            self._processes.append(process)
            self._idle.append(connection)
            _send(connection, made)

    def each(self, parts: Sequence[pa.Table]) -> Iterator[Done]:
        """What the step makes of each part, in their order."""
        todo, done, at_work = list(enumerate(parts)), dict[int, Any](), dict[Connection, int]()
        for number in range(len(parts)):
            while number not in done:
                while todo and self._idle:
                    connection = self._idle.pop()
                    at_work[connection], part = todo.pop(0)
                    _send(connection, part)
                for ready in wait(list(at_work)):
                    assert isinstance(ready, Connection)
                    done[at_work.pop(ready)] = _received(ready)
                    self._idle.append(ready)
            result = done.pop(number)
            if isinstance(result, BaseException):
                raise result
            yield result

    def end(self) -> None:
        """End the processes, whatever they are at: they keep nothing."""
        for process in self._processes:
            process.kill()
            process.wait()


@contextmanager
def spread(made: Made, count: int) -> Iterator[Spread]:
    """So many processes that do a step, as long as the block lasts."""
    processes = Spread(made, count)
    try:
        yield processes
    finally:
        processes.end()


def _send(connection: Connection, what: object) -> None:
    # that a process is gone shows where its answer is awaited
    with suppress(OSError):
        connection.send(what)


def _received(connection: Connection) -> Any:
    try:
        return connection.recv()
    except (EOFError, OSError):
        return MemoryError("a process that extracts was ended from outside, as happens where memory is short")


def work(handle: int) -> None:
    """What a process does: parts that come over the connection `handle` are done, until who sent them is gone."""
    connection, step = Connection(handle), None
    with suppress(EOFError, OSError), heap.lasting():
        made: Made = connection.recv()
        while True:
            part = connection.recv()
            try:
                if step is None:
                    step = made()
                    heap.keep()
                result: Any = spared(step, part)
            except Exception as error:  # noqa: BLE001 - raised where the part came from
                result = error
            connection.send(result)
