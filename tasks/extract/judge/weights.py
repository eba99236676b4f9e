"""The judge's weights: a label's score for a text, in whole numbers, so that every machine says the same.

In come features, out come scores by label in 64ths of a logit. The weights are `seeds/judge/weights.parquet`, made by
`make judge`. Refused are weights of another size than the features are hashed to.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks.extract.judge.features import SIZE, rows_of
from tasks.vocabularies import VocabularyError

UNITS = 64
"""Scores are counted in this part of a logit."""


@dataclass(frozen=True)
class Weights:
    """Labels with their weights: `matrix` int8, (SIZE, labels); `scales` and `biases` in logits, one a label."""

    labels: tuple[str, ...]
    matrix: np.ndarray
    scales: np.ndarray
    biases: np.ndarray

    @classmethod
    def from_table(cls, table: pa.Table) -> Weights:
        """From rows of label, scale, bias and weights (SIZE bytes each). Raises VocabularyError for another size."""
        rows = table.to_pylist()
        columns = [np.frombuffer(row["weights"], dtype=np.int8) for row in rows]
        if not columns or any(len(column) != SIZE for column in columns):
            raise VocabularyError(f"seeds/judge/weights.parquet: column weights: not {SIZE} bytes; run make judge")
        scales, biases = ([row[name] for row in rows] for name in ("scale", "bias"))
        return cls(
            tuple(row["label"] for row in rows),
            np.ascontiguousarray(np.stack(columns, axis=1)),
            np.array(scales, dtype=np.float64),
            np.array(biases, dtype=np.float64),
        )

    def scores(self, names: Sequence[str]) -> dict[str, int]:
        """The score of each label for these features, in 64ths of a logit."""
        return dict(zip(self.labels, self.graded(self.sums(names), len(names)).tolist(), strict=True))

    def sums(self, names: Iterable[str]) -> np.ndarray:
        """What these features add to each label, unscaled."""
        sums: np.ndarray = self.matrix[rows_of(names)].sum(axis=0, dtype=np.int64)
        return sums

    def graded(self, sums: np.ndarray, count: int) -> np.ndarray:
        """The score of each label, in 64ths of a logit, where so many features add so much."""
        # a root is rounded in the same way everywhere, an exponential is not: probabilities are only shown
        logits = sums * (self.scales / math.sqrt(max(1, count))) + self.biases
        whole: np.ndarray = np.rint(logits * UNITS).astype(np.int64)
        return whole

    def strongest(self, names: Sequence[str], label: str, count: int = 3) -> list[str]:
        """The features that speak most for a label, the strongest first."""
        column = self.matrix[:, self.labels.index(label)]
        graded = sorted(zip(rows_of(names), names, strict=True), key=lambda one: (-int(column[one[0]]), one[1]))
        return [name for _, name in graded[:count]]


def probability(score: int) -> float:
    """A score as a probability, to be shown."""
    return 1 / (1 + math.exp(-score / UNITS))


def score_of(probability: float) -> int:
    """A probability as a score, rounded."""
    return round(UNITS * math.log(probability / (1 - probability)))
