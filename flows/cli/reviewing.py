"""The command that corrects by eye: `review`.

In come parsed arguments, out comes an address, which is served until the command is stopped. Refused is a release that
is not there.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli import arguments
from flows.cli.examples import examples

if TYPE_CHECKING:
    from flows.cli.arguments import Commands


def add_commands(commands: Commands) -> None:
    """`review`."""
    review = commands.add_parser(
        "review",
        help="look at what is doubtful, on a page on this machine, and correct it",
        epilog=examples("sitrep review", "sitrep review --release v2026.03.01.1 --port 8765"),
    )
    arguments.add_release(review)
    arguments.add_port(review)
    review.set_defaults(run=_review)


def _review(args: argparse.Namespace) -> None:
    from flows.review import Desk, serving
    from tasks.storage.located import release_folder

    server, address = serving(Desk(release_folder(args.release, args.data)), args.port)
    terminal.tell(f"review: {address}")
    terminal.tell("The address is the key: who has it can write seeds/corrections.csv. Ctrl-C ends it.")
    with server:
        server.serve_forever()
