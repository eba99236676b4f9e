"""Prefect as Sitrep uses it: its logger, the id of the run, and quiet where a person at a terminal reads our own lines.

Nothing comes in but the context that Prefect keeps; outside of a flow run, ids are empty and logs go to the logger
`sitrep`. Nothing is refused.
"""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack

from prefect import get_run_logger
from prefect.exceptions import MissingContextError
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

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
