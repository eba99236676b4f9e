"""Mark near-copies and revisions.

In come signatures of documents, out come which documents are copies of which, and which documents have to be looked at
again when some come and go: those that share a band with what came, and the groups that lose a member. In comes the
order of ingest, out come which documents a newer revision replaces. All depends on the set of documents alone, not on
the order or the batches in which they came, and nothing is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rensa import RMinHash

from tasks.tables import ADHOC, COPY_BANDS

PERMUTATIONS = 128
_SEED = 1
_BANDS = 16
_LEAST_WORDS = 20
_SHINGLE_WORDS = 5
# Share of equal minima, an estimate of the Jaccard similarity of two texts' shingles.
_LEAST_ALIKE = 0.8
_WORD = re.compile(r"\w+")
# an odd number with bits all over: what 64-bit hashes are mixed with
_MIX = np.uint64(0x9E3779B97F4A7C15)
# pairs compared at a time, a kilobyte each
_PAIRS = 50_000


def signature(text: str) -> bytes | None:
    """The MinHash of a text's word shingles; None for a text too short to compare."""
    words = _WORD.findall(text.casefold())
    if len(words) < _LEAST_WORDS:
        return None
    shingles = {" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1)}
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(sorted(shingles))
    return np.asarray(minhash.digest(), dtype=np.uint32).tobytes()


def band_rows(documents: pa.Table) -> pa.Table:
    """Rows of `copy_bands` for documents (document_id, signature)."""
    signed = pc.is_valid(documents["signature"]).to_numpy()
    keys = _band_keys(_minima(documents["signature"].drop_null()))
    ends = np.concatenate([[0], np.cumsum(signed * _BANDS)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(ends), pa.array(keys.ravel()))
    return pa.table([documents["document_id"], lists], schema=COPY_BANDS.schema)


def to_compare(
    documents: pa.Table, bands: pa.Table, came: pa.Table, changed: Collection[str], absent: Collection[str]
) -> pa.Table:
    """What has to be compared once documents came or went: document_id and group, null where that is open.

    `documents`: document_id and duplicate_of as they are marked; `bands`, `came`: rows of `copy_bands` of all that were
    marked, and of what came or has another text or date. `changed`: ids of what came and what went; `absent`: ids that
    take no part. The groups that `changed` were in are open. A document that is in none of them and shares no band
    with what came is left alone, so that the work grows with the news.
    """
    ids = documents["document_id"]
    originals = pc.coalesce(documents["duplicate_of"], ids)
    opened = pc.unique(originals.filter(_among(ids, changed)))
    bands = bands.combine_chunks()
    keys = pc.unique(pc.list_flatten(came["bands"]))
    places = pc.list_parent_indices(bands["bands"]).filter(pc.is_in(pc.list_flatten(bands["bands"]), value_set=keys))
    mates = bands["document_id"].take(pc.unique(places))
    mates = mates.filter(pc.invert(_among(mates, absent)))
    near = pc.unique(originals.filter(pc.is_in(ids, value_set=mates.combine_chunks())))
    is_open = pc.is_in(originals, value_set=opened)
    groups = pc.if_else(is_open, pa.scalar(None, pa.string()), originals)
    taking_part = pc.and_(pc.or_(is_open, pc.is_in(originals, value_set=near)), pc.invert(_among(ids, absent)))
    return pa.table({"document_id": ids, "group": groups}).filter(taking_part)


def mark_copies(documents: pa.Table) -> dict[str, str]:
    """Copy to original, for near-copies among documents (document_id, published_date, signature, group).

    Two documents are alike when they share a band and enough minima; a group is all that likeness leads to, so that a
    copy of a copy has the same original. The original of a group is the earliest published, undated last, then the
    smallest id. A `group` that is not null is known: its members are compared with others only where those are open.
    """
    documents = documents.filter(pc.is_valid(documents["signature"]))
    minima = _minima(documents["signature"])
    is_open = pc.is_null(documents["group"]).to_numpy()
    leader = np.arange(len(minima))
    first: dict[str, int] = {}
    for index, group in enumerate(documents["group"].to_pylist()):
        if group is not None:
            leader[index] = first.setdefault(group, index)
    for keys in _band_keys(minima).T:
        _join_alike(keys, minima, is_open, leader)
    ids, days = documents["document_id"].to_pylist(), documents["published_date"].to_pylist()
    groups: dict[int, list[int]] = defaultdict(list)
    for index, head in enumerate(leader.tolist()):
        groups[head].append(index)
    copies: dict[str, str] = {}
    for members in groups.values():
        original = min(members, key=lambda index: (str(days[index] or "9999"), ids[index]))
        copies |= {ids[index]: ids[original] for index in members if index != original}
    return copies


def _among(ids: pa.ChunkedArray, wanted: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(ids, value_set=pa.array(sorted(wanted), pa.string()))


def _minima(signatures: pa.ChunkedArray) -> np.ndarray:
    return np.frombuffer(b"".join(signatures.to_pylist()), dtype=np.uint32).reshape(-1, PERMUTATIONS)


def _band_keys(minima: np.ndarray) -> np.ndarray:
    """A key for each band of each signature: the same for the same minima in the same band."""
    parts = np.ascontiguousarray(minima).view(np.uint64).reshape(len(minima), _BANDS, PERMUTATIONS // _BANDS // 2)
    keys = np.broadcast_to(np.arange(_BANDS, dtype=np.uint64), parts.shape[:2])
    for place in range(parts.shape[2]):
        keys = (keys ^ parts[:, :, place]) * _MIX
        keys = keys ^ (keys >> np.uint64(29))
    return keys.view(np.int64)


def _join_alike(keys: np.ndarray, minima: np.ndarray, is_open: np.ndarray, leader: np.ndarray) -> None:
    """Join documents that have one key and are alike: neighbours in a run of one key, then the next but one, and on.

    A run is done as soon as all of it is one group. `leader` leads every document to the smallest one of its group.
    """
    order = np.argsort(keys, kind="stable")
    runs = keys[order]
    step = 0
    while len(order):
        order, runs = _undone(order, runs, is_open, leader)
        step += 1
        pairs = np.flatnonzero(runs[step:] == runs[:-step])
        if not len(pairs):
            return
        ones, others = order[pairs], order[pairs + step]
        apart = (leader[ones] != leader[others]) & (is_open[ones] | is_open[others])
        ones, others = ones[apart], others[apart]
        for start in range(0, len(ones), _PAIRS):
            one, other = ones[start : start + _PAIRS], others[start : start + _PAIRS]
            alike = (minima[one] == minima[other]).mean(axis=1) >= _LEAST_ALIKE
            _unite(leader, zip(one[alike].tolist(), other[alike].tolist(), strict=True))


def _undone(
    order: np.ndarray, runs: np.ndarray, is_open: np.ndarray, leader: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The runs that hold more than one group, one of them open."""
    starts = np.flatnonzero(np.concatenate([[True], runs[1:] != runs[:-1]]))
    leaders = leader[order]
    undone = np.minimum.reduceat(leaders, starts) != np.maximum.reduceat(leaders, starts)
    undone &= np.logical_or.reduceat(is_open[order], starts)
    kept = np.repeat(undone, np.diff(np.append(starts, len(order))))
    return order[kept], runs[kept]


def _unite(leader: np.ndarray, pairs: Iterable[tuple[int, int]]) -> None:
    """Make the groups of each pair one."""
    joined = False
    for pair in pairs:
        low, high = sorted(_root(leader, index) for index in pair)
        leader[high] = low
        joined = True
    while joined and not np.array_equal(leader, flat := leader[leader]):
        leader[:] = flat


def _root(leader: np.ndarray, index: int) -> int:
    while leader[index] != index:
        index = int(leader[index])
    return index


def mark_revisions(raw: pa.Table) -> dict[str, str]:
    """Newer revision to the one just before it, among raw documents of one source that declare one external id.

    Two files of one name in two folders, or a feed that was written over, are no revisions of each other. What was read
    without a source has none but its file: 1 of week1.csv is not 1 of week2.csv.
    """
    columns = ["document_id", "source_id", "external_id", "uri", "ingested_at", "ordinal", "has_own_id"]
    series: dict[tuple[str, str, str], list[tuple[dt.datetime, int, str]]] = defaultdict(list)
    for row in raw.select(columns).to_pylist():
        if row["has_own_id"] is False:
            continue
        file = row["uri"].rpartition("#")[0] or row["uri"] if row["source_id"] == ADHOC else ""
        key = (row["source_id"], file, row["external_id"])
        series[key].append((row["ingested_at"], row["ordinal"], row["document_id"]))
    newer: dict[str, str] = {}
    for revisions in series.values():
        ordered = [document_id for _, _, document_id in sorted(revisions)]
        newer |= dict(zip(ordered[1:], ordered, strict=False))
    return newer
