"""The engine for real: server, deployments, worker, a schedule that fires, an ad-hoc run, a refused parameter."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from conftest import CHECKOUT
from prefect_server import PREFECT, stop_group, wait_for

from flows.clean import clean
from flows.cli import main
from flows.ingest import ingest
from flows.notify import end_lost_runs
from tasks.storage.store import Store

pytestmark = pytest.mark.slow

REPORT = "BUKAVU, Democratic Republic of Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n"


@dataclass
class Engine:
    """The session's server with a worker: the environment that finds it, a folder to read and one to write."""

    environment: dict[str, str]
    inbox: Path
    data: Path

    def ask(self, path: str, body: object = None, method: str | None = None):
        """The server's answer: to a body by POST, else by GET, where no other method is named."""
        data = None if body is None else json.dumps(body).encode()
        address = f"{self.environment['PREFECT_API_URL']}/{path}"
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:
                    return json.loads(answer.read() or "null")
            except urllib.error.HTTPError as error:
                # on SQLite the server is now and then too busy to answer
                if error.code != 503:
                    raise
                time.sleep(0.5)
        raise AssertionError(f"the server did not answer {path}")

    def begin(self, name: str, **parameters: object) -> str:
        """Have the deployment of this name run with these parameters; the path of the run."""
        deployment = self.ask(f"deployments/name/{name}/{name}")["id"]
        state = {"type": "SCHEDULED"}
        run = self.ask(f"deployments/{deployment}/create_flow_run", {"parameters": parameters, "state": state})
        return f"flow_runs/{run['id']}"

    def state(self, run: str, seconds: float = 300) -> tuple[str, str]:
        """Type and message of the state in which a run ends."""
        ended = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
        wait_for(lambda: self.ask(run)["state"]["type"] in ended, seconds, f"the end of {run}")
        state = self.ask(run)["state"]
        return state["type"], state["message"]


@pytest.fixture(scope="module")
def live(server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    root = tmp_path_factory.mktemp("engine")
    inbox = root / "inbox"
    inbox.mkdir()
    (inbox / "report.txt").write_text(REPORT)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    live = Engine(os.environ | {"SITREP_HOME": str(CHECKOUT), "PATH": path}, inbox, root / "data")
    live.ask("work_pools/", {"name": "sitrep", "type": "process"})
    command = [PREFECT, "--no-prompt", "deploy", "--all"]
    deployed = subprocess.run(command, env=live.environment, cwd=CHECKOUT, capture_output=True, text=True, timeout=300)
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
    listed = {deployment["name"] for deployment in live.ask("deployments/filter", {})}
    assert {"run", "watch", "ingest", "clean", "extract", "resolve", "link", "publish"} <= listed


def test_no_schedule_is_active_before_somebody_makes_it_so(live: Engine) -> None:
    schedules = [
        (one["active"], *(kind for kind in ("cron", "interval", "rrule") if kind in one["schedule"]))
        for deployment in live.ask("deployments/filter", {})
        for one in deployment["schedules"]
    ]
    assert {kind for _, kind in schedules} == {"cron", "interval", "rrule"}
    assert not any(is_active for is_active, _ in schedules)


@pytest.mark.parametrize(
    ("flow", "parameters"),
    [
        ("clean", {"input_version": "many"}),
        ("clean", {"input_version": -1}),
        ("extract", {"since": "yesterday"}),
        ("watch", {"paths": []}),
        ("publish", {"export": ["cvs"]}),
        ("prune", {"keep": "long"}),
    ],
)
def test_a_bad_parameter_is_refused_before_a_run_exists(live: Engine, flow: str, parameters: dict) -> None:
    deployment = live.ask(f"deployments/name/{flow}/{flow}")["id"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        live.ask(f"deployments/{deployment}/create_flow_run", {"parameters": parameters})
    assert refused.value.code in (409, 422)
    [name] = parameters
    assert f"Validation failed for field '{name}" in refused.value.read().decode()
    assert not [run for run in live.ask("flow_runs/filter", {}) if run["parameters"] == parameters]


def test_a_failing_run_says_why_and_tells_who_asked_to_be_told(live: Engine) -> None:
    told: list[str] = []

    class Receiving(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    missing, data = live.inbox.parent / "missing", live.data.parent / "none"
    reason = f"nothing could be read from {missing}: there is no file or folder {missing}"
    with HTTPServer(("127.0.0.1", 0), Receiving) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        assert main(["notify", f"http://127.0.0.1:{receiver.server_port}/hook"]) == 0
        assert live.state(live.begin("run", paths=[str(missing)], data=str(data))) == ("FAILED", reason)
        # the server hears of runs of other tests as well
        wait_for(lambda: any(str(data) in text for text in told), 60, "the call")
        receiver.shutdown()
    # at least once: Prefect tries a message again that it does not know to have arrived, as on a busy machine
    assert {text for text in told if str(data) in text} == {f"Sitrep: run of {data} failed: {reason}"}
    assert main(["notify", "--off"]) == 0
    assert [run["name"] for run in live.ask("flow_runs/filter", {})].count(f"run of {data}") == 1


def test_an_ad_hoc_run_takes_parameters_and_resolve_begins_where_extract_has_ended(
    live: Engine, plain_flows: object
) -> None:
    ingest([str(live.inbox)], data=str(live.data))
    clean(data=str(live.data))
    assert live.state(live.begin("extract", data=str(live.data)))[0] == "COMPLETED"
    assert Store(live.data).count("mentions") > 0

    def resolved() -> bool:
        wanted = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
        runs = [run for run in live.ask("flow_runs/filter", wanted) if run["name"] == f"resolve of {live.data}"]
        return any(run["deployment_id"] and run["parameters"]["data"] == str(live.data) for run in runs)

    wait_for(resolved, 120, "the run of resolve")
    assert Store(live.data).count("resolved_mentions") == Store(live.data).count("mentions")


@pytest.mark.soak
def test_a_run_that_was_killed_with_its_worker_ends_as_crashed(live: Engine) -> None:
    inbox, data = live.inbox.parent / "empty", live.data.parent / "lost"
    inbox.mkdir()
    end_lost_runs(dt.timedelta(seconds=60))
    script = f"from flows.watch import watch; watch(paths=[{str(inbox)!r}], data={str(data)!r})"
    environment = live.environment | {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
    watching = subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=CHECKOUT)

    def run() -> dict:
        found = [run for run in live.ask("flow_runs/filter", {}) if run["name"] == f"watch of {data}"]
        return found[0] if found else {"state": {"type": "NONE"}}

    wait_for(lambda: run()["state"]["type"] == "RUNNING", 60, "the start")
    # it lives, and is left alone
    time.sleep(75)
    assert run()["state"]["type"] == "RUNNING"
    watching.kill()
    watching.wait()
    wait_for(lambda: run()["state"]["type"] == "CRASHED", 180, "the end of the run")
    assert run()["state"]["message"].startswith("lost with its worker")


@pytest.mark.soak
def test_a_deployment_watches_a_folder(live: Engine) -> None:
    inbox, data = live.inbox.parent / "watched", live.data.parent / "of-watch"
    inbox.mkdir()
    watching = live.begin("watch", paths=[str(inbox)], data=str(data), every=0.2)
    (inbox / "one.txt").write_text(REPORT)
    wait_for((data / "releases" / "latest" / "events.parquet").exists, 120, "the release")
    live.ask(f"{watching}/set_state", {"state": {"type": "CANCELLING"}})
    assert live.state(watching, 60)[0] == "CANCELLED"


def test_a_schedule_fires_and_its_run_makes_a_release(live: Engine) -> None:
    data = live.data.parent / "scheduled"
    deployment = live.ask("deployments/name/run/run")["id"]
    schedule = {"interval": 10, "anchor_date": dt.datetime.now(dt.UTC).isoformat()}
    rows = [{"active": True, "schedule": schedule, "parameters": {"paths": [str(live.inbox)], "data": str(data)}}]
    [made] = live.ask(f"deployments/{deployment}/schedules", rows)

    def ran(*states: str) -> list[dict]:
        wanted = {"deployment_id": {"any_": [deployment]}, "state": {"type": {"any_": states}}}
        return [run for run in live.ask("flow_runs/filter", {"flow_runs": wanted}) if run["auto_scheduled"]]

    wait_for(lambda: ran("PENDING", "RUNNING", "COMPLETED"), 120, "the scheduled run")
    # once is enough
    live.ask(f"deployments/{deployment}/schedules/{made['id']}", method="DELETE")
    wait_for(lambda: ran("COMPLETED"), 120, "the end of the scheduled run")
    assert (data / "releases" / "latest" / "events.parquet").exists()
