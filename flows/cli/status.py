"""`sitrep status`: each table with its version, rows and age, what of it is stale and why, and the age of each source.

In comes a data folder, out come lines. Nothing runs and nothing is written: what a run would do is worked out from the
ledger, the tables and the fingerprints, as the flows do it. Nothing is refused.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flows import terminal
from flows.cli import arguments
from flows.cli.examples import examples

if TYPE_CHECKING:
    from flows.cli.arguments import Commands
    from flows.stages import Stage
    from tasks.storage.store import Store

# how the reasons of the ledger read to a person
_REASONS = {
    "new": "not done yet",
    "changed": "whose input changed",
    "outdated": "made by other {what}",
    "lost": "lost from the table",
}


def add_commands(commands: Commands) -> None:
    """`status`."""
    status = commands.add_parser(
        "status",
        help="each table: version, rows, and what is stale and why",
        epilog=examples("sitrep status", "sitrep status --data /srv/data"),
    )
    arguments.add_data(status)
    status.set_defaults(run=_status)


def _status(args: argparse.Namespace) -> None:
    from tasks.storage.store import Store

    store = Store(args.data)
    store.refresh()
    for line in status_lines(store, datetime.now(UTC)):
        terminal.tell(line)


def status_lines(store: Store, now: datetime) -> Iterator[str]:
    """A line a table, in the order in which a run writes them, one for the newest release, one a source; or what is
    damaged. Ages are those at `now`."""
    from flows import stages
    from tasks.tables import STAGE_TABLES

    damaged = [str(error) for name in STAGE_TABLES if (error := store.damage(name))]
    if damaged:
        # what the others wait for cannot be told from what cannot be read
        yield from damaged
        return
    stale: dict[str, str] = {}
    for stage in stages.BY_NAME.values():
        waiting = [name for name, reason in stale.items() if reason]
        stale[stage.name] = _stale(stage, store) or (f"waits for {waiting[0]}" if waiting else "")
    yield f"{'table':<18}{'version':>8}{'rows':>12}{'age':>9}  stale"
    for table in STAGE_TABLES.values():
        version = store.version(table.name)
        why = stale[table.stage] if table.name in stages.BY_NAME[table.stage].writes else ""
        shown = "-" if version is None else str(version)
        age = _age(store.written_at(table.name), now)
        yield f"{table.name:<18}{shown:>8}{store.count(table.name):>12,}{age:>9}  {why}".rstrip()
    release = store.latest_release()
    name = release.name if release else "no release"
    age = _age(datetime.fromtimestamp(release.stat().st_mtime, UTC) if release else None, now)
    yield f"{'releases':<18}{name:>20}{age:>9}  {stale['publish']}".rstrip()
    yield from _source_lines(store, now)


def _source_lines(store: Store, now: datetime) -> Iterator[str]:
    """A line a source, the one that has been silent longest last: its documents, and when the last one came."""
    rows = store.read("raw_documents", columns=["source_id", "ingested_at"])
    if not rows.num_rows:
        return
    given = rows.group_by("source_id").aggregate([("ingested_at", "max"), ("ingested_at", "count")]).to_pylist()
    yield ""
    yield f"{'source':<26}{'documents':>12}{'age':>9}  last gave something"
    for row in sorted(given, key=lambda row: (row["ingested_at_max"], row["source_id"]), reverse=True):
        last = row["ingested_at_max"]
        age = _age(last, now)
        yield f"{row['source_id']:<26}{row['ingested_at_count']:>12,}{age:>9}  {last:%Y-%m-%d %H:%M} UTC"


def _age(then: datetime | None, now: datetime) -> str:
    return "-" if then is None else terminal.duration(max((now - then).total_seconds(), 0))


def _stale(stage: Stage, store: Store) -> str:
    """What a stage would do for its own sake, and why; empty where nothing."""
    from tasks.storage import fingerprints, ledger

    if stage.name == "ingest":
        return _lost_sources(store)
    if stage.name == "publish":
        return _unpublished(store)
    progress = store.read("progress")
    parts = _parts_like(stage, store)
    fingerprint = fingerprints.combined(**parts)
    told = {reason: words.format(what=_other(stage, store, parts)) for reason, words in _REASONS.items()}
    reasons = ledger.stale(progress, stage.name, _inputs(stage, store), fingerprint, stage.kept(store))
    if stage.is_whole:
        return ", ".join(sorted({told[reason] for reason in reasons.values()}))
    return ", ".join(
        f"{count:,} documents {told[reason]}" for reason, count in sorted(Counter(reasons.values()).items())
    )


def _parts_like(stage: Stage, store: Store) -> dict[str, str]:
    """What the stage would now make its table by; without the judge where the last run had none."""
    made = _lineage(stage, store)
    return stage.parts(no_judge=stage.uses_judge and "gazetteer" in made and "judge" not in made)


def _other(stage: Stage, store: Store, parts: Mapping[str, str]) -> str:
    """What of code, vocabularies, gazetteer, model and judge was another when the stage's table was last written."""
    made = _lineage(stage, store)
    found = [name for name, value in parts.items() if name in made and made[name] != value]
    # older tables tell less, and rows may be of an older run than the last
    return ", ".join(found) or "code, vocabularies or resources"


def _lineage(stage: Stage, store: Store) -> dict[str, Any]:
    return store.lineage(stage.writes[0])


def _inputs(stage: Stage, store: Store) -> Mapping[str, str]:
    """The newest input ids of a stage."""
    from tasks.storage import ledger

    if stage.is_whole:
        return stage.whole(store, {name: store.version(name) for name in sorted(stage.reads)})
    before = {"clean": "ingest", "extract": "clean", "resolve": "extract"}[stage.name]
    return ledger.outputs(store.read("progress", ids=[before], by="stage"), before)


def _lost_sources(store: Store) -> str:
    """Whether documents that were read are no longer there, which no run makes good by itself."""
    from tasks.storage import ledger

    read = set(ledger.outputs(store.read("progress", ids=["ingest"], by="stage"), "ingest"))
    lost = read - set(store.row_counts("raw_documents"))
    return f"{len(lost)} documents lost from the table: read their sources again" if lost else ""


def _unpublished(store: Store) -> str:
    """Which tables have other versions than the newest release was made of, or what is wrong with it."""
    from tasks.storage import manifests, releases

    release = store.latest_release()
    if release is None:
        return "nothing is published yet"
    if spoiled := releases.fault(release):
        return f"damaged: {spoiled}; the next run publishes another"
    named = manifests.read(release).get("tables", {})
    moved = [f"{name} {before} -> {store.version(name)}" for name, before in sorted(named.items())
             if store.version(name) != before]  # fmt: skip
    return f"tables have other versions than it was made of: {', '.join(moved)}" if moved else ""
