"""How long linking takes and how much memory, on many mentions in the demo's shapes.

    python tests/bench_link.py [--mentions 1000000] [--crowd 5000]

The demo is coded once. Its mentions are then dealt out, by a fixed seed, to as many documents as hold them, over ten
years and two thousand places whose sizes fall off like those of cities: a few hold most of the news. `--crowd` of them
are told of one city on one day. Each tells of what happened, with its own words of party, toll and wording.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.run import run
from flows.session import Work, quiet_prefect
from tasks.link import link_events
from tasks.store import Store
from tasks.tables import DOCUMENTS, EVENT_MENTIONS, EVENTS, RESOLVED_MENTIONS

DEMO = Path(__file__).parent.parent / "seeds" / "demo"
BEGAN, DAYS = date(2014, 1, 1), 3650
PLACES, A_DOCUMENT = 2000, 4
PART = 50_000


def dealt(shapes: list[dict[str, Any]], count: int, crowd: int) -> tuple[pa.Table, pa.Table]:
    """Rows of `resolved_mentions` and `documents`."""
    dealer = random.Random(0)
    words = [f"word{number}" for number in range(4000)]
    sizes = [1 / (rank + 1) for rank in range(PLACES)]
    parts, rows, reports = [], [], []
    for number in range(count):
        if number % A_DOCUMENT == 0:
            is_crowd = number < crowd
            told = date(2019, 6, 1) if is_crowd else BEGAN + timedelta(dealer.randrange(DAYS))
            where = 0 if is_crowd else dealer.choices(range(PLACES), sizes)[0]
            reports.append(
                {
                    "document_id": f"d{number:09}",
                    "publisher": f"Paper {dealer.randrange(200)}",
                    "published_date": told,
                }
            )
        shape = dealer.choice(shapes)
        sentence = f"{shape['sentence_text']} {' '.join(dealer.choices(words, k=6))}"
        when = told - timedelta(0 if is_crowd else dealer.randrange(3))
        row = shape | {
            "mention_id": f"m{dealer.getrandbits(64):016x}{number:09}",
            "document_id": reports[-1]["document_id"],
            "sentence_text": sentence,
            "sentence_start": number % A_DOCUMENT * 300,
            "trigger_start": number % A_DOCUMENT * 300 + shape["trigger_start"] - shape["sentence_start"],
        }
        if shape["date_start"]:
            row |= {"date_start": when, "date_end": when, "date_precision_code": "day"}
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
    return pa.concat_tables(parts), pa.Table.from_pylist(reports, schema=DOCUMENTS.schema)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=1_000_000, help="how many to link")
    parser.add_argument("--crowd", type=int, default=5_000, help="how many of them in one city on one day")
    args = parser.parse_args()
    quiet_prefect()
    with tempfile.TemporaryDirectory() as folder:
        run([str(DEMO)], data=folder)
        store = Store(folder)
        shapes = store.read("resolved_mentions").to_pylist()
        register = Work("link", store).register
    resolved, documents = dealt(shapes, args.mentions, args.crowd)
    before = peak_megabytes()
    began = time.perf_counter()
    known = EVENT_MENTIONS.schema.empty_table(), EVENTS.schema.empty_table()
    linked = link_events(resolved, documents, *known, register)
    seconds = time.perf_counter() - began
    crowd = linked.events.filter(pc.equal(linked.events["place_label"], "Town0")).num_rows
    print(
        f"\n{args.mentions} mentions, {documents.num_rows} documents, {linked.events.num_rows} events, {crowd} at Town0"
    )
    print(f"linked in {seconds:.1f} s, {args.mentions / seconds:.0f} mentions a second")
    print(f"peak memory {peak_megabytes():.0f} MB, {before:.0f} MB before linking")


if __name__ == "__main__":
    main()
