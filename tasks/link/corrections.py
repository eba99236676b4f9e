"""An analyst's corrections, as `seeds/corrections.csv` holds them: what each does, and which values it may set.

In come rows of that vocabulary; out come corrections, the values that they set and expect, and rows of `rejects` for
those that are refused. In which order they stand never matters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from tasks.knowledge.crosswalk import Crosswalk
from tasks.link.rows import Register
from tasks.tables import EVENTS, PARTIES

Codes = Mapping[str, Collection[str]]
"""Name of a closed list -> its codes."""
PlaceOf = Callable[[str], Any]
"""place_id -> a place with the columns of WHERE, or None."""

# the vocabularies that corrections are read with
VOCABULARY, CODES, CROSSWALK_ROWS = "corrections", "codes", "crosswalk"

UNKNOWN, STALE, UNFIT = "unknown_mention", "stale_correction", "unfit_correction"

MERGE_INCIDENT, SPLIT_INCIDENT = "merge_incident", "split_incident"
OF_INCIDENTS = (MERGE_INCIDENT, SPLIT_INCIDENT)
"""The actions that leave events as they are."""

ACCEPT = "accept"
"""The action that leaves all as it is."""

# of an event's row, what a correction may set; a place brings all its columns, a type its crosswalk
SETTABLE = (
    *("event_type_code", "weapon_code", "status_code", "is_aggregate", "actors", "recipients"),
    *("date_start", "date_end", "date_precision_code", "date_basis_code", "place_id"),
    *(f"{count}_{end}" for count in ("killed", "injured", "captured") for end in ("low", "high")),
    *("casualties_unknown", "killed_best", "injured_best"),
)
_BETWEEN = ";"


class Reference(NamedTuple):
    """What corrections may name and what follows from them: closed lists, places, actors, other schemes' codes."""

    codes: Codes
    place_of: PlaceOf
    actors: Register
    crosswalk: Crosswalk | None


class Correction(NamedTuple):
    """One row of `seeds/corrections.csv`."""

    id: str
    action: str
    mentions: tuple[str, ...]
    column: str | None
    value: str | None
    expected: str | None
    reason: str


class Refusal(NamedTuple):
    """A correction that was not made: code of the list reject_reason, and why in words."""

    correction: Correction
    reason_code: str
    message: str


def read_corrections(rows: pd.DataFrame | None) -> list[Correction]:
    """The corrections, by id; none without a frame. What was accepted in review changes nothing and is left out."""
    names = ("correction_id", "action_code", "mention_ids", "column", "value", "expected", "reason")
    found = [] if rows is None else rows[rows["action_code"] != ACCEPT].to_dict("records")
    return sorted(Correction(*(row[name] for name in names)) for row in found)


def read_value(correction: Correction) -> Any:
    """The value to set, in the column's type, actors as a list of ids. Raises ValueError where it does not fit."""
    type_ = EVENTS.column(correction.column or "").type
    if type_ == PARTIES:
        return list(dict.fromkeys(_parts(correction.value)))
    value = correction.value
    if value is None:
        return None
    if pa.types.is_date(type_):
        return date.fromisoformat(value)
    if pa.types.is_boolean(type_):
        if value not in ("true", "false"):
            raise ValueError(value)
        return value == "true"
    if pa.types.is_integer(type_):
        number = int(value)
        if not 0 <= number < 2**31:
            raise ValueError(value)
        return number
    return value


def written(value: Any) -> str:
    """A value as a correction writes it; empty for null; parties by id, or by label without one, in any order."""
    if isinstance(value, list):
        return _BETWEEN.join(sorted(party["actor_id"] or party["label"] or party["text"] for party in value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def expected(correction: Correction) -> str:
    """What a correction expects to find, as `written` would have it."""
    is_parties = correction.column is not None and EVENTS.column(correction.column).type == PARTIES
    return _BETWEEN.join(sorted(_parts(correction.expected))) if is_parties else correction.expected or ""


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(_BETWEEN) if part.strip()]


def reject_rows(refused: Iterable[Refusal]) -> list[dict[str, Any]]:
    """Rows of `rejects`, but for the time: one a correction that was refused."""
    rows = []
    for correction, reason_code, why in sorted(refused):
        message = f"{correction.action} of {', '.join(correction.mentions)} ({correction.reason}): {why}"
        uri = f"seeds/{VOCABULARY}.csv#{correction.id}"
        rows.append(
            {
                "reject_id": sha256(f"link|{uri}|{reason_code}|{message}".encode()).hexdigest()[:32],
                "stage": "link",
                "source_id": "adhoc",
                "uri": uri,
                "reason_code": reason_code,
                "message": message,
                "bytes_sha256": None,
            }
        )
    return rows
