"""What docs/scale.md rests on: what a part of a batch costs besides its work, and how many bytes a document leaves.

    python tests/bench_scale.py [--parts 200]

Parts of 50 and of 150 documents go to a step that does nothing and come back: in this process, in one beside it, on a
Dask cluster of this machine. Before that the texts of `bench.py` are coded, each once, and their tables and release
weighed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyarrow as pa
from bench import clocks, quiet, run_stages, since, stories
from deltalake import DeltaTable
from prefect import flow

from flows.cluster import Job, on_cluster
from flows.engine import have_server, quiet_prefect
from flows.one_by_one import Step, spared
from flows.spread import spread
from flows.stages import BY_NAME
from tasks.storage import fingerprints
from tasks.storage.store import Store
from tasks.tables import STAGE_TABLES

PARTS = (50, 150)
Each = Callable[[list[pa.Table]], Iterator[object]]


def echoing() -> Step:
    """A step that gives back what it is given."""
    return lambda rows: (rows,)


def in_process(parts: list[pa.Table]) -> Iterator[object]:
    return (spared(echoing(), part) for part in parts)


@contextmanager
def beside() -> Iterator[Each]:
    with spread(echoing, 1) as processes:
        yield processes.each


@contextmanager
def on_dask() -> Iterator[Each]:
    fingerprint = fingerprints.combined(**BY_NAME["extract"].parts(True))
    with on_cluster(Job(partial(echoing), "extract", True, fingerprint), None) as cluster:
        yield cluster.each


def tell_parts(rows: pa.Table, size: int, count: int) -> None:
    part = rows.slice(0, size)
    print(f"\n{count} parts of {part.num_rows} documents, {part.nbytes / 1000:.0f} KB each as Arrow\n")
    print("| where | until the first is back | each part more, processor of this process | clock |\n|---|---|---|---|")
    for name, opened in (("in this process", None), ("a process beside it", beside), ("Dask, this machine", on_dask)):
        began = time.perf_counter()
        if opened is None:
            list(in_process([part]))
            first = time.perf_counter() - began
            before = clocks()
            list(in_process([part] * count))
        else:
            with opened() as each:
                list(each([part]))
                first = time.perf_counter() - began
                before = clocks()
                list(each([part] * count))
        used, clock = since(before)
        print(f"| {name} | {first:.1f} s | {used / count * 1000:.1f} ms | {clock / count * 1000:.1f} ms |")


def tell_bytes(data: Path, documents: int) -> None:
    print("\n| table | rows | bytes a document |\n|---|---|---|")
    store, whole = Store(data), 0
    for name in STAGE_TABLES:
        if store.version(name) is None:
            continue
        table = DeltaTable(f"{data}/_tables/{name}")
        size = sum((data / "_tables" / name / uri.rpartition("/")[2]).stat().st_size for uri in table.file_uris())
        whole += size
        print(f"| {name} | {store.count(name):,} | {size / documents:,.0f} |")
    print(f"| all tables | | {whole / documents:,.0f} |")
    release = store.release()
    for file in sorted(release.iterdir(), key=lambda file: -file.stat().st_size)[:6]:
        print(f"| release: {file.name} | | {file.stat().st_size / documents:,.0f} |")
    print(f"| release | | {sum(file.stat().st_size for file in release.iterdir()) / documents:,.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, default=200, help="how many parts to send")
    args = parser.parse_args()
    quiet_prefect()
    have_server()
    logging.getLogger("prefect").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        # none twice: what repeats is small on disk
        for name, articles in (("quiet", list(quiet())), ("events", list(stories()))):
            path, data = Path(folder) / f"{name}.jsonl", Path(folder) / name
            path.write_text("".join(json.dumps(row) + "\n" for row in articles), "utf-8")
            taken, _ = run_stages(str(path), data)
            words = sum(len(row["text"].split()) for row in articles)
            print(f"\n## {name}: {len(articles)} documents, {words} words\n")
            for stage, (used, clock) in taken.items():
                print(f"{stage}: {used:.1f} s of the processor, {clock:.1f} s, {words / used:,.0f} words/s")
            tell_bytes(data, len(articles))
        documents = Store(data).read("documents")

        # what a flow is called with goes to each worker with each part
        def sending() -> None:
            for size in PARTS:
                tell_parts(documents, size, args.parts)

        flow(name="bench scale")(sending)()


if __name__ == "__main__":
    # processes and workers import the step by the name of its module
    folders = (str(Path(__file__).parent), str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", ""))
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)
    importlib.import_module("bench_scale").main()
