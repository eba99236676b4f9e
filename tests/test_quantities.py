"""Counts in running English: what is found, its bounds, and that nothing makes the reader stumble."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.language.quantities import Quantities
from tasks.vocabularies import load

QUANTITIES = Quantities(load("quantities"))

# text, then (phrase, low, high) in order
FOUND = [
    ("1,200 people fled", [("1,200", 1200, 1200)]),
    ("1.5 million people", [("1.5 million", 1_500_000, 1_500_000)]),
    (
        "the twenty-five hundred to thirty-five hundred soldiers and seven thousand others",
        [("twenty-five hundred to thirty-five hundred", 2500, 3500), ("seven thousand others", 7000, 7000)],
    ),
    ("two dozen men", [("two dozen", 24, 24)]),
    ("half a million refugees", [("half a million", 500_000, 500_000)]),
    ("one hundred and twenty-three died", [("one hundred and twenty-three", 123, 123)]),
    ("a hundred people", [("a hundred", 100, 100)]),
    ("at least 12 dead", [("at least 12", 12, None)]),
    ("at least a dozen", [("at least a dozen", 12, None)]),
    ("no fewer than 15 men", [("no fewer than 15", 15, None)]),
    ("more than 10 died", [("more than 10", 10, None)]),
    ("over a dozen huts", [("over a dozen", 12, None)]),
    ("took over 10 villages", [("10", 10, 10)]),
    ("up to 10 men", [("up to 10", None, 10)]),
    ("as many as 200", [("as many as 200", None, 200)]),
    ("fewer than 10", [("fewer than 10", None, 9)]),
    ("about 200, some 40, nearly 30", [("about 200", 200, 200), ("some 40", 40, 40), ("nearly 30", 30, 30)]),
    ("between 20 and 30 fighters", [("between 20 and 30", 20, 30)]),
    ("20 to 30, 40-50, 10 or 12", [("20 to 30", 20, 30), ("40-50", 40, 50), ("10 or 12", 10, 12)]),
    ("two to three thousand men", [("two to three thousand", 2000, 3000)]),
    ("100+ fighters, 10 or more", [("100+", 100, None), ("10 or more", 10, None)]),
    ("several huts and multiple posts", [("several", 3, None), ("multiple", 3, None)]),
    ("a number of men, numerous guns", [("a number of", 3, None), ("numerous", 4, None)]),
    ("a couple of men and a few boys", [("a couple of", 2, 2), ("a few", 3, None)]),
    ("dozens of shells, hundreds of men", [("dozens", 24, 99), ("hundreds", 200, 999)]),
    ("tens of thousands of people", [("tens of thousands", 20_000, 99_999)]),
    ("no casualties", [("no", 0, 0)]),
    ("a policeman and two boys", [("a", 1, 1), ("two", 2, 2)]),
    ("2000 people marched", [("2000", 2000, 2000)]),
    ("some 1 467 people; on May 12 300 people", [("some 1 467", 1467, 1467), ("300", 300, 300)]),
    # what counts nobody
    ("the 25-year-old, aged 31, in a 10-year war", [("a", 1, 1)]),
    ("Amina Yusuf, 28, was there", []),
    ("Nurse Amina Yusuf (28) died; dead in Deir Ezzor (12), Hama (8)", [("12", 12, 12), ("8", 8, 8)]),
    ("$2 million, US$5, 30 percent, 40%", []),
    ("12 km, 25 tons, 20 square metres, three days", []),
    ("AK-47 rifles, F-16 jets, Highway 1, Resolution 1701", []),
    ("in 2016, on 5 May, May 5, 2021, 2011-11-20, 2010-09-CA-005", []),
    ("at 5:30 a.m., 0700 hours, 10:30", []),
    ("the 5th man no longer fired 82mm shells", []),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_number_phrases_and_their_bounds(text: str, expected: list) -> None:
    assert [(span.text, span.low, span.high) for span in QUANTITIES.find(text)] == expected


@pytest.mark.parametrize(
    "text", ["another two men", "two more men", "two others", "an additional 5", "another policeman"]
)
def test_additions_are_marked(text: str) -> None:
    (span,) = QUANTITIES.find(text)
    assert span.is_additional


@pytest.mark.parametrize("text", ["two men", "more than two", "no more than two", "two or more"])
def test_plain_counts_are_no_additions(text: str) -> None:
    (span,) = QUANTITIES.find(text)
    assert not span.is_additional


def test_one_phrase_is_read_to_its_bounds() -> None:
    assert QUANTITIES.read("at least a dozen") == (12, None)
    assert QUANTITIES.read("seven") == (7, 7)
    assert QUANTITIES.read("villagers") is None


def test_every_row_of_the_table_reads_as_it_says() -> None:
    for row in load("quantities").to_dict("records"):
        low, high = row["low"], row["high"]
        article = row["phrase"] in ("a", "an")
        text = f"{row['phrase']} men" if article else row["phrase"]
        assert QUANTITIES.read(text) == (low, high), row["phrase"]


WORDS = st.sampled_from(
    [
        "at",
        "least",
        "more",
        "than",
        "up",
        "to",
        "between",
        "and",
        "or",
        "20",
        "30",
        "1,200",
        "1.5",
        "million",
        "two",
        "twenty",
        "-five",
        "hundred",
        "thousand",
        "dozen",
        "a",
        "an",
        "no",
        "several",
        "dozens",
        "of",
        "others",
        "-",
        "–",
        "to",
        "May",
        "2016",
        "$",
        "%",
        "km",
        "the",
        "another",
        "some",
        "nearly",
        "00",
        "999999999999",
        "men",
    ]
)


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)))
def test_any_text_gives_ordered_spans_and_bounds(text: str) -> None:
    beyond = 0
    for span in QUANTITIES.find(text):
        assert text[span.start : span.end] == span.text
        assert span.start >= beyond
        beyond = span.end
        assert span.low is not None or span.high is not None
        assert span.low is None or span.high is None or 0 <= span.low <= span.high
    QUANTITIES.read(text)
