"""Whose deed an event is, where no slot of its words says so: sentences in, ids of actors out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

DONE_BY = [
    ("Twelve people were killed in two attacks blamed on Boko Haram.", "NGA.boko_haram"),
    ("Nine villagers were killed on Monday in a Boko Haram attack.", "NGA.boko_haram"),
    ("Gunmen from the Somali Islamist group al-Shabaab killed a lawmaker in Mogadishu.", "SOM.al_shabaab"),
    ("Gunmen believed to be members of the New People's Army killed two policemen.", "PHL.npa"),
    ("Da'ish [IS] militants beheaded an imam in Nangarhar Province.", "INT.islamic_state"),
    ("The Taliban took responsibility for killing a cleric in Herat city.", "AFG.taliban"),
]


@pytest.mark.parametrize(("text", "actor_id"), DONE_BY)
def test_a_deed_is_of_the_group_that_it_is_told_of(text: str, actor_id: str, extractor, resolver) -> None:
    found = code(text, date(2015, 3, 12), extractor, resolver)
    violent = [m for m in found if m["event_type_code"] != "responsibility_claim"]
    assert [actor["actor_id"] for actor in violent[0]["actors"]] == [actor_id]


# text, event type, who did it
CULPRITS = [
    ("A man accused of killing two women in Jos was arraigned on Tuesday.", "attack_on_civilians", ["A man"]),
    ("Musa Bello was arrested in connection with the shooting of two traders.", "shooting", ["Musa Bello"]),
    ("Three men were arrested in Jos on Monday, police said.", "arrest", ["police"]),
    ("23 May 2014 Rebels bombarded a rally in Daraa on Thursday.", "shelling", ["Rebels"]),
    ("A teacher was beheaded in Lille on Friday by a 19-year-old.", "execution", ["a 19-year-old"]),
    ("A bomber detonated himself at a tent in Khar.", "suicide_bombing", ["A bomber"]),
]


@pytest.mark.parametrize(("text", "kind", "actors"), CULPRITS)
def test_who_is_accused_or_tells_of_the_arrest_did_it(text: str, kind: str, actors, extractor, resolver) -> None:
    found = [m for m in code(text, date(2015, 3, 12), extractor, resolver) if m["event_type_code"] == kind]
    assert [actor["text"] for actor in found[0]["actors"]] == actors


# text, event type, who did it: told in another sentence than the deed, or in words around it
TOLD_APART = [
    ("Musa Bello was arrested on Monday in Jos. Plateau police said he was 40.", "arrest", ["Plateau police"]),
    ("A blast killed ten people in Kabul. The Taliban claimed responsibility.", "explosive_attack", ["The Taliban"]),
    ("Shells killed four in Taiz. An official blamed the Houthis for the attack.", "shelling", ["the Houthis"]),
    (
        "Two people were killed in a knife attack at a market in Jos. A trader has been arrested over the incident.",
        "attack_on_civilians",
        ["A trader"],
    ),
    ("Ministers condemned the twin blasts that rocked Homs on Wednesday.", "explosive_attack", []),
    ("Twelve gunmen were killed in clashes with Kurdish fighters near Afrin.", "armed_clash", ["Kurdish fighters"]),
    ("Five women were killed in Syrian government air strikes on Aleppo.", "air_strike", ["Syrian government"]),
    ("US-led raids on Raqqa killed 14 militants.", "raid", ["US"]),
    ("A series of strikes on Raqqa by a Kurdish coalition killed 14 people.", "air_strike", ["a Kurdish coalition"]),
    ("Six people were killed in rebel shelling of Aleppo.", "shelling", ["rebel"]),
    ("The army said its aircraft had bombed a column of lorries near Dori.", "air_strike", ["its aircraft"]),
    ("A bus was stoned and set alight in Nyanga on Monday.", "property_destruction", []),
    # where the parse hangs the doer on another word
    ("A girl was shot in the arm by a sniper in Homs.", "shooting", ["a sniper"]),
    ("Two herders died at the hands of vigilantes in Sokoto.", "attack_on_civilians", ["vigilantes"]),
    ("Police blamed the bombing in Cali on the cartel.", "explosive_attack", ["the cartel"]),
    ("Police filed murder charges against two men over the bombing in Cali.", "explosive_attack", ["two men"]),
    ("A bomb went off in Cali. The army blamed the rebels.", "explosive_attack", ["the rebels"]),
    # a group with its name right behind it
    (
        "The separatist organisation ETA bombed a bank in Bilbao.",
        "explosive_attack",
        ["The separatist organisation ETA"],
    ),
    # who is told to be behind it in a sentence of its own
    ("A patrol boat came under attack off Jolo. Pirates were responsible.", "armed_clash", ["Pirates"]),
]


@pytest.mark.parametrize(("text", "kind", "actors"), TOLD_APART)
def test_who_did_it_is_found_where_it_is_told(text: str, kind: str, actors, extractor, resolver) -> None:
    found = [m for m in code(text, date(2015, 3, 12), extractor, resolver) if m["event_type_code"] == kind]
    assert [actor["text"] for actor in found[0]["actors"]] == actors


@pytest.mark.parametrize(
    "text",
    [
        "A blast killed ten people in Kabul. No group has claimed responsibility.",
        "A blast killed ten people in Kabul. Ministers condemned the attack.",
        "Musa Bello was arrested on Monday in Jos after an attack on police killed four.",
    ],
)
def test_who_claims_nothing_condemns_or_suffers_did_nothing(text: str, extractor, resolver) -> None:
    found = code(text, date(2015, 3, 12), extractor, resolver)
    deeds = [m for m in found if m["event_type_code"] in ("explosive_attack", "arrest")]
    assert deeds and not any(m["actors"] for m in deeds)


def test_he_who_is_charged_is_who_was_named_before_not_after(extractor, resolver) -> None:
    text = (
        "Two traders were killed in a knife attack in Jos. Musa Bello fled to Kano. He has been charged with murder. "
        "Ahmed Sani won the vote. Ali Umar lost it."
    )
    deed = next(m for m in code(text, date(2015, 3, 12), extractor, resolver) if m["killed_low"])
    assert [actor["label"] for actor in deed["actors"]] == ["Musa Bello"]


# text, event type, day, actors, recipients
STATES = [
    # a people alone is its state, with the arms of a state its army; some have none
    ("Turkish jets struck a village in Hasakah province, killing three.", "air_strike", ["TUR.military"], None),
    ("Israeli air strikes on Rafah killed twelve people.", "air_strike", ["ISR.military"], None),
    ("A Palestinian was shot dead by soldiers in Hebron.", "shooting", None, [None]),
    (
        "Israeli strikes hit Rafah. The army said it had killed a commander of Islamic Jihad in Gaza City.",
        "assassination",
        ["ISR.military"],
        None,
    ),
    # two peoples before one noun are two parties
    (
        "Indian and Pakistani soldiers exchanged fire near Kupwara on Monday.",
        "armed_clash",
        ["IND.military", "PAK.military"],
        None,
    ),
    # a convoy of people without arms and a commando without a country are nobody's army
    ("Gunmen attacked a convoy of displaced people near Bol in Chad.", "armed_clash", None, [None]),
    ("An armed commando burst into a bar in Salamanca, Mexico, and killed eight people.", None, [None], None),
    ("The Jaime Martinez front attacked a police post in Jamundi, Colombia.", None, ["COL.emc"], None),
]


@pytest.mark.parametrize(("text", "kind", "actors", "recipients"), STATES)
def test_whose_state_or_army_a_party_is(text: str, kind: str | None, actors, recipients, extractor, resolver) -> None:
    found = [m for m in code(text, date(2024, 3, 5), extractor, resolver) if kind in (None, m["event_type_code"])]
    assert found
    for side, ids in (("actors", actors), ("recipients", recipients)):
        if ids is not None:
            assert [party["actor_id"] for party in found[0][side]] == ids


def test_a_leader_who_fled_abroad_left_his_own_police_at_home(extractor, resolver) -> None:
    text = "Sheikh Hasina fled to India on Monday. Police had shot dead dozens of protesters."
    shot = [m for m in code(text, date(2024, 8, 6), extractor, resolver) if m["event_type_code"] != "displacement"]
    assert [(m["actors"][0]["actor_id"], m["country_code"]) for m in shot] == [("BGD.police", "BGD")]


QUOTED = [
    # who is named behind the last sentence, which tells nothing
    ('"Tanks shelled the market in Sumy on Monday. It was noon," Petro Lysenko, a clerk, said by telephone.', True),
    ('Governor Petro Lysenko: "Tanks shelled the market in Sumy on Monday."', True),
    # a quotation of several sentences is of whoever is named where it ends
    ('"Tanks shelled the market in Sumy on Monday. Two houses were damaged," said Petro Lysenko.', True),
    # one that opens a second paragraph goes on with the first
    ('"Tanks shelled the market in Sumy on Monday.\n"Two houses were damaged," said Petro Lysenko.', True),
    # a mark that was lost lends nobody what stands outside the next quotation
    (
        'The so-called "corridor was open. Tanks shelled the market in Sumy on Monday. It was noon. It was hot. It was '
        'late. It was cold. It was quiet. It was dark.\n"Two houses were damaged," said Petro Lysenko.',
        False,
    ),
    ('Tanks shelled the market in Sumy on Monday. "Two houses were damaged," said Petro Lysenko.', False),
]


@pytest.mark.parametrize(("text", "is_his"), QUOTED)
def test_a_long_quotation_keeps_its_speaker(text: str, is_his: bool, extractor, resolver) -> None:
    found = code(text, date(2025, 3, 5), extractor, resolver)
    shelling = next(m for m in found if m["event_type_code"] == "shelling")
    assert ("Lysenko" in (shelling["speaker_text"] or "")) is is_his


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        (
            "Security forces detained the owner of a car-hire firm in Hodan on Sunday.",
            "the owner of a car-hire firm",
        ),
        ("A district inspector was arrested in Marib on Tuesday.", "A district inspector"),
    ],
)
def test_who_is_held_or_hurt_is_told_by_whatever_noun(text: str, recipient: str, extractor, resolver) -> None:
    (told,) = code(text, date(2021, 5, 7), extractor, resolver)
    assert [party["text"] for party in told["recipients"]] == [recipient]


# text, event type, actor and recipient as written, where the small model's parse is wrong
MISREAD = [
    # a second subject behind the verb is its object, what lies around a town is no siege of it
    ("On Saturday the army recaptured Wad Madani from rebels.", "territory_seized", "the army", "rebels"),
    ("In May, troops took Gao and surrounding villages from rebels.", "territory_seized", "troops", "rebels"),
    ("The army took back Gao, the region's second town, from rebels.", "territory_seized", "The army", "rebels"),
    ("On Saturday youths set fire to a cash machine in Gao.", "property_destruction", "youths", "a cash machine"),
    ("Two men on a motorcycle shot dead a village head in Tilla.", "shooting", "Two men", "a village head"),
    ("Troops of Operation Sharan Daji on Tuesday repelled bandits in Kano.", "armed_clash", "Troops", "bandits"),
    ("A woman was killed by Ukrainian shelling of the town of Shebekino.", "shelling", "Ukrainian", "A woman"),
    ("Gunmen shot at a patrol car in Makhachkala.", "shooting", "Gunmen", "a patrol car"),
    ("Military intelligence detained two volunteers in Suakin.", "arrest", "Military intelligence", "two volunteers"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "actor", "recipient"), MISREAD)
def test_who_stands_where_the_grammar_of_news_puts_him(text, kind, actor, recipient, extractor, resolver) -> None:
    (told,) = code(text, date(2021, 5, 7), extractor, resolver)
    assert told["event_type_code"] == kind
    assert told["actors"][0]["text"].startswith(actor)
    assert [party["text"] for party in told["recipients"]] == [recipient]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("A bomb killed dozens in Gao on Sunday.", ["people"]),
        ("Shells killed a nurse and wounded seven others in Gao.", ["nurse", "people"]),
        ("No one was hurt when rebels set two buses alight near Montañita.", ["buses"]),
    ],
)
def test_whom_only_a_number_tells_are_people_and_no_one_is_nobody(text, labels, extractor, resolver) -> None:
    told = code(text, date(2021, 5, 7), extractor, resolver)
    assert [party["label"] for m in told for party in m["recipients"]] == labels


def test_each_clause_keeps_what_its_own_doers_did(extractor, resolver) -> None:
    text = "The army killed three rebels in Goma, while militiamen set fire to a school."
    found = {m["event_type_code"]: m["killed_low"] for m in code(text, date(2021, 5, 7), extractor, resolver)}
    assert found == {"armed_clash": 3, "property_destruction": None}


# text, event type, who did it: who acts around the deed, or is named behind a participle
AROUND = [
    ("Rebel fighters overran the camp near Goma in an assault that killed 30 people.", "attack_on_civilians", "Rebel"),
    ("Soldiers found nine rifles in a barn near Jos during a search operation on Tuesday.", "raid", "Soldiers"),
    ("In protest, nurses sat down on the highway near Accra on Friday.", "protest", "nurses"),
    ("On Friday thousands of people marched through Lima to demand a new election.", "protest", "people"),
    ("Air strikes carried out by Turkey near Dohuk on Monday killed four villagers.", "air_strike", "Turkey"),
    ("Qatar brokered a truce on Monday between the army and two militias in Benghazi.", "ceasefire", "the army"),
    ("The RSF left the town of Um Rawaba. The army captured it on Monday.", "territory_seized", "The army"),
]


@pytest.mark.parametrize(("text", "kind", "actor"), AROUND)
def test_a_deed_is_of_who_acts_around_it(text: str, kind: str, actor: str, extractor, resolver) -> None:
    found = [m for m in code(text, date(2023, 5, 12), extractor, resolver) if m["event_type_code"] == kind]
    assert found and all(m["actors"][0]["text"].startswith(actor) for m in found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A police jeep hit a landmine near Gaya on Monday, killing four officers.", "explosive_attack"),
        ("Police arrested two men in the shooting of a trader in Jos.", "shooting"),
        ("The Elm Street siege in Leeds ended on Monday.", "encirclement"),
        ("A police patrol died in an attack on a post near Gao on Monday.", "armed_clash"),
        ("Police officers were killed in an assault on their post near Gao.", "armed_clash"),
    ],
)
def test_who_only_stands_beside_a_deed_did_it_not(text: str, kind: str, extractor, resolver) -> None:
    found = [m for m in code(text, date(2023, 5, 12), extractor, resolver) if m["event_type_code"] == kind]
    assert all(not party["text"].startswith(("A police", "Police", "Elm")) for m in found for party in m["actors"])


def test_people_are_let_go_by_those_who_took_them(extractor, resolver) -> None:
    text = "Rebels seized nine teachers in Buea on Sunday. Two of them were let go on Tuesday, a relative said."
    (freed,) = [m for m in code(text, date(2023, 5, 12), extractor, resolver) if m["event_type_code"] == "release"]
    assert [party["label"] for party in freed["actors"]] == ["Rebels"]


@pytest.mark.parametrize("verb", ["pinned", "blamed"])
def test_whom_an_attack_is_pinned_on_did_it(verb: str, extractor, resolver) -> None:
    text = f"A bomb went off in Gao on Monday, killing five people. The governor {verb} the attack on JNIM."
    told = code(text, date(2023, 5, 12), extractor, resolver)
    assert [party["actor_id"] for party in told[0]["actors"]] == ["MLI.jnim"]


def test_a_post_that_is_attacked_did_nothing(extractor, resolver) -> None:
    told = code("Four soldiers were killed in an attack on a post near Gao.", date(2023, 5, 12), extractor, resolver)
    assert [(m["actors"], m["killed_low"]) for m in told] == [([], 4)]


def test_a_thing_that_is_hit_is_told_where_nobody_is(extractor, resolver) -> None:
    (told,) = code("Rebels blew up a railway bridge near Sibi on Monday.", date(2023, 5, 12), extractor, resolver)
    assert [party["text"] for party in told["recipients"]] == ["a railway bridge"]


def test_who_is_killed_in_a_robbery_is_killed_by_the_robbers(extractor, resolver) -> None:
    text = "Nine miners were killed near Bouca on Sunday as robbers held up their lorry."
    found = code(text, date(2023, 5, 12), extractor, resolver)
    (killed,) = [m for m in found if m["killed_low"]]
    assert (killed["event_type_code"], killed["actor_label"]) == ("attack_on_civilians", "robbers")


@pytest.mark.parametrize(
    ("text", "kind", "actor_id"),
    [
        ("The regime in Syria has shelled Kafr Nabl, killing nine people when it bombed Ariha.", "air_strike", "SYR."),
        (
            "A junta spokesman said members of the People's Defence Force had on Monday night fired rockets at Shwebo.",
            "shelling",
            "MMR.pdf",
        ),
    ],
)
def test_who_did_it_stands_before_the_words_between(text, kind, actor_id, extractor, resolver) -> None:
    found = [m for m in code(text, date(2024, 1, 24), extractor, resolver) if m["event_type_code"] == kind]
    assert found and all(m["actors"][0]["actor_id"].startswith(actor_id) for m in found)


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        # what was struck, beside those who were hurt there
        ("Fighters stormed a bank in Gao on Monday.", {"a bank"}),
        ("A car bomb went off outside a mosque in Herat on Monday, killing nine people.", {"nine people"}),
        ("Shells landed in a school in Gaza on Monday, killing two teachers.", {"two teachers", "a school"}),
        # where somebody was when he was shot was not what was shot
        ("Gunmen shot dead a farmer at a market in Kano on Monday.", {"a farmer"}),
    ],
)
def test_what_a_deed_struck_is_what_it_was_done_to(text: str, recipients: set[str], extractor, resolver) -> None:
    told = code(text, date(2023, 5, 12), extractor, resolver)
    assert {party["text"] for m in told for party in m["recipients"]} == recipients


@pytest.mark.parametrize(
    ("text", "kind", "actor"),
    [
        ("Raiders overran the port on Monday, burning huts and beating traders.", "attack_on_civilians", "Raiders"),
        ("A raid that a separatist group claimed killed six guards in Bari on Monday.", "raid", "a separatist group"),
        ("On Friday hundreds marched through Cali in protest.", "protest", "hundreds"),
        ("Rebels torched a mill near Beni on Monday and forced about 60 to flee.", "property_destruction", "Rebels"),
    ],
)
def test_who_acts_in_clauses_that_hang_on_others(text: str, kind: str, actor: str, extractor, resolver) -> None:
    told = [m for m in code(text, date(2023, 5, 12), extractor, resolver) if m["event_type_code"] == kind]
    assert [party["text"] for m in told for party in m["actors"]][:1] == [actor]


def test_a_paper_that_is_named_behind_its_verb_says_so(extractor, resolver) -> None:
    text = "The two armies signed a truce in Tripoli on Monday, reported Tanjug, the Serbian news agency."
    told = code(text, date(2023, 5, 12), extractor, resolver)
    assert [m["speaker_text"].startswith("Tanjug") for m in told] == [True]
    assert not any("Tanjug" in party["text"] for m in told for party in m["recipients"])
