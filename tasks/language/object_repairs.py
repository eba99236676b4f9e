"""Put right what the small model takes for a second subject or a second verb, and is the verb's object.

In comes a token of a parsed sentence, out comes the same Doc with its arcs put right. What may be meant is left alone.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.language import syntax
from tasks.language.rehang import hang

# participles that stand before nouns as adjectives do
_AROUND = ("surrounding", "neighbouring", "neighboring", "adjoining", "outlying")


def take_second_subject(noun: Token) -> None:
    """Make a second subject that stands behind its verb the verb's object.

    Example: "On Saturday the army recaptured Wad Madani".
    """
    verb = noun.head
    if noun.dep_ != "nsubj" or verb.i > noun.i or verb.tag_ not in ("VBD", "VBZ", "VBP"):
        return
    before = [s for s in syntax.children(verb, "nsubj") if s.i < verb.i]
    between = verb.doc[verb.i + 1 : noun.left_edge.i]
    if len(before) == 1 and not syntax.children(verb, *syntax.OBJECTS, "ccomp", "attr") and not len(between):
        hang(noun, verb, "dobj")


def join_what_lies_around(word: Token) -> None:
    """Make a participle that the parse joins to an object as a second verb what is said of its own noun.

    Example: "took the town and surrounding villages from the rebels".
    """
    if (
        word.lower_ not in _AROUND
        or word.dep_ not in ("conj", "advcl")
        or word.i + 1 == len(word.doc)
        or word.nbor(-1).dep_ != "cc"
    ):
        return
    verb, behind = word.head, word.nbor(1)
    first = next((o for o in syntax.children(verb, *syntax.OBJECTS) if o.i < word.i), None)
    if first is None or behind.head != word or not syntax.is_noun(behind):
        return
    for child in [c for c in (*word.children, *behind.children) if c.dep_ == "prep"]:
        hang(child, verb, "prep")
    hang(behind, first, "conj")
    hang(word, behind, "amod")
    word.tag_ = "JJ"
