"""How long linking takes and how much memory, on many mentions in the demo's shapes, and then on some more.

    python tests/bench_link.py [--mentions 1000000] [--crowd 5000]

The demo is coded once. Its mentions are then dealt out, by a fixed seed, to as many documents as hold them, over ten
years and two thousand places whose sizes fall off like those of cities: a few hold most of the news. `--crowd` of them
are told of one city on one day. Each tells of what happened, with its own words of party, toll and wording. All goes
through the flow, each run in a process of its own. Last, all is linked anew: the events must be the same.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.engine import quiet_prefect
from flows.link import link
from flows.run import run
from tasks.storage import ledger
from tasks.storage.store import Store
from tasks.tables import DOCUMENTS, RESOLVED_MENTIONS

DEMO = Path(__file__).parent.parent / "seeds" / "demo"
BEGAN, DAYS = date(2014, 1, 1), 3650
PLACES, A_DOCUMENT = 2000, 4
PART = 50_000
ADDED = 1000


# what is compared of linking in steps and linking all anew, row for row and id for id
KEYS = {"events": "event_id", "accounts": "account_id", "incidents": "incident_id", "incident_events": "event_id"}


def dealt(shapes: list[dict[str, Any]], count: int, crowd: int, seed: int = 0, days: int = DAYS) -> list[pa.Table]:
    """Rows of `documents` and `resolved_mentions`; `days`: over the last so many days alone."""
    dealer = random.Random(seed)
    words = [f"word{number}" for number in range(4000)]
    sizes = [1 / (rank + 1) for rank in range(PLACES)]
    parts, rows, reports = [], [], []
    for number in range(count):
        if number % A_DOCUMENT == 0:
            is_crowd = number < crowd
            told = date(2019, 6, 1) if is_crowd else BEGAN + timedelta(DAYS - 1 - dealer.randrange(days))
            where = 0 if is_crowd else dealer.choices(range(PLACES), sizes)[0]
            document_id = f"d{seed}{number:09}"
            reports.append(
                {
                    "document_id": document_id,
                    "external_id": document_id,
                    "source_id": "adhoc",
                    "publisher": f"Paper {dealer.randrange(200)}",
                    "published_date": told,
                    "published_basis_code": "declared",
                    "char_count": 0,
                    "ingested_at": datetime(2024, 1, 1, tzinfo=UTC),
                    "segments": [],
                }
            )
        shape = dealer.choice(shapes)
        sentence = f"{shape['sentence_text']} {' '.join(dealer.choices(words, k=6))}"
        when = told - timedelta(0 if is_crowd else dealer.randrange(3))
        row = shape | {
            "mention_id": f"m{dealer.getrandbits(64):016x}{number:09}",
            "document_id": document_id,
            "sentence_text": sentence,
            "sentence_start": number % A_DOCUMENT * 300,
            "trigger_start": number % A_DOCUMENT * 300 + shape["trigger_start"] - shape["sentence_start"],
        }
        if shape["date_start"]:
            row |= {"date_start": when, "date_end": when, "date_precision_code": "day"}
        elif shape["date_end"]:
            # "by Monday"
            row |= {"date_end": told + timedelta(dealer.randrange(1, 7))}
        if shape["place_id"]:
            row |= {
                "place_text": f"Town{where}",
                "place_label": f"Town{where}",
                "place_id": f"pl_{where}",
                "latitude": -40 + where % 80 + where / PLACES,
                "longitude": -90 + where % 177 + where / PLACES,
                "country_code": shape["country_code"] or "AFG",
                "admin1_code": f"A{where % 300}",
                "admin1_name": f"Province {where % 300}",
                "admin2_code": None,
                "admin2_name": None,
                "geo_precision_code": "settlement",
            }
        if shape["killed_low"] is not None:
            toll = dealer.randrange(1, 30)
            row |= {"killed_low": toll, "killed_high": toll, "numbers": []}
        rows.append(row)
        if len(rows) == PART:
            parts.append(pa.Table.from_pylist(rows, schema=RESOLVED_MENTIONS.schema))
            rows = []
    parts.append(pa.Table.from_pylist(rows, schema=RESOLVED_MENTIONS.schema))
    return [pa.Table.from_pylist(reports, schema=DOCUMENTS.schema), pa.concat_tables(parts)]


def write(data: str, demo: str, *dealing: int) -> None:
    """As cleaning and resolving leave them, with what they enter into the ledger."""
    store = Store(data)
    documents, resolved = dealt(Store(demo).read("resolved_mentions").to_pylist(), *dealing)
    store.append("documents", documents, {})
    store.append("resolved_mentions", resolved, {})
    done = dict.fromkeys(documents["document_id"].to_pylist(), "")
    store.append("progress", ledger.done("resolve", done, ""), {})


def linked(data: str, full: bool = False) -> None:
    """Run the flow, without the start of Prefect; tell how long it took and how much memory."""
    quiet_prefect()
    began = time.perf_counter()
    link.fn(data=data, full=full)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {time.perf_counter() - began:.1f} s, peak memory {peak:.0f} MB", flush=True)


def alone(function: Any, *args: Any) -> None:
    """In a process of its own, so that its memory is its own as well."""
    child = get_context("spawn").Process(target=function, args=args)
    child.start()
    child.join()
    assert child.exitcode == 0, function


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=1_000_000, help="how many to link")
    parser.add_argument("--crowd", type=int, default=5_000, help="how many of them in one city on one day")
    args = parser.parse_args()
    quiet_prefect()
    with tempfile.TemporaryDirectory() as demo, tempfile.TemporaryDirectory() as data:
        run([str(DEMO)], data=demo)
        for what, dealing in (
            (f"{args.mentions} mentions", (args.mentions, args.crowd, 0, DAYS)),
            (f"{ADDED} mentions more, of the latest day", (ADDED, 0, 1, 1)),
            (f"{ADDED} mentions more, of any day", (ADDED, 0, 2, DAYS)),
        ):
            alone(write, data, demo, *dealing)
            print(f"\n{what}", flush=True)
            alone(linked, data)
        store = Store(data)
        grown = {name: store.read(name).sort_by(key) for name, key in KEYS.items()}
        print("\nall anew, to compare", flush=True)
        alone(linked, data, True)
        assert all(rows.equals(store.read(name).sort_by(rows.column_names[0])) for name, rows in grown.items())


if __name__ == "__main__":
    main()
