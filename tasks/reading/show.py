"""Read a release for people: what it holds, an incident with its events, an event with its evidence and its rules.

In comes the folder of a release, out come plain lines of text. What is not there is refused with its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks.language.coded import not_coded_line
from tasks.reading.known import known_documents, known_incidents
from tasks.reading.visible import visible, visible_row
from tasks.storage import manifests
from tasks.storage.releases import read_table
from tasks.tables import RELEASE_TABLES

Row = dict[str, Any]

_ROW_COLUMNS = (
    "event_type_code", "weapon_code", "target_codes", "target_texts", "status_code", "certainty_code", "is_aggregate",
    "date_start", "date_end",
    "date_precision_code", "date_basis_code", "place_label", "admin1_name", "country_code", "geo_precision_code",
    "killed_low", "killed_high", "killed_best", "injured_low", "injured_high", "captured_low", "captured_high",
    "casualties_unknown", "acled_event_type", "acled_sub_event_type", "plover_type", "plover_mode", "cameo_code",
    "publisher_count", "document_count", "mention_count", "event_count", "former_event_ids",
    "incident_id", "incident_role_code", "event_type_codes", "acled_disorder_type", "claimed_by", "denied_by",
    "former_incident_ids",
)  # fmt: skip
_ROLES = ("head", "phase", "outcome", "claim", "denial", "accusation", "response")
_MENTION_ORDER = ("document_id", "sentence_start", "trigger_start", "mention_id")
_FIRST = ("date", "incident type", "place", "who", "killed", "certainty")
_INCIDENT = "in_"
_SENTENCE = "sentence_text"


class NotInReleaseError(LookupError):
    """The event or incident that was asked for is not in the release."""


def release_lines(release: Path, incidents: int = 20) -> Iterator[str]:
    """Lines that tell where a release lies, what it holds, and its first incidents as a table."""
    manifest = manifests.read(release)
    yield f"release {release}"
    held = ((name, manifest["files"].get(f"{name}.parquet", {}).get("rows")) for name in RELEASE_TABLES)
    yield "  " + ", ".join(f"{count} {name}" for name, count in held if count is not None)
    if left_out := not_coded_line(manifest.get("not_coded", {})):
        yield f"  {left_out}"
    rows = read_table(release, "incidents").to_pylist()
    rows.sort(key=lambda row: (str(row["date_start"] or "9999"), row["incident_id"]))
    yield ""
    cells = [_FIRST, *(_cells(row) for row in rows[:incidents])]
    widths = [max(len(row[i]) for row in cells) for i in range(len(_FIRST))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if len(rows) > incidents:
        yield f"... and {len(rows) - incidents} more"
    if rows:
        yield f"how do you know: sitrep show {rows[0]['incident_id']}"


def _cells(row: Row) -> tuple[str, ...]:
    place = ", ".join(part for part in (row["place_label"], row["country_code"]) if part)
    # "> civilians" where nobody is told to have done it
    sides = [_short(row[name] or "", 28) for name in ("actor_label", "recipient_label")]
    who = " > ".join(sides).strip() if sides[1] else sides[0]
    status = row["certainty_code"] or row["status_code"]
    killed = _range(row["killed_low"], row["killed_high"]) if row["killed_low"] is not None else ""
    return str(row["date_start"] or ""), row["event_type_code"], _short(place, 32), who, killed, status


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def show(
    release: Path,
    id_: str,
    mark: tuple[str, str] = ("[", "]"),
    meanings: Mapping[str, str] | None = None,
    known_on: date | None = None,
) -> Iterator[str]:
    """Lines that tell one incident, or one event; arguments and errors as of `show_event`.

    `known_on`: of an incident, what documents published up to that day told, and the toll as it stood.

    All but `mark` in them may go to a terminal as it is: texts are as `visible` gives them.
    """
    if id_.startswith(_INCIDENT):
        return _incident_lines(release, id_, mark, known_on)
    if known_on:
        raise NotInReleaseError(f"{id_} is no incident; what was known on a day is told of incidents (in_...)")
    return show_event(release, id_, mark, meanings)


def _incident_lines(release: Path, incident_id: str, mark: tuple[str, str], known_on: date | None) -> Iterator[str]:
    """An incident's row, what its events are to it, its claims, and the sentences of each event."""
    incident = _one(release, "incidents", "incident_id", incident_id)
    told = list(_mentions(release, "incident_id", incident["incident_id"], mark))
    if known_on:
        known = known_documents(release, known_on)
        told = [one for one in told if one[0]["document_id"] in known]
        if not told:
            raise NotInReleaseError(f"no document published up to {known_on} tells of {incident['incident_id']}")
        yield f"as known on {known_on}: the dead, claims and sentences; all else, and the next line, as known since"
        incident = _as_known(release, incident, known_on)
    yield from _head_lines(incident["incident_id"], incident)
    events = _rows(read_table(release, "events"), "incident_id", lambda value: value == incident["incident_id"])
    order = {code: rank for rank, code in enumerate(_ROLES)}
    for event in sorted(map(visible_row, events), key=lambda row: (order[row["incident_role_code"]], row["event_id"])):
        mine = [one for one in told if one[0]["event_id"] == event["event_id"]]
        if not mine:
            # it was not told yet
            continue
        yield ""
        yield f"{event['incident_role_code']}: {event['event_id']}  {event['summary']}"
        for mention, document in mine:
            yield f"  {mention['external_id']} ({document['publisher'] or 'publisher unknown'})"
            yield f"    {mention[_SENTENCE]}"
    yield ""
    yield "how do you know: sitrep show EVENT_ID tells the rules that made an event's values"


def _as_known(release: Path, incident: Row, day: date) -> Row:
    """An incident's row with toll and claims as documents published up to a day told them."""
    known = known_documents(release, day)
    tolls = next(row for row in known_incidents(release, [], day) if row["incident_id"] == incident["incident_id"])
    claims = [claim for claim in incident["claims"] if claim["document_id"] in known]
    return incident | tolls | {"claims": claims, "document_count": None, "publisher_count": None, "mention_count": None}


def show_event(
    release: Path, event_id: str, mark: tuple[str, str] = ("[", "]"), meanings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Lines that tell one event: its row, its claims, its sentences with the trigger between `mark`, and their sources.

    Under each mention stand the rules that made its values; `meanings` says by rule_id what each does. A unique
    beginning of an id is enough. Raises NotInReleaseError where the release has no such event, or several.
    """
    event = _one(release, "events", "event_id", event_id)
    yield from _head_lines(event["event_id"], event)
    yield ""
    if event.get("corrections"):
        yield "what an analyst changed"
        yield from (f"  {_correction(made)}" for made in event["corrections"])
        yield ""
    yield "how we know"
    for mention, document in _mentions(release, "event_id", event["event_id"], mark):
        yield from _mention_lines(mention, document)
        yield from _rule_lines(mention.get("rules") or (), meanings or {})


def _head_lines(id_: str, row: Row) -> Iterator[str]:
    yield f"{id_}  {row['summary']}"
    yield ""
    yield from _row_lines(row)
    yield ""
    yield from _claim_lines(row)


def _one(release: Path, table: str, key: str, beginning: str) -> Row:
    """The only row whose key begins so."""
    found = _rows(read_table(release, table), key, lambda value: value.startswith(beginning))
    if len(found) != 1:
        kind = table.removesuffix("s")
        what = f"no {kind}" if not found else f"{len(found)} {table}"
        raise NotInReleaseError(f"release {release.name} has {what} of id {beginning}")
    return visible_row(found[0])


def _row_lines(event: Row) -> Iterator[str]:
    for side in ("actors", "recipients"):
        for party in event[side]:
            known = party["actor_id"] or "no id"
            yield f"  {side[:-1]:<22}{party['label']}  ({known}, {party['actor_type_code'] or 'type unknown'})"
    for told in event.get("casualties") or ():
        count = _range(told["low"], told["high"])
        yield f"  {told['kind_code']:<22}{count} {told['group_code']}  ({told['text']})"
    for named in event.get("casualty_names") or ():
        age = "" if named["age"] is None else f", {named['age']}"
        yield f"  {named['kind_code']:<22}{named['name']}{age}"
    for name in _ROW_COLUMNS:
        if event.get(name) not in (None, [], False):
            yield f"  {name:<22}{event[name]}"


def _claim_lines(event: Row) -> Iterator[str]:
    yield "claims" if event["claims"] else "no speaker: told in the reporters' own voice"
    for claim in event["claims"]:
        killed = "" if claim["killed_low"] is None else f", killed {_range(claim['killed_low'], claim['killed_high'])}"
        yield f"  {claim['speaker_text']} {claim['stance_code']}{killed}"


def _mentions(release: Path, key: str, id_: str, mark: tuple[str, str]) -> Iterator[tuple[Row, Row]]:
    """The mentions of an event or incident, each with its document, in the order in which linking took them.

    Texts are visible, and the sentence of a mention is marked.
    """
    mentions = _rows(read_table(release, "mentions"), key, lambda value: value == id_)
    wanted = {mention["document_id"] for mention in mentions}
    kept = _rows(read_table(release, "documents"), "document_id", lambda value: value in wanted)
    documents = {document["document_id"]: document for document in kept}
    days = {document_id: str(document["published_date"] or "9999") for document_id, document in documents.items()}
    mentions.sort(key=lambda m: (days[m["document_id"]], *(m[name] for name in _MENTION_ORDER)))
    for mention in mentions:
        sentence = {_SENTENCE: _marked(mention, mark)}
        yield visible_row(mention) | sentence, visible_row(documents[mention["document_id"]])


def _mention_lines(mention: Row, document: Row) -> Iterator[str]:
    source = document["publisher"] or "publisher unknown"
    yield f"  {mention['external_id']} ({source}, {document['published_date']}), by {mention['trigger_id']}"
    yield f"    {mention[_SENTENCE]}"
    span = f"{mention['sentence_start']}-{mention['sentence_end']}"
    yield f"    offsets {span}, mention {mention['mention_id']}"
    yield f"    here because: {mention['link_reason'] or 'not told'}"


def _rule_lines(rules: Sequence[str], meanings: Mapping[str, str]) -> Iterator[str]:
    """The rules of a mention by the part before the dot, in the order in which they first made a value."""
    parts: dict[str, list[str]] = {}
    for rule_id in rules:
        parts.setdefault(rule_id.partition(".")[0], []).append(rule_id)
    for part, ids in parts.items():
        for number, rule_id in enumerate(ids):
            meaning = f": {meanings[rule_id]}" if rule_id in meanings else ""
            yield f"    {part if not number else '':<11}{rule_id}{meaning}"


def _correction(made: Row) -> str:
    done = made["action_code"]
    if done == "set":
        done = f"{made['column']} set from {made['before'] or 'nothing'} to {made['after'] or 'nothing'}"
    return f"{done} by correction {made['correction_id']}: {made['reason']}"


def _rows(table: pa.Table, column: str, fits: Callable[[str], bool]) -> list[Row]:
    """The rows whose value is there and fits, found without building the others."""
    numbers = [number for number, value in enumerate(table[column].to_pylist()) if value and fits(value)]
    return [row for number in numbers for row in table.slice(number, 1).to_pylist()]


def _marked(mention: Row, mark: tuple[str, str]) -> str:
    begin = mention["trigger_start"] - mention["sentence_start"]
    end = mention["trigger_end"] - mention["sentence_start"]
    text: str = mention["sentence_text"]
    return visible(text[:begin]) + mark[0] + visible(text[begin:end]) + mark[1] + visible(text[end:])


def _range(low: int | None, high: int | None) -> str:
    if low == high:
        return str(low)
    return f"{'?' if low is None else low} to {'?' if high is None else high}"
