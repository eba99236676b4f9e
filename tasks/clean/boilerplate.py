"""Take out what a site puts around its reports: credits, links to other stories, calls to subscribe.

In come paragraphs and the rows of `seeds/boilerplate.csv`, out come the paragraphs that are the report's own. Nothing
is refused.
"""

from __future__ import annotations

import re

import pandas as pd

from tasks.clean.bodies import Paragraph


class Boilerplate:
    """The patterns of `seeds/boilerplate.csv`, compiled: line, start, end and phrase (see its list in codes.csv)."""

    def __init__(self, rows: pd.DataFrame):
        patterns: dict[str, list[str]] = {"line": [], "start": [], "end": [], "phrase": []}
        for kind, pattern in zip(rows["kind"], rows["pattern"], strict=True):
            patterns[kind].append(f"(?:{pattern})")
        self._by_kind = {kind: re.compile("|".join(found) or r"(?!)") for kind, found in patterns.items()}

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
            text = re.sub(r" {2,}", " ", self._by_kind["phrase"].sub("", paragraph.text)).strip()
            if text:
                kept.append(Paragraph(text, paragraph.is_heading))
        return kept
