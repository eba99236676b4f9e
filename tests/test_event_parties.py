"""Whose deed an event is, where no slot of its words says so: sentences in, ids of actors out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

DONE_BY = [
    ("Twelve people were killed in two attacks blamed on Boko Haram.", "NGA.boko_haram"),
    ("Nine villagers were killed on Monday in a Boko Haram attack.", "NGA.boko_haram"),
    ("Gunmen from the Somali Islamist group al-Shabaab killed a lawmaker in Mogadishu.", "SOM.al_shabaab"),
    ("Gunmen believed to be members of the New People's Army killed two policemen.", "PHL.npa"),
    ("Da'ish [IS] militants beheaded an imam in Nangarhar Province.", "INT.islamic_state"),
    ("The Taliban took responsibility for killing a cleric in Herat city.", "AFG.taliban"),
]


@pytest.mark.parametrize(("text", "actor_id"), DONE_BY)
def test_a_deed_is_of_the_group_that_it_is_told_of(text: str, actor_id: str, extractor, resolver) -> None:
    found = code(text, date(2015, 3, 12), extractor, resolver)
    violent = [m for m in found if m["event_type_code"] != "responsibility_claim"]
    assert [actor["actor_id"] for actor in violent[0]["actors"]] == [actor_id]
