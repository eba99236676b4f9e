"""Numbers that count nothing: money, designations, dates, years, ages, measures, ordinals and times.

In come a text and where a number stands in it, out comes whether what is beside it makes it one of these.
"""

from __future__ import annotations

import re

from tasks.language.quantities.numbers import Number
from tasks.language.quantities.words import NumberWords

OR_MORE = re.compile(r"\s*\+|\s+or\s+more\b|[\s-]plus\b", re.IGNORECASE)
_BEFORE = re.compile(r"([^\W\d_]+|\d|\S)([\s.]*)$")
_AFTER = re.compile(r"[\s-]*([^\W\d_]+(?:[.'’][^\W\d_]+)?|%|°)")
_ARTICLE_HEAD = re.compile(r"\s+[“\"'‘]?\w")
_LOWER_WORD = re.compile(r"\s+[a-z]")
_NAME_COMMA = re.compile(r"[A-Z][\w’'-]+,\s*$")
# "Fatima Yusuf (28) died", where "Deir Ezzor (12), Hama (8)" may count
_NAME_BRACKET = re.compile(r"[A-Z][\w’'-]+ [A-Z][\w’'-]+ \($")
_AGE_BRACKET = re.compile(r"\) (?!and\b|or\b)[a-z]")
_AGED = re.compile(r"\bage[ds]?\s+(?:(?:of|between|from)\s+)?(?:\w+\s*(?:and|to|or|-)\s*)?$", re.IGNORECASE)
# "no longer", "no doubt" count nothing
_NOT_ZERO = re.compile(r"\.|\s+(?:longer|later|sooner|more|less|fewer|doubt|matter|further|other|way)\b", re.IGNORECASE)
_LEADS_YEAR = frozenset(
    ["in", "since", "of", "until", "by", "from", "during", "before", "after", "early", "late", "mid", "between"]
)
# characters before a number in which a word, or an age, is looked for
_WORD_BEFORE = 40
_AGE_BEFORE = 30


def is_refused_before(text: str, start: int, position: int, number: Number, words: NumberWords) -> bool:
    """Whether what stands before the number at `position` makes it money, a designation, a date or a year.

    `start` is where its phrase begins, with what qualifies it.
    """
    before = _BEFORE.search(text, max(0, position - _WORD_BEFORE), position)
    if before is None:
        return number.is_digits and _is_year(text, position, number, "")
    word, gap = before.group(1), before.group(2)
    if not gap and (word.isalnum() or word in "-/.:,#+_–'’"):
        return not _may_touch(text, position, word, number)
    word = word.lower()
    if word in "$€£¥₦₹#" or word in words.currencies:
        return True
    if number.is_digits and (word in words.months or word in words.designations):
        return not (word in words.designations and position > start)
    return number.is_digits and _is_year(text, position, number, word)


def _may_touch(text: str, position: int, mark: str, number: Number) -> bool:
    """Whether the mark that touches a number from before is punctuation around a number in words."""
    if mark == "-":
        return text[max(0, position - 2)].isspace()
    return mark in "–,'’" and not number.is_digits


def is_refused_after(text: str, end: int, words: NumberWords, is_article: bool = False) -> bool:
    """Whether what stands after the number makes it a measure, an age, an ordinal, a time or a date."""
    if is_article and _ARTICLE_HEAD.match(text, end) is None:
        return True
    tail = text[end : end + 2]
    if tail[:1] in ("%", "°") or (tail[:1] in (":", "/", ".", ",", "-") and tail[1:].isdecimal()):
        return True
    after = _AFTER.match(text, end)
    if after is None:
        return False
    word = after.group(1).lower()
    if text[end : end + 1] in ("-", "–") and text[end + 1 : end + 2].isalpha():
        return not OR_MORE.match(text, end)
    is_clock = word.split(".")[0] in ("a", "p") and word.endswith("m") and "." in word
    if word in words.units or is_clock:
        return True
    return not is_article and word in words.months and text[after.start(1)].isupper()


def is_no_zero(text: str, end: int) -> bool:
    """Whether what stands after "no" makes it no number ("no longer", "no doubt")."""
    return _NOT_ZERO.match(text, end) is not None


def is_age(text: str, start: int, end: int) -> bool:
    """Whether a number is an age or the mark of a footnote: "Amina Yusuf, 28, was", "Amina Yusuf (28) was",
    "aged between 14 and 28", "[1]"."""
    if text[start - 1 : start] == "[" and text[end : end + 1] == "]":
        return True
    before = text[max(0, start - _AGE_BEFORE) : start]
    if end - start <= 2 and _NAME_BRACKET.search(before) and _AGE_BRACKET.match(text, end):
        return True
    if text[end : end + 1] in (",", ".", ")") and _NAME_COMMA.search(before) and text[start:end].isdecimal():
        return text[end : end + 1] == "," and end - start == 2
    return _AGED.search(before) is not None


def _is_year(text: str, position: int, number: Number, before: str) -> bool:
    written = text[position : number.end]
    if len(written) != 4 or not (1800 if before in _LEADS_YEAR else 1900) <= number.low <= 2039:
        return False
    follows = _LOWER_WORD.match(text, number.end) is not None
    return before in _LEADS_YEAR or number.low % 100 != 0 or not follows
