"""Web pages: one file is one report. Clean finds the article in it, and what the page declares of itself."""

from tasks.ingest.format import Format, whole_file

_BEGINNINGS = (b"<!doctype html", b"<html")


def _begins(head: bytes) -> bool:
    return head.lstrip()[:200].lower().startswith(_BEGINNINGS)


# its tree takes some sixty times its bytes
MAX_BYTES = 20 * 2**20
FORMAT = Format((".html", ".htm", ".xhtml"), whole_file, media_code="html", begins=_begins, max_bytes=MAX_BYTES)
