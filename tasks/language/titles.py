"""How English writes titles: most of their words with a capital.

In come the words of a line, out comes whether it is written as a title. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

_LEAST_CAPITALS = 0.7
# what titles write small: articles, prepositions and conjunctions, the copula
_SMALL_WORDS = frozenset(
    "a an the and or but of in on at to for from by with as into over after amid under near is are be vs via".split()
)


def is_title(words: Sequence[str]) -> bool:
    """Whether the words that titles write large are so, but for a few.

    Example: "Fighting Spreads to Three More Districts".
    """
    weighty = [word for word in words if word.lower() not in _SMALL_WORDS]
    return sum(word[0].isupper() for word in weighty) >= _LEAST_CAPITALS * len(weighty)
