"""Telegram Desktop's `result.json`, of one chat or of all: each message is a record, with its channel as its publisher.

Messages of the service itself (a picture changed, a member joined) are no input. Example: {"name": "Desk", "id": 7,
"messages": [{"id": 1, "type": "message", "date": "2024-05-08T09:00:00", "text": ["Two held: ", {"type": "bold"}]}]}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.ingest.format import Format, Record, decoded, guarded, is_deep, too_deep, written

_CHAT = re.compile(rb'"type"\s*:\s*"(?:public|private)_(?:channel|supergroup|group)"|"type"\s*:\s*"personal_chat"')
# an export of all chats begins with what it says of itself and of its owner
_ACCOUNT = re.compile(
    rb'\{\s*"about"\s*:\s*"[^"]{0,2000}",\s*"(?:personal_information|profile_pictures|contacts|chats)"'
)
_MESSAGE = re.compile(rb'"date_unixtime"\s*:|"text_entities"\s*:')


def _begins(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    is_chat = start.startswith(b"{") and _CHAT.search(start) is not None and _MESSAGE.search(start) is not None
    return is_chat or _ACCOUNT.match(start) is not None


def _records(path: Path) -> Iterator[Record]:
    content = path.read_bytes()
    told = json.loads(decoded(content))
    if is_deep(told):
        yield too_deep(None, content, "the file")
        return
    number = 0
    for chat in (told.get("chats") or {}).get("list") or [told]:
        for message in chat.get("messages") or ():
            if not isinstance(message, dict):
                number += 1
                yield Record(number, b"", None, "broken_record", f"message {number} is no object")
            elif message.get("type") == "message":
                number += 1
                yield written(number, _fields(chat, message))


def _fields(chat: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{chat.get('id', '')}/{message.get('id', '')}",
        "published": message.get("date"),
        "publisher": chat.get("name"),
        "author": message.get("from") or message.get("author"),
        "text": _text(message.get("text")),
        "forwarded_from": message.get("forwarded_from"),
        "reply_to": message.get("reply_to_message_id"),
        "file": message.get("photo") or message.get("file"),
    }


def _text(told: Any) -> str:
    """A message's text: its pieces are texts, or objects with a text where they are set apart (links, bold)."""
    pieces = told if isinstance(told, list) else [told]
    texts = (piece.get("text") if isinstance(piece, dict) else piece for piece in pieces)
    return "".join(text for text in texts if isinstance(text, str))


FORMAT = Format((), guarded("Telegram export", _records), begins=_begins, also=(".json",))
