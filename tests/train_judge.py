"""`make judge`: train the judge on `seeds/judge/*.jsonl` and on what the rules make of those texts.

In come labelled texts, out comes `seeds/judge/weights.parquet`: for each label SIZE weights of a byte, their scale and
the bias. The texts of the hand `gate` are kept out, for `docs/quality.md`. Refused are labels that are no event type.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from flows.resources import load_vocabularies, open_gazetteer
from tasks.extract.documents import DocumentReading
from tasks.extract.explain import as_document
from tasks.extract.extractor import Extractor
from tasks.extract.judge.features import SIZE, RulesSaid, features, rows_of
from tasks.extract.judge.verdicts import NONE
from tasks.language.parsing import model_name
from tasks.vocabularies import SEEDS

FOLDER = SEEDS / "judge"
GATES = ("articlesgate", "gate", "plaingate")
"""Hands whose texts are never trained on."""
# the inverse of how much large weights cost; best of 3, 10, 30 on the gate
_STRENGTH = 30.0
_LARGEST = 127
# texts that use the usual words as often as real news does count this much; the others show what else is said
_PLAIN = 3.0


@dataclass(frozen=True)
class Text:
    """A labelled text: its hand, the types that it tells of, the main one first, and what the rules say of it."""

    hand: str
    part: str
    text: str
    types: tuple[str, ...]
    said: RulesSaid

    @property
    def labels(self) -> tuple[str, ...]:
        """Its types, or that it tells none."""
        return self.types or (NONE,)


def texts(extractor: Extractor, hands: set[str] | None = None) -> Iterator[Text]:
    """The texts of these hands (default: all) in the order of the files, read by the rules without a judge."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        if hands is not None and path.stem not in hands:
            continue
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield Text(path.stem, row["part"], row["text"], tuple(row["types"]), said_of(row["text"], extractor))


def said_of(text: str, extractor: Extractor) -> RulesSaid:
    """What the rules say of all sentences of a text together."""
    reading = DocumentReading(as_document(text), extractor)
    docs, _ = extractor.parser.parse(list(reading.wanted.values()), lambda hashes: {})
    for doc in docs.values():
        extractor.repairs.apply(doc)
    reading.mentions(docs)
    said = [one.said for one in reading.fired]
    return RulesSaid(
        frozenset(id_ for one in said for id_ in one.trigger_ids),
        frozenset(code for one in said for code in one.fired),
        frozenset(code for one in said for code in one.kept),
    )


def main() -> None:
    """Train and write the weights."""
    from sklearn.linear_model import LogisticRegression

    extractor = Extractor(load_vocabularies(), open_gazetteer(), model_name())
    known = [text for text in texts(extractor) if text.hand not in GATES and text.part != "documents"]
    types = set(load_vocabularies()["event_types"]["code"])
    unknown = sorted({code for text in known for code in text.types} - types)
    if unknown:
        raise SystemExit(f"{FOLDER}: no event type: {', '.join(unknown)}")
    matrix = features_of(known)
    weights_of = np.array([_PLAIN if text.hand.startswith(("plain", "articles")) else 1.0 for text in known])
    rows = []
    for label in [*sorted(types), NONE]:
        is_told = np.array([label in text.labels for text in known])
        if not is_told.any():
            continue
        model = LogisticRegression(C=_STRENGTH, solver="liblinear", max_iter=300, random_state=0)
        model.fit(matrix, is_told, sample_weight=weights_of)
        weights = model.coef_[0]
        scale = float(np.abs(weights).max()) / _LARGEST
        small = np.rint(weights / scale).astype(np.int8)
        rows.append({"label": label, "scale": scale, "bias": float(model.intercept_[0]), "weights": small.tobytes()})
    schema = pa.schema(
        [("label", pa.string()), ("scale", pa.float64()), ("bias", pa.float64()), ("weights", pa.binary())]
    )
    path = FOLDER / "weights.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, compression="zstd")
    counts = Counter(text.hand for text in known)
    print(f"{path}: {len(rows)} labels from {sum(counts.values())} texts of {len(counts)} hands")


def features_of(known: list[Text]):
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


if __name__ == "__main__":
    main()
