"""Prefect as Sitrep uses it: its server, its logger, the id of the run, and quiet where a person reads our own lines.

Nothing comes in but Prefect's settings and the context that it keeps; outside of a flow run, ids are empty and logs go
to the logger `sitrep`. A server that cannot be had is ServerError.
"""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack

from prefect import get_client, get_run_logger
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


def run_id() -> str:
    """The id of the flow run at work; empty outside of one."""
    return flow_run.id or ""
