"""Places that a sentence describes or that no vocabulary knows: "the district", "a key town in Kunduz", "Kautikari".

In come a match or the head of a phrase and the names of its sentence, out come place texts; none where the words
describe no place that could be meant.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.extract.model import Match, PlaceText
from tasks.extract.names import Name, SentenceNames
from tasks.extract.no_scene import lies_behind_border
from tasks.extract.place_parents import parents_of
from tasks.extract.place_texts import INSIDE, coordinated, is_within, listed_before, place_text, preposition_over
from tasks.extract.word_groups import words
from tasks.knowledge import event_types
from tasks.language import syntax


def nearby_description(match: Match, names: SentenceNames) -> list[PlaceText]:
    """The definite place of the match's own clause that has no name here; empty where there is none.

    Example: "in the district", "near the city".
    """
    own = syntax.clause(match.token)
    for token in names.words:
        definite = any(c.dep_ == "det" and c.lower_ == "the" for c in token.children)
        is_object = token.dep_ in syntax.OBJECTS and token.head == match.token  # "tried to defend the district"
        is_inside = is_object or preposition_over(token) in INSIDE
        is_place = definite and token.lemma_.lower() in words("place_word") and is_inside
        if is_place and (syntax.clause(token) == own or token in match.token.subtree):
            if (called := _unknown_name(token, names)) is not None:
                return [called]
            text, start, end = syntax.phrase_text(token, with_of=False)
            return [PlaceText(text, start, end, None, (), "description")]
    return []


def struck_place(match: Match, head: Token, names: SentenceNames) -> list[PlaceText]:
    """What is struck from afar and called by a name that nothing knows: a place sooner than a party; else empty.

    Example: "jets shelled Khirbet Zurqan".
    """
    is_afar = match.event_type_code in event_types.types_with("from_afar") and syntax.is_verb(match.token)
    is_place = head.ent_type_ != "PERSON" or match.token.lower_ in words("done_to_place")
    if not is_afar or head.pos_ != "PROPN" or not is_place or not _is_unlisted(head, names):
        return []
    text, start, end = syntax.phrase_text(head, with_of=False)
    return [PlaceText(text, start, end, None, (), "slot")] if text else []


def described_place(head: Token, names: SentenceNames) -> list[PlaceText]:
    """The places in a trigger's place slot: names, or a description with names in it; empty where it is no place.

    Example: "a key district in Kunduz".
    """
    inside = [
        n
        for n in names.names
        if n.kind in ("place", "country") and is_within(names.head(n), head) and not lies_behind_border(n, names.text)
    ]
    name = names.of(head)
    if name is not None and name.kind in ("place", "country"):
        others = [n for n in inside if n is not name and names.head(n).dep_ == "conj"]
        apart = [n for n in names.names if n.kind == "place" and n not in others]
        before = listed_before(name, apart, names.text)
        return [place_text(n, names, "slot") for n in [*before[::-1], name, *others]]
    if "place" not in names.classes(head) and "building" not in names.classes(head):
        return []
    if head.pos_ == "PROPN" and (lying := [n for n in inside if names.head(n) in _put_into(head)]):
        return [place_text(lying[0], names, "slot")]  # "the Aleppo Heart Hospital in Idlib"
    unknown = _unknown_name(head, names)
    if unknown is not None:
        return [unknown]
    around = inside
    inside = [n for n in inside if not any(o is not n and n in parents_of(o, inside, names) for o in inside)]
    named_by = [n for n in inside if _is_called(head, n, names)]
    if named_by:
        return [place_text(named_by[0], names, "slot")]
    text, start, end = syntax.phrase_text(head, with_of=False)
    definite = any(c.dep_ == "poss" or c.lower_ in ("the", "this", "that") for c in head.children)
    if inside and (not definite or syntax.is_plural(head)):
        spread = [inside[0], *coordinated(inside[0], inside, names)]
        return [place_text(n, names, "slot", _kind_above(n, names, head)) for n in spread]
    if not text or (not definite and head.pos_ != "PROPN"):
        return []  # a sign alone; "seized territory": nothing was named before that it could mean
    if not inside and head.lemma_.lower() in words("part_of_place"):
        return []  # "the area": wherever the text was before
    parents = tuple(n.text for n in (*inside, *(n for n in around if n not in inside)))
    return [PlaceText(text, start, end, None, parents, "slot_description")]


def _put_into(head: Token) -> list[Token]:
    """The heads of what something is said to lie in."""
    return [h for preposition in ("in", "at", "near", "outside") for h in syntax.prepositional(head, preposition)]


def _is_called(head: Token, name: Name, names: SentenceNames) -> bool:
    """Whether the name is that of the place which the head describes.

    Example: "the town of Rubaya", "Tigray's capital, Mekelle", not the Tigray of "Tigray's capital".
    """
    own = names.head(name)
    if own.head == head:
        return own.dep_ in ("compound", "appos", "nmod") or (own.dep_ == "poss" and head.lemma_.lower() != "capital")
    of_head = own.dep_ == "pobj" and own.head.lower_ == "of" and own.head.head == head and not syntax.is_plural(head)
    if not of_head or name.kind == "country":
        return False
    if name.kind_word is None or head.lemma_.lower() in words("part_of_place"):
        return head.lemma_.lower() in words("part_of_place") | words("settled_place")
    return name.kind_word.casefold() == head.lower_


def _unknown_name(head: Token, names: SentenceNames) -> PlaceText | None:
    """The place that a name is, known or not, as it stands with a word for a place; None where no such name does.

    Example: "The village of Kautikari", "the Al-Shati camp".
    """
    owners = [t for t in syntax.prepositional(head, "of") if t.pos_ == "PROPN" and not _is_person(t)]
    named = [t for t in owners if _is_unlisted(t, names)]
    named = named or [
        t for t in syntax.children(head, "compound") if t.pos_ == "PROPN" and names.of(t) is None and t.i == head.i - 1
    ]
    if not named:
        return None
    text, start, end = syntax.phrase_text(named[0], with_of=False)
    if not text:
        return None  # a sign that the parse takes for a name: "in Kabul, | said"
    kind = None if head.lemma_.lower() not in words("place_word") else head.lemma_.lower()
    others = [n for n in names.names if n.kind in ("place", "country", "demonym") and not start <= n.start < end]
    inside = [n.text for n in others if is_within(names.head(n), head)]
    unlisted = Name(start, end, text, "place", frozenset({"place"}), kind_word=kind)
    around = [n.text for n in parents_of(unlisted, [n for n in others if n.kind != "demonym"], names)]
    return PlaceText(text, start, end, kind, tuple(dict.fromkeys((*around, *inside))), "slot")


def _is_person(name: Token) -> bool:
    """Whether a name of several words is somebody's: "the house of senator J. B. Jordan"."""
    return name.ent_type_ == "PERSON" and bool(syntax.children(name, "compound"))


def _is_unlisted(token: Token, names: SentenceNames) -> bool:
    """Whether no vocabulary knows the name, whatever the parser makes of it."""
    name = names.of(token)
    return name is None or name.kind == "entity" or (name.kind == "place" and not name.countries and not name.kind_word)


def _kind_above(name: Name, names: SentenceNames, top: Token) -> str | None:
    """The word for the kind of place that a bare name must be, or None.

    Example: "provinces of Kunduz, Balkh", "several districts in Kunduz".
    """
    head = names.head(name)
    while head.dep_ == "conj":
        head = head.head
    above = head.head.head if head.dep_ == "pobj" else head.head
    if any(word in name.text.lower() for word in words("place_word")):
        return None
    word = above.lemma_.lower()
    if word in words("province_word"):
        return word
    return "province" if top.lemma_.lower() == "district" else None
