"""The release's report: one self-contained page that tells what is in a release, offline.

In come the release's tables and the seed frames, out comes the page, the same for the same tables. All words from
documents are escaped; nothing is refused.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd
import pyarrow as pa

_NEWEST_EVENTS = 500
_MOST_NAMES = 40

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d6dbe2; --ground: #ffffff;
  --mark: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf0; --soft: #a2acba; --line: #39424f; --ground: #14181e; --mark: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; } h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
p, .soft { color: var(--soft); } table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.3rem 0.6rem 0.3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } .wide { overflow-x: auto; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 0 2rem; }
.bar { display: inline-block; height: 0.7rem; background: var(--mark); opacity: 0.75; min-width: 1px; }
svg { width: 100%; height: auto; border: 1px solid var(--line); } svg circle { fill: var(--mark); fill-opacity: 0.55; }
svg line { stroke: var(--line); stroke-width: 0.3; } svg text { fill: var(--soft); font-size: 3.5px; }
summary { cursor: pointer; }
blockquote { margin: 0.3rem 0 0.6rem; padding-left: 0.7rem; border-left: 3px solid var(--line); }
mark { background: none; color: var(--mark); font-weight: 600; }
"""


def report(tables: Mapping[str, pa.Table], vocabularies: Mapping[str, pd.DataFrame]) -> str:
    """The page for the tables of a release; the newest 500 events are told one by one, the totals count all."""
    types = vocabularies["event_types"]
    labels = dict(zip(types["code"], types["label"], strict=True))
    events = tables["events"].to_pylist()
    happened = [e for e in events if e["status_code"] in ("occurred", "ongoing") and not e["is_aggregate"]]
    mentions: dict[str, list[dict[str, Any]]] = {}
    for mention in tables["mentions"].to_pylist():
        mentions.setdefault(mention["event_id"], []).append(mention)
    documents = {d["document_id"]: d for d in tables["documents"].to_pylist()}
    body = [
        "<h1>Sitrep: what this release holds</h1>",
        f"<p>{escape(_span(events, documents.values()))}</p>",
        '<div class="columns">',
        _counts("Rows", ((name, table.num_rows) for name, table in tables.items())),
        _counts("Certainty", Counter(e["certainty_code"] or e["status_code"] for e in events).most_common()),
        _counts("Casualties of single events that happened", _casualties(happened)),
        "</div>",
        "<h2>Where</h2>",
        _map(happened, vocabularies["countries"], labels),
        '<div class="columns">',
        _bars("Kinds", [(labels[k], n) for k, n in Counter(e["event_type_code"] for e in events).most_common()]),
        _bars("Weeks", sorted(Counter(_week(e["date_start"]) for e in happened if e["date_start"]).items())),
        "</div>",
        _events(events, mentions, documents, labels),
        '<div class="columns">',
        _counts("Actors without an id", _unresolved_actors(events), "Every name that the register does not know."),
        _counts("Places without an id", _unresolved_places(mentions), "Words that the gazetteer could not place."),
        _counts("Rejects", Counter(r["reason_code"] for r in tables["rejects"].to_pylist()).most_common()),
        "</div>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Sitrep release</title>'
        f"<style>{_STYLE}</style></head><body><main>\n" + "\n".join(body) + "\n</main></body></html>\n"
    )


def _span(events: list[dict[str, Any]], documents: Iterable[dict[str, Any]]) -> str:
    days = sorted(e["date_start"] for e in events if e["date_start"])
    documents = list(documents)
    publishers = {d["publisher"] for d in documents if d["publisher"]}
    told = f"{len(documents)} documents of {len(publishers)} known publishers"
    return f"Events from {days[0]} to {days[-1]}; {told}." if days else f"No dated events; {told}."


def _week(day: dt.date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _casualties(happened: list[dict[str, Any]]) -> list[tuple[str, str]]:
    rows = []
    for kind in ("killed", "injured", "captured"):
        told = [e for e in happened if e[f"{kind}_low"] is not None or e[f"{kind}_high"] is not None]
        low = sum(e[f"{kind}_low"] or 0 for e in told)
        is_open = any(e[f"{kind}_high"] is None for e in told)
        high = sum(e[f"{kind}_high"] or e[f"{kind}_low"] or 0 for e in told)
        rows.append((f"{kind}, {len(told)} events tell", f"{low} to {high}{' or more' if is_open else ''}"))
    rows.append(("number stated to be unknown", str(sum(e["casualties_unknown"] for e in happened))))
    return rows


def _counts(title: str, rows: Iterable[tuple[Any, Any]], note: str = "") -> str:
    lines = "".join(f'<tr><td>{escape(str(k))}</td><td class="n">{escape(str(n))}</td></tr>' for k, n in rows)
    note = f"<p>{escape(note)}</p>" if note else ""
    return f"<section><h2>{escape(title)}</h2>{note}<table>{lines or '<tr><td>none</td></tr>'}</table></section>"


def _bars(title: str, rows: list[tuple[str, int]]) -> str:
    most = max((n for _, n in rows), default=1)
    lines = "".join(
        f'<tr><td>{escape(k)}</td><td class="n">{n}</td>'
        f'<td><span class="bar" style="width:{8 * n / most:.2f}rem"></span></td></tr>'
        for k, n in rows
    )
    return f"<section><h2>{escape(title)}</h2><table>{lines}</table></section>"


def _map(happened: list[dict[str, Any]], countries: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Points on a plain grid of degrees (plate carree), with the countries that have events named at their middle."""
    placed = [e for e in happened if e["latitude"] is not None and e["geo_precision_code"] != "country"]
    lines = [f'<line x1="{x}" y1="0" x2="{x}" y2="180"/>' for x in range(0, 361, 30)]
    lines += [f'<line x1="0" y1="{y}" x2="360" y2="{y}"/>' for y in range(0, 181, 30)]
    named = {e["country_code"] for e in happened if e["country_code"]}
    for row in countries.to_dict("records"):
        if row["country_code"] in named and row["latitude"] is not None:
            x, y = 180 + row["longitude"], 90 - row["latitude"]
            lines.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(row["name"])}</text>')
    for event in placed:
        x, y = 180 + event["longitude"], 90 - event["latitude"]
        told = escape(f"{labels[event['event_type_code']]}, {event['place_label']}, {event['date_start']}")
        lines.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.6"><title>{told}</title></circle>')
    told = f"{len(placed)} of {len(happened)} single events that happened have a point finer than a country"
    return f'<svg viewBox="0 20 360 130" role="img" aria-label="Map: {told}">{"".join(lines)}</svg><p>{told}.</p>'


def _events(
    events: list[dict[str, Any]],
    mentions: Mapping[str, list[dict[str, Any]]],
    documents: Mapping[str, dict[str, Any]],
    labels: Mapping[str, str],
) -> str:
    newest = sorted(events, key=lambda e: (str(e["date_start"] or ""), e["event_id"]), reverse=True)[:_NEWEST_EVENTS]
    head = '<tr><th>Date</th><th>What</th><th>Where</th><th>Who</th><th class="n">Killed</th><th>Certainty</th></tr>'
    rows = []
    for event in newest:
        told = mentions.get(event["event_id"], [])
        who = " against ".join(escape(name) for name in (event["actor_label"], event["recipient_label"]) if name)
        where = ", ".join(escape(p) for p in (event["place_label"], event["admin1_name"], event["country_code"]) if p)
        sentences = "".join(_sentence(m, documents[m["document_id"]]) for m in told)
        what = f"<details><summary>{escape(labels[event['event_type_code']])}</summary>{sentences}</details>"
        killed = "" if event["killed_low"] is None else f"{event['killed_low']}"
        if event["killed_low"] is not None and event["killed_high"] != event["killed_low"]:
            killed += "+" if event["killed_high"] is None else f" to {event['killed_high']}"
        certainty = escape(event["certainty_code"] or event["status_code"])
        rows.append(
            f"<tr><td>{event['date_start'] or ''}</td><td>{what}</td><td>{where}</td><td>{who}</td>"
            f'<td class="n">{killed}</td><td>{certainty}</td></tr>'
        )
    title = f"<h2>The newest {len(newest)} of {len(events)} events</h2>"
    return f'{title}<div class="wide"><table>{head}{"".join(rows)}</table></div>'


def _sentence(mention: dict[str, Any], document: dict[str, Any]) -> str:
    begin = mention["trigger_start"] - mention["sentence_start"]
    end = mention["trigger_end"] - mention["sentence_start"]
    text = mention["sentence_text"]
    marked = f"{escape(text[:begin])}<mark>{escape(text[begin:end])}</mark>{escape(text[end:])}"
    source = escape(f"{document['publisher'] or 'publisher unknown'}, {document['published_date'] or 'undated'}")
    speaker = f"; {escape(mention['speaker_text'])} {mention['stance_code']}" if mention["speaker_text"] else ""
    return f'<blockquote>{marked}<br><span class="soft">{source}{speaker}</span></blockquote>'


def _unresolved_actors(events: list[dict[str, Any]]) -> list[tuple[str, int]]:
    parties = (p for e in events for p in (*e["actors"], *e["recipients"]))
    return Counter(p["label"] for p in parties if not p["actor_id"]).most_common(_MOST_NAMES)


def _unresolved_places(mentions: Mapping[str, list[dict[str, Any]]]) -> list[tuple[str, int]]:
    told = (m for of_event in mentions.values() for m in of_event)
    return Counter(m["place_text"] for m in told if m["place_text"] and not m["place_id"]).most_common(_MOST_NAMES)
