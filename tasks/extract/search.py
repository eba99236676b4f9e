"""Find the triggers that can fire in a sentence, by the surface forms of their lemmas.

In comes a sentence's text, out come the triggers whose words stand in it. It errs on the side of parsing: whether a
trigger fires is decided on the parse. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tasks.extract.lexicon import Trigger
from tasks.language.word_forms import surface_forms

_WORD = re.compile(r"[a-z]+")


class TriggerSearch:
    """Answers for a sentence which triggers make it worth parsing.

    A common verb ("have ... control") asks for one of its companions in the sentence.
    """

    def __init__(self, triggers: Iterable[Trigger], irregular: dict[str, set[str]]):
        # by the form of a word, each trigger with those of which one must stand beside it, none where it fires alone
        self._asked: dict[str, list[tuple[Trigger, frozenset[str]]]] = {}
        known: dict[str, set[str]] = {}

        def forms(lemma: str) -> set[str]:
            if lemma not in known:
                known[lemma] = surface_forms(lemma, irregular)
            return known[lemma]

        for trigger in triggers:
            beside = set().union(*(forms(word) for word in trigger.with_word))
            beside |= {part for word in trigger.with_word for part in _WORD.findall(word)}
            asked = [(form, frozenset(beside)) for lemma in trigger.lemmas for form in forms(lemma)]
            for first, *rest in (_WORD.findall(lemma) for lemma in trigger.lemmas if "-" in lemma):
                asked.append((first, frozenset(rest)))  # "sit-in": its parts together
            for form, companions in asked:
                self._asked.setdefault(form, []).append((trigger, companions))

    def triggers(self, sentence: str) -> list[Trigger]:
        """Those of which a form, and a companion where one is needed, stands in the sentence as a word or as a part of
        a hyphenated one; each once, in a fixed order."""
        words = set(_WORD.findall(sentence.lower()))
        found = {
            trigger.trigger_id: trigger
            for word in words & self._asked.keys()
            for trigger, companions in self._asked[word]
            if not companions or not companions.isdisjoint(words)
        }
        return [found[id_] for id_ in sorted(found)]
