"""Texts as a terminal may have them: what would steer it, reorder a line or hide in one stands there as an escape.

In comes any text, out comes the same with control characters (C0, C1, line breaks), format characters (bidirectional
controls, zero-width ones) and half characters written as in a Python string: `\\x1b`, `\\u202e`. Nothing is refused.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

# what may need an escape; in JSON, line breaks are the layout's
_SUSPECT = re.compile(r"[^ -~]+")
_SUSPECT_IN_JSON = re.compile(r"[^ -~\n]+")


def visible(text: str) -> str:
    """A text for a line on a terminal."""
    return _SUSPECT.sub(lambda run: _escaped(run[0], _as_in_python), text)


def visible_json(text: str) -> str:
    """JSON for a terminal: the same characters as JSON's own escapes, so that every reader of JSON gets them back."""
    return _SUSPECT_IN_JSON.sub(lambda run: _escaped(run[0], _as_in_json), text)


def visible_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a release with all its texts, at any depth, for lines on a terminal."""
    return {name: _visible_value(value) for name, value in row.items()}


def _visible_value(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_visible_value(one) for one in value]
    return visible_row(value) if isinstance(value, dict) else value


def _escaped(run: str, escape: Callable[[str], str]) -> str:
    if run.isprintable():
        return run
    # wide spaces are no printable characters to Python, and harmless
    return "".join(one if one.isprintable() or unicodedata.category(one) == "Zs" else escape(one) for one in run)


def _as_in_python(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _as_in_json(character: str) -> str:
    return json.dumps(character)[1:-1]
