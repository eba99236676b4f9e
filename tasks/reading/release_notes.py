"""What there is to say of a release to who runs Sitrep: what changed since the one before, what is not in it and why.

In come the folders of a release and of the one before it; out come sentences. Refused is a folder that
is no release.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc

from tasks.language.coded import not_coded_line
from tasks.storage import manifests
from tasks.storage.releases import read_table
from tasks.tables import RELEASE_TABLES

_COMPARED = ("documents", "incidents", "events", "mentions")


def change_lines(release: Path, before: Path) -> Iterator[str]:
    """A line for each table in which rows came or went, and one for what else the release was made of.

    Rows are told by their keys alone, which is quick; `sitrep diff` tells which, and what changed in the others.
    """
    counts = {name: _came_and_went(name, release, before) for name in _COMPARED}
    for name, (came, went) in counts.items():
        if came or went:
            yield f"{name}: {came:,} new, {went:,} gone"
    if not any(map(any, counts.values())):
        yield "the same documents, incidents, events and mentions; values changed"
    if others := _other_makings(release, before):
        yield f"made by other {', '.join(others)}"
    yield f"which rows, and why: sitrep diff {before.name} {release.name}"


def left_out_lines(release: Path) -> Iterator[str]:
    """A line for each reason for which inputs are not coded in the release: language, revision, refusal."""
    manifest = manifests.read(release)
    if line := not_coded_line(manifest.get("not_coded", {})):
        yield line
    if superseded := manifest.get("inputs", {}).get("superseded"):
        yield f"{superseded:,} documents superseded by newer revisions"
    rows = read_table(release, "rejects", ["stage", "reason_code"]).to_pylist()
    for (stage, reason), count in sorted(Counter((row["stage"], row["reason_code"]) for row in rows).items()):
        yield f"{count:,} refused by {stage}: {reason}"


def warning_lines(release: Path) -> list[str]:
    """What the release says that an operator should look at."""
    return [str(line) for line in manifests.read(release).get("warnings", [])]


def _came_and_went(table: str, release: Path, before: Path) -> tuple[int, int]:
    """How many keys of a table the release has and the one before has not, and the other way round."""
    name = f"{table}.parquet"
    if not (before / name).is_file():
        return read_table(release, table, RELEASE_TABLES[table].key).num_rows, 0
    [key] = RELEASE_TABLES[table].key
    now, then = (read_table(folder, table, [key])[key] for folder in (release, before))
    stayed = pc.sum(pc.is_in(now, value_set=then.combine_chunks())).as_py() or 0
    return len(now) - stayed, len(then) - stayed


def _other_makings(release: Path, before: Path) -> list[str]:
    """What of code, vocabularies, gazetteer and model was another when the release before was made."""
    now, then = (manifests.read(folder).get("fingerprints", {}) for folder in (release, before))
    return [name for name in sorted(now) if name in then and now[name] != then[name]]
