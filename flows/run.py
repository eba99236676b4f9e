"""Run: all six stages, one after the other, on files, folders, globs and addresses of the web."""

from __future__ import annotations

from flows.clean import clean
from flows.extract import extract
from flows.ingest import ingest
from flows.link import link
from flows.publish import publish
from flows.recipe import recipe
from flows.resolve import resolve
from flows.work import WAIT_SECONDS, Summary
from tasks.storage.damage import DamagedTableError
from tasks.storage.store import Store
from tasks.tables import STAGE_TABLES


@recipe("run")
def run(
    paths: list[str],
    data: str | None = None,
    source: str | None = None,
    with_text: bool = False,
    full: bool = False,
    export: list[str] | None = None,
    ids_from: str | None = None,
    no_judge: bool = False,
    map: str | None = None,
    all_sources: bool = False,
    allow_private: bool = False,
) -> dict[str, Summary]:
    """Raw text in, a release out, when anything changed; the data folder is held for the whole of it.

    `ids_from`, a release by its folder or version, lends the ids of its events to what is linked for the first time.
    With `no_judge` the rules stand alone. `map`, `all_sources` and `allow_private` are ingest's. A table that turns
    out to be damaged is made again, and the run begun again.
    """
    store = Store(data)
    if ids_from:
        # refused before the work, not after it
        store.ids_from(ids_from)

    def stages() -> dict[str, Summary]:
        return {
            "ingest": ingest(paths, data, source, full, map, all_sources, allow_private),
            "clean": clean(data, full),
            "extract": extract(data, full, no_judge=no_judge),
            "resolve": resolve(data, full),
            "link": link(data, full, ids_from=ids_from),
            "publish": publish(data, with_text, full, export=export),
        }

    with store.writer(WAIT_SECONDS):
        for _ in STAGE_TABLES:
            try:
                return stages()
            except DamagedTableError as error:
                # the stage has put the table aside: from the first stage on, what it held is made again
                if not error.is_made_again:
                    raise
        return stages()
