"""How the toll of an incident grew: its figures as they stood after each day on which a document told of it.

In comes the folder of a release, out come rows and lines. Refused is an incident that is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.reading.known import TOLD, VOICED, as_known, voices_of
from tasks.storage.releases import read_table

Row = dict[str, Any]

COLUMNS = ("published_date", "killed_low", "killed_best", "killed_high", "documents", "publishers", "told")
"""A row: the day, the toll by all that was published up to it, how many documents and voices tell of the incident by
then, and which of that day tell which figure."""
_TOLLS = ("killed_low", "killed_best", "killed_high")


def revisions(release: Path, incident_id: str) -> list[Row]:
    """Rows of COLUMNS for each day of publication, oldest first; documents without a day are left out.

    Tolls are made as `known_incidents` makes them; None is not told. The release is read once, however many the days.
    Raises LookupError where there is no such incident.
    """
    mentions = _rows(release, "mentions", TOLD, "incident_id", [incident_id])
    incidents = _rows(release, "incidents", ("incident_id", *_TOLLS), "incident_id", [incident_id])
    if not (mentions and incidents):
        raise LookupError(f"release {release.name} has no incident of id {incident_id}")
    ids = {mention["document_id"] for mention in mentions}
    documents = _rows(release, "documents", ("published_date", *VOICED), "document_id", ids)
    voices = voices_of(documents)
    by_day: defaultdict[date, set[str]] = defaultdict(set)
    for document in documents:
        if document["published_date"]:
            by_day[document["published_date"]].add(document["document_id"])
    found: list[Row] = []
    so_far: dict[str, date | None] = {}
    for day, newest in sorted(by_day.items()):
        so_far |= dict.fromkeys(newest, day)
        known = as_known(incidents[0], mentions, so_far, voices)
        assert known is not None
        figures = "; ".join(sorted(_told(voices[id_], id_, mentions) for id_ in newest))
        counts = {"documents": len(so_far), "publishers": len({voices[id_] for id_ in so_far}), "told": figures}
        found.append({"published_date": day, **{name: known[name] for name in _TOLLS}, **counts})
    return found


def _rows(release: Path, table: str, columns: Sequence[str], key: str, ids: Collection[str]) -> list[Row]:
    """The rows of these ids."""
    rows = read_table(release, table, columns)
    found: list[Row] = rows.filter(pc.is_in(rows[key], value_set=pa.array(list(ids), pa.string()))).to_pylist()
    return found


def _told(voice: str, document_id: str, mentions: list[Row]) -> str:
    """The voice of a document with the largest figure that it gives."""
    own = [(m["killed_low"], m["killed_high"]) for m in mentions if m["document_id"] == document_id]
    figures = [(low if low is not None else 0, high) for low, high in own if low is not None or high is not None]
    if not figures:
        return voice
    low, high = max(figures, key=lambda figure: figure[0])
    return f"{voice} {low}" if low == high else f"{voice} {low} to {'?' if high is None else high}"


def revision_lines(rows: list[Row]) -> Iterator[str]:
    """A table of the rows."""
    yield f"{'published':<12}{'low':>6}{'best':>6}{'high':>6}{'documents':>11}{'voices':>8}  told that day"
    for row in rows:
        tolls = "".join(f"{'' if row[name] is None else row[name]:>6}" for name in _TOLLS)
        yield f"{row['published_date']!s:<12}{tolls}{row['documents']:>11}{row['publishers']:>8}  {row['told']}"
