"""Hosts of addresses, as publishers are known by. In comes an address as written, out comes its host or none."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(url: str | None) -> str | None:
    """The host of an address without "www."; None where it has none, or is no address that can be read."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return None  # "http://[broken"
    return (host or "").removeprefix("www.") or None
