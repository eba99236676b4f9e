"""The manifest of a release, read and checked: it may come from anywhere, and who reads it need not doubt its types.

In comes the folder of a release, out comes its manifest; members that nobody reads are let through as they are.
Refused, with file, member, value and remedy, is one whose other members are not of the types that Sitrep writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from tasks.storage.checks import StoreError

NAME = "manifest.json"
_REMEDY = "take the release from a copy, or cut a new one with `sitrep publish --full`"
_LARGEST = 2**63 - 1
_LONGEST = 60  # characters of a value that an error shows

# what a value must be: a type, null, an object with these members where it has them ("*": any), one of several
_SHAPE = {
    "version": str,
    "schema_version": int,
    "with_text": bool,
    "tables": {"*": (int, None)},
    "files": {"*": {"sha256": str, "rows": int, "columns": {"*": str}}},
    "trees": {"*": str},
    "fingerprints": {"*": (str, {"*": str})},
    "not_coded": {"*": int},
    "inputs": {"*": int},
}
_KINDS = {str: "a text", int: "a whole number from 0 to 2^63 - 1", bool: "true or false", None: "null"}


class ManifestError(StoreError):
    """A release's manifest is not what Sitrep writes."""


def read(release: Path) -> dict[str, Any]:
    """The manifest: `version`, `files` (by name: sha256, and of tables rows and columns) and what else it has.

    Raises LookupError where the folder has none, ManifestError where it cannot be used.
    """
    path = release / NAME
    if not path.is_file():
        raise LookupError(f"{release} is no release: it has no {NAME}")
    try:
        manifest: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ManifestError(f"{path}: cannot be read as JSON ({error}); {_REMEDY}") from error
    for fault in chain(_faults(manifest, _SHAPE, ""), _missing(manifest)):
        raise ManifestError(f"{path}: {fault}; {_REMEDY}")
    return dict(manifest)


def _faults(value: Any, shape: Any, where: str) -> Iterator[str]:
    """What in a value is not of the shape."""
    if isinstance(shape, tuple):
        faults = [list(_faults(value, one, where)) for one in shape]
        # an object that is none of those is told by its member
        yield from () if [] in faults else faults[-1 if isinstance(value, dict) else 0]
    elif isinstance(shape, dict) and isinstance(value, dict):
        for name, one in value.items():
            inner = shape.get(name, shape.get("*", object))
            yield from _faults(one, inner, f"{where}.{name}" if where else name)
    elif not _fits(value, shape):
        kind = "an object" if isinstance(shape, dict) else _KINDS[shape]
        shown = f"a {type(value).__name__}" if isinstance(value, list | dict) else json.dumps(value, ensure_ascii=False)
        shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
        yield f"{where or 'the whole'} is {shown}, where {kind} must stand"


def _fits(value: Any, shape: Any) -> bool:
    if shape is object:
        return True
    if shape is int:
        return type(value) is int and 0 <= value <= _LARGEST
    return value is None if shape is None else type(value) is shape


def _missing(manifest: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name} is missing" for name in ("version", "files") if name not in manifest)
    for name, facts in manifest["files"].items():
        if "sha256" not in facts:
            yield f"files.{name}.sha256 is missing"
