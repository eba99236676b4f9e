"""The archive that X gives its users, `tweets.js` (once `tweet.js`): each post is a record.

Example: window.YTD.tweets.part0 = [{"tweet": {"id_str": "7", "full_text": "Two held.", "created_at": "..."}}]
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.ingest.format import Format, Record, decoded, guarded, is_deep, too_deep, written

_HEAD = re.compile(rb"\s*window\.YTD\.(?:tweets?|note_tweet)\.part\d+\s*=")
_CREATED = "%a %b %d %H:%M:%S %z %Y"


def _begins(head: bytes) -> bool:
    return _HEAD.match(head) is not None


def _records(path: Path) -> Iterator[Record]:
    content = path.read_bytes()
    posts = json.loads(decoded(content).partition("=")[2].rstrip().rstrip(";"))
    if is_deep(posts):
        yield too_deep(None, content, "the file")
        return
    for number, item in enumerate(posts, start=1):
        post = item.get("tweet", item) if isinstance(item, dict) else None
        if isinstance(post, dict):
            yield written(number, _fields(post))
        else:
            yield Record(number, b"", None, "broken_record", f"post {number} is no object")


def _fields(post: dict[str, Any]) -> dict[str, Any]:
    own = post.get("id_str") or post.get("id")
    return {
        "id": own,
        "url": f"https://x.com/i/web/status/{own}" if own else None,
        "published": _day(post.get("created_at")),
        "language": post.get("lang"),
        "text": post.get("full_text") or post.get("text"),
        "reply_to": post.get("in_reply_to_screen_name"),
    }


def _day(told: Any) -> str | None:
    """A post's time in ISO's form; as it stands where it is in no form that is known."""
    try:
        return dt.datetime.strptime(str(told), _CREATED).isoformat() if told else None
    except ValueError:
        return str(told)


FORMAT = Format((), guarded("archive of X", _records), begins=_begins, also=(".js",))
