"""Find the sentences that can hold an event, by the surface forms of the triggers' lemmas.

In comes a sentence's text, out comes whether any trigger word stands in it. It errs on the side of parsing: whether a
trigger fires is decided on the parse. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tasks.language.word_forms import surface_forms

_WORD = re.compile(r"[a-z]+")


class TriggerSearch:
    """Answers for a sentence whether it is worth parsing.

    `asked`: each trigger's lemmas with the companion words of which one must stand beside it, none where it fires
    alone. A common verb ("have ... control") asks for its companion in the sentence.
    """

    def __init__(self, asked: Iterable[tuple[Iterable[str], Iterable[str]]], irregular: dict[str, set[str]]):
        self._alone: set[str] = set()
        self._with: dict[str, set[str]] = {}
        known: dict[str, set[str]] = {}

        def forms(lemma: str) -> set[str]:
            if lemma not in known:
                known[lemma] = surface_forms(lemma, irregular)
            return known[lemma]

        for lemmas, companions in asked:
            beside = set().union(*(forms(word) for word in companions))
            beside |= {part for word in companions for part in _WORD.findall(word)}
            for first, *rest in (_WORD.findall(lemma) for lemma in lemmas if "-" in lemma):
                self._with.setdefault(first, set()).update(rest)  # "sit-in": its parts together
            for form in set().union(*(forms(lemma) for lemma in lemmas)):
                if beside:
                    self._with.setdefault(form, set()).update(beside)
                else:
                    self._alone.add(form)

    def is_wanted(self, sentence: str) -> bool:
        """True where any trigger's form, and one of its companions if it needs one, stands in the sentence as a word,
        or as a part of a hyphenated one."""
        words = set(_WORD.findall(sentence.lower()))
        if not self._alone.isdisjoint(words):
            return True
        return any(not self._with[word].isdisjoint(words) for word in words & self._with.keys())
