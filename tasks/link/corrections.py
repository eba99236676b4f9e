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

from tasks.knowledge.crosswalk import Crosswalk
from tasks.language.dates.intervals import precision_of
from tasks.link.summary import summary
from tasks.link.tellings import Register
from tasks.tables import CROSSWALK, EVENTS, PARTIES, WHERE

Row = Mapping[str, Any]
Cluster = tuple[str, ...]
Codes = Mapping[str, Collection[str]]
PlaceOf = Callable[[str], Any]
"""place_id -> a place with the columns of WHERE, or None."""

# the vocabularies that fixes are read with
VOCABULARY, CODES, CROSSWALK_ROWS = "corrections", "codes", "crosswalk"

UNKNOWN, STALE, UNFIT = "unknown_mention", "stale_correction", "unfit_correction"

# of an event's row, what a fix may set; a place brings all its columns, a type its crosswalk
SETTABLE = (
    *("event_type_code", "weapon_code", "status_code", "is_aggregate", "actors", "recipients"),
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
# what the codes of other schemes follow from, and what a protest may have met with besides
_CODED_BY = (
    *("event_type_code", "status_code", "weapon_code"),
    *("actors", "recipients", "country_code", "killed_low"),
)
_MET_WITH = tuple(frozenset(kinds) for kinds in ((), *((k,) for k in ("riot", "protest_repressed", "arrest"))))
_BETWEEN = ";"


class Reference(NamedTuple):
    """What fixes may name and what follows from them: closed lists, places, actors, other schemes' codes."""

    codes: Codes
    place_of: PlaceOf
    actors: Register
    crosswalk: Crosswalk | None


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
    """Clusters after merges, splits and drops; fixes of columns by their cluster; what was done, by mention.

    `notes` say it of the mentions that a fix names, `made` holds the fixes that changed the event of a mention.
    """

    clusters: list[Cluster]
    sets: dict[Cluster, list[Fix]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    made: dict[str, list[Fix]] = field(default_factory=lambda: defaultdict(list))
    refused: list[Refusal] = field(default_factory=list)

    def note(self, fix: Fix, what: str, touched: Iterable[str]) -> None:
        """Remember that this was done to the mentions of a fix, and why, and whose events it `touched`."""
        for mention in fix.mentions:
            self.notes[mention].append(f"{what} by correction {fix.id} ({fix.reason})")
        for mention in touched:
            self.made[mention].append(fix)

    def corrections_of(self, mentions: Iterable[str]) -> list[dict[str, Any]]:
        """The column `corrections` of the event of these mentions."""
        return [
            {
                "correction_id": fix.id,
                "action_code": fix.action,
                "column": fix.column,
                "before": fix.expected,
                "after": fix.value,
                "reason": fix.reason,
            }
            for fix in sorted({fix for mention in mentions for fix in self.made.get(mention, ())})
        ]


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
    clusters: Sequence[Cluster], fixes: Sequence[Fix], mentions: Mapping[str, Row], reference: Reference
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
        found = _fault(fix, home, mentions, reference)
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
        mended.note(fix, "dropped", {other for mention in fix.mentions for other in home[mention]})
    for number, fix in enumerate(sound["split"], start=len(groups)):
        for mention in fix.mentions:
            groups[at[mention]].discard(mention)
            at[mention] = number
        groups[number] = set(fix.mentions)
        mended.note(fix, "split off", home[fix.mentions[0]])
    for fix in sound["merge"]:
        first, *others = sorted({at[mention] for mention in fix.mentions})
        for number in others:
            for mention in groups.pop(number):
                at[mention] = first
                groups[first].add(mention)
        mended.note(fix, "merged", fix.mentions)
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
    fix: Fix, home: Mapping[str, Cluster], mentions: Mapping[str, Row], reference: Reference
) -> tuple[str, str] | None:
    """Reason code and words where a fix cannot be made by itself."""
    unknown = [mention for mention in fix.mentions if mention not in home]
    if unknown:
        return UNKNOWN, f"there is no mention {', '.join(unknown)}"
    if fix.action == "set":
        return _unfit_value(fix, reference)
    if fix.value is not None or (fix.column is None) != (fix.expected is None):
        return UNFIT, f"a {fix.action} takes no value, and an expected value only with the column of the mentions"
    rows = [mentions[mention] for mention in fix.mentions]
    if fix.column is not None:
        if fix.column not in SETTABLE or fix.column not in rows[0]:
            return UNFIT, f"{fix.column} is no column of mentions that can be looked at"
        now = sorted({_written(row[fix.column]) for row in rows})
        if now != [_expected(fix)]:
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


def _unfit_value(fix: Fix, reference: Reference) -> tuple[str, str] | None:
    if fix.column not in SETTABLE:
        return UNFIT, f"column {fix.column or 'of no name'} cannot be set; these can: {', '.join(SETTABLE)}"
    column = EVENTS.column(fix.column)
    try:
        value = _read(fix)
    except ValueError:
        return UNFIT, f"{fix.value!r} is no value of {fix.column}, which is {column.type}"
    if value is None and not column.nullable:
        return UNFIT, f"{fix.column} is never empty"
    if column.codes and value is not None and value not in reference.codes[column.codes]:
        return UNFIT, f"{value!r} is not in the list {column.codes} of seeds/codes.csv"
    if fix.column == "place_id" and value is not None and reference.place_of(value) is None:
        return UNFIT, f"the gazetteer holds no place {value!r}"
    if column.type == PARTIES:
        unknown = [actor_id for actor_id in value if reference.actors.actor(actor_id) is None]
        if unknown:
            return UNFIT, f"seeds/actors.csv holds no actor {', '.join(map(repr, unknown))}"
    return None


def _read(fix: Fix) -> Any:
    """The value to set, in the column's type, actors as a list of ids; ValueError where it does not fit."""
    type_ = EVENTS.column(fix.column or "").type
    if type_ == PARTIES:
        return list(dict.fromkeys(_parts(fix.value)))
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
    """A value as a correction writes it; empty for null; parties by id, or by label without one, in any order."""
    if isinstance(value, list):
        return _BETWEEN.join(sorted(party["actor_id"] or party["label"] or party["text"] for party in value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _expected(fix: Fix) -> str:
    """What a fix expects to find, as `_written` would have it."""
    is_parties = fix.column is not None and EVENTS.column(fix.column).type == PARTIES
    return _BETWEEN.join(sorted(_parts(fix.expected))) if is_parties else fix.expected or ""


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(_BETWEEN) if part.strip()]


def mend_row(
    mentions: Sequence[Row],
    fixes: Sequence[Fix],
    merged: Callable[[Sequence[Row]], dict[str, Any]],
    reference: Reference,
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
        if now != _expected(fix):
            mended.refused.append(Refusal(fix, STALE, f"{fix.column} is {now!r} now, not {fix.expected or ''!r}"))
        elif rivals:
            mended.refused.append(Refusal(fix, UNFIT, f"correction {rivals[0]} sets {fix.column} otherwise"))
        else:
            values[fix.column or ""] = _read(fix)
            kept.append(fix)
    if not kept:
        return row
    result = _with_values(mentions, row, values, merged, reference)
    crossed = {name for pair in _ORDERED if _is_crossed(result, pair) for name in pair}
    wrong = [fix for fix in kept if fix.column in crossed]
    for fix in wrong:
        other = next(name for pair in _ORDERED if fix.column in pair for name in pair if name != fix.column)
        message = f"{fix.column} {_written(result[fix.column or ''])} goes past {other} {_written(result[other])}"
        mended.refused.append(Refusal(fix, UNFIT, f"{message}; set that as well"))
    if wrong:
        kept = [fix for fix in kept if fix not in wrong]
        values = {fix.column or "": values[fix.column or ""] for fix in kept}
        result = _with_values(mentions, row, values, merged, reference) if kept else row
    for fix in kept:
        mended.note(fix, f"{fix.column} set", (mention["mention_id"] for mention in mentions))
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
    reference: Reference,
) -> dict[str, Any]:
    """The row that the mentions would give if they all said so: certainty, codes and best figures follow."""
    changes = dict(values) | _date_columns(row, values)
    if "place_id" in changes:
        changes |= _place_columns(reference.place_of(changes["place_id"]) if changes["place_id"] else None)
    for role in {"actors", "recipients"} & values.keys():
        changes[role] = [_party(actor_id, row[role], reference.actors) for actor_id in values[role]]
        changes[f"{role[:-1]}_label"] = changes[role][0]["label"] if changes[role] else None
    said = [{**mention, **{name: value for name, value in changes.items() if name in mention}} for mention in mentions]
    status = values.get("status_code")
    if status not in (None, "denied") and any(mention["status_code"] != "denied" for mention in mentions):
        # who denied it still does
        said = [
            {**new, "status_code": "denied"} if old["status_code"] == "denied" else new
            for new, old in zip(said, mentions, strict=True)
        ]
    # a party that is taken off one side does not cross over, and what was said stays said
    kept = ("claims", "evidence", "actors", "actor_label", "recipients", "recipient_label")
    result = merged(said) | {name: row[name] for name in kept} | changes
    result |= _codes_of(result, row, reference.crosswalk)
    return result | {"summary": summary(result)}


def _date_columns(row: Row, values: Mapping[str, Any]) -> dict[str, Any]:
    """How exact a corrected date is, and that it is given; what an analyst says of that goes first."""
    if not {"date_start", "date_end"} & values.keys():
        return {}
    start, end = (values.get(name, row[name]) for name in ("date_start", "date_end"))
    is_known = start is not None or end is not None
    found = {
        "date_precision_code": precision_of(start, end) if is_known else "unknown",
        "date_basis_code": "explicit" if is_known else "unknown",
    }
    return {name: value for name, value in found.items() if name not in values}


def _party(actor_id: str, told: Sequence[Row], actors: Register) -> dict[str, Any]:
    """A party by its row in the register, in the words of the text where it was told already."""
    known = actors.actor(actor_id) or {}
    words = next((party["text"] for party in told if party["actor_id"] == actor_id), known.get("label"))
    columns = {name: known.get(name) for name in ("label", "country_code", "actor_type_code")}
    return {"text": words, "actor_id": actor_id} | columns


def _codes_of(result: Row, row: Row, crosswalk: Crosswalk | None) -> dict[str, Any]:
    """The codes of other schemes: as they were, unless a fix changed what they follow from.

    What a protest met with is told by other sentences of its reports: it stays as the codes so far show it. Raises
    ValueError without a crosswalk.
    """
    if crosswalk is None:
        raise ValueError("corrections that set a column need the crosswalk; give one")

    def codes(of: Row, met_with: frozenset[str]) -> dict[str, Any]:
        return crosswalk.codes(**{name: of[name] for name in _CODED_BY}, met_with=met_with)

    before = {name: row[name] for name in _CROSSWALK}
    if result["event_type_code"] != row["event_type_code"]:
        return codes(result, frozenset())
    met_with = next((met for met in _MET_WITH if codes(row, met) == before), frozenset())
    now = codes(result, met_with)
    return before if now == codes(row, met_with) else now


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
