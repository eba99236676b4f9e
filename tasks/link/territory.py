"""Who holds which place since when: the changes of control that events tell.

Takes rows of `events`; gives rows of `territory`. Plans, statements that sum up several places, events without a day, a
place or somebody who holds it from then on make no row; nor does a retreat, which leaves open who comes after. A
disputed change makes one, and moves nobody out. Who goes on holding a place makes one as well: it is evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tasks.language.name_keys import name_key
from tasks.link.tellings import ADMIN1, HAPPENED, RANKS, Register

Row = Mapping[str, Any]

# the role in which an event names who holds the place afterwards, and who held it before
_HOLDER = {"territory_seized": ("actors", "recipients"), "territory_handed_over": ("recipients", "actors")}
CONTROL = tuple(_HOLDER)
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
        if (
            event["event_type_code"] in _HOLDER
            and event["status_code"] in HAPPENED
            and not event["is_aggregate"]
            and event["place_id"]
            and event["date_start"]
            and RANKS[event["geo_precision_code"]] >= ADMIN1
            and event[_HOLDER[event["event_type_code"]][0]]
        ):
            changes[event["place_id"]].append(event)
    rows = []
    for place_id in sorted(changes):
        held: list[Row] = []
        waiting = sorted(changes[place_id], key=_day_and_report)
        while waiting:
            event = _next_change(waiting, held, actors)
            waiting.remove(event)
            taker, loser = _HOLDER[event["event_type_code"]]
            controller = event[taker][0]
            before = next(
                (party for party in reversed(held) if _side(party, actors) != _side(controller, actors)), None
            )
            if before is None:
                before = next(
                    (party for party in event[loser] if _side(party, actors) != _side(controller, actors)), None
                )
            rows.append(
                {
                    "place_id": place_id,
                    "place_label": event["place_label"] or event["place_text"] or place_id,
                    "admin1_name": event["admin1_name"],
                    "country_code": event["country_code"],
                    "date": event["date_start"],
                    "controller_actor_id": controller["actor_id"],
                    "controller_label": controller["label"] or controller["text"],
                    "previous_controller_actor_id": before["actor_id"] if before else None,
                    "event_id": event["event_id"],
                    "certainty_code": event["certainty_code"],
                }
            )
            if event["certainty_code"] != "disputed":
                held.append(controller)
    return rows


def _day_and_report(event: Row) -> tuple[date, date, str]:
    return event["date_start"], event["first_reported_date"] or date.max, event["event_id"]


def _next_change(waiting: Sequence[Row], held: Sequence[Row], actors: Register) -> Row:
    """The next of changes in order: of several on one day, one by a side that does not hold the place already.

    A place that falls and is won back within a day is lost by its holder first, whichever report came first.
    """
    if held:
        for event in waiting:
            if event["date_start"] != waiting[0]["date_start"]:
                break
            if _side(event[_HOLDER[event["event_type_code"]][0]][0], actors) != _side(held[-1], actors):
                return event
    return waiting[0]


def _side(party: Row, actors: Register) -> str:
    if party["actor_id"]:
        return actors.side(party["actor_id"]) or party["actor_id"]
    return "named " + name_key(party["label"] or party["text"])
