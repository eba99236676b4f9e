"""Read from grammar whether an event happened, goes on, is planned, is only thought of, or is denied.

In comes the word that fired, out come a status and a tense. Tense, modals, negation, conditionals, purpose clauses and
governing words decide, the nearest first; what nothing marks has occurred.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match
from tasks.extract.presupposed import is_settled, presupposing
from tasks.extract.word_groups import words
from tasks.knowledge.trace import Reading
from tasks.language import syntax

_FUTURE = ("will", "shall", "'ll", "’ll", "wo")
_MODAL = ("could", "may", "might", "can", "should", "must", "ca", "ought")
_CONDITIONS = ("if", "unless", "whether", "until", "lest")
_PURPOSE = ("to",)
# What light verbs do to the event that they carry.
_EFFECTS = {
    "prevents": "hypothetical",
    "plans": "planned",
    "calls_for": "hypothetical",
    "denies": "denied",
}
_GOVERNED = ("xcomp", "ccomp", "advcl", "acl", "pcomp", "dobj", "pobj", "csubj", "parataxis")
_ORDER = {"denied": 4, "hypothetical": 3, "planned": 2, "ongoing": 1, "occurred": 0}
# "responsible for the attack": of what they tie somebody to
_ABOUT = ("of", "for", "about", "against", "on", "to")

Mark = Reading[str]


def status_and_tense(match: Match, lexicon: Lexicon) -> tuple[Mark, str]:
    """The reading of status_code, and the tense_code, of a match."""
    token = match.token
    verb = syntax.clause(token)
    tense = "past"
    if (governor := presupposing(match, lexicon)) is not None:
        told = _mark("occurred", "presupposed", governor)
        return max([told, *_own_marks(token, lexicon)], key=lambda mark: _ORDER[mark.value]), tense
    marks: list[Mark] = []
    if match.light_verb is not None:
        effect = _EFFECTS.get(match.light_verb.effect_code, "occurred")
        effect = "occurred" if effect == "planned" and _is_past_plan(match.carrier, token) else effect
        marks.append(_mark(effect, "light_verb", match.carrier))
    if not syntax.is_verb(token):
        marks += _noun_marks(token, lexicon)
    if syntax.is_verb(verb):
        of_verb, tense = _clause_marks(match, verb, lexicon)
        marks = _settled([*marks, *of_verb], verb, match)
        if token.dep_ in syntax.SUBJECTS and token.head == verb and _only_hurts(verb, lexicon):
            marks = [mark for mark in marks if mark.value != "denied"]
    if any(mark.value == "denied" for mark in marks) and (tie := _tie_to_blame(match, verb, lexicon)) is not None:
        marks = [_mark("occurred", "blame_denied", tie)]
    if not syntax.is_verb(token) and any(m.value == "planned" for m in marks) and _has_come_true(match):
        marks = [_mark("occurred", "plan_came_true", token)]
    if (perhaps := _perhaps(token, verb)) is not None:
        marks.append(_mark("hypothetical", "perhaps", perhaps))
    status = max(marks, key=lambda mark: _ORDER[mark.value], default=Reading("occurred", "status.unmarked"))
    if status.value == "planned" and tense == "past":
        tense = "future"
    return status, tense


def _perhaps(token: Token, verb: Token) -> Token | None:
    """The word by which the clause only supposes what it tells: "perhaps a small truce"; None where there is none."""
    around = (*token.children, *verb.children)
    return next((c for c in around if c.lower_ in words("perhaps") and c.i < max(token.i, verb.i)), None)


def _tie_to_blame(match: Match, verb: Token, lexicon: Lexicon) -> Token | None:
    """The word that ties somebody to a deed which did happen, whoever is not tied to it; None where there is none.

    Example: "was not charged with taking part in the attack of 15 April", "had no role in the bombing of a bus".
    """
    deed = match.token
    if syntax.is_verb(deed) or not _is_one_known(deed):
        return None
    above = [*takewhile(lambda token: token != verb, syntax.governors(deed)), verb]
    beside = syntax.children(verb, "acomp", "dobj", "attr", "xcomp")
    ties = lexicon.status_cues("blames")
    return next((t for t in (*above, *beside) if t != deed and t.i < deed.i and t.lemma_.lower() in ties), None)


def _mark(value: str, rule: str, word: Token | None) -> Mark:
    return Reading(value, f"status.{rule}", None if word is None else (word.idx, word.idx + len(word)))


def _clause_marks(match: Match, verb: Token, lexicon: Lexicon) -> tuple[list[Mark], str]:
    """What the verb of the clause, and the clauses above it, make of the match; and the tense."""
    token = match.token
    own, tense = _verb_status(verb, verb == token, token)
    superlative = any(c.tag_ in ("JJS", "RBS") for c in syntax.children(verb, "attr", "acomp"))
    # "the attack is the worst this year"
    is_on = verb.lemma_.lower() in lexicon.status_cues("goes_on") and not superlative
    if own.value == "ongoing" and verb != token and verb != match.carrier and not is_on:
        # "the attack raises fears": the fears are of today, not the attack
        own, tense = _mark("occurred", "present_of_another", verb), "past"
    says = match.event_type_code in lexicon.is_speech_act | lexicon.types_with("rally") | lexicon.types_with("protest")
    fights = match.event_type_code == "armed_clash" and verb == token
    came_true = any(o.token.tag_ == "VBG" and o.counted for o in match.outcomes) and verb == token
    is_named = verb in (token, *(outcome.token for outcome in match.outcomes))
    if is_named and _has_befallen(verb):
        return [own], tense
    return [own, *_governing_marks(verb, lexicon, _Doing(says and verb == token, fights, came_true))], tense


def _only_hurts(verb: Token, lexicon: Lexicon) -> bool:
    """Whether a verb only says whom a deed, its subject, hurt: "the blast did not injure anyone" tells of a blast."""
    rows = lexicon.triggers.get(("verb", verb.lemma_.lower()), ())
    return any(row.is_outcome and row.number_kind in ("killed", "injured") for row in rows)


def _settled(marks: list[Mark], verb: Token, match: Match) -> list[Mark]:
    """The marks without denials that are the trigger's own words, or that a condition takes back."""
    if match.with_token is not None and match.with_token.lower_ in ("no", "without", "nothing"):
        marks = [mark for mark in marks if mark.value != "denied"]  # "ended with no agreement"
    condition = next((c for c in verb.children if c.dep_ == "mark" and c.lower_ in _CONDITIONS), None)
    if marks and marks[-1].value == "denied" and condition is not None:
        return [_mark("hypothetical", "denial_under_condition", condition)]  # "if the president did not step down"
    return marks


def _has_come_true(match: Match) -> bool:
    """Whether the outcome of what was planned is given, so that it happened.

    Example: "Had planned the bombing of a bus that left six dead".
    """
    clauses = {syntax.clause(outcome.token) for outcome in match.outcomes if outcome.counted}
    return any(c.dep_ == "relcl" and c.head == match.token and c.tag_ == "VBD" for c in clauses)


def _verb_status(verb: Token, is_trigger: bool, subject: Token | None = None) -> tuple[Mark, str]:
    """What tense, modals and negation of a verb make of what it says, and the tense."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if not auxiliaries and verb.dep_ == "conj" and syntax.is_verb(verb.head) and verb.tag_ in ("VB", "VBN", "VBG"):
        auxiliaries = [c for c in verb.head.children if c.dep_ in ("aux", "auxpass")]
    spoken = [a.lower_ for a in auxiliaries]
    negated = any(c.dep_ == "neg" and c.lower_ != "only" for c in verb.children) or _nobody(verb, subject or verb)
    if any(w in _FUTURE for w in spoken):
        return (_mark("denied", "negated", verb) if negated else _mark("planned", "future", verb)), "future"
    if "going" in spoken or (verb.dep_ == "xcomp" and verb.head.lower_ == "going"):
        return _mark("planned", "going_to", verb), "future"
    if "would" in spoken:
        is_future = _is_reported(verb)
        return _mark(*(("planned", "reported_would") if is_future else ("hypothetical", "would")), verb), "future"
    if any(w in _MODAL for w in spoken):
        return _mark("hypothetical", "modal", verb), "future"
    if negated:
        return _mark("denied", "negated", verb), "past"
    return _present_or_past(verb, spoken, is_trigger)


def _present_or_past(verb: Token, auxiliaries: list[str], is_trigger: bool) -> tuple[Mark, str]:
    is_progressive = verb.tag_ == "VBG" or "being" in auxiliaries
    if is_progressive and any(w in ("is", "are", "'re", "'s", "am", "’s", "’re") for w in auxiliaries):
        return _mark("ongoing", "progressive", verb), "present"
    if (
        verb.tag_ == "VBG"
        and "been" in auxiliaries
        and any(w in ("has", "have", "'ve", "’ve", "'s", "’s") for w in auxiliaries)
    ):
        return _mark("ongoing", "has_been_doing", verb), "present"  # "have been shelling the town since Friday"
    if verb.tag_ in ("VBZ", "VBP") and not any(w in ("has", "have", "'ve", "’ve") for w in auxiliaries):
        is_state = verb.pos_ == "AUX" or not is_trigger
        return _mark(*(("ongoing", "present") if is_state else ("occurred", "headline_present")), verb), "present"
    return _mark("occurred", "past", verb), "past"


def _nobody(verb: Token, subject: Token) -> bool:
    """Whether a phrase beside the verb denies it, and not only what stands around it.

    Example: "Nobody was arrested", "no shots were fired", "with no shots fired", "without shots fired"; not "the army
    suffered no losses in the raid".
    """
    between = takewhile(lambda token: token != verb, (subject, *syntax.governors(subject)))
    if any(token.dep_ == "prep" for token in between):
        return False
    beside = syntax.children(verb, *syntax.SUBJECTS, *syntax.PASSIVE_SUBJECTS, *syntax.OBJECTS)
    if verb.dep_ == "acl" and verb.tag_ in ("VBN", "VBD"):
        beside.append(verb.head)
        if verb.head.dep_ == "pobj" and verb.head.head.lower_ == "without":
            return True
    # "the shooting had nothing to do with the protests": what it has nothing of is not what is denied
    nobody = ("nobody", "none", "nothing") if subject == verb else ("nobody", "none")
    return any(c.lower_ in nobody or any(d.dep_ == "det" and syntax.denies(d) for d in c.children) for c in beside)


def _is_reported(verb: Token) -> bool:
    """Whether a verb is under a saying of the past, so that its "would" is a future.

    Example: "said that talks would continue".
    """
    return verb.dep_ in ("ccomp", "conj", "relcl") and any(g.tag_ == "VBD" for g in syntax.governors(verb)[:3])


@dataclass(frozen=True)
class _Doing:
    """What a deed is besides being told: `says`: a demand or protest that the deed above it makes ("marched to demand
    reforms") is made, not planned. `tries`: who tries to fight fights. `came_true`: what it brought about is told
    beside it ("used aircraft to attack them, killing four")."""

    says: bool
    tries: bool
    came_true: bool


def _governing_marks(verb: Token, lexicon: Lexicon, doing: _Doing) -> list[Mark]:
    """What the clauses above make of this one, the nearest first: plans, purposes, conditions, denials."""
    marks: list[Mark] = []
    current = verb
    for _ in range(8):
        condition = next((c for c in current.children if c.dep_ == "mark" and c.lower_ in _CONDITIONS), None)
        if condition is not None:
            marks.append(_mark("hypothetical", "condition", condition))
        head = current.head
        if head == current:
            break
        if condition is None and is_settled(current):
            break
        infinitive = any(c.lower_ in _PURPOSE and c.tag_ == "TO" for c in current.children)
        if not infinitive and current.tag_ == "VB" and head.lower_ == "to" and current.dep_ in ("pobj", "pcomp"):
            # the parse takes the infinitive's "to" for a preposition: "an operation to detain a leader"
            marks.append(_mark("hypothetical", "purpose", current))
        if infinitive and current.dep_ == "xcomp" and _is_perfect_infinitive(current):
            infinitive, head = False, head.head  # "claimed to have seized", "is thought to have died": looked back on
            if not syntax.is_verb(head):
                break
        if current.dep_ in _GOVERNED:
            if head.dep_ in syntax.PREPOSITIONS and current.dep_ == "pcomp":
                head = head.head
            marks += _marks_of_governor(current, head, infinitive, lexicon, doing)
        if current.dep_ == "relcl":
            break
        stance = lexicon.reporting_verbs.get(head.lemma_.lower())
        if current.dep_ == "ccomp" and stance and stance[0] == "denies":
            marks.append(_mark("denied", "denied_by_sayer", head))
        current = head
    return marks


def _is_perfect_infinitive(verb: Token) -> bool:
    return any(c.lemma_ == "have" and c.dep_ == "aux" for c in verb.children)


def _marks_of_governor(current: Token, head: Token, infinitive: bool, lexicon: Lexicon, doing: _Doing) -> list[Mark]:
    """What the word above a clause makes of it."""
    marks: list[Mark] = []
    tried = doing.tries and head.lemma_.lower() in lexicon.status_cues("tries")
    # "attempted to rape, killing": the participle beside the attempt did happen
    aside = current.dep_ == "advcl" and current.tag_ in ("VBG", "VBN")
    mark = None if aside or tried else _status_word(head, lexicon)
    if mark:
        marks.append(_mark(mark, "governing_word", head))
    elif infinitive and current.dep_ in ("advcl", "xcomp", "acl") and not _is_realised(current, head, lexicon, doing):
        is_due = head.lemma_ == "be" and current.dep_ == "xcomp"  # "the council was to meet"
        is_plan = current.dep_ == "advcl" or is_due
        marks.append(_mark(*(("planned", "infinitive_plan") if is_plan else ("hypothetical", "infinitive")), current))
    # a clause under a verb that is itself to come: "will try to seize"
    if syntax.is_verb(head) and lexicon.reporting_verbs.get(head.lemma_.lower()) is None:
        above, _ = _verb_status(head, is_trigger=False)
        # "a bomb went off; nobody was hurt": what stands before a denial is not what it denies
        denies = above.value == "denied" and head.i < current.i and not _is_setting(current)
        # "would let judges send": a bare infinitive is no further than what lets it be
        bare = current.tag_ == "VB" and current.dep_ == "ccomp" and not syntax.children(current, "aux", "mark")
        if above.value != "ongoing" and (current.dep_ in ("xcomp", "pcomp") or bare or denies):
            marks.append(above)
    return marks


def _is_setting(clause: Token) -> bool:
    """Whether a clause only says when or as what happened the one above is to be seen.

    Example: "No one was hurt when rebels set two buses alight".
    """
    marks = syntax.children(clause, "mark", "advmod")
    return clause.dep_ == "advcl" and any(m.lower_ in ("when", "after", "as", "while", "where") for m in marks)


def _is_realised(current: Token, head: Token, lexicon: Lexicon, doing: _Doing) -> bool:
    """Whether an infinitive tells what did happen: "managed to seize", "marched to demand", "began to fire"."""
    lemma = head.lemma_.lower()
    realised = lemma in lexicon.status_cues("realises") or (doing.tries and lemma in lexicon.status_cues("tries"))
    said = doing.says and current.dep_ != "xcomp"
    return realised or said or doing.came_true or any(c.lower_ == "as" for c in head.children if c.dep_ == "mark")


def _has_befallen(verb: Token) -> bool:
    """Whether a participle says what had befallen people, whatever the verb above says of them.

    Example: "Demanded justice for the two people killed in a shooting".
    """
    some = any(c.lower_ in ("any", "no") for c in syntax.children(verb.head, "det"))
    return verb.dep_ == "acl" and verb.tag_ == "VBN" and not some


def _status_word(token: Token, lexicon: Lexicon) -> str | None:
    rows = lexicon.status_words.get(token.lemma_.lower())
    if rows is None:
        return None
    beside = {c.lemma_.lower() for c in token.children} | {token.nbor(-1).lemma_.lower() if token.i else ""}
    for with_word, status in rows:
        if not with_word or with_word & beside:
            return status
    return None


def _is_one_known(noun: Token) -> bool:
    definite = any(c.dep_ == "poss" or c.lower_ in ("the", "this", "that") for c in noun.children)
    return definite and not syntax.is_plural(noun)


def _is_past_plan(verb: Token | None, noun: Token) -> bool:
    """Whether an event that was planned has happened, as a day marks it.

    Example: "Organised Wednesday's deadly attack".
    """
    past = verb is not None and verb.tag_ == "VBD"
    return past and any(c.ent_type_ == "DATE" for c in syntax.children(noun, "poss"))


def _own_marks(noun: Token, lexicon: Lexicon) -> list[Mark]:
    """What an event noun's own words make of it: "planned talks", "no attack"."""
    marks = []
    for child in noun.children:
        if child.dep_ in ("amod", "compound") and (mark := _status_word(child, lexicon)):
            marks.append(_mark(mark, "modifier", child))
        if child.dep_ == "det" and syntax.denies(child):
            marks.append(_mark("denied", "no", child))
    return marks


def _noun_marks(noun: Token, lexicon: Lexicon) -> list[Mark]:
    """What an event noun's own words and governors make of it: "planned talks", "no attack", "threat of strikes"."""
    marks = _own_marks(noun, lexicon)
    current = noun
    while not syntax.is_verb(current) and current.head != current:
        head = current.head
        if current.dep_ == "pobj" and head.dep_ == "prep" and head.lower_ in _ABOUT:
            marks += _marks_of_preposition(noun, head, lexicon)
        elif current.dep_ in ("dobj", "obj", "nsubjpass", "attr") and syntax.is_verb(head):
            mark = _status_word(head, lexicon)
            if mark and not (mark == "planned" and _is_past_plan(head, noun)):
                marks.append(_mark(mark, "governing_verb", head))
        elif current.dep_ == "nsubj" and syntax.is_verb(head):
            complements = [c for c in head.children if c.dep_ in ("acomp", "xcomp", "oprd")]
            complements += [o for p in head.children if p.dep_ == "prep" for o in p.children if o.dep_ == "pobj"]
            marks += [_mark(mark, "complement", c) for c in complements if (mark := _status_word(c, lexicon))]
        current = head
    return marks


def _marks_of_preposition(noun: Token, preposition: Token, lexicon: Lexicon) -> list[Mark]:
    """What the word over the preposition makes of a noun: "threat of strikes", "responsible for the murder"."""
    above = preposition.head
    if above == noun:
        return []
    marks = []
    mark = _status_word(above, lexicon)
    # "responsible for the murder of the mayor", "linked to Friday's attack": that one happened
    if mark and not (above.lemma_.lower() in lexicon.status_cues("blames") and _is_one_known(noun)):
        marks.append(_mark(mark, "governing_noun", above))
    if preposition.lower_ == "for" and above.lemma_ in lexicon.status_cues("prepares"):
        marks.append(_mark("planned", "prepared_for", above))
    return marks
