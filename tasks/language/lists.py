"""Tell a list from an apposition where the small model takes the one for the other.

In comes a parsed sentence, out comes the same Doc: "twelve rangers, a driver and four villagers" are seventeen people,
"two soldiers, a sergeant and a private," are two.
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

_NUMBERS = {word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
_ARTICLES = ("a", "an", "another")


def part_lists(doc: Doc) -> None:
    """Join, in place, what stands beside a counted noun as an apposition but adds up to another number."""
    for noun in doc:
        if noun.dep_ != "appos" or not any(c.dep_ == "conj" for c in noun.children) or noun.i < noun.head.i:
            continue
        members = [_number(member) for member in _joined(noun)]
        total = _number(noun.head)
        if total is not None and None not in members and sum(n or 0 for n in members) != total:
            noun.dep_ = "conj"


def _joined(noun: Token) -> list[Token]:
    joined = [noun]
    for member in joined:
        joined += [c for c in member.children if c.dep_ == "conj"]
    return joined


def _number(noun: Token) -> int | None:
    """How many a noun counts by its own number, article or owner; -1 for a number that is not among the first ten."""
    if noun.pos_ not in ("NOUN", "PROPN"):
        return None
    for child in noun.children:
        if child.dep_ == "nummod":
            return int(child.text) if child.text.isdecimal() and len(child.text) < 7 else _NUMBERS.get(child.lower_, -1)
    is_one = noun.tag_ == "NN" and any(c.lower_ in _ARTICLES or c.dep_ == "poss" for c in noun.children)
    return 1 if is_one else None
