"""Items of live blogs and timelines are told each by itself: its day, its place, and whether it says the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from link_rows import link, mention
from test_event_dates import code

from tasks.clean.bodies import Paragraph
from tasks.clean.segments import laid_out, with_days


def coded(text: str, extractor: Any, resolver: Any) -> list[dict]:
    published = date(2023, 3, 15)
    text, segments = laid_out([Paragraph(line) for line in text.split("\n")])
    return code(text, published, extractor, resolver, with_days(segments, published, True))


def test_an_item_is_of_its_own_day_and_counts_days_from_it(extractor, resolver) -> None:
    text = (
        "Live\n10:42, 13 March\nGunmen killed six people in Gao.\n09:10, 12 March\n"
        "Rebels burned a market in Mopti yesterday.\n"
    )
    found = coded(text, extractor, resolver)
    assert [m["date_start"] for m in found] == [date(2023, 3, 13), date(2023, 3, 11)]
    assert [m["item"] for m in found] == [1, 2]
    assert [m["date_basis_code"] for m in found] == ["document", "relative"]


def test_the_day_over_an_item_of_a_timeline_is_that_of_what_happened(extractor, resolver) -> None:
    text = (
        "Timeline\n3 May 2021\nGunmen killed six people in Gao.\n7 August 2022\nA bomb exploded in Mopti, killing four."
    )
    found = coded(text, extractor, resolver)
    assert [(m["date_start"], m["date_basis_code"]) for m in found] == [
        (date(2021, 5, 3), "explicit"),
        (date(2022, 8, 7), "explicit"),
    ]


def test_an_item_takes_neither_place_nor_day_from_the_one_before(extractor, resolver) -> None:
    text = "Mali live\n10:42\nGunmen killed six people in Gao on Monday.\n10:55\nTwo soldiers were killed in an ambush."
    first, other = coded(text, extractor, resolver)
    assert (first["place_label"], first["date_start"]) == ("Gao", date(2023, 3, 13))
    assert (other["place_label"], other["date_start"]) == ("Mali", date(2023, 3, 15))


def test_what_a_post_tells_is_counted_from_the_day_of_the_post(extractor, resolver) -> None:
    text = "The council met.\nRebels burned forty houses in Mopti yesterday.\n— Marie Z. (@marie_z) March 4, 2023\n"
    [found] = [m for m in coded(text, extractor, resolver) if m["event_type_code"] == "property_destruction"]
    assert (found["date_start"], found["speaker_text"]) == (date(2023, 3, 3), "Marie Z. (@marie_z)")


@pytest.mark.parametrize(
    ("headings", "places"),
    [
        (("Maiduguri", "Kano"), ["Maiduguri", "Maiduguri", "Kano"]),
        (("Attacks in Maiduguri", "Fighting near Kano"), ["Maiduguri", "Maiduguri", "Kano"]),
        (("Maiduguri:", "Kano:"), ["Maiduguri", "Maiduguri", "Kano"]),
        (("MALI", "NIGER"), ["Mali", "Mali", "Niger"]),
    ],
)
def test_a_heading_gives_its_place_to_all_that_stands_under_it(headings, places, extractor, resolver) -> None:
    told = "Gunmen killed six people in the evening.", "Two soldiers were wounded when a bomb exploded."
    text = f"Weekly report\nThe elders spoke at length.\n{headings[0]}\n{told[0]}\n{told[1]}\n{headings[1]}\n{told[0]}"
    assert [m["place_label"] for m in coded(text, extractor, resolver)] == places


BOMB = {"type": "explosive_attack", "weapon": "bomb", "told": "2021-06-22"}


@pytest.mark.parametrize(
    ("second", "fields", "is_one"),
    [
        ("A bomb exploded at a market", {"place": "Kunduz", "killed": 9, "trigger": 2}, False),
        ("A bomb exploded at a market", {"place": "Kabul", "trigger": 2}, False),
        ("The bomb at the checkpoint killed four", {"place": "Kunduz", "killed": 4, "trigger": 4}, True),
        ("A bomb exploded near the checkpoint", {"place": "Kunduz", "killed": 4, "trigger": 2}, True),
    ],
)
def test_two_items_are_two_happenings_unless_they_say_the_same(second: str, fields: dict, is_one: bool) -> None:
    one = mention("A bomb exploded near a checkpoint", "a", **BOMB, place="Kunduz", killed=3, item=1)
    other = mention(second, "a", at=80, **BOMB, **fields, item=2)
    linked = link(one, other)
    assert (linked.incident(one) == linked.incident(other)) is is_one
