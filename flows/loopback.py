"""A door on this machine alone: pages, and what they ask, under an address that is its key.

In come pages and functions by name, out comes a server on loopback and its address. Refused is a request without the
token, of another host or page, and a body that is no JSON object. Nothing is logged: a log would hold the token.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

HOST = "127.0.0.1"
MOST_BYTES = 1 << 16
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css"}


class RefusedError(ValueError):
    """What was asked for cannot be; its text says why."""


@dataclass(frozen=True)
class Answer:
    """A body with its type; `has_own_policy` where the page brings one that names its script and style."""

    body: bytes
    type: str = "application/json"
    has_own_policy: bool = False


Pages = Mapping[str, Callable[[], Answer]]
"""What is shown, by name below the token; "" is the first page."""
Asked = Mapping[str, Callable[[Mapping[str, Any]], Answer]]
"""What is asked by a JSON object, by name; it may raise RefusedError."""


def told(value: Any) -> Answer:
    """A value as JSON."""
    return Answer(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def file_of(package: str, name: str) -> Callable[[], Answer]:
    """A file beside the modules of a package, read at each request."""
    file = resources.files(package).joinpath(name)
    return lambda: Answer(file.read_bytes(), _TYPES[name.rpartition(".")[2]])


def serving(pages: Pages, asked: Asked, port: int = 0) -> tuple[ThreadingHTTPServer, str]:
    """A server on loopback that is ready to serve, and the address with the token, which it alone answers."""
    token = secrets.token_urlsafe(24)

    class Handler(_Handler):
        pass

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    Handler.pages, Handler.asked, Handler.token, Handler.port = pages, asked, token, server.server_port
    return server, f"http://{HOST}:{server.server_port}/{token}/"


class _Handler(BaseHTTPRequestHandler):
    pages: Pages
    asked: Asked
    token: str
    port: int
    timeout = 30
    server_version = "sitrep"
    sys_version = ""

    def do_GET(self) -> None:
        """A page, or what one is made of."""
        name = self._name()
        if name is None:
            return
        if name in self.pages:
            self._answer(200, self.pages[name]())
        else:
            self._answer(404, Answer(b"no such page", "text/plain"))

    def do_POST(self) -> None:
        """What a page asks."""
        name = self._name()
        if name is None:
            return
        told_length = self.headers.get("Content-Length", "")
        # of a number of a thousand digits Python makes none
        is_short = told_length.isdecimal() and len(told_length) <= len(str(MOST_BYTES))
        length = int(told_length) if is_short else MOST_BYTES + 1
        is_json = self.headers.get("Content-Type", "").partition(";")[0] == "application/json"
        if name not in self.asked or not is_json or length > MOST_BYTES:
            self.close_connection = True
            self._answer(400, Answer(b"nothing that can be asked here", "text/plain"))
            return
        try:
            self._answer(200, self.asked[name](_read(self.rfile.read(length))))
        except RefusedError as error:
            self._answer(422, told({"refused": str(error)}))

    def _name(self) -> str | None:
        """What is asked for below the token; None, answered, without it or from elsewhere."""
        here = f"{HOST}:{self.port}"
        # a page elsewhere may have its name lead here; a browser then tells that name
        origin = self.headers.get("Origin")
        is_ours = self.headers.get("Host") == here and origin in (None, f"http://{here}")
        token, _, name = self.path.partition("?")[0].removeprefix("/").partition("/")
        if is_ours and hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode()):
            return name
        self.close_connection = True
        self._answer(403, Answer(b"open the whole address that the command told", "text/plain"))
        return None

    def _answer(self, status: int, answer: Answer) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": f"{answer.type}; charset=utf-8",
            "Content-Length": str(len(answer.body)),
            "Cache-Control": "no-store",
            # the token stands in the address
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        if not answer.has_own_policy:
            headers["Content-Security-Policy"] = _POLICY
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def _read(body: bytes) -> Mapping[str, Any]:
    """What is asked in a body. RefusedError where it is no JSON object, or one that Python cannot read."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"no JSON object: {error}") from None
    if not isinstance(asked, dict):
        raise RefusedError("no JSON object")
    return asked
