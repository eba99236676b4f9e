"""How long publish takes on a large data folder, and how much memory: `python tests/bench_publish.py [EVENTS]`.

The demo's rows are repeated under new ids, three mentions an event, until there are EVENTS (default 200000); publish
then cuts a release of them, from the tables to the link `latest`. What is measured is one process from start to end.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.storage import ledger
from tasks.storage.store import Store

NAMES = ("documents", "resolved_mentions", "event_mentions", "events", "territory", "rejects")
IDS = ("document_id", "mention_id", "event_id", "duplicate_of", "supersedes")
MENTIONS_PER_EVENT = 3


def repeated(rows: pa.Table, times: int) -> pa.Table:
    """The rows so many times, each time with ids of their own, in lists of structs too."""
    number = rows.num_rows
    rows = rows.take(pa.array(np.tile(np.arange(number), times), pa.int64())).combine_chunks()
    suffix = np.repeat(np.arange(times), number)
    for index, field in enumerate(rows.schema):
        column = rows[index].combine_chunks()
        if field.name in IDS:
            rows = rows.set_column(index, field, with_suffix(column, suffix))
        elif pa.types.is_list(field.type) and pa.types.is_struct(field.type.value_type):
            inner = np.repeat(suffix, pc.list_value_length(column).to_numpy(zero_copy_only=False))
            values = column.flatten()
            parts = zip(values.type, values.flatten(), strict=True)
            fields = [with_suffix(part, inner) if kind.name in IDS else part for kind, part in parts]
            structs = pa.StructArray.from_arrays(fields, fields=list(values.type))
            rows = rows.set_column(index, field, pa.ListArray.from_arrays(column.offsets, structs, type=field.type))
    return rows


def with_suffix(values: pa.Array, suffix: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(values, pa.array(suffix).cast(pa.string()), "-")


def fill(store: Store, demo: Store, events: int) -> None:
    """Write the stages' tables, and the ledger row that says that linking made them."""
    times = -(-events // demo.count("events"))
    for name in NAMES:
        rows = repeated(demo.read(name), times)
        if "mention" in name:
            more = [
                rows.set_column(0 if name == "resolved_mentions" else 1, "mention_id",
                                with_suffix(rows["mention_id"].combine_chunks(), np.full(rows.num_rows, copy)))
                for copy in range(1, MENTIONS_PER_EVENT)
            ]  # fmt: skip
            rows = pa.concat_tables([rows, *more])
        store.overwrite(name, rows, {"stage": "link"})
        print(f"{name}: {rows.num_rows} rows", flush=True)
    inputs = ledger.whole({name: store.version(name) for name in ("documents", "resolved_mentions")})
    store.append("progress", ledger.done("link", inputs, "bench"), {"stage": "link"})


def bench(events: int) -> None:
    from flows.engine import quiet_prefect
    from flows.publish import publish
    from flows.run import run

    quiet_prefect()
    with tempfile.TemporaryDirectory() as folder:
        demo, large = Path(folder) / "demo", Path(folder) / "large"
        run([str(Path(__file__).parent.parent / "seeds" / "demo")], data=str(demo))
        fill(Store(large), Store(demo), events)
        before = peak()
        began = time.monotonic()
        publish(data=str(large))
        print(f"publish: {time.monotonic() - began:.1f} s, peak memory {peak():.1f} GB (before it {before:.1f} GB)")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    bench(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
