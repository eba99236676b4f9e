"""What changed between two releases, and why: rows by key, columns by value, documents, vocabularies and code.

In come the folders of two releases; out comes one dictionary, and its lines, its JSON or its page. The page shows what
documents say as text and nothing else. Refused is a folder that is no release.
"""

from __future__ import annotations

import html
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.reading.visible import visible, visible_json
from tasks.storage.manifests import read as manifest_of
from tasks.tables import RELEASE_TABLES, Table

Difference = dict[str, Any]
Row = dict[str, Any]

_SEPARATOR = "\x1f"
# values that a line or a cell holds; longer ones and lists are named only
_SHORT = 60
# a page with more rows than that opens slowly; the JSON has them all
_PAGE_ROWS = 1_000


def difference(before: Path, after: Path) -> Difference:
    """`before`, `after` (versions), `why` (sentences) and `tables`: added, removed and changed rows of each.

    A row is its key, `because` (why it differs, where that is known), and for changed ones `columns`: name -> [value
    before, value after]. Raises LookupError where a folder is no release.
    """
    manifests = [manifest_of(path) for path in (before, after)]
    parts = {name: _compared(table, before, after, manifests) for name, table in RELEASE_TABLES.items()}
    causes = _Causes(before, after, manifests)
    for name, part in parts.items():
        causes.explain(name, part)
    return {
        "before": manifests[0]["version"],
        "after": manifests[1]["version"],
        "why": causes.sentences(),
        "tables": parts,
    }


def _read(release: Path, table: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Columns of a table; of one that an older release has not, no rows, and of a column that it has not, nulls."""
    file = release / f"{table}.parquet"
    if not file.is_file():
        return RELEASE_TABLES[table].schema.empty_table().select(columns or RELEASE_TABLES[table].names)
    stored = pq.ParquetFile(file)
    if columns is None:
        return stored.read()
    rows = stored.read(columns=[name for name in columns if name in stored.schema_arrow.names])
    for name in columns:
        if name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(len(rows), RELEASE_TABLES[table].column(name).type))
    return rows.select(list(columns))


def _compared(table: Table, before: Path, after: Path, manifests: Sequence[Mapping[str, Any]]) -> Difference:
    """Rows of a table that came, went or changed, each with its key."""
    part: Difference = {"columns_added": [], "columns_removed": [], "added": [], "removed": [], "changed": []}
    file = f"{table.name}.parquet"
    if len({manifest["files"].get(file, {}).get("sha256") for manifest in manifests}) == 1:
        return part
    old, new = _read(before, table.name), _read(after, table.name)
    part["columns_added"] = [name for name in new.column_names if name not in old.column_names]
    part["columns_removed"] = [name for name in old.column_names if name not in new.column_names]
    keys = [_keys(rows, table.key) for rows in (old, new)]
    places = pc.index_in(keys[1], value_set=keys[0])
    part["added"] = _listed(table, new.filter(pc.is_null(places)))
    part["removed"] = _listed(table, old.filter(pc.invert(pc.is_in(keys[0], value_set=keys[1]))))
    common = pc.is_valid(places)
    part["changed"] = _changed(table, old.take(places.filter(common)), new.filter(common))
    return part


def _keys(rows: pa.Table, key: Sequence[str]) -> pa.Array:
    texts = [rows[name].cast(pa.string()).combine_chunks() for name in key]
    return pc.binary_join_element_wise(*texts, _SEPARATOR)


def _listed(table: Table, rows: pa.Table) -> list[Row]:
    named = [name for name in ("summary", "sentence_text", "label", "external_id") if name in rows.column_names][:1]
    return [
        {"key": {name: _plain(row[name]) for name in table.key}, "text": row[named[0]] if named else None}
        for row in rows.select([*table.key, *named]).to_pylist()
    ]


def _changed(table: Table, old: pa.Table, new: pa.Table) -> list[Row]:
    """Rows of the same keys in the same order, those that differ, with both values of each column that does."""
    columns: dict[int, dict[str, list[Any]]] = defaultdict(dict)
    for name in new.column_names:
        if name not in old.column_names:
            continue
        rows = _unequal(old[name], new[name])
        pairs = (values.take(pa.array(rows, pa.int64())).to_pylist() for values in (old[name], new[name]))
        for row, was, is_ in zip(rows, *pairs, strict=True):
            columns[row][name] = [_plain(was), _plain(is_)]
    numbers = sorted(columns)
    keys = new.select(list(table.key)).take(pa.array(numbers, pa.int64())).to_pylist()
    return [
        {"key": {name: _plain(value) for name, value in key.items()}, "columns": columns[row]}
        for row, key in zip(numbers, keys, strict=True)
    ]


def _unequal(old: pa.ChunkedArray, new: pa.ChunkedArray) -> list[int]:
    """Numbers of the rows whose values differ; null differs from every value and not from null."""
    if pa.types.is_nested(old.type) or old.type != new.type:
        return [n for n, (was, is_) in enumerate(zip(old.to_pylist(), new.to_pylist(), strict=True)) if was != is_]
    unlike = pc.or_(pc.fill_null(pc.not_equal(old, new), False), pc.not_equal(pc.is_null(old), pc.is_null(new)))
    numbers: list[int] = pc.indices_nonzero(unlike).to_pylist()
    return numbers


def _plain(value: Any) -> Any:
    """The value as JSON holds it: days and instants in ISO 8601, bytes in hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


# why


class _Causes:
    """What the releases were made of: documents, vocabularies, code; and what of it tells why a row differs."""

    def __init__(self, before: Path, after: Path, manifests: Sequence[Mapping[str, Any]]):
        self._releases = (before, after)
        self._manifests = manifests
        columns = ["document_id", "external_id", "supersedes"]
        read = [_read(path, "documents", columns).to_pylist() for path in self._releases]
        self._documents = [{row["document_id"]: row for row in rows} for rows in read]
        self._new, self._gone = (self._only_in(1), self._only_in(0))
        self._revised = {row["supersedes"] for row in self._documents[1].values()} & self._gone.keys()
        self._rules = self._changed_rules()

    def _only_in(self, side: int) -> dict[str, str]:
        mine, others = self._documents[side], self._documents[1 - side]
        return {id_: row["external_id"] for id_, row in mine.items() if id_ not in others}

    def _changed_rules(self) -> list[str]:
        """Sentences on vocabularies, code and settings of the stages that are not the same."""
        found = []
        prints = [manifest.get("fingerprints", {}) for manifest in self._manifests]
        for kind in sorted(prints[0].keys() | prints[1].keys()):
            was, is_ = (one.get(kind) for one in prints)
            if was and is_ and type(was) is not type(is_):
                found.append(f"other {kind}")
            elif isinstance(was, dict) and isinstance(is_, dict):
                stages = [stage for stage in is_ if was.get(stage) != is_[stage]]
                found += [f"other {kind} in {', '.join(stages)}"] if stages else []
            elif was and is_ and was != is_:
                # a hash says enough by its beginning, a model's name and version are shorter than that
                found.append(f"{kind} is {is_[:32]}, was {was[:32]}")
        for name in ("schema_version", "with_text"):
            was, is_ = (manifest.get(name) for manifest in self._manifests)
            if was != is_:
                found.append(f"{name} is {is_}, was {was}")
        return found

    def sentences(self) -> list[str]:
        """What is not the same: documents, then vocabularies, code and settings."""
        revised = {self._gone[id_] for id_ in self._revised}
        gone = [name for id_, name in self._gone.items() if id_ not in self._revised]
        new = [name for name in self._new.values() if name not in revised]
        changes = [
            f"{what} ({len(names)}): {', '.join(names[:10])}{', ...' if len(names) > 10 else ''}"
            for what, names in (
                ("new documents", sorted(new)),
                ("revised documents", sorted(revised)),
                ("documents gone", sorted(gone)),
            )
            if names
        ]
        return [*changes, *self._rules] or ["the same documents, vocabularies and code"]

    def explain(self, table: str, part: Difference) -> None:
        """Give each row of `incidents`, `events` and `mentions` a list `because`."""
        rows = [*part["added"], *part["removed"], *part["changed"]]
        if table not in ("incidents", "events", "mentions") or not rows:
            return
        key = RELEASE_TABLES[table].key[0]
        ids = pa.array({row["key"][key] for row in rows}, pa.string())
        sources = [self._documents_of(path, key, ids) for path in self._releases]
        merged = {} if table == "mentions" else self._merged(table, key, ids)
        for row in rows:
            id_ = row["key"][key]
            because = [f"document {self._new[d]} is new" for d in sorted(sources[1][id_]) if d in self._new]
            because += [f"document {self._gone[d]} is gone" for d in sorted(sources[0][id_]) if d in self._gone]
            because += [f"merged into {merged[id_]}"] if id_ in merged else []
            row["because"] = because or self._rules or ["linked or marked otherwise beside what changed"]

    def _documents_of(self, release: Path, key: str, ids: pa.Array) -> Mapping[str, set[str]]:
        """The documents in which each of these incidents, events or mentions is told."""
        rows = _read(release, "mentions", [key, "document_id"])
        rows = rows.filter(pc.is_in(rows[key], value_set=ids))
        documents: defaultdict[str, set[str]] = defaultdict(set)
        for id_, document_id in zip(rows[key].to_pylist(), rows["document_id"].to_pylist(), strict=True):
            documents[id_].add(document_id)
        return documents

    def _merged(self, table: str, key: str, ids: pa.Array) -> dict[str, str]:
        """Id of an event, or incident, that is no more -> the one that it ended in."""
        wanted, ended = set(ids.to_pylist()), f"former_{key}s"
        rows = _read(self._releases[1], table, [key, ended]).to_pylist()
        return {former: row[key] for row in rows for former in row[ended] if former in wanted}


# for people and programs


def table_lines(difference: Difference) -> Iterator[str]:
    """The difference as lines of text: + added, - removed, ~ changed."""
    yield f"{difference['before']} to {difference['after']}"
    for sentence in difference["why"]:
        yield f"why: {sentence}"
    for name, part in difference["tables"].items():
        if not any(part.values()):
            yield f"{name}: the same"
            continue
        yield f"{name}: {_counted(part)}"
        for sign, kind in (("+", "added"), ("-", "removed"), ("~", "changed")):
            for row in part[kind]:
                because = f"  ({'; '.join(row['because'])})" if row.get("because") else ""
                yield f"  {sign} {' '.join(map(str, row['key'].values()))}  {_what(row)}{because}".rstrip()


def _counted(part: Difference) -> str:
    counts = [f"{len(part[kind])} {kind}" for kind in ("added", "removed", "changed")]
    counts += [f"column {name} is new" for name in part["columns_added"]]
    return ", ".join([*counts, *(f"column {name} is gone" for name in part["columns_removed"])])


def _what(row: Row) -> str:
    return ", ".join(_change(*item) for item in row["columns"].items()) if "columns" in row else row["text"] or ""


def _change(name: str, values: Sequence[Any]) -> str:
    was, is_ = ("null" if value is None else str(value) for value in values)
    is_short = not any(isinstance(value, list) for value in values) and len(was) + len(is_) <= _SHORT
    return f"{name} {was} → {is_}" if is_short else name


def json_text(difference: Difference) -> str:
    """The whole difference as JSON."""
    return visible_json(json.dumps(difference, ensure_ascii=False, indent=1)) + "\n"


_STYLE = (
    "body{font:15px/1.4 sans-serif;max-width:75em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
    "td,th{border:1px solid #ccc;padding:.2em .5em;text-align:left;vertical-align:top}.added td:first-child{color:#060}"
    ".removed td:first-child{color:#900}"
)


def page(difference: Difference) -> str:
    """The difference as one page of HTML that works alone; every text in it is escaped."""
    title = _escape(f"{difference['before']} to {difference['after']}")
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"</head><body><h1>{title}</h1><h2>Why</h2><ul>",
        *(f"<li>{_escape(sentence)}</li>" for sentence in difference["why"]),
        "</ul>",
    ]
    for name, part in difference["tables"].items():
        parts.append(f"<h2>{_escape(name)}</h2><p>{_escape(_counted(part) if any(part.values()) else 'the same')}</p>")
        rows = [(kind, row) for kind in ("added", "removed", "changed") for row in part[kind]]
        if rows:
            parts.append("<table><tr><th></th><th>key</th><th>what</th><th>because</th></tr>")
            parts += [_page_row(kind, row) for kind, row in rows[:_PAGE_ROWS]]
            parts.append("</table>")
        if len(rows) > _PAGE_ROWS:
            parts.append(f"<p>and {len(rows) - _PAGE_ROWS} more: take --format json</p>")
    return "\n".join([*parts, "</body></html>"]) + "\n"


def _escape(text: str) -> str:
    return html.escape(visible(text))


def _page_row(kind: str, row: Row) -> str:
    cells = (kind, " ".join(map(str, row["key"].values())), _what(row), "; ".join(row.get("because", ())))
    return f'<tr class="{kind}">' + "".join(f"<td>{_escape(cell)}</td>" for cell in cells) + "</tr>"
