"""A process beside this one, which is spoken to over a connection.

In comes the function of a module that is to run there, out come the process and this end of the connection. The process
heeds no Ctrl-C, and sees the connection end when this one ends, however it does. Nothing is refused.
"""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection


def beside(module: str, function: str) -> tuple[subprocess.Popen[bytes], Connection]:
    """Start a process that calls the function with the number of its end of the connection."""
    # a fork would share open tables, the gazetteer's file and the writer's lock; what multiprocessing spawns would run
    # the caller's script once more
    ours, theirs = Pipe()
    code = f"from {module} import {function}; {function}({theirs.fileno()})"
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    # in a session of its own, Ctrl-C does not reach it
    called = [sys.executable, "-c", code]
    process = subprocess.Popen(called, env=paths, pass_fds=[theirs.fileno()], start_new_session=True)
    theirs.close()
    return process, ours
