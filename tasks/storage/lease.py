"""One writer a folder on object storage at a time, among machines.

In come the folder's objects; out comes a context in which this process holds its lock, an object that is written only
where there is none, and anew every few seconds while it is held. Who comes second waits, and takes it over where it has
not been renewed for long: its holder was killed. No clock of another machine is believed. In the end the lock keeps
the peace and not the data: a holder that was stopped and wakes up late finds the index changed (see `mirror`).
"""

from __future__ import annotations

import json
import logging
import os
import platform
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tasks.storage.lock import WriterBusyError
from tasks.storage.objects import MovedError, Objects, ObjectsError

NAME = "_writer.lock"
_RENEWED_SECONDS = 10.0
_DEAD_SECONDS = 40.0
_POLL_SECONDS = 2.0
_LOG = logging.getLogger("sitrep.store")


@contextmanager
def leased(objects: Objects, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of a folder; raises WriterBusyError where another holds it for all of the time."""
    tag = _taken(objects, wait_seconds)
    ended = threading.Event()
    held = _Held(objects, tag)
    renewing = threading.Thread(target=held.renew_until, args=[ended], daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()
        # where it cannot be reached, it is taken over once it is old
        if held.tag is not None:
            with suppress(ObjectsError):
                objects.delete([NAME])


class _Held:
    """The lock that is held; `tag` is None once another has taken it."""

    def __init__(self, objects: Objects, tag: str) -> None:
        self.tag: str | None = tag
        self._objects = objects

    def renew_until(self, ended: threading.Event) -> None:
        while self.tag is not None and not ended.wait(_RENEWED_SECONDS):
            try:
                self.tag = self._objects.write(NAME, _content(), self.tag)
            except MovedError:
                self.tag = None
            except ObjectsError as error:
                _LOG.warning("the lock cannot be renewed: %s", error)


def _taken(objects: Objects, wait_seconds: float) -> str:
    """Take the lock, waiting while somebody renews it; its tag."""
    until = time.monotonic() + wait_seconds
    seen, since = "", time.monotonic()
    while True:
        there = objects.read(NAME)
        with suppress(MovedError):
            if there is None:
                return objects.write(NAME, _content(), None)
            if there[1] == seen and time.monotonic() - since >= _DEAD_SECONDS:
                return objects.write(NAME, _content(), seen)
        holder = _holder(there[0]) if there else "another"
        if there and there[1] != seen:
            if not seen:
                _LOG.warning("%s: waiting for %s, which is writing there", objects.uri, holder)
            seen, since = there[1], time.monotonic()
        if time.monotonic() >= until:
            raise WriterBusyError(
                f"{objects.uri}: {holder} is writing there; wait for it to end, or give another --data"
            )
        time.sleep(min(_POLL_SECONDS, _DEAD_SECONDS / 4))


def _content() -> bytes:
    """Who holds the lock; never the same twice, so that each has a tag of its own."""
    told = {"machine": platform.node(), "process": os.getpid(), "renewal": uuid.uuid4().hex}
    return json.dumps(told, sort_keys=True).encode()


def _holder(content: bytes) -> str:
    try:
        told = json.loads(content)
        return f"process {told['process']} of {told['machine']}"
    except (ValueError, LookupError, TypeError):
        return "another"
