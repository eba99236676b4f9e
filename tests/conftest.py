"""Fixtures that several tests share: what is dear to build is built once a session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.extract import Extractor
from tasks.resolve import Resolver

CHECKOUT = Path(__file__).parent.parent
DEMO = CHECKOUT / "seeds" / "demo"


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The extractor with the project's own vocabularies, gazetteer and model."""
    from flows.resources import open_gazetteer
    from tasks.language.parsing import model_name
    from tasks.vocabularies import load_all

    return Extractor(load_all(), open_gazetteer(), model_name())


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    from flows.resources import open_gazetteer
    from tasks.vocabularies import load_all

    return Resolver(load_all(), open_gazetteer())


@pytest.fixture(scope="session")
def engine() -> Iterator[None]:
    """Prefect's own server for flows that run in this process, on a database of its own."""
    from prefect.testing.utilities import prefect_test_harness

    from flows.engine import quiet_prefect

    quiet_prefect()
    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="session")
def demo_data(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the demo was run once; tests read it and leave it as it is."""
    from flows.run import run

    data = tmp_path_factory.mktemp("demo") / "data"
    run([str(DEMO)], data=str(data))
    return data


def sitrep(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, as a user would type it."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        cwd=CHECKOUT,
        timeout=600,
    )
