"""Who a phrase means: ids with country and type on the event's day, whatever the spelling."""

from __future__ import annotations

from datetime import date

import pytest

from tasks.knowledge.actors import ActorRegister
from tasks.vocabularies import load


@pytest.fixture(scope="module")
def register() -> ActorRegister:
    return ActorRegister(load("actors"), load("actor_names"), load("roles"), load("actor_heads"), load("countries"))


@pytest.mark.parametrize(
    ("phrase", "year", "near", "actor_id"),
    [
        # names change their meaning with time
        ("the Taliban", 2019, [], "AFG.taliban"),
        ("the Taliban", 2022, [], "AFG.taliban_government"),
        ("President Ghani", 2019, [], "AFG.person.ghani"),
        ("President Karzai", 2010, [], "AFG.person.karzai"),
        ("the US president", 2018, [], "USA.government"),
        # spellings
        ("Hizbullah", 2006, [], "LBN.hezbollah"),
        ("the Shabab", 2015, [], "SOM.al_shabaab"),
        ("Da'ish fighters", 2015, [], "INT.islamic_state"),
        ("Lashkar-e-Tayyiba", 2010, [], "PAK.let"),
        # members, adherents and spokesmen are of those they belong to
        ("Members of Boko Haram", 2015, [], "NGA.boko_haram"),
        ("Gunmen from the Somali Islamist group al Shabaab", 2015, [], "SOM.al_shabaab"),
        ("a Taliban spokesman", 2019, [], "AFG.taliban"),
        ("the provincial police spokesman", 2019, ["AFG"], "AFG.police"),
        # a people with a part of its state
        ("Ethiopian troops", 2021, [], "ETH.military"),
        ("the Congolese army", 2021, [], "COD.military"),
        ("the Burmese military", 2021, [], "MMR.military"),
        # one name, several countries: the report's own
        ("Maoist rebels", 2004, ["NPL"], "NPL.maoists"),
        ("Maoist rebels", 2010, ["IND"], "IND.maoists"),
        ("Ansar al-Sharia", 2013, ["TUN"], "TUN.ansar_sharia"),
        ("Ansar al-Sharia", 2013, ["LBY"], "LBY.ansar_sharia"),
        # missions
        ("the UN mission in Mali", 2015, [], "INT.minusma"),
        ("the AU mission in Somalia", 2012, [], "INT.amisom"),
        # groups of all continents
        ("the Maute group", 2017, [], "PHL.maute"),
        ("Raia Mutomboki militiamen", 2013, [], "COD.raia_mutomboki"),
        ("Katiba Macina", 2019, [], "MLI.macina"),
        ("Tren de Aragua", 2022, [], "VEN.tren_de_aragua"),
        ("the Islamic Movement of Uzbekistan", 2010, [], "UZB.imu"),
    ],
)
def test_who_is_meant(register: ActorRegister, phrase: str, year: int, near: list[str], actor_id: str) -> None:
    assert register.read(phrase, on=date(year, 6, 15), country_codes=near)["actor_id"] == actor_id


@pytest.mark.parametrize(
    ("faction", "parent"),
    [
        ("Islamic State Khorasan", "INT.islamic_state"),
        ("Haqqani network", "AFG.taliban"),
        ("Katiba Macina", "INT.al_qaeda"),
        ("the Maute group", "INT.islamic_state"),
        ("Jamaat-ul-Ahrar", "PAK.ttp"),
    ],
)
def test_a_faction_stands_with_its_parent(register: ActorRegister, faction: str, parent: str) -> None:
    actor_id = register.read(faction)["actor_id"]
    assert register.side(actor_id) == parent


def test_a_member_at_the_head_of_a_sentence_is_no_name(register: ActorRegister) -> None:
    assert register.read("Members of Al Qaeda")["label"] == "Al-Qaeda"
