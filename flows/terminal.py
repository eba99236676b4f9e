"""All that is printed: lines, progress of a stage while it works and one line when it is done, what failed.

In come counts and texts, out go texts in which nothing steers a terminal (see `tasks/reading/visible.py`). Nothing is
refused.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from tasks.reading.visible import visible

# characters of a bar of progress
_BAR = 24


def tell(line: str = "") -> None:
    """Print a line; whatever a document put into it."""
    # at once, also into a pipe: who follows a watch or a long run wants the line now
    print(visible(line), flush=True)


def tell_failure(line: str) -> None:
    """Print a line of what failed, to where errors go."""
    print(visible(line), file=sys.stderr)


def put(text: str) -> None:
    """Print a text as it is; whoever made it took care of what documents put into it."""
    sys.stdout.write(text)


def show(progress: str) -> None:
    """Put progress in the place of what it said before, where somebody is watching; nothing takes it away."""
    if is_watched():
        print(f"\r\x1b[K{progress}", end="", file=sys.stderr, flush=True)


def is_watched() -> bool:
    """Whether somebody is watching, so that progress is worth telling."""
    return sys.stderr.isatty()


def bar(what: str, done: int, total: int, seconds: float, told: str = "") -> str:
    """A line that says how much is done after so many seconds, and how long the rest may take: of documents, or of what
    is `told` in words."""
    filled = _BAR * done // total if total else _BAR
    left = f", {duration(seconds / done * (total - done))} left" if done and done < total else ""
    told = told or f"{done:,} of {total:,} documents"
    return f"{what:8} {'█' * filled}{'░' * (_BAR - filled)} {told}{left}"


def duration(seconds: float) -> str:
    """A length of time as a person says it, in its largest unit: "40 s", "3 min", "5 h", "12 d"."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def stage_line(stage: str, counts: Mapping[str, Any], seconds: float) -> str:
    """A stage's line: what it did, and how long that took."""
    return f"{stage:8} {counted(counts)} ({seconds:.1f} s)"


def counted(counts: Mapping[str, Any]) -> str:
    """What a stage did, in words."""
    return ", ".join(part for name, value in counts.items() for part in _parts(name, value))


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
