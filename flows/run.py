"""Run: all six stages, one after the other, on files, folders, globs and addresses of the web."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows import run_page
from flows.clean import clean
from flows.extract import extract
from flows.failures import failure_line
from flows.ingest import ingest
from flows.link import link
from flows.parameters import Day, Exports, Runner
from flows.publish import publish
from flows.recipe import recipe
from flows.resolve import resolve
from flows.work import WAIT_SECONDS, Summary
from tasks.storage.damage import DamagedTableError
from tasks.storage.store import Store
from tasks.tables import STAGE_TABLES


@recipe("run")
def run(
    paths: list[str] | None = None,
    data: str | None = None,
    source: str | None = None,
    with_text: bool = False,
    full: bool = False,
    export: Exports = None,
    ids_from: str | None = None,
    no_judge: bool = False,
    map: str | None = None,
    all_sources: bool = False,
    allow_private: bool = False,
    again: bool = False,
    no_ingest: bool = False,
    since: Day | None = None,
    until: Day | None = None,
    documents: list[str] | None = None,
    runner: Runner = "local",
    address: str | None = None,
) -> dict[str, Summary]:
    """Raw text in, a release out, when anything changed; the data folder is held for the whole of it.

    `ids_from`, a release by its folder or version, lends the ids of its events to what is linked for the first time.
    With `no_judge` the rules stand alone. `map`, `all_sources`, `allow_private` and `again` are ingest's. A table that
    turns out to be damaged is made again, and the run begun again.

    `since`, `until` and `documents` say which documents are coded (see `choice`); with `no_ingest` nothing is read, and
    `source` says of which source they are. `runner` and `address` are extract's.
    """
    store = Store(data)
    if ids_from:
        # refused before the work, not after it
        store.refresh()
        store.ids_from(ids_from)

    chosen: dict[str, Any] = {"since": since, "until": until, "documents": documents}
    if no_ingest:
        chosen["source"] = source

    def stages() -> dict[str, Summary]:
        if not no_ingest:
            done["ingest"] = ingest(paths or [], data, source, full, map, all_sources, allow_private, again)
        done["clean"] = clean(data, full, **chosen)
        done["extract"] = extract(data, full, no_judge=no_judge, runner=runner, address=address, **chosen)
        done["resolve"] = resolve(data, full, **chosen)
        done["link"] = link(data, full, ids_from=ids_from)
        done["publish"] = publish(data, with_text, full, export=export)
        return done

    done: dict[str, Summary] = {}
    try:
        with store.writer(WAIT_SECONDS):
            _begun_again_where_damaged(stages)
    except Exception as error:
        run_page.put("run", store, done, failure_line(error))
        raise
    run_page.put("run", store, done)
    return done


def _begun_again_where_damaged(stages: Callable[[], object]) -> None:
    """Do the stages; where a table turns out to be damaged, the stage has put it aside, and all is begun again.

    From the first stage on, what the table held is made again.
    """
    for _ in STAGE_TABLES:
        try:
            stages()
            return
        except DamagedTableError as error:
            if not error.is_made_again:
                raise
    stages()
