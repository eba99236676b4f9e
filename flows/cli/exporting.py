"""`sitrep export`: a release in a file that another tool loads.

In come parsed arguments, out come files and a line for each. Refused is a release that is not there, and one file for
an export of many.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli import arguments

if TYPE_CHECKING:
    from flows.cli.arguments import Commands

_EXAMPLES = """examples:
  sitrep export --as acled                       into exports/<version>/ beside the releases
  sitrep export --as xlsx --out desk.xlsx        one workbook, where you want it
  sitrep export --as csv --out tables/           one file a table: --out is a folder
  sitrep export --as ucdp --release v2026.03.01.1
  sitrep export --as geopackage --out map.gpkg && qgis map.gpkg

kinds:
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Lists the kinds behind the examples; what exports import takes too long for commands that need none."""

    def add_text(self, text: str | None) -> None:
        if text == _EXAMPLES:
            from tasks.publish.exports import EXPORTS

            text += "\n".join(f"  {name:<12}{what}" for name, what in EXPORTS.items())
        super().add_text(text)


def add_commands(commands: Commands) -> None:
    """`export`."""
    export = commands.add_parser(
        "export",
        help="a release in a file that another tool loads: a spreadsheet, a map, ACLED's or UCDP's columns",
        formatter_class=_Help,
        epilog=_EXAMPLES,
    )
    export.add_argument("--as", dest="kind", required=True, type=arguments.export, metavar="NAME", help="see kinds")
    help_text = "the file, or a folder for it or for several (default: exports/<version>/)"
    export.add_argument("--out", type=Path, metavar="FILE", help=help_text)
    arguments.add_release(export)
    export.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> None:
    from tasks.publish.exports import MANY_FILES, exported
    from tasks.storage import releases
    from tasks.storage.located import release_folder
    from tasks.storage.objects import is_uri
    from tasks.vocabularies import load

    if args.out is None and is_uri(args.data or ""):
        raise LookupError(f"{args.data}: say by --out where to write; `sitrep run --export` writes there")
    release = release_folder(args.release, args.data)
    countries = load("countries")
    names = dict(zip(countries["country_code"], countries["name"], strict=True))
    folder = args.out or releases.exports_folder(release.parent) / release.name
    is_file = args.out is not None and args.kind not in MANY_FILES and not args.out.is_dir()
    for name, content in exported(args.kind, releases.read(release), names):
        path = args.out if is_file else folder / name
        releases.write_file(path, content)
        terminal.tell(str(path))
