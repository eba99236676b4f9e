"""A text is cut into sentences in step with its length, whatever it is made of."""

from __future__ import annotations

import pytest

from tasks.extract import Extractor
from tasks.language import syntax
from tasks.language.sentences import SentenceSplitter
from tasks.vocabularies import load


@pytest.fixture(scope="module")
def splitter() -> SentenceSplitter:
    return SentenceSplitter(load("abbreviations"))


def cut(splitter: SentenceSplitter, text: str) -> list[str]:
    return [text[start:end] for start, end in splitter.spans(text)]


@pytest.mark.parametrize("run", [".", ",", "Mr. A ", ' "', '. "', "=", " ", ". ", "; "])
def test_a_run_of_marks_as_long_as_a_book_holds_nothing_up(splitter: SentenceSplitter, run: str) -> None:
    told = cut(splitter, f"The rebels took the town.{run * 200_000}")
    assert told and told[0].startswith("The rebels took the town.")


def test_stops_end_sentences_and_abbreviations_do_not(splitter: SentenceSplitter) -> None:
    text = "Mr. Diallo fled... He left Gao?! Gen. Camara stayed. Nobody was hurt."
    assert cut(splitter, text) == [
        "Mr. Diallo fled...",
        "He left Gao?!",
        "Gen. Camara stayed.",
        "Nobody was hurt.",
    ]


def test_a_word_said_again_and_again_has_its_children_looked_up_once(extractor: Extractor) -> None:
    (doc,) = extractor.parser.nlp.pipe(["killed " * 400])
    asked = [(token, deps) for token in doc for deps in (("conj",), ("dobj", "conj", "dep"), ("advcl", "amod"))]
    plain = [[child for child in token.children if child.dep_ in deps] for token, deps in asked]
    syntax.mended(doc)
    assert [syntax.children(token, *deps) for token, deps in asked] == plain
    assert any(len(found) > syntax._MANY for found in plain), "the parse hangs them all on one of them"
