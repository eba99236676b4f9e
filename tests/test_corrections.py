"""An analyst's fixes: each kind does what it says, a stale one is refused, and they hold over re-runs in any order."""

from __future__ import annotations

import shutil
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from link_rows import Linked, link, mention

from tasks import vocabularies
from tasks.store import Store
from tasks.tables import EVENTS
from tasks.vocabularies import VOCABULARIES, load

IMAM = "Imam Sahib District"
COLUMNS = VOCABULARIES["corrections"].columns


def codes() -> dict[str, set[str]]:
    return {name: set(rows) for name, rows in load("codes").groupby("list")["code"]}


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
    return link(*rows, before=before, corrections=frame, codes=codes(), place_of=place_of)


def refusals(linked: Linked) -> dict[str, str]:
    return {row["uri"].partition("#")[2]: row["reason_code"] for row in linked.refused}


def fall(id: str, **given) -> dict:
    told = {"on": "2021-06-21", "place": IMAM, "actors": ["taliban"], "id": id} | given
    return mention("The Taliban took the district of Imam Sahib", id, **told)


def far(id: str, **given) -> dict:
    return fall(id, **{"on": "2021-08-01"} | given)


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
        ("event_type_code", "territory_seized", "armed_clash", {"acled_event_type": None}),
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
    for fixes in permutations(MANY):
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
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows import session
    from flows.link import link as link_flow
    from flows.publish import publish

    data, seeds = tmp_path / "data", tmp_path / "seeds"
    shutil.copytree(demo_data, data, symlinks=True)
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
    session.load_vocabularies.cache_clear()
    try:
        link_flow(data=str(data))
        assert "1 corrections, 1 refused corrections" in capsys.readouterr().out
        versions = {name: store.version(name) for name in ("events", "event_mentions", "territory", "rejects")}
        for full in (False, True):
            link_flow(data=str(data), full=full)
            assert versions == {name: store.version(name) for name in versions}
        newer = publish(data=str(data))["release"]
    finally:
        session.load_vocabularies.cache_clear()
    assert newer != release
    tables = store.read_release(newer)
    refused = [row for row in tables["rejects"].to_pylist() if row["stage"] == "link"]
    assert [(row["uri"], row["reason_code"]) for row in refused] == [("seeds/corrections.csv#stale", UNKNOWN)]
    told = {row["mention_id"]: row for row in tables["mentions"].to_pylist()}[row["mention_id"]]
    event = {row["event_id"]: row for row in tables["events"].to_pylist()}[told["event_id"]]
    assert (event["place_label"], event["place_rule_id"]) == ("Kunduz", "correction:wrong-place")
    assert told["place_label"] == "Sake" and "place_id set by correction wrong-place" in told["link_reason"]
