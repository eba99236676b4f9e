"""Which deaths and wounds are of another deed than the one beside them in their sentence.

In come an outcome and a happening of one sentence, out comes whether the outcome is none of that happening: it has
means, doers or a day of its own, or is an answer to it. Nothing is refused.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match
from tasks.extract.status import status_and_tense
from tasks.extract.word_groups import words
from tasks.language import syntax

_SEQUELS = ("after", "before")


def is_apart(outcome: Match, other: Match, lexicon: Lexicon) -> bool:
    """Whether an outcome is none of the other happening of its sentence."""
    return (
        _has_own_means(outcome, other, lexicon)
        or _is_deed_beside(outcome, other, lexicon)
        or _is_answer(outcome, other)
        or _is_of_another(outcome, other)
        or _was_before(other, outcome)
        or _ends_abduction(outcome, other)
        or _is_of_failed(outcome, other, lexicon)
        or _has_own_day(outcome, other)
    )


def _has_own_means(outcome: Match, other: Match, lexicon: Lexicon) -> bool:
    """Whether the outcome's own means are given, and are not those of the clause before.

    Example: "A soldier died in an ambush, and two officers were hurt by a bomb in Tubungan".
    """
    means = [o for p in ("by", "with") for o in syntax.prepositional(outcome.token, p)]
    weapon = next((found for noun in means if (found := lexicon.weapon(noun)) is not None), None)
    if weapon is None or weapon.event_type_code in (None, "", other.event_type_code):
        return False
    clause = syntax.clause(other.token)
    has_subject = bool(syntax.children(outcome.token, *syntax.SUBJECTS, *syntax.PASSIVE_SUBJECTS))
    return (
        has_subject
        and clause != outcome.token
        and syntax.first_of_verbs(clause) == syntax.first_of_verbs(outcome.token)
    )


def _has_own_day(outcome: Match, other: Match) -> bool:
    """Whether the clause of the outcome stands beside the other's with a day of its own.

    Example: "On 20 May a sergeant was shot dead in a bar, and on 8 July a bomb killed two guards".
    """
    verb, clause = outcome.token, syntax.clause(other.token)
    if verb.dep_ != "conj" or verb == clause or syntax.first_of_verbs(clause) != syntax.first_of_verbs(verb):
        return False
    return bool(syntax.subjects(verb)) and _day(verb) is not None and _day(verb) != _day(clause) is not None


def _day(verb: Token) -> str | None:
    """The words of the day that hangs on a verb, in lower case."""
    days = [o for p in syntax.children(verb, "prep") if p.lower_ in ("on", "in") for o in syntax.children(p, "pobj")]
    days += syntax.children(verb, "npadvmod")
    return next((d.doc[d.left_edge.i : d.right_edge.i + 1].text.lower() for d in days if d.ent_type_ == "DATE"), None)


def _is_deed_beside(outcome: Match, other: Match, lexicon: Lexicon) -> bool:
    """Whether two deeds stand side by side, of which the other one does not kill by itself.

    Example: "Killed a priest and kidnapped a nun".
    """
    first, second = outcome.token, other.token
    beside = syntax.is_verb(first) and syntax.is_verb(second) and "conj" in (first.dep_, second.dep_)
    joined = syntax.first_of_verbs(first) == syntax.first_of_verbs(second)
    return beside and joined and other.event_type_code in lexicon.types_with("not_deadly") and bool(outcome.counted)


def _is_of_failed(outcome: Match, other: Match, lexicon: Lexicon) -> bool:
    """Whether the outcome is of what was done, and not of the deed beside it, which was only tried.

    Example: "As the man tried to fire on the force, he was engaged and killed", not "planned a bombing that left six
    dead".
    """
    verb = syntax.clause(outcome.token)
    if verb.tag_ not in ("VBD", "VBN") or verb.dep_ in ("relcl", "acl") or other.token in syntax.governors(verb):
        return False
    failed = status_and_tense(other, lexicon)[0].value == "hypothetical"
    return failed and status_and_tense(outcome, lexicon)[0].value == "occurred"


def _ends_abduction(outcome: Match, other: Match) -> bool:
    """Whether the dead had been abducted on another day.

    Example: "Found dead a week after gunmen abducted them".
    """
    taken = other.token
    after = any(c.lower_ == "after" for c in taken.children if c.dep_ == "mark") or taken.head.lower_ == "after"
    is_below = outcome.token in syntax.governors(taken)
    return other.event_type_code == "abduction" and after and is_below and bool(outcome.counted)


def _is_answer(outcome: Match, other: Match) -> bool:
    """Whether those who did the one deed suffer the other.

    Example: "Gunmen killed nine before six of the gunmen were shot".
    """
    if outcome.token.tag_ == "VBG" and outcome.token.dep_ == "advcl" and outcome.token.head == other.token:
        return False  # "the convoy hit a mine, killing five"
    did = {t.lemma_.lower() for t in outcome.actors if t.pos_ != "PRON"}
    suffered = {t.lemma_.lower() for t in other.recipients}
    return bool(did & suffered) and bool(outcome.counted) and outcome.token != other.token


def _is_of_another(outcome: Match, other: Match) -> bool:
    """Whether the clauses of two verbs each name who did it, and name others.

    Example: "The army killed three rebels, while militiamen set fire to a school".
    """
    first, second = outcome.token, other.token
    if not (syntax.is_verb(first) and syntax.is_verb(second)) or not outcome.counted or first.tag_ == "VBG":
        return False
    doers = [[t for t in syntax.subjects(verb) if t.pos_ != "PRON"] for verb in (first, second)]
    names = [{t.lemma_.lower() for t in heads} for heads in doers]
    is_told = bool(outcome.actors) and bool(other.actors) and all(names)
    return is_told and not names[0] & names[1] and not syntax.is_passive(first) and not syntax.is_passive(second)


def _was_before(cause: Match, outcome: Match) -> bool:
    """Whether the deed is only what the days are counted from, and the outcome is of what came later.

    Example: "A week after a massacre, rebels struck again, killing five".
    """
    after = next((t for t in syntax.governors(cause.token)[:2] if counts_days(t)), None)
    of_wounds = outcome.token.lemma_.lower() in words("dies")
    return after is not None and not of_wounds and after not in syntax.governors(outcome.token)


def counts_days(preposition: Token) -> bool:
    """The "after" of "two days after"."""
    counted = [*syntax.children(preposition, "npadvmod"), preposition.head]
    return preposition.lower_ in _SEQUELS and any(t.lemma_.lower() in words("time_unit") for t in counted)
