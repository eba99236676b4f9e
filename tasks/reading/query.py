"""SQL over the tables of a release: it reads them, and nothing else of this machine.

In come the folder of a release and one query in DuckDB's SQL, out come batches of rows. Refused is what does anything
but read. DuckDB is told to open no file, load no extension and change no setting; it sees the tables through Arrow
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import dataset

from tasks.tables import RELEASE_TABLES

MEMORY = "2GB"
ROWS_OF_A_BATCH = 10_000
MOST_BYTES = 200 << 20
# in this order. Access is forbidden once the database is there: given to it as it starts, it would leave `:memory:.wal`
# open to be read and written
_CLOSED = (
    "SET TimeZone = 'UTC'",
    f"SET max_memory = '{MEMORY}'",
    # nowhere to write what does not fit into memory
    "SET temp_directory = ''",
    "SET autoload_known_extensions = false",
    "SET autoinstall_known_extensions = false",
    # a name that is no table is none, whatever Python calls so
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
# how a PIVOT may begin, which DuckDB makes several statements of; a COPY or CREATE of one begins otherwise
_PIVOT = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*(?:pivot|with|from|select|\()\b", re.IGNORECASE | re.DOTALL)
_NAMES = {
    pa.string(): "VARCHAR",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.binary(): "BLOB",
}


class QueryError(ValueError):
    """A query that cannot be answered; its text says why, in DuckDB's words or ours."""


def tables(release: Path) -> list[dict[str, Any]]:
    """What can be asked: of each table name, meaning, rows, and its columns: name, type, meaning, codes (a list)."""
    found = []
    for name, file in _files(release):
        about = pq.read_metadata(file)
        schema = about.schema.to_arrow_schema()
        columns = [
            {"name": field.name, "type": type_name(field.type), "meaning": _of(field.metadata, "meaning")}
            | {"codes": _of(field.metadata, "codes") or None}
            for field in schema
        ]
        found.append({"name": name, "meaning": _of(about.metadata, "meaning"), "rows": about.num_rows})
        found[-1]["columns"] = columns
    return found


def type_name(type_: pa.DataType) -> str:
    """An Arrow type as DuckDB's SQL names it, structs by the names of their parts."""
    if pa.types.is_list(type_):
        return f"{type_name(type_.value_type)}[]"
    if pa.types.is_struct(type_):
        return f"STRUCT({', '.join(field.name for field in type_)})"
    if pa.types.is_timestamp(type_):
        return "TIMESTAMP WITH TIME ZONE" if type_.tz else "TIMESTAMP"
    return _NAMES.get(type_, str(type_))


def opened(release: Path) -> duckdb.DuckDBPyConnection:
    """A connection that knows the tables of a release by name."""
    connection = duckdb.connect()
    for setting in _CLOSED:
        connection.execute(setting)
    for name, file in _files(release):
        connection.register(name, dataset.dataset(file))
    return connection


def answer(connection: duckdb.DuckDBPyConnection, sql: str, most: int | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of one query, in at least one batch; a column's name stands once.

    Of `most` rows no more are given, and none beyond MOST_BYTES. Raises QueryError where it is no query, or cannot be
    answered.
    """
    try:
        statements = connection.extract_statements(sql)
        if len(statements) != 1:
            raise QueryError("ask one query" + (" at a time" if statements else ""))
        if not _only_reads(statements[0]):
            raise QueryError("only queries are answered here (SELECT, FROM, WITH, PIVOT, DESCRIBE, SUMMARIZE, SHOW)")
        reader = connection.sql(statements[0]).to_arrow_reader(ROWS_OF_A_BATCH)
        names = _once(reader.schema.names)
        yield pa.RecordBatch.from_pylist([], reader.schema).rename_columns(names)
        size = 0
        for batch in reader:
            part = batch.rename_columns(names)
            if most is None:
                yield part
                continue
            part = part.slice(0, most)
            if (size := size + part.nbytes) > MOST_BYTES:
                raise QueryError(f"the rows are larger than {MOST_BYTES >> 20} MB: choose columns, or parts of them")
            yield part
            if (most := most - len(part)) <= 0:
                break
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise QueryError(str(error)) from None


def plain_rows(batch: pa.RecordBatch) -> list[list[Any]]:
    """The rows of a batch as JSON has them: days and times as ISO texts, bytes as hexadecimal digits, nothing lost."""
    columns = [[_plain(value) for value in column.to_pylist()] for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value if value is None or isinstance(value, str | int) else str(value)


def _files(release: Path) -> Iterator[tuple[str, Path]]:
    """The tables that a release has, first what to count; an older one may have fewer."""
    for name in sorted(RELEASE_TABLES, key=lambda name: name != "incidents"):
        file = release / f"{name}.parquet"
        if file.is_file():
            yield name, file


def _of(metadata: dict[bytes, bytes] | None, key: str) -> str:
    return (metadata or {}).get(key.encode(), b"").decode()


def _only_reads(statement: duckdb.Statement) -> bool:
    is_pivot = statement.type == duckdb.StatementType.MULTI and _PIVOT.match(statement.query)
    return statement.type == duckdb.StatementType.SELECT or bool(is_pivot)


def _once(names: list[str]) -> list[str]:
    """Names of columns, each once: a second `place_id` is `place_id_2`."""
    taken: dict[str, None] = {}
    for name in names:
        number, told = 1, name
        while told in taken:
            number += 1
            told = f"{name}_{number}"
        taken[told] = None
    return list(taken)
