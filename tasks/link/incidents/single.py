"""Rows of `incidents` that hold one event which one report tells: they say what the event's row says.

Most incidents are such, and are made column by column. In come rows of `events`; out come their rows of `incidents`,
and the events that need a closer look.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge.acled import disorder_type
from tasks.link.incidents.rows import SIDES
from tasks.tables import INCIDENTS

# the stances of one who claims it, or denies it, by column
_STANCES = {"claimed_by": "claims_responsibility", "denied_by": "denies"}


def single_rows(events: pa.Table, names: Mapping[str, tuple[str, list[str]]]) -> tuple[pa.Table, pa.Table]:
    """Rows of `incidents`, and the other events. `names`: id and former ids of the incident, by its only event."""
    is_named = pc.is_in(events["event_id"], value_set=pa.array(list(names), pa.string()))
    is_single = pc.and_(pc.and_(is_named, pc.equal(events["document_count"], 1)), _is_plain(events))
    single = events.filter(is_single).combine_chunks()
    of = [names[event] for event in single["event_id"].to_pylist()]
    kinds = single["event_type_code"].combine_chunks()
    count = len(single)
    made = {
        "incident_id": pa.array([name for name, _ in of], pa.string()),
        "former_incident_ids": pa.array([former for _, former in of], pa.list_(pa.string())),
        "incident_type_code": kinds,
        "event_type_codes": pa.ListArray.from_arrays(pa.array(np.arange(count + 1, dtype=np.int32)), kinds),
        "acled_disorder_type": pa.array(
            map(disorder_type, *(single[name].to_pylist() for name in ("acled_event_type", "acled_sub_event_type"))),
            pa.string(),
        ),
        "event_count": pa.array(np.ones(count, np.int32)),
        "last_reported_date": single["first_reported_date"],
        **{column: _speakers(single["claims"].combine_chunks(), stance) for column, stance in _STANCES.items()},
        **{f"killed_{side}": _dead(single["numbers"].combine_chunks(), side) for side in SIDES},
    }
    columns = [made[name] if name in made else single[name] for name in INCIDENTS.names]
    return pa.table(columns, names=INCIDENTS.names).cast(INCIDENTS.schema), events.filter(pc.invert(is_single))


def _is_plain(events: pa.Table) -> pa.Array:
    """Told in the report's own voice, or in one speaker's in one sentence that gives one number at most."""
    claims, evidence, numbers = (pc.list_value_length(events[name]) for name in ("claims", "evidence", "numbers"))
    is_one_claim = pc.and_(pc.and_(pc.equal(claims, 1), pc.equal(evidence, 1)), pc.less_equal(numbers, 1))
    return pc.or_(pc.equal(claims, 0), is_one_claim)


def _speakers(claims: pa.ListArray, stance: str) -> pa.Array:
    """Who takes this stance, in lists of one claim at most."""
    flat, row = claims.flatten(), pc.list_parent_indices(claims)
    is_told = pc.fill_null(pc.equal(flat.field("stance_code"), stance), False)
    is_told = pc.and_(is_told, pc.fill_null(pc.not_equal(flat.field("speaker_label"), ""), False))
    sizes = np.zeros(len(claims) + 1, np.int32)
    sizes[row.filter(is_told).to_numpy() + 1] = 1
    return pa.ListArray.from_arrays(
        pa.array(np.cumsum(sizes, dtype=np.int32)), flat.field("speaker_label").filter(is_told)
    )


def _dead(numbers: pa.ListArray, side: str) -> pa.Array:
    """The largest lower bound of the dead of a side in each list of numbers; null where none is told."""
    flat, row = numbers.flatten(), pc.list_parent_indices(numbers)
    is_told = pc.and_(pc.equal(flat.field("kind_code"), "killed"), pc.equal(flat.field("side_code"), side))
    is_told = pc.fill_null(pc.and_(is_told, pc.is_valid(flat.field("low"))), False)
    most = np.full(len(numbers), -1, np.int32)
    np.maximum.at(most, row.filter(is_told).to_numpy(), flat.field("low").filter(is_told).to_numpy())
    return pa.array(most, mask=most < 0)
