"""Commands that read releases and tables: `show`, `territory`, `diff`, `verify`, `log`, `codebook`.

In come parsed arguments, out come lines. Refused is a release, event, place or table that is not there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli import arguments

if TYPE_CHECKING:
    from flows.cli.arguments import Commands


def add_commands(commands: Commands) -> None:
    """All commands that only read."""
    show = commands.add_parser("show", help="one incident or event: its row, its claims and its sentences")
    show.add_argument("id", metavar="ID", help="incident_id or event_id, or how it begins")
    help_text = "of an incident, what documents published up to that day told, as 2021-06-25"
    show.add_argument("--known-on", type=arguments.day, metavar="DATE", help=help_text)
    show.add_argument("--release", metavar="VERSION", default="latest")
    arguments.add_data(show)
    show.set_defaults(run=_show)

    territory = commands.add_parser("territory", help="who held a place, since when, and who says so")
    territory.add_argument("place", metavar="PLACE", help="its name, its id, or the name of a first-level division")
    territory.add_argument("--on", type=arguments.day, metavar="DATE", help="only the state on that day, as 2021-06-25")
    territory.add_argument("--release", metavar="VERSION", default="latest")
    arguments.add_data(territory)
    territory.set_defaults(run=_territory)

    diff = commands.add_parser("diff", help="what changed between two releases, and why")
    diff.add_argument("before", metavar="RELEASE")
    diff.add_argument("after", metavar="RELEASE")
    diff.add_argument("--format", choices=("table", "json", "html"), default="table", help="lines, JSON or a page")
    arguments.add_data(diff)
    diff.set_defaults(run=_diff)

    verify = commands.add_parser("verify", help="whether a release is what its manifest and its tables say")
    verify.add_argument("release", metavar="RELEASE")
    arguments.add_data(verify)
    verify.set_defaults(run=_verify)

    log = commands.add_parser("log", help="versions of the tables, with lineage")
    log.add_argument("table", nargs="?", metavar="TABLE")
    arguments.add_data(log)
    log.set_defaults(run=_log)

    codebook = commands.add_parser("codebook", help="print the codebook, made from tables and vocabularies")
    codebook.set_defaults(run=_codebook)


def _release(name: str, data: str | None) -> Path:
    from tasks.storage.folders import release_folder

    return release_folder(name, data)


def _show(args: argparse.Namespace) -> None:
    from tasks.reading.show import show
    from tasks.vocabularies import load

    bold = ("\x1b[1;7m", "\x1b[0m") if sys.stdout.isatty() else ("[", "]")
    rules = load("rules")
    meanings = dict(zip(rules["rule_id"], rules["meaning"], strict=True))
    for line in show(_release(args.release, args.data), args.id, bold, meanings, args.known_on):
        # its texts are visible already, and the mark is to steer the terminal
        terminal.put(f"{line}\n")


def _territory(args: argparse.Namespace) -> None:
    from tasks.language.name_keys import name_key
    from tasks.reading.territory import control_lines
    from tasks.vocabularies import load

    kind_words = {name_key(word) for word in load("place_kind_words")["word"]}
    for line in control_lines(_release(args.release, args.data), args.place, kind_words, args.on):
        terminal.tell(line)


def _diff(args: argparse.Namespace) -> None:
    from tasks.reading.diff import difference, json_text, page, table_lines

    found = difference(_release(args.before, args.data), _release(args.after, args.data))
    if args.format == "table":
        for line in table_lines(found):
            terminal.tell(line)
    else:
        terminal.put(json_text(found) if args.format == "json" else page(found))


def _verify(args: argparse.Namespace) -> int:
    from tasks.reading.verify import faults

    release = _release(args.release, args.data)
    found = list(faults(release))
    for line in found:
        terminal.tell(line)
    terminal.tell(
        f"{release.name}: {len(found)} faults" if found else f"{release.name}: files, columns, keys and references hold"
    )
    return 1 if found else 0


def _log(args: argparse.Namespace) -> None:
    from tasks.storage.folders import data_folder
    from tasks.storage.store import Store

    for entry in Store(data_folder(args.data)).history(args.table):
        lineage = " ".join(f"{k}={v}" for k, v in sorted(entry["lineage"].items()) if v not in (None, ""))
        when = f"{entry['timestamp']:%Y-%m-%d %H:%M:%S}"
        terminal.tell(f"{when}  {entry['table']:<18}{entry['version']:>5}  {entry['rows']:>9}  {lineage}")


def _codebook(args: argparse.Namespace) -> None:
    from tasks.publish.codebook import codebook
    from tasks.vocabularies import load_all

    terminal.put(codebook(load_all()))
