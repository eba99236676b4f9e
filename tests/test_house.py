"""The laws of the house, held by tests: who may import whom, who may touch what, one word a stage."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import CHECKOUT

from tasks.tables import STAGE_TABLES, STAGES

SOURCES = sorted([*(CHECKOUT / "tasks").rglob("*.py"), *(CHECKOUT / "flows").rglob("*.py")])
STORE = ("tasks/storage/",)
NAMES = [str(path.relative_to(CHECKOUT)) for path in SOURCES]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def stage_of(name: str) -> str | None:
    part = name.split("/")[1].removesuffix(".py") if name.startswith("tasks/") else ""
    return part if part in STAGES else None


@pytest.mark.parametrize(("path", "name"), zip(SOURCES, NAMES, strict=True), ids=NAMES)
def test_stages_meet_in_tables_alone(path: Path, name: str) -> None:
    own = stage_of(name)
    if own:
        others = {f"tasks.{stage}" for stage in STAGES if stage != own}
        assert not {i for i in imports(path) if any(i == o or i.startswith(f"{o}.") for o in others)}


@pytest.mark.parametrize(("path", "name"), zip(SOURCES, NAMES, strict=True), ids=NAMES)
def test_tasks_do_not_know_flows(path: Path, name: str) -> None:
    if name.startswith("tasks/"):
        assert not {i for i in imports(path) if i.split(".")[0] in ("flows", "prefect")}


@pytest.mark.parametrize(("path", "name"), zip(SOURCES, NAMES, strict=True), ids=NAMES)
def test_only_the_store_writes_and_only_the_seed_reader_reads_seeds(path: Path, name: str) -> None:
    text = path.read_text()
    if name.startswith("tasks/") and not name.startswith(STORE):
        assert "deltalake" not in imports(path)
        assert ".write_text(" not in text and ".write_bytes(" not in text
    # the gazetteer's vendored facts are too large for a checked frame; its compiler reads them
    if name not in ("tasks/vocabularies.py", "tasks/knowledge/places/compiling.py", "flows/resources.py"):
        assert "SEEDS" not in text


@pytest.mark.parametrize(("path", "name"), zip(SOURCES, NAMES, strict=True), ids=NAMES)
def test_no_clock_and_no_dice_in_tasks(path: Path, name: str) -> None:
    if name.startswith("tasks/") and name != "tasks/storage/lock.py":
        assert not re.search(r"\b(?:datetime\.now|date\.today|time\.time|utcnow)\(", path.read_text())
        assert "random" not in imports(path)


@pytest.mark.parametrize(("path", "name"), zip(SOURCES, NAMES, strict=True), ids=NAMES)
def test_every_module_says_what_it_is_for(path: Path, name: str) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


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
    names = listed.stdout.split("\n") if listed.returncode == 0 else NAMES
    told = re.compile("py" + r"pi\.org|files\.python" + r"hosted|registry\.npm" + r"js|/ro" + r"ot/|/wo" + "rk/")
    for name in filter(None, names):
        path = CHECKOUT / name
        if path.suffix in (".py", ".md", ".toml", ".txt", ".yaml", ".csv", "") and path.is_file():
            assert not told.search(path.read_text(errors="replace")), name
