"""Link: which mentions tell the same event, merged into one row an event.

Resolved mentions, their documents, what was linked before and an analyst's corrections come in; what changes in
`event_mentions`, `events` and `accounts` goes out, with the corrections that could not be made. What is new or changed
is linked into what was linked before, and gives what linking all anew would give. A mention that stands twice, or
whose document is missing, is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge.crosswalk import Crosswalk
from tasks.link.corrections import Codes, Correction, PlaceOf, Reference, read_corrections, reject_rows
from tasks.link.event_rows import Named, event_rows
from tasks.link.identity import EVENT, name_clusters, with_ids_of
from tasks.link.incidents import KnownIncidents, LinkedIncidents, link_incidents
from tasks.link.known import Known, Past, among, clusters_with, is_among, past_of
from tasks.link.read_accounts import UnknownDocumentError
from tasks.link.regrouping import Corrected, regroup
from tasks.link.relinking import Relinked, changed_inputs, relink, with_rows
from tasks.link.reports import read_reports
from tasks.link.rows import Register
from tasks.link.story import Stories, Text, read_stories
from tasks.link.territory import CONTROL, CONTROL_COLUMNS, territory

__all__ = [
    "CONTROL",
    "CONTROL_COLUMNS",
    "Known",
    "KnownIncidents",
    "Linked",
    "LinkedIncidents",
    "RepeatedMentionError",
    "Text",
    "UnknownDocumentError",
    "link_events",
    "link_incidents",
    "read_reports",
    "territory",
    "with_ids_of",
]


Texts = Callable[[Sequence[str]], Iterable[Text]]
"""Ids of documents -> the texts of those that have one, in the order of ids."""


class RepeatedMentionError(ValueError):
    """A mention id stands more than once in `resolved_mentions`."""


class Linked(NamedTuple):
    """What changes: rows that are new or others now, and the ids of all that they take the place of.

    `refused`: rows of `rejects` without a time, one a refused correction, whether it changes anything or not;
    `of_incidents`: the corrections of incidents, which `link_incidents` makes.
    """

    event_mentions: pa.Table
    events: pa.Table
    accounts: pa.Table
    happenings: pa.Table
    gone_mentions: list[str]
    gone_events: list[str]
    gone_accounts: list[str]
    gone_happenings: list[str]
    refused: list[dict[str, Any]]
    of_incidents: list[Correction]


def link_events(
    resolved: pa.Table,
    documents: pa.Table,
    known: Known,
    actors: Register,
    made: Mapping[str, str],
    corrections: pd.DataFrame | None = None,
    codes: Codes | None = None,
    place_of: PlaceOf = lambda place_id: None,
    crosswalk: Crosswalk | None = None,
    texts: Texts = lambda ids: (),
) -> Linked:
    """What linking changes, each table sorted by its key, given the whole of `resolved`.

    `resolved`: columns of `resolved_mentions`; `documents`: at least document_id, publisher, url, published_date and
    duplicate_of; `actors`: side(actor_id) and actor(actor_id); `made`: document_id -> an id of what its mentions were
    made from, another one when they may be others. `corrections`: rows of seeds/corrections.csv, made after linking,
    the same as the last time where `known` has accounts; `codes` and `place_of` say which values they may set,
    `crosswalk`, which they need, what codes follow; `texts` gives the texts of documents. The order of rows never
    matters. Raises UnknownDocumentError or RepeatedMentionError.
    """
    _refuse_repeated(resolved["mention_id"])
    reports = read_reports(documents)
    before = with_rows(known.accounts, resolved["mention_id"])
    inputs = changed_inputs(resolved, reports, made, before)
    new = relink(resolved, reports, actors, before, inputs)
    is_read = is_among(new.accounts["document_id"], inputs)
    stories = read_stories(resolved, new.accounts.filter(is_read), new.read, reports, texts(sorted(inputs)))
    # they are many, and were needed by both
    new = new._replace(read={})
    gone = among(known.accounts.select(["document_id", "happening_id"]), "document_id", inputs)["happening_id"]
    reference = Reference(codes or {}, place_of, actors, crosswalk)
    corrected, names, past = _named(resolved, known, new, read_corrections(corrections), reference)
    links, events = event_rows(resolved, reports, corrected, names, reference)
    return Linked(
        links.sort_by("mention_id"),
        events,
        _with_happenings(new.accounts, is_read, stories).sort_by("account_id"),
        stories.happenings.sort_by("happening_id"),
        sorted(past.event_of),
        sorted(past.former),
        sorted(new.gone),
        sorted(set(gone.drop_null().to_pylist())),
        reject_rows(corrected.refused),
        corrected.of_incidents(),
    )


def _with_happenings(accounts: pa.Table, is_read: pa.ChunkedArray, stories: Stories) -> pa.Table:
    """Rows of `accounts` with the happenings of the documents that were read; the rest keep theirs."""
    told = pa.array([stories.happening_of.get(account) for account in accounts["account_id"].to_pylist()], pa.string())
    column = pc.if_else(is_read, told, accounts["happening_id"])
    return accounts.set_column(accounts.schema.get_field_index("happening_id"), "happening_id", column)


def _refuse_repeated(mention_ids: pa.ChunkedArray) -> None:
    if pc.count_distinct(mention_ids).as_py() < len(mention_ids):
        counts = pc.value_counts(mention_ids)
        doubled = counts.filter(pc.greater(pc.struct_field(counts, "counts"), 1))[0]["values"]
        raise RepeatedMentionError(f"resolved_mentions holds mention_id {doubled} more than once")


def _named(
    resolved: pa.Table, known: Known, new: Relinked, corrections: Sequence[Correction], reference: Reference
) -> tuple[Corrected, list[Named], Past]:
    """The clusters that are made anew, as corrections leave them, with their ids, and what they were before."""
    anew = {mention for correction in corrections for mention in correction.mentions}
    by_id = {row["mention_id"]: row for row in among(resolved, "mention_id", anew).to_pylist()}
    changed = {*new.gone, *new.accounts["account_id"].to_pylist()}
    while True:
        # what a correction names is done anew, whether it changed or not
        clusters = sorted([*new.clusters, *clusters_with(anew, known.accounts, changed)])
        corrected = regroup(clusters, corrections, by_id, reference) if corrections else Corrected(clusters)
        past = past_of(known, {*new.ended, *(mention for cluster in clusters for mention in cluster)})
        names = [
            Named(*ids) for ids in name_clusters(EVENT, corrected.clusters, past.event_of, past.former, past.taken)
        ]
        # an id of long ago that is given anew ends to be a former one of others
        reused = past.event_of_former({named.event_id for named in names} - set(past.former))
        if not reused:
            return corrected, names, past
        anew |= set(among(known.event_mentions, "event_id", reused)["mention_id"].to_pylist())
