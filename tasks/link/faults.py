"""Why a correction cannot be made.

In come a correction, the events that linking found and what corrections may name; out come the code of the list
reject_reason and words, or None for a sound one. Each is judged by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tasks.knowledge import event_types
from tasks.link.corrections import (
    MERGE_INCIDENT,
    OF_INCIDENTS,
    SETTABLE,
    STALE,
    UNFIT,
    UNKNOWN,
    Correction,
    Reference,
    expected,
    read_value,
    written,
)
from tasks.link.relinking import Cluster
from tasks.link.rows import HAPPENED, Row
from tasks.tables import EVENTS, PARTIES

Fault = tuple[str, str]
"""Code of the list reject_reason, and words."""


def fault(
    correction: Correction, home: Mapping[str, Cluster], mentions: Mapping[str, Row], reference: Reference
) -> Fault | None:
    """Why a correction cannot be made by itself; None for a sound one.

    `home`: the cluster of each mention, as linking made them; `mentions`: rows of `resolved_mentions` by id.
    """
    unknown = [mention for mention in correction.mentions if mention not in home]
    if unknown:
        return UNKNOWN, f"there is no mention {', '.join(unknown)}"
    if correction.action == "set":
        return _unfit_value(correction, reference)
    rows = [mentions[mention] for mention in correction.mentions]
    return _unmet(correction, rows) or _misplaced(correction, rows, {home[mention] for mention in correction.mentions})


def _unmet(correction: Correction, rows: Sequence[Row]) -> Fault | None:
    """The mentions of a merge, split or drop are not what it expects."""
    column, action = correction.column, correction.action
    if correction.value is not None or (column is None) != (correction.expected is None):
        return UNFIT, f"a {action} takes no value, and an expected value only with the column of the mentions"
    if column is None:
        return None
    if column not in SETTABLE or column not in rows[0]:
        return UNFIT, f"{column} is no column of mentions that can be looked at"
    now = sorted({written(row[column]) for row in rows})
    if now != [expected(correction)]:
        return STALE, f"{column} of its mentions is {', '.join(now)!r}, not {correction.expected!r}"
    return None


def _misplaced(correction: Correction, rows: Sequence[Row], lie: Collection[Cluster]) -> Fault | None:
    """The mentions of a merge or split do not lie as it takes them to; `lie`: their clusters."""
    if correction.action in ("merge", MERGE_INCIDENT) and len(correction.mentions) < 2:
        return UNFIT, f"a {correction.action} names two mentions or more"
    if correction.action in OF_INCIDENTS and any(not _is_counted(row) for row in rows):
        return UNFIT, "a mention of it tells of no incident"
    if correction.action == "merge":
        if len(lie) == 1:
            return STALE, "its mentions are one event already"
        if len({row["is_aggregate"] for row in rows}) > 1:
            return UNFIT, "a statement that sums up many events is never one of them"
    if correction.action == "split" and (len(lie) > 1 or len(*lie) == len(correction.mentions)):
        return STALE, "its mentions are not in one event with others"
    return None


def _is_counted(row: Row) -> bool:
    """The mention tells that something happened that analysts count."""
    return row["status_code"] in HAPPENED and row["event_type_code"] in event_types.incident_classes()


def _unfit_value(correction: Correction, reference: Reference) -> Fault | None:
    """The column cannot be set, or not to this value."""
    if correction.column not in SETTABLE:
        return UNFIT, f"column {correction.column or 'of no name'} cannot be set; these can: {', '.join(SETTABLE)}"
    column = EVENTS.column(correction.column)
    try:
        value = read_value(correction)
    except ValueError:
        return UNFIT, f"{correction.value!r} is no value of {correction.column}, which is {column.type}"
    if value is None and not column.nullable:
        return UNFIT, f"{correction.column} is never empty"
    if column.codes and value is not None and value not in reference.codes[column.codes]:
        return UNFIT, f"{value!r} is not in the list {column.codes} of seeds/codes.csv"
    if correction.column == "place_id" and value is not None and reference.place_of(value) is None:
        return UNFIT, f"the gazetteer holds no place {value!r}"
    if column.type == PARTIES:
        unknown = [actor_id for actor_id in value if reference.actors.actor(actor_id) is None]
        if unknown:
            return UNFIT, f"seeds/actors.csv holds no actor {', '.join(map(repr, unknown))}"
    return None
