"""Feeds: RSS, Atom, RDF and JSON Feed; an item is a record, with the feed's title as its publisher.

The longest of an item's content, summary and Media RSS description is its text. "Updated" is no day of publication,
but of Atom's items that have none besides.

Example: <rss><channel><item><title>Two held</title><description>Police held two men.</description></item></channel>
</rss>
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import feedparser

from tasks.ingest.format import Format, Record, decoded, guarded, is_deep, too_deep, written
from tasks.ingest.markup import is_markup, text_of

_ROOTS = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')


def _begins(head: bytes) -> bool:
    start = _start(head)
    if start.startswith(b"{"):
        return _JSON_FEED.search(start) is not None
    return start.startswith(b"<") and _ROOTS.search(start) is not None


def _start(content: bytes) -> bytes:
    """How a file begins, in letters of one byte whatever it is written in."""
    start = content[:8192]
    narrow = decoded(start).encode("utf-8", "replace") if start[:2] in (b"\xff\xfe", b"\xfe\xff") else start
    return narrow.lstrip(b"\xef\xbb\xbf \t\r\n")


def _records(path: Path) -> Iterator[Record]:
    content = path.read_bytes()
    if _start(content).startswith(b"{"):
        yield from _json_feed(content)
    elif not _begins(content):
        yield Record(None, content, None, "unknown_format", f"the file is XML, but no feed: {_root(content)}")
    else:
        yield from _xml_feed(content)


def _xml_feed(content: bytes) -> Iterator[Record]:
    # relative addresses and cleaned markup are for browsers: only text is taken of an item
    found = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    publisher, language = found.feed.get("title"), found.feed.get("language")
    for number, item in enumerate(found.entries, start=1):
        yield written(number, _item(item) | {"publisher": publisher, "language": language})
    if found.bozo and not found.entries:
        error = found.get("bozo_exception")
        yield Record(None, content, None, "broken_record", f"the file is no feed that can be read: {error}")


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    bodies = [part.get("value") or "" for part in item.get("content", ())]
    bodies += [item.get("summary") or "", item.get("media_description") or ""]
    link = item.get("link") or ""
    # the library takes an id for the link where there is none
    link = link if _ADDRESS.match(link) else None
    return {
        "id": item.get("id") or link,
        "url": link,
        "title": _plain(item.get("title") or ""),
        "author": item.get("author"),
        "published": item.get("published") or item.get("updated"),
        "text": _plain(max(bodies, key=len)),
        "tags": [tag["term"] for tag in item.get("tags", ()) if tag.get("term")],
    }


def _json_feed(content: bytes) -> Iterator[Record]:
    feed = json.loads(decoded(content))
    if is_deep(feed):
        yield too_deep(None, content, "the file")
        return
    for number, item in enumerate(feed.get("items") or (), start=1):
        if not isinstance(item, dict):
            yield Record(number, b"", None, "broken_record", f"item {number} is no object")
            continue
        authors = item.get("authors") or [item.get("author")]
        named = [one.get("name") for one in authors if isinstance(one, dict)] if isinstance(authors, list) else []
        markup = item.get("content_html") or item.get("summary")
        yield written(
            number,
            {
                "id": item.get("id") or item.get("url"),
                "url": item.get("url") or item.get("external_url"),
                "title": item.get("title"),
                "author": ", ".join(name for name in named if isinstance(name, str) and name),
                "published": item.get("date_published"),
                "publisher": feed.get("title"),
                "language": item.get("language") or feed.get("language"),
                "text": item.get("content_text") or (text_of(markup) if isinstance(markup, str) else None),
                "tags": item.get("tags"),
            },
        )


def _plain(value: str) -> str:
    return text_of(value) if is_markup(value) else value.strip()


def _root(content: bytes) -> str:
    """The first element of an XML file, as it is written."""
    found = re.search(rb"<[A-Za-z][^>\s]*", _start(content))
    return f"it begins with {found.group().decode(errors='replace')}>" if found else "it has no element"


FORMAT = Format(
    (".xml", ".rss", ".atom", ".rdf"),
    guarded("feed", _records),
    begins=_begins,
    max_bytes=20 * 2**20,
    also=(".json",),
)
