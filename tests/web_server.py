"""A web server on loopback for tests: what it answers is said beforehand, what it was asked is kept."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What is there (`pages`: by path what answers, in turn where it is a list), and what was asked (path, headers)."""

    address: str
    pages: dict[str, Respond | list[Respond]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.path, dict(handler.headers)))
        page = self.pages.get(handler.path, gives(b"", status=404))
        if isinstance(page, list):
            page = page.pop(0) if len(page) > 1 else page[0]
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            page(handler)


def gives(content: bytes | str, kind: str = "text/html", status: int = 200, **headers: str) -> Respond:
    """Answers with a status, headers (underscores are hyphens) and bytes."""
    body = content.encode() if isinstance(content, str) else content

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        given = {"content_type": kind, "content_length": str(len(body))} | headers
        for name, value in given.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def marked(content: str, kind: str = "text/html", etag: str = '"1"') -> Respond:
    """Answers with a mark, and with 304 to who knows it."""
    whole, same = gives(content, kind, etag=etag), gives(b"", status=304, etag=etag)
    return lambda handler: (same if handler.headers.get("If-None-Match") == etag else whole)(handler)


def leads_to(address: str) -> Respond:
    return gives(b"", status=302, location=address)


@contextmanager
def serving() -> Iterator[Site]:
    """A server for as long as it lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
