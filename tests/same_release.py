"""Does this checkout code the same as another revision? Run both on the same texts and compare their releases.

    python tests/same_release.py --base REVISION [--keep DIR] PATH...

In come a git revision and texts; out come the release tables that differ, with the columns and how many rows. Columns
that only one side has are named and passed over. Exit 0 where all that both have is the same. With --keep the base's
data folder stays and is used again, so that a change can be tried many times. Parses are taken over from the base: what
is compared is all that the project decides, not spaCy.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

CHECKOUT = Path(__file__).resolve().parents[1]
TABLES = ("events", "mentions", "documents", "territory", "actors", "places", "rejects")
KEYS = {"territory": ("place_id", "date", "event_id"), "rejects": ("reject_id",)}
# when something was read differs from run to run
INCIDENTAL = {"ingested_at", "rejected_at"}


def main() -> int:
    """Compare; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True, metavar="REVISION")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the base's checkout and data here")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    args = parser.parse_args()
    paths = [str(Path(path).resolve()) for path in args.paths]
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        revision = git("rev-parse", args.base)
        base = folder / revision[:12]
        if not (base / "data" / "releases").exists():
            shutil.rmtree(base, ignore_errors=True)
            base.mkdir(parents=True)
            git("clone", "--quiet", "--shared", str(CHECKOUT), str(base / "checkout"))
            git("checkout", "--quiet", revision, cwd=base / "checkout")
            sitrep(base / "checkout", "run", *paths, "--data", str(base / "data"))
        ours = Path(scratch) / "ours"
        shutil.copytree(base / "data", ours, symlinks=True)
        sitrep(CHECKOUT, "run", *paths, "--data", str(ours))
        faults = [line for table in TABLES for line in differences(table, base / "data", ours)]
    for line in faults:
        print(line)
    print("the same" if not faults else f"{len(faults)} differences")
    return 1 if faults else 0


def git(*arguments: str, cwd: Path = CHECKOUT) -> str:
    """One git command's output."""
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout.strip()


def sitrep(checkout: Path, *arguments: str) -> None:
    """The command line of a checkout."""
    # a shared home would compile one gazetteer for both
    environment = os.environ | {"SITREP_HOME": str(checkout), "PYTHONPATH": str(checkout)}
    module = "flows.cli" if (checkout / "flows" / "cli").exists() else "flows.command_line"
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=checkout, env=environment, check=True, text=True)


def differences(table: str, base: Path, ours: Path) -> list[str]:
    """What differs in a table of two data folders' newest releases."""
    before, after = (pq.read_table(data / "releases" / "latest" / f"{table}.parquet") for data in (base, ours))
    shared = [name for name in before.column_names if name in after.column_names and name not in INCIDENTAL]
    found = []
    for name in sorted(set(before.column_names) ^ set(after.column_names)):
        print(f"{table}.{name}: only {'before' if name in before.column_names else 'after'}")
    key = KEYS.get(table, (before.column_names[0],))
    rows = [keyed(frame.select(shared), key) for frame in (before, after)]
    gone, new = rows[0].keys() - rows[1].keys(), rows[1].keys() - rows[0].keys()
    if gone or new:
        found.append(
            f"{table}: {len(gone)} rows gone, {len(new)} new: {sorted(map(str, gone))[:3]} {sorted(map(str, new))[:3]}"
        )
    for name in shared:
        differ = [k for k in rows[0].keys() & rows[1].keys() if repr(rows[0][k][name]) != repr(rows[1][k][name])]
        if differ:
            first = min(differ, key=str)
            found.append(
                f"{table}.{name}: {len(differ)} rows, as {first}: {rows[0][first][name]!r} -> {rows[1][first][name]!r}"
            )
    if not found and list(rows[0]) != list(rows[1]):
        found.append(f"{table}: the order of rows differs")
    return found


def keyed(table: pa.Table, key: tuple[str, ...]) -> dict[tuple, dict]:
    """Rows by key."""
    return {tuple(row[name] for name in key): row for row in table.to_pylist()}


if __name__ == "__main__":
    sys.exit(main())
