"""Speed of the whole pipeline, as a ratio to a bare spaCy pass over the same texts in the same process.

    python tests/bench.py [PATH] [--documents 400] [--pairs 3] [--share 0.3]

Without a path it codes generated reports: sentences of the demo, each in new words of time and place so that no parse
is met twice, about `--share` of them with a trigger word in them, as in a day's general news. Each pair codes into an
empty data folder, then runs `nlp.pipe` over the same cleaned texts; medians are told, never a single time. Peak memory
is that of the process when its first coding run ends, before any bare pass.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import spacy

from flows.engine import quiet_prefect
from flows.resources import load_vocabularies, open_gazetteer
from tasks.extract import Extractor
from tasks.language.parsing import model_name
from tasks.storage.store import Store
from tasks.tables import STAGES

DEMO = Path(__file__).parent.parent / "seeds" / "demo"


def sentences_of(data: Path, extractor: Extractor) -> list[str]:
    """The sentences that extraction sees in a data folder's documents."""
    rows = Store(data).read("documents", columns=["text", "segments"]).to_pylist()
    return [s.text for row in rows for s in extractor.splitter.sentences(row["text"], row["segments"])]


def generated(folder: Path, sentences: list[str], extractor: Extractor, documents: int, share: float) -> Path:
    """A JSONL file of reports of five to thirty sentences, by a fixed seed."""
    dealer = random.Random(0)
    places = sorted(load_vocabularies()["places"]["label"])
    told, plain = [], []
    for sentence in dict.fromkeys(sentences):
        (told if extractor.search.triggers(sentence) else plain).append(sentence)
    target = folder / "generated.jsonl"
    with target.open("w", encoding="utf-8") as stream:
        for number in range(documents):
            lines = []
            for _ in range(dealer.randint(5, 30)):
                sentence = dealer.choice(told if dealer.random() < share else plain)
                clock = f"{dealer.randrange(24):02}:{dealer.randrange(60):02}"
                lines.append(f"At {clock} near {dealer.choice(places)}, {sentence}")
            paragraphs = [" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3)]
            row = {"id": f"generated-{number}", "published": "2024-06-12", "text": "\n\n".join(paragraphs)}
            stream.write(json.dumps(row) + "\n")
    return target


def run_stages(paths: list[str], data: Path) -> tuple[dict[str, float], dict[str, dict[str, Any]]]:
    """Seconds a stage, and what each says that it did."""
    seconds, summaries = {}, {}
    for stage in STAGES:
        flow = getattr(importlib.import_module(f"flows.{stage}"), stage)
        given = {"paths": paths} if stage == "ingest" else {}
        began = time.perf_counter()
        summaries[stage] = flow(data=str(data), **given)
        seconds[stage] = time.perf_counter() - began
    return seconds, summaries


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="a file, folder or glob of your own")
    parser.add_argument("--documents", type=int, default=400, help="how many reports to generate")
    parser.add_argument("--pairs", type=int, default=3, help="how often to code and parse, in turn")
    parser.add_argument("--share", type=float, default=0.3, help="of generated sentences, with a trigger word")
    args = parser.parse_args()
    quiet_prefect()
    nlp = spacy.load(model_name())
    extractor = Extractor(load_vocabularies(), open_gazetteer(), model_name())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        run_stages([str(DEMO)], root / "warm")  # what a process pays once: imports, the engine's start
        path = args.path
        if path is None:
            known = sentences_of(root / "warm", extractor)
            path = str(generated(root, known, extractor, args.documents, args.share))
        seconds, bare, peak = [], [], 0.0
        for pair in range(args.pairs):
            data = root / f"pair{pair}"
            taken, summaries = run_stages([path], data)
            seconds.append(taken)
            peak = peak or peak_megabytes()
            texts = [text for text in Store(data).read("documents", columns=["text"])["text"].to_pylist() if text]
            began = time.perf_counter()
            for _ in nlp.pipe(texts):
                pass
            bare.append(time.perf_counter() - began)
        told = sentences_of(data, extractor)
        tell(texts, len(told), summaries["extract"], seconds, bare, peak)


def tell(
    texts: list[str],
    sentences: int,
    extracted: dict[str, Any],
    seconds: list[dict[str, float]],
    bare: list[float],
    peak: float,
) -> None:
    """Print medians over the pairs."""
    words = sum(len(text.split()) for text in texts)
    print(f"\n{len(texts)} documents, {words} words, {len(bare)} pairs, medians")
    print(f"{sentences} sentences, {extracted['new_parses']} of them parsed, {extracted['mentions']} mentions")
    totals = [sum(taken.values()) for taken in seconds]
    rows = {stage: [taken[stage] for taken in seconds] for stage in STAGES} | {"all six": totals, "bare spaCy": bare}
    for name, times in rows.items():
        median = statistics.median(times)
        rates = f"{len(texts) / median:10.0f} documents/s{words / median:10.0f} words/s"
        print(f"  {name:<11}{median:8.2f} s{rates}   ({min(times):.2f} to {max(times):.2f} s)")
    ratios = [total / time_ for total, time_ in zip(totals, bare, strict=True)]
    print(f"the whole run takes {statistics.median(ratios):.2f} times as long as bare spaCy ({model_name()})")
    print(f"peak memory of a coding run {peak:.0f} MB")


if __name__ == "__main__":
    main()
