"""Find on whose word a sentence stands: reporting verbs, "according to", posts, quotations, pronouns.

In comes a match in its sentence, out comes the speaker as written, the words that tell who that is, the stance and
whether it is told with reserve. A sentence in the reporter's own voice has no speaker.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.names import SentenceNames
from tasks.language import syntax

_REPORTED = ("ccomp", "parataxis", "xcomp", "advcl", "relcl", "acl", "conj", "dobj", "pobj", "prep", "pcomp", "nsubj")
_SPREADING = frozenset("circulate share publish release post broadcast air show distribute issue upload send".split())
_STATEMENTS = ("statement", "report", "announcement", "account", "communique", "bulletin", "spokesperson")


@dataclass(frozen=True)
class Speaker:
    """Who says so: words, the words that tell who that is, stance_code, whether hedged."""

    text: str
    refers_to: str | None
    stance_code: str
    is_hedged: bool
    head: Token | None = None


def speaker_of(token: Token, names: SentenceNames, lexicon: Lexicon) -> Speaker | None:
    """The speaker of the clause that holds the token, by the nearest reporting verb above it or "according to"."""
    current = token
    for governor in syntax.governors(token):
        row = lexicon.reporting_verbs.get(governor.lemma_.lower()) if syntax.is_verb(governor) else None
        if row is not None and _reports(governor, current):
            heads = [h for h in syntax.subjects(governor) if h.i != token.i]
            if not heads and governor.dep_ == "advcl":
                heads = syntax.subjects(governor.head) if syntax.is_verb(governor.head) else []
            if heads:
                return _speaker(_who_spreads(heads[0], governor), row[0], row[1])
        current = governor
    for word in names.doc:
        if word.lower_ == "according" and word.i + 1 < len(names.doc):
            heads = syntax.prepositional(word, "to")
            if heads:
                head = heads[0]
                inner = syntax.prepositional(head, "of")
                if head.lemma_.lower() in _STATEMENTS and inner:
                    head = inner[0]
                return _speaker(head, "asserts", False)
        if word.lower_ in ("said", "says") and word.dep_ in ("ROOT", "parataxis", "advcl", "ccomp"):
            # a clause that the parser hung beside its reporting verb: "12 were killed, police said"
            heads = syntax.children(word, "nsubj")
            if heads and (word.i > token.i or word.dep_ == "parataxis") and word != syntax.clause(token):
                return _speaker(heads[0], "asserts", False)
    return None


def _who_spreads(head: Token, verb: Token) -> Token:
    """ "The group circulated videos, which reveal that ...": on the word of those who spread them."""
    if verb.dep_ != "relcl" or not any(c.tag_ in ("WDT", "WP") for c in syntax.children(verb, *syntax.SUBJECTS)):
        return head
    spread = next((g for g in syntax.governors(head) if syntax.is_verb(g)), None)
    if spread is None or spread.lemma_.lower() not in _SPREADING:
        return head
    return next(iter(syntax.subjects(spread)), head)


def is_hedged(text: str, lexicon: Lexicon) -> bool:
    """Whether a sentence holds a hedge of `seeds/hedges.csv`."""
    return lexicon.hedge.search(text) is not None


def _reports(verb: Token, below: Token) -> bool:
    """The clause below is what the verb reports, not its subject or its time."""
    return below.dep_ in _REPORTED and below.dep_ != "nsubj" and below.dep_ != "prep"


def _speaker(head: Token, stance: str, hedged: bool) -> Speaker:
    text, begin, end = syntax.phrase_text(head)
    refers_to = None
    for whom in syntax.prepositional(head, "for"):
        _, start, stop = syntax.phrase_text(whom)
        if end <= start <= end + 6:  # "a spokesman for the governor"
            text, end = head.doc.text[begin:stop], stop
    for child in head.children:
        if child.dep_ == "appos":
            apposed, start, _ = syntax.phrase_text(child)
            if start <= end + 1:
                text = f"{text} {apposed}"
            else:
                refers_to = apposed
    return Speaker(text, refers_to, stance, hedged, head)
