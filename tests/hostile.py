"""Nothing that comes in ends a run, holds it up, fills the memory or is lost: each hostile input in a run of its own.

    python tests/hostile.py [--only WORD] [--slow] [--workers N] [--keep FOLDER]

In come the inputs of `hostile_inputs.py`, each beside a good report; out comes a table of those that went wrong, and
exit 0 where none did. Right is: the run ends well, the good report is coded, as many reports and refusals came of the
input as should, and it took no more time and memory than it may (a run that takes more is ended).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import pyarrow.parquet as pq
from hostile_inputs import GOOD, MB, Hostile, corpus
from prefect_server import PrefectServer, wait_until_up

CHECKOUT = Path(__file__).resolve().parents[1]
_WAIT_TIMES = 8
"""How many times its seconds of the processor a run may last, on a machine that has other work, or waiting for ever."""


def main() -> int:
    """Try all inputs; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="WORD", help="inputs whose kind or name holds this word")
    parser.add_argument("--slow", action="store_true", help="those alone that the suite does not run together")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="runs at once")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave inputs and data folders there")
    args = parser.parse_args()
    inputs = [one for one in corpus() if args.only in f"{one.kind}: {one.name}"]
    inputs = [one for one in inputs if not (args.slow and one.is_quick)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        servers = [PrefectServer(Path(scratch) / f"prefect {n}") for n in range(1, args.workers + 1)]
        idle: Queue[PrefectServer] = Queue()
        try:
            for server in servers:
                server.start()
            for server in servers:
                wait_until_up(server.environment["PREFECT_API_URL"])
                idle.put(server)
            with ThreadPoolExecutor(args.workers) as pool:
                numbered = list(enumerate(inputs, start=1))
                failed = sum(pool.map(lambda item: _tried(item[1], folder / str(item[0]), idle), numbered))
        finally:
            for server in servers:
                server.stop()
    print(f"{len(inputs)} inputs, {failed} went wrong")
    return 1 if failed else 0


def _tried(hostile: Hostile, folder: Path, idle: Queue[PrefectServer]) -> bool:
    """Whether a run on the input went wrong; what did is printed.

    A run has a server for itself: two that write to one SQLite file wait for its lock, up to a minute, and run on
    (https://github.com/PrefectHQ/prefect/issues/18934).
    """
    inputs, data = folder / "in", folder / "data"
    (inputs / "hostile").mkdir(parents=True)
    (inputs / "good.txt").write_text(GOOD.replace("Goma", "Mopti"))
    hostile.write(inputs / "hostile")
    typed = hostile.paths(inputs / "hostile") if hostile.paths else [str(inputs / "hostile")]
    server = idle.get()
    environment = os.environ | server.environment | {"PYTHONPATH": str(CHECKOUT), "SITREP_HOME": str(CHECKOUT)}
    try:
        code, seconds, peak, said = _run([str(inputs / "good.txt"), *typed], data, hostile, environment)
    finally:
        idle.put(server)
    faults = [f"exit {code}: {said[-300:]}"] if code else _faults(hostile, data)
    if seconds > hostile.seconds:
        faults.append(f"{seconds:.0f} s, at most {hostile.seconds:.0f}")
    if peak > hostile.megabytes * MB:
        faults.append(f"{peak // MB} MB, at most {hostile.megabytes}")
    if len(said) > 20_000:
        faults.append(f"{len(said)} characters on the terminal")
    print(
        f"{'FAILED' if faults else 'ok':7}{seconds:5.0f} s {peak // MB:5} MB  {hostile.kind}: {hostile.name}",
        flush=True,
    )
    for fault in faults:
        print(f"            {fault}", flush=True)
    shutil.rmtree(inputs)
    return bool(faults)


def _run(paths: list[str], data: Path, limits: Hostile, environment: dict[str, str]) -> tuple[int, float, int, str]:
    """Exit code, seconds of the processor, the most memory in bytes and what was said, of a run that is ended where it
    takes too much."""
    command = [sys.executable, "-m", "flows.cli", "run", *paths, "--data", str(data)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment, cwd=CHECKOUT)
        end, seconds, peak = time.monotonic() + limits.seconds * _WAIT_TIMES, 0.0, 0
        while process.poll() is None:
            peak, seconds = max(peak, _resident(process.pid)), max(seconds, _worked(process.pid))
            if time.monotonic() > end or seconds > limits.seconds + 1 or peak > limits.megabytes * MB:
                process.kill()
                process.wait()
                break
            time.sleep(0.05)
        said.seek(0)
        return process.returncode, seconds, peak, said.read().decode("utf-8", "replace")


def _resident(pid: int) -> int:
    """The memory that a process holds, in bytes; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _worked(pid: int) -> float:
    """The seconds of the processor that a process and those that it began have taken; 0 where the system tells none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        begun = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        # its own, and those of what has ended
        own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        return own + sum(_worked(int(child)) for child in begun)
    except (OSError, IndexError):
        return 0.0


def _faults(hostile: Hostile, data: Path) -> list[str]:
    """What is wrong with the release of a run that ended well."""
    release = data / "releases" / "latest"
    tables = {name: pq.read_table(release / f"{name}.parquet") for name in ("documents", "mentions", "rejects")}
    faults = []
    by_id = dict(zip(*(tables["documents"][name].to_pylist() for name in ("document_id", "external_id")), strict=True))
    if "good" not in {by_id.get(id_) for id_ in tables["mentions"]["document_id"].to_pylist()}:
        faults.append("the good report beside it was not coded")
    documents = tables["documents"].num_rows - 1
    if documents != hostile.documents:
        faults.append(f"{documents} reports, expected {hostile.documents}")
    reasons, expected = Counter(tables["rejects"]["reason_code"].to_pylist()), Counter(hostile.rejects)
    if reasons != expected:
        message = next(iter(tables["rejects"]["message"].to_pylist()), "")
        faults.append(f"refused {dict(reasons)}, expected {dict(expected)}; {message[:200]!r}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
