"""Where what was fetched from the web is kept between runs, and the clock by which it is fetched.

In come what addresses gave, out comes what they gave before. With `full` nothing is held to be known, so that all is
fetched anew; where only some of what comes is taken, nothing is known before and kept after. Refused is what the store
refuses.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pyarrow as pa

from flows.work import Work
from tasks.ingest.web import Clock, Kept
from tasks.tables import FETCHED

CLOCK = Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep)


class TableShelf:
    """The table `fetched` as a shelf."""

    def __init__(self, work: Work, full: bool, is_all_taken: bool = True) -> None:
        self._work, self._full, self._is_all_taken = work, full or not is_all_taken, is_all_taken

    def get(self, url: str) -> Kept | None:
        """What an address gave before; None where it is to be fetched anew."""
        rows = [] if self._full else self._work.store.read(FETCHED.name, ids=[url], by="url").to_pylist()
        return Kept(**rows[0]) if rows else None

    def put(self, kept: Kept) -> None:
        """Keep what an address gave, in the place of what it gave before."""
        # an address that is known is not read again, and what was left out would never come
        if not self._is_all_taken:
            return
        rows = pa.Table.from_pylist([vars(kept)], schema=FETCHED.schema)
        self._work.replace(FETCHED.name, rows, [kept.url], by="url")
