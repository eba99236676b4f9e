"""What a deed hit: buildings, things and sites that it was done to or inside of, by `seeds/targets.csv`.

In come mentions whose kind is settled, out come the same with targets, each with its words and the rule that found it.
A noun that only stands in the sentence is none: who is taken to a hospital was hit elsewhere. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Token

from tasks import vocabularies
from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match, Target
from tasks.extract.word_groups import words
from tasks.language import syntax

_AIMED = ("on", "upon", "against", "at", "into", "through")
_WITHIN = ("in", "inside", "within")
_LEADS_TO_DEED = ("in", "by", "during", "after", "from", "of")
_MODIFIERS = ("compound", "amod", "nmod", "poss")
# where the hurt are taken, and die
_OF_THE_HURT = "hospital"
Found = tuple[Token, str]
"""A head, and the rule by which it was hit."""


@dataclass(frozen=True)
class _Row:
    """A row of the vocabulary: words of which one must stand beside the noun, and such as may not."""

    with_word: frozenset[str]
    not_with: frozenset[str]
    target_code: str


def targets_of(match: Match, event_type_code: str, lexicon: Lexicon) -> tuple[Target, ...]:
    """What the deed of a match hit, in the order of the text, each code once; none of a kind that hits nothing."""
    if event_type_code not in lexicon.types_with("hits"):
        return ()
    found: dict[str, Target] = {}
    for head, rule_id in sorted(_hit(match, event_type_code, lexicon), key=lambda one: one[0].i):
        if (code := _code(head)) is not None:
            text, start, end = syntax.phrase_text(head, with_of=False)
            found.setdefault(code, Target(code, text, start, end, rule_id))
    return tuple(found.values())


def _hit(match: Match, event_type_code: str, lexicon: Lexicon) -> Iterator[Found]:
    """The heads of all that the deed is told to have been done to, or in, with their rules.

    A fight in a camp need not be one for it, and the hurt may die in a hospital of what befell them elsewhere.
    """
    is_mutual = event_type_code in lexicon.is_mutual
    for one in (match, *match.outcomes):
        words_of_it = [one.token, *([one.carrier] if one.carrier is not None and syntax.is_verb(one.carrier) else [])]
        is_of_the_hurt = one.trigger.is_outcome and not one.actors
        for head, rule_id in (hit for word in words_of_it for hit in _of_word(word, lexicon)):
            is_within = rule_id == "target.within"
            is_where_they_are = (
                one.token.lemma_.lower() in words("dies")
                or any(word.lower_ in words("finds") for word in words_of_it)
                or (is_of_the_hurt and _code(head) == _OF_THE_HURT)
            )
            if not (is_within and (is_mutual or is_where_they_are)):
                yield head, rule_id
        if one.with_token is not None:
            # "set fire to a clinic", "opened fire on a bus"
            both = (one.token, one.with_token)
            yield from ((h, "target.struck") for t in both for p in ("to", "on") for h in syntax.prepositional(t, p))
        if event_type_code == "abduction":
            yield from ((head, "target.struck") for head in syntax.prepositional(one.token, "from"))
    yield from ((head, "target.struck") for head in match.recipients)


def _of_word(token: Token, lexicon: Lexicon) -> Iterator[Found]:
    """What one word of a deed, verb or noun, is done to: its object, what it is aimed at, what it is done in."""
    yield from _prepositional(token)
    if syntax.is_verb(token):
        struck = syntax.objects(token)
        yield from ((head, "target.struck") for head in struck)
        for whom in struck:
            # "killed 12 people at a market"
            yield from ((head, "target.within") for head, _ in _prepositional(whom))
        yield from _of_clauses_around(token)
    else:
        yield from ((head, "target.of_noun") for head in syntax.children(token, "compound"))
        yield from _of_verb_of(token)
    for preposition in _LEADS_TO_DEED:
        for deed in syntax.prepositional(token, preposition):
            if ("noun", deed.lemma_.lower()) in lexicon.triggers:
                # "killed in an attack on a market"
                yield from _prepositional(deed)
                yield from ((head, "target.of_noun") for head in syntax.children(deed, "compound"))


def _prepositional(token: Token) -> Iterator[Found]:
    for prepositions, rule_id in ((_AIMED, "target.struck"), (_WITHIN, "target.within")):
        for preposition in prepositions:
            yield from ((head, rule_id) for head in syntax.prepositional(token, preposition))


def _of_verb_of(noun: Token) -> Iterator[Found]:
    """What the verb of an attack does to it, before or behind it.

    Example: "the strike hit a house", "an attack targeting a school", "an explosion ripped through a market".
    """
    verb = noun.head
    if noun.dep_ == "nsubj" and syntax.is_verb(verb):
        if verb.lemma_.lower() in words("strikes"):
            yield from ((head, "target.struck") for head in syntax.objects(verb))
        yield from _prepositional(verb)
    for clause in syntax.children(noun, "acl", "relcl"):
        if clause.lemma_.lower() in words("strikes"):
            yield from ((head, "target.struck") for head in syntax.objects(clause))


def _of_clauses_around(verb: Token) -> Iterator[Found]:
    """What was struck or broken into in the clauses that the deed hangs on, or that hang on it.

    Example: "stormed a school and killed three", "a bomb hit a church, killing ten", "died when a shell hit a bakery".
    """
    around = [c for c in syntax.children(verb, "advcl", "conj") if syntax.is_verb(c)]
    around += [verb.head] if verb.dep_ in ("conj", "advcl", "xcomp", "ccomp") and syntax.is_verb(verb.head) else []
    for clause in around:
        lemma = clause.lemma_.lower()
        if lemma in words("strikes") | words("breaks_into"):
            yield from ((head, "target.struck") for head in syntax.objects(clause))
        if lemma in words("strikes") | words("breaks_into") | words("goes_off"):
            yield from _prepositional(clause)


def _code(head: Token) -> str | None:
    """The code of what a noun is, by the words beside it; of a part of a building that of the building."""
    found = _row_of(head)
    if found is None and head.lemma_.lower() in words("part_of_building"):
        of = [*syntax.children(head, "compound"), *syntax.prepositional(head, "of")]
        found = next((row for token in of if (row := _row_of(token)) is not None), None)
    return None if found is None else found.target_code


def _row_of(noun: Token) -> _Row | None:
    rows = _vocabulary().get(noun.lemma_.lower()) or _vocabulary().get(noun.lower_)
    if not rows or noun.pos_ not in ("NOUN", "PROPN", "ADJ"):
        return None
    beside = _beside(noun)
    fitting = [row for row in rows if not row.not_with & beside]
    named = next((row for row in fitting if row.with_word & beside), None)
    return named or next((row for row in fitting if not row.with_word), None)


def _beside(noun: Token) -> frozenset[str]:
    """The words that say what kind of thing a noun is, as lemmas and as written, in lower case.

    Those before it and theirs, what it is of or for, what it carries: "a camp for displaced people".
    """
    found = syntax.children(noun, *_MODIFIERS)
    found += [c for t in found for c in syntax.children(t, *_MODIFIERS, "npadvmod")]
    for preposition in ("of", "for"):
        found += [t for head in syntax.prepositional(noun, preposition) for t in (head, *syntax.children(head, "amod"))]
    for clause in syntax.children(noun, "acl"):
        found += [t for head in syntax.objects(clause) for t in (head, *syntax.children(head, "compound", "amod"))]
    return frozenset(form for token in found for form in (token.lemma_.lower(), token.lower_))


@cache
def _vocabulary() -> Mapping[str, list[_Row]]:
    """Rows of `seeds/targets.csv` by lemma."""
    by_lemma: dict[str, list[_Row]] = {}
    for row in vocabularies.load("targets").to_dict("records"):
        one = _Row(frozenset(row["with_word"]), frozenset(row["not_with"]), row["target_code"])
        by_lemma.setdefault(row["lemma"], []).append(one)
    return by_lemma
