"""How many a sentence says were killed and hurt: sentences in, coded counts out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

SUNDAY = date(2023, 3, 12)

# text, killed at least and at most
TOLLS = [
    ("The toll of the suicide bombing at a mosque in Mardan rose to 26 on Saturday as eight wounded died.", (26, 26)),
    ("The number of people killed by Friday's explosion at a market in Kano has risen to 13.", (13, 13)),
    ("Three more people have died after a car bombing in Mogadishu, raising the death toll to nine.", (9, 9)),
    ("Two more died of wounds from the bombing in Kabul, taking the toll from 12 to 14.", (14, 14)),
    ("The death toll from Monday's air strike on Idlib has climbed to at least 45.", (45, None)),
    # the dead are those of the deed that is told, not of the one it is counted from
    ("One week after a massacre there, rebels attacked the town of Oicha, killing five people.", (5, 5)),
    # what came on top is all that is told, and a year's toll is of many
    ("Eight people were killed in a bombing in Mogadishu, and the toll may rise.", (8, 8)),
    ("Eight people were killed in a bombing in Mogadishu, bringing this year's death toll to 300.", (8, 8)),
    # an age is not a count
    ("A man of 71 was killed when mortar bombs hit the village of Chinari.", (1, 1)),
    ("Gunmen killed a family of five in Jos.", (5, 5)),
    ("Police deplored the murder of nine bus passengers near Mach last week.", (9, 9)),
    # who is shot at is not dead, who lies there shot is
    ("Israeli troops opened fire on protesters in Nablus, killing one and wounding 20.", (1, 1)),
    ("The bodies of 12 men, shot in the head, were found in a field near Kirkuk on Monday.", (12, 12)),
]


@pytest.mark.parametrize(("text", "killed"), TOLLS)
def test_the_dead_of_an_event(text: str, killed: tuple[int, int | None], extractor, resolver) -> None:
    told = [m for m in code(text, SUNDAY, extractor, resolver) if not m["is_aggregate"]]
    found = [m for m in told if m["killed_low"] is not None]
    assert [(m["killed_low"], m["killed_high"]) for m in found] == [killed]


@pytest.mark.parametrize(
    "text",
    [
        "Police opened fire on protesters in Lagos on Monday.",
        "Police beat protesters in Lagos on Monday.",
        "Peacekeepers were fired upon near Gao on Tuesday.",
    ],
)
def test_who_is_shot_at_or_beaten_is_not_counted_as_dead(text: str, extractor, resolver) -> None:
    (told,) = code(text, SUNDAY, extractor, resolver)
    assert told["killed_low"] is None and told["killed_high"] is None


def test_a_dozen_more_are_twelve(extractor, resolver) -> None:
    (told,) = code("The blast in Kano killed four and wounded a dozen more.", SUNDAY, extractor, resolver)
    assert (told["killed_low"], told["injured_low"]) == (4, 12)


@pytest.mark.parametrize(
    "text",
    [
        "Indonesia spoke of five of its citizens who were kidnapped at sea off Sabah.",
        "The man was one of five fishermen who had been abducted off Lahad Datu.",
    ],
)
def test_of_whom_one_is_told_all_are_counted(text: str, extractor, resolver) -> None:
    (told,) = [m for m in code(text, SUNDAY, extractor, resolver) if m["event_type_code"] == "abduction"]
    assert (told["captured_low"], told["captured_high"]) == (5, 5)
