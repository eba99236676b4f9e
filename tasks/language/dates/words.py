"""The words of dates: the vocabularies `date_words` and `holidays` as look-up tables, and a text cut into tokens.

In go the two frames and any text; out come dictionaries and tokens with offsets in code points. No word is
known here that is not a row of those vocabularies, but for the closed function words in the grammar's rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import pandas as pd

from tasks import vocabularies

_TOKEN = re.compile(r"\d+|[^\W\d_]+|\S")
_WORD = re.compile(r"\d+|[^\W\d_]+")
# after an expression like "weeks earlier" these say that nothing is left to count from
CLOSING = frozenset(["", ".", ",", ";", ")", "(", ":", "”", '"', "—", "–", "when", "and", "but", "in", "at", "by"])
# words that open an expression without being in a vocabulary: articles, deictics, parts of a stretch
_OPENERS = frozenset(
    (
        *("the", "a", "an", "this", "last", "next", "past", "that", "previous", "following", "preceding", "same"),
        *("coming", "recent", "current", "late", "early", "earlier", "later", "mid", "middle", "end", "beginning"),
        *(
            "start",
            "half",
            "day",
            "night",
            "morning",
            "evening",
            "afternoon",
            "overnight",
            "outset",
            "in",
            "within",
            "eve",
            "q",
            "h",
        ),
    )
)


@dataclass(frozen=True)
class Words:
    """Look-up tables of the two vocabularies, all keys in lower case."""

    weekdays: dict[str, int]
    weekdays_short: dict[str, int]
    months: dict[str, int]
    months_short: dict[str, int]
    seasons: dict[str, int]
    units: dict[str, str]
    day_words: dict[str, int]
    numbers: dict[str, int]
    vague_numbers: dict[str, tuple[int, int]]
    ordinals: dict[str, int]
    parts_of_day: frozenset[str]
    clock_words: dict[str, int]
    zones: frozenset[str]
    weekday_titles: frozenset[str]
    weekday_nouns: frozenset[str]
    named_after_days: frozenset[str]
    feasts: frozenset[str]
    fiscal: frozenset[str]
    not_weekdays: frozenset[str]
    holidays: dict[tuple[str, ...], str] = field(default_factory=dict)  # tokens of a name -> the name
    holiday_days: dict[str, list[tuple[int, date, date]]] = field(default_factory=dict)  # name -> (year, start, end)
    holiday_heads: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)  # first token -> names, longest first
    openers: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()  # a text without one of these and without a digit dates nothing


def _day(value: object) -> date:
    return value if type(value) is date else pd.Timestamp(str(value)).date()


def compile_words(date_words: pd.DataFrame, holidays: pd.DataFrame) -> Words:
    """The tables of `date_words` (kind, word, value) and `holidays` (name, year, date_start, date_end).

    Movable feasts are computed: Easter and what hangs on it by the Gregorian and Julian rules, Jewish days by the fixed
    calendar (the day after the evening on which they begin), Islamic ones by the new moon as seen from Mecca. Where a
    country sights the moon itself, its day can be one later: a feast of a day has both. A feast in a year that the
    table does not hold is known to its year.
    """
    of_kind: dict[str, dict[str, str]] = {}
    for row in date_words.to_dict("records"):
        of_kind.setdefault(row["kind"], {})[row["word"]] = "" if pd.isna(row["value"]) else str(row["value"])
    days: dict[str, list[tuple[int, date, date]]] = {}
    for row in holidays.to_dict("records"):
        start, end = _day(row["date_start"]), _day(row["date_end"])
        days.setdefault(str(row["name"]), []).append((int(row["year"]), start, end))
    names = {tuple(_WORD.findall(name.lower())): name for name in days}
    heads: dict[str, list[tuple[str, ...]]] = {}
    for name in sorted(names, key=lambda tokens: (-len(tokens), tokens)):
        heads.setdefault(name[0], []).append(name)

    def whole(kind: str) -> dict[str, int]:
        return {word: int(value) for word, value in of_kind.get(kind, {}).items()}

    vague = {}
    for word, value in of_kind.get("vague_number", {}).items():
        low, high = value.split("-")
        vague[word] = (int(low), int(high))
    units = dict(of_kind.get("unit", {}))
    clock, parts = whole("clock_word"), frozenset(of_kind.get("part_of_day", {}))
    fiscal = frozenset(of_kind.get("fiscal", {}))
    signals: set[str] = {"overnight", *heads, *units, *clock, *parts}
    for kind in ("weekday", "weekday_short", "month", "month_short", "season", "day_word"):
        signals |= set(of_kind.get(kind, {}))
    openers = _OPENERS | signals | fiscal | set(whole("number")) | set(vague) | set(whole("ordinal"))
    return Words(
        weekdays=whole("weekday"),
        weekdays_short=whole("weekday_short"),
        months=whole("month"),
        months_short=whole("month_short"),
        seasons=whole("season"),
        units=units,
        day_words=whole("day_word"),
        numbers=whole("number"),
        vague_numbers=vague,
        ordinals=whole("ordinal"),
        parts_of_day=parts,
        clock_words=clock,
        zones=frozenset(of_kind.get("zone", {})),
        weekday_titles=frozenset(of_kind.get("weekday_title", {})),
        weekday_nouns=frozenset(of_kind.get("weekday_noun", {})),
        named_after_days=frozenset(of_kind.get("named_after_day", {})),
        feasts=frozenset(of_kind.get("feast", {})),
        fiscal=fiscal,
        not_weekdays=frozenset(of_kind.get("not_weekday", {})),
        holidays=names,
        holiday_days={name: sorted(rows) for name, rows in days.items()},
        holiday_heads=heads,
        openers=frozenset(openers),
        signals=frozenset(signals),
    )


@cache
def words() -> Words:
    """The tables of the checked-in vocabularies, read once a process."""
    return compile_words(vocabularies.load("date_words"), vocabularies.load("holidays"))


def has_signal(text: str, known: Words) -> bool:
    """Whether any word of `text` can be part of a date: cheap, and false for most sentences."""
    return any(word in known.signals or word[0].isdecimal() for word in _WORD.findall(text.lower()))


class Tokens:
    """A text cut into numbers, words and single marks: `low` in lower case, `raw` as written, with offsets.

    The lists end with empty tokens, so that looking a few places ahead, or one back from the first, is always allowed.
    """

    __slots__ = ("count", "ends", "low", "raw", "starts", "text")

    def __init__(self, text: str) -> None:
        matches = list(_TOKEN.finditer(text))
        self.text = text
        self.raw = [match.group() for match in matches] + [""] * 12
        self.low = [raw.lower() for raw in self.raw]
        self.starts = [match.start() for match in matches] + [len(text)] * 12
        self.ends = [match.end() for match in matches] + [len(text)] * 12
        self.count = len(matches)

    def joined(self, i: int) -> bool:
        """Whether nothing stands between token i and the one after it."""
        return i + 1 < self.count and self.ends[i] == self.starts[i + 1]

    def sequence(self, i: int, expected: Iterable[str]) -> int | None:
        """The place after `expected` where it stands at i, else None."""
        for word in expected:
            if self.low[i] != word:
                return None
            i += 1
        return i
