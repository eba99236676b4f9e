"""The release's report: one self-contained page that tells what is in a release, offline.

In come the release's tables and the seed frames, out comes the page, the same for the same tables. The totals count all
rows; the newest events lie in the page as JSON, and its script filters, draws and opens them. Words from documents
reach the page escaped, as HTML text or as JSON, and only its own script and style may run; nothing is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import pyarrow as pa

from tasks.publish.report.rows import newest_events, page_events, page_mentions
from tasks.publish.report.static import newest_html, release_html
from tasks.publish.report.totals import totals

# one script in this order: what a part uses at once stands before it
_SCRIPTS = ("data.js", "filters.js", "charts.js", "list.js", "map.js", "start.js")
# what must not stand in a script element as it is, and what old parsers of scripts take for line ends
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def report(tables: Mapping[str, pa.Table], vocabularies: Mapping[str, pd.DataFrame]) -> str:
    """The page for the tables of a release, by name. The newest 20,000 events can be searched and opened in it."""
    labels = code_labels(vocabularies["codes"], vocabularies["event_types"])
    countries = vocabularies["countries"]
    counted = totals(tables)
    newest = newest_events(tables["events"])
    events = page_events(newest, tables["incidents"], labels, countries) | {"total": tables["events"].num_rows}
    mentions = page_mentions(newest, tables["mentions"], tables["documents"])
    script, style = "".join(_asset(name) for name in _SCRIPTS), _asset("page.css")
    parts = {
        "policy": f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; "
        "form-action 'none'",
        "style": style,
        "script": script,
        **release_html(counted, labels, dict(zip(countries["country_code"], countries["name"], strict=True))),
        "newest": newest_html(newest, labels),
        "events": as_json(events),
        "tellings": as_json(mentions),
        "outlines": _asset("outlines.json").strip(),
    }
    # one pass, so that a document that says {{script}} gets none
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _asset("page.html"))


def code_labels(codes: pd.DataFrame, event_types: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Labels by code, by name of the closed list."""
    labels: dict[str, dict[str, str]] = {}
    for name, code, label in zip(codes["list"], codes["code"], codes["label"], strict=True):
        labels.setdefault(name, {})[code] = label
    labels["event_type"] = dict(zip(event_types["code"], event_types["label"], strict=True))
    return labels


def as_json(value: Any) -> str:
    """JSON that can stand inside a script element, whatever the texts in it say."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_ESCAPES)


@cache
def _asset(name: str) -> str:
    """A file of this folder: the page's own parts, which are read like code."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
