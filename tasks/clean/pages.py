"""What a web page says of itself that its text alone does not: its day of publication, and what is not to be read.

In comes a page's tree; out come the day as it is declared, or the tree without footnote marks and deletions. Nothing is
refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

# names under which a page's head declares its day of publication, the surest first
_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date.created", "parsely-pub-date", "sailthru.date", "publishdate",
    "publish-date", "publish_date", "publication_date", "published_date", "pubdate", "citation_date",
)  # fmt: skip
_LINKED = re.compile(r"ld\+json", re.IGNORECASE)
_OF_PUBLICATION = re.compile(r"publish|pub-?date|posted|entry-date|post-date|dateline", re.IGNORECASE)
_NOT_OF_IT = re.compile(r"updat|modif|related|teaser|comment", re.IGNORECASE)
_MOST_LINKED = 2_000
_MARK = re.compile(r"\s*(?:[\[(]?\d{1,3}[\])]?|\[[a-z]\]|[*†‡§]+)\s*")
# "km" and its kin before a raised 2 or 3 are no footnote's
_UNIT = re.compile(r"(?:^|[\d\s])[kcmd]?m$")


def published(tree: HtmlElement) -> str | None:
    """The day of publication as the page declares it: in its head, in linked data, or in a `time` that says so.

    When it was updated, or what it links to was published, is not asked.
    """
    told: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").casefold()
        if name in _NAMES and (meta.get("content") or "").strip():
            told.setdefault(name, meta.get("content").strip())
    for name in _NAMES:
        if name in told:
            return told[name]
    return next(_in_linked_data(tree), None) or next(_in_times(tree), None)


def _in_linked_data(tree: HtmlElement) -> Iterator[str]:
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
                if isinstance(one.get("datePublished"), str) and one["datePublished"].strip():
                    yield one["datePublished"].strip()
                # an article, or the list of which it is one; not what it mentions
                one = one.get("@graph") or one.get("mainEntity")
            level += one if isinstance(one, list) else [one] if isinstance(one, dict) else []


def _in_times(tree: HtmlElement) -> Iterator[str]:
    for time in tree.iter("time"):
        about = " ".join(str(time.get(name) or "") for name in ("class", "itemprop", "id", "data-testid"))
        parent = time.getparent()
        around = str(parent.get("class") or "") if parent is not None else ""
        is_told = time.get("pubdate") is not None or _OF_PUBLICATION.search(about)
        value = (time.get("datetime") or time.text or "").strip()
        if is_told and value and not _NOT_OF_IT.search(f"{about} {around}"):
            yield value


def drop_marks(tree: HtmlElement) -> None:
    """Take out footnote marks, which would become part of a number or a word, and what is struck out."""
    for node in list(tree.iter("sup", "del", "strike", "s")):
        if node.tag != "sup" or (_MARK.fullmatch("".join(node.itertext())) and not _UNIT.search(_before(node))):
            node.drop_tree()


def _before(node: HtmlElement) -> str:
    previous, parent = node.getprevious(), node.getparent()
    told = previous.tail if previous is not None else parent.text if parent is not None else None
    return (told or "")[-4:]
