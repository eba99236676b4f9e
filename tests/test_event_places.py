"""Which of a text's places is an event's: sentences in, coded places out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

# text, event type, the places' names
PLACED = [
    # "where" takes up the place before it, and of two the narrower
    (
        "In Gorgadji, in the Sahel region, where four people were killed, families have left for Dori.",
        "attack_on_civilians",
        ["Gorgadji"],
    ),
    # where those are who did it is not where they did it
    (
        "The United Nations mission in Mali handed over its camp at Ansongo to the Malian army.",
        "territory_handed_over",
        ["Ansongo Cercle"],
    ),
    (
        "Soldiers arrested nine men in Tripoli, Lebanon, a day after clashes in the northern city.",
        "arrest",
        ["Tripoli"],
    ),
    (
        "Soldiers arrested nine men in Tripoli, Lebanon, a day after clashes in the northern city.",
        "armed_clash",
        ["Tripoli"],
    ),
    # a people's city lies in their country, and a road between two towns between them
    ("Two clans fought in the Lebanese city of Tripoli, unlike those in Libya.", "armed_clash", ["Tripoli"]),
    ("Gunmen ambushed a convoy on the road between Pama and Fada N'Gourma.", "ambush", ["Est"]),
    # what is known by its kind alone is known still in the next sentence
    (
        "Tunisian police dispersed a protest in the capital. At least 30 demonstrators were arrested.",
        "arrest",
        ["Tunis"],
    ),
    # a description that the verb governs means the place named before
    (
        "The Taliban entered Imam Sahib district in Kunduz province. Police tried to defend the district.",
        "armed_clash",
        ["Imam Sahib District"],
    ),
]


@pytest.mark.parametrize(("text", "kind", "places"), PLACED)
def test_the_place_of_an_event_is_its_own(text: str, kind: str, places: list[str], extractor, resolver) -> None:
    found = [m for m in code(text, date(2023, 3, 12), extractor, resolver) if m["event_type_code"] == kind]
    assert [m["place_label"] for m in found] == places
