"""One number in a text, in digits or words, and the upper end of a range: a position in, value and end out.

"1,200", "2.5 million", "twenty-five hundred", "dozens", "20 to 30". What is no whole number, or none that a count can
have, is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.language.quantities.words import SPACES, NumberWords, spoken_value

LARGEST = 2**31 - 1  # counts are int32 columns
# thousands are set off by commas, apostrophes or the spaces that do not break a line, by others in round numbers alone:
# "on May 12 300 people"
_DIGITS = re.compile(r"(\d{1,3}(?:[,'’\u00a0\u202f]\d{3})+|\d{1,3}(?: \d{3})* 000|\d+(?:\.\d+)?)(?![\d,]*\d)")
# "1 467 dead", but not "on May 12 300 people", "Flight 212 300 passengers"
_SPACED = re.compile(r"[1-9]\d{0,2}(?: \d{3})+(?![\d,.]*\d)(?= [a-z]|$)")
_BEHIND_NAME = re.compile(r"(?:\b[A-Z][\w.]*|\d|\b(?:on|of|the|in|until|since|before|after|from|by)) $")
_MARKS = re.compile(r"[,'’\s]")
# "25.000", but not "2.500 million"
_DOTTED = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_MOST_DIGITS = 12
_JOINT = re.compile(r"\s*(?:-|–|—|\bto\b|\bor\b|\band\b)\s*", re.IGNORECASE)
# "20 but possibly as many as 35", "scores and possibly hundreds", "hundreds if not thousands"
_GUESS = re.compile(
    r",?\s+(?:(?:and|or|but)\s+)?(?:possibly|perhaps|maybe|if\s+not)\s+(?:as\s+many\s+as\s+|up\s+to\s+|even\s+)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\s+[\w,.-]+(?:\s+\w+)?$", re.IGNORECASE)
_BEFORE_SECOND = 60  # characters in which "between" is looked for
_NO_SECOND = ("a", "an", "no", "another", "none", "both", "single")


@dataclass(frozen=True, slots=True)
class Number:
    """One number inside a phrase: its bounds, where it ends, the scale word it ended on, its value before that."""

    low: int
    high: int | None
    end: int
    scale: int = 1
    mantissa: int = 0
    is_digits: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether it has one value."""
        return self.low == self.high


def number_at(text: str, position: int, words: NumberWords) -> Number | None:
    """The number at `position`: digits with an optional scale word, number words, or a phrase of the table."""
    digits = _DIGITS.match(text, position)
    if digits is not None:
        return _spaced(text, position) or _in_digits(text, digits, words)
    phrase = words.patterns.phrase.match(text, position)
    spoken = words.patterns.spoken.match(text, position)
    if spoken is not None and (phrase is None or spoken.end() >= phrase.end()):
        return _in_words(text, spoken, words)
    if phrase is None:
        return None
    written = SPACES.sub(lambda gap: "-" if "-" in gap.group() else " ", phrase.group().lower())
    return Number(*words.bounds[written], phrase.end())


def _spaced(text: str, position: int) -> Number | None:
    """Digits in threes with plain spaces between, before what they count and behind no name that they may belong to."""
    found = _SPACED.match(text, position)
    if found is None or _BEHIND_NAME.search(text, max(0, position - _BEFORE_SECOND), position):
        return None
    value = int(found.group().replace(" ", ""))
    return Number(value, value, found.end(), mantissa=value, is_digits=True) if value <= LARGEST else None


def _in_digits(text: str, digits: re.Match[str], words: NumberWords) -> Number | None:
    """Digits with an optional scale word: "1,200", "2.5 million"."""
    written = _MARKS.sub("", digits.group(1))
    end = digits.end()
    scale = words.patterns.scale.match(text, end)
    if scale is None and _DOTTED.fullmatch(written):
        written = written.replace(".", "")
    factor = words.scales[scale.group(1).lower()] if scale else 1
    end = scale.end() if scale else end
    has_zeros = written[0] == "0" and len(written) > 1
    if len(written) > _MOST_DIGITS or has_zeros or (end < len(text) and (text[end].isalpha() or text[end] == "_")):
        return None
    value = float(written) * factor
    if value != int(value) or value > LARGEST:
        return None
    return Number(int(value), int(value), end, factor, int(float(written)), factor == 1)


def _in_words(text: str, run: re.Match[str], words: NumberWords) -> Number | None:
    """A number in words, or the first of them where together they are none: "twenty-five", "a hundred", "two dozen"."""
    written = run.group().lower()
    has_article = written.startswith("a") and written[1:2].isspace()
    spoken = SPACES.sub(" ", "one " + written[1:] if has_article else written).strip()
    value, end = spoken_value(spoken), run.end()
    if value is None and not has_article:
        first = words.patterns.first_spoken.match(text, run.start())
        if first is None:
            return None
        value, end = words.bounds[first.group().lower()][0], first.end()
    if value is None:
        return None
    dozen = words.patterns.scale.match(text, end)
    if dozen is not None and dozen.group(1).lower() == "dozen":
        return Number(value * 12, value * 12, dozen.end(), 12, value)
    factor = words.scales.get(spoken.split()[-1], 1) if end == run.end() else 1
    return Number(value, value, end, factor, value // factor) if value <= LARGEST else None


def range_end(text: str, first: Number, words: NumberWords) -> Number | None:
    """The upper end of a range that follows: "20 to 30", "10 or 12", "20-30"; "and" only after "between"."""
    guess = _GUESS.match(text, first.end)
    if guess is not None:
        return number_at(text, guess.end(), words)
    joint = _JOINT.match(text, first.end)
    if joint is None:
        return None
    second = number_at(text, joint.end(), words)
    if second is None or not _can_join(joint.group().strip().lower(), first, second):
        return None
    low, high, _ = range_of(first, second)
    if high is not None and low >= high:
        return None
    if joint.group().strip().lower() == "and":
        return second if _BETWEEN.search(text[max(0, first.end - _BEFORE_SECOND) : first.end]) else None
    return None if text[joint.end() : second.end].lower() in _NO_SECOND else second


def _can_join(joint: str, first: Number, second: Number) -> bool:
    """Whether two numbers with this word or dash between them can be a range."""
    if not joint.isalpha() and not (first.is_digits or second.is_digits or first.is_exact):
        return False
    return joint != "or" or (first.is_exact and second.is_exact)


def range_of(first: Number, second: Number) -> tuple[int, int | None, int]:
    """Lowest and highest value and the end of a range; a scale word of its end counts for its beginning too."""
    low = first.low
    if second.scale > 1 and first.scale == 1 and first.low < second.mantissa:
        low = first.low * second.scale  # "two to three thousand"
    return low, second.high, second.end
