"""A release as a Croissant data set, `croissant.json`: JSON-LD that loaders of machine learning read.

In come a version and what the manifest says of the files, out comes JSON; nothing is refused.

Source: Croissant Format Specification 1.0 (docs.mlcommons.org/croissant). Lists of structs and
points have no type there and are left to the Parquet; the description of their table names them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from tasks.publish.described.licence import KEYWORDS, LICENCE, SUMMARY, TITLE
from tasks.storage.releases import day_of
from tasks.tables import RELEASE_TABLES, Column, Table

# what the specification gives for the start of every file of version 1.0
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = (
    (pa.types.is_boolean, "sc:Boolean"),
    (pa.types.is_integer, "sc:Integer"),
    (pa.types.is_floating, "sc:Float"),
    (pa.types.is_timestamp, "sc:DateTime"),
    (pa.types.is_date, "sc:Date"),
    (pa.types.is_string, "sc:Text"),
)


def croissant(version: str, facts: Mapping[str, Mapping[str, Any]]) -> str:
    """The JSON-LD, keys in a fixed order."""
    dataset = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "sitrep",
        "alternateName": TITLE,
        "description": SUMMARY,
        "license": LICENCE["path"],
        "version": _semantic(version),
        "datePublished": day_of(version).isoformat(),
        "creator": {"@type": "sc:Organization", "name": "Sitrep"},
        "citeAs": f"Sitrep, {TITLE}, release {version}",
        "keywords": list(KEYWORDS),
        "distribution": [_file(f"{name}.parquet", facts) for name in RELEASE_TABLES],
        "recordSet": [_record_set(table) for table in RELEASE_TABLES.values()],
    }
    return json.dumps(dataset, indent=2, ensure_ascii=False) + "\n"


def _semantic(version: str) -> str:
    """Croissant's version has three numbers without leading zeros: v2026.03.01.1 is 2026.301.1."""
    day = day_of(version)
    return f"{day.year}.{day.month * 100 + day.day}.{version.rpartition('.')[2]}"


def _file(name: str, facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{facts[name]['bytes']} B",
        "encodingFormat": "application/x-parquet",
        "sha256": facts[name]["sha256"],
    }


def _record_set(table: Table) -> dict[str, Any]:
    typed = {column.name: kind for column in table.columns if (kind := _type(_unlisted(column)))}
    left = [column.name for column in table.columns if column.name not in typed]
    more = f" In the Parquet alone: {', '.join(left)}." if left else ""
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.meaning + more,
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "field": [_field(table.name, column, typed[column.name]) for column in table.columns if column.name in typed],
    }


def _unlisted(column: Column) -> pa.DataType:
    return column.type.value_type if pa.types.is_list(column.type) else column.type


def _type(type_: pa.DataType) -> str | None:
    return next((name for is_so, name in _TYPES if is_so(type_)), None)


def _field(table: str, column: Column, kind: str) -> dict[str, Any]:
    field = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": f"{table}/{column.name}",
        "description": column.meaning,
        "dataType": kind,
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": column.name}},
    }
    return field | ({"repeated": True} if pa.types.is_list(column.type) else {})
