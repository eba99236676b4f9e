"""The day of a report is that of its publication, by the surest that says so; what is refused is named."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from test_clean import FILLER, NOW, clean, raw

DAY = dt.date(2024, 5, 8)
META = "<meta property='article:published_time' content='2024-05-08T09:00:00Z'>"
LINKED = '<script type="application/ld+json">{}</script>'.format
ARTICLE = '{{"@type": "NewsArticle", "headline": "{}", "datePublished": "{}"}}'.format


def page(head: str = "", before: str = "", behind: str = "", **fields: object) -> dict:
    markup = (
        f"<html><head><title>Bulletin</title>{head}</head><body><article><h1>Bulletin</h1>{before}"
        f"<p>{FILLER * 2}</p><p>{FILLER}</p></article>{behind}</body></html>"
    )
    [document], rejects = clean(raw(markup, "html", **fields))
    assert not rejects
    return document


def dated(document: dict) -> tuple[dt.date | None, str]:
    return document["published_date"], document["published_basis_code"]


def refused(document: dict) -> tuple[str | None, str | None]:
    return document["refused_date_text"], document["refused_date_code"]


def test_bases_are_trusted_in_their_order() -> None:
    """Each is asked only where those before it say nothing."""
    url, dateline = "https://paper.example/2024/05/02/story", "GAO, Mali (May 3, 2024) - "
    stamp, foot, name = "Published: 4 May 2024\n", "\nGao, 5 May 2024", "report_2024-05-06"
    steps = [
        ({"published": "2024-05-01", "url": url}, stamp + dateline + FILLER + foot, 1, "declared"),
        ({"url": url}, stamp + dateline + FILLER + foot, 2, "url"),
        ({}, stamp + dateline + FILLER + foot, 3, "dateline"),
        ({}, stamp + FILLER + foot, 4, "text"),
        ({}, FILLER + foot, 5, "footer"),
        ({}, FILLER, 6, "file"),
    ]
    for fields, text, day, basis in steps:
        [document], _ = clean(raw(text, external_id=name, **fields))
        assert (dated(document), refused(document)) == ((dt.date(2024, 5, day), basis), (None, None))


def test_an_address_never_beats_what_the_page_declares() -> None:
    url = "https://paper.example/2024/05/18/story"
    assert dated(page(META, url=url)) == (DAY, "declared")
    assert dated(page(LINKED(ARTICLE("Bulletin", "2024-05-08")), url=url)) == (DAY, "declared")
    assert dated(page(before="<time pubdate datetime='2024-05-08'>8 May</time>", url=url)) == (DAY, "declared")
    assert dated(page(before="<p class='byline'>8 May 2024</p>", url=url)) == (dt.date(2024, 5, 18), "url")


def test_a_page_declares_in_its_head_before_its_linked_data_before_its_times() -> None:
    linked, time = LINKED(ARTICLE("Bulletin", "2024-05-09")), "<time pubdate datetime='2024-05-10'></time>"
    assert dated(page(META + linked, time))[0] == DAY
    assert dated(page(linked, time))[0] == dt.date(2024, 5, 9)
    assert dated(page("", time))[0] == dt.date(2024, 5, 10)


@pytest.mark.parametrize(
    "told",
    [
        "<time itemprop='datePublished' datetime='2024-05-08'></time>",
        "<span itemprop='datePublished' content='2024-05-08'>some days ago</span>",
        "<header><time datetime='2024-05-08T10:00'>Wednesday</time></header>",
        "<div class='published'><time class='entry-date'>8 May 2024</time></div>",
    ],
)
def test_a_time_of_publication_declares_it(told: str) -> None:
    assert dated(page(before=told)) == (DAY, "declared")


@pytest.mark.parametrize(
    ("head", "before", "behind"),
    [
        ("<meta property='article:modified_time' content='2024-06-20'>", "", ""),
        (LINKED('{"@type": "NewsArticle", "dateModified": "2024-06-20"}'), "", ""),
        ("", "<time class='updated' datetime='2024-06-20'>20 June 2024</time>", ""),
        ("", "<p class='date'>Last updated on 20 June 2024</p>", ""),
        ("", "", "<footer><p>Page last modified: 20 June 2024</p></footer>"),
    ],
)
def test_when_a_page_was_updated_is_not_when_it_was_published(head: str, before: str, behind: str) -> None:
    assert dated(page(head, before, behind)) == (None, "unknown")


def test_when_a_text_was_updated_is_named_and_not_taken() -> None:
    [document], _ = clean(raw("Updated: 20 June 2024\n" + FILLER))
    assert (dated(document), refused(document)) == ((None, "unknown"), ("20 June 2024", "change"))
    [both], _ = clean(raw("Updated 20 June 2024 | Published 8 May 2024 at 10:00\n" + FILLER))
    assert dated(both) == (DAY, "text")
    [other], _ = clean(raw("Published 8 May 2024, last updated 20 June 2024\n" + FILLER))
    assert dated(other) == (DAY, "text")


CARD = "<div class='{}'><a href='/x'>Other</a> <time class='published' datetime='2024-06-20'>20 June 2024</time></div>"


@pytest.mark.parametrize(
    ("head", "before", "behind"),
    [
        ("", CARD.format("related-stories"), ""),
        ("", f"<aside>{CARD.format('box')}</aside>", ""),
        ("", f"<article>{CARD.format('entry')}</article>", ""),
        ("", "", f"<nav>{CARD.format('date')}</nav>"),
        (LINKED(f"[{ARTICLE('One', '2024-06-20')}, {ARTICLE('Other', '2024-06-21')}]"), "", ""),
        (LINKED('{"@type": "Comment", "datePublished": "2024-06-20"}'), "", ""),
    ],
)
def test_the_day_of_a_related_story_is_nobodys(head: str, before: str, behind: str) -> None:
    assert dated(page(head, before, behind)) == (None, "unknown")


def test_of_many_articles_in_linked_data_the_page_is_the_one_of_its_title() -> None:
    linked = LINKED(f"[{ARTICLE('One', '2024-06-20')}, {ARTICLE('Bulletin', '2024-05-08')}]")
    assert dated(page(linked)) == (DAY, "declared")


@pytest.mark.parametrize(
    "line", ["Related: Five held, published 20 June 2024", "Related stories\nFive held, 20 June 2024"]
)
def test_the_day_of_a_related_story_in_a_text_is_nobodys(line: str) -> None:
    [document], _ = clean(raw(f"{FILLER}\n{line}\n{FILLER}"))
    assert dated(document) == (None, "unknown")


def test_a_day_told_of_another_text_in_a_sentence_is_no_stamp() -> None:
    [document], _ = clean(raw(f"{FILLER}\nThe toll stands in a UN report that was published on 3 May 2020.\n{FILLER}"))
    assert dated(document) == (None, "unknown")
    [released], _ = clean(raw(f"{FILLER}\nRebels released 12 hostages on 3 May 2020.\n{FILLER}"))
    assert dated(released) == (None, "unknown")
    [itself], _ = clean(raw(f"{FILLER}\nThis report was first published on 8 May 2024.\n{FILLER}"))
    assert dated(itself) == (DAY, "text")


def test_a_stamp_around_the_article_of_a_page_is_of_its_body_and_one_below_it_of_its_foot() -> None:
    assert dated(page(before="<div class='byline'>A. Writer, 8 May 2024</div>")) == (DAY, "text")
    assert dated(page(behind="<footer><p>Published on 8 May 2024</p><p>Founded 3 May 1990</p></footer>")) == (
        DAY,
        "footer",
    )
    assert dated(page(behind="<footer><p>Founded 3 May 1990</p></footer>")) == (None, "unknown")


def test_digits_are_read_by_the_usage_of_the_document_then_of_its_source() -> None:
    def day(value: str, text: str = FILLER, source: str = "adhoc") -> dt.date | None:
        return clean(raw(text, published=value, source_id=source))[0][0]["published_date"]

    april, march = dt.date(2024, 4, 3), dt.date(2024, 3, 4)
    assert day("03/04/2024", FILLER + "They met on 25/03/2024.") == april
    assert day("03/04/2024", FILLER + "They met on 03/25/2024.") == march
    assert (day("03/04/2024", source="bbc"), day("03/04/2024", source="reuters")) == (april, march)
    assert day("03/04/2024", FILLER + "They met on 03/25/2024.", "bbc") == march
    assert (day("08.05.24", source="bbc"), day("08.05.24")) == (DAY, DAY)
    assert day("08.05.24", source="reuters") == dt.date(2024, 8, 5)


def test_digits_that_may_be_two_days_are_named_and_the_next_basis_is_asked() -> None:
    [document], _ = clean(raw(FILLER, published="08/05/2024"))
    assert (dated(document), refused(document)) == ((None, "unknown"), ("08/05/2024", "ambiguous"))
    [other], _ = clean(raw(FILLER, published="08/05/2024", url="https://paper.example/2024/05/08/story"))
    assert (dated(other), refused(other)) == ((DAY, "url"), ("08/05/2024", "ambiguous"))
    [same], _ = clean(raw(FILLER, published="05/05/2024"))
    assert dated(same) == (dt.date(2024, 5, 5), "declared")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2024-02-30", "no_day"),
        ("31 April 2024", "no_day"),
        ("last week", "no_day"),
        ("2024", "no_day"),
        ("2031-01-01", "future"),
        ("1970-01-01T00:00:00Z", "placeholder"),
        ("0", "placeholder"),
        ("Updated 8 May 2024", "change"),
    ],
)
def test_a_day_that_cannot_be_is_named_and_the_next_basis_is_asked(value: str, reason: str) -> None:
    [document], rejects = clean(raw(FILLER, published=value, url="https://paper.example/2024/05/08/story"))
    assert not rejects
    assert (dated(document), refused(document)) == ((DAY, "url"), (value, reason))
    [none], _ = clean(raw(FILLER, published=value))
    assert (dated(none), refused(none)) == ((None, "unknown"), (value, reason))


@pytest.mark.parametrize(
    ("fields", "text", "told"),
    [
        ({"url": "https://paper.example/2024/02/30/story"}, FILLER, ("2024/02/30", "no_day")),
        ({"url": "https://paper.example/2031/01/01/plan"}, FILLER, ("2031/01/01", "future")),
        ({}, "GAO, Mali (May 3, 2031) - " + FILLER, ("GAO, Mali (May 3, 2031) -", "future")),
        ({}, "Published: 31 April 2024\n" + FILLER, ("31 April 2024", "no_day")),
        ({"external_id": "plan_2031-05-06"}, FILLER, ("2031-05-06", "future")),
    ],
)
def test_no_basis_gives_a_day_that_cannot_be(fields: dict, text: str, told: tuple) -> None:
    [document], _ = clean(raw(text, **fields))
    assert (dated(document), refused(document)) == ((None, "unknown"), told)


def test_a_day_ahead_of_the_reading_is_one_of_another_time_zone() -> None:
    tomorrow = NOW.date() + dt.timedelta(days=1)
    [document], _ = clean(raw(FILLER, published=tomorrow.isoformat()))
    assert dated(document) == (tomorrow, "declared")


def test_undated_reports_are_counted_with_the_reason_and_what_was_refused_is_logged(
    plain_flows: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from flows.clean import clean as clean_flow
    from flows.ingest import ingest

    days = {"a": "2024-05-08", "b": None, "c": None, "d": "2999-01-01", "e": "08/05/2024"}
    rows = [{"id": name, "text": FILLER + name, "published": day} for name, day in days.items()]
    (tmp_path / "r.json").write_text(json.dumps(rows))
    data = str(tmp_path / "data")
    ingest([str(tmp_path / "r.json")], data)
    summary = clean_flow(data)
    assert summary["undated"] == ["1 (ambiguous)", "1 (future)", "2 (not stated)"]
    assert "d: 2999-01-01 is not taken for its day of publication: future" in caplog.text
    assert clean_flow(data, full=True)["undated"] == summary["undated"]
