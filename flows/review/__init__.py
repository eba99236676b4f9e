"""Review: a page on this machine alone, on which an analyst looks at what is doubtful and corrects it by eye.

In come a release and a token; what is decided becomes rows of `seeds/corrections.csv`, and nothing else is written. The
next `sitrep run` makes them. Refused is a row that could not be made; what `flows/loopback.py` refuses is not heard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from flows import loopback
from flows.loopback import RefusedError
from flows.query import Questions
from tasks.link.corrections import ACCEPT, MERGE_INCIDENT, SETTABLE, Correction, read_value, written
from tasks.reading.review import KINDS, review_queue
from tasks.storage.releases import write_file
from tasks.vocabularies import VocabularyError, corrections_now, load, with_correction

# a run refuses a file of vocabulary that holds such
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


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
    """A server of the queue, its decisions, and the release's report and tables, and the address with its token."""
    questions = Questions(desk.release)
    pages = {
        "": loopback.file_of(__package__, "page.html"),
        "page.js": loopback.file_of(__package__, "page.js"),
        "page.css": loopback.file_of(__package__, "page.css"),
        "queue": lambda: loopback.told(desk.queue()),
        **questions.pages,
    }
    decide = {"decide": lambda asked: loopback.told({"correction_id": desk.decide(asked)})}
    return loopback.serving(pages, decide | questions.asked, port)
