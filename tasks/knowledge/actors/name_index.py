"""Names of actors by their folded words, and where they stand in a text.

In come names with what each can mean, out come the names that tokens hold, the longest first. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from tasks.knowledge.actors.tokens import Token, key, tokenise

Words = tuple[str, ...]
"""The folded words of a name."""


class NameMeaning(NamedTuple):
    """That a name means one actor: the days between which it does, and the case that it must have."""

    actor_id: str
    active_from: date | None
    active_to: date | None
    cased: tuple[str, ...] | None
    needs_capital: bool


def cased_words(name: str) -> tuple[str, ...]:
    """The words of a name whose case counts."""
    return tuple(token.cased for token in tokenise(name))


def _variants(name: str) -> set[Words]:
    """The folded forms of a name: as written and with the possessive run together ("Lords Resistance Army")."""
    return {key(name), key(name.replace("'s ", "s ").replace("’s ", "s "))} - {()}


class NameIndex:
    """What names mean, by their words."""

    def __init__(self) -> None:
        self._meanings: dict[Words, list[NameMeaning]] = {}
        # by the first word of names, how many words they have, the longest first
        self._lengths: dict[str, list[int]] = {}

    def put(self, words: Words, meaning: NameMeaning) -> None:
        """Let these words mean an actor, besides what they mean already."""
        meanings = self._meanings.setdefault(words, [])
        if meaning not in meanings:
            meanings.append(meaning)
        lengths = self._lengths.setdefault(words[0], [])
        if len(words) not in lengths:
            lengths.append(len(words))
            lengths.sort(reverse=True)

    def enter(self, name: str, meaning: NameMeaning) -> None:
        """Let a name mean an actor in each form in which it is written."""
        for words in [key(name)] if meaning.cased else sorted(_variants(name)):
            if words:
                self.put(words, meaning)

    def of(self, words: Words) -> Sequence[NameMeaning]:
        """What these folded words together can mean, whatever their case."""
        return self._meanings.get(words, ())

    def meanings(self, words: Sequence[Token]) -> list[NameMeaning]:
        """What these words of a text together can mean as a name."""
        known = self.of(tuple(word.folded for word in words))
        if not known:
            return []
        cased = tuple(word.cased for word in words)
        return [
            meaning
            for meaning in known
            if (meaning.cased is None or meaning.cased == cased)
            and not (meaning.needs_capital and not words[0].is_capitalised)
        ]

    def spans(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, list[NameMeaning]]]:
        """Names in tokens, none of which overlap: index of the first and of the last word, and what each can mean."""
        index = 0
        while index < len(tokens):
            length, meanings = self._longest_at(tokens, index)
            if meanings:
                yield index, index + length - 1, meanings
            index += length

    def _longest_at(self, tokens: Sequence[Token], index: int) -> tuple[int, list[NameMeaning]]:
        """How many words the longest name has that begins at a token, and what it means; 1 and nothing for none."""
        for length in self._lengths.get(tokens[index].folded, ()):
            words = tokens[index : index + length]
            if len(words) == length and all(word.is_joined for word in words[1:]) and (found := self.meanings(words)):
                return length, found
        return 1, []
