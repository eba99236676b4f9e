"""Places that a sentence names without putting its event there: origins, destinations, institutions, comparisons.

In come the head of a place's name and its sentence; out comes whether nothing is told to have happened there. They are
marked here once, and no later rule takes them for a scene.
"""

from __future__ import annotations

import re
from functools import cache

from spacy.tokens import Token

from tasks.extract.model import Match
from tasks.extract.names import Name, SentenceNames
from tasks.extract.place_texts import preposition_over
from tasks.extract.word_groups import either, words
from tasks.language import syntax

_ABOUT = ("about", "regarding", "concerning")
_PEOPLE = frozenset({"person", "force", "group", "civilian", "leader", "armed_group"})


def belongs_to_a_word(text: str, end: int) -> bool:
    """Whether what stands right behind a place's name makes a word of it that tells whose something is.

    Example: "Britain-based", "Iran-backed".
    """
    return _hyphened().match(text, end) is not None


@cache
def _hyphened() -> re.Pattern[str]:
    return re.compile(rf"[-‑–]{either('hyphen_origin')}\b", re.IGNORECASE)


def is_no_scene(head: Token, name: Name, match: Match, names: SentenceNames) -> bool:
    """Whether the sentence puts nothing into the place; what the trigger's own slot holds is another matter."""
    if belongs_to_a_word(names.text, name.end):
        return True
    preposition = preposition_over(head)
    if preposition in _ABOUT or preposition in words("compares"):
        return True  # "shouted slogans about Aleppo", "amid an uproar in Israel"
    if lies_behind_border(name, names.text):
        return True
    return (
        _is_bound_for(head, names)
        or _is_base(head)
        or _is_of_institution(head)
        or _is_home_of_one(head, names)
        or _is_way(head, match)
        or _is_compared(head)
    )


def _top(head: Token) -> Token:
    """The place as a whole.

    Example: "the upriver town of Puerto Berrio".
    """
    while (
        head.dep_ == "pobj"
        and head.head.lower_ == "of"
        and head.head.head.lemma_.lower() in (words("place_word") | words("settled_place") | words("part_of_place"))
    ):
        head = head.head.head
    return head


def _is_bound_for(head: Token, names: SentenceNames) -> bool:
    """Whether a place is only where something goes.

    Example: "a coach to Katsina", not "the road to Katsina".
    """
    if head.dep_ != "pobj" or head.head.lower_ not in ("to", "for"):
        return False
    goes = head.head.head
    return "vehicle" in names.classes(goes) or goes.lemma_.lower() in words("journey")


def lies_behind_border(name: Name, text: str) -> bool:
    """Whether a country is only named for its border: "a post near the border with Niger"."""
    return name.kind == "country" and _border_with().search(text, 0, name.start) is not None


@cache
def _border_with() -> re.Pattern[str]:
    """What stands right before a land on whose other side something lies: "near the border with"."""
    return re.compile(rf"\b{either('border')}s? with (?:the )?$")


def _is_base(head: Token) -> bool:
    """Whether it only says where those sit who did it: "a militia based in Birao"."""
    top = _top(head)
    return top.dep_ == "pobj" and top.head.head.dep_ == "acl" and top.head.head.lemma_.lower() in words("sits")


def _is_of_institution(head: Token) -> bool:
    """Whether it only says which one of its kind an institution is.

    Example: "the University of Pennsylvania", "the U.S. Department of Justice".
    """
    of = head.head if head.dep_ == "pobj" and head.head.lower_ == "of" else None
    owner = of.head if of is not None else head.head if head.dep_ in ("compound", "nmod", "amod", "poss") else None
    return owner is not None and owner.pos_ == "PROPN" and owner.lemma_.lower() in words("institution")


def _is_home_of_one(head: Token, names: SentenceNames) -> bool:
    """Whether it only says where somebody comes from.

    Example: "Paul Floyd of Los Angeles", "a native of Mexico", "gunmen from the town of Puerto Berrio".
    """
    top = _top(head)
    if top.dep_ != "pobj":
        return False
    owner = top.head.head
    if top.head.lower_ == "of":
        is_person = owner.pos_ == "PROPN" and owner.ent_type_ == "PERSON"
        return is_person or owner.lemma_.lower() in words("comes_of")
    return top.head.lower_ == "from" and not syntax.is_verb(owner) and bool(names.classes(owner) & _PEOPLE)


def _is_way(head: Token, match: Match) -> bool:
    """Whether something only comes from there or is brought there.

    Example: "a bus that had come from Cotabato", "was transferred to Paris".
    """
    top = _top(head)
    if top.dep_ != "pobj" or not syntax.is_verb(top.head.head) or top.head.head == match.token:
        return False
    lemma, preposition = top.head.head.lemma_.lower(), top.head.lower_
    return (preposition == "from" and lemma in words("comes_from")) or (
        preposition == "to" and lemma in words("brings_to")
    )


def _is_compared(head: Token) -> bool:
    """Whether it hangs on what the event is only set beside.

    Example: "amid an uproar in Israel", "unlike the war in Syria".
    """
    return any(g.lower_ in words("compares") for g in syntax.governors(head)[:5] if g.dep_ == "prep")


def saying_verbs(match: Match) -> list[Token]:
    """The verbs whose clause holds the match's own: mostly who says so."""
    return [
        g for g in syntax.governors(syntax.clause(match.token)) if syntax.is_verb(g) and syntax.children(g, "ccomp")
    ]


def is_speakers(head: Token, match: Match) -> bool:
    """Whether it is only where those are who say so; residents and witnesses are where it happened.

    Example: "according to a priest in Pemba", "a hospital source in Niamey said".
    """
    current = head
    for governor in syntax.governors(head):
        if governor.lemma_.lower() in words("local_speaker"):
            return False
        if governor.lower_ == "to" and governor.head.lower_ == "according":
            return True
        if syntax.is_verb(governor):
            is_there = current.dep_ in syntax.SUBJECTS or current == head.head
            return is_there and governor != syntax.clause(match.token) and governor in saying_verbs(match)
        current = governor
    return False
