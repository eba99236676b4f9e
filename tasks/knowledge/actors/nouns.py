"""Nouns and roles for people: what kind of actor a noun is, and which roles speak for somebody else.

In come the frames of seeds/actor_heads.csv and roles.csv, out come answers about tokens. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

import pandas as pd

from tasks.knowledge import actor_types
from tasks.knowledge.actors.cells import is_true
from tasks.knowledge.actors.name_index import Words
from tasks.knowledge.actors.tokens import Token, key
from tasks.language.word_forms import plural


class Head(NamedTuple):
    """The noun or role that says what kind of actor it is: indexes of its words, type, and its type before yielding."""

    first: int
    last: int
    type_code: str
    own_type: str


class Nouns:
    """Nouns and roles by their folded words, in both numbers.

    `actor_heads`: lemma, actor_type_code. `roles`: role, actor_type_code, speaks_for.
    """

    def __init__(self, actor_heads: pd.DataFrame, roles: pd.DataFrame) -> None:
        self._types: dict[Words, str] = {}
        self._speakers: set[Words] = set()
        for noun, type_code, speaks_for in [
            *zip(actor_heads["lemma"], actor_heads["actor_type_code"], [False] * len(actor_heads), strict=True),
            *zip(roles["role"], roles["actor_type_code"], roles["speaks_for"], strict=True),
        ]:
            for form in (str(noun), plural(str(noun))):
                self._types.setdefault(key(form), str(type_code))
                if is_true(speaks_for):
                    self._speakers.add(key(form))
        self._longest = max((len(words) for words in self._types), default=0)

    def speaks_for(self, words: Sequence[str]) -> bool:
        """Whether folded words hold a role that speaks for somebody else: spokesman, press secretary, envoy."""
        return any(
            tuple(words[i : i + length]) in self._speakers
            for length in range(1, self._longest + 1)
            for i in range(len(words) - length + 1)
        )

    def length_at(self, tokens: Sequence[Token], index: int) -> int:
        """How many words from `index` on are one role or noun, 0 for none."""
        for length in range(min(self._longest, len(tokens) - index), 0, -1):
            words = tokens[index : index + length]
            if all(word.is_joined for word in words[1:]) and tuple(word.folded for word in words) in self._types:
                return length
        return 0

    def head(self, tokens: Sequence[Token], first: int, end: int, held: Set[int] = frozenset()) -> Head | None:
        """The last noun or role from `first` to `end`; it yields to a more telling one before it.

        `held`: the indexes of words that are of names, where no noun is looked for. Example: of "rebel soldiers" the
        head is "soldiers", and its type that of rebels.
        """
        found = list(self._all(tokens[:end], first, held))
        if not found:
            return None
        head = found[-1]
        for before in reversed(found[:-1]):
            is_more_telling = before.type_code != "unknown" and (
                head.type_code == "unknown" or before.type_code in actor_types.actor_type(head.type_code).yields_to
            )
            if is_more_telling:
                head = head._replace(type_code=before.type_code)
        return head

    def _all(self, tokens: Sequence[Token], first: int, held: Set[int]) -> Iterator[Head]:
        """Every noun and role from `first` on outside of names."""
        index = first
        while index < len(tokens):
            length = 0 if index in held else self.length_at(tokens, index)
            if length and held.isdisjoint(range(index, index + length)):
                type_code = self._types[tuple(token.folded for token in tokens[index : index + length])]
                yield Head(index, index + length - 1, type_code, type_code)
                index += length
            else:
                index += 1
