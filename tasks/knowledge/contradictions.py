"""Where what is told of an incident differs: in the toll, the culprit, the place, or whether it happened at all.

In come the tables of a release, out come rows, one for each matter on which claims about one incident cannot all be
true, with who says what, what the release holds and the rule by which it does. Nothing is refused. It lies here because
the report's page, the review and the command must mean the same by a contradiction, and stages know none of them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge import event_types
from tasks.knowledge.places.gazetteer import great_circle_km
from tasks.tables import RELEASE_TABLES

Row = dict[str, Any]

MATTERS = ("killed", "injured", "culprit", "place", "denial")
"""On what claims can differ; an incident has a row at the most for each."""

COLUMNS = ("incident_id", "date_start", "matter", "claims", "held", "rule_id", "summary")
"""What a row says: `matter` is one of MATTERS; `claims` who says what, the sides with a bar
between; `held` what the release holds; `rule_id` why, a row of the codebook's rules."""

UNKNOWN = "publisher unknown"
_TOLLS = MATTERS[:2]
_CORE = ("head", "phase")
_FINE = ("point", "settlement")
# two names for one ground lie nearer than this, kilometres
_APART = 15.0
_BOUNDS = tuple(f"{kind}_{end}" for kind in _TOLLS for end in ("low", "high"))
NEEDED = {
    "incidents": (
        *("incident_id", "date_start", "summary", "is_aggregate", "killed_best", "injured_best", "place_id"),
        *("place_label", "actor_label", "actors", "certainty_code", "claimed_by", "denied_by"),
    ),
    "mentions": (
        *("incident_id", "event_id", "document_id", "event_type_code", "status_code", "actors", "place_id"),
        *("place_label", "latitude", "longitude", "geo_precision_code", *_BOUNDS, "speaker_text", "stance_code"),
    ),
    "events": ("event_id", "incident_role_code"),
    "documents": ("document_id", "agency", "publisher", "published_date"),
    "actors": ("actor_id", "parent_actor_id"),
}
"""The tables of a release that are read, and their columns."""


@dataclass(frozen=True)
class _Voice:
    """On whose word a claim stands: the speaker, if one is told, and the publisher or agency; and since when."""

    speaker: str | None
    document: str
    publisher: str
    published: date

    @property
    def name(self) -> str:
        """As it is told: "the army, in Reuters"."""
        return f"{self.speaker}, in {self.publisher}" if self.speaker else self.publisher

    @property
    def key(self) -> tuple[str, str]:
        """What later claims of the same voice replace."""
        return self.speaker or "", self.publisher


def contradictions(tables: Mapping[str, pa.Table]) -> list[Row]:
    """Rows of COLUMNS, by day of the incident and its id; sums of many events are left out.

    `tables` are those of NEEDED by name; columns that they lack are empty. Tolls contradict where the bounds that two
    voices give for one event exclude each other; a voice's newest figure holds, a document's largest, and what it says
    itself beside a speaker's figure is the whole of which he told a part. Culprits do where one event is laid to actors
    of sides that have nobody in common; fights, in which either side may stand first, are left out. Places do where
    documents put it into settlements 15 km apart or more.
    """
    whole = {name: _completed(name, tables[name]) for name in NEEDED}
    incidents, mentions = _doubtful(whole["incidents"], whole["mentions"])
    voices, sides_of = _voices(whole["documents"]), _sides_of(whole["actors"])
    of_incident: defaultdict[str, list[Row]] = defaultdict(list)
    for mention in mentions.to_pylist():
        of_incident[mention["incident_id"]].append(mention)
    roles = dict(zip(*(whole["events"][name].to_pylist() for name in NEEDED["events"]), strict=True))
    found: list[Row] = []
    for incident in incidents.to_pylist():
        told = of_incident[incident["incident_id"]]
        core = [mention for mention in told if roles.get(mention["event_id"]) in _CORE]
        for matter, claims, held, rule_id in _of_incident(incident, told, core, voices, sides_of):
            row = {"matter": matter, "claims": claims, "held": held, "rule_id": rule_id}
            found.append({name: row.get(name, incident.get(name)) for name in COLUMNS})
    return sorted(found, key=lambda row: (row["date_start"] or date.max, row["incident_id"], row["matter"]))


def _completed(name: str, table: pa.Table) -> pa.Table:
    """The columns of it that are needed, in one piece; those that it lacks are null."""
    lacking = set(NEEDED[name]).difference(table.column_names)
    types = RELEASE_TABLES[name].schema
    for column in sorted(lacking):
        table = table.append_column(types.field(column), pa.nulls(len(table), types.field(column).type))
    return table.select(list(NEEDED[name])).combine_chunks()


def _doubtful(incidents: pa.Table, mentions: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The single incidents that may have a contradiction, and their mentions: some are denied or claimed, of the others
    something is told in two ways. Most are not, and a large release would take minutes to look through row by row."""
    mentions = mentions.filter(pc.is_valid(mentions["incident_id"]))
    told = {name: mentions[name] for name in ("incident_id", *_BOUNDS, "place_id")} | {"who": _who(mentions["actors"])}
    ways = [(name, "count_distinct", pc.CountOptions(mode="all")) for name in (*_BOUNDS, "place_id", "who")]
    counted = pa.table(told).group_by("incident_id").aggregate(ways)
    most = np.max([counted[f"{name}_count_distinct"].to_numpy() for name, *_ in ways], axis=0)
    denied = mentions.filter(_is(mentions["status_code"], "denied"))["incident_id"]
    ids = pa.chunked_array([*counted["incident_id"].filter(pa.array(most > 1)).chunks, *denied.chunks], pa.string())
    looked_at = pc.or_(pc.is_in(incidents["incident_id"], value_set=ids), _is(incidents["certainty_code"], "disputed"))
    for name in ("denied_by", "claimed_by"):
        is_filled = pc.greater(pc.fill_null(pc.list_value_length(incidents[name]), 0), 0)
        looked_at = pc.or_(looked_at, is_filled)
    is_single = pc.invert(pc.fill_null(incidents["is_aggregate"], False))
    incidents = incidents.filter(pc.and_(looked_at, is_single))
    return incidents, mentions.filter(pc.is_in(mentions["incident_id"], value_set=incidents["incident_id"]))


def _is(column: pa.ChunkedArray, code: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(column, code), False)


def _who(actors: pa.ChunkedArray) -> pa.Array:
    """Of each list of parties their ids in one text."""
    lengths = pc.fill_null(pc.list_value_length(actors), 0).to_numpy()
    ids = pc.fill_null(pc.struct_field(pc.list_flatten(actors), "actor_id"), "").combine_chunks()
    at = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(at, ids), ";")


Matter = tuple[str, str, str | None, str]
"""matter, claims, held, rule_id."""


def _of_incident(
    incident: Row,
    told: Sequence[Row],
    core: Sequence[Row],
    voices: Mapping[str, tuple[str, date]],
    sides_of: Callable[[str], str],
) -> Iterator[Matter]:
    for kind in _TOLLS:
        yield from _tolls(incident, kind, told, voices)
    yield from _culprits(incident, core, voices, sides_of)
    yield from _places(incident, core, voices)
    denied = incident["denied_by"] or any(mention["status_code"] == "denied" for mention in told)
    if denied or incident["certainty_code"] == "disputed":
        by = ", ".join(incident["denied_by"] or ()) or "somebody unnamed"
        yield "denial", f"told to have happened | denied by {by}", incident["certainty_code"], "decide.denial_disputes"


def _tolls(incident: Row, kind: str, told: Sequence[Row], voices: Mapping[str, tuple[str, date]]) -> Iterator[Matter]:
    """The figures for one event that exclude each other, where there are such."""
    by_event: defaultdict[str, dict[tuple[str, str], tuple[_Voice, int, float]]] = defaultdict(dict)
    for mention in sorted(told, key=lambda one: voices[one["document_id"]][1]):
        low, high = mention[f"{kind}_low"], mention[f"{kind}_high"]
        if low is None and high is None:
            continue
        voice = _voice(mention, voices)
        claim = voice, low or 0, math.inf if high is None else high
        known = by_event[mention["event_id"]].get(voice.key)
        # of one day the largest: parts of a toll are told beside it
        if known is None or voice.published > known[0].published or claim[1:] > known[1:]:
            by_event[mention["event_id"]][voice.key] = claim
    for told_of in by_event.values():
        own = {voice.document for voice, *_ in told_of.values() if not voice.speaker}
        claims = {key: one for key, one in told_of.items() if not (one[0].speaker and one[0].document in own)}
        if not claims:
            continue
        figures = sorted({(low, high) for _, low, high in claims.values()})
        least_high = min(high for _, high in figures)
        if max(low for low, _ in figures) <= least_high:
            continue
        names: dict[tuple[int, float], list[str]] = {figure: [] for figure in figures}
        for voice, low, high in claims.values():
            names[low, high].append(voice.name)
        sides = (f"{_bounds(figure)} ({'; '.join(sorted(by))})" for figure, by in names.items())
        best = incident[f"{kind}_best"]
        yield kind, " | ".join(sides), None if best is None else str(best), _toll_rule(list(claims.values()), best)
        return


def _toll_rule(claims: Sequence[tuple[_Voice, int, float]], best: int | None) -> str:
    """By which rule of linking a figure holds: its publishers, that it is the newest, that it is larger."""
    publishers: defaultdict[int, set[str]] = defaultdict(set)
    newest: dict[int, date] = {}
    for voice, low, _ in claims:
        publishers[low].add(voice.publisher)
        newest[low] = max(newest.get(low, date.min), voice.published)
    if best is None or best not in publishers:
        return "decide.toll_of_sides"
    others = [low for low in publishers if low != best]
    if all(len(publishers[low]) < len(publishers[best]) for low in others):
        return "decide.toll_most_publishers"
    if all(newest[low] < newest[best] for low in others):
        return "decide.toll_newest"
    return "decide.toll_stated"


def _culprits(
    incident: Row, core: Sequence[Row], voices: Mapping[str, tuple[str, date]], sides_of: Callable[[str], str]
) -> Iterator[Matter]:
    """Actors to whom one event is laid by voices that name nobody in common; who owns to it beside another culprit."""
    by_event: defaultdict[str, list[Row]] = defaultdict(list)
    for mention in core:
        if mention["event_type_code"] not in event_types.mutual():
            by_event[mention["event_id"]].append(mention)
    for mentions in by_event.values():
        named: defaultdict[frozenset[str], set[str]] = defaultdict(set)
        labels: dict[str, str] = {}
        for mention in mentions:
            actors = mention["actors"] or ()
            known = {sides_of(actor["actor_id"]): actor["label"] for actor in actors if actor["actor_id"]}
            labels |= known
            if known:
                named[frozenset(known)].add(_voice(mention, voices).name)
        if len(named) > 1 and not frozenset.intersection(*named):
            sides = (
                f"{', '.join(sorted(labels[one] for one in ids))} ({'; '.join(sorted(by))})"
                for ids, by in named.items()
            )
            yield "culprit", " | ".join(sorted(sides)), incident["actor_label"], "decide.culprit_most_mentions"
            return
    owned, label = incident["claimed_by"], incident["actor_label"]
    if owned and label and not set(owned) & {label, *(party["label"] for party in incident["actors"] or ())}:
        claims = f"{label} (reports) | {', '.join(owned)} (claims it)"
        yield "culprit", claims, label, "decide.culprit_most_mentions"


def _places(incident: Row, core: Sequence[Row], voices: Mapping[str, tuple[str, date]]) -> Iterator[Matter]:
    """Settlements, far from one another, into which documents put one incident."""
    of_document: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for mention in core:
        if mention["geo_precision_code"] in _FINE and mention["place_id"] and mention["latitude"] is not None:
            of_document[mention["document_id"]][mention["place_id"]] = mention
    told = list(of_document.values())
    far = any(
        not set(one) & set(other) and min(_distance(a, b) for a in one.values() for b in other.values()) > _APART
        for number, one in enumerate(told)
        for other in told[:number]
    )
    if not far:
        return
    by: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for document, places in of_document.items():
        for place_id, mention in places.items():
            by[place_id, mention["place_label"]].add(voices[document][0])
    sides = sorted(f"{label} ({'; '.join(sorted(names))})" for (_, label), names in by.items())
    yield "place", " | ".join(sides), incident["place_label"], "decide.place_best_supported"


def _distance(one: Row, other: Row) -> float:
    """Kilometres between the places of two mentions."""
    return great_circle_km(one["latitude"], one["longitude"], other["latitude"], other["longitude"])


def _voice(mention: Row, voices: Mapping[str, tuple[str, date]]) -> _Voice:
    return _Voice(mention["speaker_text"], mention["document_id"], *voices[mention["document_id"]])


def _voices(documents: pa.Table) -> Mapping[str, tuple[str, date]]:
    """document_id -> the agency behind it, else its publisher, and the day of publication."""
    return {
        row["document_id"]: (row["agency"] or row["publisher"] or UNKNOWN, row["published_date"] or date.min)
        for row in documents.to_pylist()
    }


def _sides_of(actors: pa.Table) -> Callable[[str], str]:
    """What gives the side of an actor: whom it belongs to at last, and of a state's parts the state."""
    rows = actors.to_pylist()
    parents = {row["actor_id"]: row["parent_actor_id"] for row in rows if row["parent_actor_id"]}

    def side(actor_id: str) -> str:
        seen = {actor_id}
        while (parent := parents.get(actor_id)) is not None and parent not in seen:
            seen.add(parent)
            actor_id = parent
        return actor_id.partition(".")[0]

    return side


def _bounds(figure: tuple[int, float]) -> str:
    low, high = figure
    return str(low) if low == high else f"{low} or more" if high == math.inf else f"{low} to {high:.0f}"
