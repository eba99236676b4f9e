"""Find the files behind paths and tell what they are.

In come paths as typed, out come files in a fixed order with the kind of thing each holds. A path that leads nowhere is
refused with its name; hidden files are passed over.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SNIFFED_BYTES = 8192

_KINDS = {
    ".txt": "text", ".text": "text", ".html": "html", ".htm": "html", ".xhtml": "html", ".md": "markdown",
    ".markdown": "markdown", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv",
    ".parquet": "parquet",
}  # fmt: skip
_TEXTS = ("text", "html", "markdown", "json", "jsonl", "csv", "tsv")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Found:
    """A path that leads to a file (`path`), or the reason why it does not."""

    uri: str
    path: Path | None
    reason_code: str | None = None
    message: str | None = None


def files(paths: list[str]) -> Iterator[Found]:
    """The files behind the paths, each once, in the order of the paths and within a folder by name."""
    seen: set[Path] = set()
    for typed in paths:
        for found in _behind(typed):
            place = found.path.resolve() if found.path else None
            if place is None or place not in seen:
                yield found
            if place is not None:
                seen.add(place)


def _behind(typed: str) -> Iterator[Found]:
    path = Path(typed)
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
                yield Found(file.as_posix(), file)
    elif path.exists():
        yield Found(path.as_posix(), path)
    elif glob.has_magic(typed):
        matched = sorted(glob.glob(typed, recursive=True))  # noqa: PTH207 - a path as typed may be absolute
        if not matched:
            yield Found(typed, None, "unreadable", f"nothing matches {typed}")
        for match in matched:
            yield from _behind(match)
    else:
        yield Found(path.as_posix(), None, "unreadable", f"there is no file or folder {typed}")


def kind_of(path: Path, head: bytes) -> str | None:
    """What a file holds, by its ending, else by its first bytes; None for bytes that are no text."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None and head.startswith(b"PAR1"):
        return "parquet"
    if (kind is None or kind in _TEXTS) and is_binary(head):
        return None
    if kind is None:
        start = head.lstrip()[:200].lower()
        kind = "html" if start.startswith((b"<!doctype html", b"<html")) else "json" if start[:1] in b"{[" else "text"
    return kind


def is_binary(head: bytes) -> bool:
    """Bytes that are no text in any encoding that news comes in: NULs outside UTF-16, or control codes in numbers."""
    if head.startswith(_WIDE_MARKS):
        return False
    controls = sum(head.count(code) for code in (*range(0x01, 0x07), 0x0E, 0x0F, *range(0x10, 0x1B)))
    return b"\0" in head or controls > len(head) // 50
