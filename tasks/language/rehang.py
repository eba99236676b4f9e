"""Hang a word of a parse elsewhere, as the repairs of parses do.

In come tokens, out come the same with other heads; nothing is refused.
"""

from __future__ import annotations

from spacy.tokens import Token


def hang(token: Token, head: Token, dep: str) -> None:
    """Give a word another head, in place, as this dependency of it."""
    token.head = head
    token.dep_ = dep


def stand_for(verb: Token, other: Token) -> None:
    """Give a verb the place of another word, and what that word had behind it."""
    if other.dep_ == "ROOT":
        verb.head = verb
        verb.dep_ = "ROOT"
        hang(other, verb, "dep")
    else:
        hang(verb, other.head, other.dep_)
    for child in [c for c in other.children if c.i > verb.i or (c.dep_ == "prep" and c.i < other.i)]:
        if child.dep_ in ("punct", "prep", "npadvmod", "advcl"):
            child.head = verb
