"""The laws of the house, held by tests: who may import whom, who may touch what, how long, how documented, how named.

Each law is one test that lists all who break it.
"""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest
import yaml
from conftest import CHECKOUT

from tasks.tables import STAGE_TABLES, STAGES

LONGEST_FUNCTION = 60
LONGEST_CLASS = 200
LONGEST_MODULE = 400
MEDIAN_FUNCTION = 10
BOOKS = ("tasks/tables.py", "tasks/vocabularies.py")
# an arrow may lead to a room of a layer further up in this list, or stay in its own room
LAYERS = (("tables", "vocabularies"), ("language",), ("knowledge",), ("storage",), (*STAGES, "reading"))
STORE = "tasks/storage/"
# the gazetteer's vendored facts are too large for a checked frame; its compiler reads them
READ_SEEDS = ("tasks/vocabularies.py", "tasks/knowledge/places/", "flows/resources.py")
QUOTATION_MARKS = "\"'“”‘’«"


Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A source file: `tasks/link/merge.py`, and its name as Python imports it."""

    path: str
    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> set[str]:
        """All that is imported anywhere in it, by full names; "from a import b" is both `a` and `a.b`."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    @property
    def room(self) -> str:
        """The folder or book of `tasks` that it lies in: "link", "tables"; "flows"."""
        parts = self.name.split(".")
        return parts[0] if parts[0] == "flows" else ".".join(parts[1:2])


@cache
def modules() -> tuple[Module, ...]:
    """Every source file of `tasks` and `flows`, parsed once."""
    files = sorted(file for folder in ("tasks", "flows") for file in (CHECKOUT / folder).rglob("*.py"))
    paths = [file.relative_to(CHECKOUT) for file in files]
    names = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return tuple(
        Module(path.as_posix(), name, file.read_text("utf-8"))
        for path, name, file in zip(paths, names, files, strict=True)
    )


@cache
def arrows() -> dict[str, set[str]]:
    """Module name -> the modules of the house that it imports, wherever in it.

    "from tasks.link import merge" leads to the module `tasks.link.merge`; what is no module leads to the package.
    """
    names = {module.name for module in modules()}
    found: dict[str, set[str]] = {}
    for module in modules():
        leads = set()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                leads |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                parts = {f"{node.module}.{alias.name}" for alias in node.names}
                leads |= {part if part in names else node.module for part in parts}
        found[module.name] = (leads & names) - {module.name}
    return found


def hold(offenders: Iterable[str]) -> None:
    """Fail with the whole list of those who break the law, where there are any."""
    listed = list(offenders)
    if listed:
        pytest.fail(f"{len(listed)} break it:\n" + "\n".join(listed), pytrace=False)


def test_no_arrow_leads_up_and_rooms_of_one_floor_do_not_know_each_other() -> None:
    floors = {room: number for number, rooms in enumerate(LAYERS) for room in rooms} | {"": 0, "flows": len(LAYERS)}
    rooms = {module.name: module.room for module in modules()}
    hold(f"{name}: in no layer" for name, room in rooms.items() if room not in floors)
    hold(
        f"{name} -> {other}"
        for name, others in arrows().items()
        for other in sorted(others)
        if floors[rooms[other]] > floors[rooms[name]]
        or (rooms[other] != rooms[name] and floors[rooms[other]] == floors[rooms[name]] > 0)
    )


def test_stages_meet_in_tables_alone() -> None:
    rooms = {module.name: module.room for module in modules()}
    hold(
        f"{name} -> {other}"
        for name, others in arrows().items()
        for other in sorted(others)
        if rooms[name] in STAGES and rooms[other] in STAGES and rooms[name] != rooms[other]
    )


def test_imports_are_absolute() -> None:
    hold(
        f"{module.path}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    )


def reached(start: str) -> set[str]:
    """All modules that arrows lead to from a module."""
    found: set[str] = set()
    left = [start]
    while left:
        for other in arrows()[left.pop()] - found:
            found.add(other)
            left.append(other)
    return found


def test_no_import_goes_in_a_circle() -> None:
    hold(
        f"{name} -> {other}" for name, others in arrows().items() for other in sorted(others) if name in reached(other)
    )


def test_tasks_know_neither_flows_nor_the_engine() -> None:
    hold(
        f"{module.path}: {name}"
        for module in modules()
        if module.name.startswith("tasks")
        for name in sorted(module.imports)
        if name.split(".")[0] in ("flows", "prefect")
    )


def test_only_the_store_writes() -> None:
    hold(
        f"{module.path}: {what}"
        for module in modules()
        if module.name.startswith("tasks") and not module.path.startswith(STORE)
        for what in ("deltalake", ".write_text(", ".write_bytes(")
        if (what in module.text if what[0] == "." else what in module.imports)
    )


def test_only_the_seed_reader_reads_seeds() -> None:
    hold(m.path for m in modules() if "SEEDS" in m.text and not m.path.startswith(READ_SEEDS))


def test_no_clock_and_no_dice_in_tasks() -> None:
    clock = re.compile(r"\b(?:datetime\.now|date\.today|time\.time|utcnow)\(")
    hold(
        module.path
        for module in modules()
        if module.name.startswith("tasks") and module.path != "tasks/storage/lock.py"
        if clock.search(module.text) or "random" in module.imports
    )


def test_only_the_door_is_a_script() -> None:
    script = re.compile(r"^if __name__ == .__main__.:", re.M)
    hold(m.path for m in modules() if script.search(m.text) and m.path != "flows/cli/__main__.py")


def test_only_the_terminal_prints() -> None:
    printing = re.compile(r"(?<![\w.])print\(|\.std(?:out|err)\.write\(")
    hold(m.path for m in modules() if printing.search(m.text) and m.path != "flows/terminal.py")


# how long


def functions(module: Module) -> Iterator[Function]:
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def length(node: Function | ast.ClassDef) -> int:
    """Lines from the first of the definition to its last, docstring and all."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_longer_than_a_page() -> None:
    hold(
        f"{module.path}: {node.name} has {length(node)} lines"
        for module in modules()
        for node in functions(module)
        if length(node) > LONGEST_FUNCTION
    )


def test_functions_are_small() -> None:
    assert statistics.median(length(node) for module in modules() for node in functions(module)) <= MEDIAN_FUNCTION


def test_no_class_is_longer_than_three_pages() -> None:
    hold(
        f"{module.path}: {node.name} has {length(node)} lines"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and length(node) > LONGEST_CLASS
    )


def test_no_module_but_the_books_is_too_long() -> None:
    hold(
        f"{module.path} has {lines} lines"
        for module in modules()
        if (lines := len(module.text.splitlines())) > LONGEST_MODULE and module.path not in BOOKS
    )


def test_every_module_has_a_name_that_says_what_it_is() -> None:
    nothing = {"utils", "util", "helpers", "helper", "common", "misc"}
    hold(module.path for module in modules() if nothing & set(module.name.split(".")))


# how documented

Documented = ast.Module | ast.ClassDef | Function


def definitions(node: Documented, name: str, is_public: bool) -> Iterator[tuple[Documented, str, bool]]:
    """A module, its classes and functions, and methods; not what a function defines for itself."""
    yield node, name, is_public
    if not isinstance(node, Function):
        for part in node.body:
            if isinstance(part, ast.ClassDef | Function):
                yield from definitions(part, f"{name}: {part.name}", is_public and not part.name.startswith("_"))


def test_every_public_module_class_and_function_says_what_it_is() -> None:
    hold(
        name
        for module in modules()
        for node, name, is_public in definitions(module.tree, module.path, True)
        if is_public and not ast.get_docstring(node)
    )


def test_docstrings_state_before_they_quote() -> None:
    hold(
        f"{name}: {told[:40]}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, Documented)
        if (told := ast.get_docstring(node) or "")[:1] in tuple(QUOTATION_MARKS)
        for name in [f"{module.path}: {getattr(node, 'name', '')}"]
    )


# how named


@pytest.mark.parametrize("stage", STAGES)
def test_one_word_a_stage_in_five_places(stage: str) -> None:
    flow = getattr(importlib.import_module(f"flows.{stage}"), stage)
    assert flow.name == stage
    assert importlib.import_module(f"tasks.{stage}").__doc__
    assert stage == "publish" or any(table.stage == stage for table in STAGE_TABLES.values())
    assert list((CHECKOUT / "tests").glob(f"test_{stage}*.py"))
    deployments = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
    assert [d["entrypoint"] for d in deployments if d["name"] == stage] == [f"flows.{stage}.{stage}"]


def test_entry_points_load() -> None:
    for deployment in yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]:
        module, _, name = deployment["entrypoint"].rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))
    scripts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["scripts"]
    for target in scripts.values():
        module, name = target.split(":")
        assert callable(getattr(importlib.import_module(module), name))


def test_tests_are_no_package() -> None:
    assert not list((CHECKOUT / "tests").rglob("__init__.py"))


def test_no_address_of_a_registry_or_path_of_a_machine_is_checked_in() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True)
    names = listed.stdout.split("\n") if listed.returncode == 0 else [module.path for module in modules()]
    told = re.compile("py" + r"pi\.org|files\.python" + r"hosted|registry\.npm" + r"js|/ro" + r"ot/|/wo" + "rk/")
    texts = (".py", ".md", ".toml", ".txt", ".yaml", ".csv", "")
    files = [CHECKOUT / name for name in names if name and Path(name).suffix in texts]
    hold(str(file) for file in files if file.is_file() and told.search(file.read_text(errors="replace")))


# habits


def test_hooks_before_a_commit_are_local_and_call_tools_that_are_there() -> None:
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())["repos"]
    assert {repository["repo"] for repository in hooks} == {"local"}
    commands = [hook["entry"].split() for repository in hooks for hook in repository["hooks"]]
    assert commands
    tools = Path(sys.executable).parent
    for command, *arguments in commands:
        assert command.startswith(".venv/bin/"), "a hook runs what make setup installed"
        tool = command.removeprefix(".venv/bin/")
        assert shutil.which(tool, path=str(tools)), tool
        for file in arguments:
            assert "/" not in file or (CHECKOUT / file).exists(), file


def test_editors_wrap_and_indent_as_the_linter_does() -> None:
    sections = (CHECKOUT / ".editorconfig").read_text().split("\n[")
    python = next(section for section in sections if section.startswith("*.py]"))
    ruff = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["ruff"]
    assert f"max_line_length = {ruff['line-length']}" in python
    assert "indent_size = 4" in python
