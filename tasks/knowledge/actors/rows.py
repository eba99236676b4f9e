"""Rows of the register of actors.

In comes the frame of seeds/actors.csv, out come rows by actor id and what stands over each. Refused are ids that stand
twice, parents without a row and endless chains of parents.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

import pandas as pd

from tasks.knowledge.actors.cells import ActorRegisterError, active_days, text_or_none


class ActorRow(TypedDict):
    """A row with the columns of seeds/actors.csv."""

    actor_id: str
    label: str
    actor_type_code: str
    country_code: str | None
    parent_actor_id: str | None
    active_from: date | None
    active_to: date | None
    source: str | None


def typed_rows(actors: pd.DataFrame) -> dict[str, ActorRow]:
    """The rows of the file by actor id, in its order. Raises ActorRegisterError for an id that stands twice."""
    rows: dict[str, ActorRow] = {}
    for row in actors.to_dict("records"):
        actor_id = str(row["actor_id"])
        where = f"seeds/actors.csv, actor_id {actor_id}"
        if actor_id in rows:
            raise ActorRegisterError(f"{where}: stands there twice")
        start, end = active_days(row, where)
        rows[actor_id] = {
            "actor_id": actor_id,
            "label": str(row["label"]),
            "actor_type_code": str(row["actor_type_code"]),
            "country_code": text_or_none(row["country_code"]),
            "parent_actor_id": text_or_none(row["parent_actor_id"]),
            "active_from": start,
            "active_to": end,
            "source": text_or_none(row["source"]),
        }
    return rows


def lineage(actor_id: str, rows: Mapping[str, ActorRow]) -> list[str]:
    """An actor and all that stand over it, the topmost last.

    Raises ActorRegisterError for a parent without a row and for an actor that is its own ancestor.
    """
    chain = [actor_id]
    while parent := rows[chain[-1]]["parent_actor_id"]:
        if parent not in rows:
            raise ActorRegisterError(f"seeds/actors.csv, actor_id {chain[-1]}: no parent_actor_id {parent}")
        if parent in chain:
            raise ActorRegisterError(f"seeds/actors.csv, actor_id {actor_id}: is its own ancestor")
        chain.append(parent)
    return chain
