"""The story of a document: which of its accounts tell one happening.

A report is read as a whole: the accounts of the attack, of the blast and of the shots in it are one happening, those of
last year's attack another. What only speaks of a happening, a claim or a condemnation, is put with the one that its
sentence tells of. In come the accounts of whole documents with their mentions; out comes the happening of each, named
after the smallest of its accounts, and what the document knows of it. Plans, and words about nothing in particular, are
of no happening.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge import event_types
from tasks.link.accounts import Account, united
from tasks.link.columns import Columns
from tasks.link.read_accounts import read_accounts
from tasks.link.reports import Reports
from tasks.link.rows import Register, Row
from tasks.link.same_text import text_distance
from tasks.link.story.grouping import group
from tasks.link.story.happening import happening_rows
from tasks.link.story.likeness import weights
from tasks.link.story.names import names_of_report
from tasks.link.story.telling import TOLD_COLUMNS, Telling, ranked, tell
from tasks.link.weights import WEIGHTS
from tasks.tables import HAPPENINGS

# mentions held as rows of Python objects at a time
_BATCH = 20_000


class Text(NamedTuple):
    """The cleaned text of a document, and its title."""

    document_id: str
    text: str
    title: str | None


# behind every document
_NO_MORE = Text(chr(0x10FFFF), "", None)

Told = tuple[str, Row]
"""The account that a mention belongs to, and the mention's row."""


class Stories(NamedTuple):
    """The happening of each account that is of one, by their ids, and rows of `happenings`, of single ones alone."""

    happening_of: dict[str, str]
    happenings: pa.Table


def read_stories(
    resolved: pa.Table, accounts: pa.Table, read: Mapping[str, Account], reports: Reports, texts: Iterable[Text]
) -> Stories:
    """The stories of some documents.

    `resolved`: columns of `resolved_mentions`; `accounts`: account_id, document_id and mention_ids of all accounts of
    the documents; `read`: these accounts by id; `texts`: of the documents that have one, in the order of ids; one that
    has none is known by the sentences of its mentions alone.
    """
    happening_of: dict[str, str] = {}
    parts = [HAPPENINGS.schema.empty_table()]
    rows: list[dict[str, Any]] = []
    learned = weights()
    in_order, last = iter(texts), Text("", "", None)
    for document_id, told in _stories(resolved, accounts, read, reports):
        # both come in the order of ids
        while last.document_id < document_id:
            last = next(in_order, _NO_MORE)
        names = names_of_report(last.text, last.title) if last.document_id == document_id else None
        groups = group(counted(told), learned, WEIGHTS.one_happening)
        happening_of |= _named(told, groups)
        rows += happening_rows(groups, reports[document_id], names)
        if len(rows) >= _BATCH:
            parts.append(pa.Table.from_pylist(rows, schema=HAPPENINGS.schema))
            rows = []
    parts.append(pa.Table.from_pylist(rows, schema=HAPPENINGS.schema))
    return Stories(happening_of, pa.concat_tables(parts))


def tellings(resolved: pa.Table, accounts: pa.Table, reports: Reports, actors: Register) -> Iterator[list[Telling]]:
    """The accounts of each document with what its story needs to know of them, with `accounts` of them all."""
    parts = (resolved.slice(start, _BATCH) for start in range(0, resolved.num_rows, _BATCH))
    mentions = {one.id: one for one in read_accounts(parts, reports, actors)}
    read = {ids[0]: united(mentions[name] for name in ids) for ids in accounts["mention_ids"].to_pylist()}
    return (told for _, told in _stories(resolved, accounts, read, reports))


def _stories(
    resolved: pa.Table, accounts: pa.Table, read: Mapping[str, Account], reports: Reports
) -> Iterator[tuple[str, list[Telling]]]:
    for told in _documents(resolved, accounts):
        document_id = told[0][1]["document_id"]
        published = reports[document_id].published
        of_one = groupby(told, key=lambda mention: mention[0])
        yield document_id, ranked([tell([row for _, row in rows], read[name], published) for name, rows in of_one])


def counted(told: Sequence[Telling]) -> list[Telling]:
    """Those that tell a single happening of a type that analysts count, as a fact."""
    classes = event_types.incident_classes()
    return [one for one in told if one.kind in classes and one.account.has_happened and not one.account.is_aggregate]


def _documents(resolved: pa.Table, accounts: pa.Table) -> Iterator[list[Told]]:
    """The mentions of each document, those of one account after another."""
    accounts = accounts.sort_by([("document_id", "ascending"), ("account_id", "ascending")]).combine_chunks()
    home = accounts["account_id"].take(pc.list_parent_indices(accounts["mention_ids"]))
    document = accounts["document_id"].take(pc.list_parent_indices(accounts["mention_ids"]))
    mentions = pc.list_flatten(accounts["mention_ids"])
    places = pc.index_in(mentions, value_set=resolved["mention_id"].combine_chunks())
    start, documents = 0, document.to_pylist()
    while start < len(documents):
        end = min(start + _BATCH, len(documents))
        while end < len(documents) and documents[end] == documents[end - 1]:
            end += 1
        rows = Columns(resolved.select(TOLD_COLUMNS).take(places.slice(start, end - start))).rows(TOLD_COLUMNS)
        told = zip(home.slice(start, end - start).to_pylist(), rows, strict=True)
        for _, of_one in groupby(told, key=lambda mention: mention[1]["document_id"]):
            yield list(of_one)
        start = end


def _named(told: Sequence[Telling], groups: Sequence[Sequence[Telling]]) -> dict[str, str]:
    """account_id -> happening, of one document; `groups`: the single happenings that it tells as facts."""
    classes = event_types.incident_classes()
    sums = [one for one in told if one.kind in classes and one.account.has_happened and one.account.is_aggregate]
    single: defaultdict[int, list[Telling]] = defaultdict(list)
    for members in groups:
        for one in members:
            for start in one.sentences:
                single[start].append(one)
    found: dict[str, str] = {}
    for members in [*groups, *([one] for one in sums)]:
        name = min(one.id for one in members)
        found |= {one.id: name for one in members}
    speaking = event_types.speaking_of_incidents()
    for one in told:
        if one.id not in found and (one.kind in speaking or one.account.statuses == {"denied"}):
            nearest = _spoken_of(one, single)
            if nearest is not None:
                found[one.id] = found[nearest.id]
    return found


def _spoken_of(speaking: Telling, told: Mapping[int, Sequence[Telling]]) -> Telling | None:
    """What a sentence that speaks of something tells of beside: the nearest in it; `told` by where sentences begin."""
    beside = [one for start in speaking.sentences for one in told.get(start, ())]
    return min(beside, key=lambda one: (text_distance(one.account, speaking.account), one.id), default=None)
