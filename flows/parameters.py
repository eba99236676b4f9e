"""Types of parameters that say what may be given, so that Prefect refuses the rest before a run exists.

Nothing comes in; out come types that Python reads as plain ones and Prefect's schema of a deployment as narrower ones.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tasks.publish.exports import EXPORTS

Paths = Annotated[list[str], Field(min_length=1)]
"""Files, folders and globs, one at least."""

Exports = Annotated[list[str] | None, Field(json_schema_extra={"items": {"type": "string", "enum": sorted(EXPORTS)}})]
"""Kinds of flat copies of a release."""

Version = Annotated[int, Field(ge=0)]
"""The version of a table."""

Span = Annotated[str, Field(pattern=r"^\d{1,5}d$")]
"""A number of days, as 30d."""

Day = Annotated[date, Field(json_schema_extra={"pattern": r"^\d{4}-\d{2}-\d{2}$"})]
"""A day, as 2024-03-31."""

Seconds = Annotated[float, Field(gt=0)]
"""A length of time."""

Runner = Literal["local", "dask"]
"""Where documents are coded: on this machine, or on a Dask cluster."""
