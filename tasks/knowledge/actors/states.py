"""States and their parts as actors: what nobody needs to type, since every country has a government and an army.

In come the countries and the words for parts of a state, out come rows of the register and names ("Afghan army").
Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from tasks.knowledge import actor_types
from tasks.knowledge.actors.cells import is_true, texts
from tasks.knowledge.actors.name_index import NameMeaning, Words, cased_words
from tasks.knowledge.actors.rows import ActorRow
from tasks.knowledge.actors.tokens import key
from tasks.knowledge.places.countries import Countries
from tasks.language.word_forms import plural

# what makes the name of a country take "the": its words, or that it is a plural
_OVER_AN_ARTICLE = ("United ", "Republic", "Kingdom", "Islands", "Territory", "Emirates", "Territories")
_PLURAL_COUNTRIES = frozenset({"PHL", "NLD", "MDV", "BHS", "GMB", "SYC", "COM"})


class StateName(NamedTuple):
    """A name of a part of a state: its country's alpha-3 code, its actor type, folded words, and what they mean."""

    country_code: str
    part: str
    words: Words
    meaning: NameMeaning


def state_id(country_code: str, part: str) -> str:
    """The actor id of a part of a state: AFG.military."""
    return f"{country_code}.{part}"


def state_rows(countries: pd.DataFrame) -> Iterator[ActorRow]:
    """A row of the register for every country as such and for each of its parts."""
    for country in countries.to_dict("records"):
        code, name = str(country["country_code"]), str(country["name"])
        named = f"the {name}" if _takes_article(code, name) else name
        yield _row(code, "country", name)
        for part, label in actor_types.parts_of_state().items():
            yield _row(code, part, label.format(named))


def _row(code: str, part: str, label: str) -> ActorRow:
    """The row of one part, under the government where it is neither that nor the state as such."""
    return {
        "actor_id": state_id(code, part),
        "label": label,
        "actor_type_code": part,
        "country_code": code,
        "parent_actor_id": None if part in ("country", "government") else state_id(code, "government"),
        "active_from": None,
        "active_to": None,
        "source": "seeds/countries.csv",
    }


def state_names(frame: pd.DataFrame, countries: Countries, actor_heads: pd.DataFrame) -> Iterator[StateName]:
    """The names of parts of states: each country's nationalities with each word for the part.

    `frame`: seeds/countries.csv, of which `countries` is made; `actor_heads`: lemma, actor_type_code, is_plural_force.
    """
    words = _words_for_parts(actor_heads)
    for row in frame.to_dict("records"):
        code = str(row["country_code"])
        own = [*countries.names(code), *texts(row["adjectives"])]
        for part in actor_types.parts_of_state():
            for word in words.get(part, ()):
                for term in own:
                    yield _name(code, part, term, word)


def _name(code: str, part: str, term: str, word: str) -> StateName:
    """One name of a part of a state, by a word for the country or its people and a word for the part."""
    name = f"{term} {word}"
    # "US" must stand in capitals where "us" would be a word; other terms with one capital
    cased = cased_words(name) if term.replace(".", "").isupper() else None
    return StateName(code, part, key(name), NameMeaning(state_id(code, part), None, None, cased, cased is None))


def _words_for_parts(actor_heads: pd.DataFrame) -> dict[str, list[str]]:
    """The words, in both numbers, that with a nationality name a part of that state, by actor type."""
    words: dict[str, list[str]] = {part: [part] for part in sorted(actor_types.with_trait("nations_own"))}
    for row in actor_heads.to_dict("records"):
        part, lemma = str(row["actor_type_code"]), str(row["lemma"])
        if part in words and is_true(row["is_plural_force"]):
            words[part] += [form for form in (lemma, plural(lemma)) if form not in words[part]]
    return words


def _takes_article(code: str, name: str) -> bool:
    return code in _PLURAL_COUNTRIES or any(word in name for word in _OVER_AN_ARTICLE)
