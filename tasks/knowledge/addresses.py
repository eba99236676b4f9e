"""Hosts of addresses, as publishers are known by. In comes an address as written, out comes its host or none."""

from __future__ import annotations

from urllib.parse import urlsplit

# domains of countries that sites of anywhere take for what they spell
_ANYWHERE = frozenset(
    "ai ag am as bz cc cd cx dj fm gd gg gl gs im io is la li ly md me ms mu nu pw re sh st tk to tv vc ws".split()
)


def country_domain(host: str | None) -> str | None:
    """The two letters of the country in whose domain a host lies, as ISO 3166 has them, or None.

    Example: "www.paper.co.uk" is of GB.
    """
    last = (host or "").strip().casefold().rpartition(".")[2]
    if len(last) != 2 or last in _ANYWHERE:
        return None
    return {"uk": "GB"}.get(last, last.upper())


def host_of(url: str | None) -> str | None:
    """The host of an address without "www."; None where it has none, or is no address that can be read."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return None  # "http://[broken"
    return (host or "").removeprefix("www.") or None
