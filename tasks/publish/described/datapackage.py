"""A release as a Frictionless data package, `datapackage.json`: its tables, columns, keys and references.

In come a version and what the manifest says of the files, out comes JSON; nothing is refused.

Source: Data Package 1.0 and Table Schema 1.0 (specs.frictionlessdata.io). Points have no type there and are "any".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from tasks.publish.described.licence import KEYWORDS, LICENCE, SUMMARY, TITLE
from tasks.storage.expectations import REFERENCES
from tasks.storage.releases import day_of
from tasks.tables import RELEASE_TABLES, Column, Table

_TYPES = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_timestamp, "datetime"),
    (pa.types.is_date, "date"),
    (pa.types.is_list, "array"),
    (pa.types.is_string, "string"),
)


def datapackage(version: str, facts: Mapping[str, Mapping[str, Any]]) -> str:
    """The descriptor, keys in a fixed order."""
    package = {
        "profile": "data-package",
        "name": "sitrep",
        "title": TITLE,
        "description": SUMMARY,
        "version": version,
        "created": f"{day_of(version).isoformat()}T00:00:00Z",
        "licenses": [LICENCE],
        "keywords": list(KEYWORDS),
        "resources": [_resource(table, facts[f"{name}.parquet"]) for name, table in RELEASE_TABLES.items()],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(table: Table, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": table.meaning,
        "bytes": facts["bytes"],
        "hash": f"sha256:{facts['sha256']}",
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [_foreign_key(one.column, one.target) for one in REFERENCES if _is_plain(table, one)],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    kind = next((name for is_so, name in _TYPES if is_so(column.type)), "any")
    field: dict[str, Any] = {"name": column.name, "type": kind, "description": column.meaning}
    if not column.nullable:
        field["constraints"] = {"required": True}
    return field


def _is_plain(table: Table, reference: Any) -> bool:
    """A column of the table itself that names the key of another; not a field of a list."""
    return reference.table == table.name and "." not in reference.column + reference.target


def _foreign_key(column: str, target: str) -> dict[str, Any]:
    key = RELEASE_TABLES[target].key[0]
    return {"fields": [column], "reference": {"resource": target, "fields": [key]}}
