"""What a text takes for done, whatever comes of what it says of it: a killing that is protested or asked about.

In comes the word of a deed, out comes the word or clause that takes the deed for done, or none. Nothing above that word
tells whether the deed happened.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match
from tasks.extract.word_groups import words
from tasks.language import syntax

_NOT_YET = frozenset("will shall 'll ’ll wo would could may might can should must ca ought".split())
_PAST = frozenset("was were had has have did".split())


def presupposing(match: Match, lexicon: Lexicon) -> Token | None:
    """The word above a deed's noun which takes it that the deed was done, whether or not itself comes to pass.

    None where there is none. Example: "marched to protest the killing of a teacher", "will look into the raid", "want
    justice for the victims of the bombing"; not "would condemn any attack".
    """
    noun, deeds = match.token, lexicon.takes_casualties | lexicon.types_with("by_authority")
    if match.event_type_code not in deeds or syntax.is_verb(noun) or not _is_some_one(noun):
        return None
    while noun.dep_ == "conj" and not syntax.is_verb(noun.head):
        noun = noun.head
    above, joined_by = noun.head, "of"
    if noun.dep_ == "pobj" and above.dep_ in syntax.PREPOSITIONS:
        if above.lower_ in words("in_its_wake"):
            return above  # "is to stop work following Saturday's air raid"
        above, joined_by = above.head, above.lower_
    elif noun.dep_ not in ("dobj", "nsubjpass"):
        return None
    return above if joined_by in lexicon.presupposing.get(above.lemma_.lower(), ()) else None


def is_settled(clause: Token) -> bool:
    """Whether a clause in the past stands by itself, whatever the clause above it comes to."""
    return _is_past(clause) and (_is_told_as_past(clause) or _is_asked_about(clause))


def _is_some_one(noun: Token) -> bool:
    """Whether a noun is of one deed or of some that are known, and not of their kind: "the raids", not "any raid"."""
    own = [c.lower_ for c in noun.children if c.dep_ in ("det", "amod", "predet")]
    if any(word in words("no_particular") for word in own):
        return False
    return any(c.dep_ in ("det", "poss", "nummod") for c in noun.children) or not syntax.is_plural(noun)


def _is_told_as_past(clause: Token) -> bool:
    """Whether a clause only says after, when or why the one above is done, which may be yet to come.

    Example: "plan to march after police shot a student".
    """
    marks = syntax.children(clause, "mark", "advmod")
    return clause.dep_ == "advcl" and any(m.lower_ in words("since_then") for m in marks)


def _is_asked_about(clause: Token) -> bool:
    """Whether a clause is what somebody is to ask or to tell, by who, why or how it was done.

    Example: "want to know who ordered the raid", "must explain why police fired".
    """
    asks = any(c.lower_ in words("asks_about") and c.i < clause.i for c in clause.children)
    return clause.dep_ in ("ccomp", "pcomp") and asks


def _is_past(verb: Token) -> bool:
    """Whether a verb by itself, or by its auxiliary, is a past or a perfect."""
    spoken = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if not _NOT_YET.isdisjoint(spoken):
        return False
    return verb.tag_ == "VBD" or not _PAST.isdisjoint(spoken)
