"""`sitrep gazetteer`: what places are known, and how a GeoNames dump or P-codes are taken in.

In comes a file or nothing, out come counts. Refused is what their readers refuse.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli.examples import examples

if TYPE_CHECKING:
    from flows.cli.arguments import Commands


# names without a division that are told one by one
_SHOWN = 20


def add_commands(commands: Commands) -> None:
    """`gazetteer`."""
    gazetteer = commands.add_parser(
        "gazetteer",
        help="what places are known; take in a GeoNames dump, or P-codes",
        epilog=examples("sitrep gazetteer", "sitrep gazetteer --geonames AF.txt", "sitrep gazetteer --pcodes afg.csv"),
    )
    source = gazetteer.add_mutually_exclusive_group()
    help_text = "add the places of allCountries.txt, of a country's file, or of the zip of either"
    source.add_argument("--geonames", metavar="FILE", type=Path, help=help_text)
    help_text = "give divisions the P-codes of a country's Common Operational Dataset (CSV), for panels"
    source.add_argument("--pcodes", metavar="FILE", type=Path, help=help_text)
    source.add_argument("--vendored", action="store_true", help="go back to the places and codes that come with Sitrep")
    gazetteer.set_defaults(run=_gazetteer)


def _gazetteer(args: argparse.Namespace) -> None:
    from flows.resources import gazetteer_digest, open_gazetteer
    from tasks.knowledge.places import geonames, pcodes
    from tasks.storage.folders import resources_folder

    folder = resources_folder()
    if args.vendored:
        geonames.forget(folder)
        pcodes.forget(folder)
    if args.pcodes is not None:
        _take_pcodes(args.pcodes, folder)
        return
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


def _take_pcodes(file: Path, folder: Path) -> None:
    from tasks.knowledge.places import pcodes
    from tasks.reading.visible import visible

    taken = pcodes.take(file, folder)
    told = ", ".join(f"{count:,} of {level}" for level, count in sorted(taken.found.items()))
    terminal.tell(f"{file}: P-codes for {told}")
    if taken.left:
        terminal.tell(f"  of no division that Sitrep knows by that name: {len(taken.left):,}")
        for name in taken.left[:_SHOWN]:
            terminal.tell(f"    {visible(name)}")
