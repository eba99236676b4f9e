"""The engine for real: server, deployments, worker, a schedule that fires, an ad-hoc run, a refused parameter."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import socket
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

from tasks.storage.store import Store

pytestmark = pytest.mark.slow

PREFECT = str(Path(sys.executable).parent / "prefect")
REPORT = "BUKAVU, Democratic Republic of Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n"


@dataclass
class Engine:
    """A running server with its environment."""

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


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(happened, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return
        time.sleep(0.3)
    raise AssertionError(f"{what} did not happen in {seconds} s")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    root = tmp_path_factory.mktemp("engine")
    inbox = root / "inbox"
    inbox.mkdir()
    (inbox / "report.txt").write_text(REPORT)
    port = free_port()
    environment = os.environ | {
        "PREFECT_HOME": str(root / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
        "DO_NOT_TRACK": "1",
        "SITREP_HOME": str(CHECKOUT),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    engine = Engine(environment, inbox, root / "data")
    log = (root / "server.log").open("w")
    started = []

    def start(*arguments: str) -> None:
        started.append(
            subprocess.Popen(
                [PREFECT, *arguments], env=environment, cwd=CHECKOUT, stdout=log, stderr=log, start_new_session=True
            )
        )

    def is_up() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    try:
        start("server", "start", "--host", "127.0.0.1", "--port", str(port))
        wait_for(is_up, 120, "the server's start")
        made = engine.prefect("work-pool", "create", "sitrep", "--type", "process")
        assert made.returncode == 0, made.stderr
        deployed = engine.prefect("deploy", "--all")
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        start("worker", "start", "--pool", "sitrep")
        yield engine
    finally:
        for process in reversed(started):
            os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        log.close()
        shutil.rmtree(root / "prefect", ignore_errors=True)


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
