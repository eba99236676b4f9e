"""Parses by sentence, in a file of a run's own: the table is read once, however often the run asks.

A hash may stand in any file of the table, so that no condition lets one be skipped: to ask the table anew for each
batch is to read it whole each time. In come rows of `parses`, out come packed parses by sentence. Nothing is refused.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks.tables import PARSES

# what a statement may ask for
_ASKED_AT_ONCE = 500
# one may wait for another: rows come in while processes ask
_WAIT_SECONDS = 60.0
# the table is the truth, and what a killed run leaves is thrown away: nothing need be safe on disk
_SETTINGS = ("page_size = 16384", "synchronous = OFF", "journal_mode = MEMORY", "cache_size = -65536")


class ParseFile:
    """Packed parses by sentence and model, in a file that one process fills and others read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def filled(cls, path: str, parts: Iterable[pa.Table]) -> ParseFile:
        """A new file with these rows, whose keys are distinct; without a path, one that ends with the process."""
        made = cls(sqlite3.connect(path, _WAIT_SECONDS, isolation_level=None))
        for setting in _SETTINGS:
            made._connection.execute(f"PRAGMA {setting}")
        made._connection.execute("CREATE TABLE parses (key TEXT, parse BLOB)")
        made._insert(parts)
        # sorted once, when all is there
        made._connection.execute("CREATE UNIQUE INDEX by_key ON parses (key)")
        return made

    @classmethod
    def opened(cls, path: str) -> ParseFile:
        """A file that another process fills, to be read."""
        return cls(sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", _WAIT_SECONDS, uri=True))

    def known(self, model: str, hashes: Sequence[str]) -> dict[str, bytes]:
        """Packed parses of a model by sentence hash, of those that are there."""
        found = self._found("key, parse", [_key(hash_, model) for hash_ in hashes])
        return {key.partition(" ")[0]: parse for key, parse in found}

    def take(self, rows: pa.Table) -> pa.Table:
        """Keep those of the rows that are not there, the first of each key, and give them back."""
        keys = _keys(rows)
        seen, new = {key for (key,) in self._found("key", keys)}, []
        for number, key in enumerate(keys):
            if key not in seen:
                new.append(number)
                seen.add(key)
        taken = rows.take(pa.array(new, pa.int64()))
        self._insert([taken])
        return taken

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _insert(self, parts: Iterable[pa.Table]) -> None:
        self._connection.execute("BEGIN")
        for rows in parts:
            values = zip(_keys(rows), rows["parse"].to_pylist(), strict=True)
            self._connection.executemany("INSERT INTO parses VALUES (?, ?)", values)
        self._connection.execute("COMMIT")

    def _found(self, columns: str, keys: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(keys), _ASKED_AT_ONCE):
            part = keys[start : start + _ASKED_AT_ONCE]
            marks = ", ".join("?" * len(part))
            yield from self._connection.execute(f"SELECT {columns} FROM parses WHERE key IN ({marks})", part)


@contextmanager
def parses_of_run(location: str) -> Iterator[tuple[str, ParseFile]]:
    """Where the parses of a data folder lie in a file while the block lasts, and the file; under the writer lock."""
    path = Path(location) / f"_parses-{hashlib.sha256(location.encode()).hexdigest()[:16]}.sqlite"
    path.unlink(missing_ok=True)  # of a run that was killed
    try:
        file = ParseFile.filled(str(path), _stored(location))
        yield str(path), file
        file.close()
    finally:
        path.unlink(missing_ok=True)


def own_parses(location: str) -> ParseFile:
    """The parses of a data folder in a file of this process alone."""
    return ParseFile.filled("", _stored(location))


def _stored(location: str) -> Iterator[pa.Table]:
    # who is given a file is spared the machinery of tables, which takes longer to import
    from tasks.storage import delta

    return delta.parts_of(delta.Root(location), PARSES)


def _keys(rows: pa.Table) -> list[str]:
    return list(map(_key, rows["sentence_sha256"].to_pylist(), rows["model"].to_pylist()))


def _key(sentence_sha256: str, model: str) -> str:
    return f"{sentence_sha256} {model}"
