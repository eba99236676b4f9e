"""Which news agency a report is from: "NAIROBI (Reuters) -", "MOSCOW, May 3. /TASS/.", a last line that says AFP.

In come a report's paragraphs as they were found, its author and `seeds/agencies.csv`; out comes the agency's name, or
None. A paper that prints an agency is no second voice, so linking counts the agency as the publisher.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

# paragraphs at either end in which an agency is named, and code points of the first ones that a dateline takes
_AT_HEAD, _AT_END, _DATELINE = 3, 3, 120


class Agencies:
    """The agencies of a vocabulary, by the names that datelines and credit lines give them."""

    def __init__(self, agencies: pd.DataFrame) -> None:
        """`agencies`: columns name and agency."""
        self._agency: dict[str, str] = dict(zip(agencies["name"], agencies["agency"], strict=True))
        names = "|".join(re.escape(name) for name in sorted(self._agency, key=len, reverse=True))
        # "(Reuters)", "(AP, local media)", "/TASS/", "AFP -" where the text begins, "- AFP" right before it
        self._dateline = re.compile(
            rf"\((?P<bracket>{names})(?:[,/;][^()]*)?\)|/(?P<slash>{names})/|^(?P<first>{names})\s*[-–—:]\s"
        )
        self._credit = re.compile(
            rf"\W*(?:(?i:source|agency|credit|copyright|from|by|©)\W*(?:\d{{4}}\W*)?)?(?P<name>{names})\W*$"
        )

    def agency(self, paragraphs: Sequence[str], author: str | None) -> str | None:
        """The agency of a report; a dateline counts before an author, and an author before a credit line."""
        for text in paragraphs[:_AT_HEAD]:
            if found := self._dateline.search(text[:_DATELINE]):
                return self._agency[found[found.lastgroup or 0]]
        for text in (author or "", *reversed(paragraphs[-_AT_END:])):
            if found := self._credit.match(text):
                return self._agency[found["name"]]
        return None
