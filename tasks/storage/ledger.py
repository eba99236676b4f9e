"""The ledger that makes runs incremental: what each stage has done for each document, from what and by what.

In come rows of `progress`, the ids of a stage's inputs and what the stage's tables hold; out come the documents to do,
those to drop, and the rows to write when they are done. A stage writes its data first and its ledger after, so that a
run killed in between does an idempotent piece of work again. The ledger is believed only as far as the tables bear it
out: what they no longer hold is done again. Nothing is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.tables import PROGRESS, RAW_DOCUMENTS

WHOLE = "*"
"""Stands for the document_id in the ledger of a stage that works on whole tables."""

NEW, CHANGED, OUTDATED, LOST = "new", "changed", "outdated", "lost"

_STATES, _MADE = "states", "made"
_REFUSED = " refused"
# when and where a document was read is not what it is: reading it again elsewhere changes nothing
_INCIDENTAL = ("content", "ingested_at", "ordinal", "uri")


@dataclass(frozen=True)
class Kept:
    """What a stage's tables hold: rows by document, and the ids of its rows of `rejects`."""

    rows: Mapping[str, int]
    rejects: Collection[str]


@dataclass(frozen=True)
class Plan:
    """What a stage has to do: input ids by document, in order of document id; and documents that are gone."""

    todo: dict[str, str]
    drop: list[str]

    def __bool__(self) -> bool:
        return bool(self.todo or self.drop)

    def among(self, document_ids: Collection[str]) -> Plan:
        """The plan with no other documents to do than these; what is gone is dropped all the same."""
        return Plan({id_: input_id for id_, input_id in self.todo.items() if id_ in document_ids}, self.drop)


def output_id(input_id: str, fingerprint: str) -> str:
    """Names what a stage of this fingerprint makes of this input."""
    return hashlib.sha256(f"{input_id}\n{fingerprint}".encode()).hexdigest()


def outputs(progress: pa.Table, stage: str) -> dict[str, str]:
    """document_id -> output_id of what a stage has done."""
    return dict(_told(progress, stage, "document_id", "output_id"))


def lost(progress: pa.Table, stage: str, kept: Kept) -> list[str]:
    """The documents of which the stage's tables do not hold what its ledger says that it left there.

    A row that does not say how much that was, as older ledgers have, is believed.
    """
    return sorted(
        id_
        for id_, count, reject_id in _told(progress, stage, "document_id", "row_count", "reject_id")
        if (count is not None and count != kept.rows.get(id_, 0))
        or (reject_id is not None and reject_id not in kept.rejects)
    )


def stale(
    progress: pa.Table, stage: str, inputs: Mapping[str, str], fingerprint: str, kept: Kept | None = None
) -> dict[str, str]:
    """document_id -> why a stage has to do it, given its ledger and the newest input ids by document; in order of id.

    NEW is a document that the ledger lacks, CHANGED one whose recorded input is another, OUTDATED one whose recorded
    output is not what this fingerprint makes of it, LOST one of which the tables (`kept`) do not hold what the ledger
    says.
    """
    ledger = {id_: (of, made) for id_, of, made in _told(progress, stage, "document_id", "input_id", "output_id")}
    missing = set(lost(progress, stage, kept)) if kept else set()
    found = {}
    for document_id, input_id in sorted(inputs.items()):
        made_of, made = ledger.get(document_id, (None, None))
        if made_of is None:
            found[document_id] = NEW
        elif made_of != input_id:
            found[document_id] = CHANGED
        elif made != output_id(input_id, fingerprint) and made != output_id(input_id, fingerprint + _REFUSED):
            found[document_id] = OUTDATED
        elif document_id in missing:
            found[document_id] = LOST
    return found


def plan(
    progress: pa.Table,
    stage: str,
    inputs: Mapping[str, str],
    fingerprint: str,
    full: bool = False,
    kept: Kept | None = None,
) -> Plan:
    """What a stage has to do: what is `stale`, with `full` every document; to drop is what `inputs` lack.

    That is what the ledger or the tables (`kept`) have and `inputs` do not.
    """
    todo = sorted(inputs) if full else stale(progress, stage, inputs, fingerprint, kept)
    done_before = {id_ for (id_,) in _told(progress, stage, "document_id")}
    there = done_before | set(kept.rows if kept else ())
    return Plan({id_: inputs[id_] for id_ in todo}, sorted(there - set(inputs)))


def done(
    stage: str,
    inputs: Mapping[str, str],
    fingerprint: str,
    row_counts: Mapping[str, int] | None = None,
    refused: Mapping[str, str] | None = None,
) -> pa.Table:
    """Rows of `progress` that say that a stage of this fingerprint has done these inputs (input ids by document).

    `row_counts`: how many rows it left of each document, none where a document is missing there; null without it.
    `refused`: the reject in which a document ended. What such a document gave is nothing, and another thing than what
    it would have given.
    """
    rows = []
    for key in sorted(inputs):
        reject_id = (refused or {}).get(key)
        made = output_id(inputs[key], fingerprint + _REFUSED if reject_id else fingerprint)
        count = None if row_counts is None else row_counts.get(key, 0)
        rows.append(
            {
                "stage": stage,
                "document_id": key,
                "input_id": inputs[key],
                "output_id": made,
                "row_count": count,
                "reject_id": reject_id,
            }
        )
    return pa.Table.from_pylist(rows, schema=PROGRESS.schema)


def read_in(raw: pa.Table) -> pa.Table:
    """Rows of `progress` that say what ingest has read: the output id is a hash of all that the source declares."""
    names = [name for name in RAW_DOCUMENTS.names if name not in _INCIDENTAL]
    rows = []
    for row in raw.select(names).to_pylist():
        content = json.dumps(row, sort_keys=True)
        rows.append(
            {
                "stage": "ingest",
                "document_id": row["document_id"],
                "input_id": row["bytes_sha256"],
                "output_id": hashlib.sha256(content.encode()).hexdigest(),
                "row_count": 1,
                "reject_id": None,
            }
        )
    return pa.Table.from_pylist(rows, schema=PROGRESS.schema)


def at_version(table: str, version: int, document_ids: Iterable[str]) -> dict[str, str]:
    """Input ids of a run on an older version of its input: no stage makes them, so the next plain run undoes it."""
    return dict.fromkeys(document_ids, f"{table}@{version}")


def whole(
    versions: Mapping[str, Any],
    states: Mapping[str, str | None] | None = None,
    made: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The input id of a stage that works on whole tables: the versions that it reads, as JSON.

    `states` tell a version from one of its number that was begun anew; `made` is what the stage left, as it is now, so
    that the stage runs again where that is no longer there.
    """
    more = {name: dict(told) for name, told in ((_STATES, states), (_MADE, made)) if told}
    return {WHOLE: json.dumps({**versions, **more}, sort_keys=True)}


def versions_used(progress: pa.Table, stage: str) -> dict[str, Any]:
    """The versions that a whole-table stage last worked on; empty where it never did."""
    # what is told besides is told by name
    return {name: version for name, version in _whole_input(progress, stage).items() if not isinstance(version, dict)}


def states_used(progress: pa.Table, stage: str) -> dict[str, str | None]:
    """The states of the tables that a whole-table stage last worked on; empty where it never did."""
    return dict(_whole_input(progress, stage).get(_STATES, {}))


def is_rolled_back(progress: pa.Table, stage: str, made: Mapping[str, int | None]) -> bool:
    """Whether a table that a whole-table stage wrote has now (`made`) a version before the one that it left.

    Where tables are there and the ledger does not know of them, nobody can tell: that counts as well.
    """
    known = _whole_input(progress, stage)
    if not known:
        return any(version is not None for version in made.values())
    left = known.get(_MADE, {})
    return any(
        version is not None and ((now := made.get(name)) is None or now < version) for name, version in left.items()
    )


def _whole_input(progress: pa.Table, stage: str) -> dict[str, Any]:
    for id_, input_id in _told(progress, stage, "document_id", "input_id"):
        if id_ == WHOLE:
            return dict(json.loads(input_id))
    return {}


def _told(progress: pa.Table, stage: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The columns of a stage's rows: of a ledger of many documents, a dict for each would cost more than all else."""
    rows = progress.filter(pc.equal(progress["stage"], stage))
    return zip(*(rows[name].to_pylist() for name in columns), strict=True)


def batches(ids: Sequence[str], sizes: Mapping[str, int], limit: int) -> Iterator[list[str]]:
    """The ids in their order, cut into runs whose sizes sum to at most `limit`; a larger one goes alone."""
    batch: list[str] = []
    total = 0
    for id_ in ids:
        size = sizes.get(id_, 0)
        if batch and total + size > limit:
            yield batch
            batch, total = [], 0
        batch.append(id_)
        total += size
    if batch:
        yield batch
