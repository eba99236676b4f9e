"""Whose strikes they were and whose ground it was, where a report tells of one side alone that could be meant.

In come the resolved mentions of a document, out come the same: a strike from afar that names nobody is of the one side
that the report tells to strike in that country, and who takes ground from nobody takes it from the one that the report
tells it to fight. Where it tells of two, nobody is lent. Nothing is refused.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tasks.knowledge import actor_types, event_types
from tasks.knowledge.trace import Reading
from tasks.resolve.model import ResolvedMention

# days between a strike and one that the report tells whose it was: one of another day may be another's
_NEAR_DAYS = 1

Party = Mapping[str, Any]


def lend_sides(mentions: Sequence[ResolvedMention]) -> None:
    """Give mentions, in place, the one side that their document leaves for them."""
    told = [m for m in mentions if m["status_code"] in ("occurred", "ongoing")]
    _lend_strikers(told)
    _lend_opponents(told)


def _lend_strikers(mentions: Sequence[ResolvedMention]) -> None:
    strikes = [m for m in mentions if _is_strike(m)]
    by_country: dict[str, list[ResolvedMention]] = defaultdict(list)
    for mention in strikes:
        if mention["country_code"] and mention["date_start"]:
            by_country[mention["country_code"]].append(mention)
    for of_country in by_country.values():
        named = [(m, party) for m in of_country if (party := _armed(m["actors"])) is not None]
        sides = {_side(party) for _, party in named}
        # somebody who strikes and is no side may be any
        if len(sides) != 1 or any(m["actors"] and _armed(m["actors"]) is None for m in of_country):
            continue
        for mention in of_country:
            if not mention["actors"] and (lender := _nearest(mention, named)) is not None:
                _lend(mention, "actors", lender, "party.only_side_that_strikes")


def _lend_opponents(mentions: Sequence[ResolvedMention]) -> None:
    """Who takes ground, takes it of the one that it fights."""
    opponents: dict[str, dict[str, Party]] = defaultdict(dict)
    fought: dict[str, dict[str, Party]] = defaultdict(dict)
    for mention in mentions:
        actor, recipient = _armed(mention["actors"]), _armed(mention["recipients"])
        if actor is not None and recipient is not None and _side(actor) != _side(recipient):
            opponents[_side(actor)].setdefault(_side(recipient), recipient)
            opponents[_side(recipient)].setdefault(_side(actor), actor)
        elif actor is not None and _is_strike(mention) and mention["country_code"] not in (None, _side(actor)):
            # "Russian missiles killed three in Odesa": whose country it is fights them
            opponents[mention["country_code"]].setdefault(_side(actor), actor)
        elif mention["event_type_code"] in event_types.mutual() and (one := actor or recipient) is not None:
            # "a fierce fight with the FARC": of somebody who is not named beside them
            fought[mention["country_code"]].setdefault(_side(one), one)
    for mention in mentions:
        actor = _armed(mention["actors"], is_known=False)
        takes = mention["event_type_code"] in event_types.types_with("actor_takes_over")
        if actor is None or mention["recipients"] or not takes:
            continue
        against = opponents.get(_side(actor)) or _others(actor, fought[mention["country_code"]])
        if len(against) == 1:
            [opponent] = against.values()
            _lend(mention, "recipients", opponent, "party.only_opponent")


def _others(actor: Party, sides: Mapping[str, Party]) -> Mapping[str, Party]:
    return {side: party for side, party in sides.items() if side != _side(actor)}


def _is_strike(mention: ResolvedMention) -> bool:
    return mention["event_type_code"] in event_types.types_with("from_afar")


def _armed(parties: Iterable[Party], is_known: bool = True) -> Party | None:
    """The first of the parties if it is armed or a state, and one that the register knows where that is asked."""
    first = next(iter(parties), None)
    if first is None or first["actor_type_code"] not in actor_types.armed_or_state():
        return None
    return first if first["actor_id"] or not is_known else None


def _side(party: Party) -> str:
    """What parties of one side share: the state of whose army or police they are, else their own id."""
    is_of_state = party["actor_type_code"] in actor_types.in_camp("state")
    return str((is_of_state and party["country_code"]) or party["actor_id"] or party["label"])


def _nearest(mention: ResolvedMention, named: Sequence[tuple[ResolvedMention, Party]]) -> Party | None:
    """The party of the mention nearest in days, of those near enough."""
    day: dt.date = mention["date_start"]
    apart = [(abs((m["date_start"] - day).days), number) for number, (m, _) in enumerate(named)]
    days, number = min(apart)
    return named[number][1] if days <= _NEAR_DAYS else None


def _lend(mention: ResolvedMention, side: str, party: Party, rule_id: str) -> None:
    label = "actor_label" if side == "actors" else "recipient_label"
    mention.set(side, Reading([dict(party)], rule_id))
    mention.set(label, Reading(party["label"], rule_id))
