"""Who the dead, hurt and taken were: counts by group, from counts and parts of counts as written.

In come the number spans of a mention and their parts, out come the entries of `casualties`. A group that is not told is
not there: unknown is never zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from tasks import vocabularies
from tasks.knowledge import actor_types
from tasks.language.quantities import Quantities
from tasks.resolve.numbers import ANYBODY, Bounds, Party, bounds_of, total

_KINDS = ("killed", "injured", "captured", "missing")
_SEX_OR_AGE = frozenset({"women", "children"})
_WORD = re.compile(r"[^\W\d_]+")
_JOINED = re.compile(r"\s+(?:and|or|&)\s+([^\W\d_]+)", re.IGNORECASE)

Span = Mapping[str, Any]


def read_casualties(
    numbers: Sequence[Span],
    parts: Sequence[Span],
    text: str,
    quantities: Quantities,
    read: Callable[[str], Party],
) -> list[dict[str, Any]]:
    """The entries of `casualties` (kind_code, group_code, low, high, text), by kind and group.

    `numbers` and `parts`: number spans of one mention, with offsets in `text`, its document; `read` gives the party
    that words mean. Counts of one group add up where the counts do, and parts do; where both tell of a group the larger
    holds.
    """
    numbers, parts = ([one for span in spans for one in _pieces(span, quantities)] for spans in (numbers, parts))
    told = {
        False: list(_grouped(numbers, text, quantities, read, are_parts=False)),
        True: list(_grouped(parts, text, quantities, read, are_parts=True)),
    }
    found: dict[tuple[str, str], tuple[Bounds, str]] = {}
    for are_parts, entries in told.items():
        for key in dict.fromkeys(key for key, _ in entries):
            spans = [span for of, span in entries if of == key]
            bounds = total([(are_parts or span["is_additional"], bounds_of(span, quantities)) for span in spans])
            if key not in found or (bounds[0] or 0) > (found[key][0][0] or 0):
                found[key] = bounds, "; ".join(span["text"] for span in spans)
    return [
        {"kind_code": kind, "group_code": group, "low": low, "high": high, "text": words}
        for (kind, group), ((low, high), words) in sorted(found.items())
    ]


def _pieces(span: Span, quantities: Quantities) -> list[Span]:
    """A span whose words give several numbers, as the spans of these: "10 children 5 women"; any other as it is."""
    text, found = span["text"], quantities.find(span["text"])
    if len(found) < 2 or " of " in text:
        return [span]
    ends = [*(quantity.start for quantity in found[1:]), len(text)]
    return [
        {
            **span,
            "text": text[quantity.start : end].rstrip(" ,"),
            "end": span["start"] + end,
            "is_additional": bool(number) or span["is_additional"],
        }
        for number, (quantity, end) in enumerate(zip(found, ends, strict=True))
    ]


def _grouped(
    spans: Sequence[Span], text: str, quantities: Quantities, read: Callable[[str], Party], are_parts: bool
) -> Iterator[tuple[tuple[str, str], Span]]:
    """Each span with each group that its words tell, sums left out: "14 women and children" are no 14 women."""
    for span in spans:
        if span["kind_code"] not in _KINDS:
            continue
        words = {word.lower() for word in _WORD.findall(span["text"])}
        joined = _JOINED.match(text, span["end"])
        by_word = {group for word in words for group in _groups().get(word, ())}
        if (joined is not None and joined[1].lower() in _groups()) or " and " in span["text"]:
            by_word = by_word if not quantities.find(span["text"]) else set()
        # a number that begins a sentence is no name
        party = read(span["text"][:1].lower() + span["text"][1:] if quantities.find(span["text"]) else span["text"])
        is_anybody = (party["label"] or "").casefold() in ANYBODY
        of_type = set() if is_anybody else set(actor_types.casualty_groups(party["actor_type_code"]))
        if by_word & _SEX_OR_AGE and are_parts:
            of_type = set()  # who is told as a part by age or sex alone may bear arms
        elif by_word & _SEX_OR_AGE and not of_type:
            of_type = {"civilian"}
        for group in sorted(by_word | of_type):
            yield (span["kind_code"], group), span


@cache
def _groups() -> Mapping[str, tuple[str, ...]]:
    """Groups by a word for sex or age."""
    rows = vocabularies.load("casualty_words")
    return {str(word): tuple(of["group_code"]) for word, of in rows.groupby("word")}
