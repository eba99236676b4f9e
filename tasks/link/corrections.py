"""An analyst's fixes, applied to what linking found.

Takes rows of `seeds/corrections.csv` with the clusters, then with the mentions of an event; gives the clusters and the
event's row mended. Refused, with the reason, is a fix whose mentions are not there, that no longer finds what it
expects, or that cannot be made; the others go on. In which order they stand never matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from tasks.link.summary import summary
from tasks.tables import CROSSWALK, EVENTS, WHERE

Row = Mapping[str, Any]
Cluster = tuple[str, ...]
Codes = Mapping[str, Collection[str]]
PlaceOf = Callable[[str], Any]
"""place_id -> a place with the columns of WHERE, or None."""

# the vocabularies that fixes are read with
VOCABULARY, CODES = "corrections", "codes"

UNKNOWN, STALE, UNFIT = "unknown_mention", "stale_correction", "unfit_correction"

# of an event's row, what a fix may set; a place brings all its columns, a type its crosswalk
SETTABLE = (
    *("event_type_code", "weapon_code", "status_code", "is_aggregate"),
    *("date_start", "date_end", "date_precision_code", "date_basis_code", "place_id"),
    *(f"{kind}_{end}" for kind in ("killed", "injured", "captured") for end in ("low", "high")),
    *("casualties_unknown", "killed_best", "injured_best"),
)
_ORDERED = (
    ("date_start", "date_end"),
    *((f"{kind}_low", f"{kind}_high") for kind in ("killed", "injured", "captured")),
)
_RULES = {"place_id": "place_rule_id", "date_start": "date_rule_id", "date_end": "date_rule_id"}
_PLACE = tuple(column.name for column in WHERE if column.name not in ("place_text", "place_rule_id"))
_CROSSWALK = tuple(column.name for column in CROSSWALK)


class Fix(NamedTuple):
    """One row of `seeds/corrections.csv`."""

    id: str
    action: str
    mentions: tuple[str, ...]
    column: str | None
    value: str | None
    expected: str | None
    reason: str


class Refusal(NamedTuple):
    """A fix that was not made: code of the list reject_reason, and why in words."""

    fix: Fix
    reason_code: str
    message: str


@dataclass
class Mended:
    """Clusters after merges, splits and drops; fixes of columns by their cluster; what was done, by mention."""

    clusters: list[Cluster]
    sets: dict[Cluster, list[Fix]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: list[Refusal] = field(default_factory=list)

    def note(self, fix: Fix, what: str) -> None:
        """Remember with each mention that this was done to it, and why."""
        for mention in fix.mentions:
            self.notes[mention].append(f"{what} by correction {fix.id} ({fix.reason})")


def read_fixes(corrections: pd.DataFrame | None) -> list[Fix]:
    """The fixes, by id; none without a frame."""
    rows = [] if corrections is None else corrections.to_dict("records")
    return sorted(
        Fix(
            *(
                row[name]
                for name in ("correction_id", "action_code", "mention_ids", "column", "value", "expected", "reason")
            )
        )
        for row in rows
    )


def regroup(
    clusters: Sequence[Cluster], fixes: Sequence[Fix], mentions: Mapping[str, Row], codes: Codes, place_of: PlaceOf
) -> Mended:
    """Take out what is dropped, then what is split off, then put together what is merged; set fixes of columns aside.

    `mentions`: rows of `resolved_mentions` by id, those that fixes name. What a fix expects is looked for in the
    clusters as linking made them, so that no fix depends on another: merged mentions must lie apart, split ones in one
    event with others.
    """
    home = {mention: cluster for cluster in clusters for mention in cluster}
    mended = Mended([])
    dropped = {mention: fix.id for fix in fixes if fix.action == "drop" for mention in fix.mentions}
    sound: dict[str, list[Fix]] = defaultdict(list)
    for fix in fixes:
        found = _fault(fix, home, mentions, codes, place_of)
        gone = [dropped[mention] for mention in fix.mentions if mention in dropped and fix.action != "drop"]
        if found is None and gone:
            found = UNFIT, f"correction {gone[0]} drops a mention of it"
        if found:
            mended.refused.append(Refusal(fix, *found))
        else:
            sound[fix.action].append(fix)
    touched = {home[mention] for fixes_of in sound.values() for fix in fixes_of for mention in fix.mentions}
    groups = {number: set(cluster) for number, cluster in enumerate(sorted(touched))}
    at = {mention: number for number, group in groups.items() for mention in group}
    for fix in sound["drop"]:
        for mention in fix.mentions:
            if mention in at:
                groups[at.pop(mention)].discard(mention)
    for number, fix in enumerate(sound["split"], start=len(groups)):
        for mention in fix.mentions:
            groups[at[mention]].discard(mention)
            at[mention] = number
        groups[number] = set(fix.mentions)
        mended.note(fix, "split off")
    for fix in sound["merge"]:
        first, *others = sorted({at[mention] for mention in fix.mentions})
        for number in others:
            for mention in groups.pop(number):
                at[mention] = first
                groups[first].add(mention)
        mended.note(fix, "merged")
    result = {number: tuple(sorted(group)) for number, group in groups.items() if group}
    mended.clusters = sorted([*(cluster for cluster in clusters if cluster not in touched), *result.values()])
    for fix in sound["set"]:
        numbers = {at[mention] for mention in fix.mentions}
        if len(numbers) > 1:
            mended.refused.append(Refusal(fix, STALE, "its mentions lie in several events"))
        else:
            mended.sets.setdefault(result[numbers.pop()], []).append(fix)
    return mended


def _fault(
    fix: Fix, home: Mapping[str, Cluster], mentions: Mapping[str, Row], codes: Codes, place_of: PlaceOf
) -> tuple[str, str] | None:
    """Reason code and words where a fix cannot be made by itself."""
    unknown = [mention for mention in fix.mentions if mention not in home]
    if unknown:
        return UNKNOWN, f"there is no mention {', '.join(unknown)}"
    if fix.action == "set":
        return _unfit_value(fix, codes, place_of)
    if fix.value is not None or (fix.column is None) != (fix.expected is None):
        return UNFIT, f"a {fix.action} takes no value, and an expected value only with the column of the mentions"
    rows = [mentions[mention] for mention in fix.mentions]
    if fix.column is not None:
        if fix.column not in SETTABLE or fix.column not in rows[0]:
            return UNFIT, f"{fix.column} is no column of mentions that can be looked at"
        now = sorted({_written(row[fix.column]) for row in rows})
        if now != [fix.expected]:
            return STALE, f"{fix.column} of its mentions is {', '.join(now)!r}, not {fix.expected!r}"
    lie = {home[mention] for mention in fix.mentions}
    if fix.action == "merge":
        if len(fix.mentions) < 2:
            return UNFIT, "a merge names two mentions or more"
        if len(lie) == 1:
            return STALE, "its mentions are one event already"
        if len({row["is_aggregate"] for row in rows}) > 1:
            return UNFIT, "a statement that sums up many events is never one of them"
    if fix.action == "split" and (len(lie) > 1 or len(*lie) == len(fix.mentions)):
        return STALE, "its mentions are not in one event with others"
    return None


def _unfit_value(fix: Fix, codes: Codes, place_of: PlaceOf) -> tuple[str, str] | None:
    if fix.column not in SETTABLE:
        return UNFIT, f"column {fix.column or 'of no name'} cannot be set; these can: {', '.join(SETTABLE)}"
    column = EVENTS.column(fix.column)
    try:
        value = _read(fix)
    except ValueError:
        return UNFIT, f"{fix.value!r} is no value of {fix.column}, which is {column.type}"
    if value is None and not column.nullable:
        return UNFIT, f"{fix.column} is never empty"
    if column.codes and value is not None and value not in codes[column.codes]:
        return UNFIT, f"{value!r} is not in the list {column.codes} of seeds/codes.csv"
    if fix.column == "place_id" and value is not None and place_of(value) is None:
        return UNFIT, f"the gazetteer holds no place {value!r}"
    return None


def _read(fix: Fix) -> Any:
    """The value to set, in the column's type; ValueError where it does not fit."""
    type_ = EVENTS.column(fix.column or "").type
    if fix.value is None:
        return None
    if pa.types.is_date(type_):
        return date.fromisoformat(fix.value)
    if pa.types.is_boolean(type_):
        if fix.value not in ("true", "false"):
            raise ValueError(fix.value)
        return fix.value == "true"
    if pa.types.is_integer(type_):
        number = int(fix.value)
        if not 0 <= number < 2**31:
            raise ValueError(fix.value)
        return number
    return fix.value


def _written(value: Any) -> str:
    """A value as a correction writes it; empty for null."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def mend_row(
    mentions: Sequence[Row],
    fixes: Sequence[Fix],
    merged: Callable[[Sequence[Row]], dict[str, Any]],
    place_of: PlaceOf,
    mended: Mended,
) -> dict[str, Any]:
    """The event's row with its columns set, and all that follows from them; fixes are noted or refused in `mended`.

    `merged` makes a row of mentions. Claims and evidence stay what was said.
    """
    row = merged(mentions)
    values: dict[str, Any] = {}
    kept: list[Fix] = []
    for fix in fixes:
        now = _written(row[fix.column or ""])
        rivals = [other.id for other in fixes if other.column == fix.column and other.value != fix.value]
        if now != (fix.expected or ""):
            mended.refused.append(Refusal(fix, STALE, f"{fix.column} is {now!r} now, not {fix.expected or ''!r}"))
        elif rivals:
            mended.refused.append(Refusal(fix, UNFIT, f"correction {rivals[0]} sets {fix.column} otherwise"))
        else:
            values[fix.column or ""] = _read(fix)
            kept.append(fix)
    if not kept:
        return row
    result = _with_values(mentions, row, values, merged, place_of)
    crossed = {name for pair in _ORDERED if _is_crossed(result, pair) for name in pair}
    wrong = [fix for fix in kept if fix.column in crossed]
    for fix in wrong:
        other = next(name for pair in _ORDERED if fix.column in pair for name in pair if name != fix.column)
        message = f"{fix.column} {_written(result[fix.column or ''])} goes past {other} {_written(result[other])}"
        mended.refused.append(Refusal(fix, UNFIT, f"{message}; set that as well"))
    if wrong:
        kept = [fix for fix in kept if fix not in wrong]
        values = {fix.column or "": values[fix.column or ""] for fix in kept}
        result = _with_values(mentions, row, values, merged, place_of) if kept else row
    for fix in kept:
        mended.note(fix, f"{fix.column} set")
        if fix.column in _RULES:
            result[_RULES[fix.column]] = f"correction:{fix.id}"
    return result


def _is_crossed(row: Row, pair: tuple[str, str]) -> bool:
    low, high = (row[name] for name in pair)
    return low is not None and high is not None and low > high


def _with_values(
    mentions: Sequence[Row],
    row: Row,
    values: Mapping[str, Any],
    merged: Callable[[Sequence[Row]], dict[str, Any]],
    place_of: PlaceOf,
) -> dict[str, Any]:
    """The row that the mentions would give if they all said so: certainty, crosswalk and best figures follow."""
    changes = dict(values)
    if "place_id" in changes:
        changes |= _place_columns(place_of(changes["place_id"]) if changes["place_id"] else None)
    said = [{**mention, **{name: value for name, value in changes.items() if name in mention}} for mention in mentions]
    status = values.get("status_code")
    if status not in (None, "denied") and any(mention["status_code"] != "denied" for mention in mentions):
        # who denied it still does
        said = [
            {**new, "status_code": "denied"} if old["status_code"] == "denied" else new
            for new, old in zip(said, mentions, strict=True)
        ]
    kind = values.get("event_type_code")
    if kind:
        # the codes of another type are not this one's
        model = next((mention for mention in mentions if mention["event_type_code"] == kind), None)
        codes = {name: model[name] if model else None for name in _CROSSWALK}
        said = [
            new if old["event_type_code"] == kind else {**new, **codes} for new, old in zip(said, mentions, strict=True)
        ]
    result = merged(said) | {name: row[name] for name in ("claims", "evidence")} | changes
    return result | {"summary": summary(result)}


def _place_columns(place: Any) -> dict[str, Any]:
    if place is None:
        return dict.fromkeys(_PLACE) | {"geo_precision_code": "unknown"}
    return {name: getattr(place, "label" if name == "place_label" else name) for name in _PLACE}


def reject_rows(refused: Iterable[Refusal]) -> list[dict[str, Any]]:
    """Rows of `rejects`, but for the time: one a fix that was refused."""
    rows = []
    for fix, reason_code, message in sorted(refused):
        told = f"{fix.action} of {', '.join(fix.mentions)} ({fix.reason}): {message}"
        uri = f"seeds/{VOCABULARY}.csv#{fix.id}"
        rows.append(
            {
                "reject_id": sha256(f"link|{uri}|{reason_code}|{told}".encode()).hexdigest()[:32],
                "stage": "link",
                "source_id": "adhoc",
                "uri": uri,
                "reason_code": reason_code,
                "message": told,
                "bytes_sha256": None,
            }
        )
    return rows
