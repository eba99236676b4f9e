"""A hash over the rows of a released table, from which one row can be shown to be in it without the others.

In come Parquet files, out come rows as JSON text, roots and paths: Merkle trees as in RFC 6962 with SHA-256, a leaf a
row, in the order of the file. Nothing is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# None: all columns but those that others tell; what mentions say of parties, days and places, incidents tell
_COLUMNS: Mapping[str, Sequence[str] | None] = {
    "incidents": None,
    "mentions": (
        *("mention_id", "event_id", "incident_id", "document_id", "external_id", "sentence_text", "sentence_start"),
        *(
            "sentence_end",
            "trigger_start",
            "trigger_end",
            "trigger_id",
            "event_type_code",
            "status_code",
            "is_aggregate",
        ),
        *("killed_low", "killed_high", "injured_low", "injured_high", "captured_low", "captured_high", "speaker_text"),
        *("stance_code", "rules", "link_reason"),
    ),
    "documents": (
        *("document_id", "external_id", "source_id", "url", "publisher", "agency", "title", "author", "published_date"),
        *("published_basis_code", "duplicate_of", "char_count"),
    ),
}
TABLES = tuple(_COLUMNS)
"""The tables that have a tree."""
_TOLD_ELSEWHERE = ("geometry", "claims", "evidence")

_BATCH = 20_000
_CONTROL = r"[\x00-\x1f]"
_LEAF, _NODE = b"\x00", b"\x01"


def rows(file: Path) -> Iterator[str]:
    """The rows of one of TABLES as JSON objects, in the order of the file: columns in their order, those that prove
    nothing left out; days as Arrow writes them."""
    parquet = pq.ParquetFile(file)
    asked = _COLUMNS[file.stem]
    names = [
        name for name in parquet.schema_arrow.names if name not in _TOLD_ELSEWHERE and (not asked or name in asked)
    ]
    for batch in parquet.iter_batches(_BATCH, columns=names):
        yield from json_rows(batch).to_pylist()


def json_rows(batch: pa.RecordBatch) -> pa.Array:
    """Rows as texts, a JSON object each."""
    return _texts(pa.StructArray.from_arrays(batch.columns, names=batch.schema.names))


def roots_of(release: Path) -> dict[str, str]:
    """The root over the rows of each of TABLES of a release, hexadecimal, by table."""
    files = {table: release / f"{table}.parquet" for table in TABLES}
    return {table: Tree([leaf(text) for text in rows(file)]).root.hex() for table, file in files.items()}


def leaf(text: str) -> bytes:
    """The hash of one row."""
    return hashlib.sha256(_LEAF + text.encode()).digest()


class Tree:
    """A tree over leaves, each hashed once, however many paths are asked for."""

    def __init__(self, leaves: Sequence[bytes]):
        self._levels = _levels(leaves)

    @property
    def root(self) -> bytes:
        """The root; over no leaves the hash of nothing."""
        return self._levels[-1][0] if self._levels[0] else hashlib.sha256().digest()

    def path(self, number: int) -> list[tuple[str, bytes]]:
        """What leads from a leaf, by number, to the root: the hash beside it on each level, and on which side of it
        that stands."""
        found, at = [], number
        for level in self._levels[:-1]:
            beside = at ^ 1
            # the last of an odd level goes up as it is
            if beside < len(level):
                found.append(("left" if beside < at else "right", level[beside]))
            at //= 2
        return found


def climbed(start: bytes, steps: Sequence[tuple[str, bytes]]) -> bytes:
    """The root to which a path leads from a leaf."""
    found = start
    for side, beside in steps:
        found = _node(beside, found) if side == "left" else _node(found, beside)
    return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [_node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[len(below) - len(below) % 2 :])
    return levels


def _texts(values: pa.Array) -> pa.Array:
    """Each value as JSON; null is the word."""
    type_ = values.type
    if pa.types.is_struct(type_):
        parts: list[pa.Array | str] = []
        for number, field in enumerate(type_):
            parts += ["{" if number == 0 else ",", f"{json.dumps(field.name)}:", _texts(values.field(number))]
        found = pc.binary_join_element_wise(*parts, "}", "")
    elif pa.types.is_list(type_):
        offsets = np.append(0, np.cumsum(pc.fill_null(pc.list_value_length(values), 0).to_numpy())).astype(np.int32)
        inner = pa.ListArray.from_arrays(pa.array(offsets), _texts(values.flatten()))
        found = pc.binary_join_element_wise("[", pc.binary_join(inner, ","), "]", "")
    elif pa.types.is_boolean(type_):
        found = pc.if_else(values, "true", "false")
    elif pa.types.is_integer(type_) or pa.types.is_floating(type_):
        found = values.cast(pa.string())
    else:
        found = _quoted(values.cast(pa.string()))
    return pc.if_else(pc.is_valid(values), found, "null")


def _quoted(values: pa.Array) -> pa.Array:
    """Texts as JSON strings: as json.dumps writes them, letters of all scripts as they are."""
    plain = pc.replace_substring(pc.replace_substring(values, "\\", "\\\\"), '"', '\\"')
    quoted = pc.binary_join_element_wise('"', plain, '"', "")
    is_rare = pc.fill_null(pc.match_substring_regex(values, _CONTROL), False)
    if pc.any(is_rare).as_py():
        rare = [json.dumps(text, ensure_ascii=False) for text in values.filter(is_rare).to_pylist()]
        quoted = pc.replace_with_mask(quoted, is_rare, pa.array(rare, pa.string()))
    return quoted
