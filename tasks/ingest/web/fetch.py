"""Feeds, pages and sitemaps as files: fetched where they changed, else as they were kept.

In come addresses and a shelf of what was fetched before, out come files for ingest to read like any other, each there
until the next is taken. What cannot be had is refused with its reason. A sitemap gives its pages, the newest first, up
to a limit; a feed is one file.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

import httpx

from tasks.ingest.files import Found
from tasks.ingest.formats import feed, html, is_known
from tasks.ingest.web.addresses import WebError, parsed, shown
from tasks.ingest.web.sitemaps import Entry, is_sitemap, sitemap
from tasks.ingest.web.visitor import Visitor

MOST_PAGES = 100
"""Pages of a sitemap, or of all to which it leads, that are read in one run."""
_MOST_SITEMAPS = 20

# how files of a kind are called, for the formats that go by it
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/rdf+xml": ".xml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/json": ".json",
    "application/feed+json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/pdf": ".pdf",
    "text/csv": ".csv",
    "text/markdown": ".md",
}


@dataclass(frozen=True)
class Kept:
    """What an address gave when it was last fetched; `final_url` is where it led, the rest as its host told it."""

    url: str
    final_url: str
    etag: str | None
    last_modified: str | None
    media_type: str | None
    content: bytes
    fetched_at: dt.datetime


class Shelf(Protocol):
    """Where what was fetched is kept between runs."""

    def get(self, url: str) -> Kept | None:
        """What an address gave before; None where it is to be fetched anew."""

    def put(self, kept: Kept) -> None:
        """Keep what an address gave."""


def fetched(
    addresses: Iterable[tuple[str, str | None]],
    visitor: Visitor,
    shelf: Shelf,
    whole: set[str],
    most_pages: int = MOST_PAGES,
) -> Iterator[Found]:
    """The files that addresses give, each address with its `source_kind`, or None to see what it gives.

    A file's `uri` is its address; a page is known by it (`id`), and by the day that its sitemap tells. The addresses of
    sitemaps that were read, of which no file tells, are put into `whole`.
    """
    with tempfile.TemporaryDirectory(prefix="sitrep-") as folder:
        fetching = _Fetching(visitor, shelf, Path(folder) / "fetched", whole)
        for typed, kind in addresses:
            name = shown(typed)
            try:
                url = parsed(typed)
                name = str(url)
                kept = fetching.kept(url)
                if kind == "sitemap" or (kind is None and is_sitemap(kept.content)):
                    yield from fetching.pages(kept, most_pages)
                else:
                    yield fetching.file(kept, kind)
            except WebError as error:
                yield Found(name, None, error.reason_code, str(error))


@dataclass
class _Fetching:
    """What is fetched by, where it is kept, the file in which it is handed on, and the sitemaps that were read."""

    visitor: Visitor
    shelf: Shelf
    path: Path
    whole: set[str]

    def kept(self, url: httpx.URL, changed: str | None = None) -> Kept:
        """What an address gives: fetched where it changed since it was kept, or may have. Raises WebError."""
        before = self.shelf.get(str(url))
        if before and changed and _is_before(changed, before.fetched_at):
            return before
        conditions = {}
        if before and before.etag:
            conditions["If-None-Match"] = before.etag
        if before and before.last_modified:
            conditions["If-Modified-Since"] = before.last_modified
        answer = self.visitor.get(url, conditions)
        if answer.status == 304 and before:
            return before
        headers = answer.headers
        kept = Kept(
            str(url),
            str(answer.url),
            headers.get("etag"),
            headers.get("last-modified"),
            headers.get("content-type", "").partition(";")[0].strip().casefold() or None,
            answer.content,
            self.visitor.clock.now(),
        )
        self.shelf.put(kept)
        return kept

    def file(self, kept: Kept, kind: str | None, published: str | None = None) -> Found:
        """What was fetched, as a file. Raises WebError (unknown_format) where a feed was asked for and none came."""
        if kind == "feed" and not feed.FORMAT.begins(kept.content[:8192]):
            what = kept.media_type or "what its host does not name"
            raise WebError("unknown_format", f"the address gives no feed, but {what}")
        with self.path.open("wb") as file:
            file.write(kept.content)
        fields = {"id": kept.url, "url": kept.final_url} | ({"published": published} if published else {})
        return Found(kept.url, self.path, name=_name(kept), fields=fields)

    def pages(self, first: Kept, most_pages: int) -> Iterator[Found]:
        """The pages of a sitemap, and of those to which it leads. Raises WebError where the first is none."""
        seen: set[str] = set()
        left, left_out = {True: most_pages, False: _MOST_SITEMAPS}, 0
        waiting = [(first, sitemap(first.content))]
        while waiting:
            kept, listed = waiting.pop(0)
            self.whole.add(kept.url)
            is_pages = bool(listed.pages)
            for entry in listed.pages or listed.sitemaps:
                name = shown(entry.address)
                try:
                    url = _of_site(entry, kept)
                    name = str(url)
                    if name in seen:
                        continue
                    seen.add(name)
                    left[is_pages] -= 1
                    if left[is_pages] < 0:
                        left_out += 1
                    elif is_pages:
                        yield self.file(self.kept(url, entry.changed), "page", entry.published)
                    else:
                        inner = self.kept(url)
                        waiting.append((inner, sitemap(inner.content)))
                except WebError as error:
                    yield Found(name, None, error.reason_code, str(error))
        if left_out:
            message = f"{left_out} more addresses of the sitemap are not read in one run; the newest are"
            yield Found(first.url, None, "beyond_limit", message)


def _of_site(entry: Entry, kept: Kept) -> httpx.URL:
    """The address of an entry; a sitemap speaks for its own host alone. Raises WebError."""
    whole = parsed(kept.final_url)
    url = parsed(entry.address, whole)
    if url.host.removeprefix("www.") != whole.host.removeprefix("www."):
        raise WebError("bad_address", f"the sitemap of {whole.host} lists an address of another host")
    return url


def _is_before(changed: str, fetched_at: dt.datetime) -> bool:
    """Whether a day or time as a sitemap writes it is past when something was fetched."""
    try:
        time = dt.datetime.fromisoformat(changed.replace("Z", "+00:00"))
    except ValueError:
        return False
    if len(changed) <= len("2024-05-08"):
        # some time of that day
        time += dt.timedelta(days=1)
    return time.replace(tzinfo=time.tzinfo or dt.UTC) < fetched_at


def _name(kept: Kept) -> str:
    """A name by which the format is known: from the first bytes, else what the host says, else the address."""
    head = kept.content[:8192]
    name = PurePosixPath(httpx.URL(kept.final_url).path or "/").name
    if feed.FORMAT.begins(head):
        return "feed.json" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "feed.xml"
    if html.FORMAT.begins(head):
        return "page.html"
    ending = _ENDINGS.get(kept.media_type or "")
    if ending:
        return f"file{ending}"
    return name if is_known(name, b"") else "file"
