"""From words to values by rules that can be named: the trace of resolve."""

from __future__ import annotations

import datetime as dt

from tasks.extract import Extractor
from tasks.extract.explain import as_document, explain
from tasks.resolve import ResolvedMention, Resolver, resolve_document


def _resolved(text: str, extractor: Extractor, resolver: Resolver) -> list[ResolvedMention]:
    document = as_document(text) | {"source_id": "adhoc", "published_date": dt.date(2021, 6, 25)}
    return resolve_document(explain(document, extractor).rows, document, resolver, explain=True)


def test_a_trace_tells_day_place_party_and_count_with_their_rules(extractor: Extractor, resolver: Resolver) -> None:
    text = "Malian soldiers killed five men near Gao in Mali on Friday. Two more were wounded."
    (first, *_) = _resolved(text, extractor, resolver)
    by_column = {step.column: step.rule_id for step in first.trace.steps if not step.is_lost}
    assert by_column["date_start"].startswith("date.weekday")
    assert by_column["place_label"] == "gazetteer.bare_name_is_town" or by_column["place_label"].startswith(
        "gazetteer."
    )
    assert by_column["actor_label"] == "actor.body_of_state"
    assert by_column["killed_low"] == "count.bounds"
    assert by_column["acled_event_type"] == "code.acled"
    assert {"type.trigger", by_column["date_start"], "code.cameo"} <= set(first.row()["rules"])


def test_places_of_the_name_that_were_passed_over_are_told(extractor: Extractor, resolver: Resolver) -> None:
    (mention,) = _resolved("Gunmen killed five people in Tripoli, Lebanon, on Friday.", extractor, resolver)
    lost = [step.value for step in mention.trace.steps if step.is_lost]
    assert mention["country_code"] == "LBN"
    assert any("LBY" in candidate for candidate in lost)


def test_an_undated_plan_says_that_it_has_no_day(extractor: Extractor, resolver: Resolver) -> None:
    (mention,) = _resolved("Rebels will attack the town of Gao.", extractor, resolver)
    assert mention["date_start"] is None
    assert mention["date_basis_code"] == "unknown"


def test_the_days_of_an_account_of_long_ago_are_of_its_year(extractor: Extractor, resolver: Resolver) -> None:
    text = (
        "The Loja bombing was an attack on a bus on 14 October 1988. A bomb killed five people in Loja. "
        "On 2 September, gunmen had shot dead a clerk in Quito. Thousands marched in Loja on 16 October."
    )
    days = {mention["date_start"] for mention in _resolved(text, extractor, resolver)}
    assert {day.year for day in days if day} == {1988}
    recalled = "Gunmen shot dead a clerk in Loja on Friday. On 14 May 1988 a bomb killed nine there."
    assert {m["date_start"].year for m in _resolved(recalled, extractor, resolver)} == {2021, 1988}


def test_a_site_in_the_domain_of_a_country_tells_of_its_own(extractor: Extractor, resolver: Resolver) -> None:
    text = "A man was stabbed to death in Grimsby on Friday. He had come from York, his sister in Rutland said."
    document = as_document(text) | {"source_id": "adhoc", "published_date": dt.date(2021, 6, 25)}
    for publisher, country in (("www.fenpost.co.uk", "GBR"), ("www.fenpost.ca", "CAN"), ("fenpost.tv", None)):
        sited = document | {"publisher": publisher}
        (mention, *_) = resolve_document(explain(sited, extractor).rows, sited, resolver)
        assert country in (None, mention["country_code"])


def test_a_hamlet_lies_in_what_the_report_puts_it_in_once(extractor: Extractor, resolver: Resolver) -> None:
    text = (
        "Rebels killed nine people in Huayllapampa, in the Ayacucho Region of Peru, in May. They shelled Huayllapampa."
    )
    found = {mention["admin1_name"] for mention in _resolved(text, extractor, resolver)}
    assert len(found) == 1 and "Ayacucho" in str(found)


STRIKES = "Russian missiles killed three people in Odesa on Wednesday. "


def test_a_strike_is_of_the_one_side_that_strikes_there_at_that_time(extractor: Extractor, resolver: Resolver) -> None:
    text = STRIKES + "In Kharkiv a drone hit a depot on Tuesday. A missile killed a clerk in Lviv on 3 May."
    told = {m["place_label"]: m for m in _resolved(text, extractor, resolver)}
    assert [party["actor_id"] for party in told["Kharkiv"]["actors"]] == ["RUS.military"]
    assert "party.only_side_that_strikes" in told["Kharkiv"].row()["rules"]
    assert not told["Lviv"]["actors"]


def test_nobody_is_lent_where_two_sides_strike(extractor: Extractor, resolver: Resolver) -> None:
    text = STRIKES + "Ukrainian artillery shelled Donetsk on Wednesday. In Kharkiv a drone hit a depot on Tuesday."
    told = {m["place_label"]: m for m in _resolved(text, extractor, resolver)}
    assert not told["Kharkiv"]["actors"]


def test_ground_is_taken_of_the_one_that_the_report_tells_it_is_fought(
    extractor: Extractor, resolver: Resolver
) -> None:
    text = "RSF fighters attacked army positions in Omdurman on Friday. The army recaptured Wad Madani on Saturday."
    [taken] = [m for m in _resolved(text, extractor, resolver) if m["event_type_code"] == "territory_seized"]
    assert [party["label"] for party in taken["recipients"]] == ["Rapid Support Forces (state)"]
    assert taken["recipient_label"] == "Rapid Support Forces (state)"


def test_the_rebels_are_no_soldiers_of_the_government(extractor: Extractor, resolver: Resolver) -> None:
    text = (
        "The Taliban attacked Herat on Tuesday. Afghan government soldiers fled at noon. By nightfall the rebels had "
        "captured Guzara, aid workers reached by satellite phone said."
    )
    [taken] = [m for m in _resolved(text, extractor, resolver) if m["event_type_code"] == "territory_seized"]
    assert [party["actor_id"] for party in taken["actors"]] == ["AFG.taliban"]


def test_ground_is_taken_of_whom_a_fight_names_alone(extractor: Extractor, resolver: Resolver) -> None:
    text = "The army took the town of Gao on Friday after a fierce fight with the MNLA."
    taken = [m for m in _resolved(text, extractor, resolver) if m["event_type_code"] == "territory_seized"]
    assert [party["label"] for m in taken for party in m["recipients"]] == ["MNLA"]
