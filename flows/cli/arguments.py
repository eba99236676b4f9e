"""Arguments that several commands share.

In come parsers of commands; they go out with more arguments. Values that cannot be read are bad usage.
"""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_data(parser: argparse.ArgumentParser) -> None:
    """--data: which data folder."""
    parser.add_argument("--data", metavar="DIR", help="data folder (default: $SITREP_HOME/data)")


def add_ingesting(parser: argparse.ArgumentParser) -> None:
    """PATH..., --data, --source, --all-sources, --allow-private, --map and --full: what is read, and how."""
    help_text = "files, folders, globs, and addresses (https://...) of feeds, pages, sitemaps and files"
    parser.add_argument("paths", nargs="*", metavar="PATH", help=help_text)
    add_data(parser)
    help_text = "row of seeds/sources.csv that the files come from; without PATH, it is read from its own address"
    parser.add_argument("--source", metavar="SOURCE_ID", help=help_text)
    help_text = "read every row of seeds/sources.csv that has an address"
    parser.add_argument("--all-sources", action="store_true", help=help_text)
    help_text = "let addresses lead to machines that are not on the public internet"
    parser.add_argument("--allow-private", action="store_true", help=help_text)
    help_text = "what the fields of records are called there, as text=notes,published=event_date"
    parser.add_argument("--map", type=mapping, metavar="FIELD=NAME,...", help=help_text)
    add_full(parser)


def add_full(parser: argparse.ArgumentParser) -> None:
    """--full: all anew."""
    parser.add_argument("--full", action="store_true", help="redo everything")


def add_judging(parser: argparse.ArgumentParser) -> None:
    """--no-judge: the rules alone."""
    parser.add_argument("--no-judge", action="store_true", help="code by the rules alone, without the learned judge")


def add_publishing(parser: argparse.ArgumentParser) -> None:
    """--with-text and --export: what a release holds."""
    parser.add_argument("--with-text", action="store_true", help="put the documents' text into the release")
    help_text = (
        "also write the release as this, to exports/ beside releases/ (see sitrep export --help); may be given twice"
    )
    parser.add_argument("--export", action="append", type=export, metavar="KIND", help=help_text)


def add_naming(parser: argparse.ArgumentParser) -> None:
    """--ids-from: where the ids of new events come from."""
    help_text = "give events that are new here the ids that they have in this release: its folder, or its version"
    parser.add_argument("--ids-from", metavar="RELEASE", help=help_text)


def day(text: str) -> date:
    """A day as it is typed; bad usage where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2021-06-25") from error


def span(text: str) -> str:
    """A span as it is typed, checked; bad usage where it is none."""
    from tasks.storage.pruning import span

    try:
        span(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def mapping(text: str) -> str:
    """A mapping of names as it is typed, checked; bad usage where it is none."""
    from tasks.ingest.naming import MappingError, mapping

    try:
        mapping(text.split(","))
    except MappingError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def export(name: str) -> str:
    """The name of an export, checked; bad usage where there is none of that name."""
    from tasks.publish.exports import EXPORTS

    if name not in EXPORTS:
        raise argparse.ArgumentTypeError(f"no export {name!r}; there are {', '.join(EXPORTS)}")
    return name
