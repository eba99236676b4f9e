"""The release's report: one self-contained page that tells what is in a release, offline.

In come the release's tables and the seed frames, out comes the page, the same for the same tables. The totals count all
rows; all incidents lie in the page as packed columns, which its script filters, draws and opens. Words from documents
reach the page escaped or packed, and only its own script and style may run; nothing is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from importlib import resources
from typing import Any

import pandas as pd
import pyarrow as pa

from tasks.knowledge.contradictions import contradictions
from tasks.publish.report.packing import as_json, packed, packed_numbers
from tasks.publish.report.rows import labels_of, page_rows, publishers_of, row_columns
from tasks.publish.report.static import newest_html, release_html
from tasks.publish.report.tellings import ROWS_OF_A_CHUNK, row_of_mentions, tellings
from tasks.publish.report.territory import changes_of_control
from tasks.publish.report.totals import totals

# one script in this order: what a part uses at once stands before it
_SCRIPTS = (
    *("data.js", "tellings.js", "filters.js", "facets.js", "time.js", "tolls.js", "map.js", "profile.js"),
    *("territory.js", "list.js", "detail.js", "download.js", "start.js"),
)


def report(tables: Mapping[str, pa.Table], vocabularies: Mapping[str, pd.DataFrame], version: str = "") -> str:
    """The page for the tables of a release, by name, under its version. It holds all incidents, however many."""
    labels = code_labels(vocabularies["codes"], vocabularies["event_types"])
    countries = vocabularies["countries"]
    counted = totals(tables)
    rows = page_rows(tables["incidents"], tables["events"])
    script, style = "".join(_asset(name) for name in _SCRIPTS), _asset("page.css")
    parts = {
        "policy": f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; "
        "form-action 'none'",
        "version": escape(version),
        "style": style,
        "script": script,
        **release_html(counted, labels, dict(zip(countries["country_code"], countries["name"], strict=True))),
        "newest": newest_html(rows, labels),
        "outlines": _asset("outlines.json").strip(),
        "blocks": "\n".join(_blocks(tables, rows, labels, countries)),
    }
    # one pass, so that a document that says {{script}} gets none
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _asset("page.html"))


def _blocks(
    tables: Mapping[str, pa.Table], rows: pa.Table, labels: dict[str, dict[str, str]], countries: pd.DataFrame
) -> Iterator[str]:
    """The elements of the page that hold its rows, packed: `texts`, `numbers` and a `tellings-N` a chunk of rows."""
    mentions, documents = tables["mentions"], tables["documents"]
    row_of = row_of_mentions(rows["id"], tables["events"], mentions)
    told_by = publishers_of(row_of, mentions, documents, len(rows))
    columns, texts = row_columns(rows, told_by, countries, contradictions(tables))
    numbers, layout = packed_numbers(columns)
    texts |= {
        "layout": layout,
        "labels": labels_of(labels),
        "territory": changes_of_control(tables["territory"], tables["actors"], rows["id"], tables["events"]),
        "divisions": _divisions({place[4] for place in texts["places"]}),
        "chunk": ROWS_OF_A_CHUNK,
        "events": tables["events"].num_rows,
    }
    yield _block("texts", packed(as_json(texts)))
    yield _block("numbers", numbers)
    for n, chunk in enumerate(tellings(rows, tables["events"], mentions, row_of, documents)):
        yield _block(f"tellings-{n}", packed(as_json(chunk)))


def _block(name: str, text: str) -> str:
    return f'<script type="text/plain" id="{name}">{text}</script>'


def _divisions(countries: set[str | None]) -> dict[str, Any]:
    """The borders of first-level divisions in these countries, where the page's own file has them."""
    known = json.loads(_asset("divisions.json"))
    lines = {code: of for code, of in known["lines"].items() if code in countries}
    return {"step": known["step"], "lines": lines}


def code_labels(codes: pd.DataFrame, event_types: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Labels by code, by name of the closed list."""
    labels: dict[str, dict[str, str]] = {}
    for name, code, label in zip(codes["list"], codes["code"], codes["label"], strict=True):
        labels.setdefault(name, {})[code] = label
    labels["event_type"] = dict(zip(event_types["code"], event_types["label"], strict=True))
    return labels


@cache
def _asset(name: str) -> str:
    """A file of this folder: the page's own parts, which are read like code."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
