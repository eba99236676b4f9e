"""A release by some of its documents: as it was known on a day, or without a publisher, tolls as those tell them.

In come a release, a day and publishers, out come documents and incidents. A document without a day of
publication counts as known only where no day is asked for. Nothing is refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tasks.storage.releases import read_table

Row = dict[str, Any]

TOLD = ("incident_id", "event_id", "document_id", "killed_low", "killed_high")
"""What of mentions says how an incident was known."""
VOICED = ("document_id", "agency", "publisher")
"""What of documents says whose word they are."""
_UNKNOWN = "publisher unknown"
_TOLL = ("killed_low", "killed_high", "killed_best")
_REPORTED = ("first_reported_date", "last_reported_date")


def known_documents(release: Path, day: date | None, without: Collection[str] = ()) -> Mapping[str, date | None]:
    """document_id -> day of publication, of the documents published up to a day; of all where no day is given.

    `without`: publishers, or agencies behind them, whose documents are left out.
    """
    rows = read_table(release, "documents", ["published_date", *VOICED]).to_pylist()
    return {
        row["document_id"]: row["published_date"]
        for row in rows
        if day is None or (row["published_date"] is not None and row["published_date"] <= day)
        if not {row["agency"], row["publisher"]} & set(without)
    }


def known_incidents(
    release: Path, columns: Sequence[str], day: date | None, without: Collection[str] = ()
) -> list[Row]:
    """Incidents, with these columns, that some document of `known_documents` tells of; all, where nothing is asked.

    Of an incident that other documents tell of as well, `killed_low`, `killed_high` and `killed_best` are made anew
    from the mentions that are left: the smallest low and the largest high of the event that most publishers tell a toll
    of, and of that event the low that most publishers give, then the newest. `last_reported_date` is of the newest
    document that is left. All else stays as the release has it, which knows more than anybody did.
    """
    wanted = list(dict.fromkeys(["incident_id", *columns, *_TOLL, *_REPORTED]))
    incidents: list[Row] = read_table(release, "incidents", wanted).to_pylist()
    if day is None and not without:
        return incidents
    documents = known_documents(release, day, without)
    mentions: defaultdict[str, list[Row]] = defaultdict(list)
    for mention in read_table(release, "mentions", TOLD).to_pylist():
        if mention["incident_id"]:
            mentions[mention["incident_id"]].append(mention)
    voices = voices_of(read_table(release, "documents", VOICED).to_pylist())
    known = (as_known(incident, mentions[incident["incident_id"]], documents, voices) for incident in incidents)
    return [incident for incident in known if incident is not None]


def as_known(
    incident: Row, mentions: Sequence[Row], documents: Mapping[str, date | None], voices: Mapping[str, str]
) -> Row | None:
    """An incident as some documents tell it, as `known_incidents` says; None where none of them does.

    `mentions` are all of it, with the columns of TOLD; `documents` as of `known_documents`, `voices` of `voices_of`.
    """
    told = [mention for mention in mentions if mention["document_id"] in documents]
    if not told or len(told) == len(mentions):
        return incident if told else None
    newest = max(documents[mention["document_id"]] or date.min for mention in told)
    reported = {"last_reported_date": None if newest == date.min else newest}
    return incident | _toll(told, documents, voices) | reported


def voices_of(documents: Iterable[Row]) -> Mapping[str, str]:
    """document_id -> whose voice it is: the agency behind it, else its publisher; the unknown ones are one.

    `documents` have the columns of VOICED.
    """
    return {row["document_id"]: row["agency"] or row["publisher"] or _UNKNOWN for row in documents}


def _toll(told: Iterable[Row], documents: Mapping[str, date | None], voices: Mapping[str, str]) -> Row:
    """killed_low, killed_high and killed_best by what these mentions tell."""
    by_event: defaultdict[str, list[Row]] = defaultdict(list)
    for mention in told:
        if mention["killed_low"] is not None or mention["killed_high"] is not None:
            by_event[mention["event_id"]].append(mention)
    if not by_event:
        return dict.fromkeys(_TOLL)
    event = max(by_event, key=lambda id_: (len({voices[row["document_id"]] for row in by_event[id_]}), id_))
    rows = by_event[event]
    lows = [row["killed_low"] for row in rows if row["killed_low"] is not None]
    highs = [row["killed_high"] for row in rows]
    return {
        "killed_low": min(lows, default=None),
        "killed_high": None if None in highs else max(highs),
        "killed_best": _best(rows, documents, voices),
    }


def _best(rows: Iterable[Row], documents: Mapping[str, date | None], voices: Mapping[str, str]) -> int | None:
    """The low that most publishers give, of those the one that was published last, then the larger."""
    given = {(voices[row["document_id"]], row["killed_low"]) for row in rows if row["killed_low"] is not None}
    count = Counter(low for _, low in given)
    newest: dict[int, date] = {}
    for row in rows:
        if (low := row["killed_low"]) is not None:
            newest[low] = max(newest.get(low, date.min), documents[row["document_id"]] or date.min)
    return max(count, key=lambda low: (count[low], newest[low], low), default=None)
