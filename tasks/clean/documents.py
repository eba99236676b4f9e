"""Clean raw documents into rows of `documents`.

In come raw rows with the sources and the boilerplate, out come documents, near-copies and revisions not yet marked,
and rejects. A report that cannot be decoded, holds no text or is overlong is refused.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from tasks.clean.agencies import Agencies
from tasks.clean.bodies import Body, TooDeepError, UndecodableError, body_of
from tasks.clean.boilerplate import Boilerplate
from tasks.clean.captions import captioned
from tasks.clean.copies import signature
from tasks.clean.datelines import dateline_of, unglued
from tasks.clean.published import Published, Sayings, published
from tasks.clean.segments import laid_out, signatures, with_days
from tasks.knowledge.addresses import host_of
from tasks.language.dates import prefers_day_first
from tasks.language.detection import language_of
from tasks.storage.faults import failed_message, reject_row
from tasks.tables import DOCUMENTS, REJECTS

MAX_CHARACTERS = 2_000_000
Row = Mapping[str, Any]
Source = Mapping[Hashable, Any]
"""A row of seeds/sources.csv."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class _RefusedError(Exception):
    def __init__(self, reason_code: str, message: str):
        super().__init__(message)
        self.reason_code = reason_code


def clean_documents(
    raw: pa.Table, sources: pd.DataFrame, boilerplate: pd.DataFrame, agencies: pd.DataFrame
) -> tuple[pa.Table, pa.Table]:
    """Rows of `documents` (duplicate_of and supersedes null) and of `rejects` for rows of `raw_documents`."""
    patterns, known = Boilerplate(boilerplate), Agencies(agencies)
    by_id = {row["source_id"]: row for row in sources.to_dict("records")}
    by_host = {row["url_host"]: row for row in sources.to_dict("records") if row["url_host"]}
    documents, rejects = [], []
    for row in raw.to_pylist():
        try:
            documents.append(_document(row, patterns, known, by_id, by_host))
        except _RefusedError as refused:
            rejects.append(reject_row("clean", row, refused.reason_code, str(refused)))
        except Exception as error:  # noqa: BLE001 - whatever a document raises, the others go on
            rejects.append(reject_row("clean", row, "failed", failed_message(error)))
    return (
        pa.Table.from_pylist(documents, schema=DOCUMENTS.schema),
        pa.Table.from_pylist(rejects, schema=REJECTS.schema),
    )


def _document(
    row: Row,
    patterns: Boilerplate,
    agencies: Agencies,
    by_id: Mapping[str, Source],
    by_host: Mapping[str, Source],
) -> dict[str, Any]:
    """A row of `documents`. Raises _RefusedError where the report cannot be one."""
    try:
        body = body_of(row["content"], row["media_code"])
    except UndecodableError as error:
        raise _RefusedError("undecodable", str(error)) from error
    except TooDeepError as error:
        raise _RefusedError("too_deep", str(error)) from error
    found = captioned(unglued(body.paragraphs), agencies)
    paragraphs = patterns.without(found)
    text, segments = laid_out(paragraphs)
    if (broken := _SURROGATE.search(text)) is not None:
        raise _RefusedError("broken_record", f"half a character at {broken.start()}: {broken.group()!r}")
    if not any(c.isalnum() for c in text):
        raise _RefusedError("no_text", "nothing is left of the report once its boilerplate is out")
    if len(text) > MAX_CHARACTERS:
        raise _RefusedError(
            "too_long", f"{len(text)} characters of text; at most {MAX_CHARACTERS} are read as one report"
        )
    url = row["url"] or body.declared.get("url")
    host = host_of(url) or ""
    source = by_host.get(host) or by_id.get(row["source_id"], {})
    day_first = _puts_day_first(row, body, source)
    told = _published(row, body, url, (text, segments, signatures(paragraphs)), day_first)
    first = segments[0]
    heading = text[first["start"] : first["end"]] if first["kind_code"] == "heading" else None
    return {
        "document_id": row["document_id"],
        "external_id": row["external_id"],
        "source_id": row["source_id"],
        "url": url,
        "publisher": row["publisher"] or source.get("publisher") or body.declared.get("publisher") or host or None,
        "agency": agencies.agency([p.text for p in found], row["author"] or body.declared.get("author")),
        "title": row["title"] or body.declared.get("title") or heading,
        "author": row["author"] or body.declared.get("author"),
        "language_code": language_of(row["language"] or source.get("language_code"), text),
        "published_date": told.day,
        "published_basis_code": told.basis_code,
        "refused_date_text": told.refused_text,
        "refused_date_code": told.refused_code,
        "char_count": len(text),
        "text": text,
        "ingested_at": row["ingested_at"],
        "segments": with_days(segments, told.day, day_first),
        "signature": signature(text),
    }


def _puts_day_first(row: Row, body: Body, source: Source) -> bool | None:
    """Whether "03/04" is 3 April, by the usage of the document, else of its source; None where neither tells."""
    whole = "\n".join(p.text for p in body.paragraphs)
    own_usage = prefers_day_first([whole, row["published"] or "", *body.dates.stamps])
    of_source = source.get("day_first")
    return (None if of_source is None else bool(of_source)) if own_usage is None else own_usage


def _published(
    row: Row,
    body: Body,
    url: str | None,
    cleaned: tuple[str, list[dict[str, Any]], list[str]],
    day_first: bool | None,
) -> Published:
    """The day of publication; `cleaned` is the text, its segments and the signatures of posts in it."""
    text, segments, posts = cleaned
    return published(
        Sayings(
            "\n".join(p.text for p in body.paragraphs),
            row["external_id"],
            row["ingested_at"].date(),
            day_first,
            declared=(row["published"], body.declared.get("published"), *body.dates.declared),
            url=url,
            dateline=dateline_of(text, segments),
            stamps=body.dates.stamps,
            footers=body.dates.footers,
            signatures=posts,
        )
    )
