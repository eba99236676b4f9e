"""A flow as Prefect runs it for us: named by its data folder, and ended in one line where it fails.

In comes a function that reads like a recipe; out comes a flow of the same parameters. What the function raises reaches
who called the flow; Prefect's page has the reason as the state's message, and no traceback but with SITREP_DEBUG.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import Flow, flow
from prefect.runtime import flow_run
from prefect.states import Failed

from flows.failures import failure_line
from tasks.storage.folders import data_folder

P = ParamSpec("P")
R = TypeVar("R")


def recipe(name: str) -> Callable[[Callable[P, R]], Flow[P, R]]:
    """Make a function with a parameter `data` a flow of this name; its runs are called "NAME of FOLDER"."""

    def made(function: Callable[P, R]) -> Flow[P, R]:
        @wraps(function)
        def ended_in_a_line(*given: P.args, **named: P.kwargs) -> R:
            try:
                return function(*given, **named)
            except Exception as error:
                if not flow_run.id or os.environ.get("SITREP_DEBUG"):
                    raise
                # Prefect raises a failed state's data in who called the flow
                failed: Any = Failed(message=failure_line(error), data=error)
                return failed  # type: ignore[no-any-return]

        # Prefect would look up the names of types in this module, and not where the function was written
        ended_in_a_line.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined]
        return flow(name=name, flow_run_name=lambda: _run_name(name))(ended_in_a_line)

    return made


def _run_name(name: str) -> str:
    data = flow_run.parameters.get("data")
    return f"{name} of {data_folder() if data is None else data}"
