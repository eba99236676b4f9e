"""The words that the rules of extraction ask for by group: `seeds/word_groups.csv`, read once a process.

In comes the code of a group, out come its words, as a set or as an alternation for a regular expression. A code that
the table does not have is refused.
"""

from __future__ import annotations

import re
from functools import cache

from tasks import vocabularies


@cache
def words(group_code: str) -> frozenset[str]:
    """The words of a group: lemmas in lower case, or forms as written where its meaning in `codes.csv` says so.

    Raises VocabularyError where no row is of that group.
    """
    found = _groups().get(group_code)
    if found is None:
        raise vocabularies.VocabularyError(
            f"seeds/word_groups.csv: column group_code: no row has {group_code!r}; add the words of that group there"
        )
    return found


@cache
def either(*group_codes: str) -> str:
    """A regular expression for any one of the words of these groups, longest first, in a group that captures nothing.

    Raises VocabularyError as `words` does.
    """
    found = sorted({word for code in group_codes for word in words(code)}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word) for word in found) + ")"


@cache
def anywhere(group_code: str) -> re.Pattern[str]:
    """What finds a word of a group as a word of its own in a text, small or large.

    Raises VocabularyError as `words` does.
    """
    return re.compile(rf"\b{either(group_code)}\b", re.IGNORECASE)


@cache
def _groups() -> dict[str, frozenset[str]]:
    rows = vocabularies.load("word_groups")
    return {str(code): frozenset(group["word"]) for code, group in rows.groupby("group_code")}
