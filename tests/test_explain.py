"""`explain` tells the truth: every trigger whose word stands in a text, what became of it, and by which rule."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from gold_sentences import SENTENCES

from tasks.extract import Extractor
from tasks.extract.explain import Explanation, as_document, explain, explain_lines, told_value
from tasks.resolve import Resolver, resolve_document
from tasks.vocabularies import load

RULES = {row["rule_id"]: row["meaning"] for row in load("rules").to_dict("records")}


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    """The sentences of the gold, each as a document."""
    texts = [json.loads(line)["text"] for line in SENTENCES.read_text().splitlines()]
    return [as_document(text) | {"source_id": "adhoc", "published_date": dt.date(2021, 6, 25)} for text in texts]


@pytest.fixture(scope="module")
def explained(told: list[dict[str, Any]], extractor: Extractor) -> list[Explanation]:
    """The sentences of the gold, explained."""
    return [explain(document, extractor) for document in told]


def test_every_trigger_whose_lemma_stands_in_a_sentence_is_accounted_for(
    explained: list[Explanation], extractor: Extractor
) -> None:
    by_lemma: dict[str, set[str]] = {}
    for (_, lemma), triggers in extractor.lexicon.triggers.items():
        by_lemma.setdefault(lemma, set()).update(trigger.trigger_id for trigger in triggers)
    unaccounted = []
    for explanation in explained:
        for sentence in explanation.sentences:
            for text, lemma, *_ in sentence.tokens:
                stands = by_lemma.get(lemma.lower(), set()) | by_lemma.get(text.lower(), set())
                unaccounted += [(sentence.text, trigger) for trigger in stands - sentence.trigger_ids()]
    assert unaccounted == []


def test_what_fired_gives_mentions_or_is_dropped_by_a_rule(explained: list[Explanation]) -> None:
    silent = [
        (sentence.text, fate.words)
        for explanation in explained
        for sentence in explanation.sentences
        for fate in sentence.fates
        if bool(fate.mention_ids) == bool(fate.trace.dropped_by)
    ]
    assert silent == []


def test_every_rule_that_is_met_is_listed(explained: list[Explanation]) -> None:
    met = {
        step.rule_id
        for explanation in explained
        for sentence in explanation.sentences
        for fate in sentence.fates
        for step in fate.trace.steps
    }
    assert met - RULES.keys() == set()
    assert len(met) > 60


def test_every_rule_that_resolve_meets_is_listed(
    told: list[dict[str, Any]], explained: list[Explanation], resolver: Resolver
) -> None:
    met = {
        step.rule_id
        for document, explanation in zip(told, explained, strict=True)
        for mention in resolve_document(explanation.rows, document, resolver, explain=True)
        for step in mention.trace.steps
    }
    assert met - RULES.keys() == set()
    assert met


def _lines(text: str, extractor: Extractor) -> str:
    return "\n".join(explain_lines(explain(as_document(text), extractor), RULES, {}))


def test_sport_is_dropped_and_says_so(extractor: Extractor) -> None:
    told = _lines("The striker attacked the goal in the Champions League.", extractor)
    assert "'attacked' fires mob_violence.verb and is dropped, told by 'Champions League'" in told
    assert "relevance.other_topic" in told


def test_an_outcome_names_the_deed_that_tells_it(extractor: Extractor) -> None:
    told = _lines("A bomb exploded in Goma on Friday, killing nine people.", extractor)
    assert "'killing' fires kill.kill and is dropped, told by 'exploded'" in told
    assert "killed 'nine people'" in told


def test_a_retyped_trigger_names_the_rule_and_keeps_its_own_type_in_the_trace(extractor: Extractor) -> None:
    told = _lines("A mine killed six soldiers near Gao on Monday.", extractor)
    assert "type.trigger" in told and "type.by_means" in told


def test_a_sentence_that_a_run_never_reads_says_why(extractor: Extractor) -> None:
    told = _lines("File photo: rebels attacked Goma.", extractor)
    assert "not read: it captions an old picture" in told
    assert "attack_on_civilians.attack" in told


def test_a_row_names_the_rules_that_made_it(extractor: Extractor) -> None:
    (row,) = explain(as_document("Gunmen killed five people in Goma on Friday, police said."), extractor).rows
    assert {"type.trigger", "status.past", "place.attached", "speaker.reporting_verb"} <= set(row["rules"])
    assert not [rule for rule in row["rules"] if rule.rpartition(".")[2].startswith("none")]


def test_groups_of_the_dead_are_told_with_what_they_are() -> None:
    assert told_value({"kind_code": "killed", "group_code": "soldier", "low": 4, "high": 4, "text": "4 soldiers"}) == (
        "killed 4 to 4 (soldier)"
    )
