"""The vocabulary tests itself: each event type's example yields it, its counter-example does not."""

from __future__ import annotations

import re

import pytest
from conftest import CHECKOUT

from tasks.extract import Extractor
from tasks.extract.explain import as_document, explain
from tasks.extract.word_groups import either, words
from tasks.vocabularies import VocabularyError, load

# calls of the accessor, with double or, within expressions, single quotes
_ASKS = re.compile(r"\b(?:words|either|anywhere)\((['\"][^)]*)\)")
_CODE = re.compile(r"['\"](\w+)['\"]")

TYPES = load("event_types").to_dict("records")


def _types(sentence: str, extractor: Extractor) -> set[str]:
    return {mention["event_type_code"] for mention in explain(as_document(sentence), extractor).rows}


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row["code"])
def test_the_example_of_a_type_yields_it(row: dict, extractor: Extractor) -> None:
    assert row["code"] in _types(row["example"], extractor)


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row["code"])
def test_the_counter_example_of_a_type_does_not_yield_it(row: dict, extractor: Extractor) -> None:
    assert row["code"] not in _types(row["not_this"], extractor)


def test_every_type_has_triggers() -> None:
    triggers = load("triggers")
    counts = triggers["event_type_code"].value_counts()
    assert set(counts.index) == {row["code"] for row in TYPES}
    assert len(triggers) >= 300


def test_every_group_of_words_is_asked_for_and_has_words() -> None:
    sources = [path.read_text() for path in (CHECKOUT / "tasks").rglob("*.py")]
    asked = {group for text in sources for call in _ASKS.findall(text) for group in _CODE.findall(call)}
    assert asked == set(load("word_groups")["group_code"])
    assert asked == set(load("codes").query("list == 'word_group'")["code"])


def test_every_trait_of_a_type_is_asked_for() -> None:
    sources = [path.read_text() for path in (CHECKOUT / "tasks").rglob("*.py")]
    asked = {trait for text in sources for trait in re.findall(r'types_with\("(\w+)"\)', text)}
    assert asked == set(load("event_types")["traits"].explode().dropna())
    assert asked == set(load("codes").query("list == 'type_trait'")["code"])


def test_an_unknown_group_of_words_is_refused() -> None:
    with pytest.raises(VocabularyError, match=r"word_groups\.csv: column group_code.*'weapons of old'"):
        words("weapons of old")
    assert words("corpse") == {"body", "corpse"}
    assert re.fullmatch(either("town_word", "corpse"), "city")
