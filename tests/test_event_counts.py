"""How many a sentence says were killed and hurt: sentences in, coded counts out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

SUNDAY = date(2023, 3, 12)

# text, killed at least and at most
TOLLS = [
    ("The toll of the suicide bombing at a mosque in Mardan rose to 26 on Saturday as eight wounded died.", (26, 26)),
    ("The number of people killed by Friday's explosion at a market in Kano has risen to 13.", (13, 13)),
    ("Three more people have died after a car bombing in Mogadishu, raising the death toll to nine.", (9, 9)),
    ("Two more died of wounds from the bombing in Kabul, taking the toll from 12 to 14.", (14, 14)),
    ("The death toll from Monday's air strike on Idlib has climbed to at least 45.", (45, None)),
    # the dead are those of the deed that is told, not of the one it is counted from
    ("One week after a massacre there, rebels attacked the town of Oicha, killing five people.", (5, 5)),
    # what came on top is all that is told, and a year's toll is of many
    ("Eight people were killed in a bombing in Mogadishu, and the toll may rise.", (8, 8)),
    ("Eight people were killed in a bombing in Mogadishu, bringing this year's death toll to 300.", (8, 8)),
    # an age is not a count
    ("A man of 71 was killed when mortar bombs hit the village of Chinari.", (1, 1)),
    ("Gunmen killed a family of five in Jos.", (5, 5)),
    # a step, and what it comes to
    # a sentence that tells the toll alone, with no word that tells of a deed
    ("A missile hit a hotel in Odesa on Wednesday. Rescuers have gone home. The final toll there is eight.", (8, 8)),
    ("A bomb went off at a market in Herat on Monday. Hospital staff put the dead there at six.", (6, 6)),
    ("The toll of the blast in Herat climbed by two to 19 on Sunday.", (19, 19)),
    ("Rescuers dug out three bodies, bringing to 41 the number of people killed in the bombing in Herat.", (41, 41)),
    ("Officials raised their death toll from the bombing in Herat by another six, to 47.", (47, 47)),
    ("The death toll of the bombing in Herat has since risen to 12.", (12, 12)),
    ("Among the 17 dead of the bombing in Herat were five children.", (17, 17)),
    ("The earthquake near Herat killed 2 417 people.", (2417, 2417)),
    (
        "A bus fell into the river near Chamba. Six persons died at once and two others succumbed to their burns.",
        (8, 8),
    ),
    ("Police deplored the murder of nine bus passengers near Mach last week.", (9, 9)),
    # who is shot at is not dead, who lies there shot is
    ("Israeli troops opened fire on protesters in Nablus, killing one and wounding 20.", (1, 1)),
    # a verb that the parse may take for a participle still tells the deed
    ("A truck bomb outside a bank in Herat killed at least nine people and wounded 31.", (9, None)),
    ("A bomber riding a motorbike packed with nails killed six pilgrims in Quetta, police and doctors said.", (6, 6)),
    ("Two bomb blasts in Jos killed six people, police and medical sources said.", (6, 6)),
    ("Men suspected to be bandits shot dead five traders near Zaria on Friday.", (5, 5)),
    ("Gunmen killed Congolese lawmaker Jean Ilunga Monday in Goma.", (1, 1)),
    ("Soldiers hit a school with a mortar shell and one child and four women lost their lives in Taiz.", (5, 5)),
    ("The force used aircraft to attack the insurgents in Zabul, killing four.", (4, 4)),
    ("Scores and possibly hundreds of civilians were hacked to death in Mai Kadra.", (40, 999)),
    ("At least 20 but possibly as many as 35 people were killed in an air strike on Togoga.", (20, 35)),
    ("Gangs attacked two suburbs, and at least a dozen bodies were found in the streets.", (12, None)),
    ("The fighting cost 36 lives in Batken.", (36, 36)),
    # one person of two offices, and who is counted with others
    ("A tribal elder and former commander has been killed by gunmen in Khost.", (1, 1)),
    ("Militants beheaded a priest or deacon in Mocimboa da Praia.", (1, 1)),
    ("Gunmen killed a headmaster along with two of his pupils in Bauchi.", (3, 3)),
    ("Four nurses, three of them women, were shot and killed in Peshawar.", (4, 4)),
    ("Gunmen shot dead a shopkeeper, Karim Jan, in Helmand.", (1, 1)),
    ("Gunmen pulled seven men out of a bus near Mach and killed them.", (7, 7)),
    ("No fewer than 35 farmers were killed in a raid on Zabarmari.", (35, None)),
    ("No fewer than 10 people are feared dead after a clash between herders and farmers in Benue.", (10, None)),
    ("At least 37 people have been confirmed dead in an explosion at a market in Biu.", (37, None)),
    ("Seven men were found dead near Samarra, their throats cut.", (7, 7)),
    ("The bodies of 12 men, shot in the head, were found in a field near Kirkuk on Monday.", (12, 12)),
]


@pytest.mark.parametrize(("text", "killed"), TOLLS)
def test_the_dead_of_an_event(text: str, killed: tuple[int, int | None], extractor, resolver) -> None:
    told = [m for m in code(text, SUNDAY, extractor, resolver) if not m["is_aggregate"]]
    found = [m for m in told if m["killed_low"] is not None]
    assert [(m["killed_low"], m["killed_high"]) for m in found] == [killed]


@pytest.mark.parametrize(
    "text",
    [
        "Police opened fire on protesters in Lagos on Monday.",
        "Police beat protesters in Lagos on Monday.",
        "Peacekeepers were fired upon near Gao on Tuesday.",
    ],
)
def test_who_is_shot_at_or_beaten_is_not_counted_as_dead(text: str, extractor, resolver) -> None:
    (told,) = code(text, SUNDAY, extractor, resolver)
    assert told["killed_low"] is None and told["killed_high"] is None


@pytest.mark.parametrize(
    ("text", "injured"),
    [
        ("A shepherd was shot in the left leg near Hebron.", 1),
        ("A clerk was shot twice in Loja and survived.", 1),
        ("Two boys were shot in Tulsa; both are expected to live.", 2),
        ("A man was shot in Ohio. He was taken to a hospital, police said.", 1),
        ("A boy was shot in the head with a rubber bullet in Nablus.", 1),
        ("A shepherd was shot in the leg near Hebron and died on Monday.", None),
        ("A shepherd was shot near Hebron. His body was found in a ditch.", None),
    ],
)
def test_who_was_shot_and_lives_was_hurt(text: str, injured: int | None, extractor, resolver) -> None:
    told = code(text, SUNDAY, extractor, resolver)[0]
    assert (told["injured_low"], told["killed_low"]) == (injured, None if injured else 1)


@pytest.mark.parametrize(
    "behind",
    [
        "The toll was still unknown at noon.",
        "It was not clear whether anyone was hurt.",
        "There was no word on the wounded.",
        "The number of dead could not be established.",
    ],
)
def test_a_sentence_on_its_own_says_that_the_dead_are_not_known(behind: str, extractor, resolver) -> None:
    told = code(f"Shells hit the grain market in Sumy. {behind}", SUNDAY, extractor, resolver)[0]
    assert told["casualties_unknown"] and told["killed_low"] is None


@pytest.mark.parametrize(
    ("text", "kind", "injured"),
    [
        ("A bomb exploded in Aden. At least 20 people are being treated at a hospital.", "explosive_attack", 20),
        ("Gunmen opened fire in Jos. Eleven people were treated for wounds.", "shooting", 11),
        ("A blast hit Aden. Seven people were taken to hospital with burns.", "explosive_attack", 7),
        ("Doctors treat 40 patients a day at the hospital in Goma.", None, None),
        ("Forty people were admitted to hospital in Goma with cholera.", None, None),
    ],
)
def test_who_is_taken_to_hospital_was_hurt_where_somebody_hurt_him(text, kind, injured, extractor, resolver) -> None:
    told = [m for m in code(text, SUNDAY, extractor, resolver) if m["injured_low"] is not None]
    assert [(m["event_type_code"], m["injured_low"]) for m in told] == ([(kind, injured)] if kind else [])


def test_the_others_killed_elsewhere_add_to_no_count(extractor, resolver) -> None:
    text = (
        "Twelve people died in Tuesday's air strike on a market in Idlib. The other four were killed in Aleppo by jets."
    )
    assert [m["killed_low"] for m in code(text, SUNDAY, extractor, resolver)] == [12, 4]


def test_a_dozen_more_are_twelve(extractor, resolver) -> None:
    (told,) = code("The blast in Kano killed four and wounded a dozen more.", SUNDAY, extractor, resolver)
    assert (told["killed_low"], told["injured_low"]) == (4, 12)


@pytest.mark.parametrize(
    "text",
    [
        "Indonesia spoke of five of its citizens who were kidnapped at sea off Sabah.",
        "The man was one of five fishermen who had been abducted off Lahad Datu.",
    ],
)
def test_of_whom_one_is_told_all_are_counted(text: str, extractor, resolver) -> None:
    (told,) = [m for m in code(text, SUNDAY, extractor, resolver) if m["event_type_code"] == "abduction"]
    assert (told["captured_low"], told["captured_high"]) == (5, 5)


def test_who_killed_and_was_then_shot_makes_two_events(extractor, resolver) -> None:
    text = "Gunmen killed nine worshippers in Gusau before three of the gunmen were shot dead by soldiers."
    told = code(text, SUNDAY, extractor, resolver)
    assert sorted(m["killed_low"] for m in told) == [3, 9]


def test_drowned_people_are_nobodys_deed(extractor, resolver) -> None:
    assert not code("The bodies of nine migrants were recovered from the sea off Zuwara.", SUNDAY, extractor, resolver)


SIDES = [
    (
        "Two policemen and nine attackers were killed in fighting between police and ISWAP militants in Geidam.",
        {("actor", 2), ("recipient", 9)},
    ),
    ("The clash in Goma left five rebels and three soldiers dead.", {("insurgents", 5), ("military", 3)}),
    ("An air strike on Idlib killed 12 civilians and three fighters.", {("civilians", 12), ("recipient", 3)}),
    (
        "The army said it killed 30 militants and lost four soldiers in the battle for Dikwa.",
        {("insurgents", 30), ("actor", 4)},
    ),
]


@pytest.mark.parametrize(("text", "killed"), SIDES)
def test_the_dead_are_told_of_their_side(text: str, killed: set[tuple[str, int]], extractor, resolver) -> None:
    (told,) = code(text, SUNDAY, extractor, resolver)
    assert {(n["side_code"], n["low"]) for n in told["numbers"] if n["kind_code"] == "killed"} == killed


OTHER_COUNTS = [
    ("Around 200 fighters attacked the base in Mocimboa da Praia.", ("participants", "actor", 200)),
    ("Russia sent 2,000 troops to Belarus.", ("troops", "recipient", 2000)),
    ("Four people were killed and ten are missing after a bombing in Kano.", ("missing", "recipient", 10)),
    ("More than 600 fighters laid down their arms in Aleppo province.", ("surrendered", "actor", 600)),
]


@pytest.mark.parametrize(("text", "count"), OTHER_COUNTS)
def test_other_counts_are_told(text: str, count: tuple[str, str, int], extractor, resolver) -> None:
    told = code(text, SUNDAY, extractor, resolver)
    assert count in [(n["kind_code"], n["side_code"], n["low"]) for m in told for n in m["numbers"]]


@pytest.mark.parametrize(
    "text",
    [
        "No casualties were reported after rockets hit Erbil airport.",
        "Shells hit a school in Donetsk; there were no casualties.",
        "Rockets hit an oil depot near Aden without causing casualties.",
    ],
)
def test_no_casualties_are_nought_dead_and_hurt(text: str, extractor, resolver) -> None:
    (told,) = code(text, SUNDAY, extractor, resolver)
    assert (told["killed_low"], told["killed_high"], told["injured_low"], told["injured_high"]) == (0, 0, 0, 0)


def test_losses_of_one_side_say_nothing_of_the_others(extractor, resolver) -> None:
    (told,) = code("The army suffered no casualties in the raid in Kidal.", SUNDAY, extractor, resolver)
    assert (told["status_code"], told["killed_low"]) == ("occurred", None)


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("The rebels said that 40 soldiers had surrendered in Goma.", "The rebels"),
        ("Dozens of Boko Haram fighters surrendered on Monday, the Nigerian army said.", "the Nigerian army"),
    ],
)
def test_nobody_surrenders_but_to_a_foe(text: str, recipient: str, extractor, resolver) -> None:
    (told,) = code(text, SUNDAY, extractor, resolver)
    assert [party["text"] for party in told["recipients"]] == [recipient]


def test_who_is_told_again_together_is_as_many_as_before(extractor, resolver) -> None:
    text = (
        "Ten children and five women died in air strikes on Aleppo. The children and women were killed in strikes by "
        "helicopters on a hall in Aleppo."
    )
    assert {m["killed_low"] for m in code(text, SUNDAY, extractor, resolver)} == {15}


@pytest.mark.parametrize(
    ("text", "count", "low"),
    [
        # numbers as the world writes them, and what a rise comes to
        ("Shelling killed 15 000 civilians in Grozny in March.", "killed", 15000),
        ("Shelling killed 15.000 civilians in Grozny in March.", "killed", 15000),
        ("The toll of Sunday's bombing in Gao increased by three and now stands at 54.", "killed", 54),
        # nobody who was not even hurt has died
        ("Gunmen fired on a patrol in Karak, causing no injuries.", "killed", 0),
        ("A device went off under a bridge near Herat on Friday, with neither casualties nor damage.", "injured", 0),
        ("A drone dropped a shell on a farm near Kharkiv on Friday, hurting nobody.", "killed", 0),
        ("A grenade was thrown at a police post in Cali on Friday without hitting anyone.", "injured", 0),
        ("A mine blew up a track near Sibi on Friday, but there was no loss of life.", "killed", 0),
        ("A patrol escaped unhurt when a mine exploded near Gao on Friday.", "injured", 0),
        ("Seventeen bodies were brought to the hospital after the strike on Bureij.", "killed", 17),
        # as many arrests as people, and what is done to others is counted by itself
        ("Police in Verviers made 34 arrests on Sunday.", "captured", 34),
        ("Commandos freed an engineer and arrested three of his captors in Diwaniya on Saturday.", "captured", 3),
        # what a deed left people as, whatever the words of the pair are taken for
        ("A mine on the road to Gao killed a driver and left 14 hurt, the council said.", "injured", 14),
        ("Raiders struck a barracks near Sevare, killing six soldiers and leaving four others wounded.", "injured", 4),
        ("A blast at a bakery in Homs left one boy dead and over a dozen injured.", "injured", 12),
        ("The raid on Bauchi left two policemen, a teacher and four farmers dead.", "killed", 7),
        ("The strike on Tripoli leaves five dead and several hurt.", "injured", 3),
        ("No-one was injured when a bomb went off in Derry on Friday.", "injured", 0),
        # a list adds up, an apposition does not
        ("Nine guards, a cook and two drivers were killed in an ambush near Djibo on Friday.", "killed", 12),
        ("Two soldiers, a sergeant and a private, were killed in an ambush near Djibo on Friday.", "killed", 2),
        # where people are held or lie
        ("After the riot in Leeds 58 suspects are in custody.", "captured", 58),
        ("Two men in Turku are under arrest.", "captured", 2),
        ("The shooting outside a club in Ghent sent four teenagers to hospital.", "injured", 4),
        # ways to kill
        ("Seven prisoners were strangled in Tegucigalpa on Sunday.", "killed", 7),
        ("Rockets hit a convoy near Homs and five drivers burned to death.", "killed", 5),
        ("A strike on a house in Beit Lahiya took the lives of at least 70 people.", "killed", 70),
        ("In the West Bank, a 17-year-old was fatally shot in Qabatiya during a raid by troops.", "killed", 1),
        ("Bandits wiped out a family of six in Zamfara.", "killed", 6),
        ("They slit the throats of eight herders near Mopti.", "killed", 8),
        ("The bullet-riddled bodies of three traders were dumped by a road near Quetta.", "killed", 3),
    ],
)
def test_people_are_counted_as_reports_tell_them(text: str, count: str, low: int, extractor, resolver) -> None:
    told = code(text, SUNDAY, extractor, resolver)
    assert low in [m[f"{count}_low"] for m in told]
    assert not any(m["is_aggregate"] for m in told)


PLAIN = [
    # headlines, notes and run-on sentences, in which the words beside a number tell what no parse does
    ("Gunmen attacked a bus in Damascus, 6 pilgrims dead, 22 hurt.", (6, 6), (22, 22)),
    ("Fighters repelled attacks from three flanks killing around 80 militants and burning trucks.", (80, 80), None),
    ("The bombs exploded at a race in Boston. They did not kill anyone but hurt 30 people.", (0, 0), (30, 30)),
    ("A pipe bomb went off in a mailbox in Reno, breaking windows but without injuring anyone.", (0, 0), (0, 0)),
    ("Gunmen raided a market in Jos. Killed: 3. Injured: 11.", (3, 3), (11, 11)),
    ("Car bombs in Homs killed 32, most of them pupils.", (32, 32), None),
    ("Soldiers clashed with rebels in Djibo. 4 soldiers and 10 rebels killed.", (14, 14), None),
    # whose number it is not
    ("Two gunmen killed nine shoppers in Jos.", (9, 9), None),
    ("Two bombs killed nine shoppers in Jos.", (9, 9), None),
    ("Troops killed 12 rebels near Jos after three days of fighting.", (12, 12), None),
]


@pytest.mark.parametrize(("text", "killed", "injured"), PLAIN)
def test_counts_by_the_words_beside_them(text: str, killed: object, injured: object, extractor, resolver) -> None:
    told = [m for m in code(text, SUNDAY, extractor, resolver) if not m["is_aggregate"]]
    for kind, wanted in (("killed", killed), ("injured", injured)):
        found = {(m[f"{kind}_low"], m[f"{kind}_high"]) for m in told} - {(None, None)}
        assert found == ({wanted} if wanted else set())


def test_a_deed_that_hurt_nobody_happened(extractor, resolver) -> None:
    text = "A bomb went off in Reno on Monday, although that detonation did not injure anyone."
    told = code(text, SUNDAY, extractor, resolver)
    assert {m["status_code"] for m in told} == {"occurred"}
    assert {(m["killed_low"], m["injured_low"]) for m in told} - {(None, None)} == {(0, 0)}


def test_who_is_told_again_is_counted_once(extractor, resolver) -> None:
    text = "Three drivers and 20 rebels were killed in an ambush. The three drivers were also killed, police said."
    told = code(text, SUNDAY, extractor, resolver)
    assert max(m["killed_low"] or 0 for m in told) == 23


@pytest.mark.parametrize(
    "text",
    [
        "Unknown gunmen shot dead a clerk in Loja.",
        "A clerk was killed in Loja by unidentified armed men.",
        "Unknown attackers killed a clerk near Loja.",
        "Unknown gunmen killed a clerk near Loja with a number of shots.",
    ],
)
def test_unknown_attackers_leave_the_dead_counted(text: str, extractor, resolver) -> None:
    told = code(text, SUNDAY, extractor, resolver)
    assert [(m["casualties_unknown"], m["killed_low"]) for m in told] == [(False, 1)]


def test_a_toll_that_a_sentence_of_its_own_calls_unknown(extractor, resolver) -> None:
    told = code("Shells hit a market in El Fasher on Sunday. Casualties unknown.", SUNDAY, extractor, resolver)
    assert [(m["casualties_unknown"], m["killed_low"]) for m in told] == [(True, None)]


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("A bomb killed four officers in Quetta on Friday. A fifth officer died in hospital.", 5, None),
        ("A bomb killed seven men in Quetta on Friday. An eighth man died of his wounds.", 8, None),
        ("Two men were shot dead in Reno on Friday and a third was wounded.", 2, 1),
        ("Two marines and an undetermined number of gunmen were killed in a firefight in Jolo.", 2, None),
        ("Two women shot in a quarrel in Tulsa on Friday are recovering in hospital.", None, 2),
        ("A girl lost both legs when she stepped on a mine near Loikaw on Friday.", None, 1),
    ],
)
def test_who_is_counted_on_from_those_before(text: str, killed, injured, extractor, resolver) -> None:
    told = code(text, SUNDAY, extractor, resolver)
    for kind, wanted in (("killed", killed), ("injured", injured)):
        assert max((m[f"{kind}_low"] or 0 for m in told), default=0) == (wanted or 0)


def test_who_dies_on_another_day_is_counted_once(extractor, resolver) -> None:
    text = "Gunmen killed six traders in Kano on Friday. A seventh trader died in hospital on Saturday."
    told = code(text, SUNDAY, extractor, resolver)
    assert sum(m["killed_low"] or 0 for m in told) == 7


@pytest.mark.parametrize(
    "text",
    [
        "A bomb exploded in Herat on Friday. There were no immediate reports of injuries.",
        "A bomb exploded in Herat on Friday. There were no civilian casualties.",
    ],
)
def test_what_is_not_known_or_is_said_of_some_alone_is_no_zero(text: str, extractor, resolver) -> None:
    assert {m["killed_low"] for m in code(text, SUNDAY, extractor, resolver)} == {None}
