"""One mail message as the fields of a record: what `.eml` and `.mbox` files are made of.

In come a message's bytes, out come its fields: text (the plain part, else the HTML part), title, author, day, id, and
the names of what is attached. Attached files themselves are not read.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import Any

from tasks.ingest.format import decoded
from tasks.ingest.markup import text_of

_FLOWED = re.compile(r"(?<=\S) \n(?!\n)")
# encodings by which Python reads, and no mail is written
_PYTHONS_OWN = ("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape")
_HALF = re.compile(r"[\ud800-\udfff]")
_SIGNATURE = re.compile(r"\n-- \n")


def fields_of(content: bytes) -> dict[str, Any]:
    """The fields of a message. Whatever a broken message makes the library raise is raised."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    texts = (_text(body) for body in bodies if body is not None)
    return {
        "id": _header(message, "Message-ID"),
        "title": _header(message, "Subject"),
        "author": _header(message, "From"),
        "published": _header(message, "Date"),
        "publisher": _header(message, "List-Id"),
        "text": next((text for text in texts if text.strip()), ""),
        "attachments": [part.get_filename() or part.get_content_type() for part in message.iter_attachments()],
    }


def part_text(part: EmailMessage[Any, Any] | MIMEPart[Any, Any]) -> str:
    """The decoded text of a part; where it names no encoding that is known, as bytes without a name are read."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or ""
    try:
        return decoded(content) if charset in _PYTHONS_OWN else content.decode(charset, errors="replace")
    except LookupError:
        return decoded(content)


def _text(part: EmailMessage[Any, Any] | MIMEPart[Any, Any]) -> str:
    text = part_text(part).replace("\r\n", "\n")
    if part.get_content_type() == "text/html":
        return text_of(text)
    if part.get_param("format") == "flowed":
        # a line that ends in a space goes on in the next (RFC 3676)
        text = _FLOWED.sub(" ", text)
    return _SIGNATURE.split(text, maxsplit=1)[0]


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        value = message.get(name)
    except Exception:  # noqa: BLE001 - the library trips over odd headers; as it is written it is to be had
        value = next((raw for told, raw in message.raw_items() if told.lower() == name.lower()), None)
    # bytes that are in no encoding come as halves of letters
    return _HALF.sub("\ufffd", " ".join(str(value).split())) if value else None
