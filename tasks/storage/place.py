"""Where a data folder lies, and its writer lock: on this machine, or on object storage with a copy here.

In comes a path or a URI; out come the folder to work on and a context in which nobody else writes there. Refused is a
second writer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from tasks.storage.folders import data_folder
from tasks.storage.lock import WriterBusyError, held
from tasks.storage.mirror import Mirror
from tasks.storage.objects import is_uri


class Place:
    """A data folder: `address` is what it is called, `root` the local folder that is worked on.

    The two differ on object storage, of which `root` is a copy, brought up to date and written back by `writer`.
    """

    def __init__(self, root: str | Path | None = None) -> None:
        """Name the data folder `root`, by default `$SITREP_HOME/data`; nothing is opened or made yet."""
        given = (str(data_folder()) if root is None else str(root)).removeprefix("file://")
        self._mirror = Mirror(given) if is_uri(given) else None
        folder = self._mirror.folder if self._mirror else Path(given).expanduser()
        self.root = str(folder.resolve())
        self.address = self._mirror.uri if self._mirror else self.root
        self._lock = Path(self.root) / "_writer.lock"
        self._saved_at = time.monotonic()

    @contextmanager
    def writer(self, wait_seconds: float = 60.0) -> Iterator[Self]:
        """Hold the data folder for writing; a process may enter again while it holds it.

        Another process waits up to `wait_seconds`, then gets WriterBusyError with the holder's process id. Reading
        needs no lock. On object storage other machines wait as well, and what is new is there when the block has ended.
        """
        with held(self._lock, wait_seconds, self.address) as is_first, ExitStack() as stack:
            if self._mirror and is_first:
                stack.enter_context(self._mirror.at_work(wait_seconds))
            yield self

    def save(self, after_seconds: float = 0.0) -> None:
        """Have object storage hold what is written by now, where it is so long since it last did; under the lock."""
        if self._mirror and time.monotonic() - self._saved_at >= after_seconds:
            self._mirror.save()
            self._saved_at = time.monotonic()

    def refresh(self) -> None:
        """See what object storage holds now, for reading; where a process of this machine writes, what that sees."""
        if self._mirror:
            with suppress(WriterBusyError), held(self._lock, 0.0, self.address) as is_first:
                if is_first:
                    self._mirror.refresh()
