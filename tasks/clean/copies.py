"""Mark near-copies and revisions.

In come the signatures of all documents, out come which are copies of which; in comes the order of ingest, out come
which documents a newer revision replaces. Both depend on the set of documents alone, not on the order in which they
came, and refuse nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import pyarrow as pa
from rensa import RMinHash

PERMUTATIONS = 128
_SEED = 1
_BANDS = 16
_LEAST_WORDS = 20
_SHINGLE_WORDS = 5
# Share of equal minima, an estimate of the Jaccard similarity of two texts' shingles.
_LEAST_ALIKE = 0.8
_WORD = re.compile(r"\w+")


def signature(text: str) -> bytes | None:
    """The MinHash of a text's word shingles; None for a text too short to compare."""
    words = _WORD.findall(text.casefold())
    if len(words) < _LEAST_WORDS:
        return None
    shingles = {" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1)}
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(sorted(shingles))
    return np.asarray(minhash.digest(), dtype=np.uint32).tobytes()


def mark_copies(documents: pa.Table) -> dict[str, str]:
    """Copy to original, for near-copies among documents (document_id, published_date, signature).

    The original of a group is the earliest published, undated last, then the smallest id.
    """
    rows = [r for r in documents.to_pylist() if r["signature"] is not None]
    if not rows:
        return {}
    minima = np.array([np.frombuffer(r["signature"], dtype=np.uint32) for r in rows])
    leader = list(range(len(rows)))

    def root(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    width = PERMUTATIONS // _BANDS
    for band in range(_BANDS):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        part = np.ascontiguousarray(minima[:, band * width : (band + 1) * width])
        for index in range(len(rows)):
            buckets[part[index].tobytes()].append(index)
        for members in buckets.values():
            _join_alike(members, minima, leader, root)
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(rows)):
        groups[root(index)].append(index)
    copies: dict[str, str] = {}
    for members in groups.values():
        first = min(members, key=lambda i: (str(rows[i]["published_date"] or "9999"), rows[i]["document_id"]))
        copies |= {rows[i]["document_id"]: rows[first]["document_id"] for i in members if i != first}
    return copies


def _join_alike(members: list[int], minima: np.ndarray, leader: list[int], root) -> None:
    """Join documents of one bucket that are alike; a group is compared through one member for each likeness."""
    heads: list[int] = []
    for index in members:
        for head in heads:
            if root(head) == root(index) or (minima[head] == minima[index]).mean() >= _LEAST_ALIKE:
                leader[max(root(head), root(index))] = min(root(head), root(index))
                break
        else:
            heads.append(index)


def mark_revisions(raw: pa.Table) -> dict[str, str]:
    """Newer revision to the one just before it, among raw documents of one source and external id."""
    columns = ["document_id", "source_id", "external_id", "ingested_at", "ordinal"]
    series: dict[tuple[str, str], list] = defaultdict(list)
    for row in raw.select(columns).to_pylist():
        key = (row["source_id"], row["external_id"])
        series[key].append((row["ingested_at"], row["ordinal"], row["document_id"]))
    newer: dict[str, str] = {}
    for revisions in series.values():
        ordered = [document_id for _, _, document_id in sorted(revisions)]
        newer |= dict(zip(ordered[1:], ordered, strict=False))
    return newer
