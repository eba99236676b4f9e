"""Rows of `incidents`: each merged from the events that it holds, which keep what an analyst corrected in them.

In come rows of `events` with their roles; out come the columns of `incidents` but for the ids. Who, where, when and of
what kind follows from what the incident is and its phases; outcomes add to the toll, and what is only said of it to
claims and evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tasks.knowledge import event_types
from tasks.knowledge.acled import disorder_type
from tasks.link.figures import Bounds, casualties, casualty_names, whole
from tasks.link.merge import best_date, best_place, merge_parties, most_frequent, target_columns
from tasks.link.reports import Reports
from tasks.link.rows import HAPPENED, Row
from tasks.link.summary import summary
from tasks.tables import CROSSWALK, WHEN, WHERE

HEAD, PHASE, OUTCOME, DENIAL = "head", "phase", "outcome", "denial"
SIDES = ("civilians", "military", "insurgents")
# the share of what is told of the type most told of, from which a type may head its incident; measured: the type of the
# head is right in .89 of the incidents of whole articles (without: .84), in .86 of reports written blind (.84)
_HEADS_FROM = 0.34
_FIGHTING = frozenset({"military", "insurgents"})
_CASUALTIES = ("killed", "injured", "captured")
_CERTAINTY = ("disputed", "confirmed", "reported", "claimed", "unverified")
_STATEMENTS = ("claims", "evidence")


def roles(events: Sequence[Row]) -> dict[str, str]:
    """event_id -> code of the list incident_role, for the events of one incident.

    The head is the one of those that happened whose type stands first in `seeds/incident_types.csv`, among the types of
    which much is told; of equals the one that most mentions tell. A shelling in one sentence of background makes none
    of a report on a bombing.
    """
    order = {code: rank for rank, code in enumerate(event_types.incident_classes())}
    of_type = event_types.incident_roles()
    told: Counter[str] = Counter()
    for event in events:
        if event["status_code"] in HAPPENED:
            told[event["event_type_code"]] += _told(event)
    enough = max(told.values(), default=0) * _HEADS_FROM

    def rank(event: Row) -> tuple[bool, bool, int, int, str]:
        code = event["event_type_code"]
        happened = event["status_code"] in HAPPENED
        place = order.get(code, len(order))
        return not happened, told[code] < enough, place, -event["mention_count"], event["event_id"]

    head = min(events, key=rank)["event_id"]
    found = {}
    for event in events:
        role = DENIAL if event["status_code"] == "denied" else of_type.get(event["event_type_code"], PHASE)
        found[event["event_id"]] = HEAD if event["event_id"] == head else role
    return found


def _told(event: Row) -> int:
    """How much is told of an event: its mentions, and twice and once as much again for its dead and its wounded."""
    return int(event["mention_count"] + 2 * (event["killed_low"] is not None) + (event["injured_low"] is not None))


def incident_row(events: Sequence[Row], role_of: Mapping[str, str], reports: Reports) -> dict[str, Any]:
    """The row of one incident from its events, in whatever order they come."""
    events = sorted(events, key=_where_told)
    head = next(event for event in events if role_of[event["event_id"]] == HEAD)
    core = [head, *(event for event in events if role_of[event["event_id"]] == PHASE)]
    outcomes = [event for event in events if role_of[event["event_id"]] == OUTCOME]

    def voices_of(event: Row) -> set[str]:
        return {reports[statement["document_id"]].publisher for statement in event["evidence"]}

    day, place = best_date(core, voices_of), best_place(core, voices_of)
    row: dict[str, Any] = {
        "incident_type_code": head["event_type_code"],
        "event_type_codes": _types(events, head),
        "event_type_code": head["event_type_code"],
        "weapon_code": head["weapon_code"] or most_frequent(event["weapon_code"] for event in core),
        **target_columns([*core, *outcomes]),
        **{column.name: head[column.name] for column in CROSSWALK},
        "acled_disorder_type": disorder_type(head["acled_event_type"], head["acled_sub_event_type"]),
        "status_code": head["status_code"],
        "is_aggregate": head["is_aggregate"],
        "certainty_code": _certainty(events, core),
        **merge_parties(core),
        **{column.name: day[column.name] for column in WHEN},
        **{column.name: place[column.name] for column in WHERE},
        **_counts([*core, *outcomes]),
        **_reports(events, reports),
        "claimed_by": _labels(events, "claims_responsibility"),
        "denied_by": _labels(events, "denies"),
        **{name: _statements(events, name) for name in _STATEMENTS},
    }
    return row | {"summary": summary(row)}


def _where_told(event: Row) -> tuple[list[str], str, str]:
    """Sort key by text and type: ids follow the order in which reports arrived, of which a row shows nothing."""
    first = min(list(map(str, statement.values())) for statement in event["evidence"])
    return first, event["event_type_code"], event["event_id"]


def _types(events: Sequence[Row], head: Row) -> list[str]:
    others = sorted({event["event_type_code"] for event in events} - {head["event_type_code"]})
    return [head["event_type_code"], *others]


def _support(event: Row) -> tuple[int, int]:
    """More publishers, then more mentions, before fewer."""
    return -event["publisher_count"], -event["mention_count"]


def _certainty(events: Sequence[Row], core: Sequence[Row]) -> str | None:
    """Disputed where one event of it is or it is denied, else what its best borne out event is."""
    codes = {event["certainty_code"] for event in core}
    if any(event["status_code"] == "denied" for event in events):
        return "disputed"
    return next((code for code in _CERTAINTY if code in codes), None)


def _counts(events: Sequence[Row]) -> dict[str, Any]:
    columns: dict[str, Any] = {f"killed_{side}": None for side in SIDES}
    for count in _CASUALTIES:
        bounds: list[Bounds] = [(event[f"{count}_low"], event[f"{count}_high"]) for event in events]
        columns[f"{count}_low"], columns[f"{count}_high"] = whole(bounds)
    for count in ("killed", "injured"):
        # the figure of the event that most publishers tell with one; of equals the largest
        best = [(_support(event), -event[f"{count}_best"]) for event in events if event[f"{count}_best"] is not None]
        fitting = [entry for entry in best if columns[f"{count}_low"] is None or -entry[1] >= columns[f"{count}_low"]]
        columns[f"{count}_best"] = -min(fitting or best)[1] if best else None
    columns |= _sides(events, columns)
    numbers = {
        (number["kind_code"], number["side_code"], number["low"], number["high"]): dict(number)
        for event in reversed(events)
        for number in event["numbers"]
    }
    is_silent = all(columns[f"{count}_{end}"] is None for count in ("killed", "injured") for end in ("low", "high"))
    return columns | {
        "casualties_unknown": is_silent and any(event["casualties_unknown"] for event in events),
        "numbers": [numbers[key] for key in sorted(numbers, key=str)],
        "casualties": casualties(events, lambda event: event["event_id"]),
        "casualty_names": casualty_names(events),
    }


def _sides(events: Sequence[Row], columns: Row) -> dict[str, Any]:
    """The dead of each side, and the bounds where in a report they add up to more.

    Both sides of a fight have dead of their own: four soldiers and ten rebels are 14, whichever sentence tells which.
    One figure under two sides is one toll about whose dead the sources disagree, and is not added; nor are dead
    soldiers of the one sentence and dead civilians of another, who may be the same people by two accounts.
    """
    found: dict[str, Any] = {f"killed_{side}": dead for side, dead in _dead(events).items()}
    of_report: dict[str, list[Row]] = {}
    for event in events:
        reports = {statement["document_id"] for statement in event["evidence"]}
        if len(reports) == 1:
            of_report.setdefault(reports.pop(), []).append(event)
    sides = [dead for told in of_report.values() if (dead := _dead(told)).keys() >= _FIGHTING]
    total = max((sum(dead.values()) for dead in sides if len(set(dead.values())) == len(dead)), default=0)
    low, high = columns["killed_low"], columns["killed_high"]
    if low is not None and max(low, high or 0) < total:
        found |= {"killed_low": total, "killed_high": total if high is not None else None, "killed_best": total}
    return found


def _dead(events: Sequence[Row]) -> dict[str, int]:
    """The largest lower bound of the dead of each side that the events tell of."""
    dead: dict[str, int] = {}
    for number in (number for event in events for number in event["numbers"]):
        if number["kind_code"] == "killed" and number["side_code"] in SIDES and number["low"] is not None:
            dead[number["side_code"]] = max(number["low"], dead.get(number["side_code"], 0))
    return dead


def _reports(events: Sequence[Row], reports: Reports) -> dict[str, Any]:
    told = {statement["document_id"] for event in events for statement in event["evidence"]}
    days = sorted(day for document_id in told if (day := reports[document_id].published))
    return {
        "event_count": len(events),
        "mention_count": sum(event["mention_count"] for event in events),
        "document_count": len(told),
        "publisher_count": len({reports[document_id].publisher for document_id in told}),
        "first_reported_date": days[0] if days else None,
        "last_reported_date": days[-1] if days else None,
    }


def _labels(events: Sequence[Row], stance: str) -> list[str]:
    """Who claims or denies it: the speakers who do, the doers of a claim or denial that names no speaker."""
    found: list[str] = []
    for event in events:
        speakers = [claim["speaker_label"] for claim in event["claims"] if claim["stance_code"] == stance]
        found += speakers
        kinds = {"claims_responsibility": "claim", "denies": "denial"}
        if not speakers and event["event_type_code"] in event_types.types_with(kinds[stance]):
            found += [party["label"] or party["text"] for party in event["actors"]]
    return sorted({name for name in found if name})


def _statements(events: Iterable[Row], name: str) -> list[Row]:
    """Claims or evidence of all events, each once, in the order of documents and text."""
    found = {tuple(map(str, statement.values())): dict(statement) for event in events for statement in event[name]}
    return [found[key] for key in sorted(found)]
