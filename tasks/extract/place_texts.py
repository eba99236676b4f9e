"""A name of a place as the text of a mention's place: its words, its kind, the places around it.

In come a name and the names of its sentence, out come place texts and the names that are listed beside it. Nothing is
refused.
"""

from __future__ import annotations

import re
from functools import cache

from spacy.tokens import Token

from tasks.extract.model import PlaceText
from tasks.extract.names import Name, SentenceNames
from tasks.extract.place_parents import parents_of, width
from tasks.extract.word_groups import either
from tasks.knowledge.places.offsets import offset_before
from tasks.language import syntax

# prepositions that put what happens into a place
INSIDE = frozenset("in at on near around outside inside across throughout within from of over".split())
_HOLDING = ("in", "of", "inside", "within")
_LIST_GAP = re.compile(r",? (?:and|or|&) |, ")


def place_text(name: Name, names: SentenceNames, rule: str, kind_text: str | None = None) -> PlaceText:
    """A name as place text, attached by `rule`, with the places that hold it; a kind word of its own overrules
    `kind_text`."""
    candidates = [n for n in names.names if n.kind in ("place", "country")]
    parents = tuple(n.text for n in parents_of(name, candidates, names) or _around(name, candidates, names))
    if name.kind_word:
        kind_text = None if name.kind_word.casefold() in name.text.casefold() else name.kind_word
    text = names.text
    start = offset_before(text, name.start)
    holds_capital = name.kind == "country" or bool(name.kind_word)
    if holds_capital and (capital := _capital_of().search(text, 0, name.start)) is not None:
        start, kind_text = capital.start(), None
    if (same := _of_the_same().match(text, name.end)) is not None:
        parents = (*parents, f"the {same[1]}")
    return PlaceText(text[start : name.end], start, name.end, kind_text, parents, rule)


def _around(name: Name, candidates: list[Name], names: SentenceNames) -> list[Name]:
    """The place of its sentence that a name which no vocabulary has must lie in, as far as anything says.

    Example: "The police chief of Mardian District said that a man was shot in Qoriqa Chakosh area".
    """
    if not is_new(name):
        return []
    wider = [n for n in candidates if width(n) > width(name) and preposition_over(names.head(n)) in _HOLDING]
    return sorted(wider, key=lambda n: (n.start < name.start, abs(n.start - name.start)))[:1]


def coordinated(name: Name, candidates: list[Name], names: SentenceNames) -> list[Name]:
    """The other candidates that are joined to a name, those that hold it left out.

    Example: "Kunduz and Balkh".
    """
    heads = {t.i for t in syntax.with_conjuncts(names.head(name))}
    parents = parents_of(name, candidates, names)
    before = listed_before(name, candidates, names.text)
    joined = [n for n in candidates if n is not name and (names.head(n).i in heads or n in before)]
    return [n for n in joined if n not in parents]


def listed_before(name: Name, candidates: list[Name], text: str) -> list[Name]:
    """The names before one that share its kind word.

    Example: the Kunar of "Kunar and Logar provinces".
    """
    found: list[Name] = []
    last = name
    for other in sorted(candidates, key=lambda n: -n.start):
        if other.end <= last.start and other.kind_word and other.kind_word == name.kind_word:
            if not _LIST_GAP.fullmatch(text[other.end : last.start]):
                break
            found.append(other)
            last = other
    return found


def is_new(name: Name) -> bool:
    """Whether no vocabulary has the place."""
    return name.kind == "place" and not name.countries


def is_within(token: Token, head: Token) -> bool:
    """Whether a token stands in the phrase under a head, with no verb in between."""
    for governor in [token, *syntax.governors(token)]:
        if governor == head:
            return True
        if syntax.is_verb(governor):
            return False
    return False


def preposition_over(head: Token) -> str | None:
    """The preposition, in lower case, that governs a head or the list that it stands in; None where none does."""
    while head.dep_ == "conj":
        head = head.head
    return head.head.lower_ if head.dep_ == "pobj" else None


@cache
def _capital_of() -> re.Pattern[str]:
    return re.compile(rf"(?:{either('capital_adjective')} )?capital(?: city)? of (?:the )?$")


@cache
def _of_the_same() -> re.Pattern[str]:
    return re.compile(rf",? (?:of|in) (?:the|this|that)(?: same)? ({either('wide_ground')})\b")
