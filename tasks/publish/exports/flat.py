"""What all exports share: the tables that they are given, and cells that any tool reads and no spreadsheet runs.

In come Arrow columns, out come plain values, never all of a large column as Python objects, and files as bytes. Nothing
is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

Tables = Mapping[str, pa.Table]
"""The tables of a release by name."""
CountryNames = Mapping[str, str]
"""ISO 3166-1 alpha-3 -> name."""

Content = pa.Table | bytes
"""What a file of an export holds: rows, which are written as CSV, or the bytes themselves."""

BATCH_ROWS = 50_000
# of a party, what a reader wants is its name; of other structs the whole is wanted, and JSON keeps it
_AS_NAMES = ("actors", "recipients")

# how a spreadsheet knows a formula: by its first character, also where that is a wide, small, raised or other form of
# it, and whatever stands before that is not seen (white space, controls, format characters, fillers, the marks that
# choose a form); an apostrophe makes it text
_UNSEEN = (
    r"\s\p{Z}\p{C}\x{34f}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{2065}\x{2800}\x{3164}\x{fe00}-\x{fe0f}"
    r"\x{ffa0}\x{fff0}-\x{ffff}\x{e0000}-\x{e0fff}"
)
_SIGNS = r"=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−﬩⩵⩶"
_FORMULA = rf"^([\t\r\n]|[{_UNSEEN}]*[{_SIGNS}])"


def harmless(rows: pa.Table) -> pa.Table:
    """Text cells that begin like a formula get an apostrophe; numbers stay numbers."""
    for index, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            rows = rows.set_column(index, field, pc.replace_substring_regex(rows[index], _FORMULA, r"'\1"))
    return rows


def each(values: pa.ChunkedArray) -> Iterator[Any]:
    """The values as Python objects, a batch of rows at a time."""
    for start in range(0, len(values), BATCH_ROWS):
        yield from values.slice(start, BATCH_ROWS).to_pylist()


def texts(values: Iterable[str | None]) -> pa.Array:
    """A column of text."""
    return pa.array(values, pa.string())


def names_of(parties: Iterable[Mapping[str, Any]]) -> list[str]:
    """What parties (text, label, ...) are called."""
    return [party["label"] or party["text"] for party in parties]


def flat_columns(rows: pa.Table) -> pa.Table:
    """The same rows in columns of plain values, without the geometry, whose latitude and longitude are columns.

    Texts of a list are joined with "; ", parties by name; all else that nests becomes JSON; instants become ISO texts.
    """
    columns: dict[str, Any] = {}
    for name in rows.column_names:
        values = rows[name]
        if pa.types.is_binary(values.type):
            continue
        if name in _AS_NAMES:
            values = texts("; ".join(names_of(parties)) or None for parties in each(values))
        elif pa.types.is_list(values.type) and pa.types.is_string(values.type.value_type):
            values = texts("; ".join(listed) or None for listed in each(values))
        elif pa.types.is_list(values.type):
            values = texts(json.dumps(row, ensure_ascii=False) if row else None for row in each(values))
        elif pa.types.is_timestamp(values.type):
            values = pc.strftime(values.cast(pa.timestamp("s", values.type.tz), safe=False), "%Y-%m-%dT%H:%M:%SZ")
        columns[name] = values
    return pa.table(columns)


def single_incidents(tables: Tables) -> pa.Table:
    """The incidents that sum no others: what other data sets have rows for."""
    incidents = tables["incidents"]
    return incidents.filter(pc.invert(incidents["is_aggregate"]))


def documents_of_incidents(tables: Tables) -> Mapping[str, list[dict[str, Any]]]:
    """incident_id -> the documents that tell of it, the earliest first, those without a day last.

    Of a document: document_id, url, publisher, title, published_date, ingested_at.
    """
    wanted = ["document_id", "url", "publisher", "title", "published_date", "ingested_at"]
    rows = tables["documents"].select(wanted).to_pylist()
    rows.sort(key=lambda row: (str(row["published_date"] or "9999"), row["document_id"]))
    order = {row["document_id"]: place for place, row in enumerate(rows)}
    places: defaultdict[str, set[int]] = defaultdict(set)
    mentions = (tables["mentions"][name].to_pylist() for name in ("incident_id", "document_id"))
    for incident_id, document_id in zip(*mentions, strict=True):
        if incident_id:
            places[incident_id].add(order[document_id])
    return {incident_id: [rows[place] for place in sorted(found)] for incident_id, found in places.items()}


def number_of(id_: str) -> int:
    """A number for a text id, the same for ever: the first 48 bits of its SHA-256, which every tool holds exactly."""
    return int.from_bytes(hashlib.sha256(id_.encode()).digest()[:6])


def as_csv(rows: pa.Table, delimiter: str = ",", before: bytes = b"") -> bytes:
    """A flat table as UTF-8 with a header, behind `before`."""
    out = io.BytesIO()
    out.write(before)
    csv.write_csv(rows, out, csv.WriteOptions(delimiter=delimiter))
    return out.getvalue()
