"""The vocabulary tests itself: each event type's example yields it, its counter-example does not."""

from __future__ import annotations

import pytest

from tasks.extract import Extractor
from tasks.extract.explain import as_document, explain
from tasks.vocabularies import load

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
