"""Who the dead, hurt and taken were: sentences in, counts by group out, and no toll changed by a part of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from link_rows import link, mention
from test_event_dates import code
from test_panel import KIDAL, day, incident, release

from tasks.extract import Extractor
from tasks.reading.frames import Release
from tasks.reading.show import show
from tasks.resolve import Resolver
from tasks.resolve.casualties import read_casualties
from tasks.vocabularies import load

SUNDAY = date(2023, 3, 12)

# text, killed, groups of the killed
TOLD = [
    ("An air strike killed 12 people, among them four children, in Idlib.", 12, {"children": 4}),
    ("Gunmen killed three policemen and two civilians in Quetta.", 5, {"police": 3, "civilian": 2}),
    ("The blast killed 12 people, including two women and a child, and wounded 20.", 12, {"women": 2, "children": 1}),
    (
        "A raid killed 17 people, including five policemen, a journalist and two children, in Quetta.",
        17,
        {"police": 5, "journalist": 1, "civilian": 1, "children": 2},
    ),
    ("Twelve people were killed, including four children, when a shell hit a school in Taiz.", 12, {"children": 4}),
    ("Five people, three of them women, were shot dead in Jos.", 5, {"women": 3}),
    ("Nine people, all of them civilians, were killed by a mine in Mopti.", 9, {"civilian": 9}),
    ("A bomb killed nine people in Kano. The dead included four children.", 9, {"children": 4}),
    ("A bomb killed nine people in Kano. Among the dead were two women.", 9, {"women": 2}),
    ("A bomb killed nine people in Kano. Five of the dead were soldiers.", 9, {"soldier": 5}),
    ("Gunmen killed journalist Karim Jan in Kabul.", 1, {"journalist": 1, "civilian": 1}),
    (
        "Two aid workers and a soldier were killed in an ambush in Juba.",
        3,
        {"aid_worker": 2, "civilian": 2, "soldier": 1},
    ),
    ("Rebels killed 30 soldiers and the army killed 12 rebels in Kidal.", 42, {"soldier": 30, "fighter": 12}),
    ("The attack killed 10 people, including the mayor of the town, Ali Hassan.", 10, {"official": 1}),
    ("Gunmen killed two policewomen in Nangarhar.", 2, {"police": 2, "women": 2}),
    ("The army said no civilians were killed in the strike on Kidal on Monday.", 0, {"civilian": 0}),
    # what is told of nobody, of both together, of the hurt, or of others
    ("A bomb killed nine people in Kano.", 9, {}),
    ("Shelling killed 14 women and children in Homs.", 14, {"civilian": 14}),
    ("Ten people died and 30 were wounded, including six children, in a bombing in Kabul.", 10, {}),
    ("Nine people were killed, all but two of them soldiers, in Mopti.", 9, {}),
    ("A bomb killed nine people in Kano, including on Monday.", 9, {}),
]


@pytest.mark.parametrize(("text", "killed", "groups"), TOLD)
def test_the_groups_of_the_dead(
    text: str, killed: int, groups: dict[str, int], extractor: Extractor, resolver: Resolver
) -> None:
    [told] = [m for m in code(text, SUNDAY, extractor, resolver) if m["killed_low"] is not None]
    assert (told["killed_low"], told["killed_high"]) == (killed, killed)
    assert {c["group_code"]: c["low"] for c in told["casualties"] if c["kind_code"] == "killed"} == groups


def test_a_plural_without_a_number_is_two_and_open(extractor: Extractor, resolver: Resolver) -> None:
    text = "Twenty people, including women and children, were killed in a raid on Zabarmari."
    [told] = code(text, SUNDAY, extractor, resolver)
    assert {(c["group_code"], c["low"], c["high"]) for c in told["casualties"]} == {
        ("women", 2, None), ("children", 2, None),
    }  # fmt: skip


def test_the_hurt_and_the_taken_have_groups_too(extractor: Extractor, resolver: Resolver) -> None:
    for text, kind, group in (
        ("Six people were wounded, two of them children, in a grenade attack in Bujumbura.", "injured", "children"),
        ("Police arrested 12 people, among them two journalists, in Minsk.", "captured", "journalist"),
    ):
        [told] = code(text, SUNDAY, extractor, resolver)
        assert (kind, group, 2) in {(c["kind_code"], c["group_code"], c["low"]) for c in told["casualties"]}


def test_each_word_for_a_group_is_known(extractor: Extractor, resolver: Resolver) -> None:
    silent = []
    for row in load("casualty_words").to_dict("records"):
        text = f"A bomb killed nine people in Kano. The dead included two {row['word']}."
        groups = {c["group_code"] for m in code(text, SUNDAY, extractor, resolver) for c in m["casualties"]}
        silent += [row] if row["group_code"] not in groups else []
    assert not silent


NAMED = [
    ("Ahmad Khan, 34, a farmer, was killed when shells hit Sarobi on Monday.", {("killed", "Ahmad Khan", 34)}),
    ("Gunmen killed journalist Karim Jan in Kabul.", {("killed", "Karim Jan", None)}),
    (
        "Two brothers, Omar Said and Ali Said, were killed in an air strike on Idlib.",
        {("killed", "Omar Said", None), ("killed", "Ali Said", None)},
    ),
    (
        "A roadside bomb killed three soldiers, including Captain Musa Diallo, near Gao.",
        {("killed", "Musa Diallo", None)},
    ),
    ("A police officer identified as Ramesh Kumar was killed in Shopian.", {("killed", "Ramesh Kumar", None)}),
    ("Police said 26-year-old Maria Lopez was shot dead in Cali.", {("killed", "Maria Lopez", 26)}),
    (
        "A blast killed nine people in Kano. The dead were identified as Aisha Bello, 30, and her son Yusuf Bello, 6.",
        {("killed", "Aisha Bello", 30), ("killed", "Yusuf Bello", 6)},
    ),
    (
        "Reporter Samer Daqqa was killed and bureau chief Wael Dahdouh was injured in Khan Younis.",
        {("killed", "Samer Daqqa", None), ("injured", "Wael Dahdouh", None)},
    ),
    ("Rebels abducted the priest Jean Mukendi in Bunia.", {("captured", "Jean Mukendi", None)}),
    # who did it, a relative, a speaker, a group, a place, and of whom it is denied
    ("Ahmad Khan killed three people in Kunduz.", set()),
    ("Ahmad Khan's brother was killed in Kunduz.", set()),
    ("The relatives of Ahmad Khan were killed in the strike on Kunduz.", set()),
    ("Two people were killed in the strike on Gaza, Ahmed Hassan, a resident, said.", set()),
    ("Gunmen killed two people in Jos, Bala Umar told reporters.", set()),
    ("Al Shabaab were killed in Sambisa.", set()),
    ("A National Police Reservist was killed in Mandera.", set()),
    ("Rebels shelled the Saint Mary Hospital in Goma, killing two nurses.", set()),
    ("Army officials denied that Karim Jan was killed in Kabul.", set()),
]


@pytest.mark.parametrize(("text", "names"), NAMED)
def test_the_dead_are_named_where_a_sentence_names_them(
    text: str, names: set, extractor: Extractor, resolver: Resolver
) -> None:
    told = [named for m in code(text, SUNDAY, extractor, resolver) for named in m["casualty_names"]]
    assert {(named["kind_code"], named["name"], named["age"]) for named in told} == names


def test_reports_name_one_person_once_and_no_age_that_they_disagree_on() -> None:
    def named(name: str, age: int | None) -> dict:
        return {"kind_code": "killed", "name": name, "age": age}

    blast = {"type": "explosive_attack", "place": "Kunduz", "on": "2021-06-20", "killed": 2}
    event = link(
        mention("A blast killed two.", "a", **blast, casualty_names=[named("Khan", 34), named("Zia Gul", 20)]),
        mention("The blast killed 2.", "b", **blast, casualty_names=[named("Ahmad Khan", None), named("Zia Gul", 21)]),
    ).one
    assert event["casualty_names"] == [named("Ahmad Khan", 34), named("Zia Gul", None)]
    assert event["killed_best"] == 2


def test_show_tells_names(tmp_path: Path) -> None:
    named = [
        {"kind_code": "killed", "name": "Ahmad Khan", "age": 34},
        {"kind_code": "injured", "name": "Zia", "age": None},
    ]
    folder = release(tmp_path, incidents=[incident("in_1", KIDAL, day(5), casualty_names=named)])
    lines = [" ".join(line.split()) for line in show(folder, "in_1")]
    assert {"killed Ahmad Khan, 34", "injured Zia"} <= set(lines)


def children(low: int, high: int | None, text: str) -> dict:
    return {"kind_code": "killed", "group_code": "children", "low": low, "high": high, "text": text}


def test_reports_that_differ_bound_a_group_as_they_bound_the_toll() -> None:
    blast = {"type": "explosive_attack", "place": "Kunduz", "on": "2021-06-20", "killed": 12}
    event = link(
        mention("A blast killed 12.", "a", **blast, casualties=[children(4, 4, "four children")]),
        mention("The blast killed 12.", "b", **blast, casualties=[children(5, 5, "five children")]),
    ).one
    assert event["casualties"] == [children(4, 5, "five children")]
    assert event["killed_best"] == 12


def test_python_has_a_row_a_group_and_show_tells_them(tmp_path: Path) -> None:
    told = [children(4, None, "at least four children")]
    folder = release(
        tmp_path, incidents=[incident("in_1", KIDAL, day(5), casualties=told), incident("in_2", KIDAL, day(6))]
    )
    frame = Release(folder).casualties
    assert frame[["incident_id", "group_code", "low"]].to_dict("list") == {
        "incident_id": ["in_1"], "group_code": ["children"], "low": [4],
    }  # fmt: skip
    assert frame.high.isna().all() and frame.date_start.dt.day.tolist() == [5]
    assert any("4 to ? children" in line for line in show(folder, "in_1"))


def test_numbers_that_stand_side_by_side_are_of_their_own_groups(resolver: Resolver) -> None:
    words = "10 children 5 women"
    span = {
        "kind_code": "killed",
        "text": words,
        "start": 0,
        "end": len(words),
        "is_additional": False,
        "is_plural": True,
    }
    told = read_casualties([span], [], words, resolver.quantities, resolver.register.read)
    assert {c["group_code"]: (c["low"], c["text"]) for c in told} == {
        "children": (10, "10 children"), "women": (5, "5 women"), "civilian": (15, "10 children; 5 women"),
    }  # fmt: skip
