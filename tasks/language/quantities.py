"""Counts of people and things in running English: a text in, number phrases with their lowest and highest value out.

Words with no exact value take their bounds from the vocabulary `quantities`; exact ones are composed ("twenty-five
hundred to thirty-five hundred"). Dates, ages, money, measures, times, ordinals and designations ("AK-47") are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from text_to_num import text2num

from tasks import vocabularies

_BEFORE = re.compile(r"([^\W\d_]+|\d|\S)([\s.]*)$")
_HEAD = re.compile(r"\d[\d,]*|[^\W\d_]+")
# thousands are set off by commas, or by the spaces that do not break a line
_DIGITS = re.compile(r"(\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+(?:\.\d+)?)(?![\d,]*\d)")
_JOINT = re.compile(r"\s*(?:-|–|—|\bto\b|\bor\b|\band\b)\s*", re.IGNORECASE)
# "20 but possibly as many as 35", "scores and possibly hundreds"
_GUESS = re.compile(
    r",?\s+(?:(?:and|or|but)\s+)?(?:possibly|perhaps|maybe)\s+(?:as\s+many\s+as\s+|up\s+to\s+|even\s+)?", re.IGNORECASE
)
_AFTER = re.compile(r"[\s-]*([^\W\d_]+(?:[.'’][^\W\d_]+)?|%|°)")
_MORE = re.compile(r"\s+(?:more|others?|additional|further)\b(?!\s+than\b)", re.IGNORECASE)
_OR_MORE = re.compile(r"\s*\+|\s+or\s+more\b|[\s-]plus\b", re.IGNORECASE)
_OR_SO = re.compile(r"\s+or\s+so\b", re.IGNORECASE)
_PLAIN_WORD = re.compile(r" ([a-z]+)(?= )")
_ARTICLE = re.compile(r"\s+[“\"'‘]?\w")
_LEADS_RANGE = re.compile(r"(?:between|from)\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+[\w,.-]+(?:\s+\w+)?$", re.IGNORECASE)
_LOWER_WORD = re.compile(r"\s+[a-z]")
_NAME_COMMA = re.compile(r"[A-Z][\w’'-]+,\s*$")
_AGED = re.compile(r"\bage[ds]?\s+(?:(?:of|between|from)\s+)?(?:\w+\s*(?:and|to|or|-)\s*)?$", re.IGNORECASE)
_TAKEN = re.compile(r"\b(?:t[ao]+k(?:es?|en|ing)?|control)\s+$", re.IGNORECASE)
_SPACES = re.compile(r"[\s-]+")
# "no longer", "no doubt" count nothing
_NOT_ZERO = re.compile(r"\.|\s+(?:longer|later|sooner|more|less|fewer|doubt|matter|further|other|way)\b", re.IGNORECASE)
_LEADS_YEAR = frozenset(
    ["in", "since", "of", "until", "by", "from", "during", "before", "after", "early", "late", "mid", "between"]
)
_LARGEST = 2**31 - 1  # counts are int32 columns


@dataclass(frozen=True, slots=True)
class QuantitySpan:
    """One number phrase at `text[start:end]`: bounds, either open (None), and whether it comes on top ("two more")."""

    start: int
    end: int
    text: str
    low: int | None
    high: int | None
    is_additional: bool = False


@dataclass(frozen=True, slots=True)
class _Item:
    """One number inside a phrase: its bounds, where it ends, the scale word it ended on, its value before that."""

    low: int
    high: int | None
    end: int
    scale: int = 1
    mantissa: int = 0
    is_digits: bool = False

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


def _either(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases, the longest first, whatever white space is between their words."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest_first)


@cache
def _word_value(run: str) -> int | None:
    try:
        return int(text2num(run, "en"))
    except ValueError:
        return None


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) or value == "" else int(str(value).removesuffix(".0"))


class Quantities:
    """Reads number phrases with the vocabularies `quantities` (phrase, low, high) and `number_words` (kind, word).

    `number_words` names what qualifies a number ("at least") and what stands beside numbers that count nothing:
    units of measure, designations, months, currencies. Where it is not given, the checked-in one is read.
    """

    def __init__(self, quantities: pd.DataFrame, number_words: pd.DataFrame | None = None) -> None:
        number_words = vocabularies.load("number_words") if number_words is None else number_words
        of_kind: dict[str, set[str]] = {}
        for kind, word in zip(number_words["kind"], number_words["word"], strict=True):
            of_kind.setdefault(kind, set()).add(word)
        # "more than 10" is 11 and open, "up to 10" open and 10, "about 10" 10 and 10, "another 10" comes on top
        kinds = ("at_least", "more_than", "up_to", "fewer_than", "about", "additional")
        self._qualifiers = {phrase: kind for kind in kinds for phrase in sorted(of_kind.get(kind, ()))}
        self._qualifier = re.compile(rf"(?:{_either(self._qualifiers)})\s+", re.IGNORECASE)
        self._qualifier_heads = frozenset(phrase.split()[0] for phrase in self._qualifiers)
        self._units = frozenset(of_kind.get("unit", ()))
        self._designations = frozenset(of_kind.get("designation", ()))
        self._months = frozenset(of_kind.get("month", ()))
        self._currencies = frozenset(of_kind.get("currency", ()))
        self._bounds: dict[str, tuple[int, int | None]] = {}
        for row in quantities.to_dict("records"):
            low = _whole(row["low"])
            self._bounds[row["phrase"]] = (0 if low is None else low, _whole(row["high"]))
        exact = {p: low for p, (low, high) in self._bounds.items() if low == high and p.isalpha()}
        self._scales = {word: value for word, value in exact.items() if value >= 100 or word == "dozen"}
        spoken = [word for word, value in exact.items() if value in range(1, 100) and _word_value(word) == value]
        self._spoken = frozenset([*spoken, *(word for word in self._scales if word != "dozen")])
        words, scales = _either(self._spoken), _either(self._scales)
        self._phrase = re.compile(rf"(?:{_either(self._bounds)})(?!\w)", re.IGNORECASE)
        self._run = re.compile(
            rf"(?:a\s+(?={scales}))?(?:{words})(?:(?:\s+and\s+|[\s-]+)(?:{words}))*(?!\w)", re.IGNORECASE
        )
        self._first_word = re.compile(rf"(?:{words})(?!\w)", re.IGNORECASE)
        self._scale = re.compile(rf"[\s-]?({scales})(?!\w)", re.IGNORECASE)
        self._refused = re.compile(rf"[\d.,:/-]*\d\w*(?:[\s-]?(?:{scales})(?!\w))?", re.IGNORECASE)
        heads = {_HEAD.match(p).group().lower() for p in [*self._bounds, *self._qualifiers]}  # type: ignore[union-attr]
        seconds = {
            phrase.split()[1] for phrase in [*self._bounds, *self._qualifiers] if phrase.startswith(("a ", "an "))
        }
        self._after_article = frozenset(
            {word.split("-")[0] for word in seconds}
            | set(self._scales)
            | self._units
            | {"more", "other", "or", "and", "to"}
        )
        self._heads = frozenset(heads | self._spoken | {"between", "from"})

    def find(self, text: str) -> list[QuantitySpan]:
        """Number phrases in `text`, in order, not overlapping; articles ("a", "an") count as one. Never raises."""
        spans: list[QuantitySpan] = []
        floor = 0
        for head in _HEAD.finditer(text):
            start = head.start()
            word = head.group()
            if start < floor or (not word[0].isdecimal() and word.lower() not in self._heads):
                continue
            span = self._article(text, head) if word in ("a", "an") else None
            span = span or self._read_at(text, start)
            if span is not None:
                spans.append(span)
                floor = span.end
            elif word[0].isdecimal():
                floor = max(floor, self._past_digits(text, start))
        return spans

    def read(self, text: str) -> tuple[int | None, int | None] | None:
        """Low and high of one number phrase ("at least a dozen" is 12 and None); None where it is none."""
        spans = self.find(text)
        return (spans[0].low, spans[0].high) if spans else None

    def _article(self, text: str, head: re.Match[str]) -> QuantitySpan | None:
        """A plain article before a plain word, which most sentences are full of; None where it needs a closer look."""
        following = _PLAIN_WORD.match(text, head.end())
        if (
            following is None
            or following.group(1) in self._after_article
            or not text[head.start() - 1 : head.start()].isspace()
        ):
            return None
        return QuantitySpan(head.start(), head.end(), head.group(), 1, 1)

    def _past_digits(self, text: str, start: int) -> int:
        """The end of what a refused number is part of ("2011-11-20", "10:30"): its tail is no count either."""
        match = self._refused.match(text, start)
        return match.end() if match else start + 1

    def _read_at(self, text: str, start: int) -> QuantitySpan | None:
        position, kind = start, None
        is_additional = False
        for _ in range(3):  # "at least another 12"
            head = _HEAD.match(text, position)
            is_qualifier = head is not None and head.group().lower() in self._qualifier_heads
            match = self._qualifier.match(text, position) if is_qualifier else None
            if match is None or (
                match.group()[:4].lower() == "over" and _TAKEN.search(text, max(0, position - 12), position)
            ):
                break  # "took over 10 villages" is ten of them
            found = self._qualifiers[_SPACES.sub(" ", match.group().strip().lower())]
            if found == "additional":
                is_additional = True
            elif kind is None or kind == "about":
                kind = found
            position = match.end()
        leads_range = _LEADS_RANGE.match(text, position)
        if leads_range and kind is None:
            position = leads_range.end()
        item = self._item(text, position)
        if item is None:
            # "some", "another" and "only" are worth a look as what the table says of them
            return None if position == start else self._plain(text, start)
        is_article = text[position : item.end].lower() in ("a", "an", "no", "none", "both")
        if (leads_range and not self._second(text, item)) or (is_article and position > start):
            return None  # "over a third", "close to an airport"
        if self._is_refused_before(text, start, position, item) or self._is_age(text, start, item.end):
            return None
        low, high, end = item.low, item.high, item.end
        second = None if is_article else self._second(text, item)
        if second is not None:
            low, high, end = self._span_of(item, second)
        if high is not None and (high > _LARGEST or low > high):
            return None
        if self._is_refused_after(text, end, text[position:end].lower() in ("a", "an")):
            return None
        if text[position:end].lower() == "no" and _NOT_ZERO.match(text, end):
            return None
        if (suffix := _OR_MORE.match(text, end)) is not None and kind is None and item.low > 0:
            kind, end = "at_least", suffix.end()
        elif (suffix := _OR_SO.match(text, end)) is not None:
            end = suffix.end()
        if (more := _MORE.match(text, end)) is not None:
            is_additional, end = True, more.end()
        is_additional = is_additional or text[position:end].lower().startswith("another")
        # "at least 20 but possibly 35" is closed
        bounds = self._bounded(None if second is not None and kind == "at_least" else kind, low, high)
        if bounds is None:
            return None
        return QuantitySpan(start, end, text[start:end], *bounds, is_additional)

    def _plain(self, text: str, start: int) -> QuantitySpan | None:
        """A qualifier that is itself a quantity: "another policeman"."""
        match = self._phrase.match(text, start)
        if match is None:
            return None
        word = _SPACES.sub(" ", match.group().lower())
        if self._is_refused_after(text, match.end()):
            return None
        low, high = self._bounds[word]
        return QuantitySpan(start, match.end(), match.group(), low, high, word == "another")

    def _bounded(self, kind: str | None, low: int, high: int | None) -> tuple[int | None, int | None] | None:
        match kind:
            case "at_least":
                return low, None
            case "more_than":
                return low + (low == high), None
            case "up_to":
                return None, low if high is None else high
            case "fewer_than":
                top = low if high is None else high
                return (None, top - 1) if top > 0 else None
            case _:
                return low, high

    def _item(self, text: str, position: int) -> _Item | None:
        """The number at `position`: digits with an optional scale word, number words, or a phrase of the table."""
        digits = _DIGITS.match(text, position)
        if digits is not None:
            written = digits.group(1).replace(",", "").replace("\u00a0", "").replace("\u202f", "")
            end = digits.end()
            scale = self._scale.match(text, end)
            factor = self._scales[scale.group(1).lower()] if scale else 1
            if scale:
                end = scale.end()
            if (
                len(written) > 12
                or (written[0] == "0" and len(written) > 1)
                or (end < len(text) and (text[end].isalpha() or text[end] == "_"))
            ):
                return None
            value = float(written) * factor
            if value != int(value) or value > _LARGEST:
                return None
            mantissa = int(float(written))
            return _Item(int(value), int(value), end, factor, mantissa, factor == 1)
        phrase = self._phrase.match(text, position)
        run = self._run.match(text, position)
        if run is not None and (phrase is None or run.end() >= phrase.end()):
            return self._spoken_item(text, run)
        if phrase is None:
            return None
        low, high = self._bounds[_SPACES.sub(lambda m: "-" if "-" in m.group() else " ", phrase.group().lower())]
        return _Item(low, high, phrase.end())

    def _spoken_item(self, text: str, run: re.Match[str]) -> _Item | None:
        words = run.group().lower()
        has_article = words.startswith("a") and words[1:2].isspace()
        spoken = _SPACES.sub(" ", "one " + words[1:] if has_article else words).strip()
        value, end = _word_value(spoken), run.end()
        if value is None and not has_article:
            first = self._first_word.match(text, run.start())
            if first is None:
                return None
            value, end = self._bounds[first.group().lower()][0], first.end()
        if value is None:
            return None
        last = spoken.split()[-1]
        factor = self._scales.get(last, 1) if end == run.end() else 1
        dozen = self._scale.match(text, end)
        if dozen is not None and dozen.group(1).lower() == "dozen":
            return _Item(value * 12, value * 12, dozen.end(), 12, value)
        return _Item(value, value, end, factor, value // factor) if value <= _LARGEST else None

    def _second(self, text: str, first: _Item) -> _Item | None:
        """The upper end of a range that follows: "20 to 30", "10 or 12", "20-30"; "and" only after "between"."""
        guess = _GUESS.match(text, first.end)
        if guess is not None:
            return self._item(text, guess.end())
        joint = _JOINT.match(text, first.end)
        if joint is None:
            return None
        word = joint.group().strip().lower()
        second = self._item(text, joint.end())
        if second is None or (not word.isalpha() and not (first.is_digits or second.is_digits or first.is_exact)):
            return None
        low, high, _ = self._span_of(first, second)
        if high is not None and low >= high:
            return None
        if word == "and":
            before = text[max(0, first.end - 60) : first.end]
            return second if _BETWEEN.search(before) else None
        if word == "or" and not (first.is_exact and second.is_exact):
            return None
        is_article = text[joint.end() : second.end].lower() in ("a", "an", "no", "another", "none", "both", "single")
        return None if is_article else second

    def _span_of(self, first: _Item, second: _Item) -> tuple[int, int | None, int]:
        low = first.low
        if second.scale > 1 and first.scale == 1 and first.low < second.mantissa:
            low = first.low * second.scale  # "two to three thousand"
        return low, second.high, second.end

    def _is_refused_before(self, text: str, start: int, position: int, item: _Item) -> bool:
        """Money, designations, dates and years, by what stands before the number."""
        before = _BEFORE.search(text, max(0, position - 40), position)
        if before is None:
            return bool(item.is_digits and self._is_year(text, position, item, ""))
        word, gap = before.group(1), before.group(2)
        lowered = word.lower()
        if not gap and (word.isalnum() or word in "-/.:,#+_–'’"):
            return not (word in "–,'’" and not item.is_digits) and not (
                word == "-" and text[max(0, position - 2)].isspace()
            )
        if word in "$€£¥₦₹#" or lowered in self._currencies:
            return True
        if item.is_digits and (lowered in self._months or lowered in self._designations):
            return not (lowered in self._designations and position > start)
        return item.is_digits and self._is_year(text, position, item, lowered)

    def _is_age(self, text: str, start: int, end: int) -> bool:
        """ "Amina Yusuf, 28, was shot", "aged between 14 and 28", and the marks of footnotes, "[1]"."""
        if text[start - 1 : start] == "[" and text[end : end + 1] == "]":
            return True
        before = text[max(0, start - 30) : start]
        if text[end : end + 1] in (",", ".", ")") and _NAME_COMMA.search(before) and text[start:end].isdecimal():
            return text[end : end + 1] == "," and end - start == 2
        return _AGED.search(before) is not None

    def _is_year(self, text: str, position: int, item: _Item, before: str) -> bool:
        written = text[position : item.end]
        if len(written) != 4 or not (1800 if before in _LEADS_YEAR else 1900) <= item.low <= 2039:
            return False
        follows = _LOWER_WORD.match(text, item.end) is not None
        return before in _LEADS_YEAR or item.low % 100 != 0 or not follows

    def _is_refused_after(self, text: str, end: int, is_article: bool = False) -> bool:
        """Measures, ages, ordinals, times and month names, by what stands after the number."""
        if is_article and _ARTICLE.match(text, end) is None:
            return True
        tail = text[end : end + 2]
        if tail[:1] in ("%", "°") or (tail[:1] in (":", "/", ".", ",", "-") and tail[1:].isdecimal()):
            return True
        after = _AFTER.match(text, end)
        if after is None:
            return False
        word = after.group(1).lower()
        if text[end : end + 1] in ("-", "–") and text[end + 1 : end + 2].isalpha():
            return not _OR_MORE.match(text, end)
        if word in self._units or (word.split(".")[0] in ("a", "p") and word.endswith("m") and "." in word):
            return True
        return not is_article and word in self._months and text[after.start(1)].isupper()
