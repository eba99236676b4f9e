"""Factiva exports, as text or HTML: many articles a file, each a record with its title, newspaper, day and words.

Two layouts: with codes before each fact (HD title, SN newspaper, PD day, LP and TD text, AN its id), and without, where
the title, "450 words", the day and the newspaper stand in that order; "Document" and an id end an article in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.ingest.format import Format, Record, decoded, guarded, written
from tasks.ingest.markup import is_markup, text_of

_CODES = "SE|HD|CR|BY|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD|CT|RF|CO|IN|NS|RE|IPC|IPD|PUB|AN|ART|CLM"
_CODED = re.compile(rf"({_CODES})(?:[^\S\n]+(.*))?$")
_LAST = re.compile(r"(?:AN\s+)?Document\s+([A-Za-z0-9]{12,40})\s*$")
_WORDS = re.compile(r"(\d[\d,]*) words$")
_DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}$")
_HOUR = re.compile(r"\d{1,2}:\d{2}$")
_COPYRIGHT = re.compile(r"(?:\(c\)|©|Copyright)\s", re.IGNORECASE)
_LANGUAGES = frozenset("English French Spanish German Arabic Russian Portuguese Italian Chinese Turkish".split())
# facts behind the newspaper: its code, page, edition, language, copyright
_MOST_FACTS = 8
_IN_HEAD = re.compile(
    rb"^HD[ \t]+\S[^\n]*\n(?:[^\n]*\n){0,12}?PD[ \t]+\d|enArticle|<title>\s*Factiva|>HD<(?s:.{0,3000}?)>(?:PD|SN)<"
    rb"|^\d[\d,]* words[ \t]*\n\s*\d{1,2} [A-Z][a-z]+ \d{4}",
    re.MULTILINE,
)


def _begins(head: bytes) -> bool:
    return _IN_HEAD.search(head.replace(b"\r", b"")) is not None


def _records(path: Path) -> Iterator[Record]:
    text = decoded(path.read_bytes()).replace("\r\n", "\n")
    text = text_of(text) if is_markup(text[:4000]) else text
    number = 0
    lines: list[str] = []
    for line in text.split("\n"):
        ended = _LAST.match(line.strip())
        if not ended:
            lines.append(line.strip())
            continue
        number += 1
        yield written(number, _article(lines) | {"id": ended[1]})
        lines = []
    if any(_CODED.match(line) or _WORDS.match(line) for line in lines):
        yield written(number + 1, _article(lines))


def _article(lines: list[str]) -> dict[str, Any]:
    is_coded = any(line.startswith("HD") and _CODED.match(line) for line in lines)
    return _coded(lines) if is_coded else _plain(lines)


def _coded(lines: list[str]) -> dict[str, Any]:
    told: dict[str, list[str]] = {}
    code = ""
    for line in lines:
        found = _CODED.match(line)
        if found:
            code = found[1]
            told[code] = [found[2] or ""]
        elif code:
            told[code].append(line)
    facts = {name: " ".join(" ".join(parts).split()) for name, parts in told.items()}
    return {
        "title": facts.get("HD"),
        "author": facts.get("BY"),
        "published": facts.get("PD"),
        "publisher": facts.get("SN"),
        "language": facts.get("LA"),
        "words": (facts.get("WC") or "").split(" ")[0],
        "text": "\n\n".join(_paragraphs([*told.get("LP", ()), "", *told.get("TD", ())])),
    }


def _plain(lines: list[str]) -> dict[str, Any]:
    counted = next((number for number, line in enumerate(lines) if _WORDS.match(line)), None)
    if counted is None:
        return {"text": "\n\n".join(_paragraphs(lines))}
    filled = [(number, line) for number, line in enumerate(lines[counted + 1 :], start=counted + 1) if line]
    facts: dict[str, str] = {}
    start = counted + 1
    for place, (number, line) in enumerate(filled[:_MOST_FACTS]):
        name = _fact(line, facts)
        # what no sign tells is newspaper, code, page; behind the language or the copyright the text begins
        if name is None and (facts.keys() & {"language", "copyright"} or place == 0):
            break
        facts.setdefault(name or f"other {place}", line)
        start = number + 1
    head = [line for line in lines[:counted] if line]
    byline = head.pop() if len(head) > 1 and head[-1].startswith("By ") else None
    others = [line for name, line in facts.items() if name.startswith("other")]
    words = _WORDS.match(lines[counted])
    return {
        "title": " ".join(head),
        "author": byline,
        "published": facts.get("day"),
        "publisher": others[0] if others else None,
        "language": facts.get("language"),
        "words": words[1] if words else None,
        "text": "\n\n".join(_paragraphs(lines[start:])),
    }


def _fact(line: str, known: dict[str, str]) -> str | None:
    """What a line behind the count of words tells, by its form."""
    if "day" not in known and _DAY.match(line):
        return "day"
    if _HOUR.match(line):
        return "hour"
    if line in _LANGUAGES:
        return "language"
    return "copyright" if _COPYRIGHT.match(line) else None


def _paragraphs(lines: list[str]) -> list[str]:
    """Lines that a blank one parts are paragraphs."""
    blocks = re.split(r"\n\s*\n", "\n".join(lines))
    return [" ".join(block.split()) for block in blocks if block.strip()]


FORMAT = Format((), guarded("Factiva export", _records), begins=_begins, also=(".txt", ".text", ".html", ".htm"))
