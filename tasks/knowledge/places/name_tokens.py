"""A text as words that names are made of, and where a name among them may end.

In comes a text, out come its words with offsets; a name may hold particles, hyphens and stops after "St", and no comma.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[^\W\d_]+(?:['’‘ʼʻ`][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_APOSTROPHE = re.compile(r"['’‘ʼʻ`]")
_ARTICLES = frozenset({"al", "el", "ul", "ur", "ad", "ed", "ez", "es", "as", "ash", "at", "az", "an", "ar", "us", "uz"})
_LONGEST = 7
_LOWER_PARTS = (
    "al el ul ur ad ed ez es as ash at az an ar us uz de du da do dos das del della di la le les los las au aux sur "
    "sous en et e i y o a upon on of and the am der den im bei ben wa va u ye yi"
)
PARTICLES = frozenset(_LOWER_PARTS.split())
# what may stand between two words of one name
_JOINT = re.compile(r"[ \u00a0-]|(?<=\b[SF]t)\. |(?<=\bSte)\. |(?<=\bMt)\. | ['‘’ʿ]|[‘’ʿ] ")


@dataclass(slots=True)
class NameToken:
    """A word without its possessive: half-open offsets, and a key without case or apostrophes."""

    start: int
    end: int
    text: str
    is_capital: bool
    key: str


class NameTokens:
    """The words of a text, and what stands between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[NameToken] = []
        for match in _TOKEN.finditer(text):
            word = match.group()
            if word.isalpha():
                key = word.casefold()
            else:
                word = _POSSESSIVE.sub("", word)
                key = _APOSTROPHE.sub("", word.casefold())
            self.tokens.append(NameToken(match.start(), match.start() + len(word), word, word[:1].isupper(), key))

    def is_article(self, index: int) -> bool:
        """Whether a lower-case article is tied to a capital: the "al" of "al-Bab"."""
        if self.tokens[index].key not in _ARTICLES or index + 1 >= len(self.tokens):
            return False
        return self.tokens[index + 1].is_capital and self.gap(index) == "-"

    def follows_article(self, index: int) -> bool:
        """Whether an article is tied to the word: the "Bab" of "al-Bab"."""
        return index > 0 and self.gap(index - 1) == "-" and self.tokens[index - 1].key in _ARTICLES

    def is_tied_on(self, last: int) -> bool:
        """Whether hyphens and a small word tie more to a name: the "Croix" of "Croix-des-Bouquets"."""
        if last + 2 >= len(self.tokens) or self.gap(last) != "-" or self.gap(last + 1) != "-":
            return False
        return not self.tokens[last + 1].is_capital and self.tokens[last + 2].is_capital

    def gap(self, index: int) -> str:
        """What stands between a word and the next."""
        return self.text[self.tokens[index].end : self.tokens[index + 1].start]

    def ends(self, first: int) -> list[int]:
        """Indexes at which a name that begins at `first` may end, farthest first."""
        ends = []
        index = first
        while index < len(self.tokens) and index - first < _LONGEST:
            token = self.tokens[index]
            if token.is_capital:
                ends.append(index)
            elif token.key not in PARTICLES:
                break
            if index + 1 >= len(self.tokens) or not _JOINT.fullmatch(self.joint(index)):
                break
            index += 1
        return ends[::-1]

    def joint(self, index: int) -> str:
        """The gap behind a word, without the stop of "St."."""
        gap = self.gap(index)
        return gap if gap != ". " or self.tokens[index].key not in ("st", "ste", "mt", "ft") else " "
