"""Which reports tell one event where they say it each in its own way: from text to row, and in single features."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from link_rows import Linked, document, documents, link, mention

from flows.run import run
from tasks.storage.store import Store

SEVEN = (
    (
        "Harbour Wire",
        "2021-06-22",
        "KUNDUZ, Afghanistan (Harbour Wire) - Taliban fighters captured the district of Dasht-e-Archi in northern "
        "Kunduz province on Monday, a provincial council member said.",
    ),
    ("Kabul Morning", "2021-06-22", "The district of Dasht-e-Archi, in Kunduz, fell on Monday. The bazaar was shut."),
    (
        "Silk Road Monitor",
        "2021-06-21",
        "The Taliban said in a statement on Monday that their men had seized Dasht-e-Archi district.",
    ),
    (
        "Hindu Kush Times",
        "2021-06-22",
        "Afghanistan's defence ministry denied that the Taliban had captured Dasht-e-Archi district on Monday.",
    ),
    (
        "Amu Gazette",
        "2021-06-23",
        "The police chief of Kunduz confirmed on Wednesday that Dasht-e-Archi district had been overrun by the Taliban "
        "on June 21.",
    ),
    (
        "Northern Desk",
        "2021-06-24",
        "Insurgents took control of Dasht-e-Archi, a district of Kunduz, three days ago, residents said.",
    ),
    ("Oxus Weekly", "2021-06-27", "Dasht-e-Archi district in Kunduz was taken by the Taliban on 21 June."),
)


def coded(folder: Path, reports: tuple[tuple[str, str, str], ...]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Falls of places and changes of control that reports of these publishers, days and texts tell."""
    records = [
        {"id": publisher, "publisher": publisher, "published": published, "text": text}
        for publisher, published, text in reports
    ]
    source = folder / "reports.jsonl"
    source.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    run([str(source)], data=str(folder / "data"))
    store = Store(folder / "data")
    events = store.read("events").to_pylist()
    return [row for row in events if row["event_type_code"] == "territory_seized"], store.read("territory").to_pylist()


def test_seven_outlets_on_the_fall_of_one_district_make_one_disputed_row(plain_flows: object, tmp_path: Path) -> None:
    falls, control = coded(tmp_path, SEVEN)
    assert len(falls) == 1
    fall = falls[0]
    assert (fall["document_count"], fall["publisher_count"]) == (7, 7)
    assert (fall["status_code"], fall["certainty_code"]) == ("occurred", "disputed")
    assert (str(fall["date_start"]), str(fall["date_end"])) == ("2021-06-21", "2021-06-21")
    assert (fall["geo_precision_code"], fall["admin1_name"]) == ("admin2", "Kunduz")
    assert fall["actors"][0]["actor_id"] == "AFG.taliban"
    said = {(claim["speaker_actor_id"], claim["stance_code"]) for claim in fall["claims"]}
    assert said >= {("AFG.taliban", "asserts"), ("AFG.government", "denies"), ("AFG.police", "confirms")}
    assert [(row["controller_actor_id"], row["certainty_code"]) for row in control] == [("AFG.taliban", "disputed")]


def test_the_same_without_the_denial_is_confirmed(plain_flows: object, tmp_path: Path) -> None:
    falls, control = coded(tmp_path, tuple(report for report in SEVEN if "denied" not in report[2]))
    assert [(fall["document_count"], fall["certainty_code"]) for fall in falls] == [(6, "confirmed")]
    assert [row["certainty_code"] for row in control] == ["confirmed"]


def test_papers_that_print_one_agency_are_one_voice():
    fall = {"on": "2021-06-21", "place": "Doshi District", "actors": ["taliban"]}
    told = [mention("The Taliban took Doshi on Monday", name, **fall) for name in "abc"]
    papers = [document(name, publisher=f"Paper {name}", agency="Reuters" if name != "c" else None) for name in "abc"]
    linked = Linked(told, documents(*papers))
    assert (linked.one["document_count"], linked.one["publisher_count"]) == (3, 2)


def unresolved(name: str) -> dict[str, Any]:
    """A place that no gazetteer knows."""
    return {"place_text": name, "country_code": "AFG"}


BOMB = {"type": "explosive_attack", "on": "2021-06-21"}
RAID = {"type": "attack_on_civilians", "on": "2021-06-21"}


def test_a_village_that_no_gazetteer_knows_is_one_place_in_all_reports():
    one = mention("Gunmen attacked Deh Naw", "a", **RAID, **unresolved("Deh Naw"))
    same = mention("Seven died in the raid on Deh Naw", "b", **RAID, **unresolved("Deh Naw"))
    other = mention("Gunmen attacked Qala Zal", "c", **RAID, **unresolved("Qala Zal"))
    linked = link(one, same, other)
    assert linked.together(one, same)
    assert not linked.together(one, other)


def test_a_report_without_a_place_does_not_make_two_unknown_villages_one():
    toll = {"killed": 14}
    one = mention("Gunmen killed 14 people in Deh Naw", "a", **RAID, **unresolved("Deh Naw"), **toll)
    vague = mention("Gunmen killed 14 people on Monday", "b", **RAID, **toll)
    other = mention("Gunmen killed 14 people in Qala Zal", "c", **RAID, **unresolved("Qala Zal"), **toll)
    assert not link(one, vague, other).together(one, other)


def test_a_spot_without_a_town_is_no_other_town():
    one = mention(
        "A rocket hit the camp, wounding 12", "a", type="shelling", on="2021-06-21", injured=12, place="Kunduz"
    )
    spot = {"place_text": "the Sapin military camp", "country_code": "AFG"}
    other = mention("A rocket hit the camp, wounding 12 soldiers", "b", type="shelling", on="2021-06-21", injured=12)
    assert link(one, other | spot).together(one, other)


def test_a_hotel_whose_name_nobody_knows_is_no_other_town():
    one = mention("A car bomb hit the Zarafshan Hotel, killing 14", "a", **BOMB, killed=14, place="Kunduz")
    spot = {"place_text": "the Zarafshan Hotel", "place_label": "Zarafshan Hotel", "country_code": "AFG"}
    other = mention("A car bomb hit the Zarafshan Hotel, killing 14", "b", **BOMB, killed=14)
    assert link(one, other | spot).together(one, other)


def test_attacks_a_day_apart_are_two_unless_more_speaks_for_one():
    one = mention("Shells fell on the town", "a", type="shelling", on="2021-06-21", place="Kunduz")
    next_day = mention("Artillery fire resumed", "b", type="shelling", on="2021-06-22", place="Kunduz")
    assert not link(one, next_day).together(one, next_day)
    toll = {"killed_low": 9, "killed_high": 9}
    assert link(one | toll, next_day | toll).together(one, next_day)


def test_hours_earlier_opens_another_matter():
    text = "A car bomb exploded at a hotel in Kunduz on Monday, killing five"
    one = mention(text, "a", **BOMB, killed=5, place="Kunduz")
    earlier = mention("Hours earlier a bomb exploded at a checkpoint", "a", at=80, trigger=22, **BOMB, place="Kunduz")
    again = mention("The bomb exploded at the gate of the hotel", "a", at=80, trigger=9, **BOMB, place="Kunduz")
    assert not link(one, earlier).together(one, earlier)
    assert link(one, again).together(one, again)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ({"type": "raid", "recipients": ["a school"]}, {"recipients": ["a girls' school"]}, True),
        ({"type": "raid", "recipients": ["a school"]}, {"recipients": ["a mosque"]}, False),
        ({"type": "raid", "recipients": ["three people"]}, {"recipients": ["many people"]}, False),
        ({"type": "armed_clash", "killed": 15}, {"killed": 15}, True),
        ({"type": "armed_clash", "killed": 15}, {"killed": 4}, False),
    ],
)
def test_other_words_for_an_attack_are_one_event_where_target_or_toll_agrees(one: dict, other: dict, is_one: bool):
    first = mention("Fighters came at dawn", "a", **RAID | {"place": "Kunduz"} | one)
    second = mention("Horror before sunrise", "b", **RAID | {"place": "Kunduz"} | other)
    assert link(first, second).together(first, second) is is_one


def test_a_fall_told_the_day_after_without_a_day_is_that_fall():
    fall = mention(
        "The Taliban took Imam Sahib on Monday", "a", on="2021-06-21", place="Imam Sahib", actors=["taliban"]
    )
    undated = mention("Insurgents have overrun the town", "b", told="2021-06-22", place="Imam Sahib")
    late = mention("Insurgents have overrun the town", "c", told="2021-07-22", place="Imam Sahib")
    linked = link(fall, undated, late)
    assert linked.together(fall, undated)
    assert not linked.together(fall, late)


def test_what_one_report_tells_again_and_again_is_asked_in_step_with_its_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tasks.link import cluster

    asked: list[int] = []
    are_apart = cluster.are_apart

    def counting(*given: Any, **more: Any) -> bool:
        asked.append(1)
        return are_apart(*given, **more)

    monkeypatch.setattr(cluster, "are_apart", counting)
    linked = link(*(mention("Rebels killed five men in Goma.", at=40 * n) for n in range(600)))
    assert len(linked.events) == 1 and len(asked) < 600 * 150
