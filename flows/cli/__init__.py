"""`sitrep`: a thin door onto the flows, and onto releases and tables for reading.

In come arguments, out comes an exit code: 0 done, 1 failed, 2 bad usage. Reading commands import no engine and start at
once. What fails is told in one line; SITREP_DEBUG shows where.
"""

from __future__ import annotations

import os
import sys
import traceback

from flows import terminal
from flows.cli.parser import parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    args = parser().parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except BrokenPipeError:
        # the reader of a pipe left: "sitrep log | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - it is told, whatever it is
        if os.environ.get("SITREP_DEBUG"):
            for line in traceback.format_exc().splitlines():
                terminal.tell_failure(line)
        message = str(error.args[0] if isinstance(error, LookupError) and error.args else error)
        terminal.tell_failure(f"sitrep {args.command}: {' '.join(message.split()) or type(error).__name__}")
        return 1
