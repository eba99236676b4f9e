"""Commands that count over a release: `panel`, `sources`, `contradictions`.

In come parsed arguments, out come lines: CSV, or a table. Refused is a release that is not there.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from flows import terminal
from flows.cli import arguments
from flows.cli.examples import examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flows.cli.arguments import Commands

_AREAS = ("country", "admin1", "admin2", "priogrid", "h3")
# of H3 cells: from 4.4 million to 0.7 square kilometres
_RESOLUTIONS = range(9)
_MATTERS = ("killed", "injured", "culprit", "place", "denial")
_PERIODS = ("day", "week", "month", "year")
_EXAMPLES = """examples:
  sitrep panel --by admin1 --every week --from 2024-01-01 > deaths.csv
  sitrep panel --by country --every month --incident-type air_strike --incident-type drone_strike
  sitrep panel --by country --every year --target hospital --target school
  sitrep panel --by priogrid --every year --known-on 2024-06-30
  sitrep panel --by h3 --resolution 6 --every year

A cell that nobody reported on has no counts, which is not zero; incidents of several days are spread over them.
"""


def add_commands(commands: Commands) -> None:
    """`panel`, `sources` and `contradictions`."""
    panel = commands.add_parser(
        "panel",
        help="incidents and their dead by area and period, as CSV",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EXAMPLES,
    )
    panel.add_argument("--by", choices=_AREAS, default="admin1", help="area (default: admin1)")
    help_text = "size of cells by h3: 0 (continents) to 8 (a neighbourhood); default: 5 (some 250 square kilometres)"
    panel.add_argument("--resolution", type=int, choices=_RESOLUTIONS, metavar="N", help=help_text)
    panel.add_argument("--every", choices=_PERIODS, default="month", help="period (default: month)")
    help_text = "count incidents of this type alone; may be given several times"
    panel.add_argument("--incident-type", action="append", default=[], metavar="TYPE", help=help_text)
    help_text = "count incidents alone that hit this, as hospital or market; may be given several times"
    panel.add_argument("--target", action="append", default=[], metavar="TARGET", help=help_text)
    help_text = "by what documents published up to that day told, as 2021-06-25"
    panel.add_argument("--known-on", type=arguments.day, metavar="DATE", help=help_text)
    help_text = "leave out the word of this publisher or agency (sitrep sources lists them); may be given several times"
    panel.add_argument("--without", action="append", default=[], metavar="PUBLISHER", help=help_text)
    panel.add_argument("--from", dest="first", type=arguments.day, metavar="DATE", help="begin with the period of it")
    panel.add_argument("--to", dest="last", type=arguments.day, metavar="DATE", help="end with the period of it")
    arguments.add_release(panel)
    panel.set_defaults(run=_panel)

    sources = commands.add_parser(
        "sources",
        help="publishers, and how many incidents rest on the word of one alone",
        epilog=examples("sitrep sources", "sitrep sources --release v2026.03.01.1"),
    )
    arguments.add_release(sources)
    sources.set_defaults(run=_sources)

    differing = commands.add_parser(
        "contradictions",
        help="incidents of which toll, culprit, place or that they happened is told differently, as CSV",
        epilog=examples("sitrep contradictions", "sitrep contradictions --matter killed --matter culprit"),
    )
    help_text = "tell of this alone: killed, injured, culprit, place or denial; may be given several times"
    differing.add_argument("--matter", action="append", choices=_MATTERS, metavar="MATTER", help=help_text)
    arguments.add_release(differing)
    differing.set_defaults(run=_contradictions)


def _panel(args: argparse.Namespace) -> int:
    from tasks.knowledge.places import pcodes
    from tasks.reading.panel import H3_RESOLUTION, panel
    from tasks.storage.folders import resources_folder
    from tasks.storage.located import release_folder
    from tasks.vocabularies import load

    if args.resolution is not None and args.by != "h3":
        terminal.tell_failure("sitrep panel: error: --resolution is of cells by h3; say --by h3")
        return 2
    codes = load("codes")
    known = {
        "incident type": (args.incident_type, load("incident_types")["event_type_code"]),
        "target": (args.target, codes.loc[codes["list"] == "target", "code"]),
    }
    for what, (asked, there) in known.items():
        if unknown := sorted(set(asked) - set(there)):
            terminal.tell_failure(f"sitrep panel: error: no {what} {unknown[0]!r}; there are {', '.join(there)}")
            return 2
    release, between = release_folder(args.release, args.data), (args.first, args.last)
    codes_of = pcodes.known(resources_folder())
    narrowed = (args.incident_type, args.known_on, between, args.without, args.target)
    resolution = H3_RESOLUTION if args.resolution is None else args.resolution
    found = panel(release, args.by, args.every, *narrowed, pcodes=codes_of, resolution=resolution)
    _tell_csv(found.columns, found.rows)
    for why, count in sorted(found.left_out.items()):
        terminal.tell_failure(f"in no cell: {count} incidents {why}")
    return 0


def _tell_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a header and rows."""
    from flows.csv_text import csv_lines

    for line in csv_lines([columns, *([row[name] for name in columns] for row in rows)]):
        terminal.tell(line)


def _sources(args: argparse.Namespace) -> None:
    from tasks.reading.sources import source_lines, sources
    from tasks.storage.located import release_folder

    for line in source_lines(sources(release_folder(args.release, args.data))):
        terminal.tell(line)


def _contradictions(args: argparse.Namespace) -> None:
    from tasks.knowledge.contradictions import COLUMNS
    from tasks.reading.contradictions import contradictions
    from tasks.storage.located import release_folder

    found = contradictions(release_folder(args.release, args.data))
    _tell_csv(COLUMNS, [row for row in found if not args.matter or row["matter"] in args.matter])
