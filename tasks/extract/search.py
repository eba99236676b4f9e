"""Find the sentences that can hold an event, by the surface forms of the triggers' lemmas.

In comes a sentence's text, out comes whether any trigger word stands in it. It errs on the side of parsing: whether a
trigger fires is decided on the parse. Nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[a-z]+")
_VOWELS = "aeiou"
_PREFIXES = ("re", "over", "under", "with", "out")


def surface_forms(lemma: str, irregular: dict[str, set[str]]) -> set[str]:
    """Every form that an English verb, noun or adjective of this lemma can take, and a few that it cannot."""
    base = next((lemma[len(p) :] for p in _PREFIXES if lemma.startswith(p) and lemma[len(p) :] in irregular), None)
    again = {lemma[: -len(base)] + form for form in irregular[base]} if base else set()  # "retake": "retook"
    forms = (
        again
        | {lemma, lemma + "s", lemma + "es", lemma + "ed", lemma + "d", lemma + "ing"}
        | irregular.get(lemma, set())
    )
    if lemma.endswith("e"):
        forms |= {lemma[:-1] + "ing"}
    if lemma.endswith("ie"):
        forms |= {lemma[:-2] + "ying"}
    if lemma.endswith("y"):
        forms |= {lemma[:-1] + "ies", lemma[:-1] + "ied"}
    if lemma.endswith("c"):
        forms |= {lemma + "ked", lemma + "king"}
    if len(lemma) > 2 and lemma[-1] not in _VOWELS + "wxy" and lemma[-2] in _VOWELS:
        forms |= {lemma + lemma[-1] + "ed", lemma + lemma[-1] + "ing"}
    return forms


def known_forms(lemmas: Iterable[str], irregular: dict[str, set[str]]) -> dict[str, str]:
    """Form to lemma, for the forms that belong to one of the lemmas only and are no lemma themselves."""
    lemmas = set(lemmas)
    found: dict[str, set[str]] = {}
    for lemma in lemmas:
        for form in surface_forms(lemma, irregular):
            found.setdefault(form, set()).add(lemma)
    return {form: next(iter(of)) for form, of in found.items() if len(of) == 1 and form not in lemmas}


class TriggerSearch:
    """Answers for a sentence whether it is worth parsing."""

    def __init__(self, lemmas: Iterable[str], irregular: dict[str, set[str]]):
        self._forms: set[str] = set()
        for lemma in lemmas:
            self._forms |= surface_forms(lemma, irregular)

    def is_wanted(self, sentence: str) -> bool:
        """True where any trigger's form stands in the sentence as a word, or as a part of a hyphenated one."""
        return not self._forms.isdisjoint(_WORD.findall(sentence.lower()))
