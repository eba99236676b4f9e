"""An event's row with the columns that corrections set, and all that follows from these.

In come the mentions of an event with the corrections of its columns; out comes the row as the mentions would give it
if they all said so. Refused is a correction that no longer finds what it expects, or that contradicts another or the
row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tasks.knowledge.crosswalk import Crosswalk
from tasks.language.dates.intervals import precision_of
from tasks.link.corrections import STALE, UNFIT, Correction, Reference, expected, read_value, written
from tasks.link.reasons import Reason
from tasks.link.regrouping import Corrected
from tasks.link.rows import Register, Row
from tasks.link.summary import summary
from tasks.tables import CROSSWALK, WHERE

Merge = Callable[[Sequence[Row]], dict[str, Any]]
"""Mentions of one event -> its columns."""

# the ends of spans
_ORDERED = (
    ("date_start", "date_end"),
    *((f"{count}_low", f"{count}_high") for count in ("killed", "injured", "captured")),
)
# the column that says by which rule a column was read
_RULES = {"place_id": "place_rule_id", "date_start": "date_rule_id", "date_end": "date_rule_id"}
_PLACE = tuple(column.name for column in WHERE if column.name not in ("place_text", "place_rule_id"))
_CROSSWALK = tuple(column.name for column in CROSSWALK)
# what the codes of other schemes follow from, and what a protest may have met with besides
_CODED_BY = (
    *("event_type_code", "status_code", "weapon_code"),
    *("actors", "recipients", "country_code", "killed_low"),
)


def correct_row(
    mentions: Sequence[Row],
    corrections: Sequence[Correction],
    merged: Merge,
    reference: Reference,
    corrected: Corrected,
) -> dict[str, Any]:
    """The event's row with its columns set, and all that follows; corrections are noted or refused in `corrected`.

    `merged` makes a row of mentions. Claims and evidence stay what was said.
    """
    row = merged(mentions)
    kept = _fitting(row, corrections, corrected)
    if not kept:
        return row
    result = _with_values(mentions, row, _values(kept), merged, reference)
    wrong = _crossing(result, kept, corrected)
    if wrong:
        kept = [correction for correction in kept if correction not in wrong]
        result = _with_values(mentions, row, _values(kept), merged, reference) if kept else row
    for correction in kept:
        corrected.note(correction, Reason.CORRECTED_SET, (mention["mention_id"] for mention in mentions))
        if correction.column in _RULES:
            result[_RULES[correction.column]] = f"correction:{correction.id}"
    return result


def _fitting(row: Row, corrections: Sequence[Correction], corrected: Corrected) -> list[Correction]:
    """Those that find what they expect and that no other contradicts; the others are refused."""
    kept = []
    for one in corrections:
        now = written(row[one.column or ""])
        rivals = [other.id for other in corrections if other.column == one.column and other.value != one.value]
        if now != expected(one):
            corrected.refuse(one, STALE, f"{one.column} is {now!r} now, not {one.expected or ''!r}")
        elif rivals:
            corrected.refuse(one, UNFIT, f"correction {rivals[0]} sets {one.column} otherwise")
        else:
            kept.append(one)
    return kept


def _values(corrections: Sequence[Correction]) -> dict[str, Any]:
    """The values to set, by column."""
    return {correction.column or "": read_value(correction) for correction in corrections}


def _crossing(row: Row, corrections: Sequence[Correction], corrected: Corrected) -> list[Correction]:
    """Those whose column has gone past the other end of its span; they are refused."""
    ends = {name: other for pair in _ORDERED if _is_crossed(row, pair) for name, other in (pair, pair[::-1])}
    wrong = [correction for correction in corrections if correction.column in ends]
    for correction in wrong:
        column = correction.column or ""
        other = ends[column]
        message = f"{column} {written(row[column])} goes past {other} {written(row[other])}"
        corrected.refuse(correction, UNFIT, f"{message}; set that as well")
    return wrong


def _is_crossed(row: Row, pair: tuple[str, str]) -> bool:
    low, high = (row[name] for name in pair)
    return low is not None and high is not None and low > high


def _with_values(
    mentions: Sequence[Row],
    row: Row,
    values: Mapping[str, Any],
    merged: Merge,
    reference: Reference,
) -> dict[str, Any]:
    """The row that the mentions would give if they all said so: certainty, codes and best figures follow."""
    changes = dict(values) | _date_columns(row, values)
    if "place_id" in changes:
        changes |= _place_columns(reference.place_of(changes["place_id"]) if changes["place_id"] else None)
    for role in {"actors", "recipients"} & values.keys():
        changes[role] = [_party(actor_id, row[role], reference.actors) for actor_id in values[role]]
        changes[f"{role[:-1]}_label"] = changes[role][0]["label"] if changes[role] else None
    said = _as_if_said(mentions, changes, values.get("status_code"))
    # a party that is taken off one side does not cross over, and what was said stays said
    kept = ("claims", "evidence", "actors", "actor_label", "recipients", "recipient_label")
    result = merged(said) | {name: row[name] for name in kept} | changes
    result |= _codes_of(result, row, reference.crosswalk)
    return result | {"summary": summary(result)}


def _as_if_said(mentions: Sequence[Row], changes: Mapping[str, Any], status: str | None) -> list[Row]:
    """The mentions as if they all said what is changed; `status`: the one that is set."""
    said: list[Row] = [
        {**mention, **{name: value for name, value in changes.items() if name in mention}} for mention in mentions
    ]
    if status in (None, "denied") or all(mention["status_code"] == "denied" for mention in mentions):
        return said
    # who denied it still does
    return [
        {**new, "status_code": "denied"} if old["status_code"] == "denied" else new
        for new, old in zip(said, mentions, strict=True)
    ]


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


def _party(actor_id: str, parties: Sequence[Row], actors: Register) -> dict[str, Any]:
    """A party by its row in the register, in the words of the text where that names it."""
    known = actors.actor(actor_id) or {}
    words = next((party["text"] for party in parties if party["actor_id"] == actor_id), known.get("label"))
    columns = {name: known.get(name) for name in ("label", "country_code", "actor_type_code")}
    return {"text": words, "actor_id": actor_id} | columns


def _codes_of(result: Row, row: Row, crosswalk: Crosswalk | None) -> dict[str, Any]:
    """The codes of other schemes: as they were, unless a correction changed what they follow from.

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
    met_with = next((met for met in crosswalk.crowds_met() if codes(row, met) == before), frozenset())
    now = codes(result, met_with)
    return before if now == codes(row, met_with) else now


def _place_columns(place: Any) -> dict[str, Any]:
    if place is None:
        return dict.fromkeys(_PLACE) | {"geo_precision_code": "unknown"}
    return {name: getattr(place, "label" if name == "place_label" else name) for name in _PLACE}
