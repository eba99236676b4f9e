"""Sitemaps: the pages of a site, with the days that it gives for them, or further sitemaps.

In come bytes, out come their addresses, the newest first. What is no XML is refused; entities are not followed.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from lxml import etree

from tasks.ingest.web.addresses import WebError

_ROOTS = ("urlset", "sitemapindex")
_MOST_ENTRIES = 50_000
_MOST_BYTES = 50 * 2**20
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Entry:
    """One address of a sitemap; `published` of a news sitemap and `changed` as written."""

    address: str
    published: str | None = None
    changed: str | None = None


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap lists: pages, or further sitemaps; in each the newest first."""

    pages: tuple[Entry, ...]
    sitemaps: tuple[Entry, ...]


def is_sitemap(content: bytes) -> bool:
    """Whether bytes begin like a sitemap."""
    head = content[:4096]
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and any(f"<{root}".encode() in head for root in _ROOTS)


def sitemap(content: bytes) -> Sitemap:
    """What a sitemap lists, at most 50,000 addresses. Raises WebError (broken_record, expands_too_far)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_plain(content), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise WebError("broken_record", f"the sitemap is no XML that can be read: {error}") from error
    name = _name(root)
    if name not in _ROOTS:
        raise WebError("unknown_format", f"the address gives no sitemap: it begins with <{name}>")
    found = [entry for node in root[:_MOST_ENTRIES] if (entry := _entry(node)) is not None]
    found.sort(key=lambda entry: entry.published or entry.changed or "", reverse=True)
    return Sitemap(tuple(found), ()) if name == "urlset" else Sitemap((), tuple(found))


def _plain(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    unpacking = zlib.decompressobj(47)
    try:
        plain = unpacking.decompress(content, _MOST_BYTES)
    except zlib.error as error:
        raise WebError("broken_record", f"the sitemap cannot be unpacked: {error}") from error
    if unpacking.unconsumed_tail:
        raise WebError("expands_too_far", f"the sitemap unpacks to more than {_MOST_BYTES // 2**20} MB")
    return plain


def _entry(node: etree._Element) -> Entry | None:
    told = {_name(one): (one.text or "").strip() for one in node.iter() if isinstance(one.tag, str)}
    address = next(((one.text or "").strip() for one in node if _name(one) == "loc"), "")
    return Entry(address, told.get("publication_date") or None, told.get("lastmod") or None) if address else None


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
