"""Watch: a run whenever files come or change in a folder, as long as it lasts; one run at a time.

Files are looked at by name, size and time every few seconds, which works on every disk, shares of a network among them;
objects of object storage by name, size and tag, and where it does not answer that is told and nothing is run.
A file that is still being written is waited for. What came while nobody watched, or while a run was at work, is found
at the next look, for what counts is how the folder was when the last run began.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flows import terminal
from flows.engine import is_on_terminal, run_logger
from flows.failures import failure_line
from flows.ingest import NothingReadError
from flows.parameters import Exports, Paths, Seconds
from flows.recipe import recipe
from flows.run import run
from tasks.storage.folders import resources_folder
from tasks.storage.lock import WriterBusyError, held
from tasks.storage.objects import Objects, ObjectsError, is_uri
from tasks.storage.store import Store

# name -> size in bytes, and the time of the last change in ns or a tag that changes with the content
Seen = dict[str, tuple[int, int] | tuple[int, str]]

# until a run that failed is tried again where nothing changes
_AFTER_FAILURE_SECONDS = 600.0


class NoFolderError(ValueError):
    """An address of the web or standard input was given, which says nothing when it changes."""


@recipe("watch")
def watch(
    paths: Paths,
    data: str | None = None,
    source: str | None = None,
    with_text: bool = False,
    export: Exports = None,
    no_judge: bool = False,
    map: str | None = None,
    every: Seconds = 2.0,
) -> None:
    """Do a `run` on these paths for what is there, and again for what comes, until it is stopped.

    Every so many seconds (`every`) it looks; where two looks see the same and the last run saw something else, it runs.
    The other parameters are those of `run`. A run that fails is told, and tried again after ten minutes. Where
    another process of this machine watches for the data folder, it ends at once. Raises NoFolderError where an address
    of the web or standard input is among the paths.
    """
    from tasks.ingest.files import STANDARD_INPUT
    from tasks.ingest.web import is_address

    if others := [path for path in paths if path == STANDARD_INPUT or (is_address(path) and not is_uri(path))]:
        raise NoFolderError(f"{others[0]} is no folder here: have it read by `sitrep run`, addresses on a schedule")

    def is_done() -> bool:
        try:
            run(paths, data, source, with_text, export=export, no_judge=no_judge, map=map)
        except NothingReadError as error:
            _tell(failure_line(error))
        except Exception as error:  # noqa: BLE001 - whatever ends one run, what comes next is coded
            _tell(f"{failure_line(error)}; trying again in {terminal.duration(_AFTER_FAILURE_SECONDS)}")
            return False
        return True

    root = Store(data).root
    try:
        with held(_lock(root), 0.0, root):
            _tell(f"looking at {', '.join(paths)} every {every:g} s")
            for _ in settled(Look(paths), lambda: time.sleep(every)):
                while not is_done():
                    time.sleep(_AFTER_FAILURE_SECONDS)
                _tell("waiting for files that come or change")
    except WriterBusyError:
        # a schedule begins watching again and again, so that it goes on wherever a worker was lost
        _tell(f"another process watches for {root} already")


def _lock(root: str) -> Path:
    """What the process that watches for a data folder holds; the kernel takes it back however that ends."""
    return resources_folder() / f"watch-{hashlib.sha256(root.encode()).hexdigest()[:16]}.lock"


class Look:
    """Looks at paths: what is there now; nothing while the storage of one of them does not answer."""

    def __init__(self, paths: list[str]) -> None:
        """Nothing is looked at yet. Raises ObjectsError where the library for object storage is missing."""
        self._folders = [path for path in paths if not is_uri(path)]
        self._uris = [path for path in paths if is_uri(path)]
        self._is_told = False
        for uri in self._uris:
            # without the library nothing would ever be seen
            Objects(uri)

    def __call__(self) -> Seen:
        """What is seen. That the storage does not answer is told once, until it does again."""
        from tasks.ingest import files, objects

        found: Seen = dict(files.seen(self._folders))
        try:
            for uri in self._uris:
                found |= objects.seen(uri)
        except ObjectsError as error:
            if not self._is_told:
                _tell(f"{error}; looking again until it answers")
            self._is_told = True
            return {}
        self._is_told = False
        return found


def settled(look: Callable[[], Seen], wait: Callable[[], object]) -> Iterator[Seen]:
    """What `look` sees, whenever it is neither what was given last nor about to change; `wait` is between two looks.

    Where nothing is there, nothing is given.
    """
    given: Seen = {}
    before = look()
    while True:
        wait()
        now = look()
        if now and now == before and now != given:
            given = now
            yield now
        before = now


def _tell(line: str) -> None:
    """Tell the log and who sits at the terminal, once where the two are one."""
    log = run_logger()
    log.info(line)
    if not is_on_terminal(log):
        terminal.tell(f"{'watch':8} {line}")
