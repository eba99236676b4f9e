"""Tell a list from an apposition where the small model takes the one for the other.

In come a parsed sentence and what reads numbers, out comes the same Doc: "twelve rangers, a driver and four villagers"
are seventeen people, "two soldiers, a sergeant and a private," are two.
"""

from __future__ import annotations

from collections.abc import Callable

from spacy.tokens import Doc, Token

Count = Callable[[str], tuple[int | None, int | None] | None]
"""Low and high of a number phrase; None where it is none."""


def part_lists(doc: Doc, count: Count) -> None:
    """Join, in place, what stands beside a counted noun as an apposition but adds up to another number."""
    for noun in doc:
        if noun.dep_ != "appos" or not any(c.dep_ == "conj" for c in noun.children) or noun.i < noun.head.i:
            continue
        total, members = _number(noun.head, count), [_number(member, count) for member in _joined(noun)]
        if total is not None and None not in members and sum(n or 0 for n in members) != total:
            noun.dep_ = "conj"


def _joined(noun: Token) -> list[Token]:
    joined = [noun]
    for member in joined:
        joined += [c for c in member.children if c.dep_ == "conj"]
    return joined


def _number(noun: Token, count: Count) -> int | None:
    """How many a noun counts at the least, by its own number, article or owner."""
    if noun.pos_ not in ("NOUN", "PROPN"):
        return None
    for child in noun.children:
        if child.dep_ == "nummod":
            return (count(child.text) or (None, None))[0]
    is_one = noun.tag_ == "NN" and any(c.lower_ in ("a", "an", "another") or c.dep_ == "poss" for c in noun.children)
    return 1 if is_one else None
