"""Incidents as `incidents.geojson`: one feature an incident, its columns as properties, no place as no geometry.

In come the tables of a release, out come the bytes of a FeatureCollection (RFC 7946): WGS 84, longitude first, days as
ISO texts, unknown as null. `geo_precision_code` says how exact a point is. Nothing is refused.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tasks.publish.exports.flat import BATCH_ROWS, CountryNames, Tables, flat_columns


def flat(tables: Tables, _: CountryNames) -> Iterator[tuple[str, bytes]]:
    """The one file, a feature a line."""
    out = io.StringIO()
    out.write('{"type": "FeatureCollection", "name": "incidents", "features": [')
    before = "\n"
    for batch in flat_columns(tables["incidents"]).to_batches(max_chunksize=BATCH_ROWS):
        for row in batch.to_pylist():
            out.write(before + json.dumps(_feature(row), ensure_ascii=False, allow_nan=False, default=date.isoformat))
            before = ",\n"
    out.write("\n]}\n")
    yield "incidents.geojson", out.getvalue().encode()


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    point = (row["longitude"], row["latitude"])
    geometry = None if None in point else {"type": "Point", "coordinates": point}
    return {"type": "Feature", "id": row["incident_id"], "geometry": geometry, "properties": row}
