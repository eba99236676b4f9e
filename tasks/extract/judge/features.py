"""What the judge looks at in a text: its words, pairs of words, parts of words, which rules fired, what words mean.

In comes a text with the rows of triggers that fired on it, out come names of features, each once, and the sum of its
words' vectors. Training and judging take them from here, so that both see the same. Nothing is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tasks.vocabularies import VocabularyError

SIZE = 1 << 14
"""Rows of weights that features share by their hash: 16,384 rows of int8 for 64 labels are one megabyte."""

DIMENSIONS = 64
"""Bytes of a word's vector: 256 taught no more than 64 on hands that were kept out."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+|[^\w\s]")
# lengths of the parts of a word, its edges marked, that stand for its stem and its ending
_PARTS = (4, 5)


@dataclass(frozen=True)
class RulesSaid:
    """What the rules make of a text: ids of triggers that fired, their types, and the types that are left after
    outcomes are folded into causes and means tell the kind."""

    trigger_ids: frozenset[str] = frozenset()
    fired: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


NOTHING_SAID = RulesSaid()
"""What the rules say where none fires."""


def features(text: str, said: RulesSaid) -> list[str]:
    """The features of a text in a fixed order: "w=word", "b=two words", "c=part", "t=trigger", "f=type", "k=type"."""
    return sorted(of_words(text) | of_rules(said))


def of_words(text: str) -> set[str]:
    """The features of a text's words alone."""
    return set(rows_of_words(text))


def rows_of_words(text: str) -> dict[str, int]:
    """The features of a text's words alone, each with its row of weights."""
    words = ["<num>" if found.isdigit() else found.lower() for found in _WORD.findall(text)]
    made = {name: _row(name) for first, second in pairwise(words) if (name := f"b={first} {second}")}
    for word in words:
        made.update(_of_word(word))
    return made


def of_rules(said: RulesSaid) -> set[str]:
    """The features of what the rules say."""
    made = {f"t={id_}" for id_ in said.trigger_ids} | {f"f={code}" for code in said.fired or ("nothing",)}
    return made | {f"k={code}" for code in said.kept or ("nothing",)}


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in its order."""
    return [found.lower() for found in _WORD.findall(text) if found[0].isalpha()]


@dataclass(frozen=True)
class Meanings:
    """What words mean, as vectors: words that mean alike lie alike. `matrix` int8, (words, DIMENSIONS)."""

    rows: Mapping[str, int]
    matrix: np.ndarray

    @classmethod
    def from_table(cls, table: pa.Table) -> Meanings:
        """From rows of word and vector (DIMENSIONS bytes each). Raises VocabularyError for another size."""
        vectors = table["vector"].to_pylist()
        if any(len(vector) != DIMENSIONS for vector in vectors):
            raise VocabularyError(f"seeds/judge/words.parquet: column vector: not {DIMENSIONS} bytes; run make words")
        matrix = np.frombuffer(b"".join(vectors), dtype=np.int8).reshape(-1, DIMENSIONS)
        return cls({word: row for row, word in enumerate(table["word"].to_pylist())}, matrix)

    def sums(self, text: str) -> tuple[np.ndarray, int]:
        """The sum of the vectors of a text's words, and how many of its words have one."""
        rows = [row for word in words_of(text) if (row := self.rows.get(word)) is not None]
        summed: np.ndarray = self.matrix[rows].sum(axis=0, dtype=np.int64)
        return summed, len(rows)


def rows_of(names: Iterable[str]) -> list[int]:
    """The rows of weights of these features, by a checksum that is the same on every machine."""
    return [_row(name) for name in names]


@lru_cache(maxsize=200_000)
def _row(name: str) -> int:
    return zlib.crc32(name.encode()) % SIZE


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> dict[str, int]:
    marked = f"^{word}$"
    starts = [(length, start) for length in _PARTS for start in range(len(marked) - length + 1)]
    parts = [f"c={marked[start : start + length]}" for length, start in starts] if word[0].isalpha() else []
    return {name: _row(name) for name in (f"w={word}", *parts)}
