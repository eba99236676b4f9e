"""One line that says what an event row holds, for a map's pop-up.

Takes the columns of an event; gives "21 Jun 2021: territory seized, Taliban, Imam Sahib District (Kunduz, AFG)". Only
what stands in the columns is said, and what is unknown is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tasks.knowledge import event_types

Row = Mapping[str, Any]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
# parties beyond these are counted, not named
_NAMED = 2


def summary(event: Row) -> str:
    """Day, status where it has not happened, kind, parties, place, dead and injured, doubt."""
    kind = event["event_type_code"].replace("_", " ")
    if event["status_code"] in ("planned", "hypothetical", "denied"):
        kind = f"{event['status_code']}: {kind}"
    if event["is_aggregate"]:
        kind += " (several)"
    facts = [kind, _who(event), _where(event)]
    people = [_people(event, name) for name in ("killed", "injured", "captured")]
    parts = [", ".join(fact for fact in facts if fact), *(count for count in people if count)]
    if event["certainty_code"] in ("disputed", "claimed", "unverified"):
        parts.append(event["certainty_code"])
    when = _when(event)
    return (f"{when}: " if when else "") + "; ".join(parts)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _when(event: Row) -> str:
    start, end = event["date_start"], event["date_end"]
    if event["date_basis_code"] == "document" and (start or end):
        return f"reported {_day(start or end)}"
    if start and end:
        return _day(start) if start == end else f"{_day(start)} to {_day(end)}"
    return f"since {_day(start)}" if start else f"by {_day(end)}" if end else ""


def _names(parties: Sequence[Row]) -> str:
    labels = [party["label"] or party["text"] for party in parties]
    more = len(labels) - _NAMED
    return " and ".join(labels[:_NAMED]) if more <= 0 else ", ".join(labels[:_NAMED]) + f" and {more} more"


def _who(event: Row) -> str:
    actors, recipients = _names(event["actors"]), _names(event["recipients"])
    if event["event_type_code"] in event_types.MUTUAL:
        return " and ".join(side for side in (actors, recipients) if side)
    return f"{actors} → {recipients}".strip() if recipients else actors


def _where(event: Row) -> str:
    label = event["place_label"] or ""
    around = [name for name in (event["admin1_name"], event["country_code"]) if name and name != label]
    if not label:
        return ", ".join(around)
    return f"{label} ({', '.join(around)})" if around else label


def _people(event: Row, kind: str) -> str:
    low, high = event[f"{kind}_low"], event[f"{kind}_high"]
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to {high:,} {kind}"
    if high is None:
        return f"at least {low:,} {kind}"
    return f"{low:,} {kind}" if low == high else f"{low:,} to {high:,} {kind}"
