"""Put parses right where the small model takes a day for a part of a name or of an object.

In comes a token of a parsed sentence, out comes the same with its arcs put right, where the grammar of news cannot mean
what the parse says.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.language import syntax
from tasks.language.dates.words import words
from tasks.language.rehang import hang, stand_for


def give_day_back(word: Token) -> None:
    """Make a verb of what the model takes for a part of its object behind a day.

    Example: "Troops in Kano on Tuesday repelled bandits".
    """
    thing, day = word.head, word.nbor(-1) if word.i else word
    preposition = thing.head
    if word.tag_ not in ("VBD", "VBN") or word.dep_ != "amod" or day.lower_ not in words().weekdays or day.head != word:
        return
    if thing.dep_ != "pobj" or preposition.lower_ != "on" or preposition.i + 1 != day.i:
        return
    doer = preposition.head
    if doer.dep_ != "ROOT" or not syntax.is_noun(doer):
        return
    stand_for(word, doer)
    word.pos_, word.tag_ = "VERB", "VBD"
    hang(doer, word, "nsubj")
    hang(preposition, word, "prep")
    hang(day, preposition, "pobj")
    hang(thing, word, "dobj")


def take_object_from_day(day: Token) -> None:
    """Make a name that the parse makes part of a day the verb's object ("killed lawmaker Hussein Mohamed Sunday")."""
    verb = day.head
    if day.lower_ not in words().weekdays or not syntax.is_verb(verb):
        return
    names = [c for c in syntax.children(day, "compound") if c.i < day.i]
    if not names or names[0].left_edge.i != verb.i + 1:
        return
    if any(c.lower_ in words().feast_days for c in names) or syntax.children(verb, *syntax.OBJECTS, "auxpass"):
        return
    for name in names[:-1]:
        hang(name, names[-1], "compound")
    for modifier in [c for c in day.lefts if c.i < names[-1].i]:
        hang(modifier, names[-1], modifier.dep_)
    hang(names[-1], verb, "dobj")


def give_subject_from_day(day: Token) -> None:
    """Make those behind a day, of whom the parse makes it a part, the subject of the verb behind them.

    Example: "On Saturday youths set fire to a bus".
    """
    people, preposition = day.head, day.nbor(-1) if day.i else day
    if day.lower_ not in words().weekdays or day.dep_ != "compound" or people.i != day.i + 1:
        return
    verb = preposition.head
    if people.dep_ != "pobj" or people.head != preposition or preposition.lower_ != "on" or people.tag_ != "NNS":
        return
    if not syntax.is_verb(verb) or verb.i != people.i + 1 or syntax.children(verb, *syntax.SUBJECTS, "aux", "auxpass"):
        return
    hang(people, verb, "nsubj")
    hang(day, preposition, "pobj")
