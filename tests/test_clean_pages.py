"""A page is dated by its publication, and what is no part of its words stays out of them."""

from __future__ import annotations

import datetime as dt

import pytest
from test_clean import FILLER, clean, raw

DAY = "2024-05-08T09:00:00Z"


def page(head: str = "", words: str = "Gunmen killed six farmers in Konna.", before: str = "") -> dict:
    paragraphs = f"<p>{FILLER * 2}</p><p>{FILLER}</p><p>{words}</p>"
    markup = (
        f"<html><head><title>Bulletin</title>{head}</head><body><article>{before}{paragraphs}</article></body></html>"
    )
    [document], _ = clean(raw(markup, "html"))
    return document


LINKED = f'{{"@graph": [{{"@type": "WebSite", "dateModified": "2024-06-20"}}, {{"datePublished": "{DAY}"}}]}}'
CANONICAL = "<link rel=canonical href='http://wire.example/2024/05/18/farmers'>"
UPDATED = "<time class='updated' datetime='2024-06-20T10:00:00Z'>20 June</time>"
RELATED = "<div class='related'><time class='published' datetime='2024-06-20'>20 June</time></div>"


@pytest.mark.parametrize(
    ("head", "before"),
    [
        (f"<meta property='article:published_time' content='{DAY}'>{CANONICAL}", ""),
        (f"<meta name='article:modified_time' content='2024-06-20'><meta itemprop=datePublished content='{DAY}'>", ""),
        (f'<script type="application/ld+json">{LINKED}</script>', ""),
        ("", f"{UPDATED}<time pubdate datetime='{DAY}'>8 May</time>"),
        ("", f"{RELATED}<time class='entry-date' datetime='{DAY}'></time>"),
    ],
)
def test_a_page_is_dated_by_what_it_says_of_its_publication(head: str, before: str) -> None:
    document = page(head, before=before)
    assert (document["published_date"], document["published_basis_code"]) == (dt.date(2024, 5, 8), "declared")


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Gunmen killed 6<sup>1</sup> farmers in Konna.", "Gunmen killed 6 farmers in Konna."),
        ("Gunmen killed 6 farmers.<sup><a href='#f'>[12]</a></sup> They fled.", "Gunmen killed 6 farmers. They fled."),
        ("Gunmen killed <del>16</del> 6 farmers in Konna.", "Gunmen killed 6 farmers in Konna."),
        ("The camp covers 5 km<sup>2</sup> near Konna.", "The camp covers 5 km2 near Konna."),
        ("He died on 5<sup>th</sup> May in Konna.", "He died on 5th May in Konna."),
    ],
)
def test_footnote_marks_and_deletions_are_no_part_of_a_number(words: str, read: str) -> None:
    assert page(words=words)["text"].endswith(read)
