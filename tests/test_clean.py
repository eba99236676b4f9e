"""Clean gives one report as plain text: its own words, its date and where that comes from, its parts."""

from __future__ import annotations

import datetime as dt
import json
import textwrap
import time

import pyarrow as pa
import pytest
from conftest import drawn_often
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean import clean_documents, mark_copies, mark_revisions
from tasks.tables import RAW_DOCUMENTS
from tasks.vocabularies import load

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FILLER = "The governor spoke to reporters at the airport before he left for the capital in the evening. "


def raw(content: bytes | str, media: str = "text", **fields: object) -> dict:
    row = dict.fromkeys(RAW_DOCUMENTS.names) | {
        "document_id": "d",
        "external_id": "report",
        "source_id": "adhoc",
        "uri": "report",
        "media_code": media,
        "content": content.encode() if isinstance(content, str) else content,
        "bytes_sha256": "0",
        "ingested_at": NOW,
        "ordinal": 0,
    }
    return row | fields


def clean(*rows: dict) -> tuple[list[dict], list[dict]]:
    table = pa.Table.from_pylist(list(rows), schema=RAW_DOCUMENTS.schema)
    documents, rejects = clean_documents(table, load("sources"), load("boilerplate"), load("agencies"))
    return documents.to_pylist(), rejects.to_pylist()


def parts(document: dict, kind: str) -> list[str]:
    return [document["text"][s["start"] : s["end"]] for s in document["segments"] if s["kind_code"] == kind]


@pytest.mark.parametrize(
    ("dateline", "day"),
    [
        ("KABUL, Afghanistan (Jan. 25, 2011) - ", dt.date(2011, 1, 25)),
        ("GOMA, Democratic Republic of Congo (March 4, 2024) - ", dt.date(2024, 3, 4)),
        ("SAN SALVADOR, 18 MAY 90 (RADIO) -- [TEXT] ", dt.date(1990, 5, 18)),
        ("NAQOURA, 12 October 2024 - ", dt.date(2024, 10, 12)),
        ("Amman/Geneva (ICRC), 3 May 2022 – ", dt.date(2022, 5, 3)),
        ("New York, 7 June 2023 – ", dt.date(2023, 6, 7)),
    ],
)
def test_a_dateline_is_set_apart_and_dates_the_report(dateline: str, day: dt.date) -> None:
    [document], _ = clean(raw(dateline + FILLER))
    assert (document["published_date"], document["published_basis_code"]) == (day, "dateline")
    assert parts(document, "dateline") == [dateline.strip()]
    assert parts(document, "body") == [FILLER.strip()]


@pytest.mark.parametrize(
    "dateline",
    ["ADDIS ABABA, Dec 12 - ", "CULIACÁN, Aug 17 - ", "MEXICO CITY, Aug 27 — ", "PORT SUDAN, Sudan, Nov 14 (Wire) - "],
)
def test_a_dateline_without_a_year_is_set_apart_as_well(dateline: str) -> None:
    [document], _ = clean(raw(dateline + FILLER))
    assert parts(document, "dateline") == [dateline.strip()]
    [declared], _ = clean(raw(dateline + FILLER, published="2021-12-12"))
    assert declared["published_basis_code"] == "declared"


def test_where_a_date_comes_from() -> None:
    assert clean(raw(FILLER, published="2024-03-04T10:00:00Z"))[0][0]["published_basis_code"] == "declared"
    by_url = clean(raw(FILLER, url="https://news.example/2021/06/22/story"))[0][0]
    assert (by_url["published_date"], by_url["published_basis_code"]) == (dt.date(2021, 6, 22), "url")
    by_text = clean(raw(FILLER + "\nPosted on 3 May 2020\n" + FILLER))[0][0]
    assert (by_text["published_date"], by_text["published_basis_code"]) == (dt.date(2020, 5, 3), "text")
    by_name = clean(raw(FILLER, external_id="story-2019-02-03"))[0][0]
    assert (by_name["published_date"], by_name["published_basis_code"]) == (dt.date(2019, 2, 3), "file")
    unknown = clean(raw(FILLER))[0][0]
    assert (unknown["published_date"], unknown["published_basis_code"]) == (None, "unknown")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"url": "https://news.example/world/2021/jun/22/story"}, (dt.date(2021, 6, 22), "url")),
        ({"url": "https://news.example/news/2021/6/22/story"}, (dt.date(2021, 6, 22), "url")),
        ({"url": "https://news.example/2021/06/1094567"}, (None, "unknown")),
        ({"external_id": "report_22June2021"}, (dt.date(2021, 6, 22), "file")),
        ({"external_id": "22-06-2021"}, (dt.date(2021, 6, 22), "file")),
        ({"published": "1970-01-01T00:00:00Z"}, (None, "unknown")),
        ({"published": "Tue, 22 Jun 2021 23:30:00 -0500"}, (dt.date(2021, 6, 22), "declared")),
    ],
)
def test_dates_beside_the_text(fields: dict, expected: tuple) -> None:
    [document], _ = clean(raw(FILLER, **fields))
    assert (document["published_date"], document["published_basis_code"]) == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Situation report, 4 May 2021\n" + FILLER, dt.date(2021, 5, 4)),
        ("4 May 2021\n" + FILLER + "The war began on 5 May 2012.", dt.date(2021, 5, 4)),
        ("The army said on 4 May 2021 that the rebels had left. " + FILLER, dt.date(2021, 5, 4)),
        ("A crowd gathers in the capital, Tuesday, May 4, 2021. " + FILLER, dt.date(2021, 5, 4)),
        ("121530Z MAR 11\n" + FILLER, dt.date(2011, 3, 12)),
        # history in a sentence is not the day of a report
        ("He was held after the September 11, 2001 attacks. " + FILLER, None),
        (FILLER + "The accord of 26 January 1992 had failed.", None),
    ],
)
def test_which_date_in_a_text_is_the_texts_own(text: str, day: dt.date | None) -> None:
    [document], _ = clean(raw(text))
    assert (document["published_date"], document["published_basis_code"]) == (day, "text" if day else "unknown")


def test_an_address_at_the_head_of_a_text_dates_it() -> None:
    [document], _ = clean(raw("TITLE: Two held LINK: http://paper.example/2018/04/05/two-held\n" + FILLER))
    assert (document["published_date"], document["published_basis_code"]) == (dt.date(2018, 4, 5), "url")
    [elsewhere], _ = clean(raw("As http://paper.example/2018/04/05/two-held told: " + FILLER))
    assert elsewhere["published_date"] is None


def test_an_embedded_post_keeps_its_author_and_dates_the_report() -> None:
    post = "They came at night and burned the market. #Gao"
    text = "\n".join([FILLER, post, "— Awa D. (@awa_d) August 17, 2023", FILLER, "Source: Web", "Read Also: Old news"])
    [document], _ = clean(raw(text))
    assert document["published_date"] == dt.date(2023, 8, 17)
    assert parts(document, "quoted_post")[0] == post
    assert {s["speaker_text"] for s in document["segments"] if s["kind_code"] == "quoted_post"} == {"Awa D. (@awa_d)"}
    assert "Source" not in document["text"] and "Read Also" not in document["text"]


def test_a_subhead_is_no_sentence_of_the_report() -> None:
    [document], _ = clean(raw("\n".join([FILLER, "Fighting Spreads to Three More Districts", FILLER])))
    assert parts(document, "heading") == ["Fighting Spreads to Three More Districts"]


def test_lines_wrapped_by_width_are_joined() -> None:
    wrapped = (
        "Rebels attacked a convoy on the road between the two towns on Sunday\n"
        "night, killing four soldiers and wounding nine others, an army officer\n"
        "said. The convoy was carrying food and medicine to a garrison."
    )
    [document], _ = clean(raw(wrapped))
    assert "\n" not in document["text"]
    assert "Sunday night, killing" in document["text"]


def test_words_cut_at_the_ends_of_a_narrow_column_are_one_again() -> None:
    [document], _ = clean(raw("Gunmen kid-\nnapped four nuns after a two-\nday siege of the\nconvent in Gao."))
    assert document["text"] == "Gunmen kidnapped four nuns after a two-day siege of the convent in Gao."


def test_the_headings_of_an_encyclopedia_part_its_sections() -> None:
    text = "A bomb went off on 4 May 2019.==Background==Talks had failed in June 2018.==Attack==The bomb killed two."
    [document], _ = clean(raw(text))
    kinds = [
        (segment["kind_code"], document["text"][segment["start"] : segment["end"]]) for segment in document["segments"]
    ]
    assert [words for kind, words in kinds if kind == "heading"] == ["==Background==", "==Attack=="]
    assert document["text"] == text


def test_lines_that_are_full_are_joined_whatever_their_width_and_indent() -> None:
    paragraphs = [
        "Rebels attacked a convoy of the army on the road between the two towns on Sunday night, an army officer said.",
        "Four soldiers were killed and nine others were wounded in what he called the worst attack on the army in the "
        "region since the truce of last summer, which both sides have been accused of breaking time and again.",
        "The convoy was carrying food and medicine to a garrison that has been cut off for most of the year.",
        "Nobody has claimed it.",
    ]
    for width in (60, 76, 90):
        wrapped = "\n            ".join(line for text in paragraphs for line in textwrap.wrap(text, width))
        # a line alone may be of any length
        for head in ("", f"{'News of the week from the two towns, ' * 5}by our staff.\n\n"):
            [document], _ = clean(raw(head + wrapped))
            assert [line for line in document["text"].split("\n") if line][-len(paragraphs) :] == paragraphs


def test_marks_of_footnotes_are_taken_out() -> None:
    [document], _ = clean(raw("Ten[2] or eleven people were killed.[13] The army left [sic] the town."))
    assert document["text"] == "Ten or eleven people were killed. The army left [sic] the town."


def test_words_cut_at_the_ends_of_lines_are_one_again() -> None:
    column = (
        "Gunmen killed at least 12 sol-\ndiers and wounded seven others in an at-\n"
        "tack on a pre- and post-war army post near Ki-\ndal on Monday."
    )
    [document], _ = clean(raw(column))
    assert document["text"] == (
        "Gunmen killed at least 12 soldiers and wounded seven others in an attack on a pre- and post-war army post "
        "near Kidal on Monday."
    )


def test_lines_that_stand_by_themselves_are_not_joined() -> None:
    listed = (
        "Incidents of the week, as the provincial council of the west told them\n"
        "Clash near Goma, four soldiers dead\n"
        "Bomb on the road to Beni, no victims, road closed until the next day\n"
        "Two villages looted near Bunia\n"
        "Prisoners exchanged at the bridge of Kasindi on the last day of the week"
    )
    [document], _ = clean(raw(listed))
    assert document["text"] == listed


def test_offsets_in_plain_text_are_those_of_the_text_that_came() -> None:
    came = "KEY POINTS\n\n\nRebels took Goma.\r\n  \r\nREAD MORE: Who are they?\n\n   Four  men died. \nThe army left."
    [document], _ = clean(raw(came))
    assert "READ MORE" not in document["text"]
    for paragraph in ("Rebels took Goma.", "The army left."):
        assert document["text"].index(paragraph) == came.index(paragraph)
    assert document["text"].index("Four men") == came.index("Four  men")


def test_a_page_gives_its_article_and_what_it_declares() -> None:
    page = (
        "<html><head><title>Clash near Goma</title><meta property='article:published_time' content='2024-06-11'>"
        "<script>alert('x')</script></head><body><nav>Home Sport</nav><article><h1>Clash near Goma</h1>"
        f"<p>{FILLER * 2}</p><p>{FILLER}</p></article><footer>Imprint</footer></body></html>"
    )
    [document], _ = clean(raw(page, "html"))
    assert document["title"] == "Clash near Goma"
    assert document["published_date"] == dt.date(2024, 6, 11)
    assert "alert" not in document["text"] and "Imprint" not in document["text"]


def test_markdown_loses_its_marks_and_keeps_its_headings() -> None:
    [document], _ = clean(raw("# What changed\n\nThe **army** [left](https://x.example) the town.\n", "markdown"))
    assert parts(document, "heading") == ["What changed"]
    assert parts(document, "body") == ["The army left the town."]


def test_encodings_and_mojibake() -> None:
    assert "Gräben" in clean(raw("Sie hoben Gräben aus, sagte ein Sprecher.".encode("utf-16")))[0][0]["text"]
    broken = "The “governor” said".encode().decode("cp1252", errors="ignore")
    assert "â€" not in clean(raw(broken + " " + FILLER))[0][0]["text"]


def test_nothing_left_is_refused_with_a_reason() -> None:
    documents, rejects = clean(raw("Source: Web\n\n***\n"))
    assert not documents
    assert [r["reason_code"] for r in rejects] == ["no_text"]


def test_near_copies_have_the_earliest_as_original_in_any_order() -> None:
    story = " ".join(f"{FILLER}Report number {n} from the front." for n in range(6))
    rows = [
        raw(story, document_id="b", published="2024-01-02"),
        raw(story + " Updated.", document_id="a", published="2024-01-03"),
        raw(FILLER * 3 + "Something else altogether happened in another place.", document_id="c"),
    ]
    for order in (rows, rows[::-1]):
        table = pa.Table.from_pylist(order, schema=RAW_DOCUMENTS.schema)
        documents, _ = clean_documents(table, load("sources"), load("boilerplate"), load("agencies"))
        assert mark_copies(documents.append_column("group", pa.nulls(3, pa.string()))) == {"a": "b"}


def test_new_bytes_under_an_old_id_are_a_revision() -> None:
    rows = [
        raw("One.", document_id="new", ordinal=1),
        raw("Two.", document_id="old"),
        raw("x", document_id="y", external_id="z"),
    ]
    assert mark_revisions(pa.Table.from_pylist(rows, schema=RAW_DOCUMENTS.schema)) == {"new": "old"}


def test_an_id_is_unique_only_within_its_source_or_file() -> None:
    def revised(source: str) -> dict[str, str]:
        rows = [
            raw("One.", document_id="b", source_id=source, uri="in/week1.csv#1"),
            raw("Two.", document_id="a", source_id=source, uri="in/week2.csv#1", ordinal=1),
        ]
        return mark_revisions(pa.Table.from_pylist(rows, schema=RAW_DOCUMENTS.schema))

    assert revised("adhoc") == {}
    assert revised("reuters") == {"a": "b"}


# each once took minutes: time grew with the square of the length, or worse
@pytest.mark.parametrize(
    ("media", "text"),
    [
        ("text", "-".join(["Goma"] * 25) + " rebels killed five men in Kabul."),
        ("text", "-".join(["GOMA"] * 20_000) + " rebels killed five men."),
        ("text", "Goma\n" * 100_000),
        ("markdown", "Rebels took Goma.\n\n" + "![" * 20_000 + "]"),
        ("markdown", "Rebels took Goma.\n\n" + "_a " * 20_000),
        ("markdown", "Rebels took Goma.\n\n" + "```a\n" * 20_000),
        ("markdown", "Rebels took Goma.\n\n# " + "#" * 50_000 + "a"),
    ],
)
def test_the_time_of_cleaning_grows_with_the_length_alone(media: str, text: str) -> None:
    began = time.process_time()
    assert len(clean(raw(text, media))[0]) == 1
    assert time.process_time() - began < 20


@pytest.mark.parametrize("tag", ["svg", "math", "iframe", "object", "nav", "template", "p"])
def test_a_page_of_one_odd_element_is_kept_or_refused_for_its_emptiness(tag: str) -> None:
    documents, rejects = clean(raw(f"<{tag}>{FILLER}</{tag}>", "html"))
    assert [d["text"] for d in documents] == ([FILLER.strip()] if documents else [])
    assert {r["reason_code"] for r in rejects} <= {"no_text"}
    assert tag in ("iframe", "template") or documents


@pytest.mark.parametrize("tag", ["div", "b"])
def test_a_page_that_is_nested_deep_is_read_whole_or_refused_for_that(tag: str) -> None:
    for depth in (200, 300, 2000):
        [document], rejects = clean(raw(f"<html><body><p>{FILLER}</p>{f'<{tag}>' * depth}{FILLER}Last.", "html"))
        assert document["text"].endswith("Last.") and not rejects
    documents, [reject] = clean(raw(f"<html><body><p>{FILLER}</p>{f'<{tag}>' * 2100}{FILLER}", "html"))
    assert not documents
    assert reject["reason_code"] == "too_deep" and "2,048 deep" in reject["message"]


@pytest.mark.parametrize("url", ["http://[broken", "http://a℀b/", "//", "http:///x", "[", "mailto:x@y"])
def test_an_address_that_cannot_be_read_costs_nothing_but_its_host(url: str) -> None:
    [document], rejects = clean(raw(FILLER, url=url))
    assert not rejects
    assert (document["url"], document["publisher"]) == (url, None)


def test_half_a_character_is_refused() -> None:
    documents, rejects = clean(raw(json.dumps({"text": FILLER + "\ud800"}), "record"), raw(FILLER, document_id="e"))
    assert [d["document_id"] for d in documents] == ["e"]
    assert [r["reason_code"] for r in rejects] == ["broken_record"]


_DECLARED = st.one_of(st.none(), st.text(max_size=40), st.from_regex(r"[-+0-9:TZ ,./]{1,30}", fullmatch=True))


@drawn_often(40)
@given(
    markup=st.lists(
        st.sampled_from(["<svg>", "<p>", "</p>", "<!--", "<html", ">", "<nav>", "&#xD800;", "Words. ", "<"])
    ),
    published=_DECLARED,
    url=_DECLARED,
)
def test_nothing_that_a_page_or_its_record_says_fails(
    markup: list[str], published: str | None, url: str | None
) -> None:
    _, rejects = clean(raw("".join(markup), "html", published=published, url=url))
    assert {r["reason_code"] for r in rejects} <= {"no_text"}, rejects


@drawn_often(40)
@given(text=st.text(max_size=300), media=st.sampled_from(["text", "markdown", "html", "record"]))
def test_segments_lie_in_order_in_the_text_whatever_comes(text: str, media: str) -> None:
    content = json.dumps({"text": text}) if media == "record" else text
    documents, rejects = clean(raw(content.encode("utf-8", errors="replace"), media))
    assert len(documents) + len(rejects) == 1
    for document in documents:
        end = 0
        for segment in document["segments"]:
            assert end <= segment["start"] < segment["end"] <= len(document["text"])
            assert not document["text"][end : segment["start"]].strip()
            end = segment["end"]
        assert document["char_count"] == len(document["text"])
        assert not document["text"][end:].strip()


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("NAIROBI (Reuters) - " + FILLER, "Reuters"),
        ("MOSCOW, May 3. /TASS/. " + FILLER, "TASS"),
        ("Gunmen storm a hotel\n\nGAO, Mali (AFP, local media) — " + FILLER, "Agence France-Presse"),
        ("AP - " + FILLER, "Associated Press"),
        (FILLER + "\n\nSource: Xinhua", "Xinhua"),
        (FILLER + "\n\n- PTI", "Press Trust of India"),
        (FILLER + "\n\nThe attack was first told by Reuters.", None),
        ("The governor told AFP that the road was closed. " + FILLER, None),
        ("He spoke at a hotel (AP Hotel). " + FILLER, None),
        ("Fighters of the Arakan Army (AA) - some of them boys - took a town. " + FILLER, None),
        ("The Palestinian Authority (PA) condemned the raid. " + FILLER, None),
    ],
)
def test_the_agency_that_a_report_is_from_is_told(text: str, agency: str | None) -> None:
    [document], _ = clean(raw(text))
    assert document["agency"] == agency


def test_every_agency_is_found_in_a_dateline_under_each_of_its_names() -> None:
    rows = load("agencies")
    for name, agency in zip(rows["name"], rows["agency"], strict=True):
        [document], _ = clean(raw(f"KABUL ({name}) - {FILLER}"))
        assert document["agency"] == agency, name
