"""A release as data frames whose columns are typed: days are pandas' days, counts may be missing, mentions know who
published them.

In comes the folder of a release or its version, out come frames. Refused is a release that is not there, and a file
that cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tasks.storage.folders import release_folder
from tasks.storage.releases import read_table

# counts that may be missing stay whole numbers: pandas' own would become fractions
_TYPES = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}
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

    def table(self, name: str) -> pd.DataFrame:
        """A table by name, as it was published, read anew. Raises StoreError where it cannot be read."""
        rows = read_table(self.path, name)
        frame: pd.DataFrame = rows.to_pandas(types_mapper=_TYPES.get, date_as_object=False)
        for column in rows.schema:
            if pa.types.is_list(column.type):
                frame[column.name] = pd.Series(rows[column.name].to_pylist(), index=frame.index, dtype=object)
        return frame

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
