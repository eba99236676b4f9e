"""One writer a data folder at a time.

In comes a lock file's path; out comes a context in which this process, and no other, holds it. The lock is the
kernel's and is gone with its process however that ended; who comes second waits, then is refused with the holder's id.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.storage.checks import StoreError

_LOG = logging.getLogger("sitrep.store")
_POLL_SECONDS = 0.2
_held: dict[Path, tuple[int, int]] = {}  # lock file -> its descriptor, how many times this process entered
_guard = threading.Lock()


class WriterBusyError(StoreError):
    """Another process is writing to this data folder."""


@contextmanager
def held(path: Path, wait_seconds: float, folder: str) -> Iterator[bool]:
    """Hold the lock file; a process may enter again while it holds it: gives whether it enters for the first time.

    `folder` is what messages call the place.
    """
    with _guard:
        descriptor, depth = _held.get(path, (-1, 0))
        if depth == 0:
            descriptor = _locked(path, wait_seconds, folder)
        _held[path] = (descriptor, depth + 1)
    try:
        yield depth == 0
    finally:
        with _guard:
            descriptor, depth = _held.pop(path)
            if depth > 1:
                _held[path] = (descriptor, depth - 1)
            else:
                os.close(descriptor)


def is_running(pid: int) -> bool:
    """Whether a process of this id lives, whoever it belongs to."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _locked(path: Path, wait_seconds: float, folder: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    until = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
            if time.monotonic() >= until:
                os.close(descriptor)
                raise WriterBusyError(
                    f"{folder}: process {holder} is writing there; wait for it to end, or give another --data"
                ) from None
            if not told:
                _LOG.warning("%s: waiting for process %s, which is writing there", folder, holder)
                told = True
            time.sleep(_POLL_SECONDS)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
