"""The command that says where vocabularies lie: `seeds`.

Nothing comes in, out comes the path of a folder.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli.examples import examples

if TYPE_CHECKING:
    from flows.cli.arguments import Commands


def add_commands(commands: Commands) -> None:
    """`seeds`."""
    seeds = commands.add_parser(
        "seeds",
        help="the folder that vocabularies, corrections and the demo are read from",
        epilog=examples(
            "sitrep seeds", 'sitrep run "$(sitrep seeds)/demo"', 'cp -r "$(sitrep seeds)" "$SITREP_HOME/seeds"'
        ),
    )
    seeds.set_defaults(run=_seeds)


def _seeds(args: argparse.Namespace) -> None:
    from tasks.vocabularies import folder

    terminal.tell(str(folder()))
