"""The weights and the reasons of linking are those that the seeds tell of."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from tasks.link.reasons import Reason, corrected, in_words
from tasks.link.weights import WEIGHTS, read_weights
from tasks.vocabularies import VocabularyError, load

ROWS = load("link_weights")


def test_every_weight_is_a_row_of_its_value() -> None:
    assert {name: getattr(WEIGHTS, name) for name in ROWS["weight_id"]} == dict(
        zip(ROWS["weight_id"], ROWS["value"], strict=True)
    )


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (ROWS[ROWS["weight_id"] != "enough"], "weight_id enough is missing"),
        (pd.concat([ROWS, ROWS[:1].assign(weight_id="luck")]), "weight_id luck is none that linking knows"),
        (ROWS.assign(value=0.5), "weight_id wording_words: column value: 0.5 is no whole number"),
    ],
)
def test_weights_that_are_not_those_of_linking_are_refused(rows: pd.DataFrame, fault: str) -> None:
    with pytest.raises(VocabularyError, match=re.escape(f"seeds/link_weights.csv: {fault}")):
        read_weights(rows)


def test_every_reason_is_a_rule_and_every_rule_of_linking_a_reason() -> None:
    rules = load("rules")
    told = [rule for rule in rules.loc[rules["stage"] == "link", "rule_id"] if rule.startswith("link.")]
    assert sorted(told) == sorted(f"link.{reason}" for reason in Reason)


def test_every_reason_has_words() -> None:
    corrections = {Reason.CORRECTED_SPLIT, Reason.CORRECTED_MERGE, Reason.CORRECTED_SET}
    assert all(in_words([reason]) for reason in Reason if reason not in corrections)
    assert all(corrected(reason, "c1", "two villages") for reason in corrections)


def test_a_text_begins_with_what_is_the_same() -> None:
    assert in_words([Reason.SAME_TYPE, Reason.SAME_PLACE, Reason.SAME_DAY]) == "same kind, place and day"
    reasons = [Reason.NEAR_TYPES, Reason.SAME_PLACE, Reason.DAY_APART, Reason.SAME_ACTORS, Reason.NEAR_COPY]
    text = "same place, kinds that go together, one day apart; actors agree; near-copy"
    assert in_words(reasons) == in_words(reversed(reasons)) == text
    assert corrected(Reason.CORRECTED_SET, "c7", "the toll rose", "killed_low") == (
        "killed_low set by correction c7 (the toll rose)"
    )
