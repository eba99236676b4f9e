"""How long marking near-copies takes: of a whole archive, and of the news of a day in it.

    python tests/bench_copies.py [--documents 200000] [--news 1000]

Stories are drawn from invented words by a fixed seed. A quarter of the archive repeats an earlier story with a few
words changed, some of it is one form filled in again and again, and half of the news repeats stories of any age.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pyarrow as pa

from tasks.clean import band_rows, mark_copies, to_compare
from tasks.clean.copies import signature
from tasks.tables import DOCUMENTS

BEGAN, DAYS = date(2014, 1, 1), 3650
WORDS = [f"word{number:05}" for number in range(20_000)]
KEPT = 3_000
COPIES, FORMS = 0.25, 0.02


def told(dealer: random.Random, words: list[str]) -> str:
    """The words as another desk prints them."""
    for _ in range(dealer.randrange(6)):
        words[dealer.randrange(len(words))] = dealer.choice(WORDS)
    return " ".join(words)


def stories(count: int, dealer: random.Random, repeated: list[str], copies: float) -> Iterator[str]:
    """Texts of 80 to 400 words; `copies` of them repeat one of the last so many, or one of `repeated`."""
    form, last = dealer.choices(WORDS, k=80), list(repeated)
    for _ in range(count):
        chance = dealer.random()
        if last and chance < copies:
            yield told(dealer, dealer.choice(last).split())
        elif chance < copies + FORMS:
            yield told(dealer, list(form))
        else:
            last.append(" ".join(dealer.choices(WORDS, k=dealer.randrange(80, 400))))
            if not repeated:
                del last[:-KEPT]
            yield last[-1]


def rows(texts: list[str], dealer: random.Random) -> pa.Table:
    """document_id, published_date and signature."""
    found = [
        {
            "document_id": hashlib.sha256(f"{dealer.random()} {text}".encode()).hexdigest()[:24],
            "published_date": BEGAN + timedelta(dealer.randrange(DAYS)),
            "signature": signature(text),
        }
        for text in texts
    ]
    names = ["document_id", "published_date", "signature"]
    return pa.Table.from_pylist(found, schema=DOCUMENTS.schema).select(names)


def marked(documents: pa.Table) -> dict[str, str]:
    """Copies among all documents, each compared with all."""
    return mark_copies(documents.append_column("group", pa.nulls(len(documents), pa.string())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200_000, help="how many the archive holds")
    parser.add_argument("--news", type=int, default=1_000, help="how many come")
    args = parser.parse_args()
    dealer = random.Random(0)
    texts = list(stories(args.documents, dealer, [], COPIES))
    fresh = list(stories(args.news, dealer, dealer.sample(texts, args.news), 0.5))
    archive, news = rows(texts, dealer), rows(fresh, dealer)
    began = time.perf_counter()
    bands, copies = band_rows(archive), marked(archive)
    print(f"{len(archive)} documents, {len(copies)} copies: marked in {time.perf_counter() - began:.1f} s")

    everything = pa.concat_tables([archive, news])
    originals = pa.array([copies.get(id_) for id_ in everything["document_id"].to_pylist()], pa.string())
    known = everything.select(["document_id"]).append_column("duplicate_of", originals)
    began = time.perf_counter()
    groups = to_compare(known, bands, band_rows(news), set(news["document_id"].to_pylist()), set())
    grown = mark_copies(everything.join(groups, "document_id", join_type="inner"))
    seconds = time.perf_counter() - began
    print(f"{len(news)} more: {len(groups)} documents looked at, {len(grown)} copies among them, in {seconds:.2f} s")

    looked_at = set(groups["document_id"].to_pylist())
    after = {id_: first for id_, first in copies.items() if id_ not in looked_at} | grown
    print("the same marks as from the start" if after == marked(everything) else "OTHER MARKS THAN FROM THE START")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
