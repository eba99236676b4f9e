"""From our event types to ACLED, PLOVER 0.8 and CAMEO, by the rows of `seeds/crosswalk.csv`.

In come an event type with status, weapon, parties, country and deaths; out come five codes, null where the scheme has
none. The first row of a scheme whose conditions all hold decides; a type that no row knows is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tasks.knowledge import actor_types, event_types

Party = Mapping[str, Any]

_EMPTY = (None, None, None)
_UNKNOWN = "unknown"
_CROWD = "protesters"
# a clash of these alone has no armed party but police
_NO_ARMED_PARTY = frozenset({"police", _UNKNOWN})
# characters between two triggers, two or three sentences
_NEAR = 400


class CrosswalkError(LookupError):
    """An event type stands in no row of the crosswalk."""


@dataclass(frozen=True)
class _Facts:
    """What conditions ask about one event."""

    status_code: str
    weapon_code: str | None
    actor_types: frozenset[str]
    recipient_types: frozenset[str]
    relations: frozenset[str]
    has_killed: bool
    met_with: frozenset[str]


@dataclass(frozen=True)
class _Row:
    """One row: conditions, of which an empty one always holds, and what it gives."""

    status_codes: frozenset[str]
    actor_types: frozenset[str]
    recipient_types: frozenset[str]
    relations: frozenset[str]
    weapon_codes: frozenset[str]
    has_killed: bool | None
    met_with: frozenset[str]
    codes: tuple[str | None, str | None, str | None]

    def holds(self, facts: _Facts) -> bool:
        return (
            (not self.status_codes or facts.status_code in self.status_codes)
            and (not self.weapon_codes or facts.weapon_code in self.weapon_codes)
            and (self.has_killed is None or facts.has_killed is self.has_killed)
            and all(
                not asked or not asked.isdisjoint(told)
                for asked, told in (
                    (self.actor_types, facts.actor_types),
                    (self.recipient_types, facts.recipient_types),
                    (self.relations, facts.relations),
                    (self.met_with, facts.met_with),
                )
            )
        )


class Crosswalk:
    """The crosswalk, compiled from the vocabularies' frame `crosswalk`."""

    def __init__(self, frame: pd.DataFrame):
        records = frame.to_dict("records")
        self._known = frozenset(event_type for record in records for event_type in record["event_type_code"])
        self._rows: dict[tuple[str, str], list[_Row]] = {}
        for record in records:
            row = _Row(
                status_codes=frozenset(record["status_code"]),
                actor_types=frozenset(record["actor_type_code"]),
                recipient_types=frozenset(record["recipient_type_code"]),
                relations=frozenset(record["actor_relation"]),
                weapon_codes=frozenset(record["weapon_code"]),
                has_killed=record["has_killed"],
                met_with=frozenset(record["met_with"]),
                codes=(record["type"], record["mode"], record["code"]),
            )
            for event_type in record["event_type_code"] or sorted(self._known):
                self._rows.setdefault((record["scheme"], event_type), []).append(row)

    def codes(
        self,
        event_type_code: str,
        status_code: str,
        weapon_code: str | None,
        actors: Sequence[Party],
        recipients: Sequence[Party],
        country_code: str | None,
        killed_low: int | None,
        met_with: frozenset[str] = frozenset(),
    ) -> dict[str, str | None]:
        """acled_event_type, acled_sub_event_type, plover_type, plover_mode and cameo_code of one event.

        Parties are mappings with `actor_type_code` and `country_code`, either of which may be null. A condition on
        types holds where any party of that side has one of them; a party without a type is `unknown`, and a side
        without parties has no types at all. `met_with`: what a crowd did or met, see `met_with`. Raises
        CrosswalkError for a type that no row names.
        """
        if event_type_code not in self._known:
            raise CrosswalkError(f"event type {event_type_code!r} stands in no row of seeds/crosswalk.csv; add one")
        facts = _Facts(
            status_code=status_code,
            weapon_code=weapon_code,
            actor_types=_types(actors),
            recipient_types=_types(recipients),
            relations=frozenset(_relation(actor, country_code) for actor in actors),
            has_killed=(killed_low or 0) > 0,
            met_with=met_with,
        )
        acled_event_type, acled_sub_event_type, _ = self._first("acled", event_type_code, facts)
        plover_type, plover_mode, _ = self._first("plover", event_type_code, facts)
        _, _, cameo_code = self._first("cameo", event_type_code, facts)
        return {
            "acled_event_type": acled_event_type,
            "acled_sub_event_type": acled_sub_event_type,
            "plover_type": plover_type,
            "plover_mode": plover_mode,
            "cameo_code": cameo_code,
        }

    def crowds_met(self) -> tuple[frozenset[str], ...]:
        """What a crowd may have done or met, as far as rows ask for it: nothing first, then as rows follow."""
        asked = (row.met_with for rows in self._rows.values() for row in rows)
        return tuple(dict.fromkeys((frozenset[str](), *asked)))

    def _first(self, scheme: str, event_type: str, facts: _Facts) -> tuple[str | None, str | None, str | None]:
        rows = self._rows.get((scheme, event_type), ())
        return next((row.codes for row in rows if row.holds(facts)), _EMPTY)


def _types(parties: Sequence[Party]) -> frozenset[str]:
    return frozenset(party["actor_type_code"] or _UNKNOWN for party in parties)


def _relation(actor: Party, country_code: str | None) -> str:
    """How an actor stands to the event's country: a code of the list actor_relation.

    A force of a state is its own country's unless the text tells two countries: news says "the army" at home.
    """
    kind, country = actor["actor_type_code"], actor["country_code"]
    if kind in actor_types.in_camp("state"):
        told_apart = country is not None and country_code is not None and country != country_code
        return "foreign_state_force" if told_apart else "own_state_force"
    # irregulars of no known side are nobody's
    if kind in actor_types.in_camp("militia") and country is not None and country == country_code:
        return "own_state_force"
    return "non_state"


def met_with(row: Mapping[str, Any], told: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """What a protest came to, by what its report tells within a few sentences of it: codes of event types.

    `seeds/type_relations.csv` says what makes what of it. Example: a clash with a crowd, or one without armed parties,
    is a riot; protesters killed, shot at or beaten are repressed.
    """
    if row["event_type_code"] not in event_types.types_with("crowd"):
        return frozenset()
    found = set()
    for other in told:
        near = abs(other["trigger_start"] - row["trigger_start"]) <= _NEAR
        if other is not row and near and other["status_code"] in ("occurred", "ongoing"):
            found.add(_for_the_crowd(other))
    return frozenset(kind for kind in found if kind)


def _for_the_crowd(other: Mapping[str, Any]) -> str | None:
    """The event type that a protest meets or becomes by what is told beside it, or None."""
    did, suffered = _types(other["actors"]), _types(other["recipients"])
    holds = {
        "beside_crowd": True,
        "by_crowd": _CROWD in did,
        "on_crowd": _CROWD in suffered,
        "with_crowd": _CROWD in did | suffered or (did | suffered) <= _NO_ARMED_PARTY,
    }
    met = (kind for relation, kind in event_types.related(other["event_type_code"]) if holds.get(relation))
    return next(met, None)
