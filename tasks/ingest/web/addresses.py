"""Addresses of the web: which are one, and which machines may be asked.

In come addresses as typed or linked, out come addresses as they are asked for, and the numbers of their machines.
Refused, by name, is what is no address of the web, and every machine that is not public: a page, a redirect or a name
server of strangers must not lead into the operator's own network.
"""

from __future__ import annotations

import ipaddress
import re
import socket

import httpx

from tasks.ingest.files import is_file_address

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SCHEMES = ("http", "https")
# a name in any script, or a number
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.IGNORECASE)
_PASSWORD = re.compile(r"//[^/?#]*@")
_LONGEST = 2_000
# ways to write an IPv4 address as one of IPv6 that Python's own table calls public
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")

Number = ipaddress.IPv4Address | ipaddress.IPv6Address


class WebError(Exception):
    """An address that is not read; `reason_code` is of the list reject_reason."""

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


def is_address(typed: str) -> bool:
    """Whether what is typed is meant as an address, and not as a path; of whatever kind but a file of this machine."""
    return _SCHEME.match(typed) is not None and not is_file_address(typed)


def shown(typed: str) -> str:
    """An address as it may be told and kept: without a password, and without half characters."""
    return _PASSWORD.sub("//***@", typed).encode("utf-8", "replace").decode()


def parsed(typed: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address without its fragment, seen from `base`. Raises WebError (bad_address) for what is none of the web."""
    if len(typed) > _LONGEST:
        raise WebError("bad_address", f"the address is longer than {_LONGEST} characters")
    try:
        url = base.join(typed) if base else httpx.URL(typed)
        # the library finds some faults only when it writes the address down
        url = httpx.URL(str(url.copy_with(fragment=None)))
    except (httpx.InvalidURL, ValueError) as error:
        raise WebError("bad_address", f"no address that can be read: {error}") from error
    if url.scheme not in _SCHEMES:
        raise WebError("bad_address", f"{url.scheme or 'no scheme'}: only http and https are read")
    if not _HOST.fullmatch(url.host):
        raise WebError("bad_address", "the address names no host")
    if url.userinfo:
        raise WebError("bad_address", "the address holds a name or password; those are not sent")
    return url


def number_of(host: str, port: int, allow_private: bool) -> str:
    """The number of the machine to be connected to: the one that was looked up and checked here, no other.

    Raises WebError: no_answer where the name has none, private_address where any of its numbers is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WebError("no_answer", f"the host {host} has no number: {error}") from error
    numbers = [str(entry[4][0]).partition("%")[0] for entry in found]
    private = next((number for number in numbers if not is_public(ipaddress.ip_address(number))), None)
    if private and not allow_private:
        message = f"the host {host} is {private}, which is not public (--allow-private reads it all the same)"
        raise WebError("private_address", message)
    if not numbers:
        raise WebError("no_answer", f"the host {host} has no number")
    return numbers[0]


def is_public(number: Number) -> bool:
    """Whether a number is one of the public internet, also where it is written as another kind of number."""
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour
        if number in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if number.teredo is not None:
            inner = number.teredo[1]
        if inner is not None:
            return is_public(inner)
    return number.is_global and not (number.is_multicast or number.is_reserved)
