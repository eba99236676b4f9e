"""The engine for real: server, deployments, worker, a schedule that fires, an ad-hoc run, a refused parameter."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import CHECKOUT
from prefect_server import PREFECT, stop_group, wait_for

from tasks.storage.store import Store

pytestmark = pytest.mark.slow

REPORT = "BUKAVU, Democratic Republic of Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n"


@dataclass
class Engine:
    """The session's server with a worker: the environment that finds it, a folder to read and one to write."""

    environment: dict[str, str]
    inbox: Path
    data: Path

    def ask(self, path: str, body: object = None):
        """The server's answer: to a body by POST, else by GET."""
        data = None if body is None else json.dumps(body).encode()
        address = f"{self.environment['PREFECT_API_URL']}/{path}"
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                # on SQLite the server is now and then too busy to answer
                if error.code != 503:
                    raise
                time.sleep(0.5)
        raise AssertionError(f"the server did not answer {path}")

    def prefect(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PREFECT, "--no-prompt", *arguments],
            env=self.environment,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=timeout,
        )


@pytest.fixture(scope="module")
def live(server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    root = tmp_path_factory.mktemp("engine")
    inbox = root / "inbox"
    inbox.mkdir()
    (inbox / "report.txt").write_text(REPORT)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    live = Engine(os.environ | {"SITREP_HOME": str(CHECKOUT), "PATH": path}, inbox, root / "data")
    made = live.prefect("work-pool", "create", "sitrep", "--type", "process")
    assert made.returncode == 0, made.stderr
    deployed = live.prefect("deploy", "--all")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    with (root / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            [PREFECT, "worker", "start", "--pool", "sitrep"],
            env=live.environment,
            cwd=CHECKOUT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield live
    stop_group(worker)


def test_there_is_a_deployment_a_stage_and_one_for_all(live: Engine) -> None:
    listed = live.prefect("deployment", "ls").stdout
    for name in ("run", "ingest", "clean", "extract", "resolve", "link", "publish"):
        assert f"{name}/{name}" in listed


def test_a_bad_parameter_is_refused_before_a_run_exists(live: Engine) -> None:
    done = live.prefect("deployment", "run", "clean/clean", "--param", 'input_version="many"')
    assert done.returncode != 0
    assert "input_version" in done.stdout + done.stderr


def test_an_ad_hoc_run_with_parameters_makes_a_release(live: Engine) -> None:
    done = live.prefect(
        "deployment", "run", "run/run", "--watch",
        "--param", f'paths=["{live.inbox}"]', "--param", f'data="{live.data}"',
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (live.data / "releases" / "latest" / "events.parquet").exists()


def test_a_failing_run_says_so(live: Engine) -> None:
    done = live.prefect(
        "deployment", "run", "ingest/ingest", "--watch",
        "--param", f'paths=["{live.inbox}"]', "--param", 'source="nobody"', "--param", f'data="{live.data}"',
        timeout=300,
    )  # fmt: skip
    assert done.returncode != 0


def test_a_schedule_fires(live: Engine) -> None:
    data = live.data.parent / "scheduled"
    deployment = live.ask("deployments/name/ingest/ingest")["id"]
    schedule = {"interval": 15, "anchor_date": dt.datetime.now(dt.UTC).isoformat()}
    parameters = {"paths": [str(live.inbox)], "data": str(data)}
    live.ask(f"deployments/{deployment}/schedules", [{"active": True, "schedule": schedule, "parameters": parameters}])
    wanted = {
        "flow_runs": {
            "deployment_id": {"any_": [deployment]},
            "state": {"type": {"any_": ["COMPLETED"]}},
        }
    }

    def ran() -> bool:
        return any(run["auto_scheduled"] for run in live.ask("flow_runs/filter", wanted))

    wait_for(ran, 120, "the scheduled run")
    assert Store(data).count("raw_documents") == 1
