"""Incidents: one row a happening, whatever its phases, outcomes and claims, and however many reports tell of it."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from link_rows import Actors, document, link, mention

from tasks.knowledge import event_types
from tasks.language.name_keys import spelling
from tasks.link import read_reports
from tasks.link.incidents.joining import Told, join
from tasks.link.incidents.likeness import Happenings
from tasks.link.incidents.likeness import weights as retold_weights
from tasks.link.incidents.rows import HEAD, incident_row, roles
from tasks.link.incidents.single import single_rows
from tasks.link.story import counted, tellings
from tasks.link.story.likeness import NOT_LEARNED, likeness, weights
from tasks.link.story.names import names_of_report, names_of_sentence
from tasks.storage.store import Store
from tasks.tables import HAPPENINGS, RESOLVED_MENTIONS
from tasks.vocabularies import load

KUNDUZ = {"on": "2021-06-21", "place": "Kunduz"}
BLAST = mention(
    "A car bomb killed nine people in Kunduz on Monday",
    "a",
    type="explosive_attack",
    killed=9,
    weapon="car_bomb",
    **KUNDUZ,
)
SHOTS = mention(
    "Gunmen opened fire on those who fled the blast", "a", 60, type="shooting", actors=["gunmen"], told="2021-06-21",
    place="Kunduz", place_rule_id="paragraph",
)  # fmt: skip
FIRE = mention(
    "The blast set shops on fire", "a", 120, type="property_destruction", told="2021-06-21", place="Kunduz",
    place_rule_id="paragraph",
)  # fmt: skip
CLAIM = mention(
    "The Taliban claimed responsibility for the attack in Kunduz", "a", 180, type="responsibility_claim",
    actors=["taliban"], speaker="The Taliban", speaker_id="taliban", stance="claims_responsibility",
)  # fmt: skip
CLAIMED = mention(
    "The Taliban claimed responsibility for the attack in Kunduz", "a", 180, trigger_start=215,
    type="attack_on_civilians", told="2021-06-21", place="Kunduz",
)  # fmt: skip
OTHER = mention(
    "A bomb killed two people in Kabul on Sunday",
    "a",
    2400,
    type="explosive_attack",
    killed=2,
    on="2021-06-20",
    place="Kabul",
)
TALKS = mention("Ministers met in Kabul on Sunday", "a", 2600, type="meeting", on="2021-06-20", place="Kabul")
STORY = (BLAST, SHOTS, FIRE, CLAIM, CLAIMED, OTHER, TALKS)


def test_what_is_only_touched_on_gives_an_incident_no_kind():
    events = [
        {"event_id": name, "event_type_code": kind, "status_code": "occurred", "mention_count": count}
        | {"killed_low": dead, "injured_low": None}
        for name, kind, count, dead in (("e1", "explosive_attack", 3, 9), ("e2", "shelling", 1, None))
    ]
    assert roles(events) == {"e1": "head", "e2": "phase"}


def test_an_attack_with_its_phases_outcomes_and_claim_is_one_incident():
    linked = link(*STORY)
    incident = linked.incident(BLAST)
    assert incident and incident["incident_type_code"] == incident["event_type_code"] == "explosive_attack"
    assert all(linked.incident(row) == incident for row in (SHOTS, FIRE, CLAIM, CLAIMED))
    of_rows = [linked.role(row) for row in (BLAST, SHOTS, FIRE, CLAIM)]
    assert of_rows == ["head", "phase", "outcome", "claim"]
    assert incident["event_type_codes"][0] == "explosive_attack"
    assert {"shooting", "property_destruction", "responsibility_claim"} <= set(incident["event_type_codes"])
    assert incident["claimed_by"] == ["Taliban"]
    assert (incident["killed_low"], incident["killed_high"], incident["killed_best"]) == (9, 9, 9)
    assert "gunmen" in [party["text"] for party in incident["actors"]]
    assert incident["mention_count"] == 5 and incident["document_count"] == 1
    assert incident["acled_disorder_type"] is None or incident["acled_disorder_type"].startswith("Political")


def test_who_is_taken_for_a_deed_is_taken_apart_from_it_and_in_a_clash_as_a_part_of_it():
    arrest = mention("Police arrested two men in Kunduz on Monday", "a", 100, type="arrest", **KUNDUZ)
    linked = link(BLAST, arrest)
    assert linked.incident(arrest) not in (None, linked.incident(BLAST))
    clash = mention("Police and rebels clashed in Kunduz on Monday", "a", type="armed_clash", **KUNDUZ)
    linked = link(clash, arrest)
    assert linked.incident(arrest) == linked.incident(clash)


def test_another_town_and_day_is_another_incident_and_talks_are_none():
    linked = link(*STORY)
    assert linked.incident(OTHER) not in (None, linked.incident(BLAST))
    assert linked.incident(TALKS) is None
    assert len(linked.incidents) == 2


def test_two_days_told_in_words_are_two_incidents_however_alike():
    again = mention("A car bomb killed nine people in Kunduz on Friday", "a", 300, type="explosive_attack", killed=9)
    again |= {"date_start": date(2021, 6, 18), "date_end": date(2021, 6, 18), "date_text": "on Friday"}
    again |= {"date_basis_code": "relative", "date_precision_code": "day"}
    linked = link(BLAST | {"date_text": "on Monday"}, again)
    assert linked.incident(again) not in (None, linked.incident(BLAST))


def test_two_reports_of_one_attack_are_one_incident_and_two_voices():
    second = mention(
        "The Kunduz bombing on Monday killed 11", "b", type="explosive_attack", killed=11, weapon="car_bomb", **KUNDUZ
    )
    linked = link(*STORY, second, reports=[document("a", publisher="One"), document("b", "2021-06-23", "Two")])
    incident = linked.incident(second)
    assert incident == linked.incident(SHOTS)
    assert (incident["publisher_count"], incident["document_count"]) == (2, 2)
    assert (incident["killed_low"], incident["killed_high"]) == (9, 11)
    days = [str(incident[name]) for name in ("first_reported_date", "last_reported_date")]
    assert days == ["2021-06-22", "2021-06-23"]


def test_what_was_only_planned_or_summed_up_stays_out_of_the_incident():
    plan = mention("The Taliban will attack Kabul", "c", type="attack_on_civilians", status="planned", place="Kabul")
    total = mention(
        "Bombs killed 900 people this year in Kunduz",
        "c",
        100,
        type="explosive_attack",
        is_aggregate=True,
        killed=900,
        **KUNDUZ,
    )
    linked = link(BLAST, plan, total)
    assert linked.incident(plan) is None
    assert linked.incident(total) != linked.incident(BLAST) and linked.incident(total)["is_aggregate"]


def test_an_incident_keeps_its_id_as_it_grows_and_remembers_those_that_ended_in_it():
    first = link(BLAST, OTHER)
    grown = link(BLAST, SHOTS, FIRE, OTHER, before=first, known=True)
    assert grown.incident(SHOTS)["incident_id"] == first.incident(BLAST)["incident_id"]
    # what is told otherwise alone changes
    assert first.incident(OTHER)["incident_id"] not in grown.changed_incidents.gone_incidents or grown.incident(OTHER)
    later = mention("The Kunduz bombing on Monday killed nine", "b", type="explosive_attack", killed=9, **KUNDUZ)
    again = link(BLAST, SHOTS, FIRE, OTHER, later, before=grown, known=True)
    assert again.incident(later)["incident_id"] == grown.incident(BLAST)["incident_id"]
    anew = link(BLAST, SHOTS, FIRE, OTHER, later)
    without = ["incident_id", "former_incident_ids"]
    rows = [sorted(map(str, one.incident_table.drop_columns(without).to_pylist())) for one in (again, anew)]
    assert rows[0] == rows[1]


def told(*pairs: tuple[str, str, str]) -> list[list[str]]:
    """The groups of events that pairs of event, happening and document make."""
    return sorted(join([Told(*pair, 1) for pair in pairs]))


def test_what_a_document_tells_apart_no_other_report_joins():
    # d tells e1 and e3 as two happenings; x, which tells all three as one, cannot make them one
    pairs = [
        ("e1", "h1", "d"),
        ("e2", "h1", "d"),
        ("e3", "h2", "d"),
        ("e4", "h2", "d"),
        ("e2", "x", "y"),
        ("e3", "x", "y"),
    ]
    assert told(*pairs) == [["e1", "e2"], ["e3", "e4"]]
    assert told(*pairs[:2], *pairs[4:]) == [["e1", "e2", "e3"]]


def dead(side: str, count: int) -> list[dict]:
    return [{"kind_code": "killed", "side_code": side, "low": count, "high": count, "text": f"{count} people"}]


def test_the_dead_of_two_sides_add_up_and_one_disputed_toll_does_not():
    fight = {"type": "armed_clash", "place": "Kunduz", "on": "2021-06-21"}
    soldiers = mention("Four soldiers died in a clash in Kunduz", "a", killed=4, numbers=dead("military", 4), **fight)
    rebels = mention(
        "Ten rebels were shot in it", "a", 50, killed=10, numbers=dead("insurgents", 10), **fight | {"type": "shooting"}
    )
    row = link(soldiers, rebels).incident(soldiers)
    assert (row["killed_low"], row["killed_high"], row["killed_best"]) == (14, 14, 14)
    assert (row["killed_military"], row["killed_insurgents"], row["killed_civilians"]) == (4, 10, None)
    locals_say = rebels | {"killed_low": 4, "killed_high": 4, "numbers": dead("civilians", 4)}
    disputed = link(soldiers, locals_say).incident(soldiers)
    assert (disputed["killed_low"], disputed["killed_civilians"], disputed["killed_military"]) == (4, 4, 4)
    # what two reports tell of may be one toll under two names
    elsewhere = rebels | {"document_id": "b", "mention_id": "elsewhere"}
    told = link(soldiers, elsewhere).incident(soldiers)
    assert told["killed_low"] != 14
    alone = link(soldiers).incident(soldiers)
    assert (alone["killed_low"], alone["killed_military"], alone["killed_insurgents"]) == (4, 4, None)


HOTEL = mention(
    "Gunmen stormed the Weheliye hotel in Kunduz on Monday", "a", type="raid", killed=4, actors=["gunmen"], **KUNDUZ
)
RETOLD = mention(
    "Seven people died when the Weheliye was attacked by the Haqqani men", "b", type="attack_on_civilians", killed=7,
    on="2021-06-21", place="Kunduz Province",
)  # fmt: skip
ANOTHER_YEAR = mention(
    "Seven people died when the Weheliye was attacked", "c", type="attack_on_civilians", killed=7, on="2019-02-03",
    place="Kunduz Province",
)  # fmt: skip


def test_two_reports_that_name_the_same_are_one_incident_though_not_one_event():
    linked = link(HOTEL, RETOLD, ANOTHER_YEAR)
    assert not linked.together(HOTEL, RETOLD)
    assert linked.incident(HOTEL) == linked.incident(RETOLD) != linked.incident(ANOTHER_YEAR)
    assert linked.incident(HOTEL)["document_count"] == 2
    # an incident that has a second report is the same, whichever came first
    first = link(HOTEL)
    assert (
        link(HOTEL, RETOLD, before=first, known=True).incident(RETOLD)["incident_id"]
        == (first.incident(HOTEL)["incident_id"])
    )


def test_what_a_report_tells_apart_stays_apart_however_alike_another_is():
    again = mention("Gunmen stormed the Weheliye on Tuesday as well", "a", 900, type="raid", on="2021-06-22",
                    place="Kunduz")  # fmt: skip
    linked = link(HOTEL, again, RETOLD)
    assert linked.incident(HOTEL) != linked.incident(again)
    assert linked.incident(RETOLD) in (linked.incident(HOTEL), linked.incident(again))


def test_names_are_what_a_report_writes_large_and_never_small():
    found = names_of_report(
        "KUNDUZ (Reuters) - Gunmen stormed the Weheliye Hotel. Police said the hotel burned. Haqqani fighters did it. "
        "The Haqqani network said so on Monday, and Sirajuddin's men in Afghanistan agreed.",
        "Hotel stormed in Khanabad",
    )
    # Reuters and the Haqqani network are known and on everybody's lips; "hotel" is written small as well
    assert set(found) == {spelling(name) for name in ("kunduz", "weheliye", "sirajuddin", "khanabad")}
    assert names_of_sentence("Weheliye burned in Khanabad", found) == [spelling("weheliye"), spelling("khanabad")]


def test_every_likeness_of_two_reports_has_a_row():
    row = dict.fromkeys(HAPPENINGS.schema.names) | {
        "happening_id": "h", "document_id": "d", "event_type_codes": ["raid"], "is_dated": True, "place_rank": 0,
        "is_main": True, "names": ["weheliye"],
    }  # fmt: skip
    pair = pa.Table.from_pylist([row, row], schema=HAPPENINGS.schema)
    ids = {name for names, _ in Happenings.of(pair).likeness(*np.array([[0], [1]])) for name in names}
    assert ids == set(retold_weights())


def test_every_type_heads_or_speaks_and_every_class_is_used():
    rows = load("incident_types")
    assert set(rows["event_type_code"]) <= set(load("event_types")["code"])
    of_acled = {code for code in event_types.incident_classes() if code != "natural_disaster"}
    assert {"armed_clash", "protest", "explosive_attack", "arrest"} <= of_acled
    # what only speaks of incidents never heads one
    assert event_types.speaking_of_incidents().isdisjoint(event_types.incident_classes())
    assert set(rows.loc[rows["class_code"].isna(), "role_code"]) <= {"claim", "denial", "accusation", "response"}
    assert set(rows["role_code"]) <= {"phase", "outcome", "claim", "denial", "accusation", "response"}


def test_every_weight_that_can_hold_has_a_row():
    known = set(weights())
    classes = sorted(set(event_types.incident_classes().values()))
    assert {f"class_{one}_{other}" for one in classes for other in classes if one <= other} <= known
    assert len(known) == len(load("story_weights"))


@pytest.fixture(scope="module")
def demo_stories(demo_data: Path) -> list:
    from flows.resources import actor_register

    store = Store(demo_data)
    reports = read_reports(store.read("documents"))
    return list(tellings(store.read("resolved_mentions"), store.read("accounts"), reports, actor_register()))


def test_the_demos_reports_hold_no_weight_that_is_unknown(demo_stories: list):
    known = set(weights())
    for story in demo_stories:
        for one, other in combinations(counted(story), 2):
            assert set(likeness(one, other)) - NOT_LEARNED <= known


def test_the_release_leads_from_incidents_to_events_and_mentions(demo_data: Path):
    import pyarrow.parquet as pq

    release = demo_data / "releases" / "latest"
    incidents, events, mentions = (
        pq.read_table(release / f"{name}.parquet").to_pylist() for name in ("incidents", "events", "mentions")
    )
    of = {event["event_id"]: event["incident_id"] for event in events}
    assert all(mention["incident_id"] == of[mention["event_id"]] for mention in mentions)
    heads = [event["incident_id"] for event in events if event["incident_role_code"] == "head"]
    assert sorted(heads) == sorted(row["incident_id"] for row in incidents) and len(heads) == len(set(heads))
    for row in incidents:
        held = [event for event in events if event["incident_id"] == row["incident_id"]]
        assert row["event_count"] == len(held)
        assert row["mention_count"] == sum(event["mention_count"] for event in held)
    assert len(incidents) < len([event for event in events if event["status_code"] in ("occurred", "ongoing")])


def test_an_incident_of_one_event_is_what_the_event_says(demo_data: Path):
    """Most incidents are such and are made column by column."""
    store = Store(demo_data)
    events, reports = store.read("events"), read_reports(store.read("documents"))
    heads = {row["event_id"] for row in store.read("incident_events").to_pylist() if row["incident_role_code"] == HEAD}
    names = {event: (f"in_{event}", []) for event in heads}
    by_id = {event["event_id"]: event for event in events.to_pylist()}
    single, rest = single_rows(events, names)
    assert single.num_rows > 10 and any(row["claims"] for row in single.to_pylist())
    assert set(rest["event_id"].to_pylist()) >= by_id.keys() - heads
    for row in single.to_pylist():
        event = by_id[row["incident_id"].removeprefix("in_")]
        made = incident_row([event], {event["event_id"]: HEAD}, reports)
        # of several sentences, the event's row keeps the order
        kept = {name: event[name] for name in ("numbers", "evidence") if not event["claims"]}
        assert row == made | kept | {"incident_id": row["incident_id"], "former_incident_ids": []}


def test_reports_without_mentions_make_no_story():
    assert list(tellings(RESOLVED_MENTIONS.schema.empty_table(), _no_accounts(), {}, Actors())) == []


def _no_accounts() -> pa.Table:
    columns = {"account_id": pa.string(), "document_id": pa.string(), "mention_ids": pa.list_(pa.string())}
    return pa.schema(list(columns.items())).empty_table()


def test_a_log_of_thousands_of_reports_is_compared_in_step_with_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.link.story import grouping

    compared: list[tuple[int, int]] = []

    def likeness(early: Any, late: Any) -> list[str]:
        compared.append((early.number, late.number))
        return ["always"] if early.number // 2 == late.number // 2 else []

    monkeypatch.setattr(grouping, "likeness", likeness)
    told = [SimpleNamespace(number=n, id=str(n), account=SimpleNamespace(positions=(n,))) for n in range(2_000)]
    groups = grouping.group(told, {"always": 1}, 0)
    assert [[one.number for one in members] for members in groups] == [[n, n + 1] for n in range(0, 2_000, 2)]
    assert len(compared) < 150 * len(told)
