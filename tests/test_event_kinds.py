"""What kind of event a sentence tells: sentences in, coded types out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

# text, the types of its events
TOLD = [
    # who takes people tells what it is
    ("Rebels seized five aid workers near Bunia on Monday.", ["abduction"]),
    ("Police seized five suspects near Bunia on Monday.", ["arrest"]),
    ("Rebels captured five soldiers near Bunia on Monday.", ["arrest"]),
    # a strike on something is no walkout
    ("Twelve people died in Tuesday's strike on a market in Ariha.", ["air_strike"]),
    ("Teachers in Lagos went on strike over pay on Monday.", ["strike"]),
    # the centre of a place is the place, and a people that flees is displaced
    ("Taliban fighters captured the centre of Burka district on Sunday.", ["territory_seized"]),
    ("More than 3,000 people fled and now sleep at the airfield of Goma.", ["displacement"]),
    ("At least 17 people were killed in clashes between police and protesters in Juliaca.", ["riot"]),
]


@pytest.mark.parametrize(("text", "kinds"), TOLD)
def test_the_kind_of_an_event(text: str, kinds: list[str], extractor, resolver) -> None:
    found = code(text, date(2023, 3, 12), extractor, resolver)
    assert [mention["event_type_code"] for mention in found] == kinds
