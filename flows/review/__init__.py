"""Review: a page on this machine alone, on which an analyst looks at what is doubtful and corrects it by eye.

In come a release and a token; what is decided becomes rows of `seeds/corrections.csv`, and nothing else is written. The
next `sitrep run` makes them. Refused is a request without the token, from another host or page, and a row that could
not be made.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Mapping
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import Any

from tasks.link.corrections import ACCEPT, MERGE_INCIDENT, SETTABLE, Correction, read_value, written
from tasks.reading.review import KINDS, review_queue
from tasks.storage.releases import write_file
from tasks.vocabularies import VocabularyError, corrections_now, load, with_correction

HOST = "127.0.0.1"
MOST_BYTES = 1 << 16
# by what is asked for: a file of this folder and its type
_PAGES = {
    "": ("page.html", "text/html"),
    "page.js": ("page.js", "text/javascript"),
    "page.css": ("page.css", "text/css"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# a run refuses a file of vocabulary that holds such
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class RefusedError(ValueError):
    """A decision that cannot be made a row; its text says why."""


class Desk:
    """What is under review, and what was decided."""

    def __init__(self, release: Path):
        self.release = release
        self._lock = Lock()
        seen = corrections_now().query("action_code == @ACCEPT")
        queue, self._left_out = review_queue(release, [*zip(seen["value"], seen["mention_ids"], strict=True)])
        self._queue = [_told(item) for item in queue]
        events = [event for item in self._queue for event in item["events"]]
        self._event_of = {m["mention_id"]: event["event_id"] for event in events for m in event["mentions"]}
        self._actions = set(load("codes").query("list == 'correction_action'")["code"])

    def queue(self) -> dict[str, Any]:
        """The queue, the release, and what may be set to which codes."""
        codes = load("codes")
        choices = {name: sorted(codes.loc[codes["list"] == name, "code"]) for name in ("status", "weapon")}
        choices |= {"event_type": list(load("event_types")["code"])}
        told = {"release": self.release.name, "items": self._queue, "left_out": self._left_out}
        return told | {"columns": list(SETTABLE), "choices": choices}

    def decide(self, asked: Mapping[str, Any]) -> str:
        """Write one decision; the id of its row. RefusedError where it is none."""
        names = ("action_code", "column", "value", "expected", "reason")
        cells = {name: re.sub(r"\s+", " ", str(asked.get(name) or "")).strip() for name in names}
        mentions = asked.get("mention_ids")
        if any(_UNWRITABLE.search(cell) for cell in cells.values()):
            raise RefusedError("there are letters that cannot be written: control characters, or halves of letters")
        if cells["action_code"] not in self._actions:
            raise RefusedError(f"no action {cells['action_code']!r}")
        if not isinstance(mentions, list) or not mentions or not all(str(m) in self._event_of for m in mentions):
            raise RefusedError("tick sentences of the queue")
        if not cells["reason"]:
            raise RefusedError("say why: the reason is empty")
        events = {self._event_of[str(m)] for m in mentions}
        if cells["action_code"] == "set":
            _check_value(cells)
            if len(events) > 1:
                raise RefusedError("a value is set for one event: tick sentences of one")
        elif cells["action_code"] == ACCEPT:
            if cells["value"] not in KINDS or cells["column"] or cells["expected"]:
                raise RefusedError(f"what is accepted is one of {', '.join(KINDS)}, and nothing else")
        elif cells["column"] or cells["value"] or cells["expected"]:
            raise RefusedError("only `set` takes a column and a value")
        if cells["action_code"] in ("merge", MERGE_INCIDENT) and len(events) < 2:
            raise RefusedError("what is merged are two at least: tick sentences of both")
        try:
            with self._lock:
                grown = with_correction(cells | {"mention_ids": ";".join(dict.fromkeys(map(str, mentions)))})
                # whole or not at all, so that a run never reads half a row
                write_file(grown.path, grown.content)
                return grown.id
        except VocabularyError as error:
            raise RefusedError(str(error)) from None


def _read(body: bytes) -> Mapping[str, Any]:
    """What is asked for in a body. RefusedError where it is no JSON object, or one that Python cannot read."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"not a decision: {error}") from None
    if not isinstance(asked, dict):
        raise RefusedError("not a decision")
    return asked


def _check_value(cells: Mapping[str, str]) -> None:
    if cells["column"] not in SETTABLE:
        raise RefusedError(f"{cells['column'] or 'no column'} cannot be set; these can: {', '.join(SETTABLE)}")
    try:
        read_value(Correction("", "set", (), cells["column"], cells["value"] or None, cells["expected"] or None, ""))
    except ValueError:
        raise RefusedError(f"{cells['value']!r} does not fit the column {cells['column']}") from None


def _told(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item with what the page shows of its events: values as a correction writes them."""
    events = [
        {
            **{name: event[name] for name in ("event_id", "incident_id", "title", "mentions")},
            "role": event["incident_role_code"],
            "values": {name: written(event[name]) for name in SETTABLE},
            "day": event["date_start"].isoformat() if isinstance(event["date_start"], date) else None,
            "place": event["place_label"] or event["place_text"],
        }
        for event in item["events"]
    ]
    return {**item, "events": events}


def serving(desk: Desk, port: int = 0) -> tuple[ThreadingHTTPServer, str]:
    """A server on loopback that is ready to serve, and the address with the token, which it alone answers."""
    token = secrets.token_urlsafe(24)

    class Handler(_Handler):
        pass

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    Handler.desk, Handler.token, Handler.port = desk, token, server.server_port
    return server, f"http://{HOST}:{server.server_port}/{token}/"


class _Handler(BaseHTTPRequestHandler):
    desk: Desk
    token: str
    port: int
    timeout = 30
    server_version = "sitrep"
    sys_version = ""

    def do_GET(self) -> None:
        """The page and its parts, the queue, and the release's report."""
        name = self._asked()
        if name is None:
            return
        if name in _PAGES:
            file, type_ = _PAGES[name]
            self._answer(200, resources.files(__package__).joinpath(file).read_bytes(), type_)
        elif name == "queue":
            self._answer(200, json.dumps(self.desk.queue()).encode(), "application/json")
        elif name == "report.html":
            # it has a policy of its own, by the hashes of its script and style
            self._answer(200, (self.desk.release / "report.html").read_bytes(), "text/html", policy=False)
        else:
            self._answer(404, b"no such page", "text/plain")

    def do_POST(self) -> None:
        """One decision."""
        name = self._asked()
        if name is None:
            return
        told = self.headers.get("Content-Length", "")
        # of a number of a thousand digits Python makes none
        length = int(told) if told.isdecimal() and len(told) <= len(str(MOST_BYTES)) else MOST_BYTES + 1
        is_json = self.headers.get("Content-Type", "").partition(";")[0] == "application/json"
        if name != "decide" or not is_json or length > MOST_BYTES:
            self.close_connection = True
            self._answer(400, b"not a decision", "text/plain")
            return
        try:
            done = {"correction_id": self.desk.decide(_read(self.rfile.read(length)))}
            self._answer(200, json.dumps(done).encode(), "application/json")
        except RefusedError as error:
            self._answer(422, json.dumps({"refused": str(error)}).encode(), "application/json")

    def _asked(self) -> str | None:
        """What is asked for below the token; None, answered, without it or from elsewhere."""
        here = f"{HOST}:{self.port}"
        # a page elsewhere may have its name lead here; a browser then tells that name
        origin = self.headers.get("Origin")
        is_ours = self.headers.get("Host") == here and origin in (None, f"http://{here}")
        token, _, name = self.path.partition("?")[0].removeprefix("/").partition("/")
        if is_ours and hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode()):
            return name
        self.close_connection = True
        self._answer(403, b"open the address that `sitrep review` told", "text/plain")
        return None

    def _answer(self, status: int, body: bytes, type_: str, policy: bool = True) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": f"{type_}; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            # the token stands in the address
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        if policy:
            headers["Content-Security-Policy"] = _POLICY
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a log would hold the token."""
