"""How the toll of an incident grew: its figures as they stood after each day on which a document told of it.

In comes the folder of a release, out come rows and lines. Refused is an incident that is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tasks.reading.known import known_incidents
from tasks.storage.releases import read_table

Row = dict[str, Any]

COLUMNS = ("published_date", "killed_low", "killed_best", "killed_high", "documents", "publishers", "told")
"""A row: the day, the toll by all that was published up to it, how many documents and voices tell of the incident by
then, and which of that day tell which figure."""
_DOCUMENT = ["document_id", "published_date", "agency", "publisher"]
_TOLLS = ("killed_low", "killed_best", "killed_high")


def revisions(release: Path, incident_id: str) -> list[Row]:
    """Rows of COLUMNS for each day of publication, oldest first; documents without a day are left out.

    Tolls are made as `known_incidents` makes them; None is not told. Raises LookupError where there is no such
    incident.
    """
    columns = ["incident_id", "document_id", "killed_low", "killed_high"]
    mentions = [
        row for row in read_table(release, "mentions", columns).to_pylist() if row["incident_id"] == incident_id
    ]
    if not mentions:
        raise LookupError(f"release {release.name} has no incident of id {incident_id}")
    documents = {row["document_id"]: row for row in read_table(release, "documents", _DOCUMENT).to_pylist()}
    by_day: defaultdict[date, set[str]] = defaultdict(set)
    for mention in mentions:
        if day := documents[mention["document_id"]]["published_date"]:
            by_day[day].add(mention["document_id"])
    found: list[Row] = []
    so_far: set[str] = set()
    for day in sorted(by_day):
        so_far |= by_day[day]
        known = next(row for row in known_incidents(release, [], day) if row["incident_id"] == incident_id)
        voices = {_voice(documents[id_]) for id_ in so_far}
        figures = "; ".join(sorted(_told(documents[id_], id_, mentions) for id_ in by_day[day]))
        counts = {"documents": len(so_far), "publishers": len(voices), "told": figures}
        found.append({"published_date": day, **{name: known[name] for name in _TOLLS}, **counts})
    return found


def _voice(document: Row) -> str:
    return str(document["agency"] or document["publisher"] or "publisher unknown")


def _told(document: Row, document_id: str, mentions: list[Row]) -> str:
    """A document's voice with the largest figure that it gives."""
    own = [(m["killed_low"], m["killed_high"]) for m in mentions if m["document_id"] == document_id]
    figures = [(low if low is not None else 0, high) for low, high in own if low is not None or high is not None]
    if not figures:
        return _voice(document)
    low, high = max(figures, key=lambda figure: figure[0])
    return (
        f"{_voice(document)} {low}" if low == high else f"{_voice(document)} {low} to {'?' if high is None else high}"
    )


def revision_lines(rows: list[Row]) -> Iterator[str]:
    """A table of the rows."""
    yield f"{'published':<12}{'low':>6}{'best':>6}{'high':>6}{'documents':>11}{'voices':>8}  told that day"
    for row in rows:
        tolls = "".join(f"{'' if row[name] is None else row[name]:>6}" for name in _TOLLS)
        yield f"{row['published_date']!s:<12}{tolls}{row['documents']:>11}{row['publishers']:>8}  {row['told']}"
