"""What stands under a heading of another matter is judged as such: "Sport", "Film reviews", "Business in brief"."""

from __future__ import annotations

import pytest

from tasks.clean.bodies import Paragraph
from tasks.clean.segments import laid_out
from tasks.extract import Extractor
from tasks.extract.documents import DocumentReading
from tasks.extract.sections import under_other_sections
from tasks.tables import MENTIONS

NEWS = (
    "Gunmen killed six farmers near Mopti on Friday, the mayor said.",
    "Soldiers arrested two men at a checkpoint in Gao.",
    "Police fired tear gas at a crowd in Segou, and rebels seized an army post.",
)
MATCH = (
    "Diallo shot twice from a distance before the hosts struck back.",
    "Traore was killed off by a late whistle, and the keeper was arrested by a cramp.",
    "The Eagles attacked the left wing again and captured the trophy in Bamako on Sunday.",
)


def coded(paragraphs: list[str], extractor: Extractor) -> set[str]:
    """The sentences of which a row comes."""
    text, segments = laid_out([Paragraph(line) for line in paragraphs])
    reading = DocumentReading({"document_id": "d", "title": None, "text": text, "segments": segments}, extractor)
    docs, _ = extractor.parser.parse(list(reading.wanted.values()), lambda hashes: {})
    for doc in docs.values():
        extractor.repairs.apply(doc)
    rows = reading.rows(docs)
    assert {name for row in rows for name in row} <= set(MENTIONS.names)
    return {row["sentence_text"] for row in rows}


@pytest.mark.parametrize("heading", ["Sport", "FOOTBALL RESULTS", "Film reviews", "Arts & culture", "World Sport:"])
def test_words_of_violence_in_a_section_about_another_matter_tell_nothing(heading: str, judging: Extractor) -> None:
    found = coded(["Security", *NEWS, heading, *MATCH, "Politics", "The army killed nine fighters in Kidal."], judging)
    assert found == {*NEWS, "The army killed nine fighters in Kidal."}


@pytest.mark.parametrize("heading", ["World news", "The second half", "Sport minister resigns"])
def test_no_other_heading_makes_it_another_matter(heading: str, judging: Extractor) -> None:
    assert coded(["Security", *NEWS, heading, *MATCH], judging) > set(NEWS)


def test_a_deed_in_such_a_section_stands(judging: Extractor) -> None:
    deed = "Gunmen shot dead four fans and wounded nine outside the ground in Bamako on Sunday, police said."
    assert coded(["Security", *NEWS, "Sport", *MATCH, deed], judging) == {*NEWS, deed}


def test_a_section_goes_to_the_next_one_and_over_the_headlines_in_it(judging: Extractor) -> None:
    lines = [
        "Sport",
        "Eagles soar in the cup",
        *MATCH,
        "News in brief",
        *NEWS,
        "Health",
        "Clinics open late on Monday.",
    ]
    text, segments = laid_out([Paragraph(line) for line in lines])
    sentences = judging.splitter.sentences(text, segments)
    other = under_other_sections(segments, text, sentences)
    assert [sentences[i].text for i in sorted(other)] == [*MATCH, lines[-1]]
