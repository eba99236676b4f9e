"""Nexis exports, as text or HTML: many articles a file, each a record with its title, newspaper, day and words.

Two layouts: "1 of 250 DOCUMENTS" before each article, and "End of Document" behind each. The text begins behind the
labels (LENGTH, BYLINE, DATELINE ...) and ends before those of the archive (LOAD-DATE, GRAPHIC, SUBJECT ...).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.ingest.format import Format, Record, decoded, guarded, written
from tasks.ingest.markup import is_markup, text_of

_COUNTED = re.compile(r"(?m)^[^\S\n]*\d[\d,]* of \d[\d,]* DOCUMENTS?[^\S\n]*$")
_END = re.compile(r"(?m)^[^\S\n]*End of Document[^\S\n]*$")
_IN_HEAD = re.compile(
    rb"(?:^|>)[ \t]*\d[\d,]* of \d[\d,]* DOCUMENTS?[ \t]*(?:$|<)"
    rb"|(?:^|>)(?:Length|LENGTH):\s*(?:<[^>]{0,80}>\s*){0,5}\d[\d,]*\s*words?",
    re.MULTILINE,
)
_LABEL = re.compile(
    r"(HEADLINE|BYLINE|SECTION|LENGTH|DATELINE|HIGHLIGHT|BODY|GRAPHIC|LOAD-DATE|LANGUAGE|PUBLICATION-TYPE|"
    r"JOURNAL-CODE|SUBJECT|PERSON|ORGANIZATION|COUNTRY|CITY|STATE|GEOGRAPHIC|URL|DOCUMENT-TYPE|CLASSIFICATION|"
    r"COMPANY|INDUSTRY|TICKER|PUB-TYPE|CORRECTION-DATE|UPDATE-DATE)(?::[^\S\n]*|$)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_OPENING = ("headline", "byline", "section", "length", "dateline", "highlight", "body")
_COPYRIGHT = re.compile(r"(?:Copyright|©|\(c\))\s", re.IGNORECASE)
_DAY = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d{1,2},\s+\d{4}"
    r"|\d{1,2}\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d{4}"
)
_EDITION = re.compile(r"\b(?:edition|final|correction appended)\b", re.IGNORECASE)
# "May 8, 2024 Wednesday 10:35 AM EST"; a line of text that begins with a day is longer
_LONGEST_DAY = 45
_PAGE = (b"<html", b"<!doctype", b"<!-- hide")


def _begins(head: bytes) -> bool:
    return _IN_HEAD.search(head.replace(b"\r", b"")) is not None


def _records(path: Path) -> Iterator[Record]:
    content = path.read_bytes()
    text = decoded(content)
    is_page = content.lstrip()[:100].lower().startswith(_PAGE) or is_markup(text[:2000])
    text = text_of(text) if is_page else text.replace("\r\n", "\n")
    counted = _COUNTED.split(text)
    articles = counted[1:] if len(counted) > 1 else _END.split(text)
    number = 0
    for article in articles:
        if article.strip():
            number += 1
            yield written(number, _article(article, is_counted=len(counted) > 1))


def _article(article: str, is_counted: bool) -> dict[str, Any]:
    blocks = [block.strip() for block in re.split(r"\n[^\S\n]*\n", article) if block.strip()]
    labelled, head, body = _parted(_single(blocks))
    day = next((number for number, block in enumerate(head) if _DAY.search(block)), len(head))
    before = head[:day]
    behind = [block for block in head[day + 1 :] if not _COPYRIGHT.match(block) and not _is_edition(block)]
    # "1 of 250": newspaper, day, title; the other: title, newspaper, day
    if is_counted:
        publisher, title = (before[-1] if before else None), (behind[0] if behind else None)
    else:
        publisher, title = (before[-1] if len(before) > 1 else None), (before[0] if before else None)
    dateline = labelled.get("dateline")
    text = "\n\n".join(body)
    return {
        "title": _line(labelled.get("headline") or title),
        # above the newspaper's name its owner's rights may stand
        "publisher": _line(publisher.split("\n")[-1] if publisher else None),
        "published": _line(_DAY.search(head[day]).group()) if day < len(head) else None,  # type: ignore[union-attr]
        "author": _line(labelled.get("byline")),
        "language": _language(labelled.get("language")),
        "words": (labelled.get("length") or "").split(" ")[0],
        "section": _line(labelled.get("section")),
        "url": _line(labelled.get("url")),
        "text": f"{_line(dateline)} - {text}" if dateline and text else text,
    }


def _single(blocks: list[str]) -> Iterator[str]:
    """Blocks, those that hold labels cut before each, and in the head those that hold the day cut into lines."""
    is_head = True
    for block in blocks:
        lines = [line.strip() for line in block.split("\n")]
        labels = [_LABEL.match(line) for line in lines]
        is_day = is_head and any(_DAY.match(line) and len(line) < _LONGEST_DAY for line in lines)
        is_head = is_head and not any(labels)
        if not is_day and not any(labels):
            yield block
            continue
        part: list[str] = []
        for line, label in zip(lines, labels, strict=True):
            # a fact may take several lines
            if part and (label or not _LABEL.match(part[0])):
                yield "\n".join(part)
                part = []
            part.append(line)
        yield "\n".join(part)


def _parted(blocks: Iterator[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """The labelled facts, the blocks before the first label, and the text behind those that open an article."""
    labelled: dict[str, str] = {}
    head: list[str] = []
    body: list[str] = []
    for block in blocks:
        found = _LABEL.match(block)
        if found and (found[1].isupper() or found[1].istitle() or found[1] == "Load-Date"):
            name = found[1].lower()
            labelled.setdefault(name, found[2].strip())
            if name == "body" and found[2].strip():
                body.append(" ".join(found[2].split()))
            if body and name not in _OPENING:
                break
        elif not labelled:
            head.append(block)
        elif _COPYRIGHT.match(block) and body:
            break
        elif labelled.keys() & {"length", "body"}:
            # lines of a paragraph are cut where the page ends
            body.append(" ".join(block.split()))
        elif not _COPYRIGHT.match(block):
            head.append(block)
    return labelled, head, body


def _is_edition(block: str) -> bool:
    return len(block) < 60 and _EDITION.search(block) is not None


def _language(told: str | None) -> str | None:
    return told.split(";")[0].strip().title() if told else None


def _line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


FORMAT = Format((), guarded("Nexis export", _records), begins=_begins, also=(".txt", ".text", ".html", ".htm"))
