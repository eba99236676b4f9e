"""An analyst's fixes: each kind does what it says, a stale one is refused, and they hold over re-runs in any order."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from link_rows import Linked, link, mention, party

from tasks import vocabularies
from tasks.knowledge.crosswalk import Crosswalk
from tasks.reading.show import show_event
from tasks.storage.store import Store
from tasks.tables import EVENTS
from tasks.vocabularies import VOCABULARIES, load

IMAM = "Imam Sahib District"
COLUMNS = VOCABULARIES["corrections"].columns


@cache
def codes() -> dict[str, set[str]]:
    return {name: set(rows) for name, rows in load("codes").groupby("list")["code"]}


@cache
def crosswalk() -> Crosswalk:
    return Crosswalk(load("crosswalk"))


def place_of(place_id: str) -> Any:
    if place_id != "pl_Doshi":
        return None
    return SimpleNamespace(
        place_id="pl_Doshi",
        label="Doshi",
        latitude=35.6,
        longitude=68.7,
        country_code="AFG",
        admin1_name="Baghlan",
        admin1_code="AF.03",
        admin2_name=None,
        admin2_code=None,
        geo_precision_code="settlement",
    )


def fix(number: int, action: str, *mentions: str, **given: str) -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS) | {"correction_id": f"c{number}", "action_code": action, "mention_ids": mentions}
    return row | {"reason": "read it again"} | given


def set_(number: int, mention_id: str, column: str, value: str | None, expected: str | None) -> dict[str, Any]:
    return fix(number, "set", mention_id, column=column, value=value, expected=expected)


def corrected(rows: list[dict], *fixes: dict, before: Linked | None = None) -> Linked:
    # as vocabularies are read: in columns of objects, since pandas' own types would turn None into NaN
    frame = pd.DataFrame({name: pd.Series([row[name] for row in fixes], dtype=object) for name in COLUMNS})
    return link(*rows, before=before, corrections=frame, codes=codes(), place_of=place_of, crosswalk=crosswalk())


def refusals(linked: Linked) -> dict[str, str]:
    return {row["uri"].partition("#")[2]: row["reason_code"] for row in linked.refused}


def fall(id: str, **given) -> dict:
    told = {"on": "2021-06-21", "place": IMAM, "actors": ["taliban"], "id": id} | given
    return mention("The Taliban took the district of Imam Sahib", id, **told)


def far(id: str, **given) -> dict:
    return fall(id, **{"on": "2021-08-01"} | given)


def test_what_was_accepted_in_review_changes_nothing():
    rows = [fall("m1"), far("m3")]
    accepted = corrected(rows, fix(1, "accept", "m1", "gone", value="single_voice"))
    assert accepted.table.equals(link(*rows).table) and not accepted.refused


def test_a_merge_makes_one_event_of_two_and_says_why():
    rows = [fall("m1"), fall("m2"), far("m3")]
    before = link(*rows)
    merged = corrected(rows, fix(1, "merge", "m2", "m3"), before=before)
    assert merged.one["mention_count"] == 3 and not merged.refused
    assert merged.one["event_id"] == before.home["m1"] and merged.one["former_event_ids"] == [before.home["m3"]]
    assert merged.reasons["m3"].endswith("; merged by correction c1 (read it again)")
    assert "correction" not in merged.reasons["m1"]
    assert len(merged.territory) == 1


def test_a_split_takes_mentions_out_together():
    rows = [fall("m1"), fall("m2"), fall("m3"), fall("m4")]
    split = corrected(rows, fix(1, "split", "m2", "m3"), before=link(*rows))
    assert split.together(*rows[1:3]) and split.together(rows[0], rows[3]) and len(split.events) == 2
    assert "split off by correction c1" in split.reasons["m3"]


def test_a_mention_moves_by_a_split_and_a_merge():
    rows = [fall("m1"), fall("m2"), far("m3")]
    moved = corrected(rows, fix(1, "merge", "m2", "m3"), fix(2, "split", "m2"))
    assert moved.together(*rows[1:]) and len(moved.events) == 2 and not moved.refused


def test_what_is_dropped_tells_no_event():
    rows = [fall("m1"), fall("m2"), far("m3")]
    left = corrected(rows, fix(1, "drop", "m3"), fix(2, "drop", "m2"))
    assert left.home.keys() == {"m1"} and left.one["mention_count"] == 1 and not left.refused
    assert corrected(rows[:1], fix(1, "drop", "m1")).events == []


@pytest.mark.parametrize(
    ("column", "expected", "value", "follows"),
    [
        ("date_start", "2021-06-21", "2021-06-20", {"date_rule_id": "correction:c1"}),
        ("event_type_code", "territory_seized", "armed_clash", {"acled_sub_event_type": "Armed clash"}),
        ("status_code", "occurred", "planned", {"certainty_code": None}),
        ("killed_low", None, "4", {"killed_best": 4}),
        ("place_id", f"pl_{IMAM}", "pl_Doshi", {"place_label": "Doshi", "geo_precision_code": "settlement"}),
        ("place_id", f"pl_{IMAM}", None, {"place_label": None, "geo_precision_code": "unknown"}),
        ("is_aggregate", "false", "true", {}),
        ("weapon_code", None, "rocket", {}),
    ],
)
def test_a_column_is_set_with_all_that_follows_from_it(column, expected, value, follows):
    rows = [fall("m1", acled_event_type="Battles", speaker="Police", speaker_id="afg_police"), fall("m2")]
    if column == "weapon_code":
        value = sorted(codes()["weapon"])[0]
    linked = corrected(rows, set_(1, "m2", column, value, expected))
    assert refusals(linked) == {}
    written = linked.one[column]
    assert (str(written).lower() if isinstance(written, bool) else written and str(written)) == value
    assert {name: linked.one[name] for name in follows} == follows
    assert linked.one["claims"] == link(*rows).one["claims"]
    assert f"{column} set by correction c1" in linked.reasons["m2"]
    assert linked.table.schema.equals(EVENTS.schema)


def coded(linked: Linked) -> tuple[str | None, ...]:
    return tuple(linked.one[name] for name in ("acled_sub_event_type", "plover_type", "plover_mode", "cameo_code"))


def test_actors_are_set_by_their_ids_with_type_label_codes_and_control():
    codes_so_far = {"acled_event_type": "Battles", "acled_sub_event_type": "Non-state actor overtakes territory"}
    rows = [fall("m1", recipients=["gunmen"], **codes_so_far), fall("m2", recipients=["gunmen"], **codes_so_far)]
    linked = corrected(
        rows,
        set_(1, "m1", "actors", "afg_army; afg_police", "taliban"),
        set_(2, "m2", "recipients", "taliban", "gunmen"),
    )
    event = linked.one
    assert refusals(linked) == {}
    assert [(party["actor_id"], party["label"], party["actor_type_code"]) for party in event["actors"]] == [
        ("afg_army", "Afghan National Army", "military"),
        ("afg_police", "Afghan National Police", "police"),
    ]
    assert (event["actor_label"], event["recipient_label"]) == ("Afghan National Army", "Taliban")
    assert [party["actor_id"] for party in event["recipients"]] == ["taliban"]
    assert event["acled_sub_event_type"] == "Government regains territory"
    assert "Afghan National Army" in event["summary"]
    assert [row["controller_actor_id"] for row in linked.territory] == ["afg_army"]


def test_parties_may_be_emptied_and_are_expected_in_any_order():
    rows = [fall("m1", actors=["taliban", "gunmen"], recipients=["afg_army"])]
    linked = corrected(rows, set_(1, "m1", "actors", None, "taliban;gunmen"))
    assert refusals(linked) == {} and linked.one["actors"] == [] and linked.one["actor_label"] is None
    assert [party["actor_id"] for party in linked.one["recipients"]] == ["afg_army"]


def test_a_party_taken_off_one_side_does_not_cross_over():
    police = {"actors": ["afg_police"], "type": "armed_clash"}
    both = {"actors": ["afg_army"], "recipients": ["afg_police"], "type": "armed_clash"}
    rows = [fall("m1", **police), fall("m2", **police), fall("m3", **both)]
    assert link(*rows).one["recipients"] == []
    linked = corrected(rows, set_(1, "m1", "actors", "afg_army", "afg_police;afg_army"))
    assert refusals(linked) == {} and linked.one["recipients"] == []


def test_an_actor_that_the_register_lacks_is_refused_by_its_name():
    linked = corrected([fall("m1")], set_(1, "m1", "actors", "taliban;taleban", "taliban"))
    assert refusals(linked) == {"c1": "unfit_correction"}
    assert "seeds/actors.csv holds no actor 'taleban'" in linked.refused[0]["message"]


@pytest.mark.parametrize(
    ("column", "expected", "value", "codes"),
    [
        ("event_type_code", "territory_seized", "ceasefire", ("Agreement", "AGREE", None, "0871")),
        ("status_code", "occurred", "planned", (None, None, None, None)),
        ("place_id", f"pl_{IMAM}", "pl_Doshi", None),
        ("killed_high", None, "4", None),
    ],
)
def test_codes_of_other_schemes_follow_what_they_follow_from(column, expected, value, codes):
    facts = {"actors": ["taliban"], "place": IMAM}
    crosswalk = Crosswalk(load("crosswalk"))
    probe = fall("m0", **facts)
    given = {name: probe[name] for name in ("event_type_code", "status_code", "weapon_code", "actors", "recipients")}
    own = crosswalk.codes(**given, country_code="AFG", killed_low=None)
    linked = corrected([fall("m1", **facts, **own)], set_(1, "m1", column, value, expected))
    assert refusals(linked) == {}
    event = linked.one
    again = {name: event[name] for name in (*given, "country_code", "killed_low")}
    assert {name: event[name] for name in own} == crosswalk.codes(**again)
    if codes is None:
        assert {name: event[name] for name in own} == own
    else:
        assert event["acled_sub_event_type"] == codes[0]


def test_a_protest_that_met_force_stays_one_when_something_else_is_corrected():
    protest = {"type": "protest", "actors": [party("crowd", "protesters")], "place": "Kabul", "on": "2021-06-21"}
    met = Crosswalk(load("crosswalk")).codes(
        "protest", "occurred", None, protest["actors"], [], "AFG", None, frozenset({"protest_repressed"})
    )
    assert met["acled_sub_event_type"] == "Excessive force against protesters"
    rows = [mention("Crowds marched", "a", id="m1", **protest, **met)]
    linked = corrected(rows, set_(1, "m1", "killed_low", "2", None))
    assert {name: linked.one[name] for name in met} == met


@pytest.mark.parametrize(
    ("start", "end", "precision", "basis"),
    [
        ("2021-06-01", "2021-06-30", "month", "explicit"),
        ("2021-06-20", "2021-06-20", "day", "explicit"),
        ("2021-06-20", None, "longer", "explicit"),
        (None, None, "unknown", "unknown"),
    ],
)
def test_a_corrected_date_says_how_exact_it_is_and_that_it_is_given(start, end, precision, basis):
    rows = [fall("m1", on=None, told="2021-06-22")]
    fixes = [
        set_(1, "m1", "date_start", start, "2021-06-22"),
        set_(2, "m1", "date_end", end, "2021-06-22"),
    ]
    event = corrected(rows, *fixes).one
    assert (event["date_precision_code"], event["date_basis_code"]) == (precision, basis)
    by_hand = corrected(rows, *fixes, set_(3, "m1", "date_precision_code", "season", "unknown")).one
    assert by_hand["date_precision_code"] == "season"


def test_an_event_tells_what_was_changed_in_it():
    rows = [fall("m1"), fall("m2"), fall("m3"), far("m4")]
    linked = corrected(rows, set_(1, "m1", "killed_low", "4", None), fix(2, "split", "m3"), fix(3, "merge", "m4", "m1"))
    told = {row["event_id"]: row["corrections"] for row in linked.events}
    assert [made["correction_id"] for made in told[linked.home["m1"]]] == ["c1", "c2", "c3"]
    assert [made["correction_id"] for made in told[linked.home["m3"]]] == ["c2"]
    [changed] = [made for made in told[linked.home["m1"]] if made["action_code"] == "set"]
    assert (changed["column"], changed["before"], changed["after"]) == ("killed_low", None, "4")
    assert link(*rows).events[0]["corrections"] == []


def test_a_corrected_place_moves_the_change_of_control_and_the_summary():
    linked = corrected([fall("m1")], set_(1, "m1", "place_id", "pl_Doshi", f"pl_{IMAM}"))
    assert [row["place_id"] for row in linked.territory] == ["pl_Doshi"]
    assert "Doshi (Baghlan, AFG)" in linked.one["summary"]


STALE, UNFIT, UNKNOWN = "stale_correction", "unfit_correction", "unknown_mention"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (fix(1, "merge", "m1", "gone"), UNKNOWN),
        (fix(1, "drop", "gone"), UNKNOWN),
        (fix(1, "merge", "m1", "m2"), STALE),
        (fix(1, "split", "m3"), STALE),
        (fix(1, "split", "m1", "m3"), STALE),
        (fix(1, "drop", "m1", column="status_code", expected="planned"), STALE),
        (set_(1, "m1", "date_start", "2021-06-20", "2021-06-19"), STALE),
        (set_(1, "m1", "weapon_code", None, "missile"), STALE),
        (fix(1, "set", "m1", "m3", column="killed_low", value="3"), STALE),
        (fix(1, "merge", "m1"), UNFIT),
        (fix(1, "merge", "m1", "sum"), UNFIT),
        (fix(1, "drop", "m1", value="x"), UNFIT),
        (set_(1, "m1", "date_start", "20 June", "2021-06-21"), UNFIT),
        (set_(1, "m1", "date_start", "2021-06-25", "2021-06-21"), UNFIT),
        (set_(1, "m1", "event_type_code", "brawl", "territory_seized"), UNFIT),
        (set_(1, "m1", "status_code", None, "occurred"), UNFIT),
        (set_(1, "m1", "killed_low", "-1", None), UNFIT),
        (set_(1, "m1", "place_id", "pl_Nowhere", f"pl_{IMAM}"), UNFIT),
        (set_(1, "m1", "summary", "x", None), UNFIT),
        (set_(1, "m1", "actors", "isk", "afg_army"), STALE),
        (set_(1, "m1", "recipients", "nobody", None), UNFIT),
    ],
)
def test_a_fix_that_cannot_be_made_is_listed_and_the_rest_goes_on(wrong, reason):
    rows = [fall("m1"), fall("m2"), far("m3"), fall("sum", is_aggregate=True, on="2021-09-01")]
    linked = corrected(rows, wrong, set_(2, "m3", "killed_low", "7", None))
    assert refusals(linked) == {"c1": reason}
    assert "read it again" in linked.refused[0]["message"]
    untouched = link(*rows).table.to_pylist()
    assert [event for event in linked.events if event["killed_low"] != 7] == [
        event for event in untouched if event["event_id"] != linked.home["m3"]
    ]
    assert sum(event["killed_low"] == 7 for event in linked.events) == 1


def test_fixes_that_contradict_each_other_are_both_refused():
    rows = [fall("m1"), fall("m2")]
    fixes = [set_(1, "m1", "killed_low", "3", None), set_(2, "m2", "killed_low", "4", None)]
    assert refusals(corrected(rows, *fixes)) == {"c1": UNFIT, "c2": UNFIT}
    assert refusals(corrected(rows, fixes[0], fix(2, "drop", "m1"))) == {"c1": UNFIT}


def test_both_ends_of_a_date_are_set_together():
    fixes = [
        set_(1, "m1", "date_start", "2021-06-25", "2021-06-21"),
        set_(2, "m1", "date_end", "2021-06-26", "2021-06-21"),
    ]
    event = corrected([fall("m1")], *fixes).one
    assert (str(event["date_start"]), str(event["date_end"])) == ("2021-06-25", "2021-06-26")


MANY = [
    fix(1, "split", "m2"),
    fix(2, "merge", "m2", "m3"),
    set_(3, "m2", "killed_low", "5", None),
    fix(4, "drop", "m5"),
    fix(5, "merge", "m1", "gone"),
]


def test_the_order_of_fixes_and_of_mentions_does_not_matter():
    rows = [fall("m1"), fall("m2"), far("m3"), far("m4", place="Kabul"), far("m5", place="Kabul")]
    first = corrected(rows, *MANY)
    assert refusals(first) == {"c5": UNKNOWN} and first.together(*rows[1:3])
    # each fix comes first, last and before and after every other one
    turns = [fixes[at:] + fixes[:at] for fixes in (MANY, MANY[::-1]) for at in range(len(MANY))]
    for fixes in turns:
        again = corrected(rows[::-1], *fixes)
        assert again.table.equals(first.table) and again.mentions.equals(first.mentions)
        assert again.refused == first.refused


def test_a_rerun_changes_nothing_and_without_fixes_linking_is_as_before():
    rows = [fall("m1"), fall("m2"), far("m3"), far("m5", place="Kabul")]
    plain = link(*rows)
    first = corrected(rows, *MANY, before=plain)
    again = corrected(rows, *MANY, before=first)
    assert again.table.equals(first.table) and again.mentions.equals(first.mentions) and again.refused == first.refused
    undone = link(*rows, before=again)
    assert undone.together(*rows[:2]) and len(undone.events) == len(plain.events)


def test_a_changed_file_links_again_lists_what_it_refuses_and_reaches_the_release(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows import resources
    from flows.link import link as link_flow
    from flows.publish import publish

    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for entry in vocabularies.SEEDS.iterdir():
        if entry.name != "corrections.csv":
            (seeds / entry.name).symlink_to(entry)
    store = Store(data)
    known = store.read("resolved_mentions").to_pylist()
    row = next(row for row in known if row["event_type_code"] == "territory_seized" and row["place_label"] == "Sake")
    release = publish(data=str(data))["release"]
    lines = [
        f"wrong-place,set,{row['mention_id']},place_id,geonames:1135689,{row['place_id']},it was elsewhere",
        "stale,drop,gone,,,,no event",
    ]
    (seeds / "corrections.csv").write_text("\n".join([",".join(COLUMNS), *lines, ""]))
    monkeypatch.setattr(vocabularies, "SEEDS", seeds)
    resources.load_vocabularies.cache_clear()
    try:
        link_flow(data=str(data))
        assert "1 corrections, 1 refused corrections" in capsys.readouterr().out
        versions = {name: store.version(name) for name in ("events", "event_mentions", "territory", "rejects")}
        for full in (False, True):
            link_flow(data=str(data), full=full)
            assert versions == {name: store.version(name) for name in versions}
        newer = publish(data=str(data))["release"]
    finally:
        resources.load_vocabularies.cache_clear()
    assert newer != release
    tables = store.read_release(newer)
    refused = [row for row in tables["rejects"].to_pylist() if row["stage"] == "link"]
    assert [(row["uri"], row["reason_code"]) for row in refused] == [("seeds/corrections.csv#stale", UNKNOWN)]
    told = {row["mention_id"]: row for row in tables["mentions"].to_pylist()}[row["mention_id"]]
    event = {row["event_id"]: row for row in tables["events"].to_pylist()}[told["event_id"]]
    assert (event["place_label"], event["place_rule_id"]) == ("Kunduz", "correction:wrong-place")
    shown = "\n".join(show_event(store.release(newer), event["event_id"]))
    assert (
        f"place_id set from {row['place_id']} to geonames:1135689 by correction wrong-place: it was elsewhere" in shown
    )
    assert told["place_label"] == "Sake" and "place_id set by correction wrong-place" in told["link_reason"]


def test_an_analyst_puts_incidents_together_and_takes_them_apart():
    kunduz = {"place": "Kunduz", "on": "2021-06-21"}
    blast = mention("A bomb killed nine in Kunduz", "a", id="m1", type="explosive_attack", killed=9, **kunduz)
    shots = mention("Gunmen shot at those who fled the blast", "a", 60, id="m2", type="shooting", **kunduz)
    kabul = mention("A bomb killed two in Kabul", "b", id="m3", type="explosive_attack", place="Kabul", on="2021-06-20")
    rows = [blast, shots, kabul]
    as_linked = link(*rows)
    assert as_linked.incident(blast) == as_linked.incident(shots) != as_linked.incident(kabul)
    linked = corrected(rows, fix(1, "merge_incident", "m1", "m3"), fix(2, "split_incident", "m2"))
    assert linked.incident(blast) == linked.incident(kabul) != linked.incident(shots)
    assert linked.incident(blast)["event_type_codes"] == ["explosive_attack"]
    # the events are as they were, and tell of it
    assert {event["event_id"] for event in linked.events} == {event["event_id"] for event in as_linked.events}
    assert {one["correction_id"] for event in linked.events for one in event["corrections"]} == {"c1", "c2"}
    plan = mention("They will bomb Kabul", "b", 90, id="m4", type="explosive_attack", status="planned", place="Kabul")
    refused = corrected([*rows, plan], fix(1, "merge_incident", "m1", "m4"), fix(2, "merge_incident", "m1", "gone"))
    assert sorted(row["reason_code"] for row in refused.refused) == sorted([UNFIT, UNKNOWN])
