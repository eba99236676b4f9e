"""What the judge would make of a sentence if a trigger whose words it holds did fire, before anything is parsed.

In comes a sentence with the triggers that could fire on it, out comes the least that it would say for no event, and
whether any of them could stand in a document about another matter. It errs on the side of parsing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.extract.judge.features import RulesSaid, of_rules
from tasks.extract.judge.verdicts import NONE, Judge
from tasks.extract.judge.weights import score_of
from tasks.extract.lexicon import Lexicon, Trigger

# Below what verdicts.py drops in a document about another matter (0.4 and 0.08): triggers that fire together may score
# more than each alone. On none of the public sets a row is lost to it (docs/performance.md).
_HOPELESS, _HOPELESS_DEED = score_of(0.3), score_of(0.05)


@dataclass(frozen=True)
class Outlook:
    """The least that a sentence would score for none, and whether words, or a deed, could stand in it."""

    none: int
    may_tell_words: bool
    may_tell_deed: bool


class Prospects:
    """The outlook of sentences, by the judge and the triggers."""

    def __init__(self, judge: Judge, lexicon: Lexicon) -> None:
        weights = judge.weights
        self._judge = judge
        self._is_words = lexicon.is_elsewhere
        self._none = weights.labels.index(NONE)
        # a happening may turn out to be of another kind: none of its group may be likely
        self._words = [i for i, label in enumerate(weights.labels) if label in lexicon.is_elsewhere]
        self._deeds = [i for i in range(len(weights.labels)) if i not in self._words and i != self._none]
        self._added: dict[str, tuple[np.ndarray, int]] = {}

    def of(self, text: str, triggers: Sequence[Trigger]) -> Outlook:
        """What the judge would say of a sentence if none of these triggers fired, or one of them alone."""
        names, sums, leaning = self._judge.words(text)
        none, words, deeds = self._judge.sentence(text).of(NONE), _HOPELESS - 1, _HOPELESS_DEED - 1
        for trigger in triggers:
            added, count = self._of_trigger(trigger)
            scores = self._judge.weights.graded(sums + added, len(names) + count, leaning)
            none = min(none, int(scores[self._none]))
            if trigger.event_type_code in self._is_words:
                words = max(words, int(scores[self._words].max()))
            else:
                deeds = max(deeds, int(scores[self._deeds].max()))
        return Outlook(none, words >= _HOPELESS, deeds >= _HOPELESS_DEED)

    def _of_trigger(self, trigger: Trigger) -> tuple[np.ndarray, int]:
        if trigger.trigger_id not in self._added:
            code = frozenset({trigger.event_type_code})
            rules = of_rules(RulesSaid(frozenset({trigger.trigger_id}), code, code))
            self._added[trigger.trigger_id] = self._judge.weights.sums(rules), len(rules)
        return self._added[trigger.trigger_id]
