"""Words of a text with their offsets, folded so that spellings of one name meet.

In comes any text; out go tokens with code point offsets, folded and cased forms. Refused is nothing: a text without
words has no tokens.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tasks.language.name_keys import name_key

_APOSTROPHE = "'’‘ʼʻʿʾ`´"
# initials with stops ("U.S.") are one word; so is a word with apostrophes inside ("Sana'a")
_WORD = re.compile(
    r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])\.?"
    rf"|[^\W_](?:[^\W_]|[\u0300-\u036f])*(?:[{_APOSTROPHE}](?:[^\W_]|[\u0300-\u036f])+)*"
)
_POSSESSIVE = re.compile(rf"[{_APOSTROPHE}][sS]$")
_STOPS = re.compile(rf"[.{_APOSTROPHE}]")
# what may stand between two words of one name; a stop only after a short word ("St. Lucia")
_WITHIN_NAME = re.compile(r"[^\S\n]*\n?[^\S\n]*|[^\S\n]?[-‐‑–][^\S\n]?|[^\S\n]?\(")
_AFTER_SHORT = re.compile(r"\.[^\S\n]+")
_SHORT = 4
# what ends a noun phrase
_BREAK = re.compile(r"[,;:!?()\[\]—]|\n\s*\n|\s[-–]\s")


class Token(NamedTuple):
    """A word: half-open offsets (without a possessive ending), its two forms, and how it hangs on the word before.

    `is_joined`: only what a name may hold stands between; `is_hyphenated`: a hyphen does; `is_broken`: a comma,
    bracket, dash or blank line does.
    """

    start: int
    end: int
    folded: str
    cased: str
    is_joined: bool
    is_hyphenated: bool
    is_broken: bool

    @property
    def is_capitalised(self) -> bool:
        """Whether the word begins with a capital."""
        return self.cased[:1].isupper()


@lru_cache(maxsize=65536)
def _forms(word: str) -> tuple[str, str]:
    """The folded form of one word and the form whose case still counts."""
    cased = _STOPS.sub("", word)
    return name_key(cased).replace(" ", "") or cased.casefold(), cased


def tokenise(text: str) -> list[Token]:
    """The words of `text` in order."""
    tokens: list[Token] = []
    before = 0
    for match in _WORD.finditer(text):
        start, written_end = match.span()
        word = match.group()
        folded, cased = _forms(word)
        end = written_end
        if len(word) > 2 and word[-2] in _APOSTROPHE and _POSSESSIVE.search(word):
            end -= 2
            folded, cased = _forms(word[:-2])
        if not tokens:
            tokens.append(Token(start, end, folded, cased, False, False, False))
        elif start == before + 1 and text[before] == " ":
            tokens.append(Token(start, end, folded, cased, True, False, False))
        else:
            gap = text[before:start]
            last = tokens[-1]
            is_joined = bool(_WITHIN_NAME.fullmatch(gap)) or (
                last.end - last.start <= _SHORT and bool(_AFTER_SHORT.fullmatch(gap))
            )
            is_hyphenated = gap in {"-", "‐", "‑", "–"}
            tokens.append(Token(start, end, folded, cased, is_joined, is_hyphenated, bool(_BREAK.search(gap))))
        before = written_end
    return tokens


def key(text: str) -> tuple[str, ...]:
    """The folded words of a name."""
    return tuple(token.folded for token in tokenise(text))
