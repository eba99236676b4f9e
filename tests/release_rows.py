"""Rows that any declared table takes, and a small release: what tests of the store and of releases start from."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from tasks.tables import RELEASE_TABLES, STAGE_TABLES, Column, Table

# one code a list is enough here, whatever lists the tables name
CODES = {
    column.codes: {f"some_{column.codes}"}
    for table in (*STAGE_TABLES.values(), *RELEASE_TABLES.values())
    for column in table.columns
    if column.codes
} | {
    "stage": {"ingest", "clean", "link"},
    "segment_kind": {"body"},
    "number_kind": {"killed"},
    "casualty_group": {"women"},
}
WHEN = dt.datetime(2024, 3, 5, 6, 7, tzinfo=dt.UTC)
POINT = (
    b"\x01\x01\x00\x00\x00" + b"\x00\x00\x00\x00\x00\x80\x51\x40" + b"\x00\x00\x00\x00\x00\x40\x41\x40"
)  # 70 E 34.5 N
DAY = dt.date(2024, 3, 5)
FILES = {"codebook.md": "# Codebook\n", "report.html": "<p>one</p>"}


def filler(column: Column, codes=CODES):
    """A value that a column's declaration allows."""
    type_ = column.type
    if pa.types.is_list(type_):
        return []
    if column.nullable:
        return None
    if column.codes:
        return sorted(codes[column.codes])[0]
    if pa.types.is_boolean(type_):
        return False
    if pa.types.is_integer(type_):
        return 0
    if pa.types.is_timestamp(type_):
        return WHEN
    if pa.types.is_date(type_):
        return WHEN.date()
    return b"x" if pa.types.is_binary(type_) else "x"


def rows_of(table: Table, *changes: dict) -> pa.Table:
    blank = {column.name: filler(column) for column in table.columns}
    return pa.Table.from_pylist([blank | change for change in changes], schema=table.schema)


def release_tables(label: str = "Doshi") -> dict[str, pa.Table]:
    """Two events, each told once in one document."""
    once = {"mention_count": 1, "document_count": 1}
    rows = {
        "events": [
            {"event_id": "e2", "geometry": None} | once,
            {"event_id": "e1", "geometry": POINT, "place_label": label} | once,
        ],
        "mentions": [{"mention_id": f"m{n}", "event_id": f"e{n}", "document_id": "d"} for n in (1, 2)],
        "documents": [{"document_id": "d"}],
    }
    return {name: rows_of(table, *rows.get(name, ())) for name, table in RELEASE_TABLES.items()}
