"""How each row of the page is known: its events, mentions with their sentences, claims, counts and documents.

In come Arrow tables of any size, out come chunks of plain values, each for a run of rows: a page inflates only the
chunk of the row that is opened, and all of them for a search in sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.publish.report.packing import Numbers, Words, figures

ROWS_OF_A_CHUNK = 2_000
# a row that thousands of mentions tell would drown the page; the release's mentions.parquet has them all
MENTIONS_OF_A_ROW = 50

_TOLLS = ("killed_low", "killed_high", "injured_low", "injured_high", "captured_low", "captured_high")
_TEXTS = ("event_type_code", "trigger_id", "status_code", "place_text", "date_text", "speaker_text", "stance_code")
_CLAIM = ("mention_id", "document_id", "speaker_text", "speaker_label", "stance_code", "killed_low", "killed_high")
_NUMBER = ("kind_code", "side_code", "low", "high", "text")
_GROUP = ("kind_code", "group_code", "low", "high", "text")
_NAME = ("kind_code", "name", "age")


def row_of_mentions(ids: pa.ChunkedArray, events: pa.Table, mentions: pa.Table) -> Numbers:
    """The number of the page's row that each mention tells; below zero where the page has none."""
    row = pc.index_in(pc.coalesce(events["incident_id"], events["event_id"]), value_set=ids.combine_chunks())
    at = pc.index_in(mentions["event_id"], value_set=events["event_id"].combine_chunks())
    return figures(row.take(at.combine_chunks()))


def tellings(
    rows: pa.Table, events: pa.Table, mentions: pa.Table, row_of: Numbers, documents: pa.Table
) -> Iterator[dict[str, Any]]:
    """Chunk after chunk, each for the next ROWS_OF_A_CHUNK rows; mentions stand by row, document and offset."""
    mentions, row_of = _ordered(mentions, row_of)
    roles = dict(zip(events["event_id"].to_pylist(), events["incident_role_code"].to_pylist(), strict=True))
    # an export gives a document by its number, and few of many are asked for at once
    numbers = {id_: n for n, id_ in enumerate(documents["document_id"].to_pylist())}
    for begin in range(0, len(rows), ROWS_OF_A_CHUNK):
        first, last = np.searchsorted(row_of, (begin, begin + ROWS_OF_A_CHUNK))
        told = mentions.slice(first, last - first)
        yield _chunk(rows.slice(begin, ROWS_OF_A_CHUNK), told, row_of[first:last] - begin, roles, (documents, numbers))


def _ordered(mentions: pa.Table, row_of: Numbers) -> tuple[pa.Table, Numbers]:
    """The mentions of the page's rows in order, at most fifty of a row."""
    names = ("document_id", "trigger_start", "mention_id")
    keys = pa.table({"row": row_of, **{name: mentions[name] for name in names}})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]).to_numpy()
    order = order[row_of[order] >= 0]
    row_of = row_of[order]
    # how many mentions of the same row stand before each
    before = np.arange(len(row_of)) - np.searchsorted(row_of, row_of)
    kept = before < MENTIONS_OF_A_ROW
    return mentions.take(pa.array(order[kept])), row_of[kept]


def _chunk(
    rows: pa.Table, mentions: pa.Table, row_of: Numbers, roles: dict[str, str | None], known: tuple[pa.Table, Any]
) -> dict[str, Any]:
    sentences, reports, words, events = Words(), Words(), Words(), Words()
    columns: dict[str, Any] = {"row": row_of.tolist()}
    columns["event"] = [events.number(id_) for id_ in mentions["event_id"].to_pylist()]
    told = (mentions[name].to_pylist() for name in ("document_id", "sentence_start", "sentence_text"))
    columns["sentence"] = [
        sentences.number((reports.number(d), start, text)) for d, start, text in zip(*told, strict=True)
    ]
    for name in ("trigger_start", "trigger_end"):
        columns[name] = pc.subtract(mentions[name], mentions["sentence_start"]).to_pylist()
    for name in _TEXTS:
        columns[name] = words.numbers(mentions[name].to_pylist())
    for name in _TOLLS:
        columns[name] = mentions[name].to_pylist()
    columns["is_hedged"] = [int(flag) for flag in mentions["is_hedged"].to_pylist()]
    for name in ("actors", "recipients"):
        columns[name] = [[] for _ in range(len(mentions))]
        for row, text in listed(mentions[name], ("text",)):
            columns[name][row].append(words.number(text))
    numbers = [
        [row, words.number(kind), None if side is None else words.number(side), low, high, text]
        for row, kind, side, low, high, text in listed(rows["numbers"], _NUMBER)
    ]
    parts = {"groups": ("casualties", _GROUP), "names": ("casualty_names", _NAME)}
    return {
        "mentions": columns,
        "events": [[id_, roles.get(id_)] for id_ in events.values],
        "claims": _claims(rows["claims"], mentions["mention_id"].to_pylist(), words, reports),
        "numbers": numbers,
        **{key: list(listed(rows[name], of)) if name in rows.column_names else [] for key, (name, of) in parts.items()},
        "sentences": sentences.values,
        "documents": _documents(reports.values, *known),
        "words": words.values,
    }


def _claims(column: pa.ChunkedArray, mention_ids: list[str], words: Words, reports: Words) -> list[list[Any]]:
    """A row a claim: row, mention (None where the page lacks it), document, speaker's words, label, stance, toll."""
    known = {mention_id: row for row, mention_id in enumerate(mention_ids)}
    claims: list[list[Any]] = []
    last, seen = None, 0
    for row, mention_id, document_id, text, label, stance, low, high in listed(column, _CLAIM):
        seen = seen + 1 if row == last else 1
        last = row
        if seen <= MENTIONS_OF_A_ROW:
            said = words.numbers((text, label, stance))
            claims.append([row, known.get(mention_id), reports.number(document_id), *said, low, high])
    return claims


def _documents(ids: Sequence[str], documents: pa.Table, numbers: dict[str, int]) -> list[list[Any]]:
    """A row a document: publisher, title, day, address, external id, whether it is a near-copy."""
    at = [numbers.get(id_) for id_ in ids]
    found = documents.take(pa.array([n for n in at if n is not None], pa.int64()))
    columns = [found[name].to_pylist() for name in ("publisher", "title", "url", "external_id", "duplicate_of")]
    days = pc.cast(found["published_date"], pa.int32()).to_pylist()
    rows = iter(
        [publisher, title, day, url, id_, int(copy is not None)]
        for publisher, title, url, id_, copy, day in zip(*columns, days, strict=True)
    )
    return [[None] * 6 if n is None else next(rows) for n in at]


def listed(column: pa.ChunkedArray, fields: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """A row a member of a column of lists of structs: the number of the row that holds it, then its fields."""
    whole = column.combine_chunks()
    flat = pc.list_flatten(whole)
    values = (pc.struct_field(flat, name).to_pylist() for name in fields)
    return zip(pc.list_parent_indices(whole).to_pylist(), *values, strict=True)
