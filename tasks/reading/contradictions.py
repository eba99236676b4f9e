"""Where what is told of the incidents of a release differs.

In comes the folder of a release, out come the rows that `tasks.knowledge.contradictions` finds in its tables. Refused
is a table that cannot be read.
"""

from __future__ import annotations

from pathlib import Path

from tasks.knowledge.contradictions import NEEDED, Row
from tasks.knowledge.contradictions import contradictions as contradictions_among
from tasks.storage.releases import read_table


def contradictions(release: Path) -> list[Row]:
    """Rows of COLUMNS, by day of the incident and its id."""
    return contradictions_among({name: read_table(release, name, columns) for name, columns in NEEDED.items()})
