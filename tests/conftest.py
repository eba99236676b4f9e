"""Fixtures that several tests share: what is dear to build is built once a session, whatever the number of workers."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings
from prefect_server import PrefectServer, wait_until_up

from tasks.extract import Extractor
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.resolve import Resolver
from tasks.tables import RELEASE_TABLES

CHECKOUT = Path(__file__).parent.parent
DEMO = CHECKOUT / "seeds" / "demo"
SERVER = pytest.StashKey[PrefectServer]()
# a file of tests is one worker's; those that take longest begin first
DEAR_FIRST = (
    "test_engine",
    "test_cluster",
    "test_stopped_runs",
    "test_recovery",
    "test_run",
    "test_watch",
    "test_gold",
    "test_report_page",
    "test_again",
    "test_spread",
    "test_link",
    "test_killed_runs",
    "test_hostile",
    "test_corrections",
    "test_faults",
    "test_link_flow",
    "test_clean",
    "test_ids_from",
    "test_order",
    "test_explain",
    "test_run_page",
)

settings.register_profile("soak", max_examples=4000)


def pytest_configure(config: pytest.Config) -> None:
    """Give the session an engine of its own: all that tests start finds it by its address, nothing a user's Prefect."""
    if hasattr(config, "workerinput"):
        return
    home = Path(tempfile.mkdtemp(prefix="sitrep-tests-"))
    server = config.stash[SERVER] = PrefectServer(home / "prefect")
    os.environ.update(server.environment)
    if config.getoption("numprocesses", default=None):
        # the workers will want it
        server.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engine."""
    if SERVER in config.stash:
        server = config.stash[SERVER]
        server.stop()
        shutil.rmtree(server.home.parent, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the dear files first, so that no worker is left alone with one of them at the end."""
    places = {name: place for place, name in enumerate(DEAR_FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def drawn_often(count: int) -> Callable[[Callable[..., None]], Any]:
    """Draw so many examples of what takes long to try; `make soak` draws forty times as many."""
    patient = settings(
        max_examples=count * settings.default.max_examples // 100,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    return lambda test: pytest.mark.drawn(patient(test))


def made_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Make what reads texts once for the same vocabularies, and for the same kinds of what else it is made of."""
    known: dict[tuple[object, ...], tuple[object, Any]] = {}

    def made(words: object, *given: object) -> Any:
        key = (id(words), *(one if isinstance(one, str) else type(one) for one in given))
        if key not in known:
            # the words are held, so that no others get their identity
            known[key] = (words, make(words, *given))
        return known[key][1]

    return made


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One worker at a time."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of the session share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def gazetteer(shared_folder: Path) -> Gazetteer:
    """The project's own gazetteer; a checkout's first session compiles it, once for all workers."""
    from flows.resources import open_gazetteer

    with alone(shared_folder):
        return open_gazetteer()


@pytest.fixture(scope="session")
def extractor(gazetteer: Gazetteer) -> Extractor:
    """The extractor with the project's own vocabularies, gazetteer and model."""
    from tasks.language.model_choice import model_name
    from tasks.vocabularies import load_all

    return Extractor(load_all(), gazetteer, model_name())


@pytest.fixture(scope="session")
def judging(extractor: Extractor) -> Extractor:
    """The extractor with the learned judge, as in a run; without it, the rules stand alone."""
    from flows.resources import open_judge

    return Extractor(extractor.vocabularies, extractor.gazetteer, extractor.model, open_judge())


@pytest.fixture(scope="session")
def resolver(gazetteer: Gazetteer) -> Resolver:
    """The resolver with the project's own vocabularies and gazetteer."""
    from tasks.vocabularies import load_all

    return Resolver(load_all(), gazetteer)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, gazetteer: Gazetteer) -> None:
    """Prefect's server is up, for commands that tests start."""
    if SERVER in request.config.stash:
        request.config.stash[SERVER].start()
    wait_until_up(os.environ["PREFECT_API_URL"])


@pytest.fixture(scope="session")
def plain_flows(gazetteer: Gazetteer) -> Iterator[Callable[..., Any]]:
    """Flows called in this process are the functions that they wrap; gives what calls them through Prefect.

    Prefect takes a second or two a run, and most tests ask what becomes of a data folder and not of its engine.
    """
    import spacy
    from prefect import Flow

    from flows import resources
    from flows.engine import quiet_prefect
    from tasks import extract, resolve

    quiet_prefect()
    through_prefect = Flow.__call__
    with pytest.MonkeyPatch.context() as patch:
        # a process has one run, and makes once what stages read besides tables; here it has a hundred
        patch.setattr(spacy, "load", cache(spacy.load))
        patch.setattr(resources, "open_gazetteer", lambda: gazetteer)
        patch.setattr(resources, "open_judge", cache(resources.open_judge))
        patch.setattr(extract, "Extractor", made_once(Extractor))
        patch.setattr(resolve, "Resolver", made_once(Resolver))
        patch.setattr(Flow, "__call__", lambda flow, *given, **named: flow.fn(*given, **named))
        yield through_prefect


@pytest.fixture
def engine(server: None, plain_flows: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Flows called in this process are run by Prefect, with its server up, as they are for a user."""
    from prefect import Flow

    monkeypatch.setattr(Flow, "__call__", plain_flows)


@pytest.fixture(scope="session")
def demo_data(plain_flows: Callable[..., Any], shared_folder: Path) -> Path:
    """A data folder into which the demo was run once for all workers; tests read it, and change only copies of it."""
    from flows.run import run

    data = shared_folder / "demo" / "data"
    with alone(shared_folder):
        if not (data / "releases" / "latest").exists():
            run([str(DEMO)], data=str(data))
    return data


@pytest.fixture
def data(demo_data: Path, tmp_path: Path) -> Path:
    """A data folder of the demo that a test may change."""
    shutil.copytree(demo_data, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


def sitrep(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, as a user would type it, on the session's engine."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        cwd=CHECKOUT,
        timeout=600,
    )


def release_of(data: Path) -> Path:
    return (data / "releases" / "latest").resolve()


def content(data: Path) -> dict[str, list[dict]]:
    """A release's rows without the times of reading, which differ from run to run."""
    tables = {}
    for name in RELEASE_TABLES:
        table = pq.read_table(release_of(data) / f"{name}.parquet")
        dropped = [c for c in ("ingested_at", "rejected_at") if c in table.column_names]
        tables[name] = table.drop_columns(dropped).to_pylist()
    return tables


@pytest.fixture(scope="module")
def heeded() -> Iterator[None]:
    """Commands heed signals though the tests were started in the background, where shells have them ignored."""
    ignored = [one for one in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(one) == signal.SIG_IGN]
    for one in ignored:
        signal.signal(one, signal.SIG_DFL)
    yield
    for one in ignored:
        signal.signal(one, signal.SIG_IGN)
