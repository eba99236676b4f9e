"""Changes of control as the page draws them.

In come the tables of a release, out comes a plain row a change, in the order of their days.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def changes_of_control(
    territory: pa.Table, actors: pa.Table, ids: pa.ChunkedArray, events: pa.Table
) -> list[list[Any]]:
    """A row a change: place id, label, admin1, country, day, holder's key and label, the former one's, certainty, row.

    `ids` are those of the page's rows; the last value numbers the one that tells of the change, null where none does.
    """
    keys = [("date", "ascending"), ("place_id", "ascending"), ("event_id", "ascending")]
    territory = territory.take(pc.sort_indices(territory.select([name for name, _ in keys]), sort_keys=keys))
    at = pc.index_in(territory["event_id"], value_set=events["event_id"].combine_chunks()).combine_chunks()
    whole = pc.coalesce(events["incident_id"], events["event_id"])
    rows = pc.index_in(whole.take(at), value_set=ids.combine_chunks()).to_pylist()
    labels = dict(zip(actors["actor_id"].to_pylist(), actors["label"].to_pylist(), strict=True))
    days = pc.cast(territory["date"], pa.int32()).to_pylist()
    changes = []
    for told, day, row in zip(territory.to_pylist(), days, rows, strict=True):
        holder, before = told["controller_actor_id"] or told["controller_label"], told["previous_controller_actor_id"]
        place = [told[name] for name in ("place_id", "place_label", "admin1_name", "country_code")]
        held = [holder, told["controller_label"], before, labels.get(before, before) if before else None]
        changes.append([*place, day, *held, told["certainty_code"], row])
    return changes
