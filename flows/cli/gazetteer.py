"""`sitrep gazetteer`: what places are known, and how a GeoNames dump is taken in.

In comes a dump or nothing, out come counts. Refused is what the reader of dumps refuses.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli.examples import examples

if TYPE_CHECKING:
    from flows.cli.arguments import Commands


def add_commands(commands: Commands) -> None:
    """`gazetteer`."""
    gazetteer = commands.add_parser(
        "gazetteer",
        help="what places are known; take in a GeoNames dump",
        epilog=examples("sitrep gazetteer", "sitrep gazetteer --geonames AF.txt"),
    )
    source = gazetteer.add_mutually_exclusive_group()
    help_text = "add the places of allCountries.txt, of a country's file, or of the zip of either"
    source.add_argument("--geonames", metavar="FILE", type=Path, help=help_text)
    source.add_argument("--vendored", action="store_true", help="go back to the places that come with Sitrep")
    gazetteer.set_defaults(run=_gazetteer)


def _gazetteer(args: argparse.Namespace) -> None:
    from flows.resources import gazetteer_digest, open_gazetteer
    from tasks.knowledge.places import geonames
    from tasks.storage.folders import resources_folder

    folder = resources_folder()
    if args.vendored:
        geonames.forget(folder)
    if args.geonames is not None:
        taken = geonames.distil(args.geonames, folder)
        terminal.tell(f"{args.geonames}: {sum(taken.kept.values()):,} places of use")
        for reason, count in sorted(taken.left.items()):
            first = f", the first on line {taken.first_bad_line}" if reason == "bad line" else ""
            terminal.tell(f"  left out, {reason}: {count:,}{first}")
    gazetteer_digest.cache_clear()
    opened = open_gazetteer()
    has_dump = geonames.distilled(folder) is not None
    terminal.tell(f"{opened.path}: {'with a GeoNames dump' if has_dump else 'the places that come with Sitrep'}")
    for kind, count in opened.counts().items():
        terminal.tell(f"  {kind:12}{count:>12,}")
