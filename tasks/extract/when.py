"""Attach dates to matches: the date in the event's own clause, else in a clause around it.

In come a match and the date words of its sentence, out comes the date text that dates the event: never the day of
speaking ("said on Monday", "yesterday confirmed"), never one that an anniversary recalls. Where the sentence has none,
the answer is none: resolve falls back on the document's date and says so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, takewhile

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match
from tasks.extract.names import SentenceNames
from tasks.extract.word_groups import words
from tasks.language import syntax
from tasks.language.dates import DateSpan, full_dates
from tasks.language.dates.words import words as date_words

# What stands behind these bounds what the clause tells and does not date it.
_BOUNDS = ("since", "before", "until", "despite", "ahead")
_BOUND = re.compile(r"(?:since|before|until|till|after|from)\s+", re.IGNORECASE)
# How near a date stands that the parse ties to nothing of the match: good enough where the sentence has no other.
_LOOSE = 5
# Stretches, which are of what is reported even where they stand beside the verb of reporting.
_STRETCH = re.compile(r"(?:by|before|until|till|since|after|from|over|during|for|in|within|overnight)\b", re.IGNORECASE)
# "said over the past week 40 had died"
_UP_TO_NOW = re.compile(r"(?:since|over|during|within|in recent|in the (?:last|past))\b", re.IGNORECASE)
# code points at the head of a document in which it may be stamped with its date
_HEAD = 300
# before a stamp stands nothing, or a name; behind it, a time of day at most, a sentence begins
_NO_TIE = re.compile(r"(?:^|[.!?|:–—-]|\b[A-Z][^\W\d_]*)\s*$")
_OPENS = re.compile(r"(?:,?\s+\d{1,2}[:.]\d\d)?\s*[-–—|:]?\s*(?:[A-Z\"“‘]|\d+ [a-z]|$)")
# "said that on Monday they had killed": a day right behind "that" is of what is said
_OPENS_SAID = re.compile(r"\bthat\s+$", re.IGNORECASE)
# how ACLED's coders mark a day that a report gives for the event, which the parse takes for the reporting's
_AS_REPORTED = re.compile(r"\s*\(as reported\)")
_ACCORDING = re.compile(r"\baccording to [^,;]*$", re.IGNORECASE)


def is_stamp(span: DateSpan, text: str, start: int) -> bool:
    """Whether a full date at the head of a document only stamps it: no word puts anything on that day.

    `text`: the sentence that the span is of; `start`: where it begins in the document.
    Example: "AFP Friday 23 May 2014 Rebels bombarded a rally", "24.09.2014 Air strikes killed 11".
    """
    if start + span.start > _HEAD or not full_dates(span.text):
        return False
    is_loose = _NO_TIE.search(text, 0, span.start) is not None
    return is_loose and _OPENS.match(text, span.end) is not None


def date_of(match: Match, dates: list[DateSpan], names: SentenceNames, lexicon: Lexicon) -> DateSpan | None:
    """The span that dates the match, or None."""
    graded = []
    for span in dates:
        if (counted := _counted_from(span, dates, match)) is not None:
            if counted:
                return span
            continue
        span = _own(span, match, names)
        if _AS_REPORTED.match(names.text, span.end):
            graded.append((1, not span.is_day, abs(span.start - match.token.idx), span))
            continue
        head = _head(span, names)
        if head is None or _is_of_speech(span, match, names, lexicon) or _is_recalled(head, match, lexicon):
            continue
        if match.event_type_code in lexicon.is_speech_act and _is_of_deed(head, match, lexicon):
            continue
        if _is_of_court(head, match, lexicon) and (len(dates) == 1 or span.start < match.token.idx):
            continue
        if head.dep_ == "poss" and head.head.lemma_.lower() in words("figure") and head.head != match.token:
            continue  # "bringing this year's toll to 300"
        grade = _grade(span, head, match, lexicon)
        if grade is not None and (grade < _LOOSE or (len(dates) == 1 and span.is_day)):
            # "an overnight raid on Thursday", "a murder in March ... yesterday", "during Friday prayers on 3 May": the
            # day before what is less exact
            is_vague = not span.is_day or span.text.lower() == "overnight" or _is_of_service(span, names)
            graded.append((grade, is_vague, abs(span.start - match.token.idx), span))
    return min(graded, key=lambda g: g[:3])[3] if graded else None


def _is_of_service(span: DateSpan, names: SentenceNames) -> bool:
    """Whether the day only names a service that is held on it.

    Example: "Friday prayers", "Sunday mass".
    """
    return names.text[span.end :].lstrip().split(" ", 1)[0].strip(".,;").lower() in date_words().weekday_nouns


def _own(span: DateSpan, match: Match, names: SentenceNames) -> DateSpan:
    """The span without its bound where the match is what the bound counts from: its own day is the bare one.

    Example: in "After Saturday's bombing" the bombing's day is Saturday, and what came after it is the others'.
    """
    bound = _BOUND.match(span.text)
    owner = next((t for t in names.between(span.start, span.end) if t.idx + len(t) == span.end), None)
    if bound is None or owner is None or owner.dep_ != "poss" or owner.head != match.token:
        return span
    return replace(span, start=span.start + bound.end(), text=span.text[bound.end() :])


def _counted_from(span: DateSpan, dates: list[DateSpan], match: Match) -> bool | None:
    """Whether the span dates the match, where one of the two stands in a clause that is counted from; else None.

    "Two days after thousands rallied on Friday, police fired": "on Friday" is the rally's, "two days after" the
    firing's. "Police fired on Sunday, two days after thousands rallied": "two days after thousands" is the rally's.
    """
    for opening in dates:
        if opening.clause_end is not None:
            is_inside = opening.start <= match.token.idx < opening.clause_end
            if is_inside or span == opening:
                return is_inside and span == opening
    for opening, origin in pairwise(dates):
        if opening.origin is not None and opening.clause_end is None and opening.start <= span.start < origin.end:
            is_inside = opening.start <= match.token.idx < origin.end
            return is_inside != (span == opening)
    return None


def _is_of_speech(span: DateSpan, match: Match, names: SentenceNames, lexicon: Lexicon) -> bool:
    """Whether a day stands right beside the saying, and is the day of that.

    Example: "Said on Monday", "yesterday confirmed", "according to the army on Friday".
    """
    if match.event_type_code in lexicon.is_speech_act or _STRETCH.match(span.text):
        return False
    before, after = names.beside(span.start, span.end)
    if after is not None and after.tag_ == "POS":
        return False  # "said Sunday's attack"
    beside = [t for t in (before, after) if t is not None and syntax.is_verb(t) and t != match.token]
    # "clashes were reported last week" puts the clashes there
    beside = [t for t in beside if match.token not in syntax.children(t, *syntax.PASSIVE_SUBJECTS)]
    says = any(t.lemma_.lower() in lexicon.reporting_verbs for t in beside)
    return says or _ACCORDING.search(names.text[: span.start]) is not None


def _is_of_deed(head: Token, match: Match, lexicon: Lexicon) -> bool:
    """Whether a day is that of the deed that an act of speech is about.

    Example: "Condemned Friday's attack", "... the attack that took place on Friday".
    """
    chain = syntax.governors(head)
    if match.token not in chain:
        return False
    below = [head, *chain[: chain.index(match.token)]]
    return any(
        lower.dep_ in ("poss", "relcl") and syntax.is_noun(upper) and _takes_casualties(upper, lexicon)
        for lower, upper in pairwise(below)
    )


def _takes_casualties(noun: Token, lexicon: Lexicon) -> bool:
    rows = lexicon.triggers.get(("noun", noun.lemma_.lower()), ())
    return any(trigger.event_type_code in lexicon.takes_casualties for trigger in rows)


def _is_recalled(head: Token, match: Match, lexicon: Lexicon) -> bool:
    """Whether the day belongs to what an anniversary recalls and the match does not."""
    chain = syntax.governors(head)
    own = chain.index(match.token) if match.token in chain else len(chain)
    return any(t.lemma_.lower() in lexicon.anniversaries for t in chain[:own])


def is_past_of_another(match: Match) -> bool:
    """Whether a deed is told to be earlier than what the report is about.

    Example: "A recent ambush", "previous attacks".
    """
    return any(c.lower_ in words("earlier") for c in syntax.children(match.token, "amod", "advmod"))


def _head(span: DateSpan, names: SentenceNames) -> Token | None:
    inside = names.between(span.start, span.end)
    numbers = {t.i for t in inside}
    outward = [t for t in inside if t.head == t or t.head.i not in numbers]
    return outward[0] if outward else None


def _grade(span: DateSpan, head: Token, match: Match, lexicon: Lexicon) -> int | None:
    """How near the date stands to the match, 0 nearest; None where it is of something else."""
    own_clause = syntax.clause(match.token)
    above = [own_clause, *[g for g in syntax.governors(own_clause) if syntax.is_verb(g)]]
    chain = syntax.governors(head)
    carrier = match.carrier if match.carrier is not None and not _is_about(match.carrier, match, lexicon) else None
    if _is_of_count(span, chain):
        return None
    if match.token in chain or (carrier is not None and carrier in chain[:2]):
        nearest = next((g for g in chain if syntax.is_verb(g)), None)
        if nearest is None or nearest == own_clause or not syntax.is_verb(match.token):
            return 0
        if nearest.dep_ == "relcl" and any(c.lower_ == "had" for c in syntax.children(nearest, "aux")):
            return None  # "raided a post which the police had won back in 2023"
    verb = _dated(chain)
    if verb is None:
        return 4
    if chain and chain[0].tag_ == "JJS" and match.token not in chain:
        return None  # "the worst this year"
    if any(g.lower_ in _BOUNDS and g.idx < span.start for g in takewhile(lambda g: not syntax.is_verb(g), chain)):
        return None  # "since the ceasefire of 2 February, 30 have died"
    is_noun = not syntax.is_verb(match.token)
    reporting = verb.lemma_.lower() in lexicon.reporting_verbs
    if reporting and match.token.idx < span.start and _opens_report(verb, span):
        return 1  # "ambushed a convoy on Tuesday, a source told reporters": the parse takes the day for the source's
    text = syntax.text_of(verb.doc)
    if reporting and verb.idx < span.start < match.token.idx and _OPENS_SAID.search(text, 0, span.start):
        return 2
    follows = verb.idx < match.token.idx < span.start
    if verb == own_clause:
        # "the toll from the bombing rose to 26 on Saturday" dates the count, "condemned on Tuesday the attack" the
        # condemning
        if is_noun and (_counts_up(verb) or (_is_about(verb, match, lexicon) and not follows)):
            # but "the toll of the attack on Monday rose"
            return 0 if match.token.idx < span.start < span.end <= verb.idx else None
        return 1 if is_noun else 0
    ends = [outcome.token for outcome in match.outcomes]
    if verb in above and verb in [*ends, *map(syntax.first_of_verbs, ends)]:
        return 1  # "On Sunday a bomb planted in a market (wrecked it and) killed 19": the dead are its own
    # "people detained in the war were released on Friday", but "a rocket fired by rebels hit a car on Friday"
    describes = _describes(match.token, verb) and lexicon.weapon(match.token.head) is None
    if verb in above and (describes or _is_alleged(own_clause, verb)):
        return None
    if verb in above:
        # the day on which somebody said it is not the day on which it happened, unless the saying is the event
        if not reporting or match.event_type_code in lexicon.is_speech_act:
            return 2
        if verb.idx < span.start < match.token.idx and _UP_TO_NOW.match(span.text):
            return 2
        return 4 if follows else None  # "confirmed the capture of a man, April 2"
    if verb.dep_ == "relcl" and verb.head.lemma_.lower() in words("lasting_violence") and match.token != verb.head:
        return None  # "the war, which broke out in April, has killed thousands"
    if own_clause in syntax.governors(verb) and not reporting:
        is_other = verb.dep_ == "conj" and verb not in [outcome.token for outcome in match.outcomes]
        if is_other and syntax.children(verb, *syntax.SUBJECTS) and match.event_type_code in lexicon.is_elsewhere:
            return None  # "the presidents agreed to it, and their ministers met on Tuesday"
        return 3 if verb.dep_ in ("conj", "advcl", "xcomp", "acl") else 4
    return None if reporting or verb.dep_ in ("relcl", "acl") else _LOOSE


def _is_of_count(span: DateSpan, chain: list[Token]) -> bool:
    """Whether a stretch only says over how long deeds of a kind are counted.

    Example: "the third such raid in ten days", "the second attack in a month".
    """
    if not chain or chain[0].dep_ != "prep" or not _STRETCH.match(span.text):
        return False
    counted = syntax.children(chain[0].head, "amod")
    return any(c.ent_type_ == "ORDINAL" or c.lower_ == "such" for c in counted)


def _dated(chain: list[Token]) -> Token | None:
    """The verb over a date; in "gunmen suspected to be bandits on Friday stormed" not the one of who they are."""
    verbs = [g for g in chain if syntax.is_verb(g)]
    if len(verbs) > 1 and verbs[0].lemma_ == "be" and verbs[0].dep_ == "xcomp" and not syntax.children(verbs[1], "aux"):
        deeds = [*verbs[2:], *(c for c in syntax.children(verbs[1], "conj") if syntax.is_verb(c))]
        verbs = deeds or verbs
    return verbs[0] if verbs else None


def _is_of_court(head: Token, match: Match, lexicon: Lexicon) -> bool:
    """Whether the day is that of a charge, plea or sentence, and the match the deed that it is about.

    Example: "was arraigned Wednesday on murder charges", "a jury heard on Tuesday how he stabbed two men".
    """
    chain = syntax.governors(head)
    verb = _dated(chain)
    if verb is None or match.token in chain or match.event_type_code not in lexicon.takes_casualties:
        return False
    # "a jury heard" and "appeared in court" are at one, "residents heard explosions" are not
    beside = [*syntax.subjects(verb), *(o for p in syntax.children(verb, "prep") for o in syntax.children(p, "pobj"))]
    beside += [verb.head] if verb.dep_ == "acl" else []
    at_court = any(t.lemma_.lower() in lexicon.courts for t in beside)
    return at_court or verb.lemma_.lower() in words("proceeding")


def _describes(token: Token, verb: Token) -> bool:
    """Whether the participle tells of a party of the verb what had been done to it before."""
    party = token.head
    is_participle = token.dep_ == "acl" and token.tag_ == "VBN" and token.i < verb.i
    return is_participle and party.head == verb and party.dep_ in ("nsubj", "nsubjpass")


def _is_alleged(clause: Token, verb: Token) -> bool:
    """Whether a deed is only what somebody is accused of to whom the verb happens.

    Example: "A man accused of killing two was arraigned on Wednesday".
    """
    between = [clause, *takewhile(lambda g: g != verb, syntax.governors(clause))]
    return any(g.lemma_.lower() in words("alleges") for g in between)


def _is_about(verb: Token, match: Match, lexicon: Lexicon) -> bool:
    """Whether the verb is an act of speech about the match: "condemned the attack"."""
    if match.light_verb is not None and verb == match.carrier and match.light_verb.effect_code == "carries":
        return False  # "carried out a raid", though "carry" may say something as well
    kinds = {trigger.event_type_code for trigger in lexicon.triggers.get(("verb", verb.lemma_.lower()), [])}
    speaks = bool(kinds & lexicon.is_speech_act) and match.event_type_code not in kinds
    return speaks and verb.idx < match.token.idx


def _opens_report(verb: Token, span: DateSpan) -> bool:
    """Whether a comma parts the day from the saying and from who says it."""
    said_by = min((s.left_edge.idx for s in syntax.children(verb, *syntax.SUBJECTS)), default=verb.idx)
    return span.end < said_by and "," in syntax.text_of(verb.doc)[span.end : said_by]


def _counts_up(verb: Token) -> bool:
    subjects = {s.lemma_.lower() for s in syntax.children(verb, *syntax.SUBJECTS)}
    return verb.lemma_.lower() in words("rises") and bool(subjects & words("figure"))
