"""A door on loopback for tests: served while a block lasts, and asked as a page or a stranger would."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from flows.loopback import HOST


@contextmanager
def served(door: tuple[ThreadingHTTPServer, str]) -> Iterator[str]:
    """The address, which answers as long as the block lasts."""
    server, address = door
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def asked(address: str, path: str = "", body: Any = None, **headers: str) -> tuple[int, str]:
    """Status and body; a `body` is posted as JSON, headers are by name with _ for -."""
    parts = urlsplit(address)
    connection = HTTPConnection(HOST, parts.port or 0, timeout=20)
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        told = {"Content-Type": "application/json"} | told
    connection.request("GET" if body is None else "POST", parts.path + path, json.dumps(body), told)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()
