"""A batch of documents of which one may be at fault: the fault is found, the rest goes on.

In come rows of documents and what a stage does with them; out come its results for those that it can treat, and the
failures of the others. What is no document's fault (storage, vocabularies, a missing package or model, too little
memory) ends the run, and so does what happens alike in every one of many documents.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pyarrow as pa

from tasks.knowledge.crosswalk import CrosswalkError
from tasks.knowledge.places.countries import CountryCodeError
from tasks.storage.checks import StoreError
from tasks.storage.faults import failed_message
from tasks.vocabularies import VocabularyError

Step = Callable[[pa.Table], tuple[pa.Table, ...]]
"""Rows of documents to the tables that a stage makes of them."""

_NO_DOCUMENTS_FAULT = (
    CountryCodeError,
    CrosswalkError,
    ImportError,
    MemoryError,
    OSError,
    StoreError,
    VocabularyError,
    sqlite3.Error,
)
# so many documents that all fail at one line are well and the program is not
_MANY = 20


class EveryDocumentFailedError(RuntimeError):
    """Every document of a large batch failed at the same line: that is the program's fault and none of theirs."""


def spared(step: Step, rows: pa.Table) -> tuple[tuple[pa.Table, ...], dict[str, str]]:
    """What the step makes of the rows (one a document) but for the documents in which it fails, and what they raised.

    Batches that fail are halved until the documents at fault stand alone, so that the others cost little more. Raises
    EveryDocumentFailedError where all of many fail at one line.
    """
    parts, failures = _parts(step, rows)
    if rows.num_rows >= _MANY and len(failures) == rows.num_rows and len(set(failures.values())) == 1:
        raise EveryDocumentFailedError(f"all {rows.num_rows} documents failed alike: {min(failures.values())}")
    if not parts:
        parts = [step(rows.slice(0, 0))]
    if len(parts) == 1:
        return parts[0], failures
    return tuple(pa.concat_tables(tables) for tables in zip(*parts, strict=True)), failures


def _parts(step: Step, rows: pa.Table) -> tuple[list[tuple[pa.Table, ...]], dict[str, str]]:
    try:
        return [step(rows)], {}
    except _NO_DOCUMENTS_FAULT:
        raise
    except Exception as error:
        if not rows.num_rows:
            raise
        failure = failed_message(error)
    if rows.num_rows == 1:
        return [], {rows["document_id"][0].as_py(): failure}
    half = rows.num_rows // 2
    parts, failures = _parts(step, rows.slice(0, half))
    more, others = _parts(step, rows.slice(half))
    return parts + more, failures | others


def culprits(step: Step, rows: pa.Table) -> dict[str, str]:
    """The documents for which the step fails when they stand alone; none where it fails for all."""
    failures = _parts(step, rows)[1]
    return {} if len(failures) == rows.num_rows else failures
