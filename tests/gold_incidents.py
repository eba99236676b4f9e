"""How well mentions are linked, told by hand-written reports: B-cubed over the events that a careful reader sees.

The gold is `tests/gold/incidents.jsonl` and `wire_incidents.jsonl`; `tests/gold/incidents.md` tells what is in them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

GOLD = Path(__file__).parent / "gold" / "incidents.jsonl"
WIRE = GOLD.with_name("wire_incidents.jsonl")

Span = tuple[int, int]
Row = Mapping[str, Any]


def load(path: Path = GOLD) -> list[dict[str, Any]]:
    """The gold reports, each with the events that it tells."""
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()]


def records(reports: Iterable[Row]) -> list[dict[str, Any]]:
    """The reports as the program reads them, without the gold."""
    return [{key: report[key] for key in ("id", "title", "text", "publisher", "published")} for report in reports]


def pair(reports: Iterable[Row], mentions: Iterable[Row]) -> list[tuple[Row, Row, Row | None]]:
    """(report, gold event, its mention or None) for every gold event.

    A mention fits where its sentence overlaps the quote and its type is acceptable. One whose trigger stands in another
    quote of the report tells that other event. Of several that fit, one whose trigger stands in the quote goes first,
    then the earliest trigger.
    """
    told: dict[str, list[Row]] = {}
    for mention in mentions:
        told.setdefault(mention["external_id"], []).append(mention)
    found: list[tuple[Row, Row, Row | None]] = []
    for report in reports:
        text = _flat(report["text"])
        quotes = [_span(text, event["quote"]) for event in report["events"]]
        placed = [(mention, *_places(text, mention)) for mention in told.get(report["id"], ())]
        for event, quote in zip(report["events"], quotes, strict=True):
            fitting = []
            for mention, sentence, trigger in placed:
                inside = quote[0] <= trigger < quote[1]
                elsewhere = any(begin <= trigger < end for begin, end in quotes)
                overlaps = sentence[0] < quote[1] and quote[0] < sentence[1]
                if mention["event_type_code"] in event["type"] and overlaps and (inside or not elsewhere):
                    fitting.append((not inside, mention["trigger_start"], mention["event_id"], mention))
            found.append((report, event, min(fitting, key=lambda row: row[:3])[3] if fitting else None))
    return found


def score(reports: Iterable[Row], mentions: Iterable[Row]) -> dict[str, Any]:
    """`found` (hits, total) and B-cubed precision, recall and F1 over the gold events that were found."""
    pairs = pair(reports, mentions)
    items = [(event["incident"], mention["event_id"]) for _, event, mention in pairs if mention is not None]
    both, gold, predicted = Counter(items), Counter(i for i, _ in items), Counter(e for _, e in items)
    precision = sum(both[item] / predicted[item[1]] for item in items) / len(items) if items else 0.0
    recall = sum(both[item] / gold[item[0]] for item in items) / len(items) if items else 0.0
    return {
        "found": (len(items), len(pairs)),
        "bcubed_precision": precision,
        "bcubed_recall": recall,
        "bcubed_f1": 2 * precision * recall / (precision + recall) if items else 0.0,
    }


def _flat(text: str) -> str:
    return " ".join(text.split())


def _span(text: str, part: str) -> Span:
    """Where the part stands in a flat text; (-1, -1) where it does not."""
    flat = _flat(part)
    begin = text.find(flat)
    return (begin, begin + len(flat)) if begin >= 0 else (-1, -1)


def _places(text: str, mention: Row) -> tuple[Span, int]:
    """Where a mention's sentence and trigger stand in a flat text."""
    sentence = _span(text, mention["sentence_text"])
    before = mention["sentence_text"][: mention["trigger_start"] - mention["sentence_start"]]
    return sentence, sentence[0] + len(_flat(before + "x")) - 1
