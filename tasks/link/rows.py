"""Rows as Python objects, what their status codes mean, and what linking asks of the register of actors.

A row is a mapping from column to value, as `to_pylist` gives it; `tasks/tables.py` says which columns there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

Row = Mapping[str, Any]
"""A row of a table, or a struct inside one, such as a party."""

# status codes of what is a fact, and of what lies ahead
HAPPENED = frozenset({"occurred", "ongoing"})
AHEAD = frozenset({"planned", "hypothetical"})


class Register(Protocol):
    """What linking asks of the register of actors."""

    def side(self, actor_id: str) -> str | None:
        """The side that an actor fights on, None where it has none."""
        ...

    def actor(self, actor_id: str) -> Row | None:
        """The row of an actor, None where the register has none of that id."""
        ...
