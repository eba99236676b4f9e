"""Under which terms a release may be used, and whom to name: one place, for the release and for all that describes it.

In come the publishers of a release, out comes a text. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from tasks.knowledge import schemes

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
"""The licence of what Sitrep codes; GeoNames, from which places derive, asks for no more and no less."""
LICENCE_FILE = "LICENSE.md"
TITLE = "Sitrep: coded events from news texts"
SUMMARY = (
    "Incidents and events of armed conflict and politics as news reports tell them: who did what to whom, where, when, "
    "with how many casualties, and on whose word, each traceable to its sentences."
)
KEYWORDS = ("armed conflict", "political violence", "events", "news", "casualties", "CAMEO", "PLOVER", "ACLED")

_TEXT = f"""# Licence and attribution

What Sitrep coded (ids, types, dates, parties, places, counts, codes) may be used under
[{LICENCE["title"]}]({LICENCE["path"]}). Name the release, as `CITATION.cff` does, and:

- Places, their names, points and divisions: derived from [GeoNames](https://www.geonames.org/), CC BY 4.0; changed:
  columns chosen, coordinates rounded, places of news added.
- Outlines of countries and provinces in `report.html`: Natural Earth, public domain.

Sentences, titles and texts of reports (`sentence_text`, `evidence`, `claims`, `title`, `text`) belong to their
publishers, whom `documents.publisher` and `documents.url` name. They are quoted as evidence; no licence of theirs is
given here.

The types of ACLED, PLOVER and CAMEO are names of categories of their makers; rows under them are Sitrep's coding, not
theirs. Sitrep itself is under the MIT licence.
"""
_TERMS = """Of publishers and agencies of this release these terms are known, which may have changed:
"""


def licence(publishers: Iterable[str]) -> str:
    """The page that lies in each release as LICENSE.md, with the terms of these publishers where they are known."""
    terms = {publisher: schemes.publisher_facts(publisher).licence for publisher in publishers}
    known = sorted(f"- {publisher}: {told}" for publisher, told in terms.items() if told)
    return "\n".join([_TEXT, _TERMS, *known, ""]) if known else _TEXT
