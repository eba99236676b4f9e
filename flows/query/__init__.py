"""Query: a page on this machine alone, on which an analyst asks the tables of a release in SQL.

In come a release and queries, out come rows as JSON or CSV; nothing is written. Refused is what
`tasks/reading/query.py` refuses, and what takes too long or is too much.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.server import ThreadingHTTPServer
from importlib import resources
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any

from flows import loopback
from flows.csv_text import csv_lines
from flows.loopback import Answer, RefusedError
from flows.query.process import SECONDS, Asker
from tasks.reading.query import QueryError, plain_rows, tables
from tasks.vocabularies import load

# rows that the page shows, and that it saves
MOST_ROWS, MOST_SAVED = 5_000, 500_000
# bytes of a report in which its form stands
_HEAD_OF_REPORT = 1 << 17
# JavaScript's numbers are whole up to here
_MOST_EXACT = 2**53


class Questions:
    """What may be asked of a release, and the answers, as pages of a door (`flows/loopback.py`)."""

    def __init__(self, release: Path, seconds: float = SECONDS) -> None:
        self._release = release
        self.asker = Asker(release, seconds)
        self.pages = {
            "query.html": loopback.file_of(__package__, "page.html"),
            "query.js": loopback.file_of(__package__, "page.js"),
            "query.css": loopback.file_of(__package__, "page.css"),
            "elements.js": loopback.file_of(loopback.__package__, "elements.js"),
            "tables": self._tables,
            # it has a policy of its own, by the hashes of its script and style
            "report.html": lambda: Answer((release / "report.html").read_bytes(), "text/html", has_own_policy=True),
        }
        self.asked = {"ask": self._ask, "csv": self._csv, "stop": self._stop}

    def _tables(self) -> Answer:
        found = tables(self._release)
        wanted = {column["codes"] for table in found for column in table["columns"]}
        told = {"release": self._release.name, "folder": str(self._release), "codes": _codes(wanted)}
        return loopback.told(told | {"tables": found, "examples": examples(), "maps": _takes_ids(self._release)})

    def _ask(self, asked: Mapping[str, Any]) -> Answer:
        """The first rows of a query, the columns with whether they hold numbers, and how long it took."""
        began, rows = monotonic(), list[list[Any]]()
        try:
            batches = self.asker.ask(_sql(asked), MOST_ROWS + 1)
            first = next(batches)
            for batch in chain([first], batches):
                rows += plain_rows(batch)
        except QueryError as error:
            raise RefusedError(str(error)) from None
        told = {"columns": first.schema.names, "rows": [[_exact(cell) for cell in row] for row in rows[:MOST_ROWS]]}
        return loopback.told(told | {"is_more": len(rows) > MOST_ROWS, "seconds": round(monotonic() - began, 2)})

    def _csv(self, asked: Mapping[str, Any]) -> Answer:
        lines, count = list[str](), 0
        try:
            for batch in self.asker.ask(_sql(asked), MOST_SAVED + 1):
                lines += csv_lines([] if lines else [batch.schema.names])
                lines += csv_lines(plain_rows(batch))
                count += batch.num_rows
        except QueryError as error:
            raise RefusedError(str(error)) from None
        if count > MOST_SAVED:
            raise RefusedError(f"more than {MOST_SAVED:,} rows: `sitrep query --format csv` writes them all")
        return Answer("".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace"), "text/csv")

    def _stop(self, _asked: Mapping[str, Any]) -> Answer:
        self.asker.stop()
        return loopback.told({})


def examples() -> list[dict[str, str]]:
    """Queries with the question that each answers, from `examples.sql`."""
    blocks = resources.files(__package__).joinpath("examples.sql").read_text("utf-8").strip().split("\n\n")
    pairs = (block.removeprefix("-- ").split("\n", 1) for block in blocks)
    return [{"question": question, "sql": sql.strip()} for question, sql in pairs]


def serving(questions: Questions, port: int = 0) -> tuple[ThreadingHTTPServer, str]:
    """A server of the page and its answers, and the address with its token."""
    return loopback.serving({"": questions.pages["query.html"], **questions.pages}, questions.asked, port)


def _sql(asked: Mapping[str, Any]) -> str:
    sql = asked.get("sql")
    if not isinstance(sql, str):
        raise RefusedError("no query")
    return sql


def _takes_ids(release: Path) -> bool:
    """Whether the release's report can be narrowed to ids: those of before 0.3 cannot."""
    with (release / "report.html").open("rb") as report:
        return b'name="ids"' in report.read(_HEAD_OF_REPORT)


def _exact(cell: Any) -> Any:
    return str(cell) if isinstance(cell, int) and abs(cell) > _MOST_EXACT else cell


def _codes(wanted: set[str | None]) -> dict[str, list[list[str]]]:
    """By closed list its codes, each with its label and meaning."""
    rows, types = load("codes"), load("event_types")
    found: dict[str, list[list[str]]] = {
        str(name): of[["code", "label", "meaning"]].to_numpy().tolist() for name, of in rows.groupby("list")
    }
    found["event_type"] = types[["code", "label", "definition"]].to_numpy().tolist()
    return {name: of for name, of in found.items() if name in wanted}
