"""Incidents and events as layers of `sitrep.gpkg`, which QGIS and ArcGIS open by a double click.

In come the tables of a release, out come the bytes of a GeoPackage, the same for the same rows: WGS 84, days as days,
unknown as null. Nothing is refused.

Source: OGC GeoPackage Encoding Standard 1.3 (12-128r18), the clause that each part follows named beside it.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from tasks.publish.exports.flat import CountryNames, Tables, each, flat_columns
from tasks.tables import RELEASE_TABLES

LAYERS = ("incidents", "events")
_GEOMETRY = "geometry"
# clause 1.1.1.1.1: "GPKG" and the version, 1.3.0
_APPLICATION_ID, _VERSION = 0x47504B47, 10300
_WGS_84 = 4326
# clause 2.1.3: "GP", version 0, flags (little endian, no envelope), and the number of the reference system
_HEADER = b"GP\x00\x01" + struct.pack("<i", _WGS_84)
# no clock: a layer is as old as the rows that it holds
_NO_TIME = "1970-01-01T00:00:00.000Z"
_WGS_84_TEXT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
# clauses 1.1.2.1.1, 1.1.3.1.1 and 2.1.5.1.1
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE,
    max_y DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id)
    REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""
# the three systems that every file has
_SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
    ("WGS 84 geodetic", _WGS_84, "EPSG", _WGS_84, _WGS_84_TEXT, None),
)


def flat(tables: Tables, _: CountryNames) -> Iterator[tuple[str, bytes]]:
    """The one file."""
    package = sqlite3.connect(":memory:")
    try:
        package.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        package.execute(f"PRAGMA user_version = {_VERSION}")
        package.executescript(_TABLES)
        package.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
        for name in LAYERS:
            _layer(package, name, tables[name])
        package.commit()
        yield "sitrep.gpkg", package.serialize()
    finally:
        package.close()


def _layer(package: sqlite3.Connection, name: str, rows: pa.Table) -> None:
    """A feature table with its rows in the order of the release, entered in the tables that describe it."""
    columns = flat_columns(rows)
    declared = "".join(f', "{field.name}" {_sql_type(field.type)}' for field in columns.schema)
    package.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT{declared})')
    marks = ", ".join("?" * (columns.num_columns + 1))
    names = ", ".join(f'"{column}"' for column in columns.column_names)
    package.executemany(f'INSERT INTO "{name}" (geom, {names}) VALUES ({marks})', _rows(rows, columns))
    box = package.execute(
        f'SELECT min(longitude), min(latitude), max(longitude), max(latitude) FROM "{name}" WHERE geom IS NOT NULL'
    ).fetchone()
    package.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        (name, name, RELEASE_TABLES[name].meaning, _NO_TIME, *box, _WGS_84),
    )
    package.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', ?, 0, 0)", (name, _WGS_84))


def _rows(rows: pa.Table, columns: pa.Table) -> Iterator[tuple[Any, ...]]:
    points = (None if point is None else _HEADER + point for point in each(rows[_GEOMETRY]))
    values = (_sql_values(column) for column in columns.columns)
    return zip(points, *values, strict=True)


def _sql_type(type_: pa.DataType) -> str:
    """Clause 1.1.1.1.3, table 1."""
    if pa.types.is_boolean(type_):
        return "BOOLEAN"
    if pa.types.is_integer(type_):
        return "INTEGER"
    return "DATE" if pa.types.is_date(type_) else "DOUBLE" if pa.types.is_floating(type_) else "TEXT"


def _sql_values(column: pa.ChunkedArray) -> Iterator[Any]:
    if pa.types.is_date(column.type):
        return (None if day is None else day.isoformat() for day in each(column))
    return each(column)
