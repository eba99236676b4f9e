"""Read from grammar whether an event happened, goes on, is planned, is only thought of, or is denied.

In comes the word that fired, out come a status and a tense. Tense, modals, negation, conditionals, purpose clauses and
governing words decide, the nearest first; what nothing marks has occurred.
"""

from __future__ import annotations

from itertools import takewhile

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.match import Match
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
# Of these an event is the subject while it goes on.
_GOING_ON = frozenset("be continue rage persist go remain last intensify escalate spread unfold proceed grip".split())
# Words that tie somebody to a deed.
_BLAMED = frozenset("responsible link linked involve involved connect connected tie tied".split())
_ORDER = {"denied": 4, "hypothetical": 3, "planned": 2, "ongoing": 1, "occurred": 0}
_TRYING = ("try", "attempt", "struggle")
# Verbs under which an infinitive did happen: "managed to", "began to", "forced them to", "was able to".
_REALISING = (
    "manage",
    "begin",
    "start",
    "continue",
    "force",
    "help",
    "go",
    "come",
    "proceed",
    "keep",
    "resume",
    "able",
    "use",
)


def status_and_tense(match: Match, lexicon: Lexicon) -> tuple[str, str]:
    """status_code and tense_code of a match."""
    token = match.token
    verb = syntax.clause(token)
    status, tense = "occurred", "past"
    marks: list[str] = []
    if match.light_verb is not None:
        effect = _EFFECTS.get(match.light_verb.effect_code, "occurred")
        marks.append("occurred" if effect == "planned" and _is_past_plan(match.carrier, token) else effect)
    if not syntax.is_verb(token):
        marks += _noun_marks(token, lexicon)
    if syntax.is_verb(verb):
        own, tense = _verb_status(verb, verb == token, token)
        superlative = any(c.tag_ in ("JJS", "RBS") for c in syntax.children(verb, "attr", "acomp"))
        is_on = verb.lemma_.lower() in _GOING_ON and not superlative  # "the attack is the worst this year"
        if own == "ongoing" and verb != token and verb != match.carrier and not is_on:
            own, tense = "occurred", "past"  # "the attack raises fears": the fears are of today, not the attack
        marks.append(own)
        says = match.trigger.event_type_code in lexicon.is_speech_act
        fights = match.trigger.event_type_code == "armed_clash" and verb == token
        came_true = any(o.token.tag_ == "VBG" and o.counted for o in match.outcomes) and verb == token
        is_told = verb in (token, *(outcome.token for outcome in match.outcomes))
        if not (is_told and _has_befallen(verb)):
            marks += _governing_marks(verb, lexicon, says and verb == token, fights, came_true)
        if match.with_token is not None and match.with_token.lower_ in ("no", "without", "nothing"):
            marks = [mark for mark in marks if mark != "denied"]  # the trigger's own "no": "ended with no agreement"
        if marks and marks[-1] == "denied" and any(c.dep_ == "mark" and c.lower_ in _CONDITIONS for c in verb.children):
            marks = ["hypothetical"]  # "if the president did not step down"
    if "planned" in marks and not syntax.is_verb(token) and _has_come_true(match):
        marks = ["occurred"]
    status = max(marks, key=lambda mark: _ORDER[mark], default=status)
    if status == "planned" and tense == "past":
        tense = "future"
    return status, tense


def _has_come_true(match: Match) -> bool:
    """ "Had planned the bombing of a bus that left six dead": what it brought about is told of it."""
    clauses = {syntax.clause(outcome.token) for outcome in match.outcomes if outcome.counted}
    return any(c.dep_ == "relcl" and c.head == match.token and c.tag_ == "VBD" for c in clauses)


def _verb_status(verb: Token, is_trigger: bool, told: Token | None = None) -> tuple[str, str]:
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if not auxiliaries and verb.dep_ == "conj" and syntax.is_verb(verb.head) and verb.tag_ in ("VB", "VBN", "VBG"):
        auxiliaries = [c for c in verb.head.children if c.dep_ in ("aux", "auxpass")]
    words = [a.lower_ for a in auxiliaries]
    negated = any(c.dep_ == "neg" and c.lower_ != "only" for c in verb.children) or _nobody(verb, told or verb)
    if any(w in _FUTURE for w in words):
        return ("denied" if negated else "planned"), "future"
    if "going" in words or (verb.dep_ == "xcomp" and verb.head.lower_ == "going"):
        return "planned", "future"
    if "would" in words:
        return "planned" if _is_reported(verb) else "hypothetical", "future"
    if any(w in _MODAL for w in words):
        return "hypothetical", "future"
    if negated:
        return "denied", "past"
    if (verb.tag_ == "VBG" or "being" in words) and any(
        w in ("is", "are", "'re", "'s", "am", "’s", "’re") for w in words
    ):
        return "ongoing", "present"
    if verb.tag_ in ("VBZ", "VBP") and not any(w in ("has", "have", "'ve", "’ve") for w in words):
        return ("ongoing" if verb.pos_ == "AUX" or not is_trigger else "occurred"), "present"
    return "occurred", "past"


def _nobody(verb: Token, told: Token) -> bool:
    """ "Nobody was arrested", "no shots were fired": the phrase beside the verb denies it.

    Not what is only told around it: "the army suffered no losses in the raid".
    """
    between = takewhile(lambda token: token != verb, (told, *syntax.governors(told)))
    return not any(token.dep_ == "prep" for token in between) and any(
        c.lower_ in ("nobody", "none", "nothing") or any(d.dep_ == "det" and syntax.denies(d) for d in c.children)
        for c in syntax.children(verb, *syntax.SUBJECTS, *syntax.PASSIVE_SUBJECTS, *syntax.OBJECTS)
    )


def _is_reported(verb: Token) -> bool:
    """ "said that talks would continue": a future in the past."""
    return verb.dep_ in ("ccomp", "conj", "relcl") and any(g.tag_ == "VBD" for g in syntax.governors(verb)[:3])


def _governing_marks(
    verb: Token, lexicon: Lexicon, is_said_by_doing: bool, is_tried_by_doing: bool = False, came_true: bool = False
) -> list[str]:
    """What the clauses above make of this one: plans, purposes, conditions, denials.

    `is_said_by_doing`: a demand or protest that the deed above it makes ("marched to demand reforms") is made, not
    planned. `is_tried_by_doing`: who tries to fight fights. `came_true`: what it brought about is told beside it
    ("used aircraft to attack them, killing four").
    """
    marks = []
    current = verb
    for _ in range(8):
        if any(c.dep_ == "mark" and c.lower_ in _CONDITIONS for c in current.children):
            marks.append("hypothetical")
        head = current.head
        if head == current:
            break
        infinitive = any(c.lower_ in _PURPOSE and c.tag_ == "TO" for c in current.children)
        if not infinitive and current.tag_ == "VB" and head.lower_ == "to" and current.dep_ in ("pobj", "pcomp"):
            # the parse takes the infinitive's "to" for a preposition: "an operation to detain a leader"
            marks.append("hypothetical")
        if (
            infinitive
            and current.dep_ == "xcomp"
            and any(c.lemma_ == "have" and c.dep_ == "aux" for c in current.children)
        ):
            infinitive, head = False, head.head  # "claimed to have seized", "is thought to have died": looked back on
            if not syntax.is_verb(head):
                break
        governed = current.dep_ in ("xcomp", "ccomp", "advcl", "acl", "pcomp", "dobj", "pobj", "csubj", "parataxis")
        if governed and head.dep_ in syntax.PREPOSITIONS and current.dep_ == "pcomp":
            head = head.head
        if governed:
            # "attempted to rape, killing": the participle beside the attempt did happen
            aside = current.dep_ == "advcl" and current.tag_ in ("VBG", "VBN")
            mark = (
                None if aside or (head.lemma_.lower() in _TRYING and is_tried_by_doing) else _status_word(head, lexicon)
            )
            if mark:
                marks.append(mark)
            elif infinitive and current.dep_ in ("advcl", "xcomp", "acl"):
                realised = head.lemma_.lower() in (*_REALISING, *(_TRYING if is_tried_by_doing else ()))
                said = is_said_by_doing and current.dep_ != "xcomp"
                if (
                    not realised
                    and not said
                    and not came_true
                    and not any(c.lower_ == "as" for c in head.children if c.dep_ == "mark")
                ):
                    is_due = head.lemma_ == "be" and current.dep_ == "xcomp"  # "the council was to meet"
                    marks.append("planned" if current.dep_ == "advcl" or is_due else "hypothetical")
            # a clause under a verb that is itself to come: "will try to seize"
            if syntax.is_verb(head) and lexicon.reporting_verbs.get(head.lemma_.lower()) is None:
                above, _ = _verb_status(head, is_trigger=False)
                # "a bomb went off; nobody was hurt": what stands before a denial is not what it denies
                denies = above == "denied" and head.i < current.i
                if above != "ongoing" and (current.dep_ in ("xcomp", "pcomp") or denies):
                    marks.append(above)
        if current.dep_ == "relcl":
            break
        stance = lexicon.reporting_verbs.get(head.lemma_.lower())
        if current.dep_ == "ccomp" and stance and stance[0] == "denies":
            marks.append("denied")
        current = head
    return marks


def _has_befallen(verb: Token) -> bool:
    """ "Demanded justice for the two people killed in a shooting": they were killed, whatever is demanded."""
    some = any(c.lower_ in ("any", "no") for c in syntax.children(verb.head, "det"))
    return verb.dep_ == "acl" and verb.tag_ == "VBN" and not some


def _status_word(token: Token, lexicon: Lexicon) -> str | None:
    beside = {c.lemma_.lower() for c in token.children} | {token.nbor(-1).lemma_.lower() if token.i else ""}
    for with_word, status in lexicon.status_words.get(token.lemma_.lower(), ()):
        if not with_word or with_word & beside:
            return status
    return None


def _is_one_told(noun: Token) -> bool:
    definite = any(c.dep_ == "poss" or c.lower_ in ("the", "this", "that") for c in noun.children)
    return definite and not syntax.is_plural(noun)


def _is_past_plan(verb: Token | None, noun: Token) -> bool:
    """ "Organised Wednesday's deadly attack": one that was planned and that a day tells apart has happened."""
    past = verb is not None and verb.tag_ == "VBD"
    return past and any(c.ent_type_ == "DATE" for c in syntax.children(noun, "poss"))


def _noun_marks(noun: Token, lexicon: Lexicon) -> list[str]:
    """What an event noun's own words and governors make of it: "planned talks", "no attack", "threat of strikes"."""
    marks = []
    for child in noun.children:
        if child.dep_ in ("amod", "compound"):
            mark = _status_word(child, lexicon)
            if mark:
                marks.append(mark)
        if child.dep_ == "det" and syntax.denies(child):
            marks.append("denied")
    current = noun
    while not syntax.is_verb(current) and current.head != current:
        head = current.head
        if (
            current.dep_ == "pobj"
            and head.dep_ == "prep"
            and head.lower_ in ("of", "for", "about", "against", "on", "to")
        ):
            above = head.head
            if above != noun:
                mark = _status_word(above, lexicon)
                # "responsible for the murder of the mayor", "linked to Friday's attack": that one happened
                if mark and not (above.lemma_.lower() in _BLAMED and _is_one_told(noun)):
                    marks.append(mark)
                if head.lower_ == "for" and above.lemma_ in ("call", "prepare", "ready", "plan"):
                    marks.append("planned")
        elif current.dep_ in ("dobj", "obj", "nsubjpass", "attr") and syntax.is_verb(head):
            mark = _status_word(head, lexicon)
            if mark and not (mark == "planned" and _is_past_plan(head, noun)):
                marks.append(mark)
        elif current.dep_ == "nsubj" and syntax.is_verb(head):
            complements = [c for c in head.children if c.dep_ in ("acomp", "xcomp", "oprd")]
            complements += [o for p in head.children if p.dep_ == "prep" for o in p.children if o.dep_ == "pobj"]
            for complement in complements:
                mark = _status_word(complement, lexicon)
                if mark:
                    marks.append(mark)
        current = head
    return marks
