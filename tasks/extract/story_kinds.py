"""The kind of a mention whose words leave it open: of "the attack", of deaths told behind what caused them, of a plan.

In come a mention and the document's story so far, out comes the type that the words mean, or None where they mean
another matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.extract.model import Count, Match, Mention
from tasks.extract.story import DEFINITE, Story, takes_up_victims
from tasks.extract.word_groups import words
from tasks.language import syntax
from tasks.language.dates.words import words as date_words

_WORD = re.compile(r"[a-z]+|\d+")
# sentences back to which "the attack" reaches
_REACH = 4
# sentences back to which what was struck is known
_SAME_BLOW = 2


def kind_of_outcome(mention: Mention, numbers: Sequence[Count], has_place: bool, story: Story) -> str | None:
    """The type of the happening of which deaths are told behind it, with no new actor or place; None for their own.

    That is the one with as many dead, else the last one.
    """
    if not story.mentions or mention.actors or has_place:
        return None
    violent = story.violent_types()
    same = [m for m in story.mentions if _tolls(numbers) & _tolls(m.numbers)]
    last = [m for m in story.mentions if m.event_type_code in violent][-1:]
    near = story.since(mention.parsed.index, 2, last)
    before = next((m.event_type_code for m in (*reversed(same), *near)), None)
    return before if before in violent else None


def is_of_known(match: Match, story: Story) -> bool:
    """Whether deaths are part of a happening that was told before.

    Example: "Killed in the strike", "wounded during that raid".
    """
    held = [
        o
        for token in {match.token, syntax.clause(match.token)}
        for p in ("in", "during", "from", "by")
        for o in syntax.prepositional(token, p)
        if p == "during" or ("noun", o.lemma_.lower()) in story.lexicon.triggers
    ]
    return any(c.lower_ in DEFINITE for o in held for c in syntax.children(o, "det"))


def kind_meant(mention: Mention, story: Story) -> str | None:
    """The type of what was told before, where a definite noun leaves it open; None for another matter.

    That is the last violence a few sentences back, or what happened on the same day.
    Example: "The attack", "this blast", "Wednesday's bombing".
    """
    token, date = mention.match.token, mention.own_date
    if syntax.is_verb(token):
        return _kind_of_same_blow(mention, story)
    open_types = story.lexicon.types_with("open")
    is_open = mention.match.event_type_code in open_types and not mention.match.trigger.with_word
    is_bombing = token.lemma_.lower() in words("bombing")
    definite = any(c.lower_ in DEFINITE or c.dep_ == "poss" for c in token.children)
    if not (is_open or is_bombing) or token.pos_ != "NOUN" or not definite or syntax.is_plural(token):
        return None
    if date is None:
        return kind_before(mention.parsed.index, story) if is_open else None
    day = _day_words(date.text)
    same = [m for m in story.violence() if day and m.date and _day_words(m.date.text) == day]
    kinds = {m.event_type_code for m in same} - open_types
    if len(kinds) != 1 or (is_bombing and not kinds <= story.lexicon.types_with("bombing")):
        return None
    return kinds.pop()


def _kind_of_same_blow(mention: Mention, story: Story) -> str | None:
    """The type of the violence told just before, where a passive verb only says that what was struck in it was hit.

    Example: "The bakery was hit on Friday" behind "a drone strike killed six in a bakery".
    """
    match = mention.match
    if match.token.lemma_.lower() not in words("strikes") or match.actors or not syntax.is_passive(match.token):
        return None
    last = story.since(mention.parsed.index, _SAME_BLOW, story.violence()[-1:])
    return last[0].event_type_code if last and takes_up_victims(match, last[0]) else None


def kind_before(index: int, story: Story) -> str | None:
    """The type of the last violence told, where that is at most a few sentences back."""
    near = story.since(index, _REACH, story.violence()[-1:])
    return near[0].event_type_code if near else None


def is_known_plan(match: Match, story: Story) -> bool:
    """Whether a definite noun means what was told as a plan.

    Example: "Friday's meeting", "the talks" after "will meet".
    """
    if match.token.pos_ != "NOUN" or match.light_verb is not None:
        return False
    definite = any(c.dep_ == "poss" or c.lower_ in ("the", "this", "that") for c in match.token.children)
    mutual = story.lexicon.is_mutual
    kinds = {match.event_type_code} | (mutual if match.event_type_code in mutual else set())
    known = [m.status_code for m in story.mentions if m.event_type_code in kinds - {"armed_clash"}]
    return definite and bool(known) and known[-1] == "planned"


def _tolls(numbers: Sequence[Count]) -> set[tuple[str, str]]:
    """What is counted and the word that counts it, articles aside: ("killed", "two")."""
    counted = ((n.kind_code, n.text.split()[0].lower()) for n in numbers if n.text.split())
    return {(kind, word) for kind, word in counted if word not in ("a", "an", "the", "no", "one")}


def _day_words(date_text: str) -> frozenset[str]:
    """The weekday of date words in lower case, or their numbers and month.

    Example: "on Wednesday", "Wednesday's".
    """
    found = _WORD.findall(date_text.lower())
    months = {month[:3] for month in date_words().months}
    weekdays = {word for word in found if word in date_words().weekdays}
    return frozenset(weekdays or (word for word in found if word.isdigit() or word[:3] in months))
