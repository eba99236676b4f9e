"""A stage's step on a Dask cluster, through Prefect: parts of a batch go out as Arrow, what they give comes back.

In come rows of documents in parts and how the step is made; out come what it made of each part, in their order, as if
one process had done them all. Workers write nothing; where one dies, others begin its part again. Refused are a
cluster without the packages, and workers whose code, vocabularies, gazetteer or model are not those of who commits.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows import stages
from flows.one_by_one import Step, spared
from flows.spread import Done, cores
from tasks.storage import fingerprints

# parts at each worker, so that none waits for the next; more would only fill memory
_AHEAD = 2
# of articles of 250 to 1,000 words some 10 to 40 seconds of work, beside which a part costs a third of one
_MOST_DOCUMENTS = 150
# where there are fewer, parts for each worker
_PARTS_EACH = 3
_of_thread = threading.local()


class ClusterError(RuntimeError):
    """The cluster cannot do the work."""


class Job(NamedTuple):
    """What workers must know besides documents: what makes the step (a partial of a module's function), of which stage
    it is, whether the rules stand alone, and the fingerprint of the process that commits."""

    made: partial[Step]
    stage: str
    no_judge: bool
    fingerprint: str


def do_part(part: pa.Table, job: Job) -> Done:
    """What a worker makes of a part. Raises ClusterError where it is not made of what the committing process is."""
    if _fingerprint(job.stage, job.no_judge) != job.fingerprint:
        raise ClusterError(
            "a worker of the cluster has other code, vocabularies, gazetteer, judge or model than this process; "
            "install the same version there, with the same SITREP_HOME/seeds, GeoNames dump and SITREP_MODEL"
        )
    # opened once, and by each thread for itself: a gazetteer answers only the one that opened it
    steps: dict[Any, Step] = vars(_of_thread).setdefault("steps", {})
    key = (job.made.func, *job.made.args)
    if key not in steps:
        steps[key] = job.made()
    return spared(steps[key], part)


# under a name of its own: workers find the function by its name, and a task under the same would be in its place
_DO_PART = task(name="extract part", cache_policy=NO_CACHE, persist_result=False)(do_part)


@cache
def _fingerprint(stage: str, no_judge: bool) -> str:
    return fingerprints.combined(**stages.BY_NAME[stage].parts(no_judge))


class Cluster:
    """Workers that do a step; made by `on_cluster`."""

    def __init__(self, runner: Any, job: Job) -> None:
        self._runner = runner
        self._job = job

    def part_documents(self, documents: int) -> int:
        """Of so many documents, how many are to go out together."""
        return min(_MOST_DOCUMENTS, -(-documents // (_PARTS_EACH * self._workers())) or 1)

    def each(self, parts: Sequence[pa.Table]) -> Iterator[Done]:
        """What the step makes of each part, in their order."""
        left, out = iter(parts), deque[Any]()
        for _ in parts:
            for part in islice(left, max(0, _AHEAD * self._workers() - len(out))):
                out.append(self._runner.submit(_DO_PART, parameters={"part": part, "job": self._job}))
            yield out.popleft().result()

    def _workers(self) -> int:
        """How many there are now: workers may join while others are at work."""
        return max(1, len(self._runner.client.scheduler_info(n_workers=-1)["workers"]))


@contextmanager
def on_cluster(job: Job, address: str | None) -> Iterator[Cluster]:
    """The cluster whose scheduler is at the address; without one, a cluster of this machine's cores, as long as the
    block lasts."""
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise ClusterError("the runner dask needs more packages: pip install 'sitrep[dask]'") from error
    # who joined and left the cluster is its own affair
    logging.getLogger("distributed").setLevel(logging.ERROR)
    local = {"n_workers": cores(), "threads_per_worker": 1, "dashboard_address": None, "silence_logs": logging.ERROR}
    made: Any = DaskTaskRunner(address=address) if address else DaskTaskRunner(cluster_kwargs=local)
    with made as runner:
        yield Cluster(runner, job)
