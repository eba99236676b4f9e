"""The release's report page: what it holds, in one self-contained HTML file.

In come the release's tables and the seed frames, out comes the page. All text from documents is escaped; nothing is
refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape

import pandas as pd
import pyarrow as pa


def report(tables: Mapping[str, pa.Table], vocabularies: Mapping[str, pd.DataFrame]) -> str:
    """The page, the same for the same tables."""
    labels = dict(zip(vocabularies["event_types"]["code"], vocabularies["event_types"]["label"], strict=True))
    kinds = Counter(tables["events"]["event_type_code"].to_pylist())
    rows = "".join(f"<tr><td>{escape(labels[k])}<td>{n}" for k, n in kinds.most_common())
    counts = "".join(f"<tr><td>{name}<td>{table.num_rows}" for name, table in tables.items())
    return (
        f"<!doctype html><meta charset=utf-8><title>Sitrep release</title><table>{counts}</table><table>{rows}</table>"
    )
