"""Resolve documents: each mention by itself, pass by pass, then its codes with all of its document.

In come rows of `mentions` with their documents, out come rows of `resolved_mentions`, or the mentions with their
traces. Nothing is refused.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from tasks.resolve.model import ResolvedMention, Setting
from tasks.resolve.passes import PASSES, note_candidates, read_codes, year_in
from tasks.resolve.resolver import Resolver
from tasks.resolve.sides import lend_sides
from tasks.tables import RESOLVED_MENTIONS

# code points at the head of a report in which it tells what it is about, and years after which that is long past
_LEAD = 400
_YEARS_PAST = 2


def resolve_document(
    rows: Sequence[Mapping[str, Any]], document: Mapping[str, Any], resolver: Resolver, explain: bool = False
) -> list[ResolvedMention]:
    """The mentions of one document (rows of `mentions`) resolved, in their order, each with its trace.

    `document` gives source_id, published_date, publisher, url, text and segments; `explain` notes places of the name
    that were passed over, too.
    """
    source = resolver.sources.get(document["source_id"], {})
    fled = resolver.fled_from(rows)
    setting = Setting(
        document["text"] or "",
        document["published_date"],
        resolver.puts_day_first(document),
        source.get("country_code") or resolver.country_of_site(document),
        fled or resolver.home(rows),
        fled,
        _told_in(rows),
        _past_year(rows, document["published_date"]),
    )
    days = [(s["start"], s["end"], s["date"]) for s in document.get("segments") or () if s.get("date")]
    mentions = [ResolvedMention(row, _in_item(setting, days, row["trigger_start"])) for row in rows]
    for mention in mentions:
        for one in PASSES:
            one(mention, resolver)
        if explain:
            note_candidates(mention, resolver)
    lend_sides(mentions)
    of_document = [mention.row() for mention in mentions]
    for mention in mentions:
        read_codes(mention, resolver, of_document)
    return mentions


def _past_year(rows: Sequence[Mapping[str, Any]], published: dt.date | None) -> int | None:
    """The year with which a report dates what it opens with, where that lies years before its own: an account of a past
    attack, whose other days are of that year as well."""
    dated = [row for row in rows if row["date_text"]]
    first = min(dated, key=lambda row: row["trigger_start"], default=None)
    if first is None or first["trigger_start"] > _LEAD or (year := year_in(first["date_text"])) is None:
        return None
    return year if published is None or published.year - year >= _YEARS_PAST else None


def _told_in(rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[str]]:
    """What a document puts its places in, where it says so of one without contradicting itself."""
    told: dict[str, list[Sequence[str]]] = {}
    for row in rows:
        if row["place_text"] and row["place_parents"]:
            told.setdefault(row["place_text"], []).append(row["place_parents"])
    longest = {text: max(parents, key=len) for text, parents in told.items()}
    return {text: most for text, most in longest.items() if all(set(one) <= set(most) for one in told[text])}


def _in_item(setting: Setting, days: Sequence[tuple[int, int, dt.date]], start: int) -> Setting:
    """The setting of a mention that begins at `start`: an item or a post with a day of its own was told on that."""
    number = bisect_right(days, start, key=lambda item: item[0]) - 1
    if number < 0 or start >= days[number][1]:
        return setting
    return replace(setting, published_date=days[number][2], is_item=True)


def resolve_mentions(mentions: pa.Table, documents: pa.Table, resolver: Resolver) -> pa.Table:
    """Rows of `resolved_mentions` for rows of `mentions`.

    `documents` needs document_id, source_id, published_date, publisher, url, text and segments.
    """
    columns = ["document_id", "source_id", "published_date", "publisher", "url", "text", "segments"]
    by_id = {document["document_id"]: document for document in documents.select(columns).to_pylist()}
    of_document: dict[str, list[dict[str, Any]]] = {}
    for mention in mentions.to_pylist():
        of_document.setdefault(mention["document_id"], []).append(mention)
    rows = [
        resolved.row()
        for document_id, rows_of_it in of_document.items()
        for resolved in resolve_document(rows_of_it, by_id[document_id], resolver)
    ]
    return pa.Table.from_pylist(rows, schema=RESOLVED_MENTIONS.schema)
