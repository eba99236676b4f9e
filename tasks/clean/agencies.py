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
# a word written small, but for those within names of places
_SMALL = re.compile(r"\b(?!(?:of|and|de|del|la|al|el)\b)[^\W\d_A-Z]\w")


class Agencies:
    """The agencies of a vocabulary, by the names that datelines and credit lines give them."""

    def __init__(self, agencies: pd.DataFrame) -> None:
        """`agencies`: columns name and agency."""
        self._agency: dict[str, str] = dict(zip(agencies["name"], agencies["agency"], strict=True))
        names = "|".join(re.escape(name) for name in sorted(self._agency, key=len, reverse=True))
        # "NAIROBI (Reuters) -", "GAO, Mali (AFP, local media) —", "MOSCOW, May 3. /TASS/.", "AFP -": nothing but names
        # and numbers stands before it. "The Arakan Army (AA) said" names no agency.
        self._dateline = re.compile(
            rf"(?P<before>[^()/\n]*?)(?:\((?P<bracket>{names})(?:[,/;][^()]*)?\)\W*[-–—:]|/(?P<slash>{names})/"
            rf"|(?<!\w)(?P<bare>{names})\s*[-–—:]\s)"
        )
        self._credit = re.compile(
            rf"\W*(?:(?i:source|agency|credit|copyright|from|by|©)\W*(?:\d{{4}}\W*)?)?(?P<name>{names})\W*$"
        )

        either = "|".join((names, *(re.escape(name.upper()) for name in self._agency if name != name.upper())))
        # "(AFP/File)", "[File: A. Writer/AFP]", "(SANA via AP)", "— AFP/File", "REUTERS/A. Writer", "© AFP"
        self._behind = re.compile(
            rf"[\[(](?:[^()\[\]]{{1,60}}(?:[/,]|\bvia\b)\s*)?(?:{either})(?:\s*(?:[/,]|\bvia\b)[^()\[\]]{{1,40}})?[\])]\s*$"
            rf"|(?:(?<=[.!?”\"])\s*[-–—|]+|[-–—|]*\s*©)\s*(?:{either})(?:\s*/\s*[\w .'’-]{{1,40}})?\s*$"
            rf"|(?<=[.!?”\"])\s*(?:{either})\s*/\s*[\w .'’-]{{2,40}}$"
        )

    def credit_start(self, text: str) -> int:
        """Where an agency is named behind the last sentence of a text, and nothing else stands there; 0 where none is.

        Example: "Smoke rises over Aden. (AFP/File)".
        """
        found = self._behind.search(text)
        return found.start() if found else 0

    def agency(self, paragraphs: Sequence[str], author: str | None) -> str | None:
        """The agency of a report; a dateline counts before an author, and an author before a credit line."""
        for text in paragraphs[:_AT_HEAD]:
            found = self._dateline.match(text[:_DATELINE])
            if found and not _SMALL.search(found["before"]):
                return self._agency[found["bracket"] or found["slash"] or found["bare"]]
        for text in (author or "", *reversed(paragraphs[-_AT_END:])):
            if found := self._credit.match(text):
                return self._agency[found["name"]]
        return None
