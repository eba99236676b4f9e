"""How far a stage is: a bar with the time left on a terminal, and a progress artifact on Prefect's page.

In come a stage and how many documents it has to do, of ingest how many bytes it has to read; out go the two, brought up
to date as documents are done. Nothing is written where nobody watches: on a pipe, or outside of a flow run. Nothing is
refused.
"""

from __future__ import annotations

import time

from flows import terminal
from flows.engine import PageProgress

# a call to Prefect takes as long as a document
_PAGE_SECONDS = 5.0
_SHOWN_SECONDS = 0.2


class Progress:
    """The progress of a stage at work; `total` in documents."""

    def __init__(self, stage: str, total: int) -> None:
        self._stage = stage
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._page = PageProgress(f"{stage}: {total:,} documents")
        self._paged = self._began
        self._show()

    def advance(self, documents: int) -> None:
        """So many documents more are done."""
        self._done += documents
        self._show()
        now = time.monotonic()
        if now - self._paged >= _PAGE_SECONDS:
            self._paged = now
            self._page.put(100 * self._done / self._total)

    def end(self) -> None:
        """All is done that was to be done; what is on the page says so."""
        self._page.end()

    def _show(self) -> None:
        seconds = time.monotonic() - self._began
        terminal.show(terminal.bar(self._stage, self._done, self._total, seconds))


class ReadProgress:
    """How much is read of files; `total` in bytes, None where it cannot be known: of what is fetched as it is read."""

    def __init__(self, total: int | None) -> None:
        self.inputs = 0
        self._total = total
        self._before = self._done = 0
        self._began = self._shown = time.monotonic()

    def at(self, size: int) -> None:
        """So many bytes are read of the group of files that is being read."""
        self._done = self._before + size
        if time.monotonic() - self._shown >= _SHOWN_SECONDS:
            self.show()

    def end_group(self) -> None:
        """The next bytes are those of another group."""
        self._before = self._done

    def show(self) -> None:
        """Show it now."""
        self._shown = time.monotonic()
        if self._total is None:
            terminal.show(f"ingest   {self.inputs:,} inputs read")
            return
        done = min(self._done, self._total)  # a file may grow while it is read
        told = f"{terminal.megabytes(done)} of {terminal.megabytes(self._total)}"
        terminal.show(terminal.bar("ingest", done, self._total, self._shown - self._began, told))
