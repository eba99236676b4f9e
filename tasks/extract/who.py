"""Who a head of a phrase can stand for: a party, people who can be counted, or no one, since it is what happens.

In come tokens with the names of their sentence, out come yes or no, and the tokens of those who are meant.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon, Trigger
from tasks.extract.names import SentenceNames
from tasks.extract.word_groups import words
from tasks.language import syntax

_PARTY_CLASSES = frozenset({"force", "person", "civilian", "leader", "crowd", "organisation", "country", "group"})
# what is burnt or wrecked and is where that was, or was done with
_NO_THINGS = frozenset({"place", "weapon", "agreement", "talks", "money"})
# round numbers that stand for people where nobody says of what they are
_ROUND = frozenset({"hundred", "thousand", "dozen", "score"})
# what is counted of people and not of things
_PEOPLE_ALONE = frozenset({"killed", "injured", "captured"})


class Who:
    """Tells with the vocabularies who can act, suffer and be counted."""

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon

    def is_event(self, token: Token) -> bool:
        """An event noun is what happens, not who does it: "the attack killed 12"."""
        if token.pos_ != "NOUN":
            return False
        rows = self._lexicon.triggers.get(("noun", token.lemma_.lower()), ())
        return any(not row.with_word for row in rows) and not self._lexicon.classes.get(token.lemma_.lower())

    def is_party(self, token: Token, names: SentenceNames) -> bool:
        """Whether a head can act: people, groups, forces, states and their bodies, by name or by what they are."""
        if token.lower_ == "one" and any(syntax.denies(c) for c in syntax.children(token, "det")):
            return False  # "no one"
        if token.ent_type_ in ("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"):
            return names.of(token) is not None
        if token.tag_ == "NNS" and token.lemma_.lower() in _ROUND and not syntax.prepositional(token, "of"):
            return True  # "hundreds walked through Valledupar"
        if token.pos_ == "NUM" or (token.lower_ in ("there", "it") and not _has_antecedent(token)):
            return False
        classes = names.classes(token)
        if classes & _PARTY_CLASSES:
            return True
        if classes & frozenset({"place", "weapon", "agreement", "talks", "money", "goods"}):
            return False
        return token.pos_ in ("NOUN", "PROPN", "PRON") and bool(classes)

    def is_countable(self, token: Token, names: SentenceNames) -> bool:
        """Whether a head stands for people, who can be counted as victims; buildings, weapons and events cannot."""
        lemma = token.lemma_.lower()
        if token.pos_ == "NUM" or (lemma in words("partitive") and syntax.prepositional(token, "of")):
            return True
        if token.lower_ in ("more", "others") and syntax.children(token, "nummod"):
            return True  # "wounded a dozen more"
        if lemma in words("corpse"):
            return True
        rows = self._lexicon.triggers.get(("noun", lemma), ())
        if any(not row.with_word for row in rows) or (lemma in words("body_of_people") and not syntax.is_plural(token)):
            return False  # "opened fire on a protest", "ambushed a patrol": nobody is counted
        classes = names.classes(token)
        if classes & (_PARTY_CLASSES - {"country", "organisation"}):
            return True
        return not classes and token.pos_ in ("NOUN", "PROPN", "PRON") and not self.is_event(token)

    def undergoes(self, token: Token, trigger: Trigger, names: SentenceNames) -> bool:
        """Whether a head is who is killed, hurt or caught, or what is burnt or wrecked, by whatever noun it is told.

        Example: "beat an acquaintance", "detained the owner of a firm", "set fire to a cash machine".
        """
        if trigger.event_type_code in self._lexicon.types_with("of_things"):
            is_thing = token.pos_ == "NOUN" and not token.ent_type_ and not self.is_event(token)
            return is_thing and not names.classes(token) & _NO_THINGS
        takes_people = trigger.number_kind in _PEOPLE_ALONE and trigger.number_slot == "recipient"
        is_told = token.pos_ in ("NOUN", "PROPN") and token.lemma_.lower() not in words("no_people") | {"one"}
        return takes_people and is_told and self.is_countable(token, names)


def content(head: Token) -> Token:
    """The token of those who are meant where the head only counts them; else the head itself.

    Example: "dozens of people", "three of the soldiers".
    """
    lemma = head.lemma_.lower()
    if lemma in words("corpse"):
        return next(iter(syntax.prepositional(head, "of")), head)  # "the bodies of 12 men"
    if head.pos_ == "NUM" or lemma in words("partitive"):
        inner = syntax.prepositional(head, "of")
        if inner and (head.pos_ == "NUM" or lemma not in words("people_together")):
            return inner[0]
    return head


def _has_antecedent(token: Token) -> bool:
    """Whether "it" stands for something, and does not only fill the subject's place.

    Example: not "it was still unclear".
    """
    if token.lower_ == "there":
        return False
    verb = token.head
    return not any(
        c.dep_ in ("ccomp", "csubj") or (c.dep_ == "acomp" and c.lower_ not in words("willing"))
        for c in verb.children
        if c.i > verb.i
    )


def doer_classes(head: Token, names: SentenceNames) -> frozenset[str]:
    """The classes of a subject, and that of a vehicle in its compound ("a bus carrying pilgrims", misread)."""
    inside = [c for c in head.children if c.dep_ == "compound"]
    inside += [g for c in inside for g in c.children if g.dep_ == "compound"]
    vehicle = any("vehicle" in names.classes(c) for c in inside)
    people = {"person"} if _is_number_of_people(head) else set()
    return names.classes(content(head)) | ({"vehicle"} if vehicle else set()) | people


def _is_number_of_people(head: Token) -> bool:
    """Whether a bare number counts people: "executes 37 in one day", "forced 60 to leave"."""
    is_sum = any(c.dep_ in ("quantmod", "nmod") and c.lower_ in ("$", "€", "£", "%") for c in head.children)
    return head.tag_ == "CD" and not is_sum


def undergoing_classes(head: Token, names: SentenceNames) -> frozenset[str]:
    """The classes of an object, and of whom "them" means; "the bodies of 12 men" are bodies as well as men."""
    if head.lower_ == "it":  # no one is caught: "the army retook it", not "seized it"
        ground = {"place"} if head.head.lemma_.lower() in words("takes_ground") else set()
        return names.classes(head) - {"force", "group"} | ground
    people = [content(token) for token in syntax.meant(head)]
    # "killed Ana Ruiz, a candidate for mayor"
    people += [a for token in people if token.pos_ == "PROPN" for a in syntax.children(token, "appos")]
    found = frozenset().union(*(names.classes(token) for token in people))
    if "vehicle" in found and any("force" in names.classes(c) for t in people for c in syntax.children(t, "compound")):
        found |= {"force"}  # "attacked a police van"
    if _is_number_of_people(head):
        found |= {"person"}
    return found | names.classes(head) if head.lemma_.lower() in words("corpse") else found
