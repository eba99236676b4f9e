"""The newest events of a release and all that tells them, as plain lists by column, ready to become compact JSON.

In come Arrow tables of any size; only the rows that the page shows become Python objects. Texts that recur (names,
places, codes) are given once and referred to by their number. Days are counted from 1970-01-01, null is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

NEWEST_EVENTS = 20_000
# an event that thousands of mentions tell would drown the page; its mentions.parquet has them all
MENTIONS_OF_AN_EVENT = 50

_CODES = ("event_type_code", "status_code", "certainty_code", "date_precision_code", "date_basis_code")
_SCHEMES = ("weapon_code", "acled_event_type", "acled_sub_event_type", "plover_type", "plover_mode", "cameo_code")
_PLACE = ("place_label", "admin2_name", "admin1_name", "country_code", "latitude", "longitude", "geo_precision_code")
_TOLLS = (
    *("killed_low", "killed_best", "killed_high", "injured_low", "injured_best", "injured_high"),
    *("captured_low", "captured_high"),
)
_FIGURES = (*_TOLLS, "mention_count", "document_count", "publisher_count")
_LISTS = ("event_type", "status", "certainty", "date_precision", "date_basis", "geo_precision", "weapon", "stance")
_MORE_LISTS = ("number_kind", "side", "actor_type")


class Words:
    """Values given once: each gets a number in the order of its first use."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        """The number of a value, a new one where it was not met before."""
        if value not in self._numbers:
            self._numbers[value] = len(self.values)
            self.values.append(value)
        return self._numbers[value]

    def numbers(self, values: Iterable[Any]) -> list[int | None]:
        """The numbers of values, null for null."""
        return [None if value is None else self.number(value) for value in values]


def newest_events(events: pa.Table, count: int = NEWEST_EVENTS) -> pa.Table:
    """The newest events, newest first, undated ones last; among those of one day the smallest id first."""
    day = pc.cast(pc.coalesce(events["date_start"], events["date_end"]), pa.int32())
    # the day at which the page ends is found by numbers alone: to sort a million ids is dear
    day = pc.fill_null(day, -(2**31) + 1)
    if len(events) > count:
        ordered = pc.sort_indices(day, sort_keys=[("", "descending")])
        kept = pc.greater_equal(day, day[ordered[count - 1].as_py()])
        events, day = events.filter(kept), day.filter(kept)
    keys = pa.table({"day": day, "id": events["event_id"]})
    order = pc.sort_indices(keys, sort_keys=[("day", "descending"), ("id", "ascending")])
    return events.take(order[:count])


def page_events(
    events: pa.Table, incidents: pa.Table, labels: dict[str, dict[str, str]], countries: pd.DataFrame
) -> dict[str, Any]:
    """What the list, the filters and the drawings need, by column; `places`, `parties` and `words` are given once.

    `incident` numbers the rows of `incidents`, which hold the figures that sums are made of.
    """
    places, parties, words = Words(), Words(), Words()
    columns: dict[str, Any] = {"event_id": events["event_id"].to_pylist()}
    for name in (*_CODES, *_SCHEMES):
        columns[name] = words.numbers(events[name].to_pylist())
    for name in ("date_start", "date_end", "first_reported_date"):
        columns[name] = _days(events[name])
    for name in _FIGURES:
        columns[name] = events[name].to_pylist()
    for name in ("is_aggregate", "casualties_unknown"):
        columns[name] = [int(flag) for flag in events[name].to_pylist()]
    rows = zip(*(events[name].to_pylist() for name in _PLACE), strict=True)
    columns["place"] = [places.number(_place(row)) for row in rows]
    for name in ("actors", "recipients"):
        columns[name] = [[] for _ in range(len(events))]
        for row, *party in _listed(events[name], ("label", "actor_id", "actor_type_code", "country_code")):
            columns[name][row].append(parties.number(tuple(party)))
    names = Words()
    columns["incident"] = names.numbers(events["incident_id"].to_pylist())
    named = countries[["country_code", "name", "latitude", "longitude"]].itertuples(index=False)
    return {
        "labels": {name: labels.get(name, {}) for name in (*_LISTS, *_MORE_LISTS)},
        "countries": {code: [name, lat, lon] for code, name, lat, lon in named},
        "words": words.values,
        "places": places.values,
        "parties": parties.values,
        "events": columns,
        "incidents": _incidents(names.values, incidents),
    }


def _incidents(ids: Sequence[str], incidents: pa.Table) -> dict[str, Any]:
    """By column, the tolls of these incidents, in their order."""
    order = pc.index_in(pa.array(ids, pa.string()), value_set=incidents["incident_id"].combine_chunks())
    found = incidents.select([*_TOLLS, "is_aggregate", "casualties_unknown"]).take(order)
    tolls = {name: found[name].to_pylist() for name in _TOLLS}
    return tolls | {
        name: [int(flag) for flag in found[name].to_pylist()] for name in ("is_aggregate", "casualties_unknown")
    }


def page_mentions(events: pa.Table, mentions: pa.Table, documents: pa.Table) -> dict[str, Any]:
    """What an opened event shows: its mentions with their sentences, its claims, its counts and its documents.

    `event` numbers the rows of `events`; mentions stand by event, in the order of the text.
    """
    mentions = _mentions_of(events["event_id"], mentions)
    rank = pc.index_in(mentions["event_id"], value_set=events["event_id"].combine_chunks())
    sentences, reports, words = Words(), Words(), Words()
    columns: dict[str, Any] = {"event": rank.to_pylist()}
    rows = (mentions[name].to_pylist() for name in ("document_id", "sentence_start", "sentence_text"))
    columns["sentence"] = [
        sentences.number((reports.number(d), start, text)) for d, start, text in zip(*rows, strict=True)
    ]
    for name in ("trigger_start", "trigger_end"):
        columns[name] = pc.subtract(mentions[name], mentions["sentence_start"]).to_pylist()
    for name in ("trigger_id", "status_code", "place_text", "date_text", "speaker_text", "stance_code"):
        columns[name] = words.numbers(mentions[name].to_pylist())
    for name in ("killed_low", "killed_high", "injured_low", "injured_high", "captured_low", "captured_high"):
        columns[name] = mentions[name].to_pylist()
    columns["is_hedged"] = [int(flag) for flag in mentions["is_hedged"].to_pylist()]
    for name in ("actors", "recipients"):
        columns[name] = [[] for _ in range(len(mentions))]
        for row, text in _listed(mentions[name], ("text",)):
            columns[name][row].append(words.number(text))
    claims = _claims(events["claims"], mentions["mention_id"].to_pylist(), words, reports)
    numbers = [
        [row, words.number(kind), None if side is None else words.number(side), low, high, text]
        for row, kind, side, low, high, text in _listed(
            events["numbers"], ("kind_code", "side_code", "low", "high", "text")
        )
    ]
    return {
        "mentions": columns,
        "claims": claims,
        "numbers": numbers,
        "sentences": sentences.values,
        "documents": _documents(reports.values, documents),
        "words": words.values,
    }


def _mentions_of(event_ids: pa.ChunkedArray, mentions: pa.Table) -> pa.Table:
    """The mentions of these events, by event and then by document and offset, at most fifty of each event."""
    mentions = mentions.filter(pc.is_in(mentions["event_id"], value_set=event_ids.combine_chunks()))
    rank = pc.index_in(mentions["event_id"], value_set=event_ids.combine_chunks())
    keys = pa.table({"rank": rank, **{name: mentions[name] for name in ("document_id", "trigger_start", "mention_id")}})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
    kept: list[int] = []
    last, seen = None, 0
    for row, event in zip(order.to_pylist(), rank.take(order).to_pylist(), strict=True):
        seen = seen + 1 if event == last else 1
        last = event
        if seen <= MENTIONS_OF_AN_EVENT:
            kept.append(row)
    return mentions.take(pa.array(kept, pa.int64()))


def _claims(column: pa.ChunkedArray, mention_ids: list[str], words: Words, reports: Words) -> list[list[Any]]:
    """A row a claim: event, mention (None where the page lacks it), document, speaker's words, label, stance, toll."""
    known = {mention_id: row for row, mention_id in enumerate(mention_ids)}
    names = ("mention_id", "document_id", "speaker_text", "speaker_label", "stance_code", "killed_low", "killed_high")
    claims: list[list[Any]] = []
    last, seen = None, 0
    for row, mention_id, document_id, text, label, stance, low, high in _listed(column, names):
        seen = seen + 1 if row == last else 1
        last = row
        if seen <= MENTIONS_OF_AN_EVENT:
            said = words.numbers((text, label, stance))
            claims.append([row, known.get(mention_id), reports.number(document_id), *said, low, high])
    return claims


def _documents(ids: Sequence[str], documents: pa.Table) -> list[list[Any]]:
    """A row a document: publisher, title, day, address, external id, whether it is a near-copy."""
    wanted = pa.array(ids, pa.string())
    found = documents.filter(pc.is_in(documents["document_id"], value_set=wanted))
    order = pc.index_in(wanted, value_set=found["document_id"].combine_chunks())
    columns = [found[name].to_pylist() for name in ("publisher", "title", "url", "external_id")]
    days = _days(found["published_date"])
    copies = [int(value is not None) for value in found["duplicate_of"].to_pylist()]
    publisher, title, url, external_id = columns
    nothing = [None] * 6
    return [
        nothing if i is None else [publisher[i], title[i], days[i], url[i], external_id[i], copies[i]]
        for i in order.to_pylist()
    ]


def _listed(column: pa.ChunkedArray, fields: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    """A row a member of a column of lists of structs: the number of the row that holds it, then its fields."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    members = pc.list_flatten(whole)
    values = (pc.struct_field(members, name).to_pylist() for name in fields)
    return zip(pc.list_parent_indices(whole).to_pylist(), *values, strict=True)


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Names, country, point to five decimals (a metre) and precision."""
    *names, latitude, longitude, precision = row
    is_point = all(degrees is not None and math.isfinite(degrees) for degrees in (latitude, longitude))
    point = (round(latitude, 5), round(longitude, 5)) if is_point else (None, None)
    return (*names, *point, precision)


def _days(column: pa.ChunkedArray) -> list[int | None]:
    days: list[int | None] = pc.cast(column, pa.int32()).to_pylist()
    return days
