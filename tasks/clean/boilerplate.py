"""Know what a site or an agency puts around its reports, and take out what is not theirs: credits, links, calls.

In come paragraphs and the rows of `seeds/boilerplate.csv`, out come the paragraphs that are the report's own, and the
patterns of what stays and tells of the report: an agency's mark, the day of publication. Nothing is refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pandas as pd

from tasks import vocabularies
from tasks.clean.bodies import Paragraph


@cache
def pattern(kind: str) -> re.Pattern[str]:
    """Any one of the patterns of a kind (boilerplate_kind) in `seeds/boilerplate.csv`; one that never fits for none."""
    return _joined(vocabularies.load("boilerplate"), kind)


def _joined(rows: pd.DataFrame, kind: str) -> re.Pattern[str]:
    of_kind = rows[rows["kind"] == kind]
    try:
        return re.compile("|".join(f"(?:{one})" for one in of_kind["pattern"]) or r"(?!)")
    except re.error as error:
        # each alone was checked when it was read
        raise vocabularies.VocabularyError(
            f"seeds/boilerplate.csv: column pattern: the rows {', '.join(of_kind['pattern_id'])}, all "
            f"of kind {kind}, cannot stand together ({error}); give each group a name of its own"
        ) from None


class Boilerplate:
    """The patterns of `seeds/boilerplate.csv`, compiled: line, start, end and phrase (see its list in codes.csv)."""

    def __init__(self, rows: pd.DataFrame):
        # of the other kinds, too: a fault in any row is the vocabulary's, and no document's
        self._by_kind = {
            kind: _joined(rows, kind) for kind in ("line", "start", "end", "phrase", *rows["kind"].unique())
        }

    def without(self, paragraphs: list[Paragraph]) -> list[Paragraph]:
        """The paragraphs without boilerplate; offsets are counted only after this."""
        kept: list[Paragraph] = []
        for paragraph in paragraphs:
            if self._by_kind["end"].fullmatch(paragraph.text):
                break
            if self._by_kind["start"].fullmatch(paragraph.text):
                kept = []
                continue
            if self._by_kind["line"].fullmatch(paragraph.text):
                continue
            text = self._by_kind["phrase"].sub("", paragraph.text)
            # where no phrase is taken out the text stays as it came, with the space that parts a headline from the rest
            text = paragraph.text if text == paragraph.text else re.sub(r" {2,}", " ", text).strip()
            if text.strip():
                kept.append(replace(paragraph, text=text))
        return kept
