"""One line that says what an event row holds, for a map's pop-up.

In come the columns of an event; out comes a line such as "21 Jun 2021: territory seized, Taliban, Imam Sahib District
(Kunduz, AFG)". Only what stands in the columns is said, and what is unknown is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tasks.knowledge import event_types
from tasks.link.rows import Row

# what a summary says something of
SUMMARY_COLUMNS = (
    *("event_type_code", "status_code", "is_aggregate", "certainty_code", "actors", "recipients"),
    *("date_start", "date_end", "date_basis_code", "place_label", "admin1_name", "country_code"),
    *(f"{count}_{end}" for count in ("killed", "injured", "captured") for end in ("low", "high")),
)

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
# parties beyond these are counted, not named
_NAMED = 2


def summary(event: Row) -> str:
    """Day, status where it has not happened, event type, parties, place, dead and injured, doubt."""
    what = event["event_type_code"].replace("_", " ")
    if event["status_code"] in ("planned", "hypothetical", "denied"):
        what = f"{event['status_code']}: {what}"
    if event["is_aggregate"]:
        what += " (several)"
    facts = [what, _who(event), _where(event)]
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
    if event["event_type_code"] in event_types.mutual():
        return " and ".join(side for side in (actors, recipients) if side)
    return f"{actors} → {recipients}".strip() if recipients else actors


def _where(event: Row) -> str:
    label = event["place_label"] or ""
    around = [name for name in (event["admin1_name"], event["country_code"]) if name and name != label]
    if not label:
        return ", ".join(around)
    return f"{label} ({', '.join(around)})" if around else label


def _people(event: Row, count: str) -> str:
    low, high = event[f"{count}_low"], event[f"{count}_high"]
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to {high:,} {count}"
    if high is None:
        return f"at least {low:,} {count}"
    return f"{low:,} {count}" if low == high else f"{low:,} to {high:,} {count}"
