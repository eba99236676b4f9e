"""A text cut into the tokens that the grammar of dates looks at, together with the words that it knows.

In come a text and the tables of date words, out come numbers, words and single marks with offsets in code points. Any
text can be cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tasks.language.dates.nodes import Node
from tasks.language.dates.words import DateVocabulary

_TOKEN = re.compile(r"\d+|[^\W\d_]+|\S")
_AHEAD = 12  # more than any rule looks ahead


class Tokens:
    """The tokens of a text: `low` in lower case, `raw` as written, `starts` and `ends` their offsets.

    The lists end with empty tokens, so that looking a few places ahead, or one back from the first, is always allowed.
    """

    __slots__ = ("count", "ends", "low", "raw", "starts", "text", "words")

    def __init__(self, text: str, words: DateVocabulary) -> None:
        matches = list(_TOKEN.finditer(text))
        self.text = text
        self.words = words
        self.raw = [match.group() for match in matches] + [""] * _AHEAD
        self.low = [raw.lower() for raw in self.raw]
        self.starts = [match.start() for match in matches] + [len(text)] * _AHEAD
        self.ends = [match.end() for match in matches] + [len(text)] * _AHEAD
        self.count = len(matches)

    def joined(self, i: int) -> bool:
        """Whether nothing stands between token i and the one after it."""
        return i + 1 < self.count and self.ends[i] == self.starts[i + 1]

    def sequence(self, i: int, expected: Iterable[str]) -> int | None:
        """The place after `expected` where it stands at i, else None."""
        for word in expected:
            if self.low[i] != word:
                return None
            i += 1
        return i


Parsed = tuple[Node, int]
"""What an expression says, and the place after it."""

Rule = Callable[[Tokens, int], Parsed | None]
"""Reads one kind of expression at a place; None where none stands there."""
