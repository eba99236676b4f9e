"""Where the claims about one incident do not agree: tolls apart, a denial, more than one who owns to it.

In come rows with their claims, out come the kinds of contradiction of each row. What merely grew (from the same
speaker) is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.publish.report.packing import Numbers, members, starts

KINDS = ("tolls", "denial", "culprit")
"""Two speakers' ranges of dead that share no number; asserted and denied; two who own to it, or one who also denies."""

Toll = tuple[int | None, int | None]


def contradictions(rows: pa.Table) -> tuple[list[str], Numbers, Numbers]:
    """The kinds, where each row's begin, and their numbers."""
    found: list[list[int]] = [[] for _ in range(len(rows))]
    for row, tolls in _tolls(rows["claims"]):
        if any(apart(a, b) for i, a in enumerate(tolls) for b in tolls[:i]):
            found[row].append(0)
    denied = pc.fill_null(pc.list_value_length(rows["denied_by"]), 0).to_numpy()
    disputed = pc.fill_null(pc.equal(rows["certainty_code"], "disputed"), False).to_numpy()
    for row in np.flatnonzero((denied > 0) | disputed).tolist():
        found[row].append(1)
    owned = pc.fill_null(pc.list_value_length(rows["claimed_by"]), 0).to_numpy()
    for row in np.flatnonzero(owned > 0).tolist():
        by, denies = rows["claimed_by"][row].as_py(), rows["denied_by"][row].as_py() or []
        if len(by) > 1 or set(by) & set(denies):
            found[row].append(2)
    flat = np.array([kind for kinds in found for kind in kinds], np.int32)
    return list(KINDS), starts([len(kinds) for kinds in found]), flat


def apart(one: Toll, other: Toll) -> bool:
    """Whether two ranges of a toll, each from low to high, have no number in common."""
    return any(
        high is not None and low is not None and high < low for high, low in ((one[1], other[0]), (other[1], one[0]))
    )


def _tolls(claims: pa.ChunkedArray) -> Iterator[tuple[int, Sequence[Toll]]]:
    """The number of a row with claims of more than one speaker, and the toll of each: the last that it gives."""
    at, said = members(claims)
    names = ("speaker_label", "killed_low", "killed_high")
    columns: list[list[Any]] = [pc.struct_field(said, name).to_pylist() for name in names] if len(said) else [[]] * 3
    speaker, low, high = columns
    for row in np.flatnonzero(np.diff(at) > 1):
        tolls: dict[str | None, Toll] = {}
        for n in range(at[row], at[row + 1]):
            if low[n] is not None or high[n] is not None:
                tolls[speaker[n]] = (low[n], high[n])
        if len(tolls) > 1:
            yield int(row), list(tolls.values())
