"""Incidents and their dead by area and period: the table that most statistics begin with.

In comes a release, out come rows, one for each cell of areas by periods. Refused is a word for an area or a period that
there is none of, and what would have more rows than memory holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import h3

from tasks.knowledge import schemes
from tasks.reading.known import known_documents, known_incidents
from tasks.storage.checks import StoreError
from tasks.storage.releases import read_table

Row = dict[str, Any]
Area = tuple[Any, ...]
Between = tuple[date | None, date | None]

AREAS: Mapping[str, tuple[str, ...]] = {
    "country": ("country_code",),
    "admin1": ("country_code", "admin1_code", "admin1_name"),
    "admin2": ("country_code", "admin1_name", "admin2_code", "admin2_name"),
    "priogrid": ("priogrid_gid",),
    "h3": ("h3_cell",),
}
"""What a panel can be by, and the columns that name an area there."""
H3_RESOLUTION = 5
"""Cells of some 250 square kilometres, a district's size."""
H3_FINEST = 8
"""Cells of some 0.7 square kilometres: of a settlement no more is known than a point within it."""
MORE_CODES: Mapping[str, Mapping[str, str]] = {
    "admin1": {"iso_3166_2": "admin1_code", "pcode": "admin1_code"},
    "admin2": {"pcode": "admin2_code"},
}
"""Codes of other schemes that a panel by an area gives, and the code from which they follow."""
PERIODS: Mapping[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
"""The first day of the period that a day lies in; weeks begin on Mondays."""
MEASURES = ("incidents", "dead_low", "dead_best", "dead_high", "toll_unknown", "documents")
_TOLLS = {"dead_low": "killed_low", "dead_best": "killed_best", "dead_high": "killed_high"}
_WHERE = ["country_code", "admin1_code", "admin1_name", "admin2_code", "admin2_name", "latitude", "longitude"]
_WHEN = ["date_start", "date_end"]
_INCIDENT = ["incident_id", "incident_type_code", "is_aggregate", "last_reported_date", "geo_precision_code"]
_TARGETS = "target_codes"
# the point of a larger area is in no cell of a grid
_FINE = ("point", "settlement")
_DIGITS = 4
# of some 400 bytes: a report on the year 1100 must not fill the memory with days since
_MOST_ROWS = 3_000_000


@dataclass
class _Cell:
    """What is told of an area in a period; `open` are the tolls of which an end is not told."""

    incidents: float = 0.0
    tolls: dict[str, float] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    toll_unknown: float = 0.0
    documents: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Panel:
    """`columns`: those of the area, `period` and MEASURES. `left_out`: why incidents are in no cell, to how many."""

    columns: tuple[str, ...]
    rows: Sequence[Row]
    left_out: Mapping[str, int]


def panel(
    release: Path,
    by: str = "admin1",
    every: str = "month",
    types: Collection[str] = (),
    known_on: date | None = None,
    between: Between = (None, None),
    without: Collection[str] = (),
    targets: Collection[str] = (),
    pcodes: Mapping[str, str] = MappingProxyType({}),
    resolution: int = H3_RESOLUTION,
) -> Panel:
    """Incidents and their dead by area (one of AREAS) and period (one of PERIODS).

    Each area that an event of the release lies in has a row for each period from the first to the last, or for those
    of the days `between` two days, either of them open. `period` is its first day. A row that nobody reported on has
    None in all measures and 0 `documents`; one that was reported on, by an event of any kind there and then or a
    document published then that tells of the area, may have 0 incidents.

    Rows that sum many events are left out. An incident of several days, or known to a week or a month, is spread evenly
    over its days, so that incidents and dead may be fractions; one that goes on ends with its last report. `dead_*` sum
    what is told, people, None where nothing is, and where an end is open ("at least 10" leaves `dead_high` open);
    `toll_unknown` counts incidents of which no toll is told. `types`: incident types to count, by default all.
    `known_on`: by the documents published up to that day alone. `without`: publishers whose word is left out.
    `targets`: count incidents that hit one of these alone. `pcodes`: P-codes by our codes of divisions, for the column
    `pcode`, which a panel without them lacks; by admin1 there is `iso_3166_2` besides. `resolution`: of cells by h3,
    0 to H3_FINEST. Raises KeyError for no such area or period, ValueError for no such resolution, StoreError where the
    release was made before targets were told, or there were millions of rows.
    """
    area_columns, first_day, area_of = AREAS[by], PERIODS[every], _area_of(by, resolution)
    cells: defaultdict[tuple[Area, date], _Cell] = defaultdict(_Cell)
    _report(release, cells, area_of, first_day, known_documents(release, known_on, without))
    left_out: defaultdict[str, int] = defaultdict(int)
    columns = [*_INCIDENT, *_WHERE, *_WHEN, *_TOLLS.values(), *([_TARGETS] if targets else [])]
    for incident in known_incidents(release, columns, known_on, without):
        if incident["is_aggregate"] or (types and incident["incident_type_code"] not in types):
            continue
        if targets and not _hits(incident, targets, release):
            continue
        area = area_of(incident)
        if area is None or incident["date_start"] is None:
            left_out[f"without {'a day' if area else by}"] += 1
            continue
        for period, share in _shares(incident, every):
            _add(cells[area, period], incident, share)
    codes = {name: of for name, of in MORE_CODES.get(by, {}).items() if pcodes or name != "pcode"}
    rows = list(_rows(cells, area_columns, every, between))
    for row in rows:
        for name, of in codes.items():
            row[name] = pcodes.get(row[of]) if name == "pcode" else schemes.iso_3166_2(row[of])
    return Panel((*area_columns, *codes, "period", *MEASURES), rows, dict(left_out))


def _hits(incident: Row, targets: Collection[str], release: Path) -> bool:
    if _TARGETS not in incident:
        raise StoreError(f"{release} was made before targets were told; run `sitrep run --no-ingest` for another")
    return not set(targets).isdisjoint(incident[_TARGETS])


def _report(
    release: Path,
    cells: defaultdict[tuple[Area, date], _Cell],
    area_of: Callable[[Row], Area | None],
    first_day: Callable[[date], date],
    published: Mapping[str, date | None],
) -> None:
    """Enter into the cells the documents that tell of them, whatever they tell."""
    columns = ["document_id", "geo_precision_code", *_WHERE, *_WHEN]
    for mention in read_table(release, "mentions", columns).to_pylist():
        area, document = area_of(mention), mention["document_id"]
        if area is None or document not in published:
            continue
        days = (published[document], mention["date_start"], mention["date_end"])
        for period in {first_day(day) for day in days if day}:
            cells[area, period].documents.add(document)


def _area_of(by: str, resolution: int) -> Callable[[Row], Area | None]:
    """What finds the area that a row lies in; None where it is not told."""
    if by == "priogrid":
        return partial(_in_grid, cell_of=schemes.priogrid)
    if by == "h3":
        if not 0 <= resolution <= H3_FINEST:
            raise ValueError(f"resolution {resolution} of H3 cells is not between 0 and {H3_FINEST}")
        return partial(_in_grid, cell_of=partial(h3.latlng_to_cell, res=resolution))
    return partial(_in_division, columns=AREAS[by])


def _in_grid(row: Row, cell_of: Callable[[float, float], Any]) -> Area | None:
    latitude, longitude = row["latitude"], row["longitude"]
    if row["geo_precision_code"] not in _FINE or latitude is None or longitude is None:
        return None
    return (cell_of(latitude, longitude),)


def _in_division(row: Row, columns: Sequence[str]) -> Area | None:
    area = tuple(row[name] for name in columns)
    # the narrowest of its names must be there, the code need not
    return area if area[-1] is not None else None


def _shares(incident: Row, every: str) -> Iterator[tuple[date, float]]:
    """The periods that an incident's days lie in, each with its share of them."""
    start = incident["date_start"]
    end = max(start, incident["date_end"] or incident["last_reported_date"] or start)
    days = (end - start).days + 1
    for period in _periods(PERIODS[every](start), end, every):
        after = _following(period, every)
        last = end if after is None else min(end, after - timedelta(days=1))
        yield period, ((last - max(start, period)).days + 1) / days


def _add(cell: _Cell, incident: Row, share: float) -> None:
    cell.incidents += share
    told = {name: incident[column] for name, column in _TOLLS.items()}
    if all(count is None for count in told.values()):
        cell.toll_unknown += share
        return
    for name, count in told.items():
        if count is None:
            cell.open.add(name)
        else:
            cell.tolls[name] = cell.tolls.get(name, 0.0) + count * share


def _rows(
    cells: Mapping[tuple[Area, date], _Cell], area_columns: Sequence[str], every: str, between: Between
) -> Iterator[Row]:
    if not cells:
        return
    days = [day for _, day in cells]
    first, last = (
        PERIODS[every](asked) if asked else told for asked, told in zip(between, (min(days), max(days)), strict=True)
    )
    areas = sorted({area for area, _ in cells}, key=lambda area: [str(part) for part in area])
    periods = list(islice(_periods(first, last, every), _MOST_ROWS // len(areas) + 1))
    if len(periods) * len(areas) > _MOST_ROWS:
        raise StoreError(
            f"by {every} from {first} to {last} this panel of {len(areas):,} areas has more than {_MOST_ROWS:,} rows; "
            "say --from and --to, or take longer periods (--every)"
        )
    for area in areas:
        for period in periods:
            row = dict(zip(area_columns, area, strict=True)) | {"period": period}
            yield row | _measures(cells.get((area, period)))


def _periods(first: date, last: date, every: str) -> Iterator[date]:
    period: date | None = first
    while period is not None and period <= last:
        yield period
        period = _following(period, every)


def _following(period: date, every: str) -> date | None:
    """The first day of the next period; None where the calendar ends."""
    # no period is longer, and the first day after it begins the next
    longest = timedelta(days={"day": 1, "week": 7, "month": 31, "year": 366}[every])
    return PERIODS[every](period + longest) if date.max - period >= longest else None


def _measures(cell: _Cell | None) -> Row:
    if cell is None:
        return dict.fromkeys(MEASURES) | {"documents": 0}
    tolls = {name: None if name in cell.open else cell.tolls.get(name) for name in _TOLLS}
    if not cell.incidents:
        # somebody reported from there, and of no incident: nobody is told to have died in one
        tolls = dict.fromkeys(_TOLLS, 0.0)
    numbers = {"incidents": cell.incidents, **tolls, "toll_unknown": cell.toll_unknown}
    rounded = {name: None if number is None else round(number, _DIGITS) for name, number in numbers.items()}
    return rounded | {"documents": len(cell.documents)}
