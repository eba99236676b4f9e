"""What the judge may do to a mention, by its scores and by what the rules offer.

In come the scores of a sentence and of its document, and a mention's type; out comes a verdict: let it stand, give it
the kind that is meant, drop it; or a type to add where no rule fires. It never touches parties, dates, places, counts,
status or a correction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tasks.extract.judge.features import NOTHING_SAID, RulesSaid, of_rules, rows_of_words
from tasks.extract.judge.weights import Weights, probability, score_of

NONE = "none"
"""The label of texts that tell no event."""

# Scores, in 64ths of a logit, each the mildest with most of its gain on texts of hands that it was not trained on and
# on whole articles of the public sets (docs/quality.md).
# a document whose sentences are on average above this is about another matter: markets, sport, a town council
_OTHER_MATTER = score_of(0.3)
# what is believed of a document before it is read, and as of how many sentences: one sentence alone says little
_BEFORE, _BEFORE_SENTENCES = score_of(0.18), 2
# a single sentence ("The bazaar was shut.") says no more than this of its document
_MOST_OF_ONE = score_of(0.95)
# in such a document, a mention whose type is below this tells no event; deeds are told in passing more often than words
_UNLIKELY, _UNLIKELY_DEED = score_of(0.4), score_of(0.08)
# a type below this is improbable anywhere
_IMPROBABLE = score_of(0.05)
# a type above this, and so much above the rules' own, is meant where that is improbable
_MEANT, _MARGIN = score_of(0.3), 96
# one above this is meant where the rules' own is below that, whether or not they offer it: right 19 of 20 times on
# hands kept out, where the rules' own was right once
_SURELY_MEANT, _DOUBTFUL = score_of(0.5), score_of(0.15)
# a closer description of the rules' own above this is meant
_SURELY_CLOSER = score_of(0.9)
# an event above this is told although no rule fires, where that none is told is less likely
_TOLD = score_of(0.4)


@dataclass(frozen=True)
class Judgement:
    """What the judge believes of one sentence: scores by label, and the features that it saw."""

    scores: Mapping[str, int]
    names: frozenset[str]

    def of(self, code: str) -> int:
        """The score of a type; improbable where no text taught it."""
        return self.scores.get(code, _IMPROBABLE - 1)

    def best(self, among: Collection[str]) -> str:
        """The most probable of these labels, ties by name."""
        return max(sorted(among), key=self.of)

    def is_unlikely(self, code: str, is_deed: bool) -> bool:
        """Whether a sentence of a document about another matter tells no event of this type, a deed or mere words."""
        return self.of(code) < (_UNLIKELY_DEED if is_deed else _UNLIKELY)

    def meant(self, code: str, offered: Collection[str], others: Collection[str]) -> str | None:
        """The type that is meant where this one is improbable: one of those offered, else with more certainty one of
        the others; None where there is none."""
        own = self.of(code)
        of_offered = (offered, _IMPROBABLE, max(_MEANT, own + _MARGIN))
        for among, at_most, least in (of_offered, (others, _DOUBTFUL, max(_SURELY_MEANT, own + _MARGIN))):
            if among and own < at_most and self.of(best := self.best(among)) >= least:
                return best
        return None

    def closer(self, types: Collection[str]) -> str | None:
        """The one of these types, closer descriptions of the rules' own, of which the judge is sure, or None."""
        best = self.best(types) if types else None
        return best if best is not None and self.of(best) >= _SURELY_CLOSER else None

    def told(self, deeds: Collection[str]) -> str | None:
        """The deed, among these types, that is told although no rule fires, or None.

        Mere words are not asked for: what it took for them in real news was seldom any.
        """
        best = self.best(deeds)
        return best if self.of(best) >= max(_TOLD, self.of(NONE)) else None


def is_other_matter(scores: Collection[int]) -> bool:
    """Whether a document, by the scores for none of all its sentences, is about another matter than politics and
    conflict."""
    held = (max(-_MOST_OF_ONE, min(_MOST_OF_ONE, score)) for score in scores)
    total = sum(held) + _BEFORE * _BEFORE_SENTENCES
    return total > _OTHER_MATTER * (len(scores) + _BEFORE_SENTENCES)


class Judge:
    """The judge over its weights."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        # a sentence is judged before it is parsed and after; those of a batch of documents are at work at once
        self.words = lru_cache(maxsize=8_192)(self._words)

    def _words(self, text: str) -> tuple[frozenset[str], np.ndarray, np.ndarray]:
        rows = rows_of_words(text)
        return frozenset(rows), self.weights.summed(list(rows.values())), self.weights.leaning(text)

    def sentence(self, text: str, said: RulesSaid = NOTHING_SAID) -> Judgement:
        """What it believes of a sentence of which the rules say so much."""
        names, sums, leaning = self.words(text)
        rules = of_rules(said)
        scores = self.weights.graded(sums + self.weights.sums(rules), len(names) + len(rules), leaning)
        return Judgement(dict(zip(self.weights.labels, scores.tolist(), strict=True)), names | rules)

    def told(self, judgement: Judgement, count: int = 3) -> str:
        """What it believes in words: the labels that it finds most probable, and what speaks most for the first."""
        best = sorted(judgement.scores, key=lambda label: (-judgement.of(label), label))[:count]
        graded = ", ".join(f"{label} {probability(judgement.of(label)):.2f}" for label in best)
        strongest = self.weights.strongest(sorted(judgement.names), best[0], count)
        return f"{graded}; for {best[0]} speak {', '.join(strongest)}"
