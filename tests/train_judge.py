"""`make judge`: train the judge on `seeds/judge/*.jsonl` and on what the rules make of those texts.

In come labelled texts, out comes `seeds/judge/weights.parquet`: for each label SIZE weights of a byte, their scale and
the bias. How it does on hands that are kept out goes to `docs/judge_scores.json`, for `docs/quality.md`. Refused are
labels that are no event type.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from flows.resources import load_vocabularies, open_gazetteer
from tasks.extract.documents import DocumentReading
from tasks.extract.explain import as_document
from tasks.extract.extractor import Extractor
from tasks.extract.judge.features import DIMENSIONS, SIZE, Meanings, RulesSaid, features, rows_of
from tasks.extract.judge.verdicts import NONE, Judge, Judgement
from tasks.extract.judge.weights import Weights
from tasks.language.model_choice import model_name
from tasks.vocabularies import SEEDS, judge_weights, judge_words

FOLDER = SEEDS / "judge"
SCORES = Path(__file__).parent.parent / "docs" / "judge_scores.json"
GATES = ("articlesgate", "gate", "plaingate")
"""Hands whose texts are never trained on."""
# the inverse of how much large weights cost; best of 3, 10, 30 on the gate
_STRENGTH = 30.0
_LARGEST = 127
# how long what the words of a text mean is, on average, where all its features are 1 long; best of .15, .3 and .5
_MEANING = 0.3
# texts that use the usual words as often as real news does count this much; the others show what else is said
_PLAIN = 3.0
# numbers of texts at which the learning curve is measured
_STEPS = (500, 1000, 2000, 4000)


@dataclass(frozen=True)
class Text:
    """A labelled text: its hand, what it is about where it tells no event, the types that it tells of, the main one
    first, what the rules say of it, what is coded."""

    hand: str
    part: str
    kind: str
    text: str
    types: tuple[str, ...]
    said: RulesSaid
    coded: frozenset[str]

    @property
    def labels(self) -> tuple[str, ...]:
        """Its types, or that it tells none."""
        return self.types or (NONE,)


def texts(extractor: Extractor, hands: set[str] | None = None) -> Iterator[Text]:
    """The texts of these hands (default: all) in the order of the files, read as the extractor reads them."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        if hands is not None and path.stem not in hands:
            continue
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["part"] == "documents":
                continue  # labelled for single events against overviews, which no label tells yet
            said, coded = read(row["text"], extractor)
            yield Text(path.stem, row["part"], row["kind"], row["text"], tuple(row["types"]), said, coded)


def read(text: str, extractor: Extractor) -> tuple[RulesSaid, frozenset[str]]:
    """What the rules say of all sentences of a text together, and the types of its mentions."""
    reading = DocumentReading(as_document(text), extractor)
    docs, _ = extractor.parser.parse(list(reading.wanted.values()), lambda hashes: {})
    for doc in docs.values():
        extractor.repairs.apply(doc)
    coded = frozenset(mention.event_type_code for mention in reading.mentions(docs))
    said = [one.said for one in reading.fired]
    return RulesSaid(
        frozenset(id_ for one in said for id_ in one.trigger_ids),
        frozenset(code for one in said for code in one.fired),
        frozenset(code for one in said for code in one.kept),
    ), coded


def trained(known: list[Text], types: Iterable[str]) -> pa.Table:
    """The weights that these texts teach, as rows of label, scale, bias and weights."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    meant = meanings_of(known)
    shrunk = _MEANING / np.linalg.norm(meant, axis=1).mean()
    matrix = hstack([features_of(known), csr_matrix(meant * shrunk)]).tocsr()
    plain = np.array([_PLAIN if text.hand.startswith(("plain", "articles")) else 1.0 for text in known])
    rows = []
    for label in [*sorted(types), NONE]:
        is_told = np.array([label in text.labels for text in known])
        if not is_told.any():
            continue
        model = LogisticRegression(C=_STRENGTH, solver="lbfgs", max_iter=200, tol=1e-5, random_state=0)
        model.fit(matrix, is_told, sample_weight=plain)
        row = {"label": label, "bias": float(model.intercept_[0])}
        row["weights"], row["scale"] = _small(model.coef_[0][:SIZE])
        row["of_meaning"], row["meaning_scale"] = _small(model.coef_[0][SIZE:] * shrunk)
        rows.append(row)
    schema = pa.schema(
        [
            ("label", pa.string()),
            ("scale", pa.float64()),
            ("bias", pa.float64()),
            ("weights", pa.binary(SIZE)),
            ("meaning_scale", pa.float64()),
            ("of_meaning", pa.binary(DIMENSIONS)),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _small(weights: np.ndarray) -> tuple[bytes, float]:
    """Weights in bytes, and what one of a byte stands for."""
    scale = float(np.abs(weights).max()) / _LARGEST
    return np.rint(weights / scale).astype(np.int8).tobytes(), scale


def measured(known: list[Text]) -> dict[str, float]:
    """Recall and precision of types over texts, and the share of texts without an event that are left alone."""
    right = sum(len(text.coded & set(text.types)) for text in known)
    empty = [text for text in known if not text.types]
    return {
        "recall": right / sum(len(text.types) for text in known),
        "precision": right / max(1, sum(len(text.coded) for text in known)),
        "left_alone": sum(not text.coded for text in empty) / len(empty),
        "texts": len(known),
    }


def false_rates(alone: list[Text], judged: list[Text]) -> dict[str, dict[str, float]]:
    """The share of texts without an event that are coded all the same, by what they are about."""
    rates: dict[str, dict[str, float]] = {}
    for kind in sorted({text.kind for text in alone if text.part == "none"}):
        for way, known in (("rules alone", alone), ("with the judge", judged)):
            of_kind = [text for text in known if text.part == "none" and text.kind == kind]
            rates.setdefault(kind, {"texts": len(of_kind)})[way] = sum(bool(t.coded) for t in of_kind) / len(of_kind)
    return rates


def curve(known: list[Text], gate: list[Text], types: set[str]) -> dict[int, float]:
    """How often the judge's first type is the main one of texts that tell an event, by the number of texts it saw."""
    told = [text for text in gate if text.types]
    shares = {}
    for count in (*_STEPS, len(known)):
        some = random.Random(0).sample(known, count)
        weights = Weights.from_tables(trained(some, types), judge_words())
        first = [Judgement(weights.scores(features(t.text, t.said), t.text), frozenset()).best(types) for t in told]
        shares[count] = sum(one == t.types[0] for one, t in zip(first, told, strict=True)) / len(told)
    return shares


def main() -> None:
    """Train, write the weights, and measure them on the hands that are kept out; `--measure` only measures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--measure", action="store_true", help="measure the weights that are there")
    only_measure = parser.parse_args().measure
    words, gazetteer = load_vocabularies(), open_gazetteer()
    wanted = set(GATES) if only_measure else None
    alone = list(texts(Extractor(words, gazetteer, model_name()), wanted))
    types = set(words["event_types"]["code"])
    unknown = sorted({code for text in alone for code in text.types} - types)
    if unknown:
        raise SystemExit(f"{FOLDER}: no event type: {', '.join(unknown)}")
    known = [text for text in alone if text.hand not in GATES]
    scores = json.loads(SCORES.read_text()) if only_measure else {"texts": len(known)}
    if not only_measure:
        pq.write_table(trained(known, types), FOLDER / "weights.parquet", compression="zstd")
        scores["curve"] = curve(known, [text for text in alone if text.hand == "plaingate"], types)
    judge = Judge(Weights.from_tables(judge_weights(), judge_words()))
    judged = list(texts(Extractor(words, gazetteer, model_name(), judge), set(GATES)))
    scores["gates"] = {
        gate: {
            "rules alone": measured([text for text in alone if text.hand == gate]),
            "with the judge": measured([text for text in judged if text.hand == gate]),
        }
        for gate in GATES
    }
    scores["false_rates"] = false_rates([text for text in alone if text.hand in GATES], judged)
    SCORES.write_text(json.dumps(scores, indent=1) + "\n")
    print(json.dumps(scores, indent=1))


def features_of(known: list[Text]) -> Any:
    """The texts' features as a sparse matrix, rows scaled by the root of how many there are."""
    from scipy.sparse import csr_matrix

    values, columns, starts = [], [], [0]
    for text in known:
        names = features(text.text, text.said)
        counted = Counter(rows_of(names))
        columns += list(counted)
        values += [count / np.sqrt(max(1, len(names))) for count in counted.values()]
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(known), SIZE))


def meanings_of(known: list[Text]) -> np.ndarray:
    """What the words of the texts mean, a row a text, by the root of how many words have a meaning."""
    meanings = Meanings.from_table(judge_words())
    summed = (meanings.sums(text.text) for text in known)
    return np.array([total / np.sqrt(max(1, count)) for total, count in summed])


if __name__ == "__main__":
    main()
