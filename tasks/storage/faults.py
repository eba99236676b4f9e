"""Documents that a stage could not treat, as rows of `rejects`: one of them never ends a run.

In come a document and the error that it raised, out comes a row that names both and the place in the code. Errors that
are no document's (a table, a vocabulary, a model, the disk) are not for here: they end the run.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_TASKS = Path(__file__).resolve().parents[1]
_LONGEST = 300
FAILED = "failed"
"""The reason of a reject that an error made."""


def reject_row(stage: str, row: Mapping[str, Any], reason_code: str, message: str) -> dict[str, Any]:
    """A row of `rejects`; `row` gives source_id, uri, bytes_sha256 and ingested_at of what is refused."""
    parts = (stage, row["source_id"], row["uri"], reason_code, row["bytes_sha256"] or "")
    return {
        "reject_id": hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest()[:32],
        "stage": stage,
        "source_id": row["source_id"],
        "uri": row["uri"],
        "reason_code": reason_code,
        "message": message,
        "bytes_sha256": row["bytes_sha256"],
        "rejected_at": row["ingested_at"],
    }


def failed_message(error: Exception) -> str:
    """What happened inside a document: the error's class, its words, and where in Sitrep's own code."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(_TASKS)]
    where = f" (tasks/{Path(frames[-1].filename).relative_to(_TASKS)}:{frames[-1].lineno})" if frames else ""
    words = " ".join(str(error).encode("utf-8", "replace").decode().split())[:_LONGEST]
    return f"{type(error).__name__}: {words}{where}"


def document_uri(document: Mapping[str, Any]) -> str:
    """How a reject of a later stage names a document: its external id, and its id behind."""
    return f"{document['external_id']}#{document['document_id']}"
