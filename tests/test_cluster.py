"""Extract on a Dask cluster: the same rows as in one process, also where a worker dies; what is refused."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from conftest import DEMO

from flows import cluster
from flows.clean import clean
from flows.cli import main
from flows.extract import extract
from flows.extracting import extracting
from flows.ingest import ingest
from flows.spread import Done
from tasks.storage.store import Store


def rows(data: Path, table: str, key: str) -> list[dict[str, Any]]:
    return sorted(Store(data).read(table).to_pylist(), key=lambda row: row[key])


@pytest.fixture(scope="module")
def ingested(plain_flows: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("cleaned") / "data"
    ingest([str(DEMO)], str(data))
    clean(str(data))
    return data


@pytest.fixture
def cleaned(ingested: Path, tmp_path: Path) -> Path:
    """A data folder of the demo, up to extract."""
    shutil.copytree(ingested, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.slow
# to start another in its place takes long
@pytest.mark.parametrize("is_replaced", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_a_cluster_that_loses_a_worker_codes_as_one_process_does(
    is_replaced: bool, demo_data: Path, cleaned: Path, engine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    # several parts for each worker, of which the death of one hits some
    monkeypatch.setattr(cluster, "_MOST_DOCUMENTS", 4)
    done: list[int] = []
    each = cluster.Cluster.each
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:

        def each_and_kill(of: cluster.Cluster, parts: Sequence[pa.Table]) -> Iterator[Done]:
            for number, made in enumerate(each(of, parts)):
                yield made
                done.append(number)
                if number == 1:
                    if not is_replaced:
                        workers.workers[0].close_gracefully()
                    os.kill(workers.workers[0].pid, signal.SIGKILL)

        monkeypatch.setattr(cluster.Cluster, "each", each_and_kill)
        summary = extract(str(cleaned), runner="dask", address=workers.scheduler_address)
    assert len(done) > 3 and "rejects" not in summary
    assert rows(cleaned, "mentions", "mention_id") == rows(demo_data, "mentions", "mention_id")
    assert rows(cleaned, "parses", "sentence_sha256") == rows(demo_data, "parses", "sentence_sha256")


@pytest.mark.slow
def test_the_command_line_spreads_over_the_cores_of_this_machine(
    demo_data: Path, cleaned: Path, engine: None, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("prefect_dask")
    assert main(["extract", "--runner", "dask", "--data", str(cleaned)]) == 0
    told = capfd.readouterr()
    assert [line.split()[0] for line in told.out.splitlines()] == ["extract"]
    assert told.err == ""
    assert rows(cleaned, "mentions", "mention_id") == rows(demo_data, "mentions", "mention_id")


def test_parts_are_some_seconds_of_work_and_no_worker_goes_without() -> None:
    class Client:
        def __init__(self, workers: int) -> None:
            self.workers = workers

        def scheduler_info(self, n_workers: int) -> dict[str, Any]:
            return {"workers": dict.fromkeys(range(self.workers))}

    def part(workers: int, documents: int) -> int:
        job = cluster.Job(partial(extracting, "", True), "extract", True, "")
        return cluster.Cluster(SimpleNamespace(client=Client(workers)), job).part_documents(documents)

    assert [part(4, 100_000), part(4, 300), part(4, 7), part(4, 0), part(0, 300)] == [150, 25, 1, 1, 100]


def test_workers_of_other_code_are_refused(tmp_path: Path, demo_data: Path) -> None:
    job = cluster.Job(partial(extracting, str(tmp_path), True), "extract", True, "of another version")
    with pytest.raises(cluster.ClusterError, match="install the same version there"):
        cluster.do_part(Store(demo_data).read("documents"), job)


def test_an_address_without_the_runner_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["extract", "--address", "tcp://10.0.0.5:8786"])
    assert ended.value.code == 2
    assert "say --runner dask as well" in capsys.readouterr().err
