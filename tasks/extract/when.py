"""Attach dates to matches: the date in the event's own clause, else in a clause around it, never the day of speaking.

In come a match and the date words of its sentence, out comes the date text that dates the event. Where the sentence
has none, the answer is none: resolve falls back on the document's date and says so.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.dates import DateSpan
from tasks.extract import grammar
from tasks.extract.lexicon import Lexicon
from tasks.extract.match import Match
from tasks.extract.names import SentenceNames

_RISING = frozenset("rise climb increase reach stand jump grow pass mount".split())
_EARLIER = frozenset("recent recently previous previously earlier past prior former".split())
_FIGURES = frozenset("toll number count figure total".split())


def date_of(match: Match, dates: list[DateSpan], names: SentenceNames, lexicon: Lexicon) -> DateSpan | None:
    """The span that dates the match, or None."""
    graded = []
    for span in dates:
        head = _head(span, names)
        grade = _grade(head, match, lexicon) if head is not None else None
        if grade is not None:
            graded.append((grade, abs(span.start - match.token.idx), span))
    return min(graded, key=lambda g: (g[0], g[1]))[2] if graded else None


def is_past_of_another(match: Match) -> bool:
    """ "A recent ambush", "previous attacks": not of the day that the narrative tells."""
    return any(c.lower_ in _EARLIER for c in grammar.children(match.token, "amod", "advmod"))


def _head(span: DateSpan, names: SentenceNames) -> Token | None:
    inside = [t for t in names.doc if t.idx < span.end and t.idx + len(t) > span.start]
    numbers = {t.i for t in inside}
    outward = [t for t in inside if t.head == t or t.head.i not in numbers]
    return outward[0] if outward else None


def _grade(head: Token, match: Match, lexicon: Lexicon) -> int | None:
    own_clause = grammar.clause(match.token)
    above = [own_clause, *[g for g in grammar.governors(own_clause) if grammar.is_verb(g)]]
    chain = grammar.governors(head)
    if match.token in chain or (match.carrier is not None and match.carrier in chain[:2]):
        nearest = next((g for g in chain if grammar.is_verb(g)), None)
        if nearest is None or nearest == own_clause or not grammar.is_verb(match.token):
            return 0
    verb = next((g for g in chain if grammar.is_verb(g)), None)
    if verb is None:
        return 3
    if verb == own_clause:
        # "the toll from the bombing rose to 26 on Saturday" dates the count
        return None if _counts_up(verb) and not grammar.is_verb(match.token) else 0
    reporting = verb.lemma_.lower() in lexicon.reporting_verbs
    if verb in above:
        # the day on which somebody said it is not the day on which it happened, unless the saying is the event
        return None if reporting and match.trigger.event_type_code not in lexicon.is_speech_act else 1
    if own_clause in grammar.governors(verb) and not reporting:
        return 2 if verb.dep_ in ("conj", "advcl", "xcomp", "acl") else 3
    return None


def _counts_up(verb: Token) -> bool:
    subjects = {s.lemma_.lower() for s in grammar.children(verb, *grammar.SUBJECTS)}
    return verb.lemma_.lower() in _RISING and bool(subjects & _FIGURES)
