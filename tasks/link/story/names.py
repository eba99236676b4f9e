"""The names in a report, by which other reports on the same are known: Sarkano, Haqqani, the Silo road.

In comes text, out come keys of the words that are written like names, one spelling for transliterations that agree.
Left out is what many reports have in common: days and months, known actors, countries and their peoples, words for
kinds of places, and what the report writes small as well. Nothing is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from tasks import vocabularies
from tasks.language.name_keys import name_key, spelling
from tasks.link.weights import WEIGHTS

Names = Mapping[str, int]
"""Key of a name -> how often a report has it."""

_WORD = re.compile(r"[^\W\d_][\w'’-]*\w")
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$")
# a word behind one of these is written large whatever it is
_SENTENCE_ENDS = frozenset(".!?:;…•\n\"“”‘'([")


def names_of_report(text: str, title: str | None) -> dict[str, int]:
    """The names of a whole report, those of its title among them; what it writes small somewhere is none.

    A word that only begins sentences is a name where it begins two, or is a dateline's.
    """
    small = {word for word in _WORD.findall(text) if word[0].islower()}
    inside, first = Counter[str](), Counter[str]()
    for part in (text, title or ""):
        for word, is_first in _large(part):
            if word.casefold() not in small:
                (first if is_first else inside).update(_keys(word) * (2 if is_first and word.isupper() else 1))
    return {name: inside[name] + first[name] for name in {*inside, *(name for name in first if first[name] > 1)}}


def names_of_sentence(text: str, report: Names | None) -> list[str]:
    """The names of one sentence, as often as it has them; with the report's names, only those."""
    found = [(name, is_first) for word, is_first in _large(text) for name in _keys(word)]
    return [name for name, is_first in found if (not is_first if report is None else name in report)]


def _large(text: str) -> Iterator[tuple[str, bool]]:
    """The words that are written large, and whether a sentence begins with each."""
    for match in _WORD.finditer(text):
        if match.group()[0].isupper():
            before = text[max(0, match.start() - 3) : match.start()].rstrip(" ")[-1:]
            yield match.group(), not before or before in _SENTENCE_ENDS


@lru_cache(maxsize=20_000)
def _keys(word: str) -> tuple[str, ...]:
    known = _in_many_reports()
    parts = name_key(_POSSESSIVE.sub("", word)).split()
    return tuple(spelling(part) for part in parts if len(part) >= WEIGHTS.name_letters and part not in known)


@cache
def _in_many_reports() -> frozenset[str]:
    """Words of names that say little of which happening a report is on."""
    names: list[str] = []
    names += vocabularies.load("actors")["label"].tolist()
    names += vocabularies.load("actor_names")["name"].tolist()
    names += vocabularies.load("roles")["role"].tolist()
    names += vocabularies.load("date_words")["word"].tolist()
    names += vocabularies.load("place_kind_words")["word"].tolist()
    countries = vocabularies.load("countries")
    for column in ("name", "aliases", "demonyms", "adjectives"):
        for value in countries[column].dropna():
            names += [value] if isinstance(value, str) else value
    return frozenset(word for name in names for word in name_key(name).split())
