"""Words and codes that linking reads in a special way.

In comes `seeds/link_words.csv`, whose list in `seeds/codes.csv` says what each group does; out come sets of words, read
once a process.
"""

from __future__ import annotations

import re

from tasks import vocabularies

_WORDS = vocabularies.load("link_words")


def _of(group: str) -> tuple[str, ...]:
    """The words of a group, in the order of the file."""
    return tuple(_WORDS.loc[_WORDS["group_code"] == group, "word"])


def _any_of(group: str) -> str:
    """A pattern for any word of a group."""
    return "|".join(re.escape(word) for word in _of(group))


SPOTS = frozenset(_of("spot"))
NO_TARGETS = frozenset(_of("no_target"))
NEW_ONES = frozenset(_of("new_one"))
PERSON_PRONOUNS = frozenset(_of("person_pronoun"))
TAKES_UP = frozenset(_of("takes_up"))
BRINGS_IN = frozenset(_of("brings_in"))
# what ends a clause or a noun's phrase before a trigger
CLAUSE_ENDS = re.compile(rf"[,.;:]|\b(?:{_any_of('clause_end')})\b")
# ways in which a text can begin
DEFINITE = tuple(f"{word} " for word in _of("definite_word"))
# "Two hours earlier", "Elsewhere in the city"
ANOTHER_MATTER = re.compile(
    rf"\W*(?:(?:\w+ ){{0,2}}(?:{_any_of('time_unit')}) (?:{_any_of('time_shift')})|{_any_of('elsewhere')})\b",
    re.IGNORECASE,
)
