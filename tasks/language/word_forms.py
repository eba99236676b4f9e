"""The forms that an English word takes: lemmas in, inflected forms and the way back from them out.

Irregular forms are handed in. More forms are given than the language has ("stoped"): a form that nobody writes costs
nothing, one that is missed loses the word. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

_VOWELS = "aeiou"
_PREFIXES = ("re", "over", "under", "with", "out")

IrregularForms = Mapping[str, Set[str]]
"""Lemma -> its irregular forms ("shoot": {"shot"})."""


def surface_forms(lemma: str, irregular: IrregularForms) -> set[str]:
    """Every form that an English verb, noun or adjective of this lemma can take, and a few that it cannot."""
    forms = {lemma, lemma + "s", lemma + "es", lemma + "ed", lemma + "d", lemma + "ing"}
    return forms | irregular.get(lemma, set()) | _of_stem(lemma, irregular) | _respelled(lemma)


def plural(noun: str) -> str:
    """The regular plural of an English noun, and that of nouns in -man."""
    if noun.endswith("man") and not noun.endswith("human"):
        return noun[:-3] + "men"
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x", "z")) else "s")


def known_forms(lemmas: Iterable[str], irregular: IrregularForms) -> dict[str, str]:
    """Form to lemma, for the forms that belong to one of the lemmas only and are no lemma themselves."""
    lemmas = set(lemmas)
    found: dict[str, set[str]] = {}
    for lemma in lemmas:
        for form in surface_forms(lemma, irregular):
            found.setdefault(form, set()).add(lemma)
    return {form: next(iter(of)) for form, of in found.items() if len(of) == 1 and form not in lemmas}


def _of_stem(lemma: str, irregular: IrregularForms) -> set[str]:
    """The forms that a lemma has from the irregular verb behind its prefix ("retake": "retook")."""
    stem = next((lemma[len(p) :] for p in _PREFIXES if lemma.startswith(p) and lemma[len(p) :] in irregular), None)
    return {lemma[: -len(stem)] + form for form in irregular[stem]} if stem else set()


def _respelled(lemma: str) -> set[str]:
    """The forms before whose endings the spelling changes ("die": "dying", "carry": "carried", "stop": "stopped")."""
    forms: set[str] = set()
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
