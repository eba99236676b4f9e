"""What a source file says to a fingerprint: its syntax tree as a hash, what it imports, the strings in it.

In come files of Python; out come the same answers for the same text. Answers are kept from one process to the next by
the text's hash, for to take all of the project apart takes seconds. Nothing is refused: what was kept and cannot be
read is worked out again.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tasks.storage.folders import resources_folder


@dataclass(frozen=True)
class Source:
    """A source file without comments, docstrings and layout."""

    tree: str
    imports: frozenset[str]
    strings: frozenset[str]


class Sources:
    """Source files by the names of their modules, each taken apart once for the same text."""

    def __init__(self, kept_as: str | None) -> None:
        """`kept_as` names the file of answers among the resources; without it they last as long as the object."""
        self._kept_as = kept_as
        self._read: dict[tuple[str, str], Source] = {}
        self._is_kept = True

    def read(self, name: str, path: Path) -> Source:
        """The source file of a module."""
        text, is_package = path.read_text("utf-8"), path.name == "__init__.py"
        of = hashlib.sha256("\n".join((_how(), name, str(is_package), text)).encode()).hexdigest()
        if (name, of) not in self._read:
            kept = self._kept.get(name)
            if kept is None or kept["of"] != of:
                kept = self._kept[name] = {"of": of, **_taken_apart(text, name, is_package)}
                self._is_kept = False
            told = Source(kept["tree"], frozenset(kept["imports"]), frozenset(kept["strings"]))
            self._read[name, of] = told
        return self._read[name, of]

    def keep(self) -> None:
        """Keep what was taken apart for the next process."""
        if self._is_kept or self._kept_as is None:
            return
        self._is_kept = True
        # where nothing can be written, the next process takes them apart again
        with suppress(OSError):
            path = resources_folder() / self._kept_as
            draft = path.with_suffix(f".tmp-{os.getpid()}")
            draft.write_text(json.dumps(self._kept), "utf-8")
            draft.replace(path)

    @cached_property
    def _kept(self) -> dict[str, dict[str, Any]]:
        if self._kept_as is not None:
            with suppress(OSError, ValueError):
                return dict(json.loads((resources_folder() / self._kept_as).read_text("utf-8")))
        return {}


@cache
def _how() -> str:
    """Changes with how source files are taken apart: a tree is another one to another Python."""
    return f"{sys.version}\n{Path(__file__).read_text('utf-8')}"


def _taken_apart(text: str, name: str, is_package: bool) -> dict[str, Any]:
    tree = _without_docstrings(ast.parse(text))
    strings = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return {
        "tree": hashlib.sha256(ast.dump(tree).encode()).hexdigest(),
        "imports": sorted(set(_imports(tree, name, is_package))),
        "strings": sorted(strings),
    }


def _imports(tree: ast.Module, module: str, is_package: bool) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                near = module.split(".") if is_package else module.split(".")[:-1]
                near = near[: len(near) - node.level + 1]
                origin = ".".join([*near, origin] if origin else near)
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                del node.body[0]
    return tree
