"""What a person may have meant by a name that is not there.

In come the name and those that are; out comes the end of a sentence, empty where none of them is near. Nothing is
refused.
"""

from __future__ import annotations

from collections.abc import Iterable

_MOST, _LEAST_LIKENESS = 3, 0.6


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The sentence "; did you mean X or Y?" with the nearest names first; empty where none is near."""
    # taken in only where something is wrong
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    likeness = DamerauLevenshtein.normalized_similarity
    found = process.extract(name, sorted(set(known)), scorer=likeness, limit=_MOST, score_cutoff=_LEAST_LIKENESS)
    return f"; did you mean {' or '.join(one for one, _, _ in found)}?" if found else ""
