"""What an analyst should look at: incidents whose claims differ, high tolls on one voice, places unread, likely twins.

In comes the folder of a release, out comes a queue of plain values, the most doubtful of each kind first. Nothing is
refused, and nothing is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.reading.contradictions import contradictions
from tasks.storage.releases import read_table

Row = Mapping[str, Any]
Accepted = Collection[tuple[str, Collection[str]]]
"""Kinds of doubt, each with the mentions of which an analyst said that they are right as they stand."""
KINDS = ("contradiction", "single_voice", "unresolved_place", "likely_merge", "likely_split")
MOST_OF_A_KIND = 40
HIGH_TOLL = 20
# days between two incidents of one place that may be one, or between events of one incident that may be two
_NEAR_DAYS, _FAR_DAYS = 2, 2
_LIKELY = 0.6
# incidents of one place and time that one is compared with: a city at war has thousands
_MOST_BESIDE = 100


def review_queue(release: Path, accepted: Accepted = ()) -> tuple[list[dict[str, Any]], int]:
    """Items by kind, at most forty of each, and how many more there are; none of which all mentions were `accepted`.

    An item is kind, score from 0 to 1, why and `events`; an event its row, `title` and `mentions` (id, sentence,
    publisher).
    """
    incidents = [row for row in _rows(release, "incidents") if not row["is_aggregate"]]
    events: defaultdict[str | None, list[dict[str, Any]]] = defaultdict(list)
    lone: list[dict[str, Any]] = []
    told = _mentions(release)
    for row in _rows(release, "events"):
        event = row | {"mentions": told[row["event_id"]], "title": row["summary"] or row["event_type_code"]}
        events[row["incident_id"]].append(event)
        if row["place_text"] and not row["place_id"]:
            lone.append(event)
    found = [
        *_contradictions(release, events),
        *_single_voices(incidents, events),
        *_unread_places(lone),
        *_merges(incidents, events),
        *_splits(incidents, events),
    ]
    found = [item for item in found if not _is_accepted(item, accepted)]
    ordered = sorted(found, key=lambda item: (KINDS.index(item["kind"]), -item["score"], item["id"]))
    counted: defaultdict[str, int] = defaultdict(int)
    queue = []
    for item in ordered:
        counted[item["kind"]] += 1
        if counted[item["kind"]] <= MOST_OF_A_KIND:
            queue.append(item)
    return queue, len(ordered) - len(queue)


def _is_accepted(item: Mapping[str, Any], accepted: Accepted) -> bool:
    told = {mention["mention_id"] for event in item["events"] for mention in event["mentions"]}
    return any(kind == item["kind"] and told <= set(mentions) for kind, mentions in accepted)


def _rows(release: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_table(release, name).drop_columns(["geometry", "evidence"]).to_pylist()
    return rows


def _mentions(release: Path) -> defaultdict[str, list[dict[str, Any]]]:
    """By event the mentions that tell it."""
    documents = read_table(release, "documents", ["document_id", "publisher"]).to_pylist()
    publishers = {row["document_id"]: row["publisher"] for row in documents}
    columns = ["mention_id", "event_id", "document_id", "sentence_text"]
    told: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(read_table(release, "mentions", columns).to_pylist(), key=lambda row: str(row["mention_id"])):
        told[row["event_id"]].append(row | {"publisher": publishers.get(row["document_id"])})
    return told


def _item(kind: str, score: float, why: str, events: Iterable[dict[str, Any]], *ids: str) -> dict[str, Any]:
    return {"id": ":".join((kind, *ids)), "kind": kind, "score": round(score, 2), "why": why, "events": list(events)}


def _contradictions(release: Path, events: Mapping[str | None, list[Any]]) -> Iterator[dict[str, Any]]:
    """Incidents of which claims contradict each other; the likelier to be wrong, the more matters they differ in."""
    told: defaultdict[str, list[str]] = defaultdict(list)
    for row in contradictions(release):
        told[row["incident_id"]].append(f"{row['matter']}: {row['claims']}")
    for id_, why in told.items():
        yield _item("contradiction", min(1.0, 0.5 + len(why) / 4), "; ".join(why), events[id_], id_)


def _single_voices(incidents: Sequence[Row], events: Mapping[str | None, list[Any]]) -> Iterator[dict[str, Any]]:
    for row in incidents:
        toll = row["killed_best"] or row["killed_low"] or 0
        if toll >= HIGH_TOLL and (row["publisher_count"] or 0) <= 1:
            id_ = row["incident_id"]
            yield _item("single_voice", 1 - HIGH_TOLL / (toll + 1), f"{toll} dead on one publisher", events[id_], id_)


def _unread_places(lone: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in lone:
        score = 0.9 if row["incident_role_code"] == "head" else 0.5
        why = f"place “{row['place_text']}” was not found"
        yield _item("unresolved_place", score, why, [row], row["event_id"])


def _merges(incidents: Sequence[Row], events: Mapping[str | None, list[Any]]) -> Iterator[dict[str, Any]]:
    """Two incidents at one place within two days: the likelier one, the more they share."""
    at: defaultdict[str, list[Row]] = defaultdict(list)
    for row in incidents:
        exact = row["geo_precision_code"] in ("point", "settlement")
        if row["place_id"] and row["date_start"] and exact:
            at[row["place_id"]].append(row)
    for rows in at.values():
        rows.sort(key=lambda row: (row["date_start"], row["incident_id"]))
        for n, one in enumerate(rows):
            for other in rows[n + 1 : n + 1 + _MOST_BESIDE]:
                days = (other["date_start"] - one["date_start"]).days
                if days > _NEAR_DAYS:
                    break
                score, shared = _likeness(one, other, days)
                if score >= _LIKELY:
                    ids = (one["incident_id"], other["incident_id"])
                    why = f"one place, {days} days apart{shared}"
                    yield _item("likely_merge", score, why, [*events[ids[0]], *events[ids[1]]], *ids)


def _likeness(one: Row, other: Row, days: int) -> tuple[float, str]:
    shared = []
    if one["incident_type_code"] == other["incident_type_code"]:
        shared.append((0.25, "one kind"))
    parties = [{party["label"] for party in (*row["actors"], *row["recipients"])} for row in (one, other)]
    if parties[0] & parties[1]:
        shared.append((0.2, "a party in common"))
    if one["killed_low"] is not None and one["killed_low"] == other["killed_low"]:
        shared.append((0.15, "one toll"))
    words = "".join(f", {word}" for _, word in shared)
    return 0.4 - 0.1 * days + sum(weight for weight, _ in shared), words


def _splits(incidents: Sequence[Row], events: Mapping[str | None, list[Any]]) -> Iterator[dict[str, Any]]:
    """An incident with events that are dated to a day, and days away from it."""
    for row in incidents:
        if row["date_start"] is None:
            continue
        away = [
            event
            for event in events[row["incident_id"]]
            # "by Monday" has a last day alone
            if event["date_start"] is not None
            and event["date_precision_code"] == "day"
            and event["incident_role_code"] in ("head", "phase")
            and abs((event["date_start"] - row["date_start"]).days) >= _FAR_DAYS
        ]
        if away:
            days = max(abs((event["date_start"] - row["date_start"]).days) for event in away)
            why = f"{len(away)} of its events up to {days} days away"
            yield _item("likely_split", 1 - 1 / days, why, away, row["incident_id"])
