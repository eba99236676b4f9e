"""A release as data frames whose columns are typed: days are pandas' days, counts may be missing, mentions know who
published them.

In comes the folder of a release or its version, out come frames. Refused is a release that is not there, and a file
that cannot be read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tasks.knowledge.contradictions import COLUMNS as DIFFERING
from tasks.knowledge.places import pcodes
from tasks.reading.contradictions import contradictions
from tasks.reading.known import known_incidents
from tasks.reading.panel import H3_RESOLUTION, MEASURES, panel
from tasks.reading.revisions import COLUMNS as REVISED
from tasks.reading.revisions import revisions
from tasks.storage.folders import resources_folder
from tasks.storage.located import release_folder
from tasks.storage.releases import read_table
from tasks.tables import CASUALTIES

# counts that may be missing stay whole numbers: pandas' own would become fractions
_TYPES = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}
# the mean radius of the earth, kilometres (IUGG)
_EARTH = 6371.0088
_OF_DOCUMENT = ["publisher", "title", "url", "published_date", "language_code", "duplicate_of"]


@dataclass(frozen=True)
class Release:
    """One release; a table is read when it is first asked for.

    `path` is its folder. Frames have the columns of the codebook: days and instants are datetime64, counts Int32 or
    Int64 with pd.NA for what is not told, lists Python lists (of dicts, where they hold structs).
    """

    path: Path

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """One row an incident: what to count. Key: incident_id."""
        return self.table("incidents")

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event, with the `incident_id` that it is of and `incident_role_code`. Key: event_id."""
        return self.table("events")

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """One row a mention, with `event_id`, `incident_id` and its document's publisher, title, url, published_date,
        language_code and duplicate_of. Key: mention_id."""
        documents = self.documents[["document_id", *_OF_DOCUMENT]]
        return self.table("mentions").merge(documents, how="left", on="document_id", validate="many_to_one")

    @cached_property
    def documents(self) -> pd.DataFrame:
        """One row a report. Key: document_id."""
        return self.table("documents")

    @cached_property
    def territory(self) -> pd.DataFrame:
        """One row a change of control over a place. Key: place_id, date, event_id."""
        return self.table("territory")

    @cached_property
    def actors(self) -> pd.DataFrame:
        """One row an actor that an event names. Key: actor_id."""
        return self.table("actors")

    @cached_property
    def places(self) -> pd.DataFrame:
        """One row a place of an event. Key: place_id."""
        return self.table("places")

    @cached_property
    def casualties(self) -> pd.DataFrame:
        """One row an incident, a kind of harm and a group that is told of it: incident_id, kind_code (killed, injured,
        captured, missing), group_code (list casualty_group), low and high (people, Int32), text, then date_start,
        country_code, admin1_name and is_aggregate of the incident. Groups overlap and are parts of its toll."""
        of_incident = ["incident_id", "date_start", "country_code", "admin1_name", "is_aggregate"]
        told = self.incidents[[*of_incident, "casualties"]].explode("casualties").dropna(subset=["casualties"])
        names = [field.name for field in CASUALTIES.value_type]
        parts = pd.DataFrame(told["casualties"].tolist(), columns=names, index=told.index)
        parts = parts.astype({"low": "Int32", "high": "Int32"})
        frame = pd.concat([told[["incident_id"]], parts, told[of_incident[1:]]], axis="columns")
        return frame.reset_index(drop=True)

    def table(self, name: str) -> pd.DataFrame:
        """A table by name, as it was published, read anew. Raises StoreError where it cannot be read."""
        rows = read_table(self.path, name)
        frame: pd.DataFrame = rows.to_pandas(types_mapper=_TYPES.get, date_as_object=False)
        for column in rows.schema:
            if pa.types.is_list(column.type):
                frame[column.name] = pd.Series(rows[column.name].to_pylist(), index=frame.index, dtype=object)
        return frame

    def panel(
        self,
        by: str = "admin1",
        every: str = "month",
        types: Collection[str] = (),
        known_on: date | str | None = None,
        between: tuple[date | str | None, date | str | None] = (None, None),
        without: Collection[str] = (),
        targets: Collection[str] = (),
        resolution: int = H3_RESOLUTION,
    ) -> pd.DataFrame:
        """Incidents and their dead by area (country, admin1, admin2, priogrid, h3) and period (day, week, month, year).

        Columns, measures and errors as of `tasks.reading.panel.panel`; `period` is datetime64, measures are numbers
        with NaN for what is not told.
        """
        first, last = between
        days = _day(known_on), (_day(first), _day(last))
        found = panel(self.path, by, every, types, *days, without, targets, _pcodes(), resolution)
        frame = pd.DataFrame(list(found.rows), columns=list(found.columns))
        return frame.astype({"period": "datetime64[ms]", **dict.fromkeys(MEASURES, float)})

    @cached_property
    def contradictions(self) -> pd.DataFrame:
        """One row a matter on which claims of an incident exclude each other: incident_id, date_start, matter (killed,
        injured, culprit, place, denial), claims, held, rule_id, summary, as `tasks.knowledge.contradictions` tells."""
        frame = pd.DataFrame(contradictions(self.path), columns=list(DIFFERING))
        return frame.astype({"date_start": "datetime64[ms]"})

    def known_on(self, day: date | str) -> pd.DataFrame:
        """Incidents that a document published up to a day (as "2024-03-05") told of, with their tolls as they stood.

        incident_id, killed_low, killed_high, killed_best (Int32), first_reported_date, last_reported_date, and
        `summary` as the release has it; how tolls are made tells `tasks.reading.known.known_incidents`.
        """
        tolls = ["killed_low", "killed_high", "killed_best"]
        days = ["first_reported_date", "last_reported_date"]
        columns = ["incident_id", "summary", *tolls, *days]
        frame = pd.DataFrame(known_incidents(self.path, columns, _day(day)), columns=columns)
        return frame.astype(dict.fromkeys(tolls, "Int32") | dict.fromkeys(days, "datetime64[ms]"))

    def revisions(self, incident_id: str) -> pd.DataFrame:
        """How the toll of an incident grew, a row a day: published_date (datetime64), killed_low, killed_best,
        killed_high, documents, publishers (Int32), told, as `tasks.reading.revisions`. Raises LookupError for no such
        incident."""
        frame = pd.DataFrame(revisions(self.path, incident_id), columns=list(REVISED))
        counts = dict.fromkeys(["killed_low", "killed_best", "killed_high", "documents", "publishers"], "Int32")
        return frame.astype(counts | {"published_date": "datetime64[ms]"})

    def near(self, latitude: float, longitude: float, km: float) -> pd.DataFrame:
        """Incidents within `km` kilometres of a point in degrees, the nearest first; their distance is in `km`.

        Those whose place is known to a point or settlement: the middle of a province is nobody's neighbour."""
        placed = self.incidents[self.incidents["geo_precision_code"].isin(["point", "settlement"])]
        distance = _distance(placed["latitude"], placed["longitude"], latitude, longitude)
        return placed.assign(km=distance).query("km <= @km").sort_values("km", kind="stable")

    def with_actors(self) -> pd.DataFrame:
        """One row an incident and a party of it, who did it and to whom: columns of `incidents` (without `actors` and
        `recipients`), `side` (actors or recipients), `party` (its label, else its words), `party_id`, `party_type`."""
        sides = []
        for side in ("actors", "recipients"):
            rows = self.incidents.explode(side).dropna(subset=[side])
            parties: list[dict[str, Any]] = rows[side].tolist()
            sides.append(
                rows.drop(columns=["actors", "recipients"]).assign(
                    side=side,
                    party=[party["label"] or party["text"] for party in parties],
                    party_id=[party["actor_id"] for party in parties],
                    party_type=[party["actor_type_code"] for party in parties],
                )
            )
        return pd.concat(sides, ignore_index=True)


def read(release: str | Path = "latest", data: str | Path | None = None) -> Release:
    """A release: its folder, or its version in a data folder (by default `$SITREP_HOME/data`).

    Raises LookupError where there is none.
    """
    return Release(release_folder(release, data))


def _pcodes() -> Mapping[str, str]:
    """P-codes that the user took in, by our codes of divisions."""
    return pcodes.known(resources_folder())


def _day(day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _distance(latitudes: pd.Series, longitudes: pd.Series, latitude: float, longitude: float) -> pd.Series:
    """Kilometres along a great circle from each place to a point, all in degrees (the haversine formula)."""
    here, there = np.radians(latitudes), np.radians(latitude)
    half = np.sin((here - there) / 2) ** 2
    half += np.cos(here) * np.cos(there) * np.sin((np.radians(longitudes) - np.radians(longitude)) / 2) ** 2
    distance: pd.Series = 2 * _EARTH * np.arcsin(np.sqrt(half))
    return distance
