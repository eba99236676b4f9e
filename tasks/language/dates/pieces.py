"""The pieces that expressions of dates are made of: tokens at a place in, a number and the next place out.

Small counts, days of the month, names of months, and years with what leads to them. Numbers that are times, shares or
parts of longer numbers are refused.
"""

from __future__ import annotations

from tasks.language.dates.tokens import Tokens

ORDINAL_ENDINGS = frozenset(["st", "nd", "rd", "th"])
# before a bare month or year these say that it is one
LEADS = frozenset(
    "in since until till by from to of before after during through throughout between and around late early for".split()
)
DASHES = ("-", "–", "—")
# the shift of years or weeks that a deictic says
SHIFTS = {"last": -1, "this": 0, "next": 1}


def two_digit_year(value: int) -> int:
    """The year meant by two digits: 00-39 in this century, 40-99 in the last."""
    return 2000 + value if value < 40 else 1900 + value


def number(t: Tokens, i: int) -> tuple[int, int, int] | None:
    """A small count at i as low, high and the place after: "two", "twenty-five", "a few", "two or three", 48."""
    low = t.low
    j = i
    if low[j] == "a" and low[j + 1] in ("few", "couple", "dozen", "hundred"):
        j += 1
    if low[j] in t.words.vague_numbers:
        first, last = t.words.vague_numbers[low[j]]
        return first, last, j + 1 + (low[j + 1] == "of")
    if low[j] in ("a", "an"):
        return 1, 1, j + 1
    exact = _exact_number(t, j)
    if exact is None:
        return None
    value, j = exact
    if low[j] in ("or", "to") and low[j + 1] not in ("a", "an") and low[j] != low[i]:
        second = number(t, j + 1)
        if second is not None and second[0] > value:
            return value, second[1], second[2]
    return value, value, t.sequence(j, ("and", "a", "half")) or j


def _exact_number(t: Tokens, j: int) -> tuple[int, int] | None:
    """A whole number at j in digits or words, and the place after it: 48, "twenty-five", "two dozen"."""
    low, numbers = t.low, t.words.numbers
    word = low[j]
    if word.isdecimal():
        return None if len(word) > 3 or t.joined(j) else (int(word), j + 1)
    value = numbers.get(word)
    if value is None:
        return None
    if value in range(20, 100, 10) and low[j + 1] == "-" and numbers.get(low[j + 2], 10) < 10:
        return value + numbers[low[j + 2]], j + 3
    if value < 10 and low[j + 1] in ("hundred", "dozen"):
        return value * numbers[low[j + 1]], j + 2
    return value, j + 1


def month_word(t: Tokens, i: int) -> tuple[int, int] | None:
    """The month named at i and the place after it, a full stop after a short form taken along."""
    month = t.words.months.get(t.low[i])
    if month is not None:
        return month, i + 1
    month = t.words.months_short.get(t.low[i])
    if month is None:
        return None
    return month, i + 1 + (t.low[i + 1] == "." and t.joined(i))


def day_number(t: Tokens, i: int) -> tuple[int, int] | None:
    """A day of the month at i, "5" or "5th", and the place after it."""
    word = t.low[i]
    if not word.isdecimal() or len(word) > 2 or not 1 <= int(word) <= 31:
        return None
    if t.low[i + 1] in ORDINAL_ENDINGS and t.starts[i + 1] - t.ends[i] <= 1:
        return int(word), i + 2
    return int(word), i + 1


def year_word(t: Tokens, i: int, may_be_short: bool = False) -> tuple[int, int] | None:
    """A year at i and the place after it; two digits only after an apostrophe or where `may_be_short`."""
    if t.low[i] in ("'", "’") and t.joined(i) and len(t.low[i + 1]) == 2 and t.low[i + 1].isdecimal():
        return two_digit_year(int(t.low[i + 1])), i + 2
    word = t.low[i]
    if not word.isdecimal() or (t.joined(i) and not may_follow_number(t, i + 1)):
        return None
    if len(word) == 4 and 1700 <= int(word) <= 2099:
        return int(word), i + 1
    if len(word) == 2 and may_be_short:
        return two_digit_year(int(word)), i + 1
    return None


def may_follow_number(t: Tokens, j: int) -> bool:
    """Whether the mark that touches a number from behind leaves it a number of its own."""
    mark = t.low[j]
    if mark in (",", ".", ":"):
        return not (t.joined(j) and t.low[j + 1].isdecimal() and len(t.low[j + 1]) != 4)
    if mark in ("-", "/"):
        return t.low[j] == "-" and not (t.joined(j) and t.low[j + 1][:1].isalnum())
    return not mark[:1].isalpha() and mark != "%"


def year_after(t: Tokens, j: int, may_be_short: bool = False) -> tuple[int | None, int | None, int]:
    """What year follows at j: (year, shift from the anchor's, place after); "2021", ", 2021", "of last year"."""
    k = j + (t.low[j] in (",", "of", "."))
    found = year_word(t, k, may_be_short)
    if found is not None and (t.low[j] != "." or len(t.low[k]) == 4):
        return found[0], None, found[1]
    shift = SHIFTS.get(t.low[k])
    if shift is not None and t.low[k + 1] == "year":
        return None, shift, k + 2
    return None, None, j
