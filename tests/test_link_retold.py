"""Which reports tell again what another told: claims without a place, places handed over, deeds in some country."""

from __future__ import annotations

from typing import Any

from link_rows import link, mention

MONDAY, TUESDAY = "2021-06-21", "2021-06-22"


SAID = {"a": "They claimed responsibility.", "b": "It was behind the bombing, it wrote.", "c": "Its men did it."}


def claim(document: str, told: str, by: str = "isk") -> dict[str, Any]:
    return mention(SAID[document], document, type="responsibility_claim", told=told, actors=[by])


def test_a_group_that_claims_twice_on_a_day_claims_one_deed() -> None:
    first, same = claim("a", MONDAY), claim("b", MONDAY)
    next_day, other = claim("c", TUESDAY), claim("c", MONDAY, "taliban")
    assert link(first, same).together(first, same)
    assert not link(first, next_day).together(first, next_day)
    assert not link(first, other).together(first, other)


def test_who_is_handed_a_place_has_taken_it_over() -> None:
    given = mention(
        "The US handed over its base.",
        "a",
        type="territory_handed_over",
        on=MONDAY,
        place="Kunduz",
        actors=["usa"],
        recipients=["afg_army"],
    )
    taken = mention("Soldiers took over a base.", "b", on=MONDAY, place="Kunduz Province", actors=["afg_army"])
    lost = mention("Fighters seized a base.", "c", on=MONDAY, place="Kunduz Province", actors=["taliban"])
    linked = link(given, taken, lost)
    assert linked.together(given, taken)
    assert not linked.together(given, lost)


def test_a_deed_in_some_country_needs_more_than_who_did_it() -> None:
    where = mention("Insurgents blew up a school.", "a", type="explosive_attack", on=MONDAY, place="Kunduz", killed=6)
    counted = mention("A blast left six dead.", "b", type="explosive_attack", on=MONDAY, place="Afghanistan", killed=6)
    bare = mention(
        "Militants attacked again.", "c", type="explosive_attack", on=MONDAY, place="Afghanistan", actors=["taliban"]
    )
    by_name = mention("Rebels struck.", "d", type="explosive_attack", on=MONDAY, place="Imam Sahib", actors=["taliban"])
    assert link(where, counted).together(where, counted)
    assert not link(by_name, bare).together(by_name, bare)
