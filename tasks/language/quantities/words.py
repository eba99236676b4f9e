"""The words of numbers: the vocabularies `quantities` and `number_words` as look-up tables and patterns.

In go the two frames, out come tables with their keys in lower case and the patterns that find them in a text. What rows
may say is checked where they are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from text_to_num import text2num

# the first word or number of a phrase
HEAD = re.compile(r"\d[\d,]*|[^\W\d_]+")
SPACES = re.compile(r"[\s-]+")
# "more than 10" is 11 and open, "up to 10" open and 10, "about 10" 10 and 10, "another 10" comes on top
_QUALIFIER_KINDS = ("at_least", "more_than", "up_to", "fewer_than", "about", "additional")
_SMALLEST_SCALE = 100

NumberBounds = tuple[int, int | None]
"""Lowest and highest value, the highest open where it is None."""


@dataclass(frozen=True)
class NumberWords:
    """What qualifies a number, what has a value of its own, and what stands beside numbers that count nothing."""

    qualifiers: Mapping[str, str]  # phrase -> kind
    bounds: Mapping[str, NumberBounds]  # phrase -> its value
    scales: Mapping[str, int]  # "dozen", "hundred", "thousand" ...
    units: frozenset[str]
    designations: frozenset[str]
    months: frozenset[str]
    currencies: frozenset[str]
    qualifier_heads: frozenset[str]
    heads: frozenset[str]  # a phrase begins with one of these or with a digit
    after_article: frozenset[str]  # behind "a" these make more of it than one
    patterns: NumberPatterns


@dataclass(frozen=True)
class NumberPatterns:
    """Where the words stand in a text; all take any letter case and white space."""

    qualifier: re.Pattern[str]
    phrase: re.Pattern[str]
    spoken: re.Pattern[str]  # a number in words, from its first word to its last
    first_spoken: re.Pattern[str]
    scale: re.Pattern[str]
    digits_with_tail: re.Pattern[str]  # what digits are part of, with what is tied to them


def compile_number_words(quantities: pd.DataFrame, number_words: pd.DataFrame) -> NumberWords:
    """The tables of `quantities` (phrase, low, high) and `number_words` (kind, word)."""
    of_kind: dict[str, set[str]] = {}
    for kind, word in zip(number_words["kind"], number_words["word"], strict=True):
        of_kind.setdefault(kind, set()).add(word)
    qualifiers = {phrase: kind for kind in _QUALIFIER_KINDS for phrase in sorted(of_kind.get(kind, ()))}
    bounds = _bounds(quantities)
    scales, spoken = _exact_words(bounds)
    units = frozenset(of_kind.get("unit", ()))
    return NumberWords(
        qualifiers=qualifiers,
        bounds=bounds,
        scales=scales,
        units=units,
        designations=frozenset(of_kind.get("designation", ())),
        months=frozenset(of_kind.get("month", ())),
        currencies=frozenset(of_kind.get("currency", ())),
        qualifier_heads=frozenset(phrase.split()[0] for phrase in qualifiers),
        heads=_heads([*bounds, *qualifiers]) | spoken | {"between", "from"},
        after_article=_after_article([*bounds, *qualifiers]) | scales.keys() | units,
        patterns=_patterns(qualifiers, bounds, scales, spoken),
    )


@cache
def spoken_value(words: str) -> int | None:
    """The value of a number in words ("twenty-five hundred"); None where they are none."""
    try:
        return int(text2num(words, "en"))
    except ValueError:
        return None


def _bounds(quantities: pd.DataFrame) -> dict[str, NumberBounds]:
    found: dict[str, NumberBounds] = {}
    for row in quantities.to_dict("records"):
        low = _whole(row["low"])
        found[row["phrase"]] = (0 if low is None else low, _whole(row["high"]))
    return found


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) or value == "" else int(str(value).removesuffix(".0"))


def _exact_words(bounds: Mapping[str, NumberBounds]) -> tuple[dict[str, int], frozenset[str]]:
    """The words that multiply what stands before them, with their values, and all that numbers in words consist of."""
    exact = {phrase: low for phrase, (low, high) in bounds.items() if low == high and phrase.isalpha()}
    scales = {word: value for word, value in exact.items() if value >= _SMALLEST_SCALE or word == "dozen"}
    small = {word for word, value in exact.items() if 0 < value < _SMALLEST_SCALE and spoken_value(word) == value}
    return scales, frozenset(small | (scales.keys() - {"dozen"}))


def _heads(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(head.group().lower() for phrase in phrases if (head := HEAD.match(phrase)))


def _after_article(phrases: Iterable[str]) -> frozenset[str]:
    seconds = {phrase.split()[1] for phrase in phrases if phrase.startswith(("a ", "an "))}
    return frozenset(word.split("-")[0] for word in seconds) | {"more", "other", "or", "and", "to"}


def _patterns(
    qualifiers: Iterable[str], bounds: Iterable[str], scales: Iterable[str], spoken: Iterable[str]
) -> NumberPatterns:
    word, scale = _either(spoken), _either(scales)
    run = rf"(?:a\s+(?={scale}))?(?:{word})(?:(?:\s+and\s+|[\s-]+)(?:{word}))*(?!\w)"
    return NumberPatterns(
        qualifier=re.compile(rf"(?:{_either(qualifiers)})\s+", re.IGNORECASE),
        phrase=re.compile(rf"(?:{_either(bounds)})(?!\w)", re.IGNORECASE),
        spoken=re.compile(run, re.IGNORECASE),
        first_spoken=re.compile(rf"(?:{word})(?!\w)", re.IGNORECASE),
        scale=re.compile(rf"[\s-]?({scale})(?!\w)", re.IGNORECASE),
        digits_with_tail=re.compile(rf"[\d.,:/-]*\d\w*(?:[\s-]?(?:{scale})(?!\w))?", re.IGNORECASE),
    )


def _either(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases, the longest first, whatever white space is between their words."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest_first)
