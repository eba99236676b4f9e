"""What a web page says of the day on which it was published: declared for machines, or stamped around its article.

In comes a page's tree, before anything is taken out of it; out come the days as written, in the order in which they are
trusted. When a page was updated, and when stories that it leads to were published, is not asked. Nothing is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

# names under which a page's head declares its day of publication, the surest first
_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "article.published", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "parsely-pub-date",
    "sailthru.date", "publishdate", "publish-date", "publish_date", "publication_date", "published_date", "pubdate",
    "pub_date", "og:pubdate", "cxenseparse:recs:publishtime", "citation_date", "dc.date", "dcterms.date", "date",
)  # fmt: skip
_LINKED = re.compile(r"ld\+json", re.IGNORECASE)
_ARTICLE = re.compile(r"article|posting|report|webpage|itempage|liveblog", re.IGNORECASE)
_PAGE = re.compile(r"page$", re.IGNORECASE)
_OF_PUBLICATION = re.compile(r"publish|pub-?date|posted|entry-date|post-date|dateline", re.IGNORECASE)
_STAMP = re.compile(r"publish|posted|(?:^|[-_ ])(?:date|time)(?:$|[-_ ])|timestamp|byline|dateline", re.IGNORECASE)
_OF_CHANGE = re.compile(r"updat|modif|edited|revis", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"related|teaser|comment|recommend|trending|popular|sidebar|read-?(?:more|also|next)|more-(?:stories|news|on|from)|promo"
    r"|(?:^|[-_ ])(?:card|widget|latest)(?:$|[-_ ])",
    re.IGNORECASE,
)
_MARKS = ("class", "itemprop", "id", "data-testid")
_MOST_LINKED = 2_000
# elements of one kind that are looked at: what lies around each is read anew
_MOST_ELEMENTS = 100
_LONGEST_STAMP = 160


@dataclass(frozen=True)
class PageDates:
    """What a page says of its day: `declared` for machines, `stamps` around its article, `footers` below it."""

    declared: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()


def page_dates(tree: HtmlElement) -> PageDates:
    """All that the page says of its day of publication, as written, the surest first."""
    declared = (*_in_head(tree), *_in_linked_data(tree), *_in_times(tree))
    stamps = (_line(node) for node in islice(filter(_is_called_stamp, tree.iter()), _MOST_ELEMENTS) if _is_own(node))
    footers = (
        " ".join(line.split())
        for node in islice(tree.iter("footer"), _MOST_ELEMENTS)
        if not _is_of_others(node)
        for line in _words(node).split("\n")
    )
    return PageDates(tuple(dict.fromkeys(declared)), _short(stamps), _short(footers))


def _short(lines: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for line in lines if line and len(line) <= _LONGEST_STAMP))


def _in_head(tree: HtmlElement) -> list[str]:
    told: dict[str, str] = {}
    for meta in islice(tree.iter("meta"), 10 * _MOST_ELEMENTS):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").casefold()
        value = (meta.get("content") or "").strip()
        if name in _NAMES and value and not _is_of_others(meta):
            told.setdefault(name, value)
    return [told[name] for name in _NAMES if name in told]


def _in_linked_data(tree: HtmlElement) -> list[str]:
    """The days of what is the page's own: an article that goes by its address or title, or the only one there is."""
    nodes = list(_linked(tree))
    articles = [node for node in nodes if not _PAGE.search(_type(node))]
    names = _own_names(tree)
    own = [node for node in articles if names & _names_of(node)]
    if not own and len(articles) == 1:
        own = articles
    pages = [node for node in nodes if _PAGE.search(_type(node))]
    if len(pages) > 1:
        pages = [node for node in pages if names & _names_of(node)]
    return [node["datePublished"].strip() for node in (*own, *pages)]


def _linked(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Articles and pages in the linked data that bear a day of publication; not what they mention."""
    for script in tree.iter("script"):
        if not _LINKED.search(script.get("type") or ""):
            continue
        try:
            level = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MOST_LINKED):
            if not level:
                break
            one: Any = level.pop(0)
            if isinstance(one, dict):
                is_one = not _type(one) or _ARTICLE.search(_type(one))
                if is_one and isinstance(one.get("datePublished"), str) and one["datePublished"].strip():
                    yield one
                # an article, or the list of which it is one
                one = one.get("@graph") or one.get("mainEntity")
            level += one if isinstance(one, list) else [one] if isinstance(one, dict) else []


def _type(node: dict[str, Any]) -> str:
    told = node.get("@type") or ""
    return " ".join(map(str, told)) if isinstance(told, list) else str(told)


def _own_names(tree: HtmlElement) -> set[str]:
    """The page's own addresses and titles, as they are compared."""
    told = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").casefold() == "canonical"]
    told += [m.get("content") for m in tree.iter("meta") if m.get("property") in ("og:url", "og:title")]
    told += [_words(node) for node in islice(tree.iter("h1"), 3)] + [_words(node) for node in tree.iter("title")]
    return {_folded(one) for one in told if one and one.strip()}


def _names_of(node: dict[str, Any]) -> set[str]:
    whole = node.get("mainEntityOfPage")
    told = [node.get("url"), node.get("@id"), node.get("headline"), node.get("name")]
    told += [whole.get("@id") if isinstance(whole, dict) else whole]
    return {_folded(one) for one in told if isinstance(one, str) and one.strip()}


def _folded(name: str) -> str:
    return " ".join(name.casefold().partition("#")[0].rstrip("/").split())


def _in_times(tree: HtmlElement) -> Iterator[str]:
    """Days of elements that are marked as of publication, then of a `time` that stands in the head of the article."""
    times = [node for node in islice(tree.iter("time"), _MOST_ELEMENTS) if _is_own(node)]
    marked = [node for node in times if node.get("pubdate") is not None or _OF_PUBLICATION.search(_about(node))]
    called = filter(_is_called_published, tree.iter("span", "abbr", "div", "p"))
    items = [node for node in islice(called, _MOST_ELEMENTS) if _is_own(node)]
    heads = [node for node in times if node not in marked and _is_in_head(node)]
    for node in (*marked, *items, *heads):
        value = node.get("datetime") or node.get("content") or _words(node)
        if value.strip():
            yield value.strip()


def _is_called_published(node: HtmlElement) -> bool:
    return "datepublished" in (node.get("itemprop") or "").casefold()


def _is_in_head(node: HtmlElement) -> bool:
    return any(around.tag == "header" and _is_within(around, "article", "main") for around in node.iterancestors())


def _is_within(node: HtmlElement, *tags: str) -> bool:
    return any(around.tag in tags for around in node.iterancestors())


def _is_called_stamp(node: HtmlElement) -> bool:
    return isinstance(node.tag, str) and node.tag != "meta" and bool(_STAMP.search(_about(node)))


def _is_own(node: HtmlElement) -> bool:
    return not _is_changed(node) and not _is_of_others(node)


def _is_changed(node: HtmlElement) -> bool:
    """Whether an element tells when the page was updated: it says so itself, or what holds little more than it does."""
    parent = node.getparent()
    around = _about(parent) if parent is not None and parent.tag in ("span", "div", "p", "li") else ""
    return bool(_OF_CHANGE.search(f"{_about(node)} {around}") and not _OF_PUBLICATION.search(_about(node)))


def _is_of_others(node: HtmlElement) -> bool:
    """Whether an element belongs to another story: a teaser, a list of them, an article inside the article."""
    articles = 0
    for around in (node, *node.iterancestors()):
        if around.tag in ("aside", "nav") or (around.tag not in ("body", "html") and _OF_OTHERS.search(_about(around))):
            return True
        articles += around.tag == "article"
    return articles > 1


def _about(node: HtmlElement) -> str:
    return " ".join(str(node.get(name) or "") for name in _MARKS)


def _line(node: HtmlElement) -> str:
    return " ".join(_words(node).split())


def _words(node: HtmlElement) -> str:
    """The words of an element, as far as a stamp may be long."""
    found, length = [], 0
    for part in node.itertext():
        found.append(part)
        length += len(part)
        if length > 10 * _LONGEST_STAMP:
            break
    return " ".join(found)
