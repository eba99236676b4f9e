"""What a person at a terminal sees of a stage: progress while it works, one line when it is done.

In come counts, out come texts. Nothing is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


def show(progress: str) -> None:
    """Put progress in the place of what it said before, where somebody is watching; nothing takes it away."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{progress}", end="", file=sys.stderr, flush=True)


def stage_line(stage: str, counts: Mapping[str, Any], seconds: float) -> str:
    """A stage's line: what it did, and how long that took."""
    parts = [part for name, value in counts.items() for part in _parts(name, value)]
    return f"{stage:8} {', '.join(parts)} ({seconds:.1f} s)"


def _parts(name: str, value: Any) -> list[str]:
    """Parts of a stage's line: a text as it is, a list one by one, a count with what it counts."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [f"{name.removesuffix('s')}: {one}" for one in value]
    return [f"{value} {name.replace('_', ' ')}"]


def megabytes(size: int) -> str:
    """A number of bytes as a person reads it."""
    return f"{size / 1e6:.1f} MB"
