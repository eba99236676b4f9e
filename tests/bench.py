"""Speed of the whole pipeline, as a ratio to a bare spaCy pass over the same texts in the same process.

    python tests/bench.py [FOLDER] [--documents 400] [--pairs 3]

Without a folder it codes generated text: the demo's sentences dealt into new reports by a fixed seed. Each pair codes
into an empty data folder, then runs `nlp.pipe` over the same cleaned texts; medians are told, never a single time.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path

import spacy

from flows.session import quiet_prefect
from tasks.extract.parse import model_name
from tasks.store import Store
from tasks.tables import STAGES

DEMO = Path(__file__).parent.parent / "seeds" / "demo"


def generated(folder: Path, documents: int) -> Path:
    """A JSONL file of reports dealt from the demo's sentences, five to thirty each."""
    sentences = []
    for path in sorted(DEMO.glob("*.txt")):
        sentences += [s.strip() + "." for s in path.read_text().replace("\n", " ").split(". ") if len(s) > 30]
    dealer = random.Random(0)
    target = folder / "generated.jsonl"
    with target.open("w") as stream:
        for number in range(documents):
            text = " ".join(dealer.choices(sentences, k=dealer.randint(5, 30)))
            stream.write(json.dumps({"id": f"generated-{number}", "published": "2024-06-12", "text": text}) + "\n")
    return target


def run_stages(paths: list[str], data: Path) -> dict[str, float]:
    """Seconds a stage."""
    import flows.clean
    import flows.extract
    import flows.ingest
    import flows.link
    import flows.publish
    import flows.resolve

    seconds = {}
    for stage in STAGES:
        flow = getattr(getattr(flows, stage), stage)
        began = time.perf_counter()
        flow(paths, data=str(data)) if stage == "ingest" else flow(data=str(data))
        seconds[stage] = time.perf_counter() - began
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="?", help="a file, folder or glob of your own")
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--pairs", type=int, default=3)
    args = parser.parse_args()
    quiet_prefect()
    nlp = spacy.load(model_name())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        paths = [args.texts or str(generated(root, args.documents))]
        run_stages([str(DEMO)], root / "warm")  # compile the gazetteer, import everything
        stages, bare, ratios = [], [], []
        for pair in range(args.pairs):
            data = root / f"pair{pair}"
            stages.append(run_stages(paths, data))
            texts = [t for t in Store(data).read("documents", columns=["text"])["text"].to_pylist() if t]
            began = time.perf_counter()
            for _ in nlp.pipe(texts):
                pass
            bare.append(time.perf_counter() - began)
            ratios.append(sum(stages[-1].values()) / bare[-1])
        words = sum(len(t.split()) for t in texts)
        print(f"{len(texts)} documents, {words} words, {args.pairs} pairs, medians")
        for stage in STAGES:
            seconds = statistics.median(s[stage] for s in stages)
            print(
                f"  {stage:<8}{seconds:8.2f} s{len(texts) / seconds:10.0f} documents/s{words / seconds:12.0f} words/s"
            )
        total = statistics.median(sum(s.values()) for s in stages)
        print(f"  {'all':<8}{total:8.2f} s{len(texts) / total:10.0f} documents/s{words / total:12.0f} words/s")
        ratio = statistics.median(ratios)
        print(f"  bare spaCy {statistics.median(bare):5.2f} s; ratio of the whole run to it: {ratio:.2f}")
        print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
