"""Front matter of Markdown: the facts about a report that stand before it, in YAML (---) or TOML (+++).

In comes a text, out come what it declares (title, author, published, publisher, url) and the text behind. What is no
front matter, or cannot be read as such, stays text.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import yaml

# longer is no front matter; its reader takes the square of what is nested in it
_BLOCK = re.compile(r"\A\s*(---|\+\+\+)[^\S\n]*\n(.{0,8000}?)\n\1[^\S\n]*(?:\n|\Z)", re.DOTALL)
_NAMES = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline"),
    "published": ("published", "date", "publishdate", "pubdate", "date_published", "published_at"),
    "publisher": ("publisher", "source", "site"),
    "url": ("url", "canonical", "canonical_url", "link"),
}


def parted(text: str) -> tuple[dict[str, str], str]:
    """What the front matter declares, and the text behind it."""
    found = _BLOCK.match(text)
    if found is None:
        return {}, text
    try:
        told: Any = yaml.safe_load(found[2]) if found[1] == "---" else tomllib.loads(found[2])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        return {}, text
    if not isinstance(told, dict):
        return {}, text
    facts = {str(name).casefold(): value for name, value in told.items()}
    declared = {field: value for field, names in _NAMES.items() if (value := _first(facts, names))}
    return declared, text[found.end() :]


def _first(facts: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := _text(facts.get(name)))), None)


def _text(value: Any) -> str | None:
    """A fact as text: a day in ISO's form, a list of names in a row; an object is none."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value) or None
    return str(value).strip() or None if isinstance(value, str | int | float) else None
