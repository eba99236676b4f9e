"""The classes of verbs that grammar asks for, by the vocabulary `verb_classes`.

In comes a class, out come its words: lemmas, but for participles where the class is one of participles. A class that
holds no word is refused.
"""

from __future__ import annotations

from functools import cache

from tasks import vocabularies


@cache
def verbs(class_code: str) -> frozenset[str]:
    """The words of one class (`verb_class` in `seeds/codes.csv`), read once a process.

    Raises VocabularyError where `seeds/verb_classes.csv` has no row of the class.
    """
    rows = vocabularies.load("verb_classes")
    words = frozenset(rows.loc[rows["class_code"] == class_code, "word"])
    if not words:
        raise vocabularies.VocabularyError(
            f"seeds/verb_classes.csv: column class_code: no row of {class_code!r}; add one"
        )
    return words
