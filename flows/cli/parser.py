"""The commands of `sitrep`, each with its arguments and what runs it.

Nothing comes in; out comes a parser whose results carry `command` and `run`. Bad usage ends the process with code 2.
"""

from __future__ import annotations

import argparse

from flows.cli import explain, gazetteer, reading, running, status


def parser() -> argparse.ArgumentParser:
    """A parser of all commands, in the order in which help lists them."""
    made = argparse.ArgumentParser(prog="sitrep", description="Raw news text in, coded event rows out.")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    running.add_commands(commands)
    reading.add_commands(commands)
    status.add_commands(commands)
    explain.add_commands(commands)
    gazetteer.add_commands(commands)
    return made
