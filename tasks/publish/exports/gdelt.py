"""Incidents in the 58 columns of GDELT 1.0's event files, as `gdelt.tsv`: one row an incident that has a CAMEO code.

In come the tables of a release, out come the incidents that sum no others, between tabs, under a header (GDELT's daily
files have none). What Sitrep does not know stays empty: the tone of texts, where actors sit. Nothing is refused.

Source of the columns: GDELT Data Format Codebook, V 1.03; of QuadClass and GoldsteinScale: `seeds/cameo_roots.csv`, by
the root of the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge import actor_types, schemes
from tasks.publish.exports.flat import (
    BATCH_ROWS,
    CountryNames,
    Tables,
    as_csv,
    documents_of_incidents,
    harmless,
    names_of,
    number_of,
    single_incidents,
)

_ACTOR = (
    "Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code", "Type1Code",
    "Type2Code", "Type3Code",
)  # fmt: skip
_GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID")
_GEO_OF = ("Actor1Geo_", "Actor2Geo_", "ActionGeo_")
COLUMNS = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
    *(f"Actor{number}{name}" for number in (1, 2) for name in _ACTOR),
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale",
    "NumMentions", "NumSources", "NumArticles", "AvgTone",
    *(f"{of}{name}" for of in _GEO_OF for name in _GEO),
    "DATEADDED", "SOURCEURL",
)  # fmt: skip
_INT = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "IsRootEvent", "QuadClass", "NumMentions", "NumSources",
    "NumArticles", "DATEADDED", *(f"{of}Type" for of in _GEO_OF),
)  # fmt: skip
_REAL = ("FractionDate", "GoldsteinScale", "AvgTone", *(f"{of}{end}" for of in _GEO_OF for end in ("Lat", "Long")))
# GDELT's Geo_Type: country, state of the USA, city of the USA, city, state
_COUNTRY, _USA_STATE, _USA_CITY, _CITY, _STATE = 1, 2, 3, 4, 5
_FINE, _MIDDLE = ("point", "settlement"), ("admin1", "admin2")
_MOST_TYPES = 3


def _type(name: str) -> pa.DataType:
    return pa.int64() if name in _INT else pa.float64() if name in _REAL else pa.string()


_SCHEMA = pa.schema([(name, _type(name)) for name in COLUMNS])


def flat(tables: Tables, country_names: CountryNames) -> Iterator[tuple[str, bytes]]:
    """Single incidents that have a CAMEO code, in GDELT's columns."""
    incidents = single_incidents(tables)
    incidents = incidents.filter(pc.is_valid(incidents["cameo_code"]))
    documents = documents_of_incidents(tables)
    parts = [_SCHEMA.empty_table()]
    for batch in incidents.to_batches(max_chunksize=BATCH_ROWS):
        rows = [_row(row, documents.get(row["incident_id"], ()), country_names) for row in batch.to_pylist()]
        parts.append(pa.Table.from_pylist(rows, schema=_SCHEMA))
    yield "gdelt.tsv", as_csv(harmless(pa.concat_tables(parts)), delimiter="\t")


def _row(
    incident: Mapping[str, Any], documents: Sequence[Mapping[str, Any]], country_names: CountryNames
) -> dict[str, Any]:
    """One row; columns that are not named here stay empty."""
    code, root = incident["cameo_code"], schemes.cameo_root(incident["cameo_code"])
    addresses = [document["url"] for document in documents if document["url"]]
    return {
        "GLOBALEVENTID": number_of(incident["incident_id"]),
        **_date_columns(incident["date_start"]),
        **_actor_columns("Actor1", incident["actors"]),
        **_actor_columns("Actor2", incident["recipients"]),
        "EventCode": code,
        "EventBaseCode": code[:3],
        "EventRootCode": code[:2],
        "QuadClass": root.quad_class if root else None,
        "GoldsteinScale": root.goldstein if root else None,
        "NumMentions": incident["mention_count"],
        "NumSources": incident["publisher_count"],
        "NumArticles": incident["document_count"],
        **_place_columns(incident, country_names),
        "DATEADDED": _digits(incident["first_reported_date"]),
        "SOURCEURL": addresses[0] if addresses else None,
    }


def _digits(day: date | None) -> int | None:
    return None if day is None else int(f"{day:%Y%m%d}")


def _date_columns(day: date | None) -> dict[str, Any]:
    if day is None:
        return {}
    # the codebook's own formula
    fraction = round(day.year + (day.month * 30 + day.day) / 365, 4)
    return {"SQLDATE": _digits(day), "MonthYear": int(f"{day:%Y%m}"), "Year": day.year, "FractionDate": fraction}


def _actor_columns(actor: str, parties: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The first party by name, its country, and the roles of all; CAMEO takes ISO 3166-1 alpha-3 for countries."""
    if not parties:
        return {}
    known = (actor_types.all_types().get(party["actor_type_code"]) for party in parties)
    roles = list(dict.fromkeys(one.cameo_type for one in known if one and one.cameo_type))[:_MOST_TYPES]
    country = parties[0]["country_code"]
    return {
        f"{actor}Code": "".join((country or "", *roles)) or None,
        f"{actor}Name": names_of(parties)[0].upper(),
        f"{actor}CountryCode": country,
        **{f"{actor}Type{number}Code": role for number, role in enumerate(roles, 1)},
    }


def _place_columns(incident: Mapping[str, Any], country_names: CountryNames) -> dict[str, Any]:
    precision, fips = incident["geo_precision_code"], schemes.country(incident["country_code"]).fips
    is_usa = incident["country_code"] == "USA"
    kinds = dict.fromkeys(_FINE, _USA_CITY if is_usa else _CITY)
    kinds |= dict.fromkeys(_MIDDLE, _USA_STATE if is_usa else _STATE) | {"country": _COUNTRY}
    parts = (incident["place_label"], incident["admin1_name"], country_names.get(incident["country_code"]))
    admin1 = (incident["admin1_code"] or "").partition(".")[2]
    return {
        "ActionGeo_Type": kinds.get(precision),
        "ActionGeo_FullName": ", ".join(dict.fromkeys(part for part in parts if part)) or None,
        "ActionGeo_CountryCode": fips,
        # GeoNames keeps FIPS 10-4's codes of divisions where it had any
        "ActionGeo_ADM1Code": f"{fips}{admin1}" if fips and admin1 else fips,
        "ActionGeo_Lat": incident["latitude"],
        "ActionGeo_Long": incident["longitude"],
    }
