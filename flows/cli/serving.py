"""`sitrep serve`: Prefect's server, a worker and the deployments on this machine, until it is ended.

In come parsed arguments, out come lines of what is up. Refused is what cannot be served.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli import arguments
from flows.cli.examples import examples

if TYPE_CHECKING:
    from flows.cli.arguments import Commands

# server and worker, one after the other
_ENDING_SECONDS = 40.0


def add_commands(commands: Commands) -> None:
    """`serve`."""
    serve = commands.add_parser(
        "serve",
        help="Prefect's server, a worker and the deployments on this machine, until Ctrl-C",
        description="Bring up Prefect's server, a worker and the deployments of prefect.yaml, code the demo where the "
        "data folder has no release yet, and stay until Ctrl-C or --down, which leave no process behind.",
        epilog=examples("sitrep serve", "sitrep serve --port 4300 --data /srv/data", "sitrep serve --down"),
    )
    help_text = "port of the server's page and API, for this machine alone (default: 4200)"
    serve.add_argument("--port", type=arguments.port, default=4200, metavar="PORT", help=help_text)
    serve.add_argument("--down", action="store_true", help="end what is served from here")
    arguments.add_data(serve)
    serve.set_defaults(run=_serve, ending_seconds=_ENDING_SECONDS)


def _serve(args: argparse.Namespace) -> None:
    from flows.serving import serve, take_down

    if args.down:
        pid = take_down()
        terminal.tell("nothing is served from here" if pid is None else f"process {pid} and what it served have ended")
    else:
        for line in serve(args.port, args.data):
            terminal.tell(line)
