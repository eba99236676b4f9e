"""Whether a text's event happened, goes on or is to come: sentences in, coded statuses out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

# text, event type, the statuses of its tellings
TOLD = [
    # one noun told twice is one event, and what is news of it counts
    (
        "The minister reviewed the United States withdrawal from Afghanistan and said the withdrawal will conclude by "
        "September.",
        "troop_withdrawal",
        ["planned"],
    ),
    ("A bombing killed nine in Kabul, and police said the bombing may have been aimed at them.", None, ["occurred"]),
    # who tries to fight fights, who tries to take a town has not taken it
    ("Army troops and police tried to defend the district.", "armed_clash", ["occurred"]),
    ("The army tried to seize the town of Bama.", "territory_seized", ["hypothetical"]),
    # who is tied to a deed is tied to one that happened
    ("The group was responsible for the murder of a mayor in Tumaco on Friday.", None, ["occurred"]),
    # whoever is not tied to it, it happened
    ("He had no role in the bombing of a bus in Aden on Monday.", "explosive_attack", ["occurred"]),
    ("He was not charged with the murder of two officers in Enugu in May.", "attack_on_civilians", ["occurred"]),
    ("There was no bombing of the bus in Aden.", "explosive_attack", ["denied"]),
    ("No one was hurt when rebels set two buses alight near Pasto.", "property_destruction", ["occurred"]),
    # what was not done
    ("There were no shots fired during the operation in Khost.", "shooting", ["denied"]),
    ("They detained the man without shots fired in Khost.", "shooting", ["denied"]),
    ("Shots fired from a car hit a shop in Khost.", "shooting", ["occurred"]),
    # what is due is planned, what is not known of a strike denies no strike
    ("The Security Council was to meet on Wednesday.", "meeting", ["planned"]),
    ("The death toll from Wednesday's strike on Mariupol was not yet known.", None, ["occurred"]),
    # what people protest, mourn or look into was done, whatever becomes of the protest
    ("Hundreds marched to protest the killing of a teacher in Loja.", "attack_on_civilians", ["occurred"]),
    ("The minister promised to investigate the bombing of a market in Loja.", "explosive_attack", ["occurred"]),
    ("Clerks are to stop work following Saturday's air raid on Idlib, which killed nine.", "air_strike", ["occurred"]),
    ("Gunmen may strike to avenge the abduction of their leader in Loja.", "abduction", ["occurred"]),
    ("The vote may be seen as an attack on the village of Loja.", None, ["hypothetical"]),
    ("The party would condemn any attack on a village near Loja.", None, ["hypothetical"]),
    ("Unions will march on Friday because police shot two students in Loja.", "shooting", ["occurred"]),
    ("Relatives want to know who shot two students in Loja.", "shooting", ["occurred"]),
    ("Rebels threatened to shell Loja if police shot two prisoners.", "shooting", ["hypothetical"]),
    ("Mobs torched dozens of shops in Dhaka; unions called for a strike.", "property_destruction", ["occurred"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "statuses"), TOLD)
def test_the_status_of_an_event(text: str, kind: str | None, statuses: list[str], extractor, resolver) -> None:
    found = [m for m in code(text, date(2023, 3, 12), extractor, resolver) if kind in (None, m["event_type_code"])]
    assert [m["status_code"] for m in found] == statuses
