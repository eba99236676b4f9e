"""What the judge looks at in a text: its words, pairs of words, parts of words, and which rules fired.

In comes a text with the rows of triggers that fired on it, out come names of features, each once. Training and judging
take them from here, so that both see the same. Nothing is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

SIZE = 1 << 14
"""Rows of weights that features share by their hash: 16,384 rows of int8 for 64 labels are one megabyte."""

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
    words = ["<num>" if found.isdigit() else found.lower() for found in _WORD.findall(text)]
    made = {f"b={first} {second}" for first, second in pairwise(words)}
    made.update(*map(_of_word, words))
    return made


def of_rules(said: RulesSaid) -> set[str]:
    """The features of what the rules say."""
    made = {f"t={id_}" for id_ in said.trigger_ids} | {f"f={code}" for code in said.fired or ("nothing",)}
    return made | {f"k={code}" for code in said.kept or ("nothing",)}


def rows_of(names: Iterable[str]) -> list[int]:
    """The rows of weights of these features, by a checksum that is the same on every machine."""
    return [_row(name) for name in names]


@lru_cache(maxsize=200_000)
def _row(name: str) -> int:
    return zlib.crc32(name.encode()) % SIZE


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    marked = f"^{word}$"
    starts = [(length, start) for length in _PARTS for start in range(len(marked) - length + 1)]
    parts = [f"c={marked[start : start + length]}" for length, start in starts] if word[0].isalpha() else []
    return f"w={word}", *parts
