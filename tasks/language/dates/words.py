"""The words of dates: the vocabularies `date_words` and `holidays` as look-up tables.

In go the two frames, out come dictionaries. No word is known here that is not a row of those vocabularies, but for
the closed function words that can open an expression. What rows may say is checked where they are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from tasks import vocabularies

_WORD = re.compile(r"\d+|[^\W\d_]+")
# after an expression like "weeks earlier" these say that nothing is left to count from
CLOSING = frozenset(["", ".", ",", ";", ")", "(", ":", "”", '"', "—", "–", "when", "and", "but", "in", "at", "by"])
# words that open an expression without being in a vocabulary: articles, deictics, parts of a stretch
_OPENERS = frozenset(
    "the a an this last next past that previous following preceding same coming recent current late early earlier "
    "later mid middle end beginning start half day night morning evening afternoon overnight outset in within eve "
    "q h".split()
)


@dataclass(frozen=True)
class HolidayNames:
    """The names of holidays: by their words, by their first word with the longest first, and the days of each name."""

    by_words: Mapping[tuple[str, ...], str]
    by_head: Mapping[str, list[tuple[str, ...]]]
    days: Mapping[str, list[tuple[int, date, date]]]  # name -> (year, first day, last day)


@dataclass(frozen=True)
class DateVocabulary:
    """Look-up tables of the two vocabularies, all keys in lower case."""

    weekdays: Mapping[str, int]
    weekdays_short: Mapping[str, int]
    months: Mapping[str, int]
    months_short: Mapping[str, int]
    seasons: Mapping[str, int]
    units: Mapping[str, str]
    day_words: Mapping[str, int]
    numbers: Mapping[str, int]
    vague_numbers: Mapping[str, tuple[int, int]]
    ordinals: Mapping[str, int]
    parts_of_day: frozenset[str]
    clock_words: frozenset[str]
    zones: frozenset[str]
    weekday_titles: frozenset[str]
    weekday_nouns: frozenset[str]
    named_after_days: frozenset[str]
    feasts: frozenset[str]
    feast_days: frozenset[str]
    fiscal: frozenset[str]
    not_weekdays: frozenset[str]
    counted: frozenset[str]
    ahead: frozenset[str]
    holidays: HolidayNames
    signals: frozenset[str]  # a text without one of these and without a digit dates nothing
    openers: frozenset[str]  # an expression begins with one of these or with a digit

    def is_month(self, word: str) -> bool:
        """Whether a word is the name of a month, in full or short."""
        return word.lower() in self.months or word.lower() in self.months_short

    def is_weekday(self, word: str) -> bool:
        """Whether a word is the name of a weekday, in full or short."""
        return word.lower() in self.weekdays or word.lower() in self.weekdays_short


def compile_words(date_words: pd.DataFrame, holidays: pd.DataFrame) -> DateVocabulary:
    """The tables of `date_words` (kind, word, value) and `holidays` (name, year, date_start, date_end).

    Movable feasts are computed: Easter and what hangs on it by the Gregorian and Julian rules, Jewish days by the fixed
    calendar (the day after the evening on which they begin), Islamic ones by the new moon as seen from Mecca. Where a
    country sights the moon itself, its day can be one later: a feast of a day has both. A feast in a year that the
    table does not hold is known to its year.
    """
    kinds = _by_kind(date_words)
    names = _holiday_names(holidays)
    signals = _signals(kinds, names)
    return DateVocabulary(
        weekdays=_whole(kinds, "weekday"),
        weekdays_short=_whole(kinds, "weekday_short"),
        months=_whole(kinds, "month"),
        months_short=_whole(kinds, "month_short"),
        seasons=_whole(kinds, "season"),
        units=kinds.get("unit", {}),
        day_words=_whole(kinds, "day_word"),
        numbers=_whole(kinds, "number"),
        vague_numbers=_bounds(kinds, "vague_number"),
        ordinals=_whole(kinds, "ordinal"),
        parts_of_day=frozenset(kinds.get("part_of_day", ())),
        clock_words=frozenset(kinds.get("clock_word", ())),
        zones=frozenset(kinds.get("zone", ())),
        weekday_titles=frozenset(kinds.get("weekday_title", ())),
        weekday_nouns=frozenset(kinds.get("weekday_noun", ())),
        named_after_days=frozenset(kinds.get("named_after_day", ())),
        feasts=frozenset(kinds.get("feast", ())),
        feast_days=frozenset(kinds.get("feast_day", ())),
        fiscal=frozenset(kinds.get("fiscal", ())),
        not_weekdays=frozenset(kinds.get("not_weekday", ())),
        counted=frozenset(kinds.get("counted", ())),
        ahead=frozenset(kinds.get("ahead", ())),
        holidays=names,
        signals=signals,
        openers=_openers(kinds, signals),
    )


@cache
def words() -> DateVocabulary:
    """The tables of the checked-in vocabularies, read once a process. Raises VocabularyError as `load` does."""
    return compile_words(vocabularies.load("date_words"), vocabularies.load("holidays"))


def has_signal(text: str, known: DateVocabulary) -> bool:
    """Whether any word of `text` can be part of a date: cheap, and false for most sentences."""
    return any(word in known.signals or word[0].isdecimal() for word in _WORD.findall(text.lower()))


_Kinds = dict[str, dict[str, str]]
"""Kind -> word -> value, "" where the row has none."""


def _by_kind(date_words: pd.DataFrame) -> _Kinds:
    kinds: _Kinds = {}
    for row in date_words.to_dict("records"):
        kinds.setdefault(row["kind"], {})[row["word"]] = "" if pd.isna(row["value"]) else str(row["value"])
    return kinds


def _whole(kinds: _Kinds, kind: str) -> dict[str, int]:
    return {word: int(value) for word, value in kinds.get(kind, {}).items()}


def _bounds(kinds: _Kinds, kind: str) -> dict[str, tuple[int, int]]:
    """Lowest and highest value of the words whose value is two numbers and a hyphen between them."""
    pairs = ((word, value.split("-")) for word, value in kinds.get(kind, {}).items())
    return {word: (int(low), int(high)) for word, (low, high) in pairs}


def _holiday_names(holidays: pd.DataFrame) -> HolidayNames:
    days: dict[str, list[tuple[int, date, date]]] = {}
    for row in holidays.to_dict("records"):
        start, end = _day(row["date_start"]), _day(row["date_end"])
        days.setdefault(str(row["name"]), []).append((int(row["year"]), start, end))
    by_words = {tuple(_WORD.findall(name.lower())): name for name in days}
    by_head: dict[str, list[tuple[str, ...]]] = {}
    for name in sorted(by_words, key=lambda parts: (-len(parts), parts)):
        by_head.setdefault(name[0], []).append(name)
    return HolidayNames(by_words, by_head, {name: sorted(rows) for name, rows in days.items()})


def _day(value: object) -> date:
    return value if type(value) is date else pd.Timestamp(str(value)).date()


def _signals(kinds: _Kinds, names: HolidayNames) -> frozenset[str]:
    found: set[str] = {"overnight", *names.by_head}
    signalling = ("weekday", "weekday_short", "month", "month_short", "season", "day_word")
    for kind in (*signalling, "unit", "clock_word", "part_of_day"):
        found |= kinds.get(kind, {}).keys()
    return frozenset(found)


def _openers(kinds: _Kinds, signals: frozenset[str]) -> frozenset[str]:
    counting = ("fiscal", "number", "vague_number", "ordinal")
    return _OPENERS | signals | frozenset(word for kind in counting for word in kinds.get(kind, ()))
