"""Which mentions are one event, in the terms of what reports say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from conftest import drawn_often
from hypothesis import given
from hypothesis import strategies as st
from link_rows import Linked, document, documents, link, mention

from tasks.link import RepeatedMentionError, UnknownDocumentError, cluster, joining, nearby, relinking
from tasks.link.weights import WEIGHTS
from tasks.tables import EVENTS, TERRITORY

IMAM = "Imam Sahib District"


def seed_text() -> dict[str, dict]:
    """The fall of one district as one report tells it, with all that must stay beside it."""
    taliban, police = ["taliban"], ["afg_police"]
    return {
        "lead": mention(
            "Taliban forces took over a key district in northern Kunduz province on Monday",
            at=0,
            on="2021-06-21",
            place="Kunduz Province",
            actors=taliban,
        ),
        "surround": mention(
            "and surrounded the provincial capital",
            at=90,
            type="encirclement",
            on="2021-06-21",
            place="Kunduz",
            actors=taliban,
        ),
        "clash": mention(
            "Fighting around Imam Sahib started late Sunday",
            at=300,
            type="armed_clash",
            on="2021-06-20",
            place=IMAM,
            speaker="Rahmani",
            speaker_id="afg_police",
        ),
        "overrun": mention(
            "the Taliban overran the district headquarters by midday Monday",
            at=350,
            on="2021-06-21",
            place=IMAM,
            actors=taliban,
            speaker="Rahmani",
            speaker_id="afg_police",
        ),
        "gates": mention(
            "Taliban fighters were a kilometre from the capital",
            at=500,
            type="advance",
            told="2021-06-22",
            place="Kunduz",
            actors=taliban,
            status="ongoing",
        ),
        "post": mention(
            "Taliban fighters took control of a key district in northern Kunduz province.",
            at=700,
            told="2021-06-22",
            place="Kunduz Province",
            actors=taliban,
        ),
        "several": mention(
            "Since May several districts fell to the Taliban",
            at=900,
            date_start=None,
            told="2021-05-01",
            place="Afghanistan",
            actors=taliban,
            is_aggregate=True,
        ),
        "others": mention(
            "Taliban also took control of many other districts in Kunduz",
            at=1200,
            told="2021-06-22",
            place="Kunduz Province",
            actors=taliban,
            is_aggregate=True,
        ),
        "headline": mention(
            "Several Districts in Kunduz fallen into Taliban Hands",
            at=1300,
            told="2021-06-22",
            place="Kunduz Province",
            actors=taliban,
            is_aggregate=True,
        ),
        "defend": mention(
            "Army troops and police had tried to defend the district",
            at=1400,
            type="armed_clash",
            told="2021-06-22",
            place=IMAM,
            actors=police,
            recipients=taliban,
        ),
        "unclear": mention(
            "it was unclear how many casualties both suffered in the fight",
            at=1500,
            type="armed_clash",
            told="2021-06-22",
            place=IMAM,
            casualties_unknown=True,
            speaker="Rahmani",
            speaker_id="afg_police",
        ),
        "confirmed": mention(
            "The Taliban spokesman confirmed the district was in their hands",
            at=1700,
            told="2021-06-22",
            place=IMAM,
            actors=taliban,
            speaker="Mujahed",
            speaker_id="taliban",
            stance="confirms",
        ),
        "doshi": mention(
            "A witness said Doshi was in the control of the Taliban",
            at=1900,
            told="2021-06-22",
            place="Doshi District",
            actors=taliban,
            speaker="A witness",
            is_hedged=True,
        ),
        "severe": mention(
            "the fighting is severe in some districts of the province",
            at=2400,
            type="armed_clash",
            told="2021-06-22",
            place="Kunduz Province",
            actors=taliban,
            recipients=["afg_army"],
            status="ongoing",
        ),
    }


def test_a_report_that_tells_one_fall_of_a_district_five_ways_makes_one_event():
    rows = seed_text()
    linked = link(*rows.values())
    assert linked.together(rows["lead"], rows["overrun"], rows["post"], rows["confirmed"])
    assert linked.together(rows["clash"], rows["defend"], rows["unclear"])
    assert linked.together(rows["surround"], rows["gates"])
    assert linked.together(rows["others"], rows["headline"])
    assert len(linked.events) == 7
    fall = next(event for event in linked.events if event["event_id"] == linked.home[rows["lead"]["mention_id"]])
    assert (fall["place_label"], str(fall["date_start"]), fall["certainty_code"]) == (IMAM, "2021-06-21", "confirmed")
    assert fall["summary"] == "21 Jun 2021: territory seized, Taliban, Imam Sahib District (Kunduz, AFG)"
    fight = next(event for event in linked.events if event["event_id"] == linked.home[rows["clash"]["mention_id"]])
    assert fight["casualties_unknown"] and fight["killed_low"] is None and str(fight["date_start"]) == "2021-06-20"
    assert [str(row["date"]) for row in linked.territory if row["place_label"] == IMAM] == ["2021-06-21"]


def test_a_battle_and_the_fall_of_the_place_are_two_events():
    fall = mention("The Taliban took Imam Sahib", on="2021-06-21", place=IMAM, actors=["taliban"])
    clash = mention(
        "Clashes raged in Imam Sahib", "b", type="armed_clash", on="2021-06-21", place=IMAM, actors=["taliban"]
    )
    assert not link(fall, clash).together(fall, clash)


def test_outlets_that_report_one_fall_make_one_event_with_all_of_them():
    rows = [
        mention(
            "Taliban fighters seized Imam Sahib district on Monday",
            "a",
            on="2021-06-21",
            place=IMAM,
            actors=["taliban"],
        ),
        mention(
            "The district of Imam Sahib has fallen to the insurgents",
            "b",
            told="2021-06-22",
            place=IMAM,
            actors=["taliban"],
        ),
        mention("Imam Sahib was overrun on 21 June", "c", on="2021-06-21", place=IMAM, actors=["taliban"]),
        mention(
            "Militants captured the town of Imam Sahib", "d", on="2021-06-21", place="Imam Sahib", actors=["taliban"]
        ),
    ]
    event = link(*rows).one
    assert (event["mention_count"], event["document_count"], event["publisher_count"]) == (4, 4, 4)
    assert event["place_label"] == "Imam Sahib" and event["certainty_code"] == "confirmed"


def test_different_districts_never_merge_even_through_a_vague_report_between_them():
    imam = mention("The Taliban took Imam Sahib on Monday", "a", on="2021-06-21", place=IMAM, actors=["taliban"])
    doshi = mention(
        "The Taliban took Doshi on Monday", "b", on="2021-06-21", place="Doshi District", actors=["taliban"]
    )
    vague = mention(
        "The Taliban took a district on Monday", "c", on="2021-06-21", place="Afghanistan", actors=["taliban"]
    )
    linked = link(imam, doshi, vague)
    assert len(linked.events) == 3


def test_a_report_of_the_province_joins_the_only_district_that_fits():
    imam = mention("The Taliban took Imam Sahib on Monday", "a", on="2021-06-21", place=IMAM, actors=["taliban"])
    vague = mention(
        "The Taliban took a district of Kunduz", "c", on="2021-06-21", place="Kunduz Province", actors=["taliban"]
    )
    assert link(imam, vague).together(imam, vague)


def test_two_bombs_in_one_city_on_one_day_stay_two():
    first = mention(
        "A car bomb killed 10 people at a market in Kabul on Monday",
        type="explosive_attack",
        on="2021-06-21",
        place="Kabul",
        killed=10,
        weapon="car_bomb",
        at=0,
    )
    second = mention(
        "Hours later a second blast killed 3 policemen in Kabul",
        type="explosive_attack",
        on="2021-06-21",
        place="Kabul",
        killed=3,
        at=200,
        trigger=21,
    )
    again = mention(
        "The second bombing hit a checkpoint", type="explosive_attack", told="2021-06-22", at=260, trigger=11
    )
    other = mention(
        "A bomb killed 10 at a Kabul market", "b", type="explosive_attack", on="2021-06-21", place="Kabul", killed=10
    )
    linked = link(first, second, again, other)
    assert not linked.together(first, second)
    assert linked.together(second, again)
    assert linked.together(first, other)


def test_some_of_the_dead_are_not_another_attack():
    whole = mention(
        "A bomb killed ten people in a Kabul market on Monday",
        type="explosive_attack",
        on="2021-06-21",
        place="Kabul",
        killed=10,
    )
    part = mention("Three children died in the blast", type="explosive_attack", told="2021-06-22", killed=3, at=80)
    assert link(whole, part).together(whole, part)


def test_tolls_that_two_voices_give_in_one_text_are_one_event_with_two_claims():
    police = mention(
        "Police said the blast in Kabul on Monday killed 10",
        type="explosive_attack",
        on="2021-06-21",
        place="Kabul",
        killed=10,
        speaker="Police",
        speaker_id="afg_police",
    )
    doctors = mention(
        "The blast in Kabul on Monday killed 14, the hospital said",
        type="explosive_attack",
        on="2021-06-21",
        place="Kabul",
        killed=14,
        speaker="the hospital",
        at=100,
    )
    event = link(police, doctors).one
    assert (event["killed_low"], event["killed_high"]) == (10, 14)
    assert [claim["killed_low"] for claim in event["claims"]] == [10, 14]


def test_a_bombing_and_the_suicide_bombing_that_it_was_are_one():
    loose = mention(
        "An explosion hit a Kabul mosque on Monday, killing 12",
        "a",
        type="explosive_attack",
        on="2021-06-21",
        place="Kabul",
        killed=12,
    )
    close = mention(
        "A suicide bomber killed 12 worshippers in Kabul",
        "b",
        type="suicide_bombing",
        on="2021-06-21",
        place="Kabul",
        killed=12,
    )
    assert link(loose, close).one["event_type_code"] == "suicide_bombing"


def test_an_attack_on_civilians_joins_a_shooting_only_where_figures_or_wording_agree():
    shooting = mention("Gunmen shot dead 7 in Kabul", "a", type="shooting", on="2021-06-21", place="Kabul", killed=7)
    same = mention(
        "Seven villagers were massacred", "b", type="attack_on_civilians", on="2021-06-21", place="Kabul", killed=7
    )
    bare = mention("Villagers came under attack", "c", type="attack_on_civilians", on="2021-06-21", place="Kabul")
    linked = link(shooting, same, bare)
    assert linked.together(shooting, same)
    assert not link(shooting, bare).together(shooting, bare)


def test_deeds_of_opposing_sides_are_not_one():
    ours = mention(
        "The army shelled Kunduz", "a", type="shelling", on="2021-06-21", place="Kunduz", actors=["afg_army"]
    )
    theirs = mention(
        "The Taliban shelled Kunduz", "b", type="shelling", on="2021-06-21", place="Kunduz", actors=["taliban"]
    )
    assert len(link(ours, theirs).events) == 2


def test_a_fight_told_from_either_side_is_one():
    ours = mention(
        "Troops fought militants in Kunduz on Monday",
        "a",
        type="armed_clash",
        on="2021-06-21",
        place="Kunduz",
        actors=["afg_army"],
        recipients=["taliban"],
    )
    theirs = mention(
        "Taliban fighters battled in Kunduz on Monday",
        "b",
        type="armed_clash",
        on="2021-06-21",
        place="Kunduz",
        actors=["taliban"],
    )
    event = link(ours, theirs).one
    assert {party["actor_id"] for party in event["actors"] + event["recipients"]} == {"afg_army", "taliban"}


@pytest.mark.parametrize("one, other", [("AFG.person.nawab_khan", "AFG.person.haji_ali"), ("Gul Agha", "Abdul Raziq")])
def test_two_named_victims_are_two_killings(one, other):
    killing = {"type": "assassination", "on": "2021-06-21", "place": "Kabul", "killed": 1}
    first = mention("Gunmen killed an officer in Kabul", "a", recipients=[one], **killing)
    second = mention("Gunmen killed an officer in Kabul", "b", recipients=[other], **killing)
    assert not link(first, second).together(first, second)
    assert link(first, second | {"recipients": first["recipients"]}).one["killed_best"] == 1


def test_the_same_kind_on_days_far_apart_is_two_events_and_an_undated_report_goes_with_the_fresh_one():
    old = mention("A bomb hit Kabul on 1 June", "a", type="explosive_attack", on="2021-06-01", place="Kabul")
    new = mention("A bomb hit Kabul on 21 June", "b", type="explosive_attack", on="2021-06-21", place="Kabul", killed=4)
    bare = mention(
        "A bomb hit the city, killing 4", "c", type="explosive_attack", told="2021-06-22", place="Kabul", killed=4
    )
    linked = link(old, new, bare)
    assert not linked.together(old, new) and linked.together(new, bare)


def test_the_places_of_one_happening_are_events_of_their_own_even_where_one_holds_the_other():
    sentence = "The Taliban attacked Kunduz city and other parts of Kunduz province on Monday"
    city, around = (
        mention(sentence, type="armed_clash", on="2021-06-21", place=place, actors=["taliban"], id=place)
        for place in ("Kunduz", "Kunduz Province")
    )
    assert len(link(city, around).events) == 2


def test_a_coarse_sentence_means_the_event_told_next_to_it():
    near = mention("A bomb hit Kunduz city on Monday", type="shelling", on="2021-06-21", place="Kunduz", at=0)
    far = mention("Shells fell on Imam Sahib on Monday", type="shelling", on="2021-06-21", place=IMAM, at=1500)
    loose = mention(
        "Shelling in the province went on for hours", type="shelling", told="2021-06-22", place="Kunduz Province", at=60
    )
    linked = link(near, far, loose)
    assert linked.together(near, loose) and not linked.together(near, far)


def test_a_planned_meeting_told_in_three_sentences_is_one_planned_event():
    pair = {"actors": ["joe_biden"], "recipients": ["ashraf_ghani"], "type": "meeting", "status": "planned"}
    rows = [
        mention("Later this week President Biden will meet President Ghani", at=0, **pair),
        mention(
            "Friday's meeting in Washington aims to reaffirm aid",
            at=100,
            on="2021-06-25",
            place="Washington",
            **pair | {"actors": [], "recipients": []},
        ),
        mention("their dialogue would continue to discuss terror", at=300, type="meeting", status="planned"),
    ]
    event = link(*rows).one
    assert (event["status_code"], event["place_label"], str(event["date_start"])) == (
        "planned",
        "Washington",
        "2021-06-25",
    )
    assert event["certainty_code"] is None


def test_a_plan_that_came_true_is_the_deed_and_one_without_its_day_is_not():
    pair = {"actors": ["joe_biden"], "recipients": ["ashraf_ghani"], "type": "meeting", "place": "Washington"}
    plan = mention("Biden will meet Ghani on Friday", "a", status="planned", on="2021-06-25", **pair)
    deed = mention("Biden met Ghani in Washington", "b", on="2021-06-25", **pair)
    loose = mention("Biden plans to meet Ghani", "c", status="planned", **pair)
    linked = link(plan, deed, loose)
    assert linked.together(plan, deed) and not linked.together(plan, loose)
    assert next(event for event in linked.events if event["mention_count"] == 2)["status_code"] == "occurred"


def test_a_withdrawal_under_way_and_its_deadline_stay_two():
    begun = mention(
        "The withdrawal began on 1 May", type="troop_withdrawal", on="2021-05-01", place="Afghanistan", actors=["usa"]
    )
    planned = mention(
        "The withdrawal will end by 11 September",
        type="troop_withdrawal",
        status="planned",
        on="2021-09-11",
        place="Afghanistan",
        actors=["usa"],
        at=100,
    )
    assert len(link(begun, planned).events) == 2


def test_statements_that_sum_up_never_swallow_single_events():
    single = mention("The Taliban took Imam Sahib", on="2021-06-21", place=IMAM, actors=["taliban"])
    total = mention(
        "The Taliban took many districts of Kunduz",
        at=60,
        told="2021-06-22",
        place="Kunduz Province",
        actors=["taliban"],
        is_aggregate=True,
    )
    linked = link(single, total)
    assert not linked.together(single, total)
    assert len(linked.territory) == 1


def test_a_denial_joins_what_it_denies():
    claim = mention("The Taliban captured Kunduz on Monday", "a", on="2021-06-21", place="Kunduz", actors=["taliban"])
    denial = mention(
        "The army denied that the Taliban captured Kunduz",
        "b",
        told="2021-06-22",
        place="Kunduz",
        actors=["taliban"],
        status="denied",
        stance="denies",
        speaker="The army",
        speaker_id="afg_army",
    )
    event = link(claim, denial).one
    assert (event["status_code"], event["certainty_code"]) == ("occurred", "disputed")


def test_every_mention_says_why_it_is_there():
    rows = seed_text()
    linked = link(*rows.values())
    assert linked.reasons[rows["lead"]["mention_id"]] == "first telling"
    assert "told in the same document" in linked.reasons[rows["overrun"]["mention_id"]]
    assert "same kind" in linked.reasons[rows["confirmed"]["mention_id"]]
    other = mention(
        "The Taliban overran Imam Sahib headquarters by midday Monday",
        "z",
        on="2021-06-21",
        place=IMAM,
        actors=["taliban"],
    )
    assert link(*rows.values(), other).reasons[other["mention_id"]].startswith("same kind, place and day; actors agree")


def test_a_mention_twice_or_without_its_document_is_refused():
    row = mention("The Taliban took Imam Sahib", on="2021-06-21", place=IMAM)
    with pytest.raises(RepeatedMentionError, match=row["mention_id"]):
        link(row, row)
    with pytest.raises(UnknownDocumentError, match="document a"):
        Linked([row], documents(document("b")))


def test_nothing_in_nothing_out():
    linked = Linked([], documents())
    assert linked.mentions.num_rows == linked.table.num_rows == linked.held.num_rows == 0
    assert linked.table.schema == EVENTS.schema and linked.held.schema == TERRITORY.schema


KINDS = ("territory_seized", "armed_clash", "explosive_attack", "suicide_bombing", "attack_on_civilians", "meeting")
rows_of_news = st.lists(
    st.fixed_dictionaries(
        {
            "document": st.sampled_from("abcd"),
            "at": st.sampled_from(range(0, 3000, 60)),
            "type": st.sampled_from(KINDS),
            "place": st.sampled_from([IMAM, "Imam Sahib", "Kunduz", "Kunduz Province", "Afghanistan", None]),
            "when": st.sampled_from([{"on": "2021-06-20"}, {"on": "2021-06-21"}, {"told": "2021-06-22"}, {}]),
            "actors": st.sampled_from([[], ["taliban"], ["afg_army"], ["gunmen"]]),
            "status": st.sampled_from(["occurred", "ongoing", "planned", "denied"]),
            "is_aggregate": st.sampled_from([False, False, True]),
            "sentence": st.sampled_from(
                ["A second blast killed many", "Fighters took the district on Monday", "Police said so"]
            ),
        }
    ),
    max_size=9,
    unique_by=lambda row: (row["document"], row["at"], row["type"], row["sentence"]),
)


def news(drawn: list[dict]) -> list[dict]:
    return [
        mention(row["sentence"], **{k: v for k, v in row.items() if k not in ("sentence", "when")}, **row["when"])
        for row in drawn
    ]


@drawn_often(12)
@given(rows_of_news, st.randoms(use_true_random=False))
def test_the_order_of_mentions_changes_nothing(drawn, random):
    rows = news(drawn)
    straight = link(*rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    turned = link(*shuffled)
    assert turned.mentions.equals(straight.mentions)
    assert turned.table.equals(straight.table)
    assert turned.held.equals(straight.held)


@drawn_often(8)
@given(rows_of_news, st.integers(0, 9))
def test_arrival_in_batches_changes_nothing_but_names_and_linking_again_changes_nothing(drawn, cut):
    rows = news(drawn)
    at_once, grown = link(*rows), link(*rows, before=link(*rows[:cut]))

    def groups(linked: Linked) -> set[frozenset[str]]:
        return {frozenset(m for m, event in linked.home.items() if event == name) for name in linked.home.values()}

    assert groups(at_once) == groups(grown)
    bare = [
        sorted(
            str({k: v for k, v in event.items() if k not in ("event_id", "former_event_ids")})
            for event in linked.events
        )
        for linked in (at_once, grown)
    ]
    assert bare[0] == bare[1]
    again = link(*rows, before=grown)
    assert again.mentions.equals(grown.mentions) and again.table.equals(grown.table) and again.held.equals(grown.held)
    assert sorted(at_once.home) == sorted(row["mention_id"] for row in rows)
    ids = [event["event_id"] for event in grown.events]
    assert len(set(ids)) == len(ids)
    assert not {former for event in grown.events for former in event["former_event_ids"]} & set(ids)


SHAPES = st.fixed_dictionaries(
    {
        "document": st.sampled_from([f"d{number}" for number in range(12)]),
        "at": st.sampled_from(range(0, 3000, 60)),
        "type": st.sampled_from(["explosive_attack", "suicide_bombing", "attack_on_civilians"]),
        "place": st.sampled_from(
            [
                IMAM,
                "Imam Sahib",
                "Kunduz",
                "Kunduz",
                "Camp Blue",
                "Kabul",
                "Kabul",
                "Kunduz Province",
                "Afghanistan",
                None,
            ]
        ),
        "when": st.sampled_from(
            [
                *({"on": f"2021-06-{day}"} for day in (18, 19, 20, 20, 21, 21, 22)),
                *({"told": f"2021-06-{day}"} for day in (20, 22)),
                *({"on": "2021-06-20", "date_end": date(2021, 6, day)} for day in (22, 28, 30)),
                {"on": "2021-06-01", "date_end": None},
                {},
            ]
        ),
        "actors": st.sampled_from([[], [], ["taliban"], ["isk"]]),
        "killed": st.sampled_from([3, 3, 5, 8]),
        "status": st.sampled_from(["occurred", "occurred", "ongoing", "denied"]),
        "is_aggregate": st.sampled_from([False, False, False, True]),
        "sentence": st.sampled_from(
            [
                "A blast killed many traders",
                "Bombers struck traders near the mosque",
                "A blast near the mosque",
                "Police",
            ]
        ),
    }
)
MUCH_NEWS = st.lists(
    SHAPES, min_size=4, max_size=28, unique_by=lambda row: (row["document"], row["at"], row["type"], row["sentence"])
)
PUBLISHED = st.sampled_from(["2021-06-21", "2021-06-23", None])
BATCHES = st.lists(
    st.tuples(
        st.sets(st.integers(0, 11), max_size=8),
        st.dictionaries(st.integers(0, 11), PUBLISHED, max_size=2),
        st.dictionaries(st.integers(0, 11), st.integers(0, 11), max_size=2),
    ),
    min_size=1,
    max_size=4,
)


def coded(linked: Linked) -> dict[frozenset[str], str]:
    """Each event but for its ids, by its mentions, with why they belong to it."""
    members: dict[str, set[str]] = {}
    for mention_id, event in linked.home.items():
        members.setdefault(event, set()).add(mention_id)
    rows = {}
    for event in linked.events:
        bare = {name: value for name, value in event.items() if name not in ("event_id", "former_event_ids")}
        mentions = frozenset(members[event["event_id"]])
        rows[mentions] = str((bare, sorted((name, linked.reasons[name]) for name in mentions)))
    return rows


# the weights crowd, busy, too_many, neighbours and rare_marks: as they are, and so small that a few accounts reach them
LIMITS = [(150, 12, 60, 8, 6), (4, 2, 3, 2, 2), (1, 1, 2, 1, 1)]


@pytest.mark.parametrize("limits", LIMITS)
@drawn_often(3)
@given(drawn=MUCH_NEWS, batches=BATCHES)
def test_linking_what_is_new_gives_what_linking_all_anew_gives(monkeypatch, limits, drawn, batches):
    names = ("crowd", "busy", "too_many", "neighbours", "rare_marks")
    weights = replace(WEIGHTS, **dict(zip(names, limits, strict=True)))
    for module in (cluster, joining, nearby, relinking):
        monkeypatch.setattr(module, "WEIGHTS", weights)
    rows = news(drawn)
    names = [f"d{number}" for number in range(12)]
    published, copies = dict.fromkeys(names, "2021-06-22"), dict.fromkeys(names)
    before = None
    for there, dates, originals in [*batches, (set(range(12)), {}, {})]:
        # documents come and go, are dated anew, or turn out to be copies
        published |= {names[number]: day for number, day in dates.items()}
        copies |= {names[number]: names[of] for number, of in originals.items() if number != of}
        known = [names[number] for number in sorted(there)]
        told = [row for row in rows if row["document_id"] in known]
        reports = documents(
            *(document(name, published[name], f"Paper {name}", duplicate_of=copies[name]) for name in known)
        )
        grown = Linked(told, reports, before, known=True)
        anew, full = Linked(told, reports), Linked(told, reports, before)
        assert coded(grown) == coded(anew) == coded(full)
        assert grown.accounts.equals(anew.accounts)
        assert grown.mentions.equals(full.mentions) and grown.table.equals(full.table)
        again = Linked(told, reports, grown, known=True).changed
        assert not again.events.num_rows and not again.accounts.num_rows and not again.event_mentions.num_rows
        before = grown
