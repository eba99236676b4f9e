"""A release described for machines and for those who cite it: `datapackage.json`, `croissant.json`, `CITATION.cff`.

In come the version of a release and what its manifest says of its files, out come texts by file name, all made from the
declarations of `tasks/tables.py`. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.publish.described import citation, croissant, datapackage
from tasks.publish.described.licence import LICENCE, LICENCE_FILE, licence

__all__ = ["LICENCE", "LICENCE_FILE", "descriptions", "licence"]

Facts = Mapping[str, Mapping[str, Any]]
"""File name -> sha256, bytes, and of tables rows and columns, as a manifest states them."""


def descriptions(version: str, facts: Facts) -> dict[str, str]:
    """The files that describe a release, by name: `version` as v2026.03.01.1, `facts` of its tables and its texts."""
    return {
        "datapackage.json": datapackage.datapackage(version, facts),
        "croissant.json": croissant.croissant(version, facts),
        "CITATION.cff": citation.citation(version),
    }
