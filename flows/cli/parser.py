"""The commands of `sitrep`, each with its arguments and what runs it.

Nothing comes in; out comes a parser whose results carry `command` and `run`. Bad usage ends the process with code 2.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version
from typing import Any, NoReturn

from flows import terminal
from flows.cli import (
    counting,
    explain,
    exporting,
    gazetteer,
    querying,
    reading,
    reviewing,
    running,
    seeds,
    serving,
    status,
)
from flows.cli.examples import examples
from flows.nearest import did_you_mean

_EPILOG = examples("sitrep run reports/ --data /srv/data", "sitrep status", "sitrep COMMAND --help")


class _Parser(argparse.ArgumentParser):
    """A parser that tells bad usage as all else is told: names of files from anywhere are among the arguments.

    What is no command, option or choice is told with the nearest that is one.
    """

    def __init__(self, **named: Any) -> None:
        # examples keep their lines
        super().__init__(**{"formatter_class": argparse.RawDescriptionHelpFormatter} | named)

    def parse_args(self, *given: Any, **named: Any) -> Any:
        """The arguments; where something is to be read, bad usage without a word of what."""
        args = super().parse_args(*given, **named)
        is_coded_alone = getattr(args, "no_ingest", False)
        if getattr(args, "paths", None) == [] and not (args.source or args.all_sources or is_coded_alone):
            self.error("give a PATH or an address, --source or --all-sources; or run --no-ingest for what is there")
        if is_coded_alone and (args.paths or args.all_sources):
            self.error("--no-ingest reads nothing: leave PATH and --all-sources away")
        if getattr(args, "address", None) and args.runner != "dask":
            self.error("--address is that of a Dask cluster: say --runner dask as well")
        return args

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        terminal.tell_failure(f"{self.prog}: error: {message}")
        self.exit(2)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse gives; what is left over is refused here, where the options of the command are known."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            hint = did_you_mean(rest[0].partition("=")[0], self._option_string_actions)
            self.error(f"unrecognized arguments: {' '.join(rest)}{hint}")
        return found, rest

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(one) for one in action.choices]
            hint = did_you_mean(str(value), known) or f" (choose from {', '.join(known)})"
            raise argparse.ArgumentError(action, f"invalid choice: {value!r}{hint}")


def parser() -> argparse.ArgumentParser:
    """A parser of all commands, in the order in which help lists them."""
    made: argparse.ArgumentParser = _Parser(
        prog="sitrep", description="Raw news text in, coded event rows out.", epilog=_EPILOG
    )
    made.add_argument("--version", action="version", version=f"sitrep {version('sitrep')}", help="tell the version")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    running.add_commands(commands)
    reading.add_commands(commands)
    counting.add_commands(commands)
    querying.add_commands(commands)
    reviewing.add_commands(commands)
    exporting.add_commands(commands)
    status.add_commands(commands)
    explain.add_commands(commands)
    gazetteer.add_commands(commands)
    serving.add_commands(commands)
    seeds.add_commands(commands)
    for command in commands.choices.values():
        command.add_argument("--debug", action="store_true", help="show where it failed, and what Prefect says")
    return made
