"""Folds names so that spellings of one name meet.

In comes a name in any script or spelling; out go two keys, one of plain lower-case letters, one of its consonants
alone, on which transliterations agree (Imam Sahib, Emam Saheb). Refused is any guess at meaning: two names with one
key need not be one place.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# letters that NFKD leaves whole
_WHOLE = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ħ": "h", "ə": "e"}
)
_SILENT = re.compile(r"['’‘ʼʻ`´ʿʾ′ʹʺ“”\"]")
_NOT_WORD = re.compile(r"[\W_]+")
_SAINT = re.compile(r"\b(?:st|ste|saint|sainte)\b")
_MOUNT = re.compile(r"\bmt\b")
_ARTICLE = re.compile(r"^(?:al|el|ul|ad|ed|an|en|ar|er|as|es|ash|esh|at|et|az|ez|us|ur) ")
# spellings of one consonant in the transliterations of Arabic, Persian, Pashto and Cyrillic names
_CONSONANTS = (
    ("kh", "k"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("zh", "j"),
    ("dj", "j"),
    ("tch", "c"),
    ("ch", "c"),
    ("sh", "s"),
    ("ts", "c"),
    ("dz", "j"),
    ("q", "k"),
    ("ck", "k"),
    ("x", "k"),
    ("v", "w"),
    ("ou", "w"),
    ("z", "s"),
)
_VOWELS = re.compile(r"[aeiouy' ]+")
_INNER_H = re.compile(r"(?<=.)h")
_DOUBLE = re.compile(r"(.)\1+")


class _Unmarked(dict[int, int | None]):
    """What becomes of a letter by its number: nothing of a mark that stands over another."""

    def __missing__(self, letter: int) -> int | None:
        self[letter] = None if unicodedata.combining(chr(letter)) else letter
        return self[letter]


_UNMARKED = _Unmarked()


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """`name` in lower case without marks, apostrophes, hyphens or stops; "St." and "Ste." become "saint"."""
    plain = name.lower() if name.isascii() else _without_marks(name).lower().translate(_WHOLE)
    words = plain if plain.isascii() and plain.isalpha() else _NOT_WORD.sub(" ", _SILENT.sub("", plain)).strip()
    if "st" in words or "saint" in words:
        words = _SAINT.sub("saint", words)
    return _MOUNT.sub("mount", words) if "mt" in words else words


def plain_label(name: str) -> str:
    """A romanised name as reporters write it: case and hyphens kept, marks and half-rings left out."""
    return _SILENT.sub(_keep_plain, _without_marks(name))


def _without_marks(name: str) -> str:
    return unicodedata.normalize("NFKD", name).translate(_UNMARKED)


def _keep_plain(mark: re.Match[str]) -> str:
    return "'" if mark.group() == "'" else ""


def without_article(folded: str) -> str:
    """A folded name without the Arabic article that opens it, however that is spelled: "al bab", "ash shaddadah"."""
    return _ARTICLE.sub("", folded, count=1) if len(folded) > 5 else folded


@lru_cache(maxsize=65536)
def spelling(folded: str) -> str:
    """What known transliterations of a short folded name agree on: consonants alike merged, e as i and o as u."""
    text = without_article(folded).replace(" ", "")
    for written, letter in _CONSONANTS:
        text = text.replace(written, letter)
    return _DOUBLE.sub(r"\1", text.replace("e", "i").replace("o", "u").replace("y", "i"))


@lru_cache(maxsize=65536)
def consonants(folded: str) -> str:
    """What transliterations of a folded name have in common: its consonants, alike ones merged, articles dropped."""
    text = without_article(folded)
    for spelling, letter in _CONSONANTS:
        text = text.replace(spelling, letter)
    text = _DOUBLE.sub(r"\1", _INNER_H.sub("", text))
    first = "a" if text[:1] in "aeiouy" else ""
    return first + _VOWELS.sub("", text).replace("w", "")
