"""The wheel: what is in it, and that its files run without a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CHECKOUT
from hatchling.builders.wheel import WheelBuilder

from tasks.vocabularies import VOCABULARIES


@pytest.fixture(scope="module")
def listed() -> dict[str, Path]:
    """The files of the wheel: where each lies in it, and where in the checkout."""
    files = WheelBuilder(str(CHECKOUT)).recurse_included_files()
    return {Path(file.distribution_path).as_posix(): Path(file.path) for file in files}


def below(folder: str, pattern: str) -> set[str]:
    return {file.relative_to(CHECKOUT).as_posix() for file in (CHECKOUT / folder).rglob(pattern) if file.is_file()}


def test_all_that_code_opens_is_in_the_wheel(listed: dict[str, Path]) -> None:
    assert {f"tasks/seeds/{name}.csv" for name in VOCABULARIES} <= set(listed)
    page = {name for ending in ("html", "css", "js", "json") for name in below("tasks/publish/report", f"*.{ending}")}
    desk = {name for ending in ("html", "css", "js", "sql") for name in below("flows", f"*.{ending}")}
    assert page and desk and page | desk <= set(listed)
    opened = below("seeds/gazetteer", "*.csv") | below("seeds/demo", "*") | below("seeds/judge", "*.parquet")
    assert {f"tasks/{name}" for name in opened} <= set(listed)
    code = {name for folder in ("flows", "tasks") for name in below(folder, "*.py")}
    assert code | {"sitrep.py"} <= set(listed)


def test_what_it_learned_from_and_what_is_of_others_stays_out(listed: dict[str, Path]) -> None:
    assert {name.partition("/")[0] for name in listed} == {"flows", "tasks", "sitrep.py"}
    assert not [name for name in listed if name.endswith(".jsonl") and "/demo/" not in name]


def test_its_files_run_without_a_checkout(listed: dict[str, Path], tmp_path: Path) -> None:
    package = tmp_path / "package"
    for name, file in listed.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, package / name)
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    elsewhere.mkdir()

    def told(command: str, **environment: str) -> str:
        bare = {name: value for name, value in os.environ.items() if name not in ("SITREP_HOME", "XDG_DATA_HOME")}
        found = bare | {"PYTHONPATH": str(package), "HOME": str(home)} | environment
        done = subprocess.run(
            [sys.executable, "-c", command], cwd=elsewhere, env=found, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    seeds = "from flows.cli import main; main(['seeds'])"
    folders = "from tasks.storage.folders import data_folder; print(data_folder())"
    assert told(seeds) == str(package / "tasks" / "seeds")
    assert told("from tasks.vocabularies import load_all; print('triggers' in load_all())") == "True"
    assert told(folders) == str(home / ".local" / "share" / "sitrep" / "data")
    own = tmp_path / "own"
    assert told(folders, SITREP_HOME=str(own)) == str(own / "data")
    assert told(seeds, SITREP_HOME=str(own)) == str(package / "tasks" / "seeds"), "it has none of its own"
    (own / "seeds").mkdir(parents=True)
    assert told(seeds, SITREP_HOME=str(own)) == str(own / "seeds")
