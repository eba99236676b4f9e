"""Prefect as Sitrep uses it: its server, its logger, the id of the run, and quiet where a person reads our own lines.

Nothing comes in but Prefect's settings and the context that it keeps; outside of a flow run, ids are empty and logs go
to the logger `sitrep`. A server that cannot be had is ServerError.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, cast
from uuid import UUID

from httpx import HTTPError
from prefect import get_client, get_run_logger
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.exceptions import MissingContextError
from prefect.runtime import flow_run
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    get_current_settings,
    temporary_settings,
)

from flows.server import Server, ServerError, check_home

_FOR_GOOD = ExitStack()
_FLOW_RUNS = "prefect.flow_runs"

Logger = logging.Logger | logging.LoggerAdapter[logging.Logger]


def quiet_prefect() -> None:
    """Make Prefect quiet in a process that runs flows itself.

    No heartbeat, whose thread costs a second at the end of every flow; and what flows log goes to Prefect's API alone,
    for the terminal has a line a stage and a failure's reason of our own. SITREP_DEBUG leaves the logs there.
    """
    # a default that no environment variable can take away; entered for as long as the process lives
    _FOR_GOOD.enter_context(temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}))
    if not os.environ.get("SITREP_DEBUG"):
        logging.getLogger(_FLOW_RUNS).propagate = False
        # what stages did is for the page, whatever the level of the terminal
        logging.getLogger(_FLOW_RUNS).setLevel(logging.INFO)
        # that events are still on their way to a slow server is no news
        logging.getLogger("EventsWorker").setLevel(logging.ERROR)


def have_server() -> None:
    """See that Prefect has a server: the one that settings name, or else one of our own for as long as we run.

    Prefect would start one too, but in reach of Ctrl-C, which takes it from under the run that then waits for it, and
    left behind by a kill. Raises ServerError where none answers.
    """
    settings = get_current_settings()
    if settings.api.url:
        with get_client(sync_client=True) as client:
            if error := client.api_healthcheck():
                raise ServerError(
                    f"no server of Prefect answers at {settings.api.url} ({error}); start it, or unset PREFECT_API_URL "
                    "and each run has one of its own"
                )
    elif not settings.server.ephemeral.enabled:
        raise ServerError(
            "Prefect's settings name no server and allow none of our own; set PREFECT_API_URL to one that runs"
        )
    else:
        check_home(settings.home)
        server = Server(os.environ | settings.to_environment_variables(exclude_unset=True))
        # held until the process ends and not only its flows: what they logged is still on its way
        _FOR_GOOD.callback(server.end)
        server.wait_until_up(settings.server.ephemeral.startup_timeout_seconds)
        _FOR_GOOD.enter_context(temporary_settings({PREFECT_API_URL: server.api_url}))


def run_logger() -> Logger:
    """The logger of the flow run at work."""
    try:
        return get_run_logger()
    except MissingContextError:
        return logging.getLogger("sitrep")


def is_on_terminal(log: Logger) -> bool:
    """Whether what is logged as information shows on the terminal, as it does in a worker."""
    return log.isEnabledFor(logging.INFO) and logging.getLogger(_FLOW_RUNS).propagate


def is_run_alone() -> bool:
    """Whether a flow run is at work that no other flow began."""
    context = FlowRunContext.get()
    return bool(context and context.flow_run and context.flow_run.parent_task_run_id is None)


def put_page(name: str, markdown: str) -> None:
    """Put a page of this name (lower case, digits and dashes) beside the flow run at work; outside of one, nothing.

    A page that the server does not take is worth a warning and no failed run.
    """
    if flow_run.id:
        try:
            create_markdown_artifact(markdown, key=name, description=flow_run.name)
        except HTTPError as error:
            run_logger().warning("the server did not take the page of this run: %s", error)


def materialized(
    stage: str, facts: Mapping[str, Mapping[str, Any]], made_from: Sequence[str], named: Mapping[str, tuple[str, str]]
) -> None:
    """Tell the flow run at work that a stage wrote assets, by their keys, with what is to be told of each; outside of
    one, nothing. `made_from`: keys of those that it read; `named`: names of all, and what they mean."""
    if not flow_run.id:
        return

    def asset(key: str) -> Asset:
        name, meaning = named[key]
        return Asset(key=key, properties=AssetProperties(name=name, description=meaning))

    def written() -> None:
        for key, told in facts.items():
            add_asset_metadata(key, dict(told))

    # a task alone can say so to Prefect; the work is done by then
    task = materialize(
        *map(asset, facts),
        by="sitrep",
        name=f"{stage} wrote {', '.join(named[key][0] for key in facts)}",
        asset_deps=[asset(key) for key in made_from],
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    task(written)()


class PageProgress:
    """Progress on the page of the flow run at work, from when it is first told; outside of one, nothing."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._artifact: UUID | None = None

    def put(self, percent: float) -> None:
        """Say how far the work is, from 0 to 100."""
        if not flow_run.id:
            return
        try:
            if self._artifact is None:
                # a flow that is no coroutine gets the id itself
                self._artifact = cast(UUID, create_progress_artifact(percent, description=self._what))
            else:
                update_progress_artifact(self._artifact, percent)
        except HTTPError as error:
            run_logger().debug("the server did not take the progress of this run: %s", error)

    def end(self) -> None:
        """All is done; what was never told, since it was quick, need not be told now."""
        if self._artifact is not None:
            self.put(100.0)


def run_id() -> str:
    """The id of the flow run at work; empty outside of one."""
    return flow_run.id or ""
