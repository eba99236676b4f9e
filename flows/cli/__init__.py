"""`sitrep`: a thin door onto the flows, and onto releases and tables for reading.

Reading commands import no engine and start at once. Exit code 0 done, 1 failed, 2 bad usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from flows.cli import explain
from tasks.tables import STAGES


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    args = _parser().parse_args(argv)
    try:
        return args.run(args) or 0
    except BrokenPipeError:
        # the reader of a pipe left: "sitrep log | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("SITREP_DEBUG"):
            raise
        message = error.args[0] if isinstance(error, LookupError) and error.args else error
        print(f"sitrep {args.command}: {message or type(error).__name__}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sitrep", description="Raw news text in, coded event rows out.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="all six stages on files, folders and globs")
    run.add_argument("paths", nargs="+", metavar="PATH")
    _reading_arguments(run)
    _publishing_arguments(run)
    _naming_argument(run)
    run.set_defaults(run=_run)

    for stage in STAGES:
        command = commands.add_parser(stage, help=f"the stage {stage} alone")
        if stage == "ingest":
            command.add_argument("paths", nargs="+", metavar="PATH")
            _reading_arguments(command)
        else:
            _data_argument(command)
            command.add_argument("--full", action="store_true", help="redo everything")
            help_text = "read the stage's input table at this version (sitrep log)"
            command.add_argument("--input-version", type=int, metavar="N", help=help_text)
            if stage == "link":
                _naming_argument(command)
            if stage == "publish":
                _publishing_arguments(command)
        command.set_defaults(run=_stage)

    show = commands.add_parser("show", help="one event: its row, its claims and its sentences")
    show.add_argument("event_id", metavar="EVENT_ID")
    show.add_argument("--release", metavar="VERSION", default="latest")
    _data_argument(show)
    show.set_defaults(run=_show)

    territory = commands.add_parser("territory", help="who held a place, since when, and who says so")
    territory.add_argument("place", metavar="PLACE", help="its name, its id, or the name of a first-level division")
    territory.add_argument("--on", type=_day, metavar="DATE", help="only the state on that day, as 2021-06-25")
    territory.add_argument("--release", metavar="VERSION", default="latest")
    _data_argument(territory)
    territory.set_defaults(run=_territory)

    explain_command = commands.add_parser("explain", help="how a text is read: what fires, what lost and why, by rule")
    explain.add_arguments(explain_command)
    explain_command.set_defaults(run=explain.run)

    diff = commands.add_parser("diff", help="what changed between two releases, and why")
    diff.add_argument("before", metavar="RELEASE")
    diff.add_argument("after", metavar="RELEASE")
    diff.add_argument("--format", choices=("table", "json", "html"), default="table", help="lines, JSON or a page")
    _data_argument(diff)
    diff.set_defaults(run=_diff)

    verify = commands.add_parser("verify", help="whether a release is what its manifest and its tables say")
    verify.add_argument("release", metavar="RELEASE")
    _data_argument(verify)
    verify.set_defaults(run=_verify)

    prune = commands.add_parser("prune", help="remove old releases and table versions that nothing kept needs")
    help_text = (
        "keep releases and table versions of so many days, as 30d; what a kept release names stays, and the newest"
    )
    prune.add_argument("--keep", required=True, type=_span, metavar="DAYS", help=help_text)
    prune.add_argument("--dry-run", action="store_true", help="only tell what would go")
    _data_argument(prune)
    prune.set_defaults(run=_prune)

    gazetteer = commands.add_parser("gazetteer", help="what places are known; take in a GeoNames dump")
    source = gazetteer.add_mutually_exclusive_group()
    help_text = "add the places of allCountries.txt, of a country's file, or of the zip of either"
    source.add_argument("--geonames", metavar="FILE", type=Path, help=help_text)
    source.add_argument("--vendored", action="store_true", help="go back to the places that come with Sitrep")
    gazetteer.set_defaults(run=_gazetteer)

    log = commands.add_parser("log", help="versions of the tables, with lineage")
    log.add_argument("table", nargs="?", metavar="TABLE")
    _data_argument(log)
    log.set_defaults(run=_log)

    codebook = commands.add_parser("codebook", help="print the codebook, made from tables and vocabularies")
    codebook.set_defaults(run=_codebook)
    return parser


def _data_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", help="data folder (default: $SITREP_HOME/data)")


def _reading_arguments(parser: argparse.ArgumentParser) -> None:
    _data_argument(parser)
    parser.add_argument("--source", metavar="SOURCE_ID", help="row of seeds/sources.csv that the files come from")
    parser.add_argument("--full", action="store_true", help="redo everything")


def _publishing_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--with-text", action="store_true", help="put the documents' text into the release")
    help_text = "also write the release flat, to exports/ beside releases/; may be given twice"
    parser.add_argument("--export", action="append", choices=("csv", "acled"), help=help_text)


def _naming_argument(parser: argparse.ArgumentParser) -> None:
    help_text = "give events that are new here the ids that they have in this release: its folder, or its version"
    parser.add_argument("--ids-from", metavar="RELEASE", help=help_text)


def _run(args: argparse.Namespace) -> int:
    from flows.engine import quiet_prefect
    from flows.run import run
    from tasks.reading.show import release_lines
    from tasks.storage.store import Store

    quiet_prefect()
    given = {name: getattr(args, name) for name in ("data", "source", "full", "with_text", "export", "ids_from")}
    done = run(args.paths, **given)
    print()
    if done["publish"]["news"] != "new":
        print("nothing changed: no new release")
    for line in release_lines(Store(args.data).releases_folder() / done["publish"]["release"]):
        print(line)
    return 0


def _stage(args: argparse.Namespace) -> int:
    from importlib import import_module

    from flows.engine import quiet_prefect

    quiet_prefect()
    flow = getattr(import_module(f"flows.{args.command}"), args.command)
    given = {k: v for k, v in vars(args).items() if k not in ("command", "run")}
    flow(**given)
    return 0


def _release(name: str, data: str | None) -> Path:
    from tasks.storage.store import data_folder

    folder = Path(name)
    if not (folder / "manifest.json").exists():
        folder = data_folder(data) / "releases" / name
    if not (folder / "manifest.json").exists():
        raise LookupError(f"there is no release {name!r}; looked for {folder}/manifest.json")
    return folder.resolve()


def _gazetteer(args: argparse.Namespace) -> None:
    from flows.resources import gazetteer_digest, open_gazetteer
    from tasks.knowledge.places import geonames
    from tasks.storage.store import Store

    folder = Store.resources_folder()
    if args.vendored:
        geonames.forget(folder)
    if args.geonames is not None:
        told = geonames.distil(args.geonames, folder)
        print(f"{args.geonames}: {sum(told.kept.values()):,} places of use")
        for reason, count in sorted(told.left.items()):
            first = f", the first on line {told.first_bad_line}" if reason == "bad line" else ""
            print(f"  left out, {reason}: {count:,}{first}")
    gazetteer_digest.cache_clear()
    opened = open_gazetteer()
    has_dump = geonames.distilled(folder) is not None
    print(f"{opened.path}: {'with a GeoNames dump' if has_dump else 'the places that come with Sitrep'}")
    for kind, count in opened.counts().items():
        print(f"  {kind:12}{count:>12,}")


def _show(args: argparse.Namespace) -> None:
    from tasks.reading.show import show_event

    bold = ("\x1b[1;7m", "\x1b[0m") if sys.stdout.isatty() else ("[", "]")
    for line in show_event(_release(args.release, args.data), args.event_id, bold):
        print(line)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2021-06-25") from error


def _territory(args: argparse.Namespace) -> None:
    from tasks.language.name_keys import name_key
    from tasks.reading.territory import holder_lines
    from tasks.vocabularies import load

    kind_words = {name_key(word) for word in load("place_kind_words")["word"]}
    for line in holder_lines(_release(args.release, args.data), args.place, kind_words, args.on):
        print(line)


def _diff(args: argparse.Namespace) -> None:
    from tasks.reading.diff import difference, json_text, page, table_lines

    found = difference(_release(args.before, args.data), _release(args.after, args.data))
    if args.format == "table":
        for line in table_lines(found):
            print(line)
    else:
        print(json_text(found) if args.format == "json" else page(found), end="")


def _verify(args: argparse.Namespace) -> int:
    from tasks.reading.verify import faults

    release = _release(args.release, args.data)
    found = list(faults(release))
    for line in found:
        print(line)
    print(
        f"{release.name}: {len(found)} faults" if found else f"{release.name}: files, columns, keys and references hold"
    )
    return 1 if found else 0


def _span(text: str) -> str:
    from tasks.storage.pruning import span

    try:
        span(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _prune(args: argparse.Namespace) -> None:
    from flows.engine import quiet_prefect
    from flows.prune import prune

    quiet_prefect()
    prune(keep=args.keep, data=args.data, dry_run=args.dry_run)


def _log(args: argparse.Namespace) -> None:
    from tasks.storage.store import Store, data_folder

    for entry in Store(data_folder(args.data)).history(args.table):
        lineage = " ".join(f"{k}={v}" for k, v in sorted(entry["lineage"].items()) if v not in (None, ""))
        when = f"{entry['timestamp']:%Y-%m-%d %H:%M:%S}"
        print(f"{when}  {entry['table']:<18}{entry['version']:>5}  {entry['rows']:>9}  {lineage}")


def _codebook(args: argparse.Namespace) -> None:
    from tasks.publish.codebook import codebook
    from tasks.vocabularies import load_all

    print(codebook(load_all()), end="")


if __name__ == "__main__":
    sys.exit(main())
