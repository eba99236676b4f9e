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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Two bombs went off in Boston.", "Prosecutors said the brothers acted alone."),
        ("The blast killed 30.", "He was shot the next day."),
        ("Soldiers attacked the camp in Gao.", "A soldier was wounded."),
        ("Gunmen killed six people in Gao.", "UN troops came to the town."),
        ("Gunmen killed six people in Gao.", "3 soldiers died as well."),
        ("Gunmen killed six people in Gao.", "“They came at night,” a man said."),
        ("The attack began at 5pm.", "The army came later."),
        ("Rebels seized the port at 11 p.m.", "The army came later."),
        ("Rebels fought soldiers of the US.", "The army came later."),
        ("The rebels took the town of Léré.", "Élise Diallo fled."),
    ],
)
def test_a_sentence_that_lost_the_space_before_it_is_one_of_its_own(
    splitter: SentenceSplitter, one: str, other: str
) -> None:
    assert cut(splitter, one + other) == [one, other]


@pytest.mark.parametrize(
    "text",
    [
        "J.K.Smith was shot near the U.S.-run base.",
        "Lt.Col.Diallo and Dr.Ali met the Ph.D student.",
        "The site RFI.Fr and www.Reuters.com tell of No.1 and ASP.NET users.",
    ],
)
def test_stops_in_names_end_nothing(splitter: SentenceSplitter, text: str) -> None:
    assert cut(splitter, text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("A mine in Homs killed two men; farther east, near Palmyra, shells hit a bus.", 2),
        ("A mine in Homs killed two men; six were taken to a clinic by their brothers.", 1),
        ("A mine in Homs killed two men; police said.", 1),
        ("A mine (in Homs; in the old town of the Syrian city, that is) killed two men.", 1),
        ("The mine went off at 6 p.m. Soldiers closed the road.", 2),
        ("The mine went off at 6 p.m. Monday near Homs.", 1),
    ],
)
def test_a_semicolon_parts_what_happened_in_two_places(splitter: SentenceSplitter, text: str, parts: int) -> None:
    assert len(cut(splitter, text)) == parts


def test_a_subhead_that_lost_both_its_spaces_is_no_word_of_the_next_sentence(splitter: SentenceSplitter) -> None:
    text = "The war went on.AftermathIn later years both sides spoke.AdvertisementNo one was held."
    assert cut(splitter, text) == ["The war went on.", "In later years both sides spoke.", "No one was held."]
