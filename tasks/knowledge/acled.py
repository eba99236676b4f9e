"""ACLED's disorder types, by its event and sub-event types.

Source: ACLED codebook, table of event types (2023 and later). Nothing is refused: what ACLED has no type for has none.
"""

from __future__ import annotations

FORCE = "Excessive force against protesters"

_POLITICAL, _DEMONSTRATIONS = "Political violence", "Demonstrations"
_DISORDER = {
    "Battles": _POLITICAL,
    "Explosions/Remote violence": _POLITICAL,
    "Violence against civilians": _POLITICAL,
    "Protests": _DEMONSTRATIONS,
    "Riots": _DEMONSTRATIONS,
    "Strategic developments": "Strategic developments",
}
# where the sub-event type decides, not the event type
_SUB_DISORDER = {FORCE: f"{_POLITICAL}; {_DEMONSTRATIONS}", "Mob violence": _POLITICAL}


def disorder_type(event_type: str | None, sub_event_type: str | None) -> str | None:
    """The disorder type of an ACLED event type and sub-event type; None where there is none."""
    return _SUB_DISORDER.get(sub_event_type or "", _DISORDER.get(event_type or ""))
