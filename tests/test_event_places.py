"""Which of a text's places is an event's: sentences in, coded places out."""

from __future__ import annotations

from datetime import date

import pytest
from test_event_dates import code

from tasks.clean.bodies import Paragraph
from tasks.clean.segments import laid_out
from tasks.extract.places_elsewhere import under_heading

# text, event type, the places' names
PLACED = [
    # where somebody comes from, speaks, belongs, or what an event is set beside, is no scene
    ("Two people were killed in Kano on Monday, the Nairobi-based group said.", "attack_on_civilians", ["Kano"]),
    ("Gunmen killed five farmers near Gwoza, according to a priest in Maiduguri.", "attack_on_civilians", ["Gwoza"]),
    ("A bus that had come from Kaduna was attacked by gunmen near Zaria.", "attack_on_civilians", ["Zaria"]),
    ("Police arrested two men in Jos amid an uproar in Nigeria.", "arrest", ["Jos"]),
    ("Police arrested Musa Bello, a native of Chad, in Jos.", "arrest", ["Jos"]),
    # a person that the text names in full is no place of that name
    ("Nadia Batman, 34, was shot in Kano on Monday. Batman was shot twice, police said.", "shooting", ["Kano", "Kano"]),
    # a settlement of which only the kind is told is the one told last; a sentence may end with a letter like ó
    (
        "A grenade hurt one in Celaya. The cabinet met in León. On Wednesday gunmen shot four people in the same city.",
        "shooting",
        ["Celaya"],
    ),
    ("A bomb killed nine people in Gwoza. The town was captured by rebels in 2012.", "territory_seized", ["Gwoza"]),
    # a chain after one preposition is one place and what holds it, and a bearing only says where it lies
    (
        "Gunmen shot dead two farmers in Sitio Pandi, Barangay Limpongo, Datu Hoffer town, Maguindanao on Monday.",
        "shooting",
        ["Datu Hoffer Ampatuan"],
    ),
    (
        "Gangs attacked villagers in Ganthier, north-east of Port-au-Prince, on Monday.",
        "attack_on_civilians",
        ["Ganthier"],
    ),
    # the longest known name is meant, and a strike is on a place
    ("Dasht-e-Archi fell to the Taliban on Monday.", "territory_seized", ["Dasht-e Archi District"]),
    ("A missile strike on Serhiivka, in Ukraine's Odesa region, killed 18 people.", "shelling", ["Serhiivka"]),
    ("A bomb attack killed two policemen in Batman, in Turkey.", "explosive_attack", ["Batman"]),
    (
        "At least 28 people were killed in an attack by Murle on Walgak, in Jonglei state.",
        "attack_on_civilians",
        ["Walgak"],
    ),
    # what two spellings or kinds of one town's name mean is one place
    ("Fighters captured Um Rawaba in Sudan on Monday.", "territory_seized", ["Umm Ruwaba"]),
    ("Fighters captured Umm Ruwaba in Sudan on Monday.", "territory_seized", ["Umm Ruwaba"]),
    ("A bomb killed two soldiers in Lamitan on Monday.", "explosive_attack", ["Lamitan City"]),
    ("A bomb killed two soldiers in Lamitan City on Monday.", "explosive_attack", ["Lamitan City"]),
    ("Gunmen killed ten people in Soum province on Monday.", "attack_on_civilians", ["Province du Djelgodji"]),
    ("Israeli and Lebanese soldiers exchanged fire across the Blue Line on Tuesday.", "armed_clash", ["Blue Line"]),
    # "where" takes up the place before it, and of two the narrower
    (
        "In Gorgadji, in the Sahel region, where four people were killed, families have left for Dori.",
        "attack_on_civilians",
        ["Gorgadji"],
    ),
    # where those are who did it is not where they did it
    (
        "The United Nations mission in Mali handed over its camp at Ansongo to the Malian army.",
        "territory_handed_over",
        ["Ansongo Cercle"],
    ),
    (
        "Soldiers arrested nine men in Tripoli, Lebanon, a day after clashes in the northern city.",
        "arrest",
        ["Tripoli"],
    ),
    (
        "Soldiers arrested nine men in Tripoli, Lebanon, a day after clashes in the northern city.",
        "armed_clash",
        ["Tripoli"],
    ),
    # the last of somebody's names is no place, nor is the capital of who says so, nor what was shouted about
    (
        "Soldiers detained Prime Minister Boubou Cisse at his residence in Bamako.",
        "arrest",
        ["Bamako"],
    ),
    ("Russia said that Syrian jets had hit a depot in Khan Shaykhun.", "air_strike", ["Khan Shaykhun"]),
    ("The gunman shouted about Aleppo and opened fire at a gallery in Ankara, killing two.", "shooting", ["Ankara"]),
    # a people's city lies in their country, and a road between two towns between them
    ("Two clans fought in the Lebanese city of Tripoli, unlike those in Libya.", "armed_clash", ["Tripoli"]),
    ("Gunmen ambushed a convoy on the road between Pama and Fada N'Gourma.", "ambush", ["Est"]),
    # a country or province gives way to the place inside it that the sentence names for the event
    (
        "Three nurses on a campaign in southwestern Pakistan were shot dead on the outskirts of Quetta.",
        "shooting",
        ["Quetta"],
    ),
    ("Rebels attacked a church in the Central African Republic capital Bangui.", "attack_on_civilians", ["Bangui"]),
    ("A blast at a school in Nigeria's northern city of Kano killed eight.", "explosive_attack", ["Kano"]),
    ("Rockets hit homes in Libya's Benghazi city.", "shelling", ["Benghazi"]),
    (
        "Rebels killed 17 people in a church in the capital of the Central African Republic.",
        "attack_on_civilians",
        ["Bangui"],
    ),
    # what brackets, commas and areas put a place in, the parse notwithstanding
    (
        "Residents of Charkh District in Logar Province [eastern Afghanistan] say that shelling killed 12 civilians.",
        "shelling",
        ["Charkh District"],
    ),
    (
        "A rocket fired in the Qalacha area of [southern] Sangin District of Helmand Province hit a car.",
        "shelling",
        ["Sangin District"],
    ),
    # a place that nobody knows lies where the text says
    (
        "Gunmen attacked Dallori Kura village in northeast Nigeria's restive Borno state, killing nine people.",
        "attack_on_civilians",
        ["Dallori Kura"],
    ),
    # what happened besides has its own place, and where something is bound for is nobody's
    (
        "One soldier died in an ambush in Badakhshan province on Monday, and two policemen were hurt by a bomb in "
        "Kunduz city.",
        "ambush",
        ["Badakhshan"],
    ),
    (
        "A bomb went off in Goma on Monday. Hours later a second one exploded at the station, wounding four passengers "
        "who were waiting for a bus to Beni.",
        "explosive_attack",
        ["Goma", "Goma"],
    ),
    # "there" is the place told last
    (
        "Gunmen killed two men in Goma on Monday. Clashes broke out in Beni on Tuesday.\n\n"
        "Six people were killed there in March.",
        "armed_clash",
        ["Beni", "Beni"],
    ),
    # a name in place position is a place, whatever the parser takes it for, and stays one further on
    ("The army confirmed the killing of herders in Zumabe on Monday.", "attack_on_civilians", ["Zumabe"]),
    (
        "Gunmen killed six people in Zumabe on Monday. Nine were killed in Goma. Soldiers clashed with the men who had "
        "burnt Zumabe.",
        "attack_on_civilians",
        ["Zumabe", "Goma"],
    ),
    ("A bomb killed two traders in Zumabe locality on Monday.", "explosive_attack", ["Zumabe"]),
    ("Police said in Parliament that gunmen killed two men in Goma.", "attack_on_civilians", ["Goma"]),
    ("Gunmen killed four people in Mogadishu's Wadajir district.", "attack_on_civilians", ["Wadajir"]),
    # the province that was named before
    (
        "Police in Faryab Province said that an elder was killed in Dawlatabad District of the province.",
        "attack_on_civilians",
        ["Dowlatabad District"],
    ),
    # without any place, the one country whose people the text names; armies act abroad
    ("Gunmen assassinated a retired Libyan army colonel.", "assassination", ["Libya"]),
    ("The Taliban killed a deputy head of the National Directorate of Security.", "assassination", ["Afghanistan"]),
    ("Iranian border guards killed seven Afghans.", "attack_on_civilians", [None]),
    ("American soldiers killed three men.", "attack_on_civilians", [None]),
    ("US soldiers killed two men.", "attack_on_civilians", [None]),
    # two provinces of one word are two places
    (
        "Coalition forces killed two insurgents during operations in Kunar and Logar provinces.",
        "raid",
        ["Logar", "Kunar"],
    ),
    # a place that another lies beside is not where it happened
    ("In Babil province, south of Baghdad, gunmen killed seven farmers.", "attack_on_civilians", ["Babil"]),
    # what the next sentence says of the place
    (
        "Gunmen shot dead five shopkeepers in Pakistan, police said. The incident took place in a market of Quetta.",
        "shooting",
        ["Quetta"],
    ),
    # what is known by its kind alone is known still in the next sentence
    (
        "Tunisian police dispersed a protest in the capital. At least 30 demonstrators were arrested.",
        "arrest",
        ["Tunis"],
    ),
    # a name that hyphens and a small word tie together is one name, and no namesake of its first word
    ("Armed men kidnapped six nuns in Croix-des-Rameaux, Haiti, on Wednesday.", "abduction", ["Croix-des-Rameaux"]),
    # what a clause under "where" names itself is nearer than what it takes up
    (
        "The army welcomed the news from Kunduz province, where its forces retook the town of Khanabad on Sunday.",
        "territory_seized",
        ["Khanabad"],
    ),
    # who is told of as persons are is no town of that name, wherever the report names him again
    (
        "Gunmen raided a shop in Celaya on Monday. Santana, 47, hid there. They shot Santana's brother and fled.",
        "shooting",
        ["Celaya"],
    ),
    ("Two men were killed in Siverek when gunmen attacked the Aydın family.", "attack_on_civilians", ["Siverek"]),
    # a name that a direction or "nearby" shows to be a place's
    (
        "Seytenga, east of Dori, mourned on Monday, a day after gunmen killed nine traders.",
        "attack_on_civilians",
        ["Seytenga"],
    ),
    # a description that the verb governs means the place named before
    (
        "The Taliban entered Imam Sahib district in Kunduz province. Police tried to defend the district.",
        "armed_clash",
        ["Imam Sahib District"],
    ),
]


@pytest.mark.parametrize(("text", "kind", "places"), PLACED)
def test_the_place_of_an_event_is_its_own(text: str, kind: str, places: list[str], extractor, resolver) -> None:
    found = [m for m in code(text, date(2023, 3, 12), extractor, resolver) if m["event_type_code"] == kind]
    assert [m["place_label"] for m in found] == places


def test_a_place_that_nobody_knows_lies_where_its_sentence_says(extractor, resolver) -> None:
    text = (
        "The police chief of Mardian District, in Jowzjan Province, said that gunmen shot dead an elder in Zumabe area."
    )
    (found,) = [m for m in code(text, date(2023, 3, 12), extractor, resolver) if m["event_type_code"] == "shooting"]
    assert (found["place_id"], found["place_label"], found["admin1_name"]) == (None, "Zumabe", "Jowzjan")


@pytest.mark.parametrize(
    ("kind", "heading", "place"),
    [
        ("heading", "Sangin/Helmand", "Sangin"),
        ("heading", "Update on Kabul talks", None),
        ("dateline", "KABUL, Afghanistan (Jan. 10, 2011)", None),
    ],
)
def test_a_heading_of_places_is_where_what_stands_under_it_happened(kind, heading, place, extractor) -> None:
    text = f"{heading}\nCoalition forces shot dead two insurgents in the same area."
    segments = [{"kind_code": kind, "start": 0, "end": len(heading)}]
    found = under_heading(segments, text, len(heading) + 1, extractor.names.known)
    assert (found[0].text if found else None) == place


ITEMS = """Security developments up to noon.
* MUQDADIYA - Gunmen abducted 11 workers of a bakery on Monday.
BASRA - A preacher was shot dead as he left a mosque.
NEAR TAL AFAR - Soldiers fought militants for two hours.
Nine of them were killed, the mayor said."""


def test_each_item_of_a_list_has_the_place_that_opens_it_and_its_own_story(extractor, resolver) -> None:
    found = code_report(ITEMS, extractor, resolver)
    assert [m["place_text"].title() for m in found] == ["Muqdadiya", "Basra", "Tal Afar", "Tal Afar"]
    assert {m["admin1_name"] for m in found} == {"Diyala", "Basra", "Nineveh"}
    # Monday is the day of the first item alone
    assert found[0]["date_start"] != found[1]["date_start"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # where nothing else is told, and where all that is told is where somebody came from
        ("KERCH, Oct 18 - A pupil opened fire in the college, wounding nine people.", "Kerch"),
        ("GRANADA, May 29 - Masked men torched a bus before soldiers came from Managua.", "Granada Department"),
        ("GOMA, May 29 - Rebels killed nine people in Beni.", "Beni"),
        ("TOCOA, Honduras - Two men were shot dead outside this town near the Caribbean coast.", "Tocoa"),
    ],
)
def test_a_report_that_names_no_scene_is_of_its_dateline(text: str, place: str, extractor, resolver) -> None:
    assert {m["place_label"] for m in code_report(text, extractor, resolver)} == {place}


def test_a_village_that_no_gazetteer_knows_lies_in_the_one_province_that_the_report_names(extractor, resolver) -> None:
    text = "The governor of Taraba State called for calm. Herders stormed Rubuvo on Monday, killing four people there."
    found = [m for m in code(text, date(2023, 3, 15), extractor, resolver) if m["killed_low"]]
    assert {(m["place_label"], m["admin1_name"]) for m in found} == {("Rubuvo", "Taraba State")}


def code_report(text: str, extractor, resolver) -> list[dict]:
    text, segments = laid_out([Paragraph(line) for line in text.split("\n")])
    return code(text, date(2023, 3, 15), extractor, resolver, segments)


LOG = """Sennar (Sennar State), 15 May: Presumed rebels attacked a police post at dawn. Four guards were killed.

Kassala, 16 May: Gunmen shot dead a teacher in Jabra.

Port Sudan, 18 May: Police arrested five men. Calm was restored by noon.

In the capital, the government condemned the violence. Two men were killed in Omdurman."""


def test_items_open_with_a_place_and_a_day_before_a_colon(extractor, resolver) -> None:
    told = code(LOG, date(2024, 5, 20), extractor, resolver)
    by_day = {(m["place_text"], str(m["date_start"])[:10]) for m in told if m["event_type_code"] != "condemnation"}
    assert {("Sennar", "2024-05-15"), ("Jabra", "2024-05-16"), ("Port Sudan", "2024-05-18")} <= by_day
    jabra = next(m for m in told if m["place_text"] == "Jabra")
    assert jabra["admin1_name"] == "Kassala"  # the item binds: not the Jabra of another province
    last = [m for m in told if m["killed_low"] == 2]
    assert {m["place_text"] for m in last} == {"Omdurman"} and {m["admin1_name"] for m in last} == {"Khartoum"}


def test_labels_before_a_colon_open_no_item(extractor, resolver) -> None:
    note = "Location: Kassala market.\n\nWeapon: Rifles.\n\nKilled: 3.\n\nGunmen shot dead three men at noon."
    told = [m for m in code(note, date(2024, 5, 20), extractor, resolver) if m["event_type_code"] == "shooting"]
    assert told and all(m["place_text"] not in ("Location", "Weapon", "Killed") for m in told)


def test_a_city_bears_its_name_before_a_hamlet_that_goes_by_it_as_well(resolver) -> None:
    reading = resolver.places.read("Kashan", context=("Zahedan", "Sistan and Baluchestan", "Iran"))
    assert reading.admin1_name == "Isfahan"
    assert resolver.places.read("Nassiriya", context=("Duhok", "Iraq")).admin1_name == "Dhi Qar"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # persons, by an age, as an owner, by how they were identified
        ("LaCalamita is charged with murder in the death of Kafoury, 63, in Troy, Michigan.", "Troy"),
        ("Police shot a man dead outside Riva's flat in Troy, Michigan. Riva, 47, said so.", "Troy"),
        ("A man identified as Adem Karadag was held in Bangkok. Karadag was arrested there on Monday.", "Bangkok"),
        # a town in its country, where the parse makes a list of them; a day is no place
        ("In Tripoli, Lebanon, the army detained a man on 12/2/2023.", "Tripoli"),
        # the capital that is named, where two countries are
        (
            "A bomb hit Bangkok on Monday. Two men of Xinjiang, China, did it. It shocked the capital.",
            "Bangkok",
        ),
    ],
)
def test_what_is_no_place_of_an_event(text: str, place: str, extractor, resolver) -> None:
    told = [m for m in code_report(text, extractor, resolver) if m["place_label"]]
    assert {m["place_label"] for m in told} == {place}


@pytest.mark.parametrize(
    ("text", "label", "country"),
    [
        # what only says where a border, a base, an origin lies is no scene
        ("A bomb killed a guard at a Malian post close to the border with Niger on Monday.", None, "MLI"),
        ("Fighters from a militia based in Birao killed nine traders near Am Dafok on Monday.", "Am Dafok", "CAF"),
        ("The envoys of Kuwait proposed a truce for Aden on Monday.", "Aden", "YEM"),
        # a part of a person's or a hospital's name is no place, what it lies in is
        ("Gunmen attacked the house of J. B. Jordan in Lagos on Monday.", "Lagos", "NGA"),
        ("A mortar shell hit the Aleppo Heart Hospital in Idlib on Monday, killing a nurse.", "Idlib", "SYR"),
        # who strikes from afar is not where he strikes
        ("A US drone strike killed a man in Wadi Zurqan on Monday.", "Wadi Zurqan", None),
        ("Israeli jets shelled Khirbet Zurqan on Monday.", "Khirbet Zurqan", None),
        # a country that is named like a state of another
        ("The US envoy said troops in Georgia had beaten 20 students on Monday.", "Georgia", "GEO"),
    ],
)
def test_what_is_no_scene_and_whose_country_it_is(text, label, country, extractor, resolver) -> None:
    (told,) = code(text, date(2023, 3, 12), extractor, resolver)
    assert (told["place_label"] if label else None, told["country_code"]) == (label, country)
