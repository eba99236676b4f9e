"""Parts of speech and lemmas of parsed words, worked out once for all that look alike.

In come spaCy Docs with tags and dependencies, out come the same with what the model's attribute ruler and lemmatizer
give them. Both look at one word at a time, but for a few pairs ("gon na"), and took a quarter of the time of a parse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from spacy.attrs import DEP, LEMMA, ORTH, POS, TAG
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

_PIPES = ("attribute_ruler", "lemmatizer")
# what a pattern may ask of a word and still give the same for all that look alike
_OF_ONE_WORD = frozenset({"ORTH", "TEXT", "LOWER", "TAG", "DEP", "IS_SPACE"})
_GIVEN = [TAG, DEP, POS, LEMMA]
_MOST_REMEMBERED = 500_000

_Key = tuple[int, int, int]


class WordMarks:
    """What the ruler and the lemmatizer of a model give to words, by word, tag and dependency."""

    def __init__(self, nlp: Language) -> None:
        """Take over from the pipes `instead_of`; none where the model lacks one or looks at more than one word."""
        self._vocab = nlp.vocab
        self._ruler, self._lemmatizer = (nlp.get_pipe(name) if nlp.has_pipe(name) else None for name in _PIPES)
        rules = getattr(self._ruler, "patterns", [])
        tokens = [token for rule in rules for pattern in rule["patterns"] for token in pattern]
        is_taken_over = bool(rules) and bool(self._lemmatizer) and all(token.keys() <= _OF_ONE_WORD for token in tokens)
        self.instead_of = list(_PIPES) if is_taken_over else []
        """The pipes of the model that need not run."""
        self._pairs = Matcher(nlp.vocab)
        for number, rule in enumerate(rules):
            if longer := [pattern for pattern in rule["patterns"] if len(pattern) > 1]:
                self._pairs.add(str(number), longer)
        self._known: dict[_Key, list[int]] = {}
        if is_taken_over:
            _search_by_hash(self._lemmatizer)

    def give(self, doc: Doc) -> None:
        """Give the words of a Doc their parts of speech and lemmas, in place."""
        if not self.instead_of:
            return
        if self._pairs(doc, allow_missing=True):
            self._lemmatizer(self._ruler(doc))  # type: ignore[misc]
            return
        keys: list[_Key] = list(map(tuple, doc.to_array([ORTH, TAG, DEP]).tolist()))
        if new := dict.fromkeys(key for key in keys if key not in self._known):
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
                new = dict.fromkeys(keys)
            self._work_out(list(new))
        doc.from_array(_GIVEN, _rows(self._known[key] for key in keys))

    def _work_out(self, keys: list[_Key]) -> None:
        doc = Doc(self._vocab, words=[self._vocab.strings[key[0]] for key in keys])
        doc.from_array([TAG, DEP], _rows(key[1:] for key in keys))
        if len(keys) > 1 and self._pairs(doc, allow_missing=True):
            for key in keys:
                self._work_out([key])
            return
        self._lemmatizer(self._ruler(doc))  # type: ignore[misc]
        self._known.update(zip(keys, doc.to_array(_GIVEN).tolist(), strict=True))


def _rows(rows: Iterable[Sequence[int]]) -> Any:
    return np.array(list(rows), dtype="uint64")


def _search_by_hash(lemmatizer: Any) -> None:
    """Let a lemmatizer look in sets of words where it goes through lists of up to 60,000."""
    index = lemmatizer.lookups.get_table("lemma_index", {})
    for pos in list(index):
        index[pos] = frozenset(index[pos])
