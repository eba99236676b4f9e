"""The commands of `sitrep`, each with its arguments and what runs it.

Nothing comes in; out comes a parser whose results carry `command` and `run`. Bad usage ends the process with code 2.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from flows import terminal
from flows.cli import counting, explain, exporting, gazetteer, reading, running, status


class _Parser(argparse.ArgumentParser):
    """A parser that tells bad usage as all else is told: names of files from anywhere are among the arguments."""

    def parse_args(self, *given: Any, **named: Any) -> Any:
        """The arguments; where something is to be read, bad usage without a word of what."""
        args = super().parse_args(*given, **named)
        if getattr(args, "paths", None) == [] and not (args.source or args.all_sources):
            self.error("give a PATH or an address, --source or --all-sources")
        return args

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        terminal.tell_failure(f"{self.prog}: error: {message}")
        self.exit(2)


def parser() -> argparse.ArgumentParser:
    """A parser of all commands, in the order in which help lists them."""
    made: argparse.ArgumentParser = _Parser(prog="sitrep", description="Raw news text in, coded event rows out.")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    running.add_commands(commands)
    reading.add_commands(commands)
    counting.add_commands(commands)
    exporting.add_commands(commands)
    status.add_commands(commands)
    explain.add_commands(commands)
    gazetteer.add_commands(commands)
    for command in commands.choices.values():
        command.add_argument("--debug", action="store_true", help="show where it failed, and what Prefect says")
    return made
