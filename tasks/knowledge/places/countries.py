"""Finds and names countries in running text.

In come the rows of seeds/countries.csv and any text; out go spans with ISO 3166-1 alpha-3 codes, told apart into
names and demonyms. Refused are look-alikes: "us" for "US", states and persons called Georgia or Jordan, and names
inside longer ones (Latin America, Niger Delta).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

_WORD = re.compile(r"[^\W\d_]+")
_NEXT_CAPITAL = re.compile(r"[ \u00a0]([A-Z][^\W\d_]+)")
_PREVIOUS_CAPITAL = re.compile(r"(?<=[^\s.!?:;\"'“”‘’])[ \u00a0]+([A-Z][^\W\d_]+)[ \u00a0]$")
_TITLES = frozenset(
    {"King", "Queen", "Prince", "President", "Prime", "Foreign", "Defence", "Defense", "Interior", "Army"}
)
_DIRECTIONS = frozenset({"North", "South", "East", "West", "Northern", "Southern", "Eastern", "Western", "Central"})
# code points of a text that is worth keeping in mind: a sentence
_LONGEST_KEPT = 3_000
_READS_AS_WORD = re.compile(r"[^AEIOU][AEIOU][^AEIOU]")


class CountryCodeError(KeyError):
    """A country code that seeds/countries.csv does not hold."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class CountrySpan:
    """A country as written: half-open code point offsets, the words, ISO alpha-3, and whether a people is named."""

    start: int
    end: int
    text: str
    country_code: str
    is_demonym: bool


def _plain(text: str) -> str:
    """`text` with typographic apostrophes and hard spaces made plain, length unchanged."""
    return text.replace("’", "'").replace("‘", "'").replace("\u00a0", " ").replace("\n", " ")


def _key(name: str) -> str:
    words = _plain(name).strip().casefold()
    return words.removeprefix("the ").removesuffix("'s")


class Countries:
    """The countries of the world by name, demonym and code.

    `frame` holds seeds/countries.csv: country_code, alpha2, name, aliases, demonyms, adjectives, not_in (longer phrases
    that hold the name but are no mention of the country), is_given_name, capital, latitude, longitude.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._rows: dict[str, dict[str, object]] = {}
        self._alpha3: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        self._is_given_name: set[str] = set()
        self._adjectives: set[str] = set()
        # first word -> phrases that begin so, longest first; code None: a phrase that is no country
        phrases: dict[str, tuple[str | None, bool]] = {}
        for row in frame.to_dict("records"):
            code = str(row["country_code"])
            self._rows[code] = {str(key): value for key, value in row.items()}
            self._alpha3[str(row["alpha2"])] = code
            names = [str(row["name"]), *_cells(row["aliases"])]
            self._names[code] = names
            peoples = [*_cells(row["demonyms"]), *_cells(row["adjectives"])]
            self._adjectives.update(_cells(row["adjectives"]))
            if row["is_given_name"] is True:
                self._is_given_name.add(str(row["name"]))
            for phrase, is_demonym in [(name, False) for name in names] + [(name, True) for name in peoples]:
                phrases.setdefault(_plain(phrase), (code, is_demonym))
                self._codes.setdefault(_key(phrase), code)
        for row in frame.to_dict("records"):
            for phrase in _cells(row["not_in"]):
                phrases.setdefault(_plain(phrase), (None, False))
        self._phrases = _by_first_word(phrases)
        shouted = {
            phrase.upper(): meaning
            for phrase, meaning in reversed(phrases.items())
            if not (phrase.isupper() and _READS_AS_WORD.fullmatch(phrase))
        }
        self._shouted = _by_first_word(shouted)
        # a sentence is asked for its names, its peoples and more; few are at work at once
        self._found = lru_cache(maxsize=1024)(self._find)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, text: str) -> Sequence[CountrySpan]:
        """Countries and their peoples in `text`, in order, longest name first; none overlap.

        Capitals count ("us" is never "US"); in a text without any lower-case letter names may stand in capitals.
        """
        return self._found(text) if len(text) <= _LONGEST_KEPT else self._find(text)

    def _find(self, text: str) -> tuple[CountrySpan, ...]:
        plain = _plain(text)
        phrases = self._shouted if plain.isupper() else self._phrases
        spans: list[CountrySpan] = []
        reached = 0
        for word in _WORD.finditer(plain):
            start = word.start()
            if start < reached or (start > 0 and plain[start - 1].isdigit()):
                continue
            for phrase, code, is_demonym in phrases.get(word.group(), ()):
                end = start + len(phrase)
                if not plain.startswith(phrase, start) or (end < len(plain) and plain[end].isalnum()):
                    continue
                reached = end
                if code is not None and not self._is_person(plain, start, end):
                    spans.append(CountrySpan(start, end, text[start:end], code, is_demonym))
                break
        return tuple(spans)

    def code(self, name: str) -> str | None:
        """The alpha-3 code of a country's name, alias, demonym or adjective, alone; None where it is none.

        Case does not count, save for words of up to three letters ("US" is a country, "us" is not).
        """
        code = self._codes.get(_key(name))
        if code is not None and len(name.strip()) <= 3 and name.islower():
            return None
        return code

    def is_demonym(self, name: str) -> bool:
        """Whether `name` is a people or adjective ("Afghan") and not a country's own name."""
        code = self.code(name)
        return code is not None and all(_key(name) != _key(own) for own in self._names[code])

    def is_adjective(self, name: str) -> bool:
        """Whether `name` is a country's adjective as it stands: "Turkish", not "Turks" nor "a Turk"."""
        return name in self._adjectives

    def name(self, code: str) -> str:
        """The name in use of an alpha-3 code; CountryCodeError where unknown."""
        return str(self._row(code)["name"])

    def names(self, code: str) -> list[str]:
        """All names of a country, the one in use first; CountryCodeError where unknown."""
        self._row(code)
        return list(self._names[code])

    def alpha2(self, code: str) -> str:
        """ISO 3166-1 alpha-2 of an alpha-3 code; CountryCodeError where unknown."""
        return str(self._row(code)["alpha2"])

    def alpha3(self, alpha2: str) -> str:
        """ISO 3166-1 alpha-3 of an alpha-2 code; CountryCodeError where unknown."""
        if alpha2 not in self._alpha3:
            raise CountryCodeError(f"seeds/countries.csv holds no country with alpha2 {alpha2!r}")
        return self._alpha3[alpha2]

    def capital(self, code: str) -> str | None:
        """The capital's name of an alpha-3 code, None where the territory has none."""
        value = self._row(code)["capital"]
        return value if isinstance(value, str) and value else None

    def point(self, code: str) -> tuple[float, float]:
        """Latitude and longitude of the country's middle, WGS 84."""
        row = self._row(code)
        return float(str(row["latitude"])), float(str(row["longitude"]))

    def codes(self) -> list[str]:
        """All alpha-3 codes in order."""
        return sorted(self._rows)

    def _row(self, code: str) -> dict[str, object]:
        if code not in self._rows:
            raise CountryCodeError(f"seeds/countries.csv holds no country_code {code!r}")
        return self._rows[code]

    def _is_person(self, text: str, start: int, end: int) -> bool:
        """Whether a country's name that is also a given name stands inside a person's name here."""
        if text[start:end] not in self._is_given_name:
            return False
        after = _NEXT_CAPITAL.match(text, end)
        if after and after.group(1) not in _TITLES and self.code(after.group(1)) is None:
            return True
        before = _PREVIOUS_CAPITAL.search(text, max(0, start - 40), start)
        return before is not None and before.group(1) not in _DIRECTIONS and self.code(before.group(1)) is None


def _cells(value: object) -> list[str]:
    """A list cell as strings, an empty one as no strings."""
    if value is None or isinstance(value, str | float):
        return [part for part in value.split(";") if part] if isinstance(value, str) else []
    return [str(part) for part in value] if isinstance(value, Iterable) else []


def _by_first_word(phrases: dict[str, tuple[str | None, bool]]) -> dict[str, list[tuple[str, str | None, bool]]]:
    index: dict[str, list[tuple[str, str | None, bool]]] = defaultdict(list)
    for phrase, (code, is_demonym) in phrases.items():
        first = _WORD.match(phrase)
        if first:
            index[first.group()].append((phrase, code, is_demonym))
    for entries in index.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry[0]))
    return dict(index)
