"""Number phrases in running text: a text in, spans with lowest and highest value out.

A phrase is a number or a range with what qualifies it ("at least another 12", "between 20 and 30 or so"). Articles
count as one. Numbers that count nothing are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from tasks import vocabularies
from tasks.language.quantities.numbers import LARGEST, Number, number_at, range_end, range_of
from tasks.language.quantities.refusals import OR_MORE, is_age, is_no_zero, is_refused_after, is_refused_before
from tasks.language.quantities.words import HEAD, SPACES, NumberWords, compile_number_words

_MORE = re.compile(r"\s+(?:more|others?|additional|further)\b(?!\s+than\b)", re.IGNORECASE)
_OR_SO = re.compile(r"\s+or\s+so\b", re.IGNORECASE)
_PLAIN_WORD = re.compile(r" ([a-z]+)(?= )")
_LEADS_RANGE = re.compile(r"(?:between|from)\s+", re.IGNORECASE)
# "took over 10 villages" is ten of them
_TAKEN = re.compile(r"\b(?:t[ao]+k(?:es?|en|ing)?|control)\s+$", re.IGNORECASE)
_TAKEN_BEFORE = 12  # characters in which that is looked for
_MOST_QUALIFIERS = 3  # "at least another 12"
_ARTICLES = ("a", "an", "no", "none", "both")


@dataclass(frozen=True, slots=True)
class QuantitySpan:
    """One number phrase at `text[start:end]`: bounds, either open (None), and whether it comes on top ("two more")."""

    start: int
    end: int
    text: str
    low: int | None
    high: int | None
    is_additional: bool = False


class Quantities:
    """Reads number phrases with the vocabularies `quantities` (phrase, low, high) and `number_words` (kind, word).

    `number_words` names what qualifies a number ("at least") and what stands beside numbers that count nothing:
    units of measure, designations, months, currencies. Where it is not given, the checked-in one is read.
    """

    def __init__(self, quantities: pd.DataFrame, number_words: pd.DataFrame | None = None) -> None:
        number_words = vocabularies.load("number_words") if number_words is None else number_words
        self._words = compile_number_words(quantities, number_words)

    def find(self, text: str) -> list[QuantitySpan]:
        """Number phrases in `text`, in order, not overlapping; articles ("a", "an") count as one. Never raises."""
        words = self._words
        spans: list[QuantitySpan] = []
        floor = 0
        for head in HEAD.finditer(text):
            start, word = head.start(), head.group()
            if start < floor or (not word[0].isdecimal() and word.lower() not in words.heads):
                continue
            span = _article(text, head, words) if word in ("a", "an") else None
            span = span or _phrase_at(text, start, words)
            if span is not None:
                spans.append(span)
                floor = span.end
            elif word[0].isdecimal():
                floor = max(floor, _past_digits(text, start, words))
        return spans

    def read(self, text: str) -> tuple[int | None, int | None] | None:
        """Low and high of one number phrase ("at least a dozen" is 12 and None); None where it is none."""
        spans = self.find(text)
        return (spans[0].low, spans[0].high) if spans else None


def _article(text: str, head: re.Match[str], words: NumberWords) -> QuantitySpan | None:
    """A plain article before a plain word, which most sentences are full of; None where it needs a closer look."""
    following = _PLAIN_WORD.match(text, head.end())
    if following is None or following.group(1) in words.after_article:
        return None
    if not text[head.start() - 1 : head.start()].isspace():
        return None
    return QuantitySpan(head.start(), head.end(), head.group(), 1, 1)


def _past_digits(text: str, start: int, words: NumberWords) -> int:
    """The end of what a refused number is part of ("2011-11-20", "10:30"): its tail is no count either."""
    match = words.patterns.digits_with_tail.match(text, start)
    return match.end() if match else start + 1


def _phrase_at(text: str, start: int, words: NumberWords) -> QuantitySpan | None:
    """The number phrase that begins at `start`; None where none does, or where it counts nothing."""
    qualified = _qualifiers(text, start, words)
    position = qualified.end
    leads_range = _LEADS_RANGE.match(text, position)
    if leads_range and qualified.kind is None:
        position = leads_range.end()
    first = number_at(text, position, words)
    if first is None:
        # "some", "another" and "only" are worth a look as what the table says of them
        return None if position == start else _qualifier_alone(text, start, words)
    second = range_end(text, first, words)
    is_article = text[position : first.end].lower() in _ARTICLES
    if (leads_range and second is None) or (is_article and position > start):
        return None  # "over a third", "close to an airport"
    if is_refused_before(text, start, position, first, words) or is_age(text, start, first.end):
        return None
    return _whole_phrase(text, _Beginning(start, position, qualified), first, None if is_article else second, words)


@dataclass(frozen=True, slots=True)
class _Qualified:
    """What qualifies a number: the kind of bound it makes, whether the number comes on top, and the number's place."""

    kind: str | None
    is_additional: bool
    end: int


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Where a phrase begins, where the number in it does, and what qualifies it."""

    start: int
    position: int
    qualified: _Qualified


def _qualifiers(text: str, start: int, words: NumberWords) -> _Qualified:
    """The qualifiers at `start`, up to three of them."""
    position, kind, is_additional = start, None, False
    for _ in range(_MOST_QUALIFIERS):
        head = HEAD.match(text, position)
        is_qualifier = head is not None and head.group().lower() in words.qualifier_heads
        match = words.patterns.qualifier.match(text, position) if is_qualifier else None
        if match is None or _is_taken(text, position, match):
            break
        found = words.qualifiers[SPACES.sub(" ", match.group().strip().lower())]
        if found == "additional":
            is_additional = True
        elif kind is None or kind == "about":
            kind = found
        position = match.end()
    return _Qualified(kind, is_additional, position)


def _is_taken(text: str, position: int, qualifier: re.Match[str]) -> bool:
    """Whether "over" belongs to the verb before it and not to the number ("took over 10 villages")."""
    before = max(0, position - _TAKEN_BEFORE)
    return qualifier.group()[:4].lower() == "over" and _TAKEN.search(text, before, position) is not None


def _qualifier_alone(text: str, start: int, words: NumberWords) -> QuantitySpan | None:
    """A qualifier that is itself a quantity ("another policeman")."""
    match = words.patterns.phrase.match(text, start)
    if match is None or is_refused_after(text, match.end(), words):
        return None
    word = SPACES.sub(" ", match.group().lower())
    return QuantitySpan(start, match.end(), match.group(), *words.bounds[word], word == "another")


def _whole_phrase(
    text: str, beginning: _Beginning, first: Number, second: Number | None, words: NumberWords
) -> QuantitySpan | None:
    """The phrase with what follows its number ("or more", "others"); None where that makes it no count."""
    start, position, kind = beginning.start, beginning.position, beginning.qualified.kind
    low, high, end = (first.low, first.high, first.end) if second is None else range_of(first, second)
    if high is not None and (high > LARGEST or low > high):
        return None
    number = text[position:end].lower()
    if is_refused_after(text, end, words, number in ("a", "an")) or (number == "no" and is_no_zero(text, end)):
        return None
    if (suffix := OR_MORE.match(text, end)) is not None and kind is None and first.low > 0:
        kind, end = "at_least", suffix.end()
    elif (suffix := _OR_SO.match(text, end)) is not None:
        end = suffix.end()
    is_additional = beginning.qualified.is_additional
    if (more := _MORE.match(text, end)) is not None:
        is_additional, end = True, more.end()
    is_additional = is_additional or text[position:end].lower().startswith("another")
    # "at least 20 but possibly 35" is closed
    bounds = _bounded(None if second is not None and kind == "at_least" else kind, low, high)
    return None if bounds is None else QuantitySpan(start, end, text[start:end], *bounds, is_additional)


def _bounded(kind: str | None, low: int, high: int | None) -> tuple[int | None, int | None] | None:
    """The bounds of a number as what qualifies it moves them; None where fewer than nothing would be left."""
    match kind:
        # "more than 10" may be 11, but whoever codes news by hand enters the number that is told
        case "at_least" | "more_than":
            return low, None
        case "up_to":
            return None, low if high is None else high
        case "fewer_than":
            top = low if high is None else high
            return (None, top - 1) if top > 0 else None
        case _:
            return low, high
