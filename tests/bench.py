"""Speed of the whole pipeline, as a ratio to a bare spaCy pass over the same texts in the same process.

    python tests/bench.py [PATH] [--mix general|conflict|copies] [--documents 240] [--pairs 3]

Without a path it codes three mixes of the project's own texts, each in a process of its own: general news (three of
four articles tell no event), conflict only, and near-copies (each report by five outlets). Each pair codes into an
empty data folder, then runs `nlp.pipe` over the same cleaned texts; medians are told, never a single time: seconds of
the processor, those of processes that extract among them, and of the clock, which say more on a machine that does
nothing else. Then one document in a hundred comes on top, and all stages run once more. Peak memory is that of the
first coding run, before any bare pass, and of one process that extracts.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import spacy

from flows.engine import quiet_prefect
from flows.resources import load_vocabularies
from tasks.language.model_choice import model_name
from tasks.language.sentences import SentenceSplitter
from tasks.storage.store import Store
from tasks.tables import STAGES

SEEDS = Path(__file__).parent.parent / "seeds"
# texts of one matter in an article that tells no event
_QUIET_TEXTS = 12
_OUTLETS = 5

Row = dict[str, Any]
Times = tuple[float, float]
"""Seconds of the processor, and of the clock."""


def stories() -> Iterator[Row]:
    """The whole articles of seeds/stories, in the order of the files."""
    for path in sorted((SEEDS / "stories").glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            text = " ".join(sentence["text"] for sentence in row["sentences"])
            yield {"id": f"{path.stem}-{row['id']}", "title": row["title"], "published": row["published"], "text": text}


def quiet() -> Iterator[Row]:
    """Articles of texts of seeds/judge that tell no event, each about one matter."""
    by_matter = defaultdict(list)
    for path in sorted((SEEDS / "judge").glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            if row["part"] == "none":
                by_matter[row["kind"]].append(row["text"])
    for matter, texts in sorted(by_matter.items()):
        for start in range(0, len(texts), _QUIET_TEXTS):
            text = "\n\n".join(texts[start : start + _QUIET_TEXTS])
            yield {"id": f"{matter}-{start}", "title": matter, "published": "2024-06-12", "text": text}


def general(count: int) -> Iterator[Row]:
    """Three articles that tell no event to one that tells some; begun anew, under other ids, where they end."""
    told, plain = cycle(stories()), cycle(quiet())
    for number in range(count):
        row = next(plain if number % 4 else told)
        yield row | {"id": f"{row['id']}-{number}"}


def conflict(count: int) -> Iterator[Row]:
    """Articles that tell events, alone."""
    return islice(stories(), count)


def copies(count: int) -> Iterator[Row]:
    """Reports as five outlets print them: each with a line of its own, cut at a place of its own."""
    dealer = random.Random(0)
    for row in islice(stories(), count // _OUTLETS):
        sentences = row["text"].split(". ")
        for outlet in range(_OUTLETS):
            kept = sentences[: max(3, len(sentences) - dealer.randrange(4))]
            text = f"The outlet number {outlet} reports from the scene. " + ". ".join(kept)
            yield row | {"id": f"{row['id']}-{outlet}", "publisher": f"outlet{outlet}.example", "text": text}


MIXES: dict[str, Callable[[int], Iterator[Row]]] = {"general": general, "conflict": conflict, "copies": copies}


@dataclass
class Measured:
    """What pairs of a coding run and a bare pass took, and what was coded."""

    bare: list[Times] = field(default_factory=list)
    stages: list[dict[str, Times]] = field(default_factory=list)
    again: dict[str, float] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    sentences: int = 0
    extracted: Row = field(default_factory=dict)
    peak: float = 0.0

    def total(self, which: int) -> list[float]:
        """Seconds of all stages in each pair."""
        return [sum(times[which] for times in taken.values()) for taken in self.stages]


def clocks() -> Times:
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used), time.perf_counter()


def since(began: Times) -> Times:
    now = clocks()
    return now[0] - began[0], now[1] - began[1]


def run_stages(path: str, data: Path) -> tuple[dict[str, Times], dict[str, Row]]:
    """What each stage took, and what each says that it did."""
    taken, summaries = {}, {}
    for stage in STAGES:
        flow = getattr(importlib.import_module(f"flows.{stage}"), stage)
        given = {"paths": [path]} if stage == "ingest" else {}
        began = clocks()
        summaries[stage] = flow(data=str(data), **given)
        taken[stage] = since(began)
    return taken, summaries


def measure(path: str, new: str | None, root: Path, pairs: int) -> Measured:
    """Code and parse in turn, then code what is new on top."""
    measured = Measured()
    run_stages(str(SEEDS / "demo"), root / "warm")  # what a process pays once: imports, the engine's start
    nlp = spacy.load(model_name())
    for pair in range(pairs):
        data = root / f"pair{pair}"
        taken, summaries = run_stages(path, data)
        measured.stages.append(taken)
        measured.peak = measured.peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows = Store(data).read("documents", columns=["text", "segments"]).to_pylist()
        measured.texts = [row["text"] for row in rows if row["text"]]
        began = clocks()
        for _ in nlp.pipe(measured.texts):
            pass
        measured.bare.append(since(began))
    splitter = SentenceSplitter(load_vocabularies()["abbreviations"])
    measured.sentences = sum(len(splitter.sentences(row["text"] or "", row["segments"])) for row in rows)
    measured.extracted = summaries["extract"]
    if new is not None:
        taken, _ = run_stages(new, data)
        measured.again = {stage: one[0] for stage, one in taken.items()}
    return measured


def tell(name: str, measured: Measured) -> None:
    """Print medians over the pairs, as a table for docs/performance.md."""
    documents, words = len(measured.texts), sum(len(text.split()) for text in measured.texts)
    parsed = measured.extracted["new_parses"]
    print(f"\n{name}: {documents} documents, {words} words, {measured.extracted['mentions']} mentions")
    print(f"{measured.sentences} sentences, {parsed} parsed ({parsed / max(1, measured.sentences):.0%})\n")
    print("| | processor | clock | documents/s | words/s |\n|---|---|---|---|---|")
    rows = {stage: [taken[stage] for taken in measured.stages] for stage in STAGES}
    rows["all six"] = list(zip(measured.total(0), measured.total(1), strict=True))
    rows["bare nlp.pipe"] = measured.bare
    for row, times in rows.items():
        used, clock = (statistics.median(one[which] for one in times) for which in (0, 1))
        print(f"| {row} | {used:.2f} s | {clock:.2f} s | {documents / used:.0f} | {words / used:.0f} |")
    for what, which in (("processor", 0), ("clock", 1)):
        ratios = [whole / bare[which] for whole, bare in zip(measured.total(which), measured.bare, strict=True)]
        print(f"\nthe whole run over bare nlp.pipe by the {what}: {statistics.median(ratios):.2f}", end="")
    if measured.again:
        again = sum(measured.again.values())
        share = again / statistics.median(measured.total(0))
        of = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in measured.again.items())
        print(f"\none in a hundred new: {again:.2f} s of the processor, {share:.0%} of the full run ({of})", end="")
    print()
    helper = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of a coding run {measured.peak:.0f} MB, of a process beside it {helper:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="a file, folder or glob of your own")
    parser.add_argument("--mix", choices=MIXES, help="only this mix of the project's own texts")
    parser.add_argument("--documents", type=int, default=240, help="how many documents a mix has")
    parser.add_argument("--pairs", type=int, default=3, help="how often to code and parse, in turn")
    args = parser.parse_args()
    if args.path is None and args.mix is None:
        for mix in MIXES:
            # peak memory, and what is remembered, are a process's own
            subprocess.run([sys.executable, __file__, "--mix", mix, *sys.argv[1:]], check=True)
        return
    quiet_prefect()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if args.path is not None:
            tell(args.path, measure(args.path, None, root, args.pairs))
            return
        rows = list(MIXES[args.mix](args.documents + max(_OUTLETS, args.documents // 100)))
        for name, part in (("told", rows[: args.documents]), ("new", rows[args.documents :][: args.documents // 100])):
            (root / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part), "utf-8")
        tell(args.mix, measure(str(root / "told.jsonl"), str(root / "new.jsonl"), root, args.pairs))


if __name__ == "__main__":
    main()
