"""Which documents are coded: those in a language that this folder knows, and those whose language is unknown.

In come documents with their `language_code`, out come those to extract from, and how many are left out in which
language. Nothing is refused: a document in another language stays in `documents` and is counted wherever a run or a
release tells what it holds.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from tasks.language import CODED


def coded(documents: pa.Table) -> pa.Table:
    """The documents (with a column language_code) that are coded: null, an unknown language, is taken for English."""
    return documents.filter(pc.invert(_in_another(documents)))


def not_coded(documents: pa.Table) -> dict[str, int]:
    """How many documents are not coded, by language_code, in the order of the codes; {} where all are."""
    codes = documents["language_code"].filter(_in_another(documents))
    counted = {row["values"]: row["counts"] for row in pc.value_counts(codes).to_pylist()}
    return dict(sorted(counted.items()))


def not_coded_line(counts: Mapping[str, int]) -> str:
    """What `not_coded` counts, as words; empty where it counts nothing.

    Example: {"es": 1, "fr": 3} is "1 document in es and 3 documents in fr not coded".
    """
    parts = [f"{count:,} document{'' if count == 1 else 's'} in {code}" for code, count in sorted(counts.items())]
    if not parts:
        return ""
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]]) if parts[1:] else parts[0]
    return f"{listed} not coded"


def _in_another(documents: pa.Table) -> pa.ChunkedArray:
    codes = documents["language_code"]
    return pc.and_(pc.is_valid(codes), pc.invert(pc.is_in(codes, value_set=pa.array(CODED, pa.string()))))
