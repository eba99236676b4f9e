"""What a stage's results depend on besides its inputs, as short hashes.

In come module names and vocabulary names; out come hashes that change when the code, the packages that it uses or the
vocabularies change, and stay when only comments, docstrings or layout do. A module that does not exist is refused.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from tasks.storage.sources import Source, Sources

_PACKAGE = "tasks"
_ROOT = Path(__file__).resolve().parents[2]
# these name every vocabulary or column, whoever imports them
_NAMES_ALL = ("tasks.vocabularies", "tasks.tables")


class FingerprintError(LookupError):
    """A module whose code is asked for does not exist."""


def code(modules: Iterable[str], root: Path = _ROOT) -> str:
    """Hash of the modules' syntax trees, of all of `tasks` that they import, at any depth, and of the versions of the
    packages that any of these import.

    `modules` are dotted names ("tasks.clean"); `root` is the folder that holds the package `tasks`.
    """
    closure = _closure(modules, root)
    versions = {name: package_version(name) for name in sorted(_packages(closure.values()))}
    facts = {"code": {name: module.tree for name, module in sorted(closure.items())}, "packages": versions}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def vocabularies(
    modules: Iterable[str], known: Iterable[str], root: Path = _ROOT, flow: str | None = None
) -> list[str]:
    """Those of the vocabularies `known` that the modules, or any of `tasks` that they import, name in a string.

    `flow`: a module that hands vocabularies to them, of which its own strings count and not those that it imports.
    A string that only looks like one costs a needless run at worst; a list kept by hand would, once forgotten, leave
    old rows standing.
    """
    words: set[str] = set()
    for name, module in _closure(modules, root).items():
        if not name.startswith(_NAMES_ALL):
            words |= module.strings
    path = _file(flow, root) if flow else None
    if flow and path:
        words |= _sources().read(flow, path).strings
    return sorted(words & set(known))


def files(folder: Path, pattern: str) -> str:
    """Hash of the names and contents of a folder's files."""
    digests = [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted(folder.glob(pattern))]
    return combined(**dict(digests))


def combined(**parts: str) -> str:
    """One hash of several named ones."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _closure(modules: Iterable[str], root: Path) -> dict[str, Source]:
    """The modules and all of `tasks` that they import, by name."""
    found: dict[str, Source] = {}
    waiting = list(modules)
    for name in waiting:
        if _file(name, root) is None:
            raise FingerprintError(f"{root}: no module {name}; mend the list of the stage's modules")
    seen: set[str] = set()
    sources = _sources() if root == _ROOT else Sources(None)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        path = _file(name, root)
        # a name imported from a module need not be a module itself
        if path is None:
            continue
        found[name] = sources.read(name, path)
        waiting.extend(_parents(name))
        for target in found[name].imports:
            if target.partition(".")[0] == _PACKAGE:
                waiting.extend([target, *_parents(target)])
    sources.keep()
    return found


@cache
def _sources() -> Sources:
    """The source files of this installation, as far as they have been read in this process or before it."""
    return Sources("sources.json")


def _packages(closure: Iterable[Source]) -> set[str]:
    tops = {target.partition(".")[0] for module in closure for target in module.imports}
    return tops - {_PACKAGE} - set(sys.stdlib_module_names)


def _file(module: str, root: Path) -> Path | None:
    path = root.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _parents(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


@cache
def _files_of_distributions() -> list[tuple[metadata.Distribution, str]]:
    """Every installed distribution with the list of its files; to take the lists apart takes ten times as long."""
    kept = [(one, one.read_text("RECORD") or one.read_text("top_level.txt") or "") for one in metadata.distributions()]
    return [(one, f"\n{files}\n") for one, files in kept]


@cache
def package_version(package: str) -> str:
    """The version of an installed package, by the name that is imported or that of its distribution."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        begins = tuple(f"\n{package}{end}" for end in ("/", ".py,", "\n"))
        holding = (one for one, files in _files_of_distributions() if any(begin in files for begin in begins))
        found = {one.metadata["Name"]: one.version for one in holding}
        return " ".join(f"{name} {version}" for name, version in sorted(found.items())) or "not installed"
