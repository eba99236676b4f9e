"""Why a mention is with its event: every reason that linking gives, and how the column `link_reason` words it.

In come reasons; out comes one text. `seeds/rules.csv` holds a row a reason, `link.` and its id, which says what it
means.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Reason(StrEnum):
    """The ids of the reasons, in the order in which a text gives them."""

    FIRST = "first"
    WHOLE = "whole"
    # event type, place and day: one of each
    SAME_TYPE = "same_type"
    NEAR_TYPES = "near_types"
    SAME_PLACE = "same_place"
    PLACE_INSIDE = "place_inside"
    PLACE_OPEN = "place_open"
    SAME_DAY = "same_day"
    DAY_APART = "day_apart"
    SAME_DATES = "same_dates"
    SAME_NIGHT = "same_night"
    DATES_OVERLAP = "dates_overlap"
    ONE_DATED = "one_dated"
    REPORTED_TOGETHER = "reported_together"
    UNDATED = "undated"
    # parties and what is counted
    TWO_PARTIES = "two_parties"
    ONE_PARTY = "one_party"
    SAME_PARTIES = "same_parties"
    SAME_ACTORS = "same_actors"
    SAME_RECIPIENTS = "same_recipients"
    SAME_FIGURES = "same_figures"
    FIGURES_OVERLAP = "figures_overlap"
    # how it is told
    SAME_WEAPON = "same_weapon"
    SHARED_WORDING = "shared_wording"
    PLAN_AND_DEED = "plan_and_deed"
    ASSERTED_AND_DENIED = "asserted_and_denied"
    SAME_DOCUMENT = "same_document"
    NEAR_COPY = "near_copy"
    # what an analyst says of it
    CORRECTED_SPLIT = "corrected_split"
    CORRECTED_MERGE = "corrected_merge"
    CORRECTED_SET = "corrected_set"


_SAME = {Reason.SAME_TYPE: "kind", Reason.SAME_PLACE: "place", Reason.SAME_DAY: "day"}
# stand in the first part of the text, behind what is the same
_BESIDE_SAME = {
    Reason.NEAR_TYPES: "kinds that go together",
    Reason.PLACE_INSIDE: "one place within the other",
    Reason.PLACE_OPEN: "place left open",
    Reason.DAY_APART: "one day apart",
    Reason.SAME_DATES: "same dates",
    Reason.SAME_NIGHT: "same night",
    Reason.DATES_OVERLAP: "dates overlap",
    Reason.ONE_DATED: "no day against it",
    Reason.REPORTED_TOGETHER: "reported about the same time",
    Reason.UNDATED: "undated",
}
# each a part of its own
_PARTS = {
    Reason.FIRST: "first telling",
    Reason.WHOLE: "goes with the event as a whole",
    Reason.TWO_PARTIES: "parties agree",
    Reason.ONE_PARTY: "a party agrees",
    Reason.SAME_PARTIES: "actors and recipients agree",
    Reason.SAME_ACTORS: "actors agree",
    Reason.SAME_RECIPIENTS: "recipients agree",
    Reason.SAME_FIGURES: "same figures",
    Reason.FIGURES_OVERLAP: "figures overlap",
    Reason.SAME_WEAPON: "same weapon",
    Reason.SHARED_WORDING: "shared wording",
    Reason.PLAN_AND_DEED: "one as plan, one as deed",
    Reason.ASSERTED_AND_DENIED: "asserted and denied",
    Reason.SAME_DOCUMENT: "told in the same document",
    Reason.NEAR_COPY: "near-copy",
}
_CORRECTED = {
    Reason.CORRECTED_SPLIT: "split off by correction",
    Reason.CORRECTED_MERGE: "merged by correction",
    Reason.CORRECTED_SET: "set by correction",
}
BETWEEN = "; "
"""Stands between the parts of a text."""


def in_words(reasons: Iterable[Reason]) -> str:
    """The text that these reasons make, but for those of an analyst.

    Example: "same kind and place, one day apart; actors agree".
    """
    given = frozenset(reasons)
    same = [noun for reason, noun in _SAME.items() if reason in given]
    first = [f"same {_listed(same)}"] if same else []
    first += [words for reason, words in _BESIDE_SAME.items() if reason in given]
    parts = [", ".join(first)] if first else []
    return BETWEEN.join([*parts, *(words for reason, words in _PARTS.items() if reason in given)])


def corrected(reason: Reason, correction_id: str, why: str, column: str | None = None) -> str:
    """What a correction did to a mention's event, for one that sets a column with the column's name."""
    what = f"{column} {_CORRECTED[reason]}" if column else _CORRECTED[reason]
    return f"{what} {correction_id} ({why})"


def _listed(nouns: list[str]) -> str:
    return ", ".join(nouns[:-1]) + " and " + nouns[-1] if len(nouns) > 1 else nouns[0]
