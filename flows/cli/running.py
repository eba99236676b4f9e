"""Commands that run flows: `run`, `watch`, each stage alone, `forget`, `prune`; and `notify`.

In come parsed arguments, which are the flows' own parameters; the flows tell what they did. Refused is what they
refuse.
"""

from __future__ import annotations

import argparse
import warnings
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import terminal
from flows.cli import arguments
from flows.cli.examples import examples
from tasks.tables import STAGES

if TYPE_CHECKING:
    from flows.cli.arguments import Commands

# of parsed arguments, what is for the command line alone
_NO_PARAMETERS = ("command", "run", "debug")
_EXAMPLES = {
    "ingest": (
        "sitrep ingest reports/ feed.jsonl --source reuters",
        "sitrep ingest desk.csv --documents 0311,0312 --again",
    ),
    "clean": ("sitrep clean", "sitrep clean --full --documents desk-0311,desk-0312"),
    "extract": ("sitrep extract", "sitrep extract --full --since 2024-03-01", "sitrep extract --input-version 4"),
    "resolve": ("sitrep resolve", "sitrep resolve --full --source reuters --until 2024-03-31"),
    "link": ("sitrep link", "sitrep link --ids-from /backup/v2026.03.01.1"),
    "publish": ("sitrep publish --with-text", "sitrep publish --export csv --export acled"),
}
# which documents: options that a stage can have no meaning for, and why
_EVERY_WAY = ("--since", "--until", "--source", "--documents")
_NO_CHOICE = {
    "ingest": (
        ("--since", "--until"),
        "days of publication are found by clean; read all, and give it to clean, extract, resolve or run",
    ),
    "link": (
        _EVERY_WAY,
        "which event a document tells depends on all others; give it to clean, extract, resolve or run, and link takes "
        "up what they changed",
    ),
    "publish": (
        _EVERY_WAY,
        "a release holds all that is linked; give it to clean, extract, resolve or run, or look at a part of a release "
        "with panel --from and --to",
    ),
}


def add_commands(commands: Commands) -> None:
    """`run`, `watch`, the six stages, `forget`, `prune`, `repair` and `notify`."""
    _add_run(commands)
    _add_watch(commands)
    for stage in STAGES:
        _add_stage(commands, stage)
    forget = commands.add_parser(
        "forget",
        help="take documents out, and out of the next release",
        description="Take documents out of all tables and cut a release without them. The same bytes from the same "
        "source stay out when they are read again, until `sitrep ingest PATH --again` (or run) takes them in. Older "
        "releases and versions of tables hold them until `sitrep prune`.",
        epilog=examples("sitrep forget --documents desk-2024-0311", "sitrep forget --source reuters --data /srv/data"),
    )
    what = forget.add_mutually_exclusive_group(required=True)
    what.add_argument("--source", metavar="SOURCE_ID", help="all documents of this source")
    arguments.add_documents(what)
    arguments.add_data(forget)
    forget.set_defaults(run=_stage)
    prune = commands.add_parser(
        "prune",
        help="remove old releases and table versions that nothing kept needs",
        epilog=examples("sitrep prune --keep 30d --dry-run", "sitrep prune --keep 90d --data /srv/data"),
    )
    help_text = (
        "keep releases and table versions of so many days, as 30d; what a kept release names stays, and the newest"
    )
    prune.add_argument("--keep", required=True, type=arguments.span, metavar="DAYS", help=help_text)
    prune.add_argument("--dry-run", action="store_true", help="only tell what would go")
    arguments.add_data(prune)
    prune.set_defaults(run=_stage)
    repair = commands.add_parser(
        "repair",
        help="read all tables to their last byte, and make again what is spoiled",
        description="Read all tables to their last byte, put aside what is spoiled, make it again from what is whole, "
        "and bring the release up to date. A run looks at logs and lengths alone.",
        epilog=examples("sitrep repair", "sitrep repair --data /srv/data"),
    )
    arguments.add_data(repair)
    repair.set_defaults(run=_stage)
    _add_notify(commands)


def _add_notify(commands: Commands) -> None:
    notify = commands.add_parser(
        "notify",
        help="have Prefect's server call an address when a run fails",
        description='Have the server that PREFECT_API_URL names post {"text": ...} to an address when a run fails.',
        epilog=examples("sitrep notify https://chat.example.org/hooks/desk", "sitrep notify --off"),
    )
    where = notify.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "url", nargs="?", type=arguments.web_address, metavar="URL", help="a webhook, as Slack and Mattermost have them"
    )
    where.add_argument("--off", action="store_true", help="tell nobody any more")
    notify.set_defaults(run=_notify)


def _notify(args: argparse.Namespace) -> None:
    from flows.notify import notify, silence

    if args.off:
        silence()
        terminal.tell("failures are told to nobody")
    else:
        notify(args.url)
        terminal.tell("failures are told there; sitrep notify --off ends that")


def _add_run(commands: Commands) -> None:
    run = commands.add_parser(
        "run",
        help="all six stages on files, folders, globs and addresses",
        epilog=examples(
            "sitrep run reports/ feed.jsonl 'archive/2024-*.html' --data /srv/data",
            "sitrep run export.csv --source acled --map text=notes,published=event_date",
            "sitrep run --no-ingest --full --since 2024-03-01 --until 2024-03-31",
        ),
    )
    arguments.add_ingesting(run)
    help_text = "read nothing: code what is there, all with --full; --source says of which source then"
    run.add_argument("--no-ingest", action="store_true", help=help_text)
    arguments.add_choosing(run)
    arguments.add_publishing(run)
    arguments.add_naming(run)
    arguments.add_judging(run)
    arguments.add_running(run)
    run.set_defaults(run=_run)


def _add_watch(commands: Commands) -> None:
    watch = commands.add_parser(
        "watch",
        help="a run whenever files come or change in a folder",
        description="All six stages on what is there, and again whenever files come or change, until Ctrl-C.",
        epilog=examples("sitrep watch inbox/", "sitrep watch inbox/ feeds/ --every 60 --data /srv/data"),
    )
    help_text = "what to look at: folders, files, globs, s3://..."
    watch.add_argument("paths", nargs="+", type=arguments.path, metavar="FOLDER", help=help_text)
    watch.add_argument(
        "--every", type=arguments.seconds, default=2.0, metavar="SECONDS", help="how often to look (default: 2)"
    )
    arguments.add_reading(watch)
    arguments.add_publishing(watch)
    arguments.add_judging(watch)
    watch.set_defaults(run=_stage)


def _add_stage(commands: Commands, stage: str) -> None:
    command = commands.add_parser(stage, help=f"the stage {stage} alone", epilog=examples(*_EXAMPLES[stage]))
    if stage == "ingest":
        arguments.add_ingesting(command)
        arguments.add_documents(command)
    else:
        arguments.add_data(command)
        arguments.add_full(command)
        help_text = "read the stage's input table at this version (sitrep log)"
        command.add_argument("--input-version", type=int, metavar="N", help=help_text)
    if stage in ("clean", "extract", "resolve"):
        command.add_argument("--source", metavar="SOURCE_ID", help="only documents of this source")
        arguments.add_choosing(command)
    else:
        arguments.refuse_choosing(command, *_NO_CHOICE[stage])
    if stage == "extract":
        arguments.add_judging(command)
        arguments.add_running(command)
    if stage == "link":
        arguments.add_naming(command)
    if stage == "publish":
        arguments.add_publishing(command)
    command.set_defaults(run=_stage)


def _run(args: argparse.Namespace) -> None:
    from tasks.reading.show import release_lines
    from tasks.storage.store import Store

    published = _flow(args)["publish"]
    store, is_new = Store(args.data), published["news"] == "new"
    release = store.releases_folder() / published["release"]
    terminal.tell()
    if store.address != store.root:
        terminal.tell(f"{store.address}/releases/{release.name}, and here:")
    if not is_new:
        terminal.tell("nothing changed: no new release")
    for line in release_lines(release):
        terminal.tell(line)
    _tell_account(release, is_new)


def _tell_account(release: Path, is_new: bool) -> None:
    """Print what Prefect's page says of the release as well, and where its report lies."""
    from flows.run_page import told

    for title, lines in told(release, is_new):
        terminal.tell()
        terminal.tell(f"{title.lower()}:")
        for line in lines:
            terminal.tell(f"  {line}")
    terminal.tell()
    terminal.tell(f"report: {release / 'report.html'}")


def _stage(args: argparse.Namespace) -> None:
    _flow(args)


def _flow(args: argparse.Namespace) -> Any:
    """What the flow of the command's name returns, given its arguments by their names."""
    with warnings.catch_warnings():
        # a home that cannot be made is told below, in a line
        warnings.simplefilter("ignore")
        from flows.engine import have_server, quiet_prefect

    quiet_prefect()
    have_server()
    flow = getattr(import_module(f"flows.{args.command}"), args.command)
    return flow(**{name: value for name, value in vars(args).items() if name not in _NO_PARAMETERS})
