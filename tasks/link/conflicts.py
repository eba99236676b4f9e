"""What forbids that two accounts tell one event: another day, place, status, side, or a text that tells them apart.

In come two accounts and whether they stand in one document; out comes how close their event types are and how their
places lie, or None where something forbids it. The same whichever comes first.
"""

from __future__ import annotations

from tasks.knowledge import event_types
from tasks.link.accounts import Account
from tasks.link.days import FAR_OFF, LONG_AGO, gap
from tasks.link.same_text import are_told_apart
from tasks.link.weights import WEIGHTS
from tasks.link.where import Relation, place_relation


def are_apart(one: Account, other: Account, together: bool) -> bool:
    """Something in the two forbids that they tell one event. `together`: both stand in one document."""
    return relation(one, other, together) is None


def relation(one: Account, other: Account, together: bool) -> tuple[int, Relation] | None:
    """Closeness of event types and relation of places; None where something forbids that they tell one event."""
    if one.is_aggregate != other.is_aggregate:
        return None
    level = event_types.closeness(one.event_types, other.event_types)
    if level == event_types.APART or _days_apart(one, other, together) or _status_apart(one, other, together):
        return None
    place = place_relation(one.where, other.where)
    if place == "apart" or _sides_apart(one, other) or (together and are_told_apart(one, other)):
        return None
    return level, place


def _days_apart(one: Account, other: Account, together: bool) -> bool:
    if one.firm and other.firm and gap(one.firm, other.firm) > (0 if together else WEIGHTS.days_apart):
        return True
    pairs = ((one.firm, other.weak), (other.firm, one.weak), (None if together else one.weak, other.weak))
    for given, open_ in pairs:
        # in one text an undated sentence can take up any matter that is past by the time of its report
        if given and open_ and (given[0] > open_[1] if together else gap(given, open_) > 0):
            return True
    return False


def _status_apart(one: Account, other: Account, together: bool) -> bool:
    """A plan and a deed are one event only where both name the same few days."""
    if not ((one.is_ahead and other.has_happened) or (other.is_ahead and one.has_happened)):
        return False
    plan, deed = (one, other) if one.is_ahead else (other, one)
    if together and plan.statuses == {"hypothetical"}:
        return True  # what an operation sought is not what it did
    if not plan.firm or not deed.firm:
        return True
    low, high = plan.firm
    is_open = low == LONG_AGO or high == FAR_OFF or high - low >= WEIGHTS.few_days
    return is_open or gap(plan.firm, deed.firm) > 0


def _sides_apart(one: Account, other: Account) -> bool:
    if one.is_mutual and other.is_mutual:
        ours, theirs = one.parties, other.parties
        # one report names this side of a fight, the next one that side: only a full pair can contradict
        return bool(ours and theirs) and len(ours) + len(theirs) > 2 and not ours & theirs
    if _are_others(one.doers, other.doers) or _are_others(one.victims, other.victims):
        return True
    if one.actors and other.actors:
        if not one.actors & other.actors:
            return True
    elif len(one.camps) == 1 and len(other.camps) == 1 and one.camps != other.camps:
        return True
    return _are_others(one.recipients, other.recipients)


def _are_others(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Both name some, and none that both name."""
    return bool(ours and theirs) and not ours & theirs
