"""What a record's fields are called: exports of other tools, each by its columns, and names that an operator maps.

In come the rows of `seeds/record_profiles.csv` and a mapping, field by field; out come a record's fields under the
names that Sitrep knows. Refused are a mapping to a field that there is not, a record without a text, with what it has
instead, and one that is coded data. Names are compared without regard to case, blanks and signs: "Event Date" is
event_date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from tasks.ingest.markup import is_markup, text_of

FIELDS = ("text", "id", "title", "published", "url", "publisher", "language", "author")
"""What Sitrep knows of a record."""
_OWN = "sitrep"
_MOST_SHOWN = 30
_PROSE_WORDS = 3
_SIGNS = re.compile(r"[\W_]+")


class MappingError(ValueError):
    """A mapping of names cannot be used as it stands."""


class NamelessError(ValueError):
    """A record has no text under any name that is known; `reason_code` says whether it is coded data."""

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


@dataclass(frozen=True)
class _Profile:
    """An export: the names that it must have, whether it is coded data, and each field's names, the best first."""

    name: str
    marks: tuple[str, ...]
    coded: bool
    names: Mapping[str, tuple[str, ...]]


class Naming:
    """The names of fields, and how many records of each export were read by them (`used`)."""

    def __init__(self, profiles: pd.DataFrame, mapping: Mapping[str, str] | None = None) -> None:
        unknown = sorted(set(mapping or ()) - set(FIELDS))
        if unknown:
            raise MappingError(f"there is no field {unknown[0]!r} to map to; there are {', '.join(FIELDS)}")
        self._mapping = dict(mapping or {})
        known = _profiles(profiles)
        self._own = next(profile for profile in known if profile.name == _OWN)
        self._profiles = [profile for profile in known if profile.name != _OWN]
        self.used: Counter[str] = Counter()

    def named(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The record's fields under the names of FIELDS, the others as they are. Raises NamelessError."""
        paths = dict(_paths(fields))
        by_name = {_folded(path): path for path in reversed(paths)}
        mapped = {field: by_name.get(_folded(name)) for field, name in self._mapping.items()}
        profile = next((p for p in self._profiles if all(mark in by_name for mark in p.marks)), None)
        names = {field: ((profile.names[field] if profile else ()) + self._own.names[field]) for field in FIELDS}
        found = {field: [by_name[name] for name in names[field] if name in by_name] for field in FIELDS}
        found |= {field: [path] if path else [] for field, path in mapped.items()}
        chosen = {field: path for field, told in found.items() if (path := _filled(told, paths, field)) is not None}
        if "text" not in chosen:
            if profile and profile.coded and "text" not in self._mapping:
                message = f"coded data ({profile.name}), which tells no event in words; {_there(paths)}"
                raise NamelessError("coded_data", message)
            raise NamelessError("no_text", self._no_text(paths))
        self.used.update(["names as mapped"] if self._mapping else [profile.name] if profile else [])
        taken = set(chosen.values())
        rest = _without(fields, taken | set(FIELDS))
        values = {field: _joined(paths[path]) for field, path in chosen.items()}
        return rest | values | {"text": _words(paths[chosen["text"]], chosen["text"])}

    def _no_text(self, paths: Mapping[str, Any]) -> str:
        mapped = self._mapping.get("text")
        what = f"the record has no text in {mapped!r}" if mapped else "the record has no text"
        nearest = _nearest(paths)
        hint = f"; nearest to a text: {nearest} (--map text={nearest})" if nearest else ""
        return f"{what}; {_there(paths)}{hint}"


def mapping_of(source_id: str | None, sources: pd.DataFrame, typed: str | None) -> dict[str, str]:
    """What a source's row of seeds/sources.csv maps, and over it what is typed. Raises MappingError."""
    rows = sources.loc[sources["source_id"] == source_id, "map"].tolist()
    return {**mapping(rows[0] if rows else ()), **mapping(typed.split(",") if typed else ())}


def mapping(told: Iterable[str]) -> dict[str, str]:
    """A mapping from its parts, as text=notes and published=event_date."""
    found: dict[str, str] = {}
    for part in told:
        field, sign, name = (piece.strip() for piece in part.partition("="))
        if not (field and sign and name) or field in found:
            raise MappingError(
                f"{part!r} is no mapping; write field=name once each, as text=notes,published=event_date"
            )
        if field not in FIELDS:
            raise MappingError(f"there is no field {field!r} to map to; there are {', '.join(FIELDS)}")
        found[field] = name
    return found


def _profiles(rows: pd.DataFrame) -> list[_Profile]:
    """The exports, those with the most marks first: what fits more closely is what it is."""
    found = []
    for name, of_one in rows.groupby("profile", sort=False):
        told = [(row["field"], _folded(row["name"])) for row in of_one.to_dict("records")]
        names = {field: tuple(n for f, n in told if f == field) for field in FIELDS}
        marks = tuple(n for f, n in told if f in ("mark", "coded"))
        found.append(_Profile(str(name), marks, any(f == "coded" for f, _ in told), names))
    return sorted(found, key=lambda profile: -len(profile.marks))


def _paths(fields: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every field with its name, those inside objects as "fields.date.created"; of a list of objects its first."""
    for name, value in fields.items():
        path = f"{before}{name}"
        yield path, value
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        if isinstance(inner, dict) and before.count(".") < 3:
            yield from _paths(inner, f"{path}.")


def _without(fields: Mapping[str, Any], taken: set[str], before: str = "") -> dict[str, Any]:
    """The fields but for those that are taken, also inside objects; an object of which nothing is left is none."""
    rest = {}
    for name, value in fields.items():
        path = f"{before}{name}"
        is_around = isinstance(value, dict) and any(one.startswith(f"{path}.") for one in taken)
        left = _without(value, taken, f"{path}.") if is_around else value
        if path not in taken and not (is_around and not left):
            rest[name] = left
    return rest


@lru_cache(maxsize=10_000)
def _folded(path: str) -> str:
    """A name as it is compared: "Event Date" and "event_date" are one, the parts of a path stay apart."""
    return ".".join(_SIGNS.sub("", part).casefold() for part in path.split("."))


def _filled(told: Iterable[str], paths: Mapping[str, Any], field: str) -> str | None:
    """The first of the paths that holds something: a text words, what goes by another name than its own no object."""
    for path in told:
        value = paths[path]
        if field == "text":
            if _words(value, path).strip():
                return path
        elif value not in (None, "", [], {}) and (path == field or not isinstance(_joined(value), dict | list)):
            return path
    return None


def _joined(value: Any) -> Any:
    """A value; a list of texts (authors) as one text."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value


def _words(value: Any, path: str) -> str:
    """The words of a value: a text, of lists and objects all texts in them; what is named text is one, as it stands."""
    if isinstance(value, str):
        return value if _folded(path) == "text" or not is_markup(value) else text_of(value)
    if _folded(path) == "text":
        return ""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return "\n\n".join(words for one in inner if (words := _words(one, path)))


def _there(paths: Mapping[str, Any]) -> str:
    names = [path for path, value in paths.items() if value not in (None, "", [], {})]
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return f"it has {', '.join(names[:_MOST_SHOWN])}{more}" if names else "it has no field that is filled"


def _nearest(paths: Mapping[str, Any]) -> str | None:
    """The field that is likeliest the text: the longest of those that hold sentences, else the one named most alike."""
    prose = {path: len(v) for path, v in paths.items() if isinstance(v, str) and len(v.split()) >= _PROSE_WORDS}
    if prose:
        return max(prose, key=lambda path: prose[path])
    alike = process.extractOne("text", list(paths), scorer=fuzz.ratio, score_cutoff=50)
    return alike[0] if alike else None
