"""Entities of parsed sentences, decoded for all words of a batch at once.

In come spaCy Docs with sentence starts, out come the same with the entities of the model's recogniser. spaCy asks each
move of each state whether it may be made, which takes longer than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from spacy.attrs import IS_SPACE, SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span

_PIPE = "ner"
# what a state looks at: the word at hand, the first and the last of the entity that is open
_WORDS_OF_STATE = 3


class Entities:
    """The moves of a model's recogniser: outside, an entity of one word, or its first, inner and last word."""

    def __init__(self, nlp: Language) -> None:
        """Take over from the pipe `instead_of`; none where the model lacks it, or its recogniser is made otherwise."""
        self.instead_of: list[str] = []
        """The pipe of the model that need not run."""
        pipe: Any = nlp.get_pipe(_PIPE) if nlp.has_pipe(_PIPE) else None
        if pipe is None or not _is_known(pipe):
            return
        self.instead_of = [_PIPE]
        self._words = pipe.model.get_ref("tok2vec")
        self._lower, self._upper = (pipe.model.get_ref(name) for name in ("lower", "upper"))
        moves = [pipe.moves.get_class_name(i).partition("-")[::2] for i in range(pipe.moves.n_moves)]
        self._labels = [label for _, label in moves]
        number = {move: i for i, move in enumerate(moves)}
        self._begins = np.array([move == "B" for move, _ in moves])
        self._units = np.array([move == "U" and label != "" for move, label in moves])
        self._out = number["O", ""]
        # by the number of the move that began an entity, those that go on with it and end it
        self._inner, self._last = (
            np.array([number.get((move, label), -1) for label in self._labels]) for move in ("I", "L")
        )

    def give(self, docs: Sequence[Doc]) -> None:
        """Give the words of these Docs, which have no entities yet, their entities, in place."""
        if not self.instead_of or not docs:
            return
        # the row before the first word stands for what a state lacks
        table = self._lower.predict(self._words.predict(docs))
        facts = np.concatenate([doc.to_array([IS_SPACE, SENT_START]) for doc in docs]).reshape(-1, 2)
        ends = np.cumsum([len(doc) for doc in docs])
        # no entity goes on behind the last word of a sentence
        is_end = np.zeros(len(facts), dtype=bool)
        is_end[ends[ends > 0] - 1] = True
        is_end[:-1] |= facts[1:, 1] == 1
        moves = self._outside(table, is_space=facts[:, 0] == 1, is_end=is_end)
        begun = np.flatnonzero(self._begins[moves])
        last = dict(zip(begun.tolist(), self._lasts(table, begun, moves[begun], is_end).tolist(), strict=True))
        told = np.flatnonzero(moves != self._out)
        at = 0
        for doc, start, end in zip(docs, [0, *ends[:-1].tolist()], ends.tolist(), strict=True):
            until = int(np.searchsorted(told, end))
            spans = _spans(told[at:until].tolist(), last)
            of = [Span(doc, b - start, e + 1 - start, label=self._labels[moves[b]]) for b, e in spans]
            doc.set_ents(of, default="outside")
            at = until

    def _outside(self, table: Any, is_space: Any, is_end: Any) -> Any:
        """The move that each word takes where no entity is open."""
        none = np.zeros(len(is_space), dtype=int)
        scores = self._scores(table, np.arange(1, len(is_space) + 1), none, none)
        allowed = np.zeros_like(scores, dtype=bool)
        allowed[:, self._out] = True
        allowed |= self._units & ~is_space[:, None]
        allowed |= self._begins & ~(is_space | is_end)[:, None]
        return np.where(allowed, scores, -np.inf).argmax(axis=1)

    def _lasts(self, table: Any, begun: Any, moves: Any, is_end: Any) -> Any:
        """The last word of the entity that each of these words would begin with these moves."""
        lasts, at = begun + 1, np.arange(len(begun))
        while len(at):
            word = lasts[at]
            scores = self._scores(table, word + 1, begun[at] + 1, word)
            row, move = np.arange(len(at)), moves[at]
            inner, last = self._inner[move], self._last[move]
            # of two that score the same, spaCy takes the first
            goes_on = np.where(
                inner < last, scores[row, inner] >= scores[row, last], scores[row, inner] > scores[row, last]
            )
            at = at[goes_on & ~is_end[word]]
            lasts[at] += 1
        return lasts

    def _scores(self, table: Any, word: Any, first: Any, before: Any) -> Any:
        """What each move scores in states of these rows of the table."""
        hidden = table[word, 0] + table[first, 1]
        hidden += table[before, 2]
        hidden += self._lower.get_param("b")
        return self._upper.predict(hidden.max(axis=-1))


def _is_known(pipe: Any) -> bool:
    """Whether a recogniser decodes as this module does, word by word without a beam."""
    model = pipe.model
    return (
        pipe.__class__.__name__ == "EntityRecognizer"
        and pipe.cfg["beam_width"] == 1
        and model.attrs.get("has_upper")
        and not model.attrs.get("unseen_classes")
        and model.get_ref("lower").get_dim("nF") == _WORDS_OF_STATE
        and model.get_ref("lower").get_dim("nP") > 1
    )


def _spans(told: Sequence[int], last: dict[int, int]) -> Iterator[tuple[int, int]]:
    """First and last words of entities, where words that may begin one stand in another."""
    free = 0
    for word in told:
        if word >= free:
            yield word, last.get(word, word)
            free = last.get(word, word) + 1
