"""What a site puts around and among a report is told from its words: captions, buttons, posts, items, headlines."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from test_clean import clean, parts, raw

from tasks.language.sentences import SentenceSplitter
from tasks.vocabularies import load

LEAD = "Gunmen killed six farmers in the town of Konna on Tuesday, the regional governor said."
NEXT = "The attackers came on motorbikes and fled towards the border before soldiers arrived."
LAST = "It was the second attack in the region this week, according to local officials."
POST = "Rebels burned forty houses in Alindao yesterday."
ITEMS = ("Gunmen killed six people in Gao.", "A bomb hit a truck near Kano.", "Police shot at a crowd in Lagos.")


def read(text: str, **fields: object) -> tuple[dict, list[str]]:
    """A document and the sentences that are coded."""
    [document], _ = clean(raw(text, str(fields.pop("media", "text")), **{"published": "2024-05-08", **fields}))
    splitter = SentenceSplitter(load("abbreviations"))
    return document, [s.text for s in splitter.sentences(document["text"], document["segments"])]


@pytest.mark.parametrize(
    "caption",
    [
        "A photo issued by the ministry shows smoke over Aden after a strike that killed 12 last year. (Photo: AP)",
        "FILE - Soldiers patrol the streets after a bomb killed 12 people in Maiduguri, Nigeria, June 3, 2019.",
        "Rescuers at the site of a strike that killed 50 in Kramatorsk, April 8, 2022. [Reuters]",
        "A view of the site where militants killed six labourers in Turbat. — AFP/File",
        "In this photo released by SANA, firemen work after an airstrike hit Damascus in 2021. (SANA via AP)",
        "Smoke rises from a building that was hit by an air strike in Sanaa. REUTERS/Khaled Abdullah",
        "Image source, AFP Image caption, Militants killed 30 people in the market last year",
        "A soldier walks past a house that was shelled by rebels.Credit...A. Writer/The Paper",
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_caption_stays_in_the_text_and_is_no_sentence_of_the_report(caption: str, at: int) -> None:
    paragraphs = [LEAD, NEXT, LAST]
    paragraphs.insert(at, caption)
    document, sentences = read("\n\n".join(paragraphs))
    assert sentences == [LEAD, NEXT, LAST]
    assert len(document["text"]) <= len("\n\n".join(paragraphs))


def test_what_a_caption_tells_of_the_news_behind_its_picture_is_read() -> None:
    picture, news = "FILE - Troops patrol the road to Goma in June 2012.", "Rebels killed ten people there on Monday."
    document, sentences = read(f"{picture} {news} (A. Writer/File/AP)\n\n{LEAD}\n\n{NEXT}")
    assert parts(document, "caption") == [picture]
    assert news in sentences and picture not in sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "A photo issued by police led to the arrest of two men in Leeds on Friday.",
        "Ten people were killed in the blast, the AFP news agency said.",
        "Ten rebels were killed near Goma on Monday, the army (FARDC) said.",
        "Police shot dead a photographer of AFP in the capital on Monday.",
    ],
)
def test_a_sentence_about_pictures_or_agencies_is_no_caption(sentence: str) -> None:
    assert read(f"{LEAD}\n\n{sentence}\n\n{NEXT}")[1] == [LEAD, sentence, NEXT]


def test_an_agency_behind_each_short_report_of_a_bulletin_is_of_the_report() -> None:
    text = "\n\n".join(f"{one} (AFP)" for one in ITEMS)
    assert set(ITEMS) <= set(read(text)[1])
    assert read(f"{ITEMS[0]} (Reuters)")[1][0] == ITEMS[0]


@pytest.mark.parametrize(
    "line",
    [
        "ALSO READ | Five soldiers killed in Tahoua ambush",
        "[READ ALSO: Rebels kill 4 in Beni]",
        "READ ALSO Rebels kill four people in Beni, army says",
        "More from this section: Rebels kill 4 in Beni",
        "Previous article Rebels kill 4 in Beni",
        "Facebook Twitter WhatsApp Email",
        "We use cookies and similar technologies. Accept Reject",
        "By John Smith and Mary Jones in Nairobi",
        "Reporting by Mary Jones; Editing by John Smith",
        "The Associated Press contributed to this report.",
        "Story continues below advertisement",
        "The post Rebels kill 4 in Beni appeared first on Beni News.",
    ],
)
def test_what_a_site_puts_between_paragraphs_is_taken_out(line: str) -> None:
    document, sentences = read(f"{LEAD}\n\n{line}\n\n{NEXT}")
    assert sentences == [LEAD, NEXT]
    assert line not in document["text"]


@pytest.mark.parametrize(
    "sentence",
    [
        "By Monday evening soldiers had killed five rebels.",
        "Read the statement by the army: it killed five rebels in Gao.",
        "Share prices fell after gunmen killed two bankers in Lagos.",
        "Next, rebels killed four people in Beni.",
    ],
)
def test_a_sentence_that_begins_like_a_button_stays(sentence: str) -> None:
    assert sentence in read(f"{LEAD}\n\n{sentence}\n\n{NEXT}")[1]


@pytest.mark.parametrize(
    ("text", "author", "day"),
    [
        (f"{LEAD}\n{POST}\n— Marie Z. (@marie_z@social.example) 3 April 2021\n{NEXT}", "Marie Z.", 3),
        (f"{LEAD}\n\n{POST} — Marie Z. (@marie_z) April 3, 2021\n\n{NEXT}", "Marie Z.", 3),
        (f"{LEAD}\n\nMarie Z. @marie_z · Apr 3, 2021\n\n{POST}\n\n{NEXT}", "Marie Z.", 3),
        (f"{LEAD}\n\nRCA Alertes wrote on Telegram on 3 April 2021:\n\n{POST}\n\n{NEXT}", "RCA Alertes", 3),
        (f"From: Jean Ngbo\nSent: Saturday, April 3, 2021 8:15 AM\nTo: List\nSubject: FW\n\n{POST}", "Jean Ngbo", 3),
        (f"On Sat, Apr 3, 2021 at 8:15 AM Jean Ngbo <j@ngo.example> wrote:\n\n> {POST}", "Jean Ngbo", 3),
        (f"[13/04/2021, 08:15] Jean Ngbo: {POST}\n[13/04/2021, 08:19] Ali: He died.", "Jean Ngbo", 13),
        (f"{LEAD}\nForwarded from: RCA Alertes [3 April 2021, 14:33]\n{POST}\n{NEXT}", "RCA Alertes", 3),
    ],
)
def test_a_post_or_message_is_a_quote_with_author_and_day(text: str, author: str, day: int) -> None:
    document, sentences = read(text, published="2021-04-20")
    [quote] = [s for s in document["segments"] if POST in document["text"][s["start"] : s["end"]]]
    assert quote["kind_code"] == "quoted_post" and author in quote["speaker_text"]
    assert quote["date"] == dt.date(2021, 4, day)
    assert not any(author in sentence for sentence in sentences)


def test_a_quotation_of_a_page_is_one_post() -> None:
    quote = f"<blockquote><p>{POST}</p><p>One man was killed.</p><p>&mdash; UN (@un) April 3, 2021</p></blockquote>"
    page = (
        f"<html><body><article><h1>Houses burned</h1><p>{LEAD}</p>{quote}<p>{NEXT} {LAST}</p></article></body></html>"
    )
    document, _ = read(page, media="html")
    assert parts(document, "quoted_post") == [POST, "One man was killed."]


@pytest.mark.parametrize(
    ("stamps", "between"),
    [
        (("10.42am", "11.05am", "12.30pm"), "\n"),
        (("14:05 GMT", "13:40 GMT", "13:02 GMT"), " "),
        (("UPDATE 3 - 09:30", "UPDATE 2 - 09:10", "UPDATE 1 - 08:55"), "\n"),
        (("[10:42]", "[11:05]", "[12:30]"), " "),
        (("0942 GMT", "1005 GMT", "1130 GMT"), "\n"),
    ],
)
def test_a_live_blog_is_cut_into_its_items_each_with_its_time(stamps: tuple, between: str) -> None:
    document, sentences = read("Live\n\n" + "\n\n".join(s + between + i for s, i in zip(stamps, ITEMS, strict=True)))
    assert parts(document, "item_time") == list(stamps)
    assert sentences == list(ITEMS)


@pytest.mark.parametrize(
    ("stamps", "kind"),
    [
        (("3 May 2024, 10:42", "4 May 2024, 11:05", "5 May 2024, 12:30"), "item_time"),
        (("Fri 3 May 10:42", "Sat 4 May 11:05", "Sun 5 May 12:30"), "item_time"),
        (("10:42 AM · May 3, 2024", "11:05 AM · May 4, 2024", "12:30 PM · May 5, 2024"), "item_time"),
        (("Friday, 3 May 2024", "Saturday, 4 May 2024", "Sunday, 5 May 2024"), "item_day"),
        (("May 3", "May 4", "May 5"), "item_day"),
    ],
)
def test_items_are_of_the_days_that_their_stamps_tell(stamps: tuple, kind: str) -> None:
    document, _ = read("Live\n\n" + "\n\n".join(f"{s}\n{i}" for s, i in zip(stamps, ITEMS, strict=True)))
    bodies = [s for s in document["segments"] if s["kind_code"] == "body"]
    assert parts(document, kind) == list(stamps)
    assert [s["date"].isoformat() for s in bodies] == ["2024-05-03", "2024-05-04", "2024-05-05"]


def test_the_markup_of_a_time_tells_its_day_and_a_time_in_a_sentence_is_words() -> None:
    stamp = "<div><time datetime='2024-05-0{}T10:42:00Z'>10.42am</time><p>{} {}</p></div>"
    items = "".join(stamp.format(3 + n, one, LAST) for n, one in enumerate(ITEMS))
    words = f"<p>{NEXT} It was on <time datetime='2024-05-01'>Wednesday</time> that he died.</p>"
    document, sentences = read(
        f"<html><body><article><h1>Live</h1>{words}{items}</article></body></html>", media="html"
    )
    days = {s["date"].isoformat() for s in document["segments"] if s["kind_code"] == "body" and s["date"]}
    assert days == {"2024-05-03", "2024-05-04", "2024-05-05"}
    assert "It was on Wednesday that he died." in sentences


@pytest.mark.parametrize(
    "text",
    [
        f"Published 3 May 2024 10:22\nUpdated 3 May 2024 11:00\n{LEAD}\n{NEXT}",
        f"{LEAD}\n\n10.42 million people were displaced.\n\n10.5 million came back.\n\n{NEXT}",
        f"{LEAD}\n\nAt 10:42 gunmen killed ten people.\n\nAt 11:05 soldiers came.\n\n{NEXT}",
    ],
)
def test_times_that_open_no_item_make_no_list(text: str) -> None:
    document, _ = read(text)
    assert not parts(document, "item_time") and not parts(document, "item_day")


@pytest.mark.parametrize(
    ("headline", "dateline"),
    [
        ("At least 10 killed in blasts in Afghanistan", "KANDAHAR, Afghanistan, Oct. 3 (Xinhua) --"),
        ("Six farmers killed in northern Mali", "BAMAKO (Reuters) -"),
        ("Blast hits Somali capital, 5 dead", "MOGADISHU, May 3 (Reuters) -"),
        ("12 killed in Chad clashes", "N'DJAMENA (AFP) -"),
    ],
)
@pytest.mark.parametrize("gap", ["", " "])
def test_a_headline_glued_to_a_dateline_is_cut_off_where_it_stands(headline: str, dateline: str, gap: str) -> None:
    text = f"{headline}{gap}{dateline} {LEAD}\n\n{NEXT}"
    document, sentences = read(text)
    assert document["text"] == text
    assert (parts(document, "heading"), parts(document, "dateline")) == ([headline], [dateline])
    assert sentences == [LEAD, NEXT]
    assert document["agency"] is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "Police chief Ali McDONALD - a former soldier - was shot dead in Gao on Monday.",
        "Soldiers of the FARDC - the Congolese army - killed ten rebels on Monday in Goma.",
    ],
)
def test_capitals_in_a_sentence_are_no_dateline(sentence: str) -> None:
    assert read(f"{sentence}\n\n{NEXT}")[1][0] == sentence


def test_segments_lie_in_order_and_leave_out_white_space_alone() -> None:
    text = f"Blast in MaliBAMAKO (AFP) - {LEAD}\n\n10:42 {ITEMS[0]}\n\n11:05 {ITEMS[1]}\n\nX (@x) May 3, 2024\n{POST}"
    document, _ = read(text)
    segments = document["segments"]
    assert all(one["end"] <= other["start"] for one, other in pairwise(segments))
    gaps = [document["text"][one["end"] : other["start"]] for one, other in pairwise(segments)]
    assert not "".join(gaps).strip()
