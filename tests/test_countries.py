"""Countries in running text: found by every name that news uses, never inside look-alikes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.knowledge.places.countries import Countries, CountryCodeError
from tasks.vocabularies import load


@pytest.fixture(scope="module")
def countries() -> Countries:
    return Countries(load("countries"))


def found(countries: Countries, text: str) -> list[tuple[str, str]]:
    return [(span.text, span.country_code) for span in countries.find(text)]


def test_all_countries_have_codes_a_point_and_a_name(countries):
    assert len(countries) == 250
    for code in countries.codes():
        latitude, longitude = countries.point(code)
        assert -90 <= latitude <= 90 and -180 <= longitude <= 180
        assert countries.alpha3(countries.alpha2(code)) == code
        assert countries.code(countries.name(code)) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. told us nothing about us.", [("U.S.", "USA")]),
        ("US-led forces left the UK.", [("US", "USA"), ("UK", "GBR")]),
        ("Nigeria and Niger closed their border.", [("Nigeria", "NGA"), ("Niger", "NER")]),
        (
            "Guinea-Bissau, Equatorial Guinea, Guinea",
            [("Guinea-Bissau", "GNB"), ("Equatorial Guinea", "GNQ"), ("Guinea", "GIN")],
        ),
        ("pirates in the Gulf of Guinea", []),
        ("rebels in DR Congo and the Republic of Congo", [("DR Congo", "COD"), ("Republic of Congo", "COG")]),
        ("oil from the Niger Delta", []),
        ("across Latin America", []),
        ("the America that he knew", [("America", "USA")]),
        ("Côte d’Ivoire's army", [("Côte d’Ivoire", "CIV")]),
        ("Burma, once Zaire, once the Soviet Union", [("Burma", "MMR"), ("Zaire", "COD"), ("Soviet Union", "RUS")]),
        ("Afghanistan's south", [("Afghanistan", "AFG")]),
        ("Omanis in Romania", [("Omanis", "OMN"), ("Romania", "ROU")]),
    ],
)
def test_names_as_news_uses_them(countries, text, expected):
    assert found(countries, text) == expected


def test_persons_and_states_are_no_countries(countries):
    assert found(countries, "Chad Wolf met Jordan Baker in Atlanta, Georgia.") == []
    assert found(countries, "Chad President Idriss spoke in Jordan.") == [("Chad", "TCD"), ("Jordan", "JOR")]


def test_capitals_count_as_a_name_only_where_all_is_in_capitals(countries):
    assert found(countries, "CAR BOMB KILLS TEN IN IRAQ") == [("IRAQ", "IRQ")]
    assert found(countries, "the turkey and the china") == []


def test_peoples_are_told_from_countries(countries):
    spans = countries.find("Afghan troops in Mali")
    assert [span.is_demonym for span in spans] == [True, False]
    assert countries.is_demonym("Afghans") and not countries.is_demonym("Mali")


def test_codes_of_names(countries):
    assert countries.code("the Netherlands") == "NLD"
    assert countries.code("palestinians") == "PSE"
    assert countries.code("US") == "USA"
    assert countries.code("us") is None
    assert countries.code("Atlantis") is None


def test_unknown_codes_are_refused_by_name(countries):
    with pytest.raises(CountryCodeError, match="'XYZ'"):
        countries.name("XYZ")
    with pytest.raises(CountryCodeError, match="'QQ'"):
        countries.alpha3("QQ")


PIECES = st.lists(st.sampled_from(["Chad", "U.S.", "’s", "Guinea", "-", "New", " ", "Congo", "\n", "É"])).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text() | PIECES)
def test_offsets_give_the_words_back(countries, text):
    spans = countries.find(text)
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
