"""Ingest, for tests: rows of documents and of rejects for paths."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from tasks.ingest import Naming, read
from tasks.vocabularies import load

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def ingest(
    *paths: Path | str, source: str | None = None, **mapping: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What ingest makes of paths; `mapping` as it would be typed behind --map."""
    documents, rejects = [], []
    naming = Naming(load("record_profiles"), mapping)
    for found, refused in read([str(p) for p in paths], load("sources"), source, NOW, naming):
        documents += found.to_pylist()
        rejects += refused.to_pylist()
    return documents, rejects
