"""Arguments that several commands share.

In come parsers of commands; they go out with more arguments. Values that cannot be read are bad usage.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from flows.nearest import did_you_mean

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

# no file has a longer name
_LONGEST_PATH = 255


def add_data(parser: argparse.ArgumentParser) -> None:
    """--data: which data folder."""
    help_text = "data folder, or s3://bucket/folder (default: $SITREP_HOME/data)"
    parser.add_argument("--data", type=folder, metavar="DIR", help=help_text)


def add_release(parser: argparse.ArgumentParser) -> None:
    """--release and --data: which release, and of which data folder."""
    parser.add_argument(
        "--release", metavar="VERSION", default="latest", help="its version, or folder (default: latest)"
    )
    add_data(parser)


def add_port(parser: argparse.ArgumentParser) -> None:
    """--port: where a page is served."""
    help_text = "port on 127.0.0.1 (default: a free one)"
    parser.add_argument("--port", type=port, default=0, metavar="N", help=help_text)


def add_ingesting(parser: argparse.ArgumentParser) -> None:
    """PATH..., --all-sources, --allow-private, --again, --full and how paths are read: what is read, and how."""
    help_text = (
        "files, folders, globs, the same at s3://..., - (standard input), and addresses (https://...) of feeds, pages, "
        "sitemaps, files"
    )
    parser.add_argument("paths", nargs="*", type=path, metavar="PATH", help=help_text)
    add_reading(parser, "; without PATH, it is read from its own address")
    help_text = "read every row of seeds/sources.csv that has an address"
    parser.add_argument("--all-sources", action="store_true", help=help_text)
    help_text = "let addresses lead to machines that are not on the public internet"
    parser.add_argument("--allow-private", action="store_true", help=help_text)
    parser.add_argument("--again", action="store_true", help="take in again what was forgotten (sitrep forget)")
    add_full(parser)


def add_reading(parser: argparse.ArgumentParser, more: str = "") -> None:
    """--data, --source and --map: how paths are read; `more` is what else is to be said of a source."""
    add_data(parser)
    help_text = f"row of seeds/sources.csv that the files come from{more}"
    parser.add_argument("--source", type=source, metavar="SOURCE_ID", help=help_text)
    help_text = "what the fields of records are called there, as text=notes,published=event_date"
    parser.add_argument("--map", type=mapping, metavar="FIELD=NAME,...", help=help_text)


def add_full(parser: argparse.ArgumentParser) -> None:
    """--full: all anew."""
    parser.add_argument("--full", action="store_true", help="redo everything")


def add_choosing(parser: argparse.ArgumentParser) -> None:
    """--since, --until and --documents: which documents."""
    parser.add_argument("--since", type=day, metavar="DATE", help="only documents published that day or later")
    parser.add_argument("--until", type=day, metavar="DATE", help="only documents published that day or before")
    add_documents(parser)


def refuse_choosing(parser: argparse.ArgumentParser, options: Sequence[str], reason: str) -> None:
    """Options by which other stages are told which documents: bad usage of this one, with the reason."""
    no = argparse.SUPPRESS
    for option in options:
        parser.add_argument(option, action=_Refused, nargs="?", const=reason, default=no, help=no)


class _Refused(argparse.Action):
    """An option that a command cannot have."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """End with bad usage."""
        parser.error(f"there is no {self.option_strings[0]} here: {self.const}")


def add_documents(parser: argparse._ActionsContainer) -> None:
    """--documents: documents by name."""
    help_text = (
        "only these documents: ids with commas between them, or a file with one on each line; an id is a document_id, "
        "its beginning or an external_id"
    )
    parser.add_argument("--documents", type=names, metavar="FILE|IDS", help=help_text)


def add_judging(parser: argparse.ArgumentParser) -> None:
    """--no-judge: the rules alone."""
    parser.add_argument("--no-judge", action="store_true", help="code by the rules alone, without the learned judge")


def add_running(parser: argparse.ArgumentParser) -> None:
    """--runner and --address: where documents are coded."""
    help_text = "where documents are coded: local (this machine) or dask (a cluster; needs sitrep[dask])"
    parser.add_argument("--runner", choices=("local", "dask"), default="local", help=help_text)
    help_text = "scheduler of the Dask cluster, as tcp://10.0.0.5:8786 (default: a cluster of this machine's cores)"
    parser.add_argument("--address", metavar="ADDRESS", help=help_text)


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


def seconds(text: str) -> float:
    """A length of time above nothing; bad usage where it is none."""
    try:
        length = float(text)
    except ValueError:
        length = 0.0
    if not 0 < length < inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds; write it as 60")
    return length


def port(text: str) -> int:
    """The number of a port, 0 for a free one; bad usage where it is none."""
    if not (text.isdecimal() and len(text) <= len("65535") and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; ports are 0 (a free one) to 65535")
    return int(text)


def web_address(text: str) -> str:
    """An address as it is typed; bad usage where no web server can have it."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a webhook; it begins with https:// or http://")
    return text


def names(text: str) -> list[str]:
    """Names with commas between them, or those on the lines of a file."""
    file = Path(text)
    if len(text) < _LONGEST_PATH and file.is_file():
        return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [name.strip() for name in text.split(",") if name.strip()]


def source(text: str) -> str:
    """The id of a source that seeds/sources.csv has; bad usage where it has none of that name."""
    from tasks.tables import ADHOC
    from tasks.vocabularies import load

    known = {*load("sources")["source_id"], ADHOC}
    if text not in known:
        hint = did_you_mean(text, known)
        raise argparse.ArgumentTypeError(f"there is no source {text!r} in seeds/sources.csv{hint}")
    return text


def span(text: str) -> str:
    """A span as it is typed, checked; bad usage where it is none."""
    from tasks.storage.pruning import span

    try:
        span(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def path(text: str) -> str:
    """A path or address as it is typed, as flows can be given it. Parameters are JSON: a path with bytes that are
    no UTF-8 is spelt as a file's address (file:///srv/caf%E9.txt)."""
    return text if _is_text(text) else Path(text).absolute().as_uri()


def folder(text: str) -> str:
    """The data folder as it is typed; bad usage where its name is no text, since manifests and parameters hold it."""
    if not _is_text(text):
        raise argparse.ArgumentTypeError(f"{text!a}: the name of a data folder must be UTF-8")
    return text


def _is_text(typed: str) -> bool:
    """Whether all bytes of what was typed are text; Python keeps others as half characters."""
    try:
        typed.encode()
    except UnicodeEncodeError:
        return False
    return True


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
        hint = did_you_mean(name, EXPORTS)
        raise argparse.ArgumentTypeError(f"no export {name!r}; there are {', '.join(EXPORTS)}{hint}")
    return name
