"""Repairs of what a parse makes of the words right behind a comma, as `parse_repairs` applies them.

In comes a token, its head and dependents are put right in place; what may be meant is left alone.
"""

from __future__ import annotations

from collections.abc import Set

from spacy.tokens import Token

from tasks.language import syntax
from tasks.language.rehang import hang


def part_from_object(word: Token) -> None:
    """Make a verb of what opens a clause behind a comma and is taken for a part of its object's name.

    Example: "Raiders overran the port on Monday, burning huts and beating traders".
    """
    noun = word.head
    if word.tag_ != "VBG" or not word.i or word.nbor(-1).text != "," or noun.dep_ not in syntax.OBJECTS:
        return
    verb = noun.head
    is_bare = not any(c.i < word.i or c.dep_ in ("det", "poss") for c in noun.children)
    if not syntax.is_verb(verb) or verb.i > word.i or not is_bare:
        return
    if not any(o.i < word.i for o in syntax.children(verb, *syntax.OBJECTS)):
        return
    word.pos_ = "VERB"
    hang(word, verb, "advcl")
    for child in list(noun.children):
        if child.dep_ in ("cc", "conj") and child.i > noun.i and (child.dep_ == "cc" or child.tag_ == "VBG"):
            hang(child, word, child.dep_)
    hang(noun, word, "dobj")


def join_participles(word: Token) -> None:
    """Join a participle to the one before it, of whose object the parse makes it a second part.

    Example: "burning huts and beating traders".
    """
    noun = word.head
    verb = noun.head
    if word.tag_ != "VBG" or not syntax.is_noun(noun) or noun.dep_ not in syntax.OBJECTS or verb.tag_ != "VBG":
        return
    own = [o for o in syntax.children(verb, *syntax.OBJECTS) if o.i > word.i]
    if not own or not syntax.children(noun, "cc"):
        return
    word.pos_ = "VERB"
    hang(word, verb, "conj")
    hang(own[0], word, "dobj")


def invert_saying(word: Token, reporting: Set[str]) -> None:
    """Make a verb of saying of what stands behind a comma before who says it, and is taken for that one's attribute.

    Example: "Two armies signed a truce on Monday, reported Tanjug, the agency".
    """
    says = word.tag_ in ("VBD", "VBN") and word.lemma_.lower() in reporting
    if not says or not word.i or word.nbor(-1).text != ",":
        return
    behind = [o for o in syntax.children(word, *syntax.OBJECTS) if o.left_edge.i == word.i + 1]
    sayer = behind[0] if word.dep_ == "advcl" and behind else word.head
    verb = word.head if sayer != word.head else sayer.head
    is_name = sayer.tag_ in ("NNP", "NNPS") and sayer.i > word.i
    if not is_name or not syntax.is_verb(verb) or verb.i > word.i or syntax.children(word, "aux", *syntax.SUBJECTS):
        return
    word.pos_, word.tag_ = "VERB", "VBD"
    hang(word, word if verb.dep_ == "ROOT" else verb.head, verb.dep_)
    hang(verb, word, "ccomp")
    hang(sayer, word, "nsubj")
