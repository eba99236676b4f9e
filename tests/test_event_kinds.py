"""What kind of event a sentence tells: sentences in, coded types out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

SUNDAY = date(2023, 3, 12)

# text, the types of its events
TOLD = [
    # who takes people tells what it is
    ("Rebels seized five aid workers near Bunia on Monday.", ["abduction"]),
    ("Police seized five suspects near Bunia on Monday.", ["arrest"]),
    ("Rebels captured five soldiers near Bunia on Monday.", ["arrest"]),
    # a strike on something is no walkout
    ("Twelve people died in Tuesday's strike on a market in Ariha.", ["air_strike"]),
    ("Teachers in Lagos went on strike over pay on Monday.", ["strike"]),
    ("The army carried out a series of strikes in Gara on Sunday.", ["air_strike"]),
    ("US drones carried out 20 strikes in Helmand on Monday.", ["air_strike"]),
    ("A strike hit a car in Kunduz on Monday, killing three.", ["air_strike"]),
    ("A parked car rigged with explosives left 13 dead in Tal Abyad.", ["explosive_attack"]),
    ("The bombs used in an attack in Jos in 2010 were made of pressure cookers.", ["explosive_attack"]),
    # what is agreed on, who comes back, who was killed
    ("The two sides agreed to a ceasefire in Hodeidah on Thursday.", ["ceasefire"]),
    ("Boko Haram returned 101 schoolgirls to Dapchi on Wednesday.", ["release"]),
    ("General Haidari was killed last Friday in Kabul.", ["assassination"]),
    ("An activist was shot dead in Nasiriyah on Wednesday.", ["shooting"]),
    ("The quake claimed 242 lives in Lombok.", ["natural_disaster"]),
    # an attack all of whose dead bear arms is a clash
    ("Two soldiers were killed in an attack in Yola on Saturday.", ["armed_clash"]),
    ("Two farmers were killed in an attack in Yola on Saturday.", ["attack_on_civilians"]),
    # ways of saying it
    ("He was taken into custody in Cotulla on Sunday.", ["arrest"]),
    ("Police fired live rounds at a bus in Gao on Sunday.", ["shooting"]),
    ("Villagers marched to demand water in Toribio on Thursday.", ["protest", "demand"]),
    ("The army reported the find of a cache in Kandalay on Friday.", ["weapons_seized"]),
    ("Helicopters fired on a wedding feast in Tabayin in August.", ["air_strike"]),
    ("The town of Burka was overrun the same day.", ["territory_seized"]),
    ("Government forces drove the rebels out of Goma again.", ["territory_seized"]),
    ("The army opened a campaign against the rebels at the end of October.", ["advance"]),
    ("A bomber killed 26 people in Mardan on Friday.", ["suicide_bombing"]),
    ("Teachers in Sfax will stop work on 25 January.", ["strike"]),
    ("Armed men dragged a trader from her shop in Jolo on Monday.", ["abduction"]),
    ("Gunmen killed Ana Ruiz, a candidate for mayor of Chilapa.", ["assassination"]),
    ("The army sent armoured vehicles into Tripoli.", ["troop_deployment"]),
    # who says that the deed was his own claims it; who says that it was another's does not
    ("Al Shabaab said on its radio that it had carried out the attack.", ["responsibility_claim"]),
    ("The PKK said on Thursday that it was behind the bombing.", ["responsibility_claim"]),
    (
        "The rebels said that they had carried out an attack on a church in Beni.",
        ["responsibility_claim", "attack_on_civilians"],
    ),
    # what was hit, and by what
    ("The strike hit the home of a family before dawn.", ["air_strike"]),
    ("Four people were killed in a strike in Rafah on Tuesday.", ["air_strike"]),
    ("Four people were killed in a strike on a tent on Tuesday.", ["air_strike"]),
    ("The town of Saraqib was also bombed on Wednesday.", ["air_strike"]),
    ("The air force bombed the town nine times on Monday.", ["air_strike"]),
    ("Rebels bombed a police station in Goma on Monday.", ["explosive_attack"]),
    ("Jihadists concealed in the scrub fell upon a patrol near Gao.", ["armed_clash"]),
    ("Bombs dropped from a plane killed 78 people at a market.", ["air_strike"]),
    ("Six mortar bombs fell near the airstrip on Sunday.", ["shelling"]),
    ("Russian troops hit the five-storey building with a missile on 17 August.", ["shelling"]),
    ("The troops fired on the market with Grad rockets on Sunday.", ["shelling"]),
    ("A police van was targeted with an improvised explosive device on Monday.", ["explosive_attack"]),
    ("The bombers detonated their explosives at a bus stop on Monday.", ["suicide_bombing"]),
    ("The bomber rammed a taxi laden with explosives into the gate.", ["suicide_bombing"]),
    ("A motorcycle loaded with explosives was set off in Miranda on Monday.", ["explosive_attack"]),
    ("Tanks pushed deeper into the city of Rafah on Tuesday.", ["advance"]),
    ("Two people were killed by police at a protest in Lagos on Monday.", ["protest_repressed", "protest"]),
    ("A commuter train jumped the rails near Pune on Sunday.", ["accident"]),
    ("Militiamen put forty huts to the torch in Abyei on Sunday.", ["property_destruction"]),
    ("The flight of 3,000 farmers from Ituri went on through Sunday.", ["displacement"]),
    ("Riot police drove a procession of nurses back with water cannon in Sfax on Sunday.", ["protest_dispersed"]),
    ("Rebels took the bridge at Kati without a fight on Sunday.", ["territory_seized"]),
    # who is taken and who comes back
    ("The nuns were seized on a road near Croix on Wednesday.", ["abduction"]),
    ("A doctor was snatched in Tabarre on Thursday.", ["abduction"]),
    ("Passengers were forced off a bus near Yankara on Friday.", ["abduction"]),
    ("Residents were forced off their land near Yankara on Friday.", []),
    ("Thirty students regained their freedom on Saturday.", ["release"]),
    ("The prime minister removed the governor on Monday.", ["resignation"]),
    ("The group took credit on Sunday for the blast.", ["responsibility_claim"]),
    ("The minister took responsibility on Sunday for the failure.", []),
    ("No group has said on Sunday that it was behind the blast.", []),
    ("Soldiers found 60 kg of explosives in a house in Cauca.", ["weapons_seized"]),
    ("The mission gave its base at Ansongo to the army.", ["territory_handed_over"]),
    # two deeds in one sentence
    (
        "On 3 March a clerk was shot dead by men in Jos, and on 7 March a bomb under a van killed two guards in Kano.",
        ["shooting", "explosive_attack"],
    ),
    (
        "A soldier died in an ambush in Janiuay, and two officers were hurt by a bomb in Tubungan.",
        ["ambush", "explosive_attack"],
    ),
    # the centre of a place is the place, and a people that flees is displaced
    ("Taliban fighters captured the centre of Burka district on Sunday.", ["territory_seized"]),
    ("More than 3,000 people fled and now sleep at the airfield of Goma.", ["displacement"]),
    ("At least 17 people were killed in clashes between police and protesters in Juliaca.", ["riot"]),
]


@pytest.mark.parametrize(("text", "kinds"), TOLD)
def test_the_kind_of_an_event(text: str, kinds: list[str], extractor, resolver) -> None:
    found = code(text, SUNDAY, extractor, resolver)
    assert [mention["event_type_code"] for mention in found] == kinds


NO_EVENT = [
    "The village head, who asked not to be named, spoke to reporters in Tsafe.",
    "The army still holds its division headquarters in El Fasher.",
    "The retired general died of a heart attack in Gao on Sunday.",
    "The tax on salt was shot down in parliament in Lima on Sunday.",
    "The vote in Lima was a political earthquake.",
    "Twelve years under sanctions have emptied the shelves of Damascus.",
    "Traders from Mekele, a town that rebels hold, spoke of high prices.",
    "On screen tonight: the last siege of Gao. A sniper kills the mayor and the hero arrests the wrong man.",
]


@pytest.mark.parametrize("text", NO_EVENT)
def test_what_is_only_said_in_passing_is_no_event(text: str, extractor, resolver) -> None:
    assert not code(text, SUNDAY, extractor, resolver)


def test_a_toll_that_is_put_at_a_number_puts_nobody_to_death(extractor, resolver) -> None:
    text = "Gunmen attacked Tsafe. The police confirmed the attack but put the death toll at 11."
    told = code(text, SUNDAY, extractor, resolver)
    assert {m["event_type_code"] for m in told} == {"attack_on_civilians"}
    assert told[-1]["killed_low"] == 11


@pytest.mark.parametrize(
    "text",
    [
        "The war, which broke out in April 2022, has killed tens of thousands of people in Sudan.",
        "In 2022 bandits killed more than 400 people in Zamfara State, according to a tally by a charity.",
        "Eighteen mills were burned down in five weeks in Ituri.",
        "Bombings killed at least 19 people across Iraq on Sunday.",
        "Thirty nurses were abducted in Kivu in the course of the year.",
    ],
)
def test_what_a_war_or_a_year_killed_is_a_sum(text: str, extractor, resolver) -> None:
    assert {m["is_aggregate"] for m in code(text, SUNDAY, extractor, resolver)} == {True}


def test_the_hurt_of_a_bombing_are_its_own_whatever_was_said_in_between(extractor, resolver) -> None:
    text = (
        "Two officers died when a bomb exploded outside a station in Jamundi on Saturday. "
        "The mayor blamed a rebel front. Eleven civilians were hurt."
    )
    told = code(text, SUNDAY, extractor, resolver)
    assert {m["event_type_code"] for m in told if m["injured_low"]} == {"explosive_attack"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Heavy rains destroyed 310 shelters at a camp in Kassala on Monday.", "natural_disaster"),
        ("A jeep was hit by falling rocks at Phungling, killing the driver.", "natural_disaster"),
        ("The mayor's car was sprayed with bullets in Tumaco on Monday.", "shooting"),
        ("A convoy was targeted with a remote-controlled bomb near Pezu on Monday.", "explosive_attack"),
        ("Villagers took refuge in a church in Bunia on Monday.", "displacement"),
        ("Ten rebels yielded to soldiers in Samar on Friday.", "surrender"),
        ("Police are holding two men over a robbery in Cairo.", "arrest"),
        ("Three tippers were torched near Raipur on Sunday.", "property_destruction"),
        ("Turkish F-16s struck a camp in Duhok on Sunday, killing three fighters.", "air_strike"),
        ("Two fighters were killed on Sunday when a drone hit their car in Sinjar.", "drone_strike"),
        ("A bus was overturned near De Aar on Sunday.", "accident"),
    ],
)
def test_a_kind_is_told_by_what_a_deed_is_done_with_and_by_whom(text: str, kind: str, extractor, resolver) -> None:
    assert kind in {m["event_type_code"] for m in code(text, SUNDAY, extractor, resolver)}


@pytest.mark.parametrize(
    ("text", "is_sum"),
    [
        ("The rebels have ringed the city of Goma since May.", False),
        ("Rebels raided three villages near Beni on Monday, killing 14 people.", True),
        ("Rebels captured three villages near Beni on Monday.", False),
        ("Militiamen killed 650 people in Ituri in 2021, a monitor said.", True),
        ("Militiamen killed six people in Ituri in 2021, a monitor said.", False),
        ("About 90,000 people have been killed in Tigray, doctors said.", True),
        ("The valley is plagued by gunmen who rob lorries.", True),
        ("The militia has held control over the town of Bria, which it seized earlier this month.", False),
        ("The army has fought the rebels in Goma since May.", True),
        ("Rebels have seized six towns in Ituri since May.", True),
    ],
)
def test_what_lasts_sums_nothing(text: str, is_sum: bool, extractor, resolver) -> None:
    told = code(text, SUNDAY, extractor, resolver)
    assert told and {m["is_aggregate"] for m in told} == {is_sum}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # those who bear arms die fighting, as far as anybody tells
        ("Forty members of the security forces died in Barsalogho on Monday.", "armed_clash"),
        ("A herder and four soldiers died in Barsalogho on Monday.", "attack_on_civilians"),
        # boats that break, and tracks that hide mines
        ("Nineteen people died when a launch broke up off Barisal on Monday.", "accident"),
        ("Three people died in the sinking of a ferry off Cebu on Monday.", "accident"),
        ("Four labourers died on Monday when their tractor went over a mine near Aden.", "explosive_attack"),
        ("Three people died as a result of a car bomb in Aden on Monday.", "explosive_attack"),
        # who is no police takes captives
        ("Men in a van seized a priest in Jos on Monday.", "abduction"),
        ("Police seized a smuggler in Jos on Monday.", "arrest"),
        ("Police dismantled a roadblock of miners near Potosi on Monday.", "protest_dispersed"),
    ],
)
def test_the_kind_that_the_dead_or_the_doers_tell(text: str, kind: str, extractor, resolver) -> None:
    assert {m["event_type_code"] for m in code(text, SUNDAY, extractor, resolver)} == {kind}


def test_what_was_struck_is_struck_once(extractor, resolver) -> None:
    text = "A drone strike killed six people in a bakery in El Obeid, a doctor said. The bakery was hit on Friday."
    told = code(text, SUNDAY, extractor, resolver)
    assert {m["event_type_code"] for m in told} == {"drone_strike"}
    assert {m["date_start"] for m in told} == {date(2023, 3, 10)}


@pytest.mark.parametrize(
    "text",
    ["The tenant lodged an appeal against the ruling in Leeds.", "The winger was injured in the semi-final in Lyon."],
)
def test_courts_and_matches_are_no_events(text: str, extractor, resolver) -> None:
    assert not code(text, SUNDAY, extractor, resolver)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # what crowds do, though no word says that they protest
        ("Widows of the miners blocked the road to Potosi on Monday.", "protest"),
        ("Some 200 nurses stood in front of the ministry in Lusaka on Monday.", "protest"),
        ("Residents burnt tyres at a crossing in Karachi on Monday.", "protest"),
        ("Mourners laid two coffins on the railway in Sukkur on Monday.", "protest"),
        ("Traders took out a procession in Sukkur on Monday.", "protest"),
        ("About 900 people walked in silence through Cork on Monday.", "protest"),
        ("Youths stoned an ambulance in Belfast on Monday.", "riot"),
        # who is handed to a go-between is free, who is caught again is not
        ("Rebels handed four engineers to the Red Cross near Tame on Monday.", "release"),
        ("Two inmates were recaptured in Durban on Monday.", "arrest"),
        ("Gunmen marched 12 pupils into the forest near Kagara on Monday.", "abduction"),
    ],
)
def test_deeds_that_are_told_by_what_people_did(text: str, kind: str, extractor, resolver) -> None:
    assert {m["event_type_code"] for m in code(text, SUNDAY, extractor, resolver)} == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "The bridge in Cork was closed for four hours on Monday as a precaution.",
        "Workers closed the road in Cork for repairs on Monday.",
        "Pilgrims gathered in front of the basilica in Rome on Monday.",
        "Fans stood outside the stadium in Cork on Monday.",
    ],
)
def test_crowds_and_closed_roads_alone_are_no_protest(text: str, extractor, resolver) -> None:
    assert not code(text, SUNDAY, extractor, resolver)
