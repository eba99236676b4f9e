"""The gazetteer: every Afghan province and district, spelling variants, names in running text."""

from __future__ import annotations

import csv
import itertools
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.resources import open_gazetteer
from tasks.knowledge.places.gazetteer import Gazetteer, GazetteerError
from tasks.language.name_keys import consonants, name_key
from tasks.vocabularies import SEEDS, load

AFGHAN_PROVINCES = [
    "Badakhshan",
    "Badghis",
    "Baghlan",
    "Balkh",
    "Bamyan",
    "Daykundi",
    "Farah",
    "Faryab",
    "Ghazni",
    "Ghor",
    "Helmand",
    "Herat",
    "Jowzjan",
    "Kabul",
    "Kandahar",
    "Kapisa",
    "Khost",
    "Kunar",
    "Kunduz",
    "Laghman",
    "Logar",
    "Nangarhar",
    "Nimruz",
    "Nuristan",
    "Paktia",
    "Paktika",
    "Panjshir",
    "Parwan",
    "Samangan",
    "Sar-e-Pul",
    "Takhar",
    "Uruzgan",
    "Wardak",
    "Zabul",
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return open_gazetteer()


def names(gazetteer: Gazetteer, text: str, **more) -> list[tuple[str, str | None]]:
    return [(span.name, span.kind_word) for span in gazetteer.names_in(text, **more)]


def rows(pattern: str) -> list[dict[str, str]]:
    found = []
    for file in sorted((SEEDS / "gazetteer").glob(pattern)):
        with file.open(encoding="utf-8", newline="") as stream:
            found += csv.DictReader(stream)
    return found


@pytest.mark.parametrize("name", AFGHAN_PROVINCES)
def test_every_afghan_province_has_a_point_and_a_capital(gazetteer, name):
    province = gazetteer.lookup(name, ("admin1",), "AFG")[0]
    assert province.kind_code == "admin1" and province.admin1_code.startswith("AF.")
    assert 29 < province.latitude < 39 and 60 < province.longitude < 75
    capital = gazetteer.capital(province)
    assert capital.admin1_code == province.admin1_code


def test_afghan_provinces_are_thirty_four():
    assert len(AFGHAN_PROVINCES) == len([row for row in rows("admin1.csv") if row["code"].startswith("AF.")]) == 34


def test_afghan_districts_are_all_there_and_nearly_all_have_a_point(gazetteer):
    districts = [row for row in rows("admin2_*.csv") if row["code"].startswith("AF.")]
    assert len(districts) == 398
    with_point = 0
    for row in districts:
        admin1_code = row["code"].rsplit(".", 1)[0]
        found = gazetteer.lookup(row["name"], ("admin2",), "AFG", admin1_code)
        assert row["code"] in [place.admin2_code for place in found], row["name"]
        place = gazetteer.place(f"admin2:{row['code']}")
        with_point += place.latitude is not None and 29 < place.latitude < 39 and 60 < place.longitude < 75
    assert with_point >= 370


@pytest.mark.parametrize(
    "spelling", ["Imam Sahib", "Imam Saheb", "Emam Saheb", "Emam Sahib", "Imām Şāḩib", "Imam-Sahib"]
)
def test_spellings_of_one_district_meet(gazetteer, spelling):
    assert gazetteer.lookup(spelling, ("admin2",), "AFG")[0].place_id == "admin2:AF.24.1402"


@pytest.mark.parametrize(
    ("name", "country_code", "label"),
    [
        ("Kiev", "UKR", "Kyiv"),
        ("Deir al-Zor", "SYR", "Deir ez-Zor"),
        ("St Petersburg", "RUS", "Saint Petersburg"),
        ("Lashkargah", "AFG", "Lashkar Gah"),
        ("Sao Paulo", "BRA", "São Paulo"),
        ("Ndjamena", "TCD", "N'Djamena"),
    ],
)
def test_towns_by_their_english_spellings(gazetteer, name, country_code, label):
    assert label in [place.label for place in gazetteer.lookup(name, ("settlement",), country_code)]


def test_loose_spellings_stay_inside_the_given_country(gazetteer):
    assert gazetteer.lookup("Emam Sahebb") == []
    assert gazetteer.lookup("Emam Sahebb", None, "FRA") == []
    assert gazetteer.lookup("Emam Sahebb", None, "AFG")


def test_the_prominent_place_comes_first(gazetteer):
    assert gazetteer.lookup("Paris")[0].country_code == "FRA"
    assert gazetteer.lookup("Georgia")[0].place_id == "country:GEO"
    assert gazetteer.lookup("Georgia", ("admin1",))[0].place_id == "admin1:US.GA"


def test_divisions_of_a_settlement_are_known(gazetteer):
    kunduz = gazetteer.lookup("Kunduz", ("settlement",), "AFG")[0]
    assert (kunduz.admin1_name, kunduz.admin1_code, kunduz.admin2_code) == ("Kunduz", "AF.24", "AF.24.1401")


@pytest.mark.parametrize(
    ("place_id", "capital"),
    [
        ("admin1:AF.10", "Lashkar Gah"),
        ("admin1:AF.30", "Mazar-e Sharif"),
        ("admin1:IQ.15", "Mosul"),
        ("admin1:US.NY", "Albany"),
        ("country:AFG", "Kabul"),
        ("country:USA", "Washington"),
    ],
)
def test_capitals(gazetteer, place_id, capital):
    assert name_key(gazetteer.capital(gazetteer.place(place_id)).label) == name_key(capital)


def test_every_own_place_is_found_by_its_names(gazetteer):
    for row in load("places").to_dict("records"):
        assert row["place_id"] in [place.place_id for place in gazetteer.lookup(row["label"])], row["label"]
    for row in load("place_names").to_dict("records"):
        assert row["place_id"] in [place.place_id for place in gazetteer.lookup(row["name"])], row["name"]


def test_neighbours_come_nearest_first(gazetteer):
    found = gazetteer.near(36.729, 68.857, 30)
    assert found[0][1].label == "Kunduz"
    assert [away for away, _ in found] == sorted(away for away, _ in found)
    assert found[-1][0] <= 30


def test_a_file_that_is_no_gazetteer_is_refused(tmp_path):
    with pytest.raises(GazetteerError, match="no gazetteer at"):
        Gazetteer(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("Kabul", encoding="utf-8")
    with pytest.raises(GazetteerError, match="is no gazetteer"):
        Gazetteer(tmp_path / "text.sqlite")


def test_unknown_ids_are_refused(gazetteer):
    with pytest.raises(KeyError, match="geonames:0"):
        gazetteer.place("geonames:0")


def test_it_travels_to_a_worker(gazetteer):
    assert pickle.loads(pickle.dumps(gazetteer)).is_name("Kunduz")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Insurgents took Imam Sahib district of Kunduz province on Sunday.",
            [("Imam Sahib", "district"), ("Kunduz", "province")],
        ),
        ("The district of Doshi in northern Baghlan province fell.", [("Doshi", "district"), ("Baghlan", "province")]),
        ("Kunduz and Takhar provinces were quiet.", [("Kunduz", "provinces"), ("Takhar", "provinces")]),
        ("in the districts of Doshi and Andarab", [("Doshi", "districts"), ("Andarab", "districts")]),
        ("the City of Kunduz", [("Kunduz", "City")]),
        ("in Diyala Governorate and Kharkiv oblast", [("Diyala", "Governorate"), ("Kharkiv", "oblast")]),
        ("the West Bank city of Jenin", [("West Bank", None), ("Jenin", "city")]),
        ("shelling near Deir ez-Zor and al-Bab in Syria", [("Deir ez-Zor", None), ("al-Bab", None), ("Syria", None)]),
        ("in Mazar-i-Sharif and St. Petersburg", [("Mazar-i-Sharif", None), ("St. Petersburg", None)]),
        ("Kyiv-based staff left Kharkiv.", [("Kyiv", None), ("Kharkiv", None)]),
        ("a clash in Qwertabad district", [("Qwertabad", "district")]),
        ("KUNDUZ FALLS, POLICE SAY", [("KUNDUZ", None)]),
        ("shot dead in Jackson, Mississippi", [("Jackson", None), ("Mississippi", None)]),
    ],
)
def test_names_in_running_text(gazetteer, text, expected):
    assert names(gazetteer, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Of the dead, two were police. Both had families. Police said March was worse.",
        "Man kills two. Mobile units came on Friday in May.",
        "Zabihullah Mujahid and Mohammad Omar spoke with Ahmad Zahir.",
        "The district fell. The city was calm.",
        "A spokesman, Jackson Smith, denied it.",
        "The White House knew nothing.",
        "German and Polish officers met.",
    ],
)
def test_common_words_and_persons_are_no_places(gazetteer, text):
    assert names(gazetteer, text) == []


def test_a_little_known_name_needs_its_country(gazetteer):
    assert names(gazetteer, "Gunmen fled. Doshi was quiet.") == []
    assert names(gazetteer, "Gunmen fled. Doshi was quiet.", country_codes=["AFG"]) == [("Doshi", None)]
    assert ("Doshi", None) in names(gazetteer, "Gunmen fled to Kabul. Doshi was quiet.")


PIECES = st.lists(
    st.sampled_from(
        [
            "Imam Sahib",
            "district",
            "Kunduz",
            "of",
            "the",
            " ",
            " ",
            " ",
            ", ",
            "and",
            "al-",
            "Bab",
            "St. ",
            "’s",
            "-",
            "\n",
            "City",
            "É",
            "KABUL",
        ]
    )
).map("".join)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text() | PIECES)
def test_offsets_give_the_text_back(gazetteer, text):
    spans = gazetteer.names_in(text)
    for span in spans:
        assert text[span.start : span.end] == span.text
        assert span.name in span.text
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert name_key(name_key(text)) == name_key(text)


def test_transliterations_share_their_consonants():
    assert consonants(name_key("Emam Saheb")) == consonants(name_key("Imām Şāḩib"))
    assert consonants(name_key("Shaddadi")) == consonants(name_key("Ash Shaddādah"))
    assert consonants(name_key("Kunduz")) != consonants(name_key("Kandahar"))
