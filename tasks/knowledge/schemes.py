"""What other data sets call countries, kinds of events and publishers: codes that exports give beside Sitrep's own.

In come `seeds/country_schemes.csv`, `iso_3166_2.csv`, `cameo_roots.csv` and `publishers.csv`, out come answers about a
country, a division, a CAMEO code or a publisher. Nothing is refused: what a table does not have is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from tasks import vocabularies

# PRIO-GRID: cells of half a degree, numbered from the south-west corner of the world eastward, then northward
_CELLS_A_DEGREE = 2
_CELLS_A_ROW = 360 * _CELLS_A_DEGREE
_CELLS_A_COLUMN = 180 * _CELLS_A_DEGREE
_ROOT_LENGTH = 2


@dataclass(frozen=True, slots=True)
class CountryScheme:
    """One row of `seeds/country_schemes.csv`: ISO 3166-1 numeric, FIPS 10-4, Gleditsch and Ward's number, and the
    regions of ACLED and UCDP; None where the scheme does not know the country."""

    iso_numeric: int | None = None
    fips: str | None = None
    gwno: int | None = None
    acled_region: str | None = None
    ucdp_region: str | None = None


@dataclass(frozen=True, slots=True)
class Publisher:
    """One row of `seeds/publishers.csv`: ACLED's source_scale, the actor whose voice it is, the terms of its texts;
    None for what is not known."""

    acled_scale: str | None = None
    side_actor_id: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class CameoRoot:
    """One row of `seeds/cameo_roots.csv`: GDELT's QuadClass, 1 to 4, and GoldsteinScale, -10 to 10."""

    quad_class: int
    goldstein: float


@cache
def _countries() -> Mapping[str, CountryScheme]:
    rows = vocabularies.load("country_schemes").to_dict("records")
    return MappingProxyType(
        {str(row.pop("country_code")): CountryScheme(**{str(k): v for k, v in row.items()}) for row in rows}
    )


@cache
def _divisions() -> Mapping[str, str]:
    rows = vocabularies.load("iso_3166_2")
    return MappingProxyType(dict(zip(rows["admin1_code"], rows["iso_code"], strict=True)))


@cache
def _roots() -> Mapping[str, CameoRoot]:
    rows = vocabularies.load("cameo_roots").to_dict("records")
    return MappingProxyType({str(row["root"]): CameoRoot(row["quad_class"], row["goldstein"]) for row in rows})


@cache
def _publishers() -> Mapping[str, Publisher]:
    rows = vocabularies.load("publishers").to_dict("records")
    return MappingProxyType(
        {
            str(row.pop("publisher")): Publisher(**{str(name): value or None for name, value in row.items()})
            for row in rows
        }
    )


def country(code: str | None) -> CountryScheme:
    """What other schemes call a country, by ISO 3166-1 alpha-3; a row of None for one that no table has."""
    return _countries().get(code or "", CountryScheme())


def cameo_root(code: str | None) -> CameoRoot | None:
    """Class and scale of a CAMEO code of any length, by its root; None for none and for an unknown root."""
    return _roots().get((code or "")[:_ROOT_LENGTH])


def publisher_facts(publisher: str) -> Publisher:
    """What is known of a publisher; a row of None for one that no table has."""
    return _publishers().get(publisher, Publisher())


def source_scale(publishers: Iterable[str]) -> str | None:
    """ACLED's source_scale of all publishers of an incident, joined with "-" in alphabetical order.

    None where there are none or the scale of any is not known: the rest would pass for the whole.
    """
    found = {publisher_facts(publisher).acled_scale for publisher in publishers}
    return None if None in found else "-".join(sorted(scale for scale in found if scale)) or None


def priogrid(latitude: float | None, longitude: float | None) -> int | None:
    """The number of the PRIO-GRID cell of a point in degrees, WGS 84; None without a point.

    Cells are half a degree wide; number 1 is at the south-west corner (PRIO-GRID codebook 2.0, "gid").
    """
    if latitude is None or longitude is None:
        return None
    row = min(math.floor((latitude + 90) * _CELLS_A_DEGREE), _CELLS_A_COLUMN - 1)
    column = min(math.floor((longitude + 180) * _CELLS_A_DEGREE), _CELLS_A_ROW - 1)
    return row * _CELLS_A_ROW + column + 1


def iso_3166_2(admin1_code: str | None) -> str | None:
    """ISO 3166-2 of a first-level division by GeoNames' code ("AF.23" is "AF-KAN"); None where no name tells it."""
    return None if admin1_code is None else _divisions().get(admin1_code)
