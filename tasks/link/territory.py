"""Who controls which place since when: the changes of control that events tell.

In come rows of `events`; out come rows of `territory`. Plans, statements that sum up several places, events without a
day, a place or somebody who controls it from then on make no row; nor does a retreat, which leaves open who comes
after. A disputed change makes one, and moves nobody out. Who goes on controlling a place makes one as well: it is
evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from tasks.knowledge import event_types
from tasks.language.name_keys import name_key
from tasks.link.rows import HAPPENED, Register, Row
from tasks.link.where import ADMIN1, RANKS

_ROLES = {code: roles for code in event_types.changing_control() if (roles := event_types.roles_of_control(code))}
CONTROL = tuple(_ROLES)
"""The event types that change who holds a place."""
CONTROL_COLUMNS = (
    *("event_id", "event_type_code", "status_code", "is_aggregate", "actors", "recipients", "date_start"),
    *("place_id", "place_text", "place_label", "admin1_name", "country_code", "geo_precision_code"),
    *("certainty_code", "first_reported_date"),
)
"""What is looked at of an event that does."""


def territory(events: Sequence[Row], actors: Register) -> list[dict[str, Any]]:
    """Rows of `territory` by place, day and event id, from all events of the types in CONTROL.

    The controller is the first of those who took or were given the place. Before it held: the last controller of
    another side in the undisputed time line of the place, else the party that lost it where the event names one.
    """
    changes: dict[str, list[Row]] = defaultdict(list)
    for event in events:
        if _changes_control(event):
            changes[event["place_id"]].append(event)
    return [row for place_id in sorted(changes) for row in _time_line(changes[place_id], actors)]


def _changes_control(event: Row) -> bool:
    """The event says who controls which place from which day on."""
    return bool(
        event["event_type_code"] in _ROLES
        and event["status_code"] in HAPPENED
        and not event["is_aggregate"]
        and event["place_id"]
        and event["date_start"]
        and RANKS[event["geo_precision_code"]] >= ADMIN1
        and event[_ROLES[event["event_type_code"]][0]]
    )


def _time_line(changes: Sequence[Row], actors: Register) -> Iterator[dict[str, Any]]:
    """The rows of one place."""
    controllers: list[Row] = []
    waiting = sorted(changes, key=_day_and_report)
    while waiting:
        event = _next_change(waiting, controllers, actors)
        waiting.remove(event)
        controller = _controller(event)
        rivals = [*reversed(controllers), *event[_ROLES[event["event_type_code"]][1]]]
        before = next((party for party in rivals if _side(party, actors) != _side(controller, actors)), None)
        yield {
            "place_id": event["place_id"],
            "place_label": event["place_label"] or event["place_text"] or event["place_id"],
            "admin1_name": event["admin1_name"],
            "country_code": event["country_code"],
            "date": event["date_start"],
            "controller_actor_id": controller["actor_id"],
            "controller_label": controller["label"] or controller["text"],
            "previous_controller_actor_id": before["actor_id"] if before else None,
            "event_id": event["event_id"],
            "certainty_code": event["certainty_code"],
        }
        if event["certainty_code"] != "disputed":
            controllers.append(controller)


def _controller(event: Row) -> Row:
    """The first of those who control the place from then on."""
    controller: Row = event[_ROLES[event["event_type_code"]][0]][0]
    return controller


def _day_and_report(event: Row) -> tuple[date, date, str]:
    return event["date_start"], event["first_reported_date"] or date.max, event["event_id"]


def _next_change(waiting: Sequence[Row], controllers: Sequence[Row], actors: Register) -> Row:
    """The next of changes in order: of several on one day, one by a side that does not control the place already.

    A place that falls and is won back within a day is lost by who controls it first, whichever report came first.
    """
    if controllers:
        for event in waiting:
            if event["date_start"] != waiting[0]["date_start"]:
                break
            if _side(_controller(event), actors) != _side(controllers[-1], actors):
                return event
    return waiting[0]


def _side(party: Row, actors: Register) -> str:
    if party["actor_id"]:
        return actors.side(party["actor_id"]) or str(party["actor_id"])
    return "named " + name_key(party["label"] or party["text"])
