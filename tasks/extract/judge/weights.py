"""The judge's weights: a label's score for a text, in whole numbers, so that every machine says the same.

In come features and a text, out come scores by label in 64ths of a logit. The weights are
`seeds/judge/weights.parquet`, made by `make judge`, the vectors of words `seeds/judge/words.parquet`, made by
`make words`. Refused are weights of another size than the features are hashed to.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks.extract.judge.features import DIMENSIONS, SIZE, Meanings, rows_of
from tasks.vocabularies import VocabularyError

UNITS = 64
"""Scores are counted in this part of a logit."""


@dataclass(frozen=True)
class Weights:
    """Labels with their weights: `matrix` int8, (SIZE, labels), of features; `of_meaning` int8, (DIMENSIONS, labels),
    of what words mean; their scales and `biases` in logits, one a label; `meanings`: the vectors of words."""

    labels: tuple[str, ...]
    matrix: np.ndarray
    scales: np.ndarray
    of_meaning: np.ndarray
    meaning_scales: np.ndarray
    biases: np.ndarray
    meanings: Meanings

    @classmethod
    def from_tables(cls, table: pa.Table, words: pa.Table) -> Weights:
        """From rows of label, scale, bias, weights (SIZE bytes each), meaning_scale and of_meaning (DIMENSIONS bytes
        each), and the vectors of words. Raises VocabularyError for another size."""
        rows = table.to_pylist()
        matrices = []
        for name, size in (("weights", SIZE), ("of_meaning", DIMENSIONS)):
            columns = [np.frombuffer(row[name], dtype=np.int8) for row in rows]
            if not columns or any(len(column) != size for column in columns):
                raise VocabularyError(f"seeds/judge/weights.parquet: column {name}: not {size} bytes; run make judge")
            matrices.append(np.ascontiguousarray(np.stack(columns, axis=1)))
        scales, meaning_scales, biases = (
            np.array([row[name] for row in rows], dtype=np.float64) for name in ("scale", "meaning_scale", "bias")
        )
        labels = tuple(row["label"] for row in rows)
        return cls(labels, matrices[0], scales, matrices[1], meaning_scales, biases, Meanings.from_table(words))

    def scores(self, names: Sequence[str], text: str) -> dict[str, int]:
        """The score of each label for these features of a text, in 64ths of a logit."""
        graded = self.graded(self.sums(names), len(names), self.leaning(text))
        return dict(zip(self.labels, graded.tolist(), strict=True))

    def leaning(self, text: str) -> np.ndarray:
        """What the meaning of a text's words adds to each label, with the label's bias, in logits."""
        summed, count = self.meanings.sums(text)
        leaning: np.ndarray = (summed @ self.of_meaning) * (
            self.meaning_scales / math.sqrt(max(1, count))
        ) + self.biases
        return leaning

    def sums(self, names: Iterable[str]) -> np.ndarray:
        """What these features add to each label, unscaled."""
        return self.summed(rows_of(names))

    def summed(self, rows: Sequence[int]) -> np.ndarray:
        """What the features of these rows add to each label, unscaled."""
        sums: np.ndarray = self.matrix[rows].sum(axis=0, dtype=np.int64)
        return sums

    def graded(self, sums: np.ndarray, count: int, leaning: np.ndarray) -> np.ndarray:
        """The score of each label, in 64ths of a logit, where so many features add so much to what it leans to."""
        # a root is rounded in the same way everywhere, an exponential is not: probabilities are only shown
        logits = sums * (self.scales / math.sqrt(max(1, count))) + leaning
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
