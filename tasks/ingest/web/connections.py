"""Connections to hosts: only to numbers that were checked, and for no longer than a request may take.

In comes an address, out comes what its host sends. Refused is a host that is not public (WebError); what fails on the
way is an error of the library `httpcore`.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
import httpx

from tasks.ingest.web.addresses import number_of

Seconds = Callable[[], float]
"""A clock that only goes forward, in seconds."""


class Connections(httpcore.ConnectionPool):
    """Connections, each for one request; without cookies or proxies.

    A host's certificate is that of its name, by the authorities that come along or those of SSL_CERT_FILE.
    """

    def __init__(self, allow_private: bool, whole_seconds: float, seconds: Seconds) -> None:
        backend = _Checked(allow_private, whole_seconds, seconds)
        context = httpx.create_ssl_context()
        super().__init__(ssl_context=context, network_backend=backend, max_keepalive_connections=0)


class _Checked(httpcore.NetworkBackend):
    """Looks a host's name up, checks its numbers and connects to one of them: the name is not looked up again."""

    def __init__(self, allow_private: bool, whole_seconds: float, seconds: Seconds) -> None:
        self._allow_private, self._whole, self._seconds = allow_private, whole_seconds, seconds
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        number = number_of(host, port, self._allow_private)
        until = self._seconds() + self._whole
        return _Bounded(self._inner.connect_tcp(number, port, timeout, local_address), until, self._seconds)


class _Bounded(httpcore.NetworkStream):
    """A stream that ends at a time, however slowly its pieces drip."""

    def __init__(self, inner: httpcore.NetworkStream, until: float, seconds: Seconds) -> None:
        self._inner, self._until, self._seconds = inner, until, seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Bounded(inner, self._until, self._seconds)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._until - self._seconds()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer takes longer than a whole answer may")
        return left if timeout is None else min(timeout, left)
