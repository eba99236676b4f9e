"""Extract on a Dask cluster: the same rows as in one process, also where a worker dies; what is refused."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import DEMO, sitrep

from flows import cluster, work
from flows.clean import clean
from flows.cli import main
from flows.extract import extract, extracting
from flows.ingest import ingest
from flows.spread import Done
from tasks.storage.store import Store


def rows(data: Path, table: str, key: str) -> list[dict[str, Any]]:
    return sorted(Store(data).read(table).to_pylist(), key=lambda row: row[key])


def cleaned(data: Path) -> Path:
    ingest([str(DEMO)], str(data))
    clean(str(data))
    return data


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_codes_as_one_process_does(
    demo_data: Path, engine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    data = cleaned(tmp_path / "data")
    # several parts for each worker, of which the death of one hits some
    monkeypatch.setattr(work, "_PART_DOCUMENTS", 4)
    done: list[int] = []
    each = cluster.Cluster.each
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:

        def each_and_kill(of: cluster.Cluster, parts: Sequence[pa.Table]) -> Iterator[Done]:
            for number, made in enumerate(each(of, parts)):
                yield made
                done.append(number)
                if number == 1:
                    os.kill(workers.workers[0].pid, signal.SIGKILL)

        monkeypatch.setattr(cluster.Cluster, "each", each_and_kill)
        summary = extract(str(data), runner="dask", address=workers.scheduler_address)
    assert len(done) > 3 and "rejects" not in summary
    assert rows(data, "mentions", "mention_id") == rows(demo_data, "mentions", "mention_id")
    assert rows(data, "parses", "sentence_sha256") == rows(demo_data, "parses", "sentence_sha256")


@pytest.mark.slow
def test_the_command_line_spreads_over_the_cores_of_this_machine(demo_data: Path, engine: None, tmp_path: Path) -> None:
    pytest.importorskip("prefect_dask")
    data = cleaned(tmp_path / "data")
    done = sitrep("extract", "--runner", "dask", "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["extract"]
    assert done.stderr == ""
    assert rows(data, "mentions", "mention_id") == rows(demo_data, "mentions", "mention_id")


def test_workers_of_other_code_are_refused(tmp_path: Path, demo_data: Path) -> None:
    job = cluster.Job(partial(extracting, str(tmp_path), True), "extract", True, "of another version")
    with pytest.raises(cluster.ClusterError, match="install the same version there"):
        cluster.do_part(Store(demo_data).read("documents"), job)


def test_an_address_without_the_runner_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["extract", "--address", "tcp://10.0.0.5:8786"])
    assert ended.value.code == 2
    assert "say --runner dask as well" in capsys.readouterr().err
