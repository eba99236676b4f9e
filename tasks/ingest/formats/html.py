"""Web pages: one file is one report. Clean finds the article in it, and what the page declares of itself."""

from tasks.ingest.format import Format, whole_file

_BEGINNINGS = (b"<!doctype html", b"<html")


def _begins(head: bytes) -> bool:
    return head.lstrip()[:200].lower().startswith(_BEGINNINGS)


FORMAT = Format((".html", ".htm", ".xhtml"), whole_file, media_code="html", begins=_begins)
