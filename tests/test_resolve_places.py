"""Which place the words mean: what the sentence and the document say decides, and nothing is finer than the words."""

from __future__ import annotations

import pytest

from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.resolve.places import PlaceReader
from tasks.vocabularies import load

AFGHAN = ["Kabul", "Helmand", "Afghanistan"]


@pytest.fixture(scope="module")
def reader(gazetteer: Gazetteer) -> PlaceReader:
    return PlaceReader(gazetteer, Countries(load("countries")))


def read(reader: PlaceReader, text: str, parents=(), context=(), hint=None):
    reading = reader.read(text, list(parents), list(context), hint)
    return reading.place.place_id if reading.place else None, reading.geo_precision_code


@pytest.mark.parametrize(
    ("text", "parents", "context", "expected"),
    [
        # the kind word decides
        ("Kunduz province", [], [], ("admin1:AF.24", "admin1")),
        ("Kunduz city", [], [], ("geonames:1135689", "settlement")),
        ("the city of Kunduz", [], [], ("geonames:1135689", "settlement")),
        ("Helmand province", [], AFGHAN, ("admin1:AF.10", "admin1")),
        ("Imam Sahib district", [], [], ("admin2:AF.24.1402", "admin2")),
        ("Emam Saheb district", [], AFGHAN, ("admin2:AF.24.1402", "admin2")),
        ("Andar district of Ghazni province", [], [], ("admin2:AF.08.614", "admin2")),
        ("Ghazni province’s Andar district", [], [], ("admin2:AF.08.614", "admin2")),
        ("northern Kunduz province", [], [], ("admin1:AF.24", "admin1")),
        # bare names: a town of size, else what holds it
        ("Kunduz", [], AFGHAN, ("geonames:1135689", "settlement")),
        ("Farah", [], AFGHAN, ("admin1:AF.06", "admin1")),
        ("Imam Sahib", ["Kunduz province", "Afghanistan"], [], ("admin2:AF.24.1402", "admin2")),
        ("Lashkar Gah", [], AFGHAN, ("geonames:1134720", "settlement")),
        ("Gaza", [], ["Israel"], ("admin1:PS.GZ", "admin1")),
        # parents bind
        ("Hyderabad", ["Sindh"], ["India"], ("geonames:1176734", "settlement")),
        ("Doshi", ["Baghlan"], ["Japan"], ("admin2:AF.03.1304", "admin2")),
        ("Imam Saheb", ["Kunduz"], [], ("admin2:AF.24.1402", "admin2")),
        # a town holds what lies near it, and no namesake far away in its province
        ("Gulabad area", ["Quetta city", "Balochistan"], [], ("geonames:1167528", "settlement")),
        ("Wadajir district", ["Mogadishu"], [], ("place:wadajir", "settlement")),
        # the province that the text named before
        ("Dawlatabad district", ["the province"], ["Faryab province", "Afghanistan"], ("admin2:AF.07.1809", "admin2")),
        # names with a kind word or an owner's mark of their own
        ("Snake Island", [], [], ("place:snake-island", "point")),
        ("Cox's Bazar", [], [], ("geonames:1336134", "settlement")),
        # a spelling that nobody bears, where only one country has a town that sounds so
        ("Tuz Kurmattu", [], [], ("geonames:90026", "settlement")),
        # a hamlet of many countries is none of them
        ("Sangan locality", [], [], (None, "unknown")),
        # the document leans
        ("Tripoli", [], ["Beirut", "Lebanon"], ("geonames:266826", "settlement")),
        ("Tripoli", [], ["Libya"], ("geonames:2210247", "settlement")),
        ("Georgia", [], ["Atlanta", "United States"], ("admin1:US.GA", "admin1")),
        ("Georgia", [], ["Tbilisi"], ("country:GEO", "country")),
        ("Punjab", [], ["Pakistan"], ("admin1:PK.04", "admin1")),
        ("Paris", [], AFGHAN, ("geonames:2988507", "settlement")),
        # words without a name
        ("the provincial capital", ["Helmand province"], [], ("geonames:1134720", "settlement")),
        ("the capital", [], AFGHAN, ("geonames:1138958", "settlement")),
        ("Helmand's capital", [], [], ("geonames:1134720", "settlement")),
        ("the district", [], ["Imam Sahib district", "Kunduz province"], ("admin2:AF.24.1402", "admin2")),
        ("the city", [], ["Kunduz city", "Kabul"], ("geonames:1135689", "settlement")),
        # the wider parent may stand first, and a provincial capital is not taken for a town abroad spelled like it
        ("Volna village", ["Russia", "Krasnodar region"], ["Moscow"], (None, "admin1")),
        ("Kherson city", [], ["Krasnodar", "Russian"], ("geonames:706448", "settlement")),
        ("the northern city", [], ["Kunduz city", "Kabul"], ("geonames:1135689", "settlement")),
        # "the town" is none of the provinces, "the province" none abroad
        ("the same town", [], ["Hiiraan", "Jowhar", "Somalia"], ("geonames:56335", "settlement")),
        ("the province", [], ["Luanda", "North Kivu", "Goma", "Congo"], ("admin1:CD.11", "admin1")),
        ("the besieged city", [], ["Tripoli", "Lebanese"], ("geonames:266826", "settlement")),
        ("the province", ["Kunduz province"], [], ("admin1:AF.24", "admin1")),
        ("the country", [], AFGHAN, ("country:AFG", "country")),
        # countries, regions, points
        ("Afghanistan", [], [], ("country:AFG", "country")),
        ("southern Afghanistan", [], [], ("country:AFG", "country")),
        ("U.S.", [], [], ("country:USA", "country")),
        ("Donbas", [], [], ("place:donbas", "admin1")),
        ("the Sahel", [], [], ("place:sahel", "unknown")),
        ("Bagram Airfield", [], [], ("place:bagram", "point")),
        ("Kunduz airport", [], AFGHAN, ("geonames:1135689", "settlement")),
    ],
)
def test_which_place(reader, text, parents, context, expected):
    assert read(reader, text, parents, context) == expected


@pytest.mark.parametrize(
    "text", ["near Lashkar Gah", "outside Lashkar Gah", "30 km north of Lashkar Gah", "the outskirts of Lashkar Gah"]
)
def test_nearness_keeps_the_place_and_says_so(reader, text):
    reading = reader.read(text, [], AFGHAN, None)
    assert reading.place_label == "Lashkar Gah"
    assert reading.rule_id.endswith(":near")


@pytest.mark.parametrize(
    ("text", "parents", "holder", "precision"),
    [
        ("between Goma and Rutshuru", [], "North Kivu", "admin1"),
        ("the road between Gusau and Funtua", [], "Nigeria", "country"),
        ("the Abuja-Kaduna road", [], "Nigeria", "country"),
        ("Kabul-Kandahar highway", ["Ghazni province"], "Ghazni", "admin1"),
    ],
)
def test_between_two_places_is_half_way_and_no_finer_than_what_holds_both(reader, text, parents, holder, precision):
    reading = reader.read(text, parents, ["Nigeria"] if holder == "Nigeria" else [], None)
    assert (reading.place_label, reading.geo_precision_code) == (holder, precision)
    assert reading.rule_id == "between"


def test_half_way_is_the_middle_of_the_points(reader):
    ends = [reader.read(name, [], ["Nigeria"], None) for name in ("Gusau", "Funtua")]
    reading = reader.read("between Gusau and Funtua", [], ["Nigeria"], None)
    assert reading.latitude == pytest.approx(sum(end.latitude for end in ends) / 2, abs=0.001)
    assert reading.longitude == pytest.approx(sum(end.longitude for end in ends) / 2, abs=0.001)


@pytest.mark.parametrize(
    ("text", "parents", "context", "expected"),
    [
        ("Atlanta", ["Georgia"], [], ("geonames:4180439", "settlement")),
        ("Lahore", ["Punjab"], ["India"], ("geonames:1172451", "settlement")),
        ("Arghandab District", ["Zabol Province"], [], ("admin2:AF.28.2503", "admin2")),
        ("Northern Samar province", [], ["Philippines"], ("admin2:PH.08.67", "admin2")),
    ],
)
def test_a_parent_is_the_one_that_holds_such_a_place(reader, text, parents, context, expected):
    assert read(reader, text, parents, context) == expected


def test_a_country_that_is_named_is_never_left_for_a_namesake(reader):
    assert reader.read("Lahore", ["Punjab", "India"], [], None).country_code == "IND"


def test_the_columns_of_a_release(reader):
    reading = reader.read("Imam Sahib", ["Kunduz province"], [], None)
    assert (reading.place_label, reading.country_code) == ("Imam Sahib District", "AFG")
    assert (reading.admin1_name, reading.admin1_code) == ("Kunduz", "AF.24")
    assert (reading.admin2_name, reading.admin2_code) == ("Imam Sahib", "AF.24.1402")
    assert reading.latitude == pytest.approx(37.19, abs=0.1)
    assert reading.longitude == pytest.approx(68.93, abs=0.1)


@pytest.mark.parametrize(
    ("text", "parents", "context"),
    [("Doshi", ["Kenya"], []), ("Doshi", [], ["Kenya", "Nairobi"]), ("Emam Saheb", ["Kenya"], ["Afghanistan"])],
)
def test_never_outside_the_countries_that_the_text_names(reader, text, parents, context):
    reading = reader.read(text, parents, context, None)
    assert reading.country_code == "KEN"
    assert reading.geo_precision_code in ("country", "unknown")


def test_a_name_that_nothing_bears_lies_in_what_holds_it(reader):
    """It is called what it was called, and is not the province itself."""
    for parents, codes, precision in (
        (["Kunduz province", "Afghanistan"], ("AFG", "AF.24", None), "admin1"),
        (["Imam Sahib district", "Kunduz"], ("AFG", "AF.24", "AF.24.1402"), "admin2"),
        (["Kenya"], ("KEN", None, None), "country"),
    ):
        reading = reader.read("Xyzzyville", parents, [], None)
        assert (reading.place, reading.place_label, reading.geo_precision_code) == (None, "Xyzzyville", precision)
        assert (reading.country_code, reading.admin1_code, reading.admin2_code) == codes
        assert reading.latitude is not None
        assert "no_such_place" in reading.rule_id


def test_a_common_word_is_no_place_that_goes_by_it(reader):
    assert reader.read("the market", [], [], None).place is None


def test_the_capital_is_that_of_the_country_in_which_most_places_lie(reader):
    reading = reader.read("the capital", [], ["Goma", "Bukavu", "Luanda"], None)
    assert reading.place_label == "Kinshasa"


def test_words_that_are_no_name_mean_what_holds_them(reader):
    assert read(reader, "the compound", ["Kunduz province", "Afghanistan"]) == ("admin1:AF.24", "admin1")


def test_a_name_that_nothing_bears_lies_in_the_country_that_most_places_tell(reader):
    assert reader.read("Xyzzyville", [], ["Goma", "Luanda", "North Kivu", "Congo"], None).country_code == "COD"


def test_words_that_nothing_bears_or_holds_give_no_place(reader):
    reading = reader.read("Xyzzyville", [], ["Kenya", "Nairobi"], None)
    assert (reading.place, reading.latitude, reading.country_code) == (None, None, "KEN")
    assert reader.read("Xyzzyville", [], ["Kenya", "France"], None).country_code is None


def test_the_source_country_weighs_least(reader):
    assert reader.read("Tripoli", [], [], "LBN").country_code == "LBN"
    assert reader.read("Tripoli", [], ["Libya"], "LBN").country_code == "LBY"


def test_country_of_words(reader):
    assert reader.country_of("Kunduz province") == "AFG"
    assert reader.country_of("Afghan") == "AFG"
    assert reader.country_of("Gwoza, Nigeria") == "NGA"
    assert reader.country_of("Springfieldabad") is None


@pytest.mark.parametrize(
    ("text", "latitude", "longitude", "precision"),
    [
        ("12 km north of Kunduz", 36.84, 68.86, "admin2"),
        ("about 12 kilometres (7 miles) south-west of Kunduz", 36.65, 68.76, "admin2"),
        ("30 miles east of Kunduz", 36.73, 69.4, "admin1"),
    ],
)
def test_an_offset_moves_the_point_and_coarsens_it(
    reader: PlaceReader, text: str, latitude: float, longitude: float, precision: str
) -> None:
    reading = reader.read(text, ("Afghanistan",))
    assert reading.latitude == pytest.approx(latitude, abs=0.05)
    assert reading.longitude == pytest.approx(longitude, abs=0.06)
    assert reading.geo_precision_code == precision
    assert reading.rule_id.startswith("offset:")


def test_an_offset_is_part_of_the_place_as_written(extractor) -> None:
    from tasks.extract.explain import as_document, explain

    (mention,) = explain(as_document("Gunmen ambushed a convoy 12 km north of Kunduz on Monday."), extractor).rows
    assert mention["place_text"] == "12 km north of Kunduz"


@pytest.mark.parametrize(
    ("text", "parents", "context", "admin1_code"),
    [
        # abbreviations behind a town are divisions, whatever else is called so
        ("Slidell", ["La."], [], "US.LA"),
        ("Springfield", ["Mass."], [], "US.MA"),
        ("Uvalde", ["TX"], [], "US.TX"),
        # a city is meant sooner than a hamlet of its name in a province that the text names elsewhere
        ("Detroit", [], ["Texas"], "US.MI"),
        ("Paris", [], ["Kentucky"], "FR.11"),
        ("Hawija", [], ["Diyala"], "IQ.13"),
        # but a city there is, and so is what its sentence puts there
        ("London", [], ["Ontario"], "CA.08"),
        ("Birmingham", [], ["Alabama"], "US.AL"),
        ("Paris", ["Kentucky"], [], "US.KY"),
        # what is called like a country lies where its parent says, a town abroad is no hamlet at home
        ("Lebanon", ["Ohio"], [], "US.OH"),
        # a kind word is part of the name where more people live in what is called so
        ("Yuba City", [], [], "US.CA"),
        ("Kansas City", ["Kansas"], [], "US.KS"),
        ("Kunduz city", [], [], "AF.24"),
    ],
)
def test_which_of_its_namesakes_a_town_is(reader, text: str, parents, context, admin1_code: str) -> None:
    assert reader.read(text, parents, context).admin1_code == admin1_code


@pytest.mark.parametrize(
    ("text", "context", "country"),
    [
        # a town abroad is mostly a namesake of one that nothing knows; a large city or a capital is known everywhere
        ("Keta", ["Zamfara", "Gusau", "Nigeria"], "NGA"),
        ("Las Palmas", ["Bogota", "Medellin", "Antioquia"], "COL"),
        ("Shanghai", ["Bogota", "Medellin", "Antioquia"], "CHN"),
        ("Vienna", ["Bogota", "Medellin", "Antioquia"], "AUT"),
        # names that several countries have are of the one that the others speak for
        ("Zrarieh", ["Lebanon", "Baalbek", "Houla", "Saida district", "Kiryat Shmona"], "LBN"),
    ],
)
def test_a_namesake_abroad_needs_more_than_its_name(reader, text: str, context, country: str) -> None:
    assert reader.read(text, (), context).country_code == country


@pytest.mark.parametrize("text", ["Africa", "the Middle East", "South America", "Southeast Asia"])
def test_a_part_of_the_world_is_of_no_country(reader, text: str) -> None:
    reading = reader.read(text, [], [])
    assert (reading.country_code, reading.admin1_code) == (None, None) and reading.place_label


def test_a_town_abroad_is_meant_sooner_than_a_hamlet_where_the_group_is_at_home(reader) -> None:
    assert reader.read("Garissa", [], [], "SOM").country_code == "KEN"


def test_each_abbreviation_means_a_division_of_the_gazetteer(gazetteer: Gazetteer) -> None:
    for row in load("division_abbreviations").to_dict("records"):
        assert gazetteer.place(f"admin1:{row['admin1_code']}").kind_code == "admin1", row


def test_a_parent_abroad_of_which_nothing_else_speaks_binds_nothing(reader) -> None:
    reading = reader.read("Banr", ["Matta tehsil"], ["Swat", "Mastung", "Quetta", "Parachinar"])
    assert reading.country_code == "PAK"
