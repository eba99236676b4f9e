"""Commands that read releases and tables: `show`, `territory`, `diff`, `verify`, `prove`, `log`, `codebook`.

In come parsed arguments, out come lines. Refused is a release, event, place or table that is not there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli import arguments
from flows.cli.examples import examples
from flows.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.cli.arguments import Commands
    from tasks.storage.store import Version


def add_commands(commands: Commands) -> None:
    """All commands that only read."""
    show = commands.add_parser(
        "show",
        help="one incident or event: its row, its claims and its sentences",
        epilog=examples("sitrep show in_6d7ef27fae31", "sitrep show ev_0b1f --release v2026.03.01.1"),
    )
    show.add_argument("id", metavar="ID", help="incident_id or event_id, or how it begins")
    as_told = show.add_mutually_exclusive_group()
    help_text = "of an incident, what documents published up to that day told, as 2021-06-25"
    as_told.add_argument("--known-on", type=arguments.day, metavar="DATE", help=help_text)
    help_text = "of an incident, how its toll stood after each day on which somebody told of it"
    as_told.add_argument("--revisions", action="store_true", help=help_text)
    arguments.add_release(show)
    show.set_defaults(run=_show)

    territory = commands.add_parser(
        "territory",
        help="who held a place, since when, and who says so",
        epilog=examples(
            "sitrep territory Sake",
            "sitrep territory 'North Kivu' --on 2024-02-07",
            "sitrep territory Sake --known-on 2024-03-04",
        ),
    )
    territory.add_argument("place", metavar="PLACE", help="its name, its id, or the name of a first-level division")
    territory.add_argument("--on", type=arguments.day, metavar="DATE", help="only the state on that day, as 2021-06-25")
    help_text = "by what documents published up to that day told, as 2021-06-25"
    territory.add_argument("--known-on", type=arguments.day, metavar="DATE", help=help_text)
    arguments.add_release(territory)
    territory.set_defaults(run=_territory)

    diff = commands.add_parser(
        "diff",
        help="what changed between two releases, and why",
        epilog=examples(
            "sitrep diff v2026.03.01.1 latest", "sitrep diff v2026.03.01.1 v2026.03.02.1 --format html > changes.html"
        ),
    )
    diff.add_argument("before", metavar="RELEASE")
    diff.add_argument("after", metavar="RELEASE")
    diff.add_argument("--format", choices=("table", "json", "html"), default="table", help="lines, JSON or a page")
    arguments.add_data(diff)
    diff.set_defaults(run=_diff)

    _add_verify(commands)
    _add_log(commands)

    codebook = commands.add_parser(
        "codebook",
        help="print the codebook, made from tables and vocabularies",
        epilog=examples("sitrep codebook > codebook.md"),
    )
    codebook.set_defaults(run=_codebook)


def _add_verify(commands: Commands) -> None:
    verify = commands.add_parser(
        "verify",
        help="whether a release is what its manifest and its tables say, or a proof holds",
        epilog=examples(
            "sitrep verify latest", "sitrep verify /backup/v2026.03.01.1", "sitrep verify --proof in_6d7ef27fae31.json"
        ),
    )
    verify.add_argument("release", nargs="?", metavar="RELEASE", help="needed without --proof, and all else of it then")
    help_text = "check what `sitrep prove` wrote, by itself; with RELEASE also whether it is of that one"
    verify.add_argument("--proof", type=Path, metavar="FILE", help=help_text)
    arguments.add_data(verify)
    verify.set_defaults(run=_verify)

    prove = commands.add_parser(
        "prove",
        help="one incident with its sentences, as JSON that can be checked without the archive",
        epilog=examples("sitrep prove in_6d7ef27fae31 > proof.json", "sitrep prove in_6d7e --out proof.json"),
    )
    prove.add_argument("id", metavar="INCIDENT_ID", help="incident_id, or how it begins")
    prove.add_argument("--out", type=Path, metavar="FILE", help="the file (default: what a pipe takes)")
    arguments.add_release(prove)
    prove.set_defaults(run=_prove)


def _add_log(commands: Commands) -> None:
    log = commands.add_parser(
        "log",
        help="versions of the tables, with what they were made from",
        epilog=examples("sitrep log", "sitrep log mentions --long"),
    )
    log.add_argument("table", nargs="?", metavar="TABLE", help="one table (sitrep status lists them)")
    log.add_argument("--long", action="store_true", help="with the hashes of code and vocabularies, and the run")
    arguments.add_data(log)
    log.set_defaults(run=_log)


def _release(name: str, data: str | None) -> Path:
    """The folder of a release: a path, or a version in the data folder. Raises LookupError."""
    from tasks.storage.located import release_folder, versions

    try:
        return release_folder(name, data)
    except LookupError as error:
        raise LookupError(f"{error}{did_you_mean(name, ['latest', *versions(data)])}") from error


def _show(args: argparse.Namespace) -> None:
    from tasks.reading.show import NotInReleaseError, show
    from tasks.vocabularies import load

    bold = ("\x1b[1;7m", "\x1b[0m") if sys.stdout.isatty() else ("[", "]")
    rules = load("rules")
    meanings = dict(zip(rules["rule_id"], rules["meaning"], strict=True))
    release = _release(args.release, args.data)
    try:
        lines = list(show(release, args.id, bold, meanings, args.known_on))
        if args.revisions:
            lines = list(_revision_lines(release, lines[0].split()[0]))
    except NotInReleaseError as error:
        raise NotInReleaseError(f"{error}{_near_ids(release, args.id)}") from error
    for line in lines:
        # its texts are visible already, and the mark is to steer the terminal
        terminal.put(f"{line}\n")


def _revision_lines(release: Path, incident_id: str) -> Iterator[str]:
    from tasks.reading.revisions import revision_lines, revisions
    from tasks.reading.visible import visible

    return map(visible, revision_lines(revisions(release, incident_id)))


def _near_ids(release: Path, id_: str) -> str:
    """What ids of incidents or events may have been meant; as much of them as was typed."""
    from tasks.storage.releases import read_table

    names = {"incidents": "incident_id", "events": "event_id"}
    known = (one for table, key in names.items() for one in read_table(release, table, [key])[key].to_pylist())
    return did_you_mean(id_, {one[: len(id_)] for one in known})


def _territory(args: argparse.Namespace) -> None:
    from tasks.language.name_keys import name_key
    from tasks.reading.territory import control_lines
    from tasks.vocabularies import load

    kind_words = {name_key(word) for word in load("place_kind_words")["word"]}
    for line in control_lines(_release(args.release, args.data), args.place, kind_words, args.on, args.known_on):
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

    if args.proof is not None:
        return _verify_proof(args)
    if args.release is None:
        terminal.tell_failure("sitrep verify: error: name a RELEASE, or a proof by --proof FILE")
        return 2
    release = _release(args.release, args.data)
    found = list(faults(release))
    for line in found:
        terminal.tell(line)
    terminal.tell(
        f"{release.name}: {len(found)} faults" if found else f"{release.name}: files, columns, keys and references hold"
    )
    return 1 if found else 0


def _verify_proof(args: argparse.Namespace) -> int:
    from tasks.reading.proof import LARGEST, held_line, proof_faults
    from tasks.reading.visible import visible

    release = None if args.release is None else _release(args.release, args.data)
    with args.proof.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    text = content.decode("utf-8", "replace")
    found = proof_faults(text, release) if len(content) <= LARGEST else [f"is larger than {LARGEST} bytes"]
    for line in found:
        terminal.tell(visible(line))
    terminal.tell(visible(f"{args.proof.name}: {len(found)} faults" if found else held_line(text)))
    return 1 if found else 0


def _prove(args: argparse.Namespace) -> None:
    import json

    from tasks.reading.proof import proof_of
    from tasks.reading.visible import visible_json
    from tasks.storage.releases import write_file
    from tasks.vocabularies import load

    rules = load("rules")
    meanings = dict(zip(rules["rule_id"], rules["meaning"], strict=True))
    proof = proof_of(_release(args.release, args.data), args.id, meanings)
    text = visible_json(json.dumps(proof, ensure_ascii=False, indent=1)) + "\n"
    if args.out is None:
        terminal.put(text)
    else:
        write_file(args.out, text.encode())
        terminal.tell(f"{args.out}: root {proof['root']}")


def _log(args: argparse.Namespace) -> None:
    from tasks.storage.store import Store
    from tasks.tables import STAGE_TABLES

    if args.table is not None and args.table not in STAGE_TABLES:
        raise LookupError(f"there is no table {args.table!r}{did_you_mean(args.table, STAGE_TABLES)}")
    store = Store(args.data)
    store.refresh()
    history = store.history(args.table)
    for line in (_long_lines if args.long else _short_lines)(history):
        terminal.tell(line)


def _short_lines(history: Sequence[Version]) -> Iterator[str]:
    """A table of versions: when, by which stage, what it did, and the versions of the tables that were read."""
    yield f"{'when (UTC)':<18}{'table':<18}{'version':>7}{'rows':>10}  {'stage':<9}{'what':<10}from"
    for entry in history:
        inputs = entry["lineage"].get("inputs") or {}
        read = ", ".join(f"{name} {version}" for name, version in sorted(inputs.items()) if version is not None)
        stage = entry["lineage"].get("stage", "")
        rows = "" if entry["rows"] is None else f"{entry['rows']:,}"
        yield (
            f"{entry['timestamp']:%Y-%m-%d %H:%M}  {entry['table']:<18}{entry['version']:>7}{rows:>10}  "
            f"{stage:<9}{entry['operation']:<10}{read}"
        ).rstrip()


def _long_lines(history: Sequence[Version]) -> Iterator[str]:
    """The same with all that the lineage tells."""
    for entry in history:
        lineage = " ".join(f"{k}={v}" for k, v in sorted(entry["lineage"].items()) if v not in (None, ""))
        when = f"{entry['timestamp']:%Y-%m-%d %H:%M:%S}"
        yield f"{when}  {entry['table']:<18}{entry['version']:>5}  {entry['rows']:>9}  {lineage}"


def _codebook(args: argparse.Namespace) -> None:
    from tasks.publish.codebook import codebook
    from tasks.vocabularies import load_all

    terminal.put(codebook(load_all()))
