"""The command that asks the tables of a release in SQL: `query`.

In come parsed arguments, out come rows, or the address of a page. Refused is a release that is not there, and what is
no query or takes too long.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from flows import terminal
from flows.cli import arguments
from flows.cli.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from flows.cli.arguments import Commands

# rows of a table on a terminal, letters of a cell
_MOST_LINES, _MOST_LETTERS = 100, 60


def add_commands(commands: Commands) -> None:
    """`query`."""
    query = commands.add_parser(
        "query",
        help="ask the tables of a release in SQL, here or on a page on this machine",
        epilog=examples(
            "sitrep query",
            "sitrep query 'show tables'",
            "sitrep query 'describe incidents'",
            "sitrep query \"SELECT summary FROM incidents WHERE list_contains(target_codes, 'hospital')\"",
            "sitrep query --format csv 'FROM incidents' > incidents.csv",
            "sitrep query - < question.sql",
        ),
    )
    help_text = "the query, or - for standard input; without it a page is served that asks for it"
    query.add_argument("sql", nargs="?", metavar="SQL", help=help_text)
    help_text = f"lines (the first {_MOST_LINES} rows), CSV or JSON (all rows)"
    query.add_argument("--format", choices=("table", "csv", "json"), default="table", help=help_text)
    help_text = "stop a query that takes longer (default: 60)"
    query.add_argument("--seconds", type=arguments.seconds, metavar="N", help=help_text)
    arguments.add_port(query)
    arguments.add_release(query)
    query.set_defaults(run=_query)


def _query(args: argparse.Namespace) -> int:
    from flows.query.process import SECONDS, Asker
    from tasks.reading.query import QueryError
    from tasks.storage.located import release_folder

    release, seconds = release_folder(args.release, args.data), args.seconds or SECONDS
    if args.sql is None:
        return _serve(release, seconds, args.port)
    sql = sys.stdin.read() if args.sql == "-" else args.sql
    asker = Asker(release, seconds)
    tell = {"table": _tell_table, "csv": _tell_csv, "json": _tell_json}[args.format]
    try:
        tell(asker.ask(sql, _MOST_LINES + 1 if args.format == "table" else None))
    except QueryError as error:
        # DuckDB points at the place in a line of its own
        for line in f"sitrep query: {error}".splitlines():
            terminal.tell_failure(line)
        return 1
    finally:
        asker.close()
    return 0


def _serve(release: Path, seconds: float, port: int) -> int:
    from flows.query import Questions, serving

    questions = Questions(release, seconds)
    server, address = serving(questions, port)
    terminal.tell(f"query: {address}")
    terminal.tell("The address is the key: who has it can read this release, and write nothing. Ctrl-C ends it.")
    try:
        with server:
            server.serve_forever()
    finally:
        questions.asker.close()
    return 0


def _tell_csv(batches: Iterator[pa.RecordBatch]) -> None:
    from flows.csv_text import csv_lines
    from tasks.reading.query import plain_rows

    for number, batch in enumerate(batches):
        for line in csv_lines([*([] if number else [batch.schema.names]), *plain_rows(batch)]):
            terminal.tell(line)


def _tell_json(batches: Iterator[pa.RecordBatch]) -> None:
    import json

    from tasks.reading.query import plain_rows
    from tasks.reading.visible import visible_json

    before = "[\n"
    for batch in batches:
        for row in plain_rows(batch):
            terminal.put(before + visible_json(json.dumps(dict(zip(batch.schema.names, row, strict=True)))))
            before = ",\n"
    terminal.put("[]\n" if before == "[\n" else "\n]\n")


def _tell_table(batches: Iterator[pa.RecordBatch]) -> None:
    from tasks.reading.query import plain_rows

    names, rows = list[str](), list[list[str]]()
    are_numbers = list[bool]()
    for batch in batches:
        names = batch.schema.names
        found = plain_rows(batch)
        are_numbers = are_numbers or [_is_number(field.type) for field in batch.schema]
        rows += [[_cell(value) for value in row] for row in found]
    shown = [names, *rows[:_MOST_LINES]]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for line in shown:
        terminal.tell(_line(line, widths, are_numbers))
    if len(rows) > _MOST_LINES:
        terminal.tell_failure(f"the first {_MOST_LINES} rows; --format csv or json tells all")


def _is_number(type_: pa.DataType) -> bool:
    import pyarrow as pa

    return any(is_kind(type_) for is_kind in (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal))


def _line(cells: Sequence[str], widths: Sequence[int], are_numbers: Sequence[bool]) -> str:
    told = zip(cells, widths, are_numbers, strict=True)
    return "  ".join(cell.rjust(width) if is_number else cell.ljust(width) for cell, width, is_number in told).rstrip()


def _cell(value: object) -> str:
    import json

    from tasks.reading.visible import visible

    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "; ".join(value)
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = visible(text)
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
