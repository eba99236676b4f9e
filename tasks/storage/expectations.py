"""What a release must be, beyond columns, types and keys, and what it should be: declared here, row by row and in all.

In come the tables of a release, out come sentences. Rules hold for every row: what breaks one is not published.
Limits are shares that an operator wants to hear about when they grow: what passes one is published, with a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tasks.tables import RELEASE_TABLES

Tables = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Order:
    """In every row of the table, what `least` holds is at most what `most` holds, where both are known."""

    table: str
    least: str
    most: str


@dataclass(frozen=True)
class Bounds:
    """Every value of the column that is known lies between these, both included."""

    table: str
    column: str
    least: float
    most: float


@dataclass(frozen=True)
class Reference:
    """Every value of the column that is known is the key of a row of another table.

    `column` may be a field of a list of structs: "actors.actor_id".
    """

    table: str
    column: str
    target: str


@dataclass(frozen=True)
class Limit:
    """At most this share of the values of the columns, taken together, may be null. `what` names those that are."""

    table: str
    columns: tuple[str, ...]
    most: float
    what: str


_CODED = ("incidents", "events", "mentions")
_COUNTED = ("killed", "injured", "captured")
_MANY = 2**31 - 1

ORDERS = (
    *(Order(table, f"{kind}_low", f"{kind}_high") for table in _CODED for kind in _COUNTED),
    *(Order(table, "date_start", "date_end") for table in _CODED),
    Order("mentions", "sentence_start", "trigger_start"),
    Order("mentions", "trigger_start", "trigger_end"),
    Order("mentions", "trigger_end", "sentence_end"),
)

BOUNDS = (
    *(Bounds(table, "latitude", -90, 90) for table in (*_CODED, "places")),
    *(Bounds(table, "longitude", -180, 180) for table in (*_CODED, "places")),
    *(Bounds(table, f"{kind}_{end}", 0, _MANY) for table in _CODED for kind in _COUNTED
      for end in ("low", "high")),
    Bounds("mentions", "sentence_start", 0, _MANY),
    Bounds("events", "mention_count", 1, _MANY),
    Bounds("events", "document_count", 1, _MANY),
)  # fmt: skip

REFERENCES = (
    Reference("mentions", "event_id", "events"),
    Reference("mentions", "document_id", "documents"),
    Reference("mentions", "incident_id", "incidents"),
    Reference("events", "event_id", "mentions.event_id"),
    Reference("events", "incident_id", "incidents"),
    Reference("incidents", "incident_id", "events.incident_id"),
    Reference("incidents", "place_id", "places"),
    Reference("incidents", "actors.actor_id", "actors"),
    Reference("incidents", "recipients.actor_id", "actors"),
    Reference("incidents", "claims.mention_id", "mentions"),
    Reference("incidents", "evidence.document_id", "documents"),
    Reference("events", "place_id", "places"),
    Reference("events", "actors.actor_id", "actors"),
    Reference("events", "recipients.actor_id", "actors"),
    Reference("events", "claims.mention_id", "mentions"),
    Reference("events", "claims.document_id", "documents"),
    Reference("events", "evidence.document_id", "documents"),
    Reference("territory", "event_id", "events"),
    Reference("territory", "place_id", "places"),
    Reference("territory", "controller_actor_id", "actors"),
    Reference("documents", "duplicate_of", "documents"),
)

LIMITS = (
    Limit("events", ("place_id",), 0.5, "events without a place"),
    Limit("events", ("date_start",), 0.25, "events without a date"),
    Limit("events", ("actors.actor_id", "recipients.actor_id"), 0.6, "parties to events without an actor id"),
    Limit("documents", ("published_date",), 0.25, "documents without a day of publication"),
)
MOST_REJECTS = 0.1
# a share of a handful says nothing
_LEAST_VALUES = 10


def broken(tables: Tables) -> Iterator[tuple[str, str]]:
    """(table, what is wrong) for each rule that some row breaks, with the first such row and how many there are.

    A table that is not given, as when its file cannot be read, is not looked at.
    """
    for order in ORDERS:
        if order.table in tables:
            rows = tables[order.table]
            wrong = pc.greater(rows[order.least], rows[order.most])
            yield from _first(rows, order.table, order.least, wrong, f"is above {order.most} {{{order.most}}}")
    for bound in BOUNDS:
        if bound.table in tables:
            rows = tables[bound.table]
            wrong = pc.or_(pc.less(rows[bound.column], bound.least), pc.greater(rows[bound.column], bound.most))
            yield from _first(rows, bound.table, bound.column, wrong, f"is not between {bound.least} and {bound.most}")
    for reference in REFERENCES:
        target, _, column = reference.target.partition(".")
        if reference.table in tables and target in tables:
            known = pc.unique(tables[target][column or RELEASE_TABLES[target].key[0]])
            values = pc.unique(_values(tables[reference.table], reference.column)).drop_null()
            strays = values.filter(pc.invert(pc.is_in(values, value_set=known)))
            if len(strays):
                more = f", nor are {len(strays) - 1} more" if len(strays) > 1 else ""
                yield reference.table, f"column {reference.column}: {strays[0].as_py()} is not in {target}{more}"


def _first(rows: pa.Table, table: str, column: str, wrong: pa.ChunkedArray, why: str) -> Iterator[tuple[str, str]]:
    count = pc.sum(wrong).as_py()
    if count:
        row = rows.slice(pc.index(wrong, pa.scalar(True)).as_py(), 1).to_pylist()[0]
        key = ", ".join(str(row[name]) for name in RELEASE_TABLES[table].key)
        more = f", and so in {count - 1} more rows" if count > 1 else ""
        yield table, f"column {column}: in row {key}, {row[column]} {why.format(**row)}{more}"


def warnings(tables: Tables) -> list[str]:
    """A sentence for each limit that the release passes, with the figures."""
    found = []
    for limit in LIMITS:
        values = [_values(tables[limit.table], column) for column in limit.columns]
        found.append((limit.what, sum(v.null_count for v in values), sum(map(len, values)), limit.most))
    # a correction that linking refuses, or a document that was taken out, is no input that could not be read
    refused = tables["rejects"]
    is_unread = pc.and_(pc.not_equal(refused["stage"], "link"), pc.not_equal(refused["reason_code"], "forgotten"))
    rejects = pc.sum(is_unread).as_py() or 0
    found.append(("rejects among what was read", rejects, rejects + tables["documents"].num_rows, MOST_REJECTS))
    return [
        f"{what}: {part} of {whole} ({part / whole:.0%}), more than {most:.0%}"
        for what, part, whole, most in found
        if whole >= _LEAST_VALUES and part > most * whole
    ]


def _values(rows: pa.Table, path: str) -> pa.ChunkedArray:
    column, _, field = path.partition(".")
    return pc.struct_field(pc.list_flatten(rows[column]), field) if field else rows[column]
