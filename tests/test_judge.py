"""The learned judge: what it may do, that it says the same everywhere, and that it keeps to its floors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import train_judge

from flows.resources import open_judge
from flows.stages import BY_NAME
from tasks.extract import Extractor
from tasks.extract.documents import DocumentReading
from tasks.extract.explain import as_document, explain, explain_lines
from tasks.extract.judge import Judge
from tasks.extract.judge.features import RulesSaid, features
from tasks.extract.judge.weights import score_of
from tasks.extract.lexicon import JUDGE
from tasks.extract.model import Mention
from tasks.vocabularies import load

SCORES = json.loads((Path(__file__).parent.parent / "docs" / "judge_scores.json").read_text())
QUIET = (
    "The coach said his side would attack from the first whistle. The striker shot wide twice before he fired home "
    "the winner in the 80th minute. Fans called for a new stadium, and the club agreed to meet them next week. The "
    "visitors never threatened, and their captain refused to blame the referee. Ticket sales open on Monday at nine. "
    "The season ends in May with the cup final in Cardiff."
)
WAR = (
    "Rebels attacked an army base near Beni on Monday, killing nine soldiers. The base had been keeping food for "
    "the garrison. Residents said that the shooting lasted for an hour. A spokesman for the army blamed the Allied "
    "Democratic Forces."
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return open_judge()


def mentions(text: str, extractor: Extractor) -> list[Mention]:
    reading = DocumentReading(as_document(text), extractor)
    docs, _ = extractor.parser.parse(list(reading.wanted.values()), lambda hashes: {})
    for doc in docs.values():
        extractor.repairs.apply(doc)
    return reading.mentions(docs)


def told(text: str, extractor: Extractor) -> set[str]:
    return {mention.event_type_code for mention in mentions(text, extractor)}


def test_an_article_about_another_matter_tells_nothing(extractor: Extractor, judging: Extractor) -> None:
    assert told(QUIET, extractor)
    assert not told(QUIET, judging)


def test_of_an_article_about_another_matter_little_is_parsed(extractor: Extractor, judging: Extractor) -> None:
    alone, judged = (DocumentReading(as_document(QUIET), one).wanted for one in (extractor, judging))
    assert len(judged) < len(alone)
    told_in_passing = QUIET + " Gunmen shot dead four fans and wounded nine outside the ground on Sunday, police said."
    both = [DocumentReading(as_document(told_in_passing), one).wanted for one in (extractor, judging)]
    assert all("Gunmen" in list(wanted.values())[-1] for wanted in both)
    assert DocumentReading(as_document(WAR), judging).wanted == DocumentReading(as_document(WAR), extractor).wanted


def test_a_report_of_war_is_what_it_was(extractor: Extractor, judging: Extractor) -> None:
    assert told(WAR, extractor) == told(WAR, judging)


def test_it_changes_no_party_date_place_count_or_status(extractor: Extractor, judging: Extractor) -> None:
    kept = ("actors", "recipients", "date", "place", "numbers", "status_code")
    alone = {mention.match.span: [getattr(mention, name) for name in kept] for mention in mentions(WAR, extractor)}
    judged = {mention.match.span: [getattr(mention, name) for name in kept] for mention in mentions(WAR, judging)}
    assert judged == alone


def test_an_event_that_it_adds_has_no_party_and_is_told_with_reserve(judging: Extractor) -> None:
    text = "Masked men dragged the mayor out of his car in Tirana at dawn, and nobody has seen him since."
    added = [mention for mention in mentions(text, judging) if mention.match.trigger.trigger_id == JUDGE]
    for mention in added:
        assert mention.is_hedged
        assert not mention.actors
        assert not mention.recipients


def test_a_run_without_it_is_another_recipe() -> None:
    extract = BY_NAME["extract"]
    assert "judge" in extract.parts()
    assert "judge" not in extract.parts(no_judge=True)


def test_scores_are_whole_numbers_and_the_same_whatever_the_order(judge: Judge) -> None:
    said = RulesSaid(frozenset({"kill.kill"}), frozenset({"attack_on_civilians"}), frozenset({"attack_on_civilians"}))
    text = "Gunmen killed nine people in Gao on Monday."
    names = features(text, said)
    scores = judge.weights.scores(names, text)
    assert scores == judge.weights.scores(list(reversed(names)), text)
    assert all(isinstance(score, int) for score in scores.values())
    assert max(scores, key=lambda label: scores[label]) not in ("none", "accident")


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("luftwaffe", "air_strike"),
        ("schooner", "accident"),
        ("incarcerated", "arrest"),
        ("glacial", "natural_disaster"),
    ],
)
def test_a_word_of_which_no_text_tells_is_known_by_what_it_means(judge: Judge, word: str, label: str) -> None:
    assert not [path.name for path in train_judge.FOLDER.glob("*.jsonl") if word in path.read_text("utf-8").lower()]
    leaning = dict(zip(judge.weights.labels, judge.weights.leaning(word) - judge.weights.biases, strict=True))
    assert label in sorted(leaning, key=lambda other: -leaning[other])[:5]


def test_every_type_is_a_label(judge: Judge) -> None:
    assert set(judge.weights.labels) == set(load("event_types")["code"]) | {"none"}


@pytest.mark.parametrize(("probability", "score"), [(0.5, 0), (0.88, 128), (0.12, -128)])
def test_scores_count_logits(probability: float, score: int) -> None:
    assert score_of(probability) == pytest.approx(score, abs=1)


def test_explain_shows_what_it_believes_and_why(judging: Extractor) -> None:
    lines = list(explain_lines(explain(as_document(WAR), judging), {}, {}, parse=False))
    assert any(line.startswith("  the judge: ") and "; for " in line for line in lines)


@pytest.mark.parametrize("hand", train_judge.GATES)
def test_on_hands_it_has_not_seen_it_adds_more_than_it_takes(hand: str) -> None:
    alone, judged = SCORES["gates"][hand]["rules alone"], SCORES["gates"][hand]["with the judge"]
    assert judged["precision"] > alone["precision"]
    assert judged["left_alone"] > alone["left_alone"]
    assert judged["recall"] > alone["recall"] - 0.03


def test_it_still_keeps_to_what_was_measured(judging: Extractor) -> None:
    """Every seventh text of a hand that was kept out; `make judge` measures all of them."""
    rows = [json.loads(line) for line in (train_judge.FOLDER / "plaingate.jsonl").read_text("utf-8").splitlines()][::7]
    coded = [(set(row["types"]), told(row["text"], judging)) for row in rows]
    right = sum(len(types & found) for types, found in coded)
    assert right / sum(len(types) for types, _ in coded) > 0.68
    assert right / sum(len(found) for _, found in coded) > 0.62


def test_the_texts_are_well_formed() -> None:
    types = set(load("event_types")["code"])
    for path in sorted(train_judge.FOLDER.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert all(set(row["types"]) <= types and row["text"].strip() == row["text"] != "" for row in rows), path
