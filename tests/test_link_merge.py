"""What an event row says when its mentions differ: status, kind, date, place, parties, counts, certainty, control."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from link_rows import Actors, document, link, mention, party

from flows.resources import actor_register
from tasks.link.certainty import certainty, is_anonymous
from tasks.link.figures import bounds, whole
from tasks.link.merge import merge
from tasks.link.reports import Report, read_reports
from tasks.link.single_events import single_events
from tasks.storage.store import Store
from tasks.tables import EVENT_MENTIONS, EVENTS, TERRITORY

IMAM = "Imam Sahib District"
BLAST = {"type": "explosive_attack", "on": "2021-06-21", "place": "Kabul"}


def blast(document: str, killed=None, sentence: str = "A bomb hit a mosque in Kabul on Monday", **given) -> dict:
    figures = {"killed": killed} if killed is not None else {}
    return mention(sentence, document, **BLAST | figures | given)


def fall(document: str = "a", sentence: str = "The Taliban took Imam Sahib", **given) -> dict:
    return mention(sentence, document, **{"on": "2021-06-21", "place": IMAM, "actors": ["taliban"]} | given)


def test_an_event_of_one_mention_is_what_merging_makes_of_it(demo_data: Path):
    """Most events are such and are made column by column, with the same functions."""
    store, register = Store(demo_data), actor_register()
    mentions, reports = store.read("resolved_mentions"), read_reports(store.read("documents"))
    # nobody's claim, two numbers that contradict each other, a name on both sides
    odd = {"speaker_text": "", "killed_low": 9, "killed_high": 3, "is_hedged": True}
    changed = [row | odd | {"actors": row["recipients"] + row["actors"]} for row in mentions.to_pylist()]
    mentions = pa.concat_tables([mentions, pa.Table.from_pylist(changed, schema=mentions.schema)])
    names = [f"ev_{number}" for number in range(mentions.num_rows)]
    for name, row, event in zip(
        names, mentions.to_pylist(), single_events(mentions, names, reports, register).to_pylist(), strict=True
    ):
        expected = merge([row], reports, register) | {"event_id": name, "former_event_ids": [], "corrections": []}
        assert event == {column: expected[column] for column in EVENTS.names}


def test_every_column_is_there_and_none_is_null_that_must_not_be():
    linked = link(blast("a", 3, speaker="Police", speaker_id="afg_police"), fall("b"))
    for table, declared in ((linked.table, EVENTS), (linked.mentions, EVENT_MENTIONS), (linked.held, TERRITORY)):
        assert table.schema.names == declared.names
        assert not [column.name for column in declared.columns if not column.nullable and table[column.name].null_count]


@pytest.mark.parametrize(
    ("told", "low", "high"),
    [
        ([(10, 10), (14, 14)], 10, 14),
        ([(10, None), (14, 14)], 10, 14),
        ([(10, 10), (15, None)], 10, None),
        ([(None, 10), (8, 8)], 8, 10),
        ([(None, 5), (8, 8)], None, 8),
        ([(None, None), (0, 0)], 0, 0),
        ([(None, None)], None, None),
    ],
)
def test_bounds_hold_for_every_claim_and_unknown_is_never_zero(told, low, high):
    assert whole(told) == (low, high)


def test_a_part_of_the_dead_bounds_nothing():
    """Three of ten are no lower figure: in a report each voice gives its largest, and half of a toll is no rival."""
    told = [("a", None, 10), ("a", None, 3), ("a", "the mayor", 12), ("b", None, 4)]
    keys = ("document_id", "speaker_text", "killed_low", "killed_high")
    mentions = [dict(zip(keys, (*row, row[2]), strict=True)) for row in told]
    assert bounds(mentions, "killed") == (10, 12)


def test_the_best_figure_is_that_of_most_publishers_then_the_newest():
    rows = [blast("a", 10), blast("b", (10, None)), blast("c", 12)]
    assert link(*rows).one["killed_best"] == 10
    reports = [document("a", "2021-06-21", "One"), document("c", "2021-06-23", "Two")]
    assert link(blast("a", 10), blast("c", 12), reports=reports).one["killed_best"] == 12


def test_a_near_copy_does_not_vote_twice():
    reports = [
        document("a", "2021-06-21", "Agency"),
        document("b", "2021-06-21", "Daily", duplicate_of="a"),
        document("c", "2021-06-22", "Radio"),
    ]
    event = link(blast("a", 10), blast("b", 10), blast("c", 12), reports=reports).one
    assert (event["killed_best"], event["publisher_count"], event["document_count"]) == (12, 2, 3)
    alone = link(blast("a", 10), blast("b", 10), reports=reports[:2]).one
    assert alone["certainty_code"] == "reported"


def test_a_bare_plural_is_no_figure_where_somebody_gives_one():
    rows = [blast("a", (2, None)), blast("b", (2, None)), blast("c", 7)]
    assert link(*rows).one["killed_best"] == 7


def test_unknown_casualties_stay_unknown_until_a_figure_is_told():
    assert link(blast("a", casualties_unknown=True)).one["casualties_unknown"]
    event = link(blast("a", casualties_unknown=True), blast("b", 4)).one
    assert (event["casualties_unknown"], event["killed_low"]) == (False, 4)


def test_the_most_precise_day_and_place_win():
    month = {"date_start": date(2021, 6, 1), "date_end": date(2021, 6, 30), "date_precision_code": "month"}
    event = link(
        fall(
            "a", sentence="In June the Taliban took Imam Sahib", date_text="June", date_basis_code="explicit", **month
        ),
        fall("b", sentence="On Monday the Taliban took Imam Sahib"),
        fall("c", place="Imam Sahib"),
    ).one
    assert (event["date_start"], event["date_precision_code"]) == (date(2021, 6, 21), "day")
    assert (event["geo_precision_code"], event["admin2_name"]) == ("settlement", None)


def test_parties_are_named_once_the_known_ones_first():
    rows = [
        fall("a", actors=["militants", "taliban"]),
        fall("b", actors=[party("taliban") | {"text": "the insurgents"}]),
        fall("c", actors=["Militants"], recipients=["afg_army"]),
    ]
    event = link(*rows).one
    assert [actor["label"] for actor in event["actors"]] == ["Taliban", "militants"]
    assert (event["actor_label"], event["recipient_label"]) == ("Taliban", "Afghan National Army")


def test_numbers_are_listed_once():
    number = {"kind_code": "displaced", "side_code": "civilians", "low": 300, "high": 300, "text": "300"}
    rows = [fall("a", numbers=[number]), fall("b", numbers=[number, number | {"low": 400, "high": 400, "text": "400"}])]
    assert [entry["low"] for entry in link(*rows).one["numbers"]] == [300, 400]


def test_codes_come_from_a_mention_of_the_kind_that_won():
    rows = [
        fall("a", status="planned", plover_type="THREATEN", on="2021-06-21"),
        fall("b", plover_type="COERCE", acled_event_type="Battles"),
    ]
    event = link(*rows).one
    assert (event["status_code"], event["plover_type"], event["acled_event_type"]) == ("occurred", "COERCE", "Battles")


def test_evidence_lists_each_sentence_once_in_order():
    rows = [
        fall("b", at=50),
        fall("a", at=90),
        fall("a", at=10, type="territory_seized"),
        fall("a", at=10, id="second", trigger=5),
    ]
    spans = [(entry["document_id"], entry["start"]) for entry in link(*rows).one["evidence"]]
    assert spans == [("a", 10), ("a", 90), ("b", 50)]


REPORTS = {
    "a": Report("a", "a", "one", None),
    "copy of a": Report("copy of a", "a", "one", None),
    "b": Report("b", "b", "two", None),
    "unknown": Report("unknown", "unknown", "", None),
    "unknown too": Report("unknown too", "unknown too", "", None),
}
TALIBAN = {"speaker": "Mujahed", "speaker_id": "taliban"}
POLICE = {"speaker": "police", "speaker_id": "afg_police"}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([{}], "reported"),
        ([{}, {"document": "copy of a"}], "reported"),
        ([{"document": "unknown"}, {"document": "unknown too"}], "reported"),
        ([{}, {"document": "b"}], "confirmed"),
        ([TALIBAN, POLICE], "confirmed"),
        ([TALIBAN, {"document": "b"}], "confirmed"),
        ([TALIBAN, TALIBAN | {"document": "b"}], "claimed"),
        ([TALIBAN], "claimed"),
        ([POLICE], "claimed"),
        ([TALIBAN, {"is_hedged": True}], "claimed"),
        ([TALIBAN, {}], "reported"),
        ([{"speaker": "Red Crescent of Kunduz"}], "reported"),
        ([{"is_hedged": True}], "unverified"),
        ([{"speaker": "a witness"}], "unverified"),
        ([{"speaker": "a witness"}, {"document": "b", "is_hedged": True}], "unverified"),
        ([{}, {"status": "denied", "document": "b"}], "disputed"),
        ([TALIBAN, POLICE | {"stance": "denies"}], "disputed"),
    ],
)
def test_certainty_is_the_first_rule_that_holds(told, code):
    rows = [fall(**{"document": "a", "at": at} | given) for at, given in enumerate(told)]
    assert certainty(rows, REPORTS, Actors(), "occurred", "AFG") == code
    assert certainty(rows, REPORTS, Actors(), "planned", "AFG") is None


@pytest.mark.parametrize(
    ("speaker", "sentence", "anonymous"),
    [
        ("A witness", "A witness said the town fell", True),
        ("an anonymous police official", "It fell, an anonymous police official said", True),
        ("Residents", "Residents said the town fell", True),
        ("Rahmani", "Rahmani said the town fell", False),
        ("police spokesman Inamuddin Rahmani", "It fell, said police spokesman Inamuddin Rahmani", False),
    ],
)
def test_who_is_named_is_not_anonymous(speaker, sentence, anonymous):
    assert is_anonymous(fall(sentence=sentence, speaker=speaker)) is anonymous


def test_control_passes_from_one_to_the_other():
    rows = [
        fall("a", on="2021-06-21", recipients=["afg_army"]),
        fall("b", "The army retook Imam Sahib", on="2021-07-02", actors=["afg_police"]),
        fall(
            "c",
            "Imam Sahib was handed to the army",
            on="2021-07-09",
            type="territory_handed_over",
            actors=["afg_police"],
            recipients=["afg_army"],
        ),
        fall("d", "The Taliban are back in Imam Sahib", on="2021-08-08"),
    ]
    held = [
        (str(row["date"]), row["controller_actor_id"], row["previous_controller_actor_id"])
        for row in link(*rows).territory
    ]
    assert held == [
        ("2021-06-21", "taliban", "afg_army"),
        ("2021-07-02", "afg_police", "taliban"),
        ("2021-07-09", "afg_army", "taliban"),
        ("2021-08-08", "taliban", "afg_army"),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"status": "planned"},
        {"is_aggregate": True},
        {"place": "Afghanistan"},
        {"place": None},
        {"actors": []},
        {"on": None},
        {"type": "armed_clash"},
    ],
)
def test_no_change_of_control_without_a_place_a_day_and_a_holder(given):
    assert link(fall(**given)).territory == []


def test_a_disputed_fall_is_shown_and_moves_nobody_out():
    rows = [
        fall("a", on="2021-06-01", actors=["isk"]),
        fall("b", on="2021-06-21"),
        fall("c", "The army denied that Imam Sahib fell", told="2021-06-22", status="denied"),
        fall("d", on="2021-07-10", actors=["afg_army"]),
    ]
    held = [
        (row["controller_actor_id"], row["certainty_code"], row["previous_controller_actor_id"])
        for row in link(*rows).territory
    ]
    assert held == [("isk", "reported", None), ("taliban", "disputed", "isk"), ("afg_army", "reported", "isk")]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"killed": (3, 5)}, "21 Jun 2021: explosive attack, Kabul (AFG); 3 to 5 killed"),
        ({"status": "planned"}, "21 Jun 2021: planned: explosive attack, Kabul (AFG)"),
        (
            {"actors": ["taliban"], "recipients": ["usa"], "injured": (1200, None), "place": "Imam Sahib"},
            "21 Jun 2021: explosive attack, Taliban → United States, Imam Sahib (Kunduz, AFG); at least 1,200 injured",
        ),
        ({"is_hedged": True, "place": None, "on": None}, "explosive attack; unverified"),
    ],
)
def test_the_summary_says_what_the_columns_hold(given, line):
    assert link(mention("A bomb went off", **BLAST | given)).one["summary"] == line
