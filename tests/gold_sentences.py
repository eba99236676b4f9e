"""The gold sentences, and how coded mentions are scored against them (`tests/gold/README.md` tells the format)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SENTENCES = Path(__file__).parent / "gold" / "sentences.jsonl"
HAPPENED = {"occurred", "ongoing"}
COUNTS = ("killed", "injured", "captured")
PLACED = {"country_code": "country_code", "admin1": "admin1_name", "geo_precision": "geo_precision_code"}
MEASURES = (
    "found", "precision", "status", "actors", "recipients", "place", *PLACED, "date", *COUNTS, "speaker", "kept_out"
)  # fmt: skip

Row = dict[str, Any]
Coded = dict[str, list[Row]]


def load(path: Path = SENTENCES) -> list[Row]:
    """The gold rows, in the file's order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score(rows: list[Row], coded: Coded) -> dict[str, tuple[int, int]]:
    """Hits and total of each measure; `coded[id]` holds the mentions of one row, as in the release's table."""
    marks: dict[str, list[bool]] = {name: [] for name in MEASURES}
    for row in rows:
        mentions = coded.get(row["id"], [])
        types = {event["type"] for event in row["events"]}
        # "they did not meet" tells no event, so coding it as denied is no error
        stated = [mention for mention in mentions if mention["status_code"] != "denied"]
        marks["precision"] += [mention["event_type_code"] in types for mention in stated]
        for event, mention in pair(row["events"], mentions):
            marks["found"].append(mention is not None)
            if mention is not None:
                for name, held in agreements(event, mention):
                    marks[name].append(held)
        wrong = {mention["event_type_code"] for mention in violations(row, mentions)}
        marks["kept_out"] += [code not in wrong for code in row["not"]]
        if not row["events"]:
            marks["kept_out"].append(not wrong)
    return {name: (sum(held), len(held)) for name, held in marks.items()}


def pair(events: list[Row], mentions: list[Row]) -> list[tuple[Row, Row | None]]:
    """Each event with the free mention of its type that agrees with it most, or None: the event is missed."""
    free = list(mentions)
    pairs: list[tuple[Row, Row | None]] = []
    for event in events:
        same = [mention for mention in free if mention["event_type_code"] == event["type"]]
        best = max(same, key=lambda mention: sum(held for _, held in agreements(event, mention)), default=None)
        free = [mention for mention in free if mention is not best]
        pairs.append((event, best))
    return pairs


def agreements(event: Row, mention: Row) -> Iterable[tuple[str, bool]]:
    """Every value that the gold event states, by measure, with whether the mention holds it too."""
    yield "status", mention["status_code"] == event["status"]
    # several actors and no recipient did it to each other: a mention may put either on either side
    mutual = len(event.get("actors", [])) > 1 and "recipients" not in event
    for side in ("actors", "recipients"):
        sides = ("actors", "recipients") if mutual else (side,)
        parties = [party for one in sides for party in _list(mention.get(one))]
        for wanted in event.get(side, []):
            yield side, _named(wanted, [name for party in parties for name in (party["text"], party["label"])])
    if event.get("place"):
        yield "place", _named(event["place"], [mention.get("place_text"), mention.get("place_label")])
    for name, column in PLACED.items():
        if event.get(name):
            yield name, _named(event[name], [mention.get(column)])
    if event.get("date"):
        yield "date", str(mention.get("date_start"))[:10] == event["date"]
    for kind in COUNTS:
        if kind in event:
            # nobody hurt may be told as nought or left out
            yield kind, _number(mention.get(f"{kind}_low")) == (event[kind] or 0)
        if f"{kind}_high" in event:
            yield kind, mention.get(f"{kind}_high") == event[f"{kind}_high"]
    if event.get("speaker"):
        yield "speaker", _named(event["speaker"], [mention.get("speaker_text")])


def violations(row: Row, mentions: list[Row]) -> list[Row]:
    """The mentions told as having happened that the row forbids: a type in `not`, or any where there is no event."""
    told = [mention for mention in mentions if mention["status_code"] in HAPPENED]
    return [mention for mention in told if not row["events"] or mention["event_type_code"] in row["not"]]


def _named(wanted: str, names: Iterable[object]) -> bool:
    """Whether one of the names holds the wanted one, or is held by it, whatever the case."""
    key = _key(wanted)
    return any(key in other or other in key for name in names if isinstance(name, str) and (other := _key(name)))


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _list(value: Any) -> list[Any]:
    """A list, be it a list, an array of pandas or nothing."""
    return [] if value is None else list(value)


def _number(value: Any) -> int:
    """A count; null, in any of its guises, is 0."""
    return 0 if value is None or value != value else int(value)
