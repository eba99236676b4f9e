"""`sitrep`: a thin door onto the flows, and onto releases and tables for reading.

In come arguments, out comes an exit code: 0 done, 1 failed, 2 bad usage, 128 + its number where a signal ended it.
Reading commands import no engine and start at once. What fails is told in one line; --debug shows where.
"""

from __future__ import annotations

import os
import sys
import traceback

from flows import heap, terminal
from flows.interrupts import ending


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    with ending() as end, heap.lasting():
        # imports that take a while, already in reach of Ctrl-C
        from flows.cli.parser import parser
        from flows.failures import failure_line
        from tasks.tables import STAGES

        args = parser().parse_args(argv)
        goes_on = args.command in ("run", "watch", "repair", *STAGES)
        hint = "; what is done is kept, and the next run goes on from there" if goes_on else ""
        end.line = (f"sitrep {args.command}", hint)
        # who has processes to end says how long that may take
        end.seconds = getattr(args, "ending_seconds", end.seconds)
        if args.debug:
            # for the flows as well
            os.environ["SITREP_DEBUG"] = "1"
        try:
            return int(args.run(args) or 0)
        except BrokenPipeError:
            # the reader of a pipe left: "sitrep log | head"
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            # not every error of compiled code is an Exception
            if end.is_asked:
                raise
            if os.environ.get("SITREP_DEBUG"):
                for line in traceback.format_exc().splitlines():
                    terminal.tell_failure(line)
            terminal.tell_failure(f"sitrep {args.command}: {failure_line(error)}")
            return 1
