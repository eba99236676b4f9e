"""Rows of `events` that one mention tells alone: they say what the mention says.

Most events are such, and are made column by column. In come rows of `resolved_mentions`; out come the rows of `events`
that `merge` makes of each. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.link.certainty import certainty
from tasks.link.columns import Columns
from tasks.link.merge import count_columns, merge_parties, speaker_label, stance
from tasks.link.nearby import Ints
from tasks.link.reports import Report, Reports
from tasks.link.rows import Register, Row
from tasks.link.summary import SUMMARY_COLUMNS, summary
from tasks.tables import CLAIMS, EVENTS, EVIDENCE, HOW_MANY

_PARTIES = ("actors", "recipients", "actor_label", "recipient_label")
_COUNTS = (*(column.name for column in HOW_MANY), "killed_best", "injured_best")
_EMPTY = ("former_event_ids", "corrections")
# what the certainty of one mention follows from, beside the sentence of an anonymous speaker
_CERTAINTY = (
    *("status_code", "event_type_code", "is_hedged", "country_code", "actors", "recipients"),
    *("speaker_text", "speaker_actor_id", "stance_code"),
)
# where there is one voice, it does not matter whose
_ONE_VOICE = {"": Report("", "", "", None)}


def single_events(mentions: pa.Table, event_ids: Sequence[str], reports: Reports, actors: Register) -> pa.Table:
    """The rows of `events` of these mentions, one each, without corrections or ids that ended in them."""
    mentions = mentions.combine_chunks()
    of, once = Columns(mentions), pa.array(np.ones(mentions.num_rows, np.int32))
    made: dict[str, Any] = {name: mentions[name] for name in EVENTS.names if name in mentions.column_names}
    made |= {
        "event_id": pa.array(event_ids, pa.string()),
        "certainty_code": _certainty(mentions, actors),
        **_of_distinct(of, lambda row: merge_parties([row]), ["actors", "recipients"], _PARTIES),
        **_of_distinct(of, _counts, [column.name for column in HOW_MANY], _COUNTS),
        **dict.fromkeys(("mention_count", "document_count", "publisher_count"), once),
        "first_reported_date": of.array(
            lambda row: reports[row["document_id"]].published,
            ["document_id"],
            EVENTS.column("first_reported_date").type,
        ),
        "claims": _claims(mentions, actors),
        "evidence": _evidence(mentions),
        **{name: _lists(0 * once.to_numpy(), EVENTS.column(name).type, []) for name in _EMPTY},
    }
    named = Columns(pa.table({name: made[name] for name in SUMMARY_COLUMNS}))
    made["summary"] = named.array(summary, SUMMARY_COLUMNS, pa.string())
    return pa.table([made[name] for name in EVENTS.names], schema=EVENTS.schema)


def _of_distinct(of: Columns, function: Any, asked: Sequence[str], names: Sequence[str]) -> dict[str, pa.Array]:
    """Columns of the rows that the function makes of other columns."""
    made, codes = of.distinct(function, asked)
    schema = pa.schema([EVENTS.column(name).field for name in names])
    table = pa.Table.from_pylist(made, schema=schema).take(pa.array(codes))
    return {name: table[name] for name in names}


def _counts(row: Row) -> dict[str, Any]:
    return count_columns([{**row, "document_id": "", "speaker_text": None}], _ONE_VOICE)


def _certainty(mentions: pa.Table, actors: Register) -> pa.Array:
    # only of a speaker whom nobody knows the sentence tells whether he is anonymous
    is_asked = pc.and_(pc.is_valid(mentions["speaker_text"]), pc.is_null(mentions["speaker_actor_id"]))
    sentences = pc.if_else(is_asked, mentions["sentence_text"], "")
    of = Columns(mentions.select(_CERTAINTY).append_column("sentence_text", sentences))

    def code(row: Row) -> str | None:
        return certainty([{**row, "document_id": ""}], _ONE_VOICE, actors, row["status_code"], row["country_code"])

    return of.array(code, [*_CERTAINTY, "sentence_text"], pa.string())


def _claims(mentions: pa.Table, actors: Register) -> pa.Array:
    is_claim = pc.fill_null(pc.not_equal(mentions["speaker_text"], ""), False)
    told = mentions.filter(is_claim)
    of = Columns(told)
    made = {
        "speaker_label": of.array(
            lambda row: speaker_label(row, actors), ["speaker_text", "speaker_actor_id"], pa.string()
        ),
        "stance_code": of.array(stance, ["stance_code", "status_code", "event_type_code"], pa.string()),
    }
    parts = [made[field.name] if field.name in made else told[field.name] for field in CLAIMS.value_type]
    return _lists(is_claim.to_numpy().astype(np.int64), CLAIMS, parts)


def _evidence(mentions: pa.Table) -> pa.Array:
    names = ("document_id", "sentence_start", "sentence_end", "sentence_text")
    return _lists(np.ones(mentions.num_rows, np.int64), EVIDENCE, [mentions[name] for name in names])


def _lists(sizes: Ints, type_: pa.DataType, parts: Sequence[pa.ChunkedArray | pa.Array]) -> pa.Array:
    """Lists of so many structs each; `parts`: the fields of the structs one after the other."""
    arrays = [part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part for part in parts]
    offsets = pa.array(np.append(0, np.cumsum(sizes)).astype(np.int32))
    flat = (
        pa.StructArray.from_arrays(arrays, fields=list(type_.value_type)) if arrays else pa.array([], type_.value_type)
    )
    return pa.ListArray.from_arrays(offsets, flat, type=type_)
