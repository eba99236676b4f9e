"""Fold what a sentence tells twice into one match: outcomes into what caused them, a name for the deed into the deed.

In come the matches of one sentence, out come those that stand for happenings of their own, with the others' people
and counts taken over. A kind of event that takes no casualties keeps its neighbours' dead out.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match
from tasks.extract.outcomes_apart import counts_days, is_apart
from tasks.extract.retyping import retype
from tasks.extract.status import status_and_tense
from tasks.extract.word_groups import words
from tasks.knowledge import event_types
from tasks.language import syntax

_SPEAKING = ("i", "we", "you", "me", "us")


def consolidate(matches: list[Match], lexicon: Lexicon) -> list[Match]:
    """The matches that remain, in the order of the text; the others are dropped in their trace, with the rule."""
    causes = [m for m in matches if not m.trigger.is_outcome]
    violent = [m for m in causes if m.event_type_code in lexicon.takes_casualties]
    alone = _outcomes_alone([m for m in matches if m.trigger.is_outcome], violent, lexicon)
    retype([*alone, *violent], causes, lexicon)
    for match in alone:
        if not _tells_victims(match):
            match.drop("merge.no_victims")
    alone = [m for m in alone if not m.trace.dropped_by]
    _address_protests(causes, lexicon)
    kept = _without_settings(_without_repeats(_into_verbs(_without_echoes(causes, lexicon), lexicon)), lexicon)
    return sorted([*kept, *alone], key=lambda m: m.token.i)


def _outcomes_alone(outcomes: list[Match], violent: list[Match], lexicon: Lexicon) -> list[Match]:
    """The outcomes of which no happening in the sentence is the cause; the others are folded into theirs."""
    alone: list[Match] = []
    for outcome in outcomes:
        if _is_of_many(outcome.token):
            alone.append(outcome)
            continue
        if any(t.lemma_.lower() in words("in_return") for t in syntax.governors(outcome.token)[:2]):
            outcome.drop(
                "merge.in_return"
            )  # "in revenge for the deaths of eight": dead from before, and not of this deed
            continue
        cause = _cause(outcome, [v for v in violent if not is_apart(outcome, v, lexicon)])
        if cause is not None and _is_only_thought(outcome, cause, lexicon):
            outcome.drop("merge.only_thought", cause)
        elif cause is not None and _is_no_incident(cause) and outcome.trigger.number_kind == "killed":
            # "killed as robbers held up their lorry": a deed of its own, by those who robbed
            outcome.actors = outcome.actors or [t for t in cause.actors if t not in outcome.recipients]
            alone.append(outcome)
        elif cause is not None:
            if cause.event_type_code in lexicon.is_mutual:
                _take_sides(cause, outcome)
            _take(cause, outcome, "merge.outcome_of_cause")
        elif alone and _same_victims_clause(alone[-1], outcome):
            _take(alone[-1], outcome, "merge.same_victims")
        else:
            alone.append(outcome)
    return alone


def _is_no_incident(match: Match) -> bool:
    """Whether a deed is of a kind that counts as no incident, so that its dead would be nobody's: a robbery."""
    return match.event_type_code not in event_types.incident_classes()


def _is_of_many(noun: Token) -> bool:
    """Whether a noun sums all the happenings of a time, and not the one told beside it.

    Example: "This year's death toll".
    """
    return any(c.lemma_.lower() in words("time_unit") for c in syntax.children(noun, "poss"))


def _is_only_thought(outcome: Match, cause: Match, lexicon: Lexicon) -> bool:
    """Whether the deed beside some deaths did not bring them about, as they are only planned or thought of.

    Example: "Raided a man who used bombs to kill civilians".
    """
    bare = outcome.token.tag_ == "VB"
    thought = bare and status_and_tense(outcome, lexicon)[0].value in ("planned", "hypothetical")
    return thought and status_and_tense(cause, lexicon)[0].value in ("occurred", "ongoing")


def _tells_victims(outcome: Match) -> bool:
    """Whether an outcome has victims, and new ones.

    Example: not "The wounded were flown out", and not "we were dead".
    """
    heads = [*outcome.counted, *[h for o in outcome.outcomes for h in o.counted]]
    if outcome.trigger.number_kind is None or not heads:
        return bool(outcome.recipients) or outcome.token.pos_ == "NOUN"
    if outcome.trigger.pos == "adjective" and outcome.token.dep_ == "amod":
        heads = [h for h in heads if not any(c.lower_ in ("the", "those", "these", "his") for c in h.children)]
    return any(h.lower_ not in _SPEAKING for h in heads)


def _into_verbs(matches: list[Match], lexicon: Lexicon) -> list[Match]:
    """The matches without the nouns that a mutual verb speaks of; the noun's parties become the verb's.

    Example: "Talks between A and B have stalled", "signed an agreement".
    """
    gone: set[int] = set()
    for verb in matches:
        if not syntax.is_verb(verb.token) or verb.event_type_code not in lexicon.is_mutual:
            continue
        stands = {t.i for t in (*syntax.subjects(verb.token), *syntax.objects(verb.token))}
        stands |= {t.i for preposition in ("to", "on") for t in syntax.prepositional(verb.token, preposition)}
        for noun in matches:
            if noun.token.i in stands and noun.event_type_code in lexicon.is_mutual and noun is not verb:
                if verb.event_type_code == "agreement" and noun.event_type_code == "ceasefire":
                    verb.retype("ceasefire", verb.weapon_code, "type.agreed_to_truce", noun.token)
                verb.actors = verb.actors or noun.actors
                taken = {t.i for t in verb.actors}
                verb.recipients = verb.recipients or [t for t in noun.recipients if t.i not in taken]
                noun.drop("merge.noun_into_verb", verb)
                gone.add(noun.token.i)
    return [m for m in matches if m.token.i not in gone]


def _address_protests(matches: list[Match], lexicon: Lexicon) -> None:
    """Give each protest, in place, those of whom it demands something as recipients.

    Example: "Students marched to demand reforms by the government" is a protest against the government.
    """
    protests = lexicon.types_with("protest")
    for protest in matches:
        if protest.event_type_code not in protests or protest.recipients:
            continue
        tops = {t.i for t in (protest.token, protest.carrier) if t is not None}
        for said in matches:
            below = tops & {t.i for t in syntax.governors(said.token)[:3]}
            if said.event_type_code in lexicon.is_speech_act and below:
                taken = {t.i for t in protest.actors}
                protest.recipients = protest.recipients or [t for t in said.recipients if t.i not in taken]


def _without_settings(matches: list[Match], lexicon: Lexicon) -> list[Match]:
    """The matches without the bare nouns that only frame another event.

    Example: "took control of districts in the latest round of fighting".
    """
    is_open = lexicon.types_with("open")
    kept = []
    for match in matches:
        bare = not (match.actors or match.recipients or match.counted or match.outcomes or match.light_verb)
        chain = syntax.governors(match.token)
        framed = not syntax.is_verb(match.token) and any(
            other is not match and other.token in chain and match.carrier in (None, other.token) for other in matches
        )
        # "used gas in an attack": beside a closer word, the general one adds nothing
        adds_nothing = match.event_type_code in is_open and not (match.counted or match.outcomes)
        # "two days after a bombing, police detained four": told in passing, but with a day of its own
        framed = framed and not any(counts_days(t) for t in chain[:2])
        claimed = any(other.trigger.needs_sayer and other.token in chain for other in matches)
        # "said it had carried out an attack on a church": the deed is news, "the attack" was told before
        claimed = claimed and any(c.lower_ in ("a", "an") for c in syntax.children(match.token, "det"))
        if not framed or claimed or not (bare or adds_nothing):
            kept.append(match)
        else:
            match.drop("merge.frames_another")
    return kept


def _cause(outcome: Match, causes: list[Match]) -> Match | None:
    """The happening in the same sentence of which this is the result: joined by the parse, else the nearest."""
    if not causes:
        return None
    graded = []
    for cause in causes:
        grade = _tie(outcome.token, cause.token)
        if grade is not None:
            graded.append((grade, abs(outcome.token.i - cause.token.i), cause.token.i, cause))
    return min(graded, key=lambda g: g[:3])[3] if graded else None


def _tie(outcome: Token, cause: Token) -> int | None:
    """How closely the parse joins an outcome to a cause, 0 closest, 4 by the sentence alone; None where it does not."""
    if any(cause == s or cause in syntax.governors(s) for s in syntax.children(outcome, "nsubj", "agent")):
        return 0
    up, down = syntax.governors(outcome), syntax.governors(cause)
    if cause in up[:4] or outcome in down[:4]:
        return 1
    mine, its = syntax.clause(outcome), syntax.clause(cause)
    if mine == its:
        return 2
    if its in syntax.governors(mine)[:3] or mine in syntax.governors(its)[:3]:
        return 3
    shared = {t.i for t in syntax.governors(mine)} & {t.i for t in syntax.governors(its)}
    return 4 if shared or mine.sent == its.sent else None


def _take(cause: Match, outcome: Match, rule_id: str) -> None:
    """Fold an outcome, and what was folded into it, into its cause, which takes over its parties where it has none."""
    outcome.drop(rule_id, cause)
    cause.outcomes += [outcome, *outcome.outcomes]
    known = {t.i for t in (*cause.actors, *cause.recipients)}
    fresh = [t for t in outcome.recipients if t.i not in known]
    if outcome.trigger.is_outcome or not cause.recipients:
        cause.recipients = [*cause.recipients, *fresh]  # "shells hit a mosque, killing dozens of people"
    if not cause.actors:
        taken = {t.i for t in cause.recipients}
        cause.actors = [t for t in outcome.actors if t.i not in taken]


def _take_sides(clash: Match, deaths: Match) -> None:
    """Those whom the dead fought are the ones who did it, in place.

    Example: "Twelve fighters were killed in clashes with Kurdish militants".
    """
    dead = {t.i for t in deaths.recipients}
    is_fight = "with" in clash.trigger.recipient_slot  # in "an attack on a post" the post did nothing
    if is_fight and dead and not (clash.actors or deaths.actors or dead & {t.i for t in clash.recipients}):
        clash.actors, clash.recipients = clash.recipients, []


def _same_victims_clause(first: Match, second: Match) -> bool:
    """Whether two outcomes are of one happening.

    Example: "12 people were killed and 30 wounded".
    """
    return _tie(second.token, first.token) in (0, 1, 2, 3)


def _without_repeats(causes: list[Match]) -> list[Match]:
    """The matches, of two of one kind that share a clause and add nothing to one another only the first."""
    kept: list[Match] = []
    for match in causes:
        same = next(
            (k for k in kept if k.event_type_code == match.event_type_code and _is_same_event(k, match)),
            None,
        )
        if same is None:
            kept.append(match)
        else:
            _take(same, match, "merge.retelling")
    return kept


def _without_echoes(causes: list[Match], lexicon: Lexicon) -> list[Match]:
    """The matches, of a noun and its bare echo only the one whose clause says news of it.

    Example: "Reviewed the US withdrawal and said the withdrawal will conclude".
    """
    kept: list[Match] = []
    for match in causes:
        same = next((k for k in kept if _echoes(match, k)), None)
        if same is None:
            kept.append(match)
        elif same.outcomes or same.counted or status_and_tense(match, lexicon)[0].value == "occurred":
            _take(same, match, "merge.echo")
        else:
            _take(match, same, "merge.echo")
            match.actors, match.places = match.actors or same.actors, match.places or same.places
            kept[kept.index(same)] = match
    return kept


def _is_sum(token: Token) -> bool:
    return any(p.lower_ == "since" and syntax.children(p, "pobj") for p in syntax.children(token, "prep"))


def _echoes(later: Match, earlier: Match) -> bool:
    first, second = earlier.token, later.token
    same = first.lemma_.lower() == second.lemma_.lower() and first.tag_ == second.tag_ == "NN"
    bare = [c for c in second.children if c.dep_ not in ("det", "punct", "cc", "conj")]
    return same and not bare and any(c.lower_ in ("the", "this", "that") for c in syntax.children(second, "det"))


def _is_same_event(first: Match, second: Match) -> bool:
    if _is_sum(first.token) != _is_sum(second.token):
        return False  # "with the capture of a leader, 35 leaders have been detained since January"
    if first.token in syntax.governors(second.token)[:2] or second.token in syntax.governors(first.token)[:2]:
        actors = {t.i for t in first.actors} & {t.i for t in second.actors}
        places = {t.i for t in first.places}, {t.i for t in second.places}
        differ = places[0] and places[1] and not places[0] & places[1]
        return not differ and (bool(actors) or not first.actors or not second.actors)
    return syntax.clause(first.token) == syntax.clause(second.token) and not (
        {t.i for t in second.actors} - {t.i for t in first.actors} and first.actors
    )
