"""The ledger that makes runs incremental: what each stage has done for each document, from what and by what.

In come rows of `progress` and the ids of a stage's inputs; out come the documents to do, those to drop, and the rows
to write when they are done. A stage writes its data first and its ledger after, so that a run killed in between does
an idempotent piece of work again; nothing is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from tasks.tables import PROGRESS, RAW_DOCUMENTS

WHOLE = "*"
"""Stands for the document_id in the ledger of a stage that works on whole tables."""

# when and where a document was read is not what it is: reading it again elsewhere changes nothing
_INCIDENTAL = ("content", "ingested_at", "ordinal", "uri")


_FAILED = " failed"


@dataclass(frozen=True)
class Plan:
    """What a stage has to do: input ids by document, in order of document id; and documents that are gone."""

    todo: dict[str, str]
    drop: list[str]

    def __bool__(self) -> bool:
        return bool(self.todo or self.drop)


def output_id(input_id: str, fingerprint: str) -> str:
    """Names what a stage of this fingerprint makes of this input."""
    return hashlib.sha256(f"{input_id}\n{fingerprint}".encode()).hexdigest()


def outputs(progress: pa.Table, stage: str) -> dict[str, str]:
    """document_id -> output_id of what a stage has done."""
    return {row["document_id"]: row["output_id"] for row in progress.to_pylist() if row["stage"] == stage}


def plan(
    progress: pa.Table,
    stage: str,
    inputs: Mapping[str, str],
    fingerprint: str,
    full: bool = False,
    again: Collection[str] = (),
) -> Plan:
    """What a stage has to do, given its ledger (rows of `progress`) and the newest input ids by document.

    To do is a document that the ledger lacks, whose recorded input is another, or whose recorded output is not what
    this fingerprint makes of it; one of `again`, of which the stage's table lacks what the ledger says; with `full`,
    every document. To drop is what the ledger has and `inputs` lack.
    """
    ledger = {row["document_id"]: row for row in progress.to_pylist() if row["stage"] == stage}
    todo = {}
    for document_id, input_id in sorted(inputs.items()):
        row = ledger.get(document_id)
        made = (output_id(input_id, fingerprint), output_id(input_id, fingerprint + _FAILED))
        is_done = row and row["input_id"] == input_id and row["output_id"] in made
        if full or not is_done or document_id in again:
            todo[document_id] = input_id
    return Plan(todo, sorted(set(ledger) - set(inputs)))


def done(stage: str, inputs: Mapping[str, str], fingerprint: str, failed: Collection[str] = ()) -> pa.Table:
    """Rows of `progress` that say that a stage of this fingerprint has done these inputs (input ids by document).

    Documents of `failed` were refused: what they gave is nothing, and another thing than what they would have given.
    """
    rows = []
    for key in sorted(inputs):
        made = output_id(inputs[key], fingerprint + _FAILED if key in failed else fingerprint)
        rows.append({"stage": stage, "document_id": key, "input_id": inputs[key], "output_id": made})
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
            }
        )
    return pa.Table.from_pylist(rows, schema=PROGRESS.schema)


def at_version(table: str, version: int, document_ids: Iterable[str]) -> dict[str, str]:
    """Input ids of a run on an older version of its input: no stage makes them, so the next plain run undoes it."""
    return dict.fromkeys(document_ids, f"{table}@{version}")


def whole(versions: Mapping[str, Any]) -> dict[str, str]:
    """The input id of a stage that works on whole tables: the versions that it reads, as JSON."""
    return {WHOLE: json.dumps(dict(versions), sort_keys=True)}


def versions_used(progress: pa.Table, stage: str) -> dict[str, Any]:
    """The versions that a whole-table stage last worked on; empty where it never did."""
    for row in progress.to_pylist():
        if row["stage"] == stage and row["document_id"] == WHOLE:
            return json.loads(row["input_id"])
    return {}


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
