"""Ask for one address, politely and within bounds: one request at a time, with pauses, limits and what robots.txt says.

In come addresses, out come answers. Refused, by name, is what robots.txt keeps robots out of, what is private, gives no
answer in time, answers with an error or with too much, or leads on and on. Cookies, proxies and passwords are not used.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from importlib.metadata import version

import httpcore
import httpx

from tasks.ingest.web.addresses import WebError, parsed
from tasks.ingest.web.connections import Connections
from tasks.ingest.web.robots import PRODUCT, Robots
from tasks.storage.faults import failed_message

_AGAIN = frozenset({429, 500, 502, 503, 504})
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
# what may pass when it is tried again; of the errors that the library knows, all but a bad address
_PASSING = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
_MOST_ROBOTS = 512 * 2**10
_SECONDS = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Clock:
    """The clock and how to wait, which are the caller's: `now` in UTC; `seconds` that only go forward; `sleep`."""

    now: Callable[[], dt.datetime]
    seconds: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(frozen=True)
class Limits:
    """How long and how much: seconds between two requests to a host, to a connection, between two pieces of an answer,
    for a whole answer and to wait where a host asks for it; bytes of an answer, unpacked; tries; redirects."""

    pause: float = 1.0
    connect: float = 10.0
    read: float = 20.0
    whole: float = 120.0
    longest_wait: float = 60.0
    most_bytes: int = 50 * 2**20
    tries: int = 3
    redirects: int = 5


@dataclass(frozen=True)
class Answer:
    """What an address gave: the address that gave it in the end, status, headers and the unpacked bytes."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes


@dataclass
class Visitor:
    """Asks hosts, and remembers during a run when it asked each and what robots may read there."""

    clock: Clock
    allow_private: bool = False
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self._asked: dict[str, float] = {}
        self._robots: dict[str, Robots | WebError] = {}

    @cached_property
    def _connections(self) -> Connections:
        # certificates take a while to load, and most runs ask nobody
        return Connections(self.allow_private, self.limits.whole, self.clock.seconds)

    def get(self, url: httpx.URL, conditions: Mapping[str, str] | None = None) -> Answer:
        """The answer of an address, or of where it leads: 200, or 304 where `conditions` (headers) ask for changes.

        Raises WebError.
        """
        try:
            answer = self._followed(url, conditions or {}, self._require_robots)
        except WebError:
            raise
        except Exception as error:
            raise WebError("failed", failed_message(error)) from error
        if answer.status == 304 and conditions:
            return answer
        if answer.status not in (200, 203):
            raise WebError("http_status", f"the host answers with {_status(answer.status)}")
        return answer

    def _followed(
        self,
        url: httpx.URL,
        conditions: Mapping[str, str],
        check: Callable[[httpx.URL], None],
        is_cut: bool = False,
    ) -> Answer:
        """The answer at the end of redirects, each step of which is checked like the first."""
        for _ in range(self.limits.redirects + 1):
            check(url)
            answer = self._tried(url, conditions, is_cut)
            target = answer.headers.get("location")
            if answer.status not in _ELSEWHERE or not target:
                return answer
            url = parsed(target, answer.url)
        raise WebError("redirects", f"the address leads on more than {self.limits.redirects} times")

    def _tried(self, url: httpx.URL, conditions: Mapping[str, str], is_cut: bool) -> Answer:
        """An answer that is no passing failure: after one it is asked again, a while later, longer each time."""
        tries = self.limits.tries
        for number in range(1, tries + 1):
            wait = 2.0 ** (number - 1)
            try:
                answer = self._asked_once(url, conditions, is_cut)
            except _PASSING as error:
                if number == tries:
                    what = " ".join(str(error).split()) or type(error).__name__
                    raise WebError("no_answer", f"no answer in {tries} tries: {what}") from error
            else:
                if answer.status not in _AGAIN:
                    return answer
                asked = self._retry_after(answer)
                if number == tries or asked > self.limits.longest_wait:
                    after = f", and asks to come back in {asked:.0f} s" if asked else ""
                    raise WebError("no_answer", f"the host answers with {_status(answer.status)}{after}")
                wait = max(wait, asked)
            self.clock.sleep(wait)
        raise WebError("no_answer", "it was not tried")

    def _asked_once(self, url: httpx.URL, conditions: Mapping[str, str], is_cut: bool) -> Answer:
        self._wait_for(url)
        told = {"User-Agent": f"{PRODUCT}/{version('sitrep')}", "Accept": "*/*", "Accept-Encoding": "gzip"}
        limits = self.limits
        timeout = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.connect}
        try:
            with self._connections.stream(
                "GET", str(url), headers=[*told.items(), *conditions.items()], extensions={"timeout": timeout}
            ) as response:
                headers = httpx.Headers(response.headers)
                wants_body = response.status not in (*_AGAIN, *_ELSEWHERE)
                content = self._body(response, headers, is_cut) if wants_body else b""
        finally:
            self._asked[url.host] = self.clock.seconds()
        return Answer(url, response.status, headers, content)

    def _body(self, response: httpcore.Response, headers: httpx.Headers, is_cut: bool) -> bytes:
        """The bytes, unpacked piece by piece: what a small answer swells to is never in memory."""
        most = _MOST_ROBOTS if is_cut else self.limits.most_bytes
        unpacking = _Unpacking(headers.get("content-encoding", ""))
        parts: list[bytes] = []
        left = most
        for chunk in response.iter_stream():
            part = unpacking.unpacked(chunk, left + 1)
            parts.append(part[:left])
            left -= len(part)
            if left < 0 and not is_cut:
                raise WebError("too_large", f"the answer has more than {most / 2**20:g} MB")
            if left <= 0:
                return b"".join(parts)
        unpacking.end()
        return b"".join(parts)

    def _wait_for(self, url: httpx.URL) -> None:
        """Wait until it is time to ask a host again."""
        before = self._asked.get(url.host)
        if before is None:
            return
        robots = self._robots.get(_site(url))
        pause = max(self.limits.pause, robots.pause if isinstance(robots, Robots) else 0.0)
        passed = self.clock.seconds() - before
        if passed < pause:
            self.clock.sleep(pause - passed)

    def _require_robots(self, url: httpx.URL) -> None:
        """Raise WebError where the host's robots.txt keeps robots out, or cannot be asked for."""
        site = _site(url)
        if site not in self._robots:
            self._robots[site] = self._robots_of(url)
        robots = self._robots[site]
        if isinstance(robots, WebError):
            raise robots
        if not robots.may_read(url):
            raise WebError("robots", f"robots.txt of {url.host} keeps robots out of this address")

    def _robots_of(self, url: httpx.URL) -> Robots | WebError:
        """What a host's robots.txt says: nothing where it has none; where it cannot be had, nothing may be read."""
        where = url.copy_with(raw_path=b"/robots.txt")
        try:
            answer = self._followed(where, {}, lambda _: None, is_cut=True)
        except WebError as error:
            code = error.reason_code if error.reason_code in ("private_address", "no_answer") else "robots"
            return WebError(code, f"robots.txt of {url.host} cannot be had: {error}")
        return Robots(answer.content if answer.status == 200 else b"")

    def _retry_after(self, answer: Answer) -> float:
        """How many seconds a host asks to wait; 0 where it does not say."""
        value = answer.headers.get("retry-after", "").strip()
        if _SECONDS.fullmatch(value):
            return float(value)
        try:
            until = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError):
            return 0.0
        return max(0.0, (until.replace(tzinfo=until.tzinfo or dt.UTC) - self.clock.now()).total_seconds())


class _Unpacking:
    """Unpacks the pieces of an answer, up to so many bytes."""

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().casefold()
        if name not in ("", "identity", "gzip", "x-gzip"):
            raise WebError("no_answer", f"the answer is packed as {name!r}, which was not asked for")
        # 31: gzip, and nothing else
        self._inner = zlib.decompressobj(31) if "gzip" in name else None

    def unpacked(self, chunk: bytes, most: int) -> bytes:
        """What a piece holds, up to `most` bytes. Raises WebError."""
        if self._inner is None:
            return chunk
        try:
            return self._inner.decompress(chunk, most)
        except zlib.error as error:
            raise WebError("no_answer", f"the answer cannot be unpacked: {error}") from error

    def end(self) -> None:
        """Raise WebError where the last piece is missing."""
        if self._inner is not None and not self._inner.eof:
            raise WebError("no_answer", "the answer breaks off inside what it packs")


def _site(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _status(status: int) -> str:
    phrase = httpx.codes.get_reason_phrase(status)
    return f"HTTP {status} {phrase}".strip()
