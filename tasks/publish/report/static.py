"""The parts of the report that need no script, as HTML: the whole release's totals, and the newest events as a table.

In come counts and rows, out comes HTML in which every text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from tasks.language.coded import not_coded_line
from tasks.publish.report.totals import Casualties, Totals

NEWEST_WITHOUT_SCRIPT = 100

Labels = Mapping[str, Mapping[str, str]]
_NONE: dict[str, str] = {}


@dataclass(frozen=True)
class Opener:
    """A cell that opens an event in the list above."""

    event_id: str


def release_html(sums: Totals, labels: Labels, countries: Mapping[str, str]) -> dict[str, str]:
    """The parts by their names in `page.html`: `span`, `tiles`, `totals`, `territory`, `unresolved`."""
    status = {**labels["status"], **labels["certainty"]}
    casualties = [_casualty_row(row) for row in sums.casualties]
    casualties.append(["Number stated to be unknown", _n(sums.casualties_unknown), "", "", ""])
    many = f"{_n(sums.casualties[0].incidents)} of {_n(sums.single_incidents)} single incidents tell of killed."
    return {
        "span": _span(sums),
        "tiles": "".join(f"<div><dt>{escape(name)}</dt><dd>{_n(count)}</dd></div>" for name, count in sums.rows),
        "totals": _table(
            "Casualties of single incidents",
            ("", "Incidents that tell", "Low", "Best", "High"),
            casualties,
            note=f"{many} An incident counts once, with all its phases; rows that sum many are left out.",
        )
        + _counted("Certainty", ("Certainty", "Incidents"), sums.certainty, status)
        + _counted("Kinds", ("Kind", "Incidents"), sums.kinds, labels["event_type"])
        + _counted("Years", ("Year", "Incidents"), sums.years[::-1])
        + _counted("Countries", ("Country", "Incidents"), sums.countries, countries)
        + _counted("How exact places are", ("Precision", "Incidents"), sums.precision, labels["geo_precision"]),
        "territory": _territory(sums, labels["certainty"], countries),
        "unresolved": _counted("Actors without an id", ("As written", "Times"), sums.unresolved_actors)
        + _counted("Places without an id", ("As written", "Mentions"), sums.unresolved_places),
        "rejects": _rejects(sums, labels["reject_reason"]),
    }


def newest_html(rows: pa.Table, labels: Labels) -> str:
    """The newest incidents as a table for a browser without scripts; `rows` are the page's, newest first."""
    lines = []
    newest = rows.filter(rows["is_incident"]).slice(0, NEWEST_WITHOUT_SCRIPT)
    for row in newest.drop_columns(["claims", "numbers"]).to_pylist():
        sides = (", ".join(party["label"] or "" for party in row[side] or []) for side in ("actors", "recipients"))
        who = " against ".join(side for side in sides if side)
        where = ", ".join(name for name in (row["place_label"], row["admin1_name"], row["country_code"]) if name)
        day = row["date_start"] or row["date_end"] or "undated"
        certainty = labels["certainty"].get(row["certainty_code"]) or labels["status"].get(row["status_code"], "")
        kind = labels["event_type"].get(row["incident_type_code"], row["incident_type_code"])
        killed = bounds(row["killed_low"], row["killed_high"])
        lines.append([str(day), kind, where, who, killed, certainty])
    head = ("Date", "Incident", "Where", "Who", "Killed", "Certainty")
    return _table(f"The newest {len(lines)} incidents", head, lines)


def bounds(low: int | None, high: int | None) -> str:
    """Two bounds as words; nothing where both are unknown.

    Example: 3 and 5 are "3 to 5", 3 and None "3 or more", None and 5 "up to 5".
    """
    if low is None:
        return "" if high is None else f"up to {_n(high)}"
    if high is None:
        return f"{_n(low)} or more"
    return _n(low) if low == high else f"{_n(low)} to {_n(high)}"


def _span(sums: Totals) -> str:
    counted = dict(sums.rows)
    copies = f", {_n(sums.near_copies)} of them near-copies" if sums.near_copies else ""
    left_out = f"; {not_coded_line(sums.not_coded)}" if sums.not_coded else ""
    sources = f"{_n(counted['documents'])} documents{copies}{left_out}; publishers known: {_n(sums.publishers)}"
    if sums.first_day is None:
        return f"No dated events; {sources}."
    return f"Events from {sums.first_day} to {sums.last_day}; {sources}."


def _casualty_row(row: Casualties) -> list[str]:
    if not row.incidents:
        # what nobody tells is no zero
        return [row.kind.capitalize(), "0", "", "", ""]
    high = f"{_n(row.high)}{' or more' if row.is_open else ''}"
    # captured has no best figure of its own
    best = "" if row.kind == "captured" else _n(row.best)
    return [row.kind.capitalize(), _n(row.incidents), _n(row.low), best, high]


def _territory(sums: Totals, certainty: Mapping[str, str], countries: Mapping[str, str]) -> str:
    rows = []
    for row in sums.territory:
        country = countries.get(row["country_code"], row["country_code"])
        where = ", ".join(dict.fromkeys(name for name in (row["place_label"], row["admin1_name"], country) if name))
        before = row["previous_controller_label"] or ""
        sure = certainty.get(row["certainty_code"], "")
        rows.append([str(row["date"]), where, row["controller_label"], before, sure, Opener(row["event_id"])])
    total = dict(sums.rows)["territory"]
    note = f"The newest {len(rows)} of {_n(total)} changes." if total > len(rows) else ""
    head = ("Date", "Place", "Held by", "Before", "Certainty", "Event")
    return _table("Newest first", head, rows, note=note)


def _rejects(sums: Totals, reasons: Mapping[str, str]) -> str:
    rows = [
        [row["uri"], row["stage"], reasons.get(row["reason_code"], row["reason_code"]), row["message"]]
        for row in sums.rejects
    ]
    total = dict(sums.rows)["rejects"]
    note = f"The newest {len(rows)} of {_n(total)}." if total > len(rows) else ""
    counted = _counted("Reasons", ("Reason", "Inputs"), sums.reject_reasons, reasons)
    return counted + (
        _table("Refused inputs", ("Input", "Stage", "Reason", "Message"), rows, note=note) if rows else ""
    )


def _counted(
    title: str, head: tuple[str, str], rows: Iterable[tuple[Any, int]], labels: Mapping[str, str] = _NONE
) -> str:
    return _table(title, head, [[labels.get(value, str(value)), _n(count)] for value, count in rows])


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]], note: str = "") -> str:
    """A table with its title as caption; cells after the first that are numbers stand to the right."""
    caption = f"<caption>{escape(title)}</caption>"
    note = f"<p>{escape(note)}</p>" if note else ""
    if not rows:
        return f'<section class="told"><h3>{escape(title)}</h3><p>None.</p></section>'
    right = [i > 0 and _is_number(cell) for i, cell in enumerate(rows[0])]
    top = "".join(
        f'<th scope="col"{" class=n" if is_right else ""}>{escape(name)}</th>'
        for name, is_right in zip(head, right, strict=True)
    )
    body = "".join(f"<tr>{''.join(_cell(cell, i) for i, cell in enumerate(row))}</tr>" for row in rows)
    inner = f"<table>{caption}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    # a region that scrolls by itself must be reached by keys
    scrolling = f'<div class="wide" role="region" tabindex="0" aria-label="{escape(title)}">'
    return f'<section class="told">{scrolling}{inner}</div>{note}</section>'


def _cell(cell: Any, column: int) -> str:
    if isinstance(cell, Opener):
        # an id is a hash of ours, and is escaped all the same
        return f'<td><a href="#open={escape(quote(cell.event_id))}">open</a></td>'
    text = escape(str(cell))
    if column == 0:
        return f'<th scope="row">{text}</th>'
    return f'<td class="n">{text}</td>' if _is_number(cell) else f"<td>{text}</td>"


def _is_number(cell: Any) -> bool:
    """Whether a cell is a count, or bounds of one."""
    return isinstance(cell, str) and re.fullmatch(r"(up to )?[\d,]+( to [\d,]+| or more)?", cell) is not None


def _n(number: int) -> str:
    return f"{number:,}"
