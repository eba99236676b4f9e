"""Tell statements that sum many happenings from those that tell one, and people told of before from new ones.

In come a match with its date and sentence, out comes a yes or no. Sums stay rows of their own: they are never merged
with single events.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Token

from tasks.extract.model import Count, Match
from tasks.extract.word_groups import anywhere, words
from tasks.language import syntax
from tasks.language.dates import DateSpan
from tasks.language.quantities import Quantities

_LONG_AGO = re.compile(
    r"\b(?:since|(?<!earlier )(?<!later )this (?:year|month)|so far|in recent (?:months|years)"
    r"|over the (?:past|last) \w+ (?:months|years)"
    r"|in the (?:past|last) \w+ (?:months|years)|(?:in|over) the course of (?:the|this) (?:year|month)"
    r"|(?:during|over|throughout) the (?:whole )?year|a total of|to date)\b",
    re.IGNORECASE,
)
# A stretch that one happening can fill: "since last night".
_IS_RECENT = re.compile(
    r"\b(?:yesterday|today|midnight|dawn|night|morning|noon|afternoon|evening|\w+day|hours?)\b", re.IGNORECASE
)
_HUNDREDS = 100
# dead from which they are those of a war; the deadliest attacks on a town have fewer
_DEAD_OF_A_WAR = 20_000
_FEW = ("one", "two", "three", "1", "2", "3")
_YEARS = re.compile(r"\b(?:(?:last|this|the past|previous) year|(?:19|20)\d\d)\b", re.IGNORECASE)
# what gives a year alone: hundreds who are counted in one are the dead, or the arrested, of many happenings
_IN_A_YEAR = re.compile(
    r"(?:in|during|throughout) (?:(?:all of|the whole of) )?(?:the year )?(?:19|20)\d\d|last year", re.IGNORECASE
)
# A span of time and not a day: "since May", "in recent days", "this week".
_STRETCH = re.compile(
    r"(?:since|for|over|during|between|from|until|by|before|after|this|in (?:the|recent)"
    r"|(?:the )?(?:last|past) (?!night))",
    re.IGNORECASE,
)

# rules by which a deed was done again and again, for it was over a long time
_OVER_TIME = frozenset(
    ("aggregate.lasts_long", "aggregate.rise_or_since", "aggregate.long_stretch", "aggregate.perfect")
)


def aggregate_rule(
    match: Match, date: DateSpan | None, sentence: str, *, is_lead: bool, is_lasting: bool, is_deed: bool
) -> str | None:
    """The id of the rule by which a statement sums many happenings; None where it tells one.

    Sums are a plural with a quantity, "in separate raids", a count over a long time. `is_lead`: the report's first
    sentence, where the perfect is news ("Gunmen have abducted pupils"). `is_lasting`: what the deed brings about
    stays, so that no stretch of time sums it ("has held the town since May"). `is_deed`: it is done to people or
    things, so that it is done in each of several places by itself.
    """
    clause = syntax.clause(match.token)
    on_a_day = date is not None and not _STRETCH.match(date.text)
    doers = [*syntax.subjects(match.token), *syntax.subjects(clause)] if match.trigger.is_outcome else []
    doers += [match.token] if match.outcomes else []  # "the war has killed thousands"
    # "some 48,000 have died in the war"
    doers += [o for p in ("in", "during") for o in syntax.prepositional(clause, p)] if match.trigger.is_outcome else []
    since = _is_rise(match.token) or _counts_since(match.token) or _counts_since(clause)
    rules = {
        "aggregate.many": not on_a_day and any(_is_many(h) for h in _counted_heads(match) if syntax.is_plural(h)),
        "aggregate.places": is_deed and not is_lasting and any(_is_several(h) for h in _counted_places(match)),
        "aggregate.across": is_deed and not is_lasting and _is_all_over(match.token, clause),
        "aggregate.separate_incidents": _has_separate_incidents(match, clause),
        "aggregate.habit": any(c.lower_ in words("habit") for c in (*match.token.children, *clause.children))
        or _is_of_a_kind(clause, date),
        "aggregate.lasts_long": _lasts_long(match.token) or _lasts_long(clause),
        "aggregate.war": any(doer.lemma_.lower() in words("lasting_violence") for doer in doers),
        "aggregate.tally": date is not None
        and not date.is_day
        and bool(_YEARS.search(date.text) and anywhere("tally").search(sentence)),
        "aggregate.rise_or_since": since,
        "aggregate.long_stretch": date is not None
        and bool(_LONG_AGO.search(date.text) and not _IS_RECENT.search(date.text)),
        "aggregate.of_a_year": date is not None
        and bool(_IN_A_YEAR.fullmatch(date.text))
        and any(_is_hundreds(head) for head in match.counted),
        "aggregate.perfect": not is_lead and _is_summed_up(match, date),
    }
    stretched = _OVER_TIME if is_lasting else frozenset()
    return next((rule for rule, holds in rules.items() if holds and rule not in stretched), None)


def are_of_war(numbers: Sequence[Count], quantities: Quantities) -> bool:
    """Whether so many were killed that no attack alone can have: "377,000 people have died in Yemen"."""
    told = [span.low for n in numbers if n.kind_code == "killed" for span in quantities.find(n.text)[:1]]
    return any(low is not None and low >= _DEAD_OF_A_WAR for low in told)


def _counted_heads(match: Match) -> list[Token]:
    """The nouns whose number says how many happenings are told: "ten deaths" counts people, not happenings."""
    # as many arrests as people
    own = [] if match.trigger.is_outcome or match.event_type_code == "arrest" else [match.token]
    return [*own, *_counted_places(match)]


def _counted_places(match: Match) -> list[Token]:
    objects = syntax.objects(match.token) if syntax.is_verb(match.token) else []
    struck = {place.i: place for place in (*match.places, *match.recipients, *objects)}
    return [place for place in struck.values() if place.lemma_.lower() in words("counted_place")]


def _is_all_over(noun: Token, clause: Token) -> bool:
    """Whether happenings in the plural are told of a whole land at once.

    Example: "Bombings and shootings killed at least 19 people across Iraq on Wednesday".
    """
    if noun.tag_ != "NNS" or any(c.dep_ in ("det", "nummod", "poss") for c in noun.children):
        return False
    around = [noun, clause, *syntax.children(clause, *syntax.OBJECTS)]
    return any(p.lower_ in ("across", "throughout") for t in around for p in syntax.children(t, "prep"))


def _is_hundreds(head: Token) -> bool:
    numbers = [c.text.replace(",", "") for c in syntax.children(head, "nummod")]
    return any(number.isdecimal() and int(number) >= _HUNDREDS for number in numbers)


def _has_separate_incidents(match: Match, clause: Token) -> bool:
    around = [o for t in (match.token, clause) for p in syntax.children(t, "prep") for o in syntax.children(p, "pobj")]
    first = syntax.first_of_verbs(clause)
    if first != clause and not syntax.children(clause, *syntax.SUBJECTS):
        # "conducted a number of operations and killed a large number of insurgents"
        objects = syntax.children(first, *syntax.OBJECTS)
        around += [*objects, *(o for noun in objects for o in syntax.prepositional(noun, "of"))]
    return any(o.lemma_.lower() in words("incident") and syntax.is_plural(o) and _is_split(o) for o in around)


def _counts_since(token: Token) -> bool:
    """Whether a deed is counted since a day that is long past.

    Example: "Has detained 35 since the first of the year", not "has risen since yesterday".
    """
    since = [p for p in syntax.children(token, "prep") if p.lower_ == "since" and syntax.children(p, "pobj")]
    if syntax.is_perfect(token):  # "450 people have been killed since protests began"
        clauses = syntax.children(token, "advcl")
        since += [m for clause in clauses for m in syntax.children(clause, "mark") if m.lower_ == "since"]
    return any(not _IS_RECENT.search(s.doc[s.i : _end_of(s)].text) for s in since)


def _is_of_a_kind(clause: Token, date: DateSpan | None) -> bool:
    """Whether a relative clause in the present says what a kind of people does.

    Example: "gunmen who rob lorries and burn mills".
    """
    first = syntax.first_of_verbs(clause)
    if clause.tag_ == "VB" and not syntax.children(clause, "aux"):
        # "gunmen who rob lorries, burn mills": the parse hangs the others on the main verb
        before = [t for t in clause.doc[first.i : clause.i] if t.dep_ == "relcl" and t.tag_ == "VBP"]
        first = before[-1] if before else first
    is_present = first.tag_ in ("VBP", "VBZ") and not syntax.children(first, "aux", "auxpass")
    return date is None and first.dep_ == "relcl" and is_present and first.head.tag_ in ("NNS", "NNPS")


def _end_of(since: Token) -> int:
    top = since if since.dep_ == "prep" else since.head
    return top.right_edge.i + 1


def _is_rise(noun: Token) -> bool:
    """Whether a noun stands for many happenings of which none is told.

    Example: "A rise in attacks", "a wave of kidnappings".
    """
    if noun.dep_ == "nsubj" and syntax.is_plural(noun) and noun.head.lemma_.lower() in words("changes_in_number"):
        return True  # "lynchings doubled last year"
    above = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "of") else None
    return above is not None and above.lemma_.lower() in words("rise_of") and syntax.is_plural(noun)


def _is_several(head: Token) -> bool:
    """Whether more than one settlement is told of, each of which has its own happening: "attacked two towns"."""
    if head.lemma_.lower() not in words("settled_place"):
        return False  # "struck several districts of the city"
    numbers = [c for c in syntax.children(head, "nummod") if c.lower_ not in ("one", "1")]
    return syntax.is_plural(head) and (bool(numbers) or any(c.lower_ in words("many") for c in head.children))


def _is_many(head: Token) -> bool:
    """Several, dozens, or a number above three: two bombs on one day are told as one."""
    counted = [c for c in head.children if c.dep_ in ("nummod", "amod")]
    return any(c.lower_ in words("many") or (c.dep_ == "nummod" and c.lower_ not in _FEW) for c in counted)


def _is_split(head: Token) -> bool:
    above = head.head.head if head.dep_ == "pobj" and head.head.lower_ == "of" else head
    return (
        any(c.lower_ in words("separate") or c.lower_ in words("many") for c in head.children)
        or _is_many(head)
        or above.lower_ in words("many")
    )


def _lasts_long(token: Token) -> bool:
    """Whether a deed lasts for a stretch too long for one happening.

    Example: "Has fought for 16 years", "battles over the past month".
    """
    for preposition in syntax.children(token, "prep"):
        for noun in syntax.children(preposition, "pobj"):
            past = any(c.lower_ in ("past", "last", "recent", "previous") for c in noun.children)
            is_within = preposition.lower_ in ("in", "within") and noun.lower_ in ("weeks", "months", "years")
            if is_within and (past or syntax.children(noun, "nummod")):
                return True  # "schools have been set on fire in six weeks"
            if noun.lemma_ in words("long_span") and (
                preposition.lower_ == "for" or (past and preposition.lower_ in ("over", "in", "during"))
            ):
                return True
    return False


def _is_summed_up(match: Match, date: DateSpan | None) -> bool:
    """Whether the perfect, with nobody counted, named or dated, tells what has gone on and not one event.

    Example: "Women have been raped", "militants have seized buses", in the middle of a report.
    """
    if not syntax.is_perfect(match.token) or date is not None:
        return False
    victims = [*match.recipients, *match.counted]
    return bool(victims) and all(
        v.tag_ == "NNS" and not any(c.dep_ in ("det", "nummod", "poss") for c in v.children) for v in victims
    )


def is_definite(match: Match) -> bool:
    """Whether the victims are people whom the report named before, with no number of their own.

    Example: "The facilitator", "them".
    """
    victims = [*match.recipients, *match.counted]
    return bool(victims) and all(
        v.lower_ in ("him", "her", "them")
        or (
            any(c.lower_ in ("the", "those", "these", "both") for c in v.children)
            and not any(c.dep_ == "nummod" for c in v.children)
        )
        for v in victims
    )
