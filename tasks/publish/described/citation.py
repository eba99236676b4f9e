"""How a release is cited, as `CITATION.cff` (Citation File Format 1.2.0), which reference managers read.

In comes a version, out comes YAML; nothing is refused.
"""

from __future__ import annotations

import json

from tasks.publish.described.licence import KEYWORDS, LICENCE, SUMMARY, TITLE
from tasks.storage.releases import day_of


def citation(version: str) -> str:
    """The file; texts are quoted as JSON quotes them, which YAML reads alike."""
    fields = {
        "cff-version": "1.2.0",
        "message": "If you use this release, please cite it as below.",
        "type": "dataset",
        "title": TITLE,
        "abstract": SUMMARY,
        "authors": [{"name": "Sitrep"}],
        "version": version,
        "date-released": day_of(version).isoformat(),
        "license": LICENCE["name"],
        "keywords": list(KEYWORDS),
    }
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields.items())
