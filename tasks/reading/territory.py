"""Who controlled a place, since when, and on whose word: the time line of a release.

In comes the folder of a release and a place as people write it, out come plain lines of text. A place that the release
does not know is refused, with the names that come close.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from tasks.knowledge import event_types
from tasks.language.name_keys import name_key
from tasks.reading.known import known_documents
from tasks.storage.releases import read_table

Row = Mapping[str, Any]

_EVENT_COLUMNS = [
    *("event_id", "event_type_code", "status_code", "date_start", "date_end", "date_basis_code", "certainty_code"),
    *("geo_precision_code", "claims", "evidence", "actors", "recipients"),
]
_SAID = ("claims", "evidence")
# who leaves a place hands it to nobody, and yet holds it no longer
_LEAVING = ("retreat", "troop_withdrawal", "surrender")
# two spellings are close from this likeness on, of 100
_CLOSE = 75
_SUGGESTED = 5


class UnknownPlaceError(LookupError):
    """The release names no such place."""


def control_lines(
    release: Path, place: str, kind_words: Collection[str], on: date | None = None, known_on: date | None = None
) -> Iterator[str]:
    """Lines that tell who held a place: each change of control with its claims, or with `on` the state on that day.

    `place` is a place_id, a name in any spelling that folds alike (with or without a word of kind, as "district"), or
    the name of a first-level division, which stands for every place in it; all that fit are told. `kind_words` are
    those words, folded. `known_on`: by what the documents published up to that day tell, with certainty and days as the
    release has them. Raises UnknownPlaceError where nothing fits.
    """
    known = None if known_on is None else _Known(release, known_on)
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(release, "territory"):
        if known is None or row["event_id"] in known.events:
            steps[row["place_id"]].append(row)
    places = {row["place_id"]: row for row in _rows(release, "places")}
    found = _matches(place, steps, places, kind_words)
    names = {row["actor_id"]: row["label"] for row in _rows(release, "actors")}
    left = _leavings(release, found)
    wanted = {step["event_id"] for place_id in found for step in steps.get(place_id, ())}
    events = {row["event_id"]: row for row in _rows(release, "events", _EVENT_COLUMNS, wanted)}
    if known is not None:
        events = {event_id: known.told(event) for event_id, event in events.items()}
        for place_id, of in left.items():
            left[place_id] = [known.told(event) for event in of if event["event_id"] in known.events]
        for place_id in found & set(steps):
            steps[place_id] = known.steps(steps[place_id], events)

    def step_lines(step: Row) -> Iterator[str]:
        return _step_lines(step, events[step["event_id"]], names)

    for number, place_id in enumerate(sorted(found, key=lambda place_id: (place_id not in steps, place_id))):
        if number:
            yield ""
        yield _heading(place_id, steps.get(place_id, ()), places.get(place_id))
        if place_id not in steps:
            yield "  no change of control is told"
        elif on is None:
            entries = [(step["date"], 0, at, step_lines(step)) for at, step in enumerate(steps[place_id])]
            entries += [(event["date_start"], 1, at, _left_lines(event)) for at, event in enumerate(left[place_id])]
            for *_, lines in sorted(entries, key=lambda entry: entry[:3]):
                yield from lines
        else:
            yield from _state_lines(steps[place_id], on, events, names, step_lines, left[place_id])


class _Known:
    """What the documents published up to a day tell."""

    def __init__(self, release: Path, day: date) -> None:
        self._documents = known_documents(release, day)
        mentions = read_table(release, "mentions", ["event_id", "document_id"]).to_pylist()
        self.events = {row["event_id"] for row in mentions if row["document_id"] in self._documents}

    def told(self, event: Row) -> Row:
        """An event with what these documents say of it."""
        lists = {name: [one for one in event[name] if one["document_id"] in self._documents] for name in _SAID}
        return {**event, **lists}

    def steps(self, steps: Sequence[Row], events: Mapping[str, Row]) -> list[Row]:
        """Changes of control without whom only a later report tells to have held the place before."""
        found: list[Row] = []
        for step in steps:
            before, event = step["previous_controller_actor_id"], events[step["event_id"]]
            named = {party["actor_id"] for side in ("actors", "recipients") for party in event[side]}
            is_told = before in named or any(one["controller_actor_id"] == before for one in found)
            found.append(step if is_told else {**step, "previous_controller_actor_id": None})
        return found


def _rows(
    release: Path, name: str, columns: Sequence[str] | None = None, event_ids: Collection[str] | None = None
) -> list[Row]:
    table = read_table(release, name, columns)
    if event_ids is not None:
        table = table.filter(pc.is_in(table["event_id"], value_set=pa.array(sorted(event_ids), pa.string())))
    rows: list[Row] = table.to_pylist()
    return rows


def _leavings(release: Path, places: Collection[str]) -> dict[str, list[Row]]:
    """Events at these places, by day, that tell of somebody known who left."""
    columns = [*_EVENT_COLUMNS, "place_id", "is_aggregate"]
    table = read_table(release, "events", columns)
    is_leaving = pc.is_in(table["event_type_code"], value_set=pa.array(_LEAVING))
    is_there = pc.is_in(table["place_id"], value_set=pa.array(sorted(places), pa.string()))
    left: dict[str, list[Row]] = defaultdict(list)
    for event in table.filter(pc.and_(is_leaving, is_there)).sort_by("date_start").to_pylist():
        happened = event["status_code"] in ("occurred", "ongoing") and event["certainty_code"] != "disputed"
        if happened and not event["is_aggregate"] and event["date_start"] and event["actors"]:
            left[event["place_id"]].append(event)
    return left


def _matches(
    place: str, steps: Mapping[str, Sequence[Row]], places: Mapping[str, Row], kind_words: Collection[str]
) -> set[str]:
    """Ids of the places that are meant."""
    if place in steps or place in places:
        return {place}
    asked = name_key(place)
    bare = _without_kind(asked, kind_words)
    labels = {place_id: rows[0]["place_label"] for place_id, rows in steps.items()}
    labels |= {place_id: row["label"] for place_id, row in places.items()}
    found = set()
    for place_id, label in labels.items():
        name = name_key(label)
        if name and (asked in (name, _without_kind(name, kind_words)) or name == bare):
            found.add(place_id)
    # a division stands for the places in it that changed hands; the others would bury these
    divisions = {place_id: name_key(rows[0]["admin1_name"] or "") for place_id, rows in steps.items()}
    found |= {place_id for place_id, name in divisions.items() if name and name in (asked, bare)}
    if not found:
        known = sorted({*labels.values(), *(rows[0]["admin1_name"] for rows in steps.values())} - {None})
        close = process.extract(
            asked, known, scorer=fuzz.WRatio, processor=name_key, score_cutoff=_CLOSE, limit=_SUGGESTED
        )
        hint = f"; close are {', '.join(name for name, *_ in close)}" if close else ""
        raise UnknownPlaceError(f"the release names no place {place!r}{hint}")
    return found


def _without_kind(name: str, kind_words: Collection[str]) -> str:
    """A folded name without the words of kind at its end: "imam sahib district" is "imam sahib"."""
    words = name.split()
    while len(words) > 1 and words[-1] in kind_words:
        words.pop()
    return " ".join(words)


def _heading(place_id: str, steps: Sequence[Row], place: Row | None) -> str:
    label = steps[0]["place_label"] if steps else place["label"] if place else place_id
    row = steps[0] if steps else place or {}
    kind = place["kind_code"] if place else None
    around = [part for part in (kind, row.get("admin1_name"), row.get("country_code")) if part and part != label]
    return f"{label} ({', '.join(around)})  {place_id}" if around else f"{label}  {place_id}"


def _step_lines(step: Row, event: Row, names: Mapping[str, str]) -> Iterator[str]:
    """One change of control: when, who from whom, how sure, by which event; then who says so, in which words."""
    before = step["previous_controller_actor_id"]
    is_gift = event["event_type_code"] in event_types.types_with("recipient_takes_over")
    how = "held by" if event["status_code"] == "ongoing" else "handed over to" if is_gift else "taken by"
    line = f"{_when(step, event)}  {how} {step['controller_label']}"
    if before:
        line += f", before by {names.get(before, before)}"
    if event["geo_precision_code"] == "admin1":
        line += " (the division, or a place in it that is not named)"
    yield f"  {line}; {step['certainty_code'] or 'certainty unknown'}  {step['event_id']}"
    for claim in event["claims"]:
        stance = f" {claim['stance_code']}" if claim["stance_code"] not in (None, "asserts") else ""
        yield f"      {claim['speaker_text']}{stance}: {claim['sentence_text']}"
    spoken = {claim["sentence_text"] for claim in event["claims"]}
    for sentence in event["evidence"]:
        if sentence["text"] not in spoken:
            yield f"      in the report's own voice: {sentence['text']}"


def _left_lines(event: Row) -> Iterator[str]:
    """Who left, when, how sure, by which event; then the words."""
    who = " and ".join(party["label"] or party["text"] for party in event["actors"])
    when = _when({"date": event["date_start"]}, event)
    yield f"  {when}  left by {who}; {event['certainty_code'] or 'certainty unknown'}  {event['event_id']}"
    yield from (f"      {sentence['text']}" for sentence in event["evidence"])


def _when(step: Row, event: Row) -> str:
    if event["date_basis_code"] == "document":
        return f"reported {step['date']}"
    end = event["date_end"]
    return f"{step['date']}" if end == step["date"] else f"{step['date']} to {end or '?'}"


def _state_lines(
    steps: Sequence[Row],
    on: date,
    events: Mapping[str, Row],
    names: Mapping[str, str],
    step_lines: Callable[[Row], Iterator[str]],
    left: Sequence[Row],
) -> Iterator[str]:
    """Who held it on a day: the last step on or before it, what that disputes, and who has left since."""
    past = [step for step in steps if step["date"] <= on]
    if not past:
        loser = steps[0]["previous_controller_actor_id"]
        before = f"; {names.get(loser, loser)} held it until then" if loser else ""
        yield f"  on {on}: not told; the first change is of {steps[0]['date']}{before}"
        return
    last = past[-1]
    settled = next((step for step in reversed(past) if _is_settled(step, events)), None)
    if not _is_contested(last, settled, events):
        actor_id, since = last["controller_actor_id"], last["date"]
        gone = [
            event
            for event in left
            if since < event["date_start"] <= on
            and any(actor_id and p["actor_id"] == actor_id for p in event["actors"])
        ]
        label = last["controller_label"]
        yield f"  on {on}: {f'not told; {label} held it and is told to have left' if gone else label}"
        yield from step_lines(last)
        for event in gone:
            yield from _left_lines(event)
        return
    yield f"  on {on}: contested; the newest word is for {last['controller_label']}"
    yield from step_lines(last)
    if settled:
        yield "  the last change that nobody denies:"
        yield from step_lines(settled)


def _is_settled(step: Row, events: Mapping[str, Row]) -> bool:
    return bool(step["certainty_code"] != "disputed" and events[step["event_id"]]["status_code"] != "ongoing")


def _is_contested(last: Row, settled: Row | None, events: Mapping[str, Row]) -> bool:
    """Neither a disputed change nor the word that somebody holds a place undoes what was told before."""
    if last["certainty_code"] == "disputed":
        return True
    if _is_settled(last, events) or settled is None or last["controller_label"] == settled["controller_label"]:
        return False
    # who held it before is always of another side
    settled_id = settled["controller_actor_id"]
    return settled_id is None or settled_id == last["previous_controller_actor_id"]
