"""Fold what a sentence tells twice into one match: outcomes into what caused them, a name for the deed into the deed.

In come the matches of one sentence, out come those that stand for happenings of their own, with the others' people
and counts taken over. A kind of event that takes no casualties keeps its neighbours' dead out.
"""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.match import Match
from tasks.extract.status import status_and_tense
from tasks.language import syntax

# "used gas in an attack": beside a closer word, the general one adds nothing.
_GENERAL_ATTACK = "attack_on_civilians"
# Weapons that a trigger only supposes: a bomb where it says "explosion".
_LOOSE_WEAPONS = (None, "", "bomb", "aircraft", "firearm", "landmine")
# Words for a deed that leave open by what means; the means then tell the kind.
_OPEN_MEANS = ("attack", "assault", "strike", "hit", "target", "explosion", "blast", "bombing", "fire", "raid")
_PROTESTS = ("protest", "riot", "strike")
# Who keeps order.
_KEEPERS = frozenset("police policeman officer gendarme soldier troop force army guard trooper".split())
_BURSTING = ("detonate", "explode", "blow", "set", "trigger")
_FALLING = ("drop", "fall", "rain")
# The verbs whose object is the means.
_HURLING = ("drop", "fire", "launch", "use", "throw")
_LOADED = frozenset("rig pack load fill lade stuff cram strap wire".split())
_WHATEVER_THE_MEANS = ("accident", "natural_disaster", "organised_crime", "advance", "territory_seized")
# What is done beside a killing, not by it.
_BLOODLESS = (
    "abduction", "looting", "property_destruction", "sexual_violence", "territory_seized", "advance", "raid"
)  # fmt: skip
_IN_RETURN = ("revenge", "retaliation", "reprisal", "response", "anger", "anniversary", "memory", "mourning", "protest")
_SEQUELS = ("after", "before")
_UNITS = ("hour", "day", "week", "month", "year")
_SPEAKING = ("i", "we", "you", "me", "us")


def consolidate(matches: list[Match], lexicon: Lexicon) -> list[Match]:
    """The matches that remain, in the order of the text."""
    causes = [m for m in matches if not m.trigger.is_outcome]
    outcomes = [m for m in matches if m.trigger.is_outcome]
    violent = [m for m in causes if m.trigger.event_type_code in lexicon.takes_casualties]
    alone: list[Match] = []
    for outcome in outcomes:
        if _is_of_many(outcome.token):
            alone.append(outcome)
            continue
        if any(t.lemma_.lower() in _IN_RETURN for t in syntax.governors(outcome.token)[:2]):
            continue  # "in revenge for the deaths of eight": told before, and not what this did
        cause = _cause(outcome, [v for v in violent if not _is_apart(outcome, v, lexicon)])
        if cause is not None:
            if not _is_only_thought(outcome, cause, lexicon):
                _take(cause, outcome)
        elif alone and _same_victims_clause(alone[-1], outcome):
            _take(alone[-1], outcome)
        else:
            alone.append(outcome)
    for match in (*alone, *violent):
        if match.trigger.weapon_code in _LOOSE_WEAPONS and match.trigger.event_type_code not in _WHATEVER_THE_MEANS:
            _retype(match, lexicon)
            _as_suicide(match)
            _as_accident(match, lexicon)
    for match in (*alone, *violent):
        _as_repression(match, causes)
    alone = [m for m in alone if _tells_victims(m)]
    _address_protests(causes, lexicon)
    kept = _without_settings(_without_retellings(_into_verbs(_without_echoes(causes, lexicon), lexicon)))
    return sorted([*kept, *alone], key=lambda m: m.token.i)


def _is_of_many(noun: Token) -> bool:
    """ "This year's death toll": what all the happenings of a time come to, and not the one told beside it."""
    return any(c.lemma_.lower() in _UNITS for c in syntax.children(noun, "poss"))


def _is_only_thought(outcome: Match, cause: Match, lexicon: Lexicon) -> bool:
    """ "Raided a man who used bombs to kill civilians": deaths that the deed beside them did not bring about."""
    bare = outcome.token.tag_ == "VB"
    thought = bare and status_and_tense(outcome, lexicon)[0] in ("planned", "hypothetical")
    return thought and status_and_tense(cause, lexicon)[0] in ("occurred", "ongoing")


def _tells_victims(outcome: Match) -> bool:
    """ "The wounded were flown out", "we were dead": no new victims, or none at all."""
    heads = [*outcome.counted, *[h for o in outcome.outcomes for h in o.counted]]
    if outcome.trigger.number_kind is None or not heads:
        return bool(outcome.recipients) or outcome.token.pos_ == "NOUN"
    if outcome.trigger.pos == "adjective" and outcome.token.dep_ == "amod":
        heads = [h for h in heads if not any(c.lower_ in ("the", "those", "these", "his") for c in h.children)]
    return any(h.lower_ not in _SPEAKING for h in heads)


def _into_verbs(matches: list[Match], lexicon: Lexicon) -> list[Match]:
    """ "Talks between A and B have stalled", "signed an agreement": the noun's parties are the verb's."""
    gone: set[int] = set()
    for verb in matches:
        if not syntax.is_verb(verb.token) or verb.trigger.event_type_code not in lexicon.is_mutual:
            continue
        stands = {t.i for t in (*syntax.subjects(verb.token), *syntax.objects(verb.token))}
        stands |= {t.i for preposition in ("to", "on") for t in syntax.prepositional(verb.token, preposition)}
        for noun in matches:
            if noun.token.i in stands and noun.trigger.event_type_code in lexicon.is_mutual and noun is not verb:
                if verb.trigger.event_type_code == "agreement" and noun.trigger.event_type_code == "ceasefire":
                    verb.trigger = replace(verb.trigger, event_type_code="ceasefire")  # "agreed to a ceasefire"
                verb.actors = verb.actors or noun.actors
                taken = {t.i for t in verb.actors}
                verb.recipients = verb.recipients or [t for t in noun.recipients if t.i not in taken]
                gone.add(noun.token.i)
    return [m for m in matches if m.token.i not in gone]


def _address_protests(matches: list[Match], lexicon: Lexicon) -> None:
    """ "Students marched to demand reforms by the government": whom they demand it of is whom they protest against."""
    for protest in matches:
        if protest.trigger.event_type_code not in _PROTESTS or protest.recipients:
            continue
        tops = {t.i for t in (protest.token, protest.carrier) if t is not None}
        for said in matches:
            below = tops & {t.i for t in syntax.governors(said.token)[:3]}
            if said.trigger.event_type_code in lexicon.is_speech_act and below:
                taken = {t.i for t in protest.actors}
                protest.recipients = protest.recipients or [t for t in said.recipients if t.i not in taken]


def _without_settings(matches: list[Match]) -> list[Match]:
    """ "took control of districts in the latest round of fighting": a bare noun that only frames another event."""
    kept = []
    for match in matches:
        bare = not (match.actors or match.recipients or match.counted or match.outcomes or match.light_verb)
        chain = syntax.governors(match.token)
        framed = not syntax.is_verb(match.token) and any(
            other is not match and other.token in chain and match.carrier in (None, other.token) for other in matches
        )
        tells = match.counted or match.outcomes
        # "two days after a bombing, police detained four": told in passing, but with a day of its own
        framed = framed and not any(_counts_days(t) for t in chain[:2])
        claimed = any(other.trigger.needs_sayer and other.token in chain for other in matches)
        # "said it had carried out an attack on a church": the deed is news, "the attack" was told before
        claimed = claimed and any(c.lower_ in ("a", "an") for c in syntax.children(match.token, "det"))
        if not framed or claimed or not (bare or (match.trigger.event_type_code == _GENERAL_ATTACK and not tells)):
            kept.append(match)
    return kept


def _was_before(cause: Match, outcome: Match) -> bool:
    """ "A week after a massacre, rebels struck again, killing five": the five died of what came later."""
    after = next((t for t in syntax.governors(cause.token)[:2] if _counts_days(t)), None)
    of_wounds = outcome.token.lemma_.lower() in ("die", "succumb")
    return after is not None and not of_wounds and after not in syntax.governors(outcome.token)


def _counts_days(preposition: Token) -> bool:
    """The "after" of "two days after"."""
    counted = [*syntax.children(preposition, "npadvmod"), preposition.head]
    return preposition.lower_ in _SEQUELS and any(t.lemma_.lower() in _UNITS for t in counted)


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


def _is_apart(outcome: Match, other: Match, lexicon: Lexicon) -> bool:
    return (
        _has_own_means(outcome, other, lexicon)
        or _is_deed_beside(outcome, other)
        or _is_answer(outcome, other)
        or _was_before(other, outcome)
        or _ends_abduction(outcome, other)
        or _is_of_failed(outcome, other, lexicon)
    )


def _has_own_means(outcome: Match, other: Match, lexicon: Lexicon) -> bool:
    """ "A soldier died in an ambush, and two officers were hurt by a bomb in Tubungan": what did it is told, and is
    not what the clause before tells."""
    means = [o for p in ("by", "with") for o in syntax.prepositional(outcome.token, p)]
    weapon = next((found for noun in means if (found := lexicon.weapon(noun)) is not None), None)
    if weapon is None or weapon.event_type_code in (None, "", other.trigger.event_type_code):
        return False
    clause = syntax.clause(other.token)
    has_subject = bool(syntax.children(outcome.token, *syntax.SUBJECTS, *syntax.PASSIVE_SUBJECTS))
    return (
        has_subject
        and clause != outcome.token
        and syntax.first_of_verbs(clause) == syntax.first_of_verbs(outcome.token)
    )


def _is_deed_beside(outcome: Match, other: Match) -> bool:
    """ "Killed a priest and kidnapped a nun": two deeds side by side, where the other one does not kill by itself."""
    first, second = outcome.token, other.token
    beside = syntax.is_verb(first) and syntax.is_verb(second) and "conj" in (first.dep_, second.dep_)
    joined = syntax.first_of_verbs(first) == syntax.first_of_verbs(second)
    return beside and joined and other.trigger.event_type_code in _BLOODLESS and bool(outcome.counted)


def _is_of_failed(outcome: Match, other: Match, lexicon: Lexicon) -> bool:
    """ "As the man tried to fire on the force, he was engaged and killed": he died of what was done, not of what he
    only tried; not "planned a bombing that left six dead"."""
    verb = syntax.clause(outcome.token)
    if verb.tag_ not in ("VBD", "VBN") or verb.dep_ in ("relcl", "acl") or other.token in syntax.governors(verb):
        return False
    failed = status_and_tense(other, lexicon)[0] == "hypothetical"
    return failed and status_and_tense(outcome, lexicon)[0] == "occurred"


def _ends_abduction(outcome: Match, other: Match) -> bool:
    """ "Found dead a week after gunmen abducted them": taken on one day, dead on another."""
    taken = other.token
    after = any(c.lower_ == "after" for c in taken.children if c.dep_ == "mark") or taken.head.lower_ == "after"
    is_below = outcome.token in syntax.governors(taken)
    return other.trigger.event_type_code == "abduction" and after and is_below and bool(outcome.counted)


def _is_answer(outcome: Match, other: Match) -> bool:
    """ "Gunmen killed nine before six of the gunmen were shot": who did the one suffers the other."""
    if outcome.token.tag_ == "VBG" and outcome.token.dep_ == "advcl" and outcome.token.head == other.token:
        return False  # "the convoy hit a mine, killing five"
    did = {t.lemma_.lower() for t in outcome.actors if t.pos_ != "PRON"}
    suffered = {t.lemma_.lower() for t in other.recipients}
    return bool(did & suffered) and bool(outcome.counted) and outcome.token != other.token


def _tie(outcome: Token, cause: Token) -> int | None:
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


def _take(cause: Match, outcome: Match) -> None:
    cause.outcomes += [outcome, *outcome.outcomes]
    known = {t.i for t in (*cause.actors, *cause.recipients)}
    fresh = [t for t in outcome.recipients if t.i not in known]
    if outcome.trigger.is_outcome or not cause.recipients:
        cause.recipients = [*cause.recipients, *fresh]  # "shells hit a mosque, killing dozens of people"
    if not cause.actors:
        taken = {t.i for t in cause.recipients}
        cause.actors = [t for t in outcome.actors if t.i not in taken]


def _same_victims_clause(first: Match, second: Match) -> bool:
    """ "12 people were killed and 30 wounded": two outcomes of one happening."""
    return _tie(second.token, first.token) in (0, 1, 2, 3)


def _retype(match: Match, lexicon: Lexicon) -> None:
    """What did it tells the kind: "a mine killed six", "rockets hit the camp"; for the dead also how they died."""
    verb = syntax.clause(match.token)
    nouns = syntax.subjects(match.token) if syntax.is_verb(match.token) else []
    if match.trigger.is_outcome and verb.lemma_.lower() == "leave":
        nouns = [*nouns, *syntax.subjects(verb)]  # "a bomb left 13 dead"
    # "a car rigged with explosives"
    nouns += [
        o
        for noun in nouns
        for c in syntax.children(noun, "acl")
        if c.lemma_.lower() in _LOADED
        for o in syntax.prepositional(c, "with")
    ]
    if match.trigger.is_outcome:
        for preposition in ("by", "with", "in", "from", "under"):
            nouns = [*nouns, *syntax.prepositional(match.token, preposition)]
    elif match.token.lemma_.lower() in (*_OPEN_MEANS, *_HURLING):
        nouns = [*nouns, *_means(match)]
    for noun in nouns:
        weapon = lexicon.weapon(noun)
        if weapon is not None and weapon.weapon_code == "bomb" and match.token.lemma_.lower() in _FALLING:
            match.trigger = replace(match.trigger, event_type_code="air_strike", weapon_code="aircraft")
            return  # bombs that fall or are dropped come from the air
        if weapon is not None:
            kind = weapon.event_type_code or match.trigger.event_type_code
            match.trigger = replace(match.trigger, event_type_code=kind, weapon_code=weapon.weapon_code)
            return


def _as_suicide(match: Match) -> None:
    """ "The bomber detonated his explosives", "... set off his vest": who carries what bursts dies of it."""
    if match.trigger.event_type_code != "explosive_attack" or not syntax.is_verb(match.token):
        return
    if match.token.lemma_.lower() not in _BURSTING:
        return
    doers, burst = syntax.subjects(match.token), syntax.objects(match.token)
    is_bomber = any(
        d.lemma_.lower() == "bomber" or any(c.lemma_.lower() == "suicide" for c in syntax.children(d, "compound"))
        for d in doers
    )
    worn = any(w.lemma_.lower() in ("vest", "belt") for w in burst) or any(
        c.lower_ in ("his", "her", "their") for w in burst for c in syntax.children(w, "poss")
    )
    if is_bomber or (doers and worn):
        match.trigger = replace(match.trigger, event_type_code="suicide_bombing", weapon_code="suicide_bomb")


def _as_repression(match: Match, causes: list[Match]) -> None:
    """ "Two people were killed by police at a protest": what police do to people at one represses it."""
    if match.trigger.event_type_code not in ("attack_on_civilians", "shooting") or not syntax.is_verb(match.token):
        return
    protests = {m.token for m in causes if m.trigger.event_type_code in _PROTESTS[:2]}
    held = {o for p in ("at", "during", "in") for o in syntax.prepositional(match.token, p)}
    doers = {word for actor in match.actors for word in (actor.lemma_.lower(), actor.lower_)}
    if protests & held and doers & _KEEPERS:
        match.trigger = replace(match.trigger, event_type_code="protest_repressed")


def _as_accident(match: Match, lexicon: Lexicon) -> None:
    """ "An explosion ripped through a fuel depot": a plant or a fuel that bursts, and nobody said to have done it."""
    if match.trigger.event_type_code != "explosive_attack" or match.actors:
        return
    verb = syntax.clause(match.token)
    near = [o for t in (match.token, verb) for p in syntax.children(t, "prep") for o in syntax.children(p, "pobj")]
    near += syntax.children(match.token, "compound", "amod")
    words = {t.lemma_.lower() for n in near for t in (n, *syntax.children(n, "compound", "amod"))}
    armed = {"weapon", "force", "explosive"}
    if any("industry" in lexicon.classes.get(word, ()) for word in words) and not any(
        armed & lexicon.classes.get(t.lemma_.lower(), set()) or t.lemma_.lower() in _OPEN_MEANS[:2]
        for t in match.token.sent
    ):
        match.trigger = replace(match.trigger, event_type_code="accident", weapon_code=None)


def _means(match: Match) -> list[Token]:
    """With what an attack was made: "a gas attack", "explosion of two grenades", "carried out with grenades"."""
    verb = match.carrier if match.carrier is not None else match.token
    found = syntax.children(match.token, "compound", "amod", "nmod")
    found += [t for p in ("of", "with", "by", "using", "involving") for t in syntax.prepositional(match.token, p)]
    if match.token.lemma_.lower() in _HURLING:
        found += syntax.objects(match.token)
    found += [t for p in ("with", "using", "by") for t in syntax.prepositional(verb, p)]
    # "fired on the market with rockets": the parse may hang them on what was hit
    struck = [*syntax.objects(verb), *(o for p in ("on", "at", "into") for o in syntax.prepositional(verb, p))]
    found += [t for o in struck for t in syntax.prepositional(o, "with")]
    using = [c for c in (*match.token.children, *verb.children) if c.lemma_.lower() == "use" and c.tag_ == "VBG"]
    return [*found, *(o for verb in using for o in syntax.objects(verb))]


def _without_retellings(causes: list[Match]) -> list[Match]:
    """Two triggers of one kind that share a clause and add nothing to one another are one telling."""
    kept: list[Match] = []
    for match in causes:
        same = next(
            (k for k in kept if k.trigger.event_type_code == match.trigger.event_type_code and _one_telling(k, match)),
            None,
        )
        if same is None:
            kept.append(match)
        else:
            _take(same, match)
    return kept


def _without_echoes(causes: list[Match], lexicon: Lexicon) -> list[Match]:
    """ "Reviewed the US withdrawal and said the withdrawal will conclude": the bare noun is the one told before, and
    what its clause says of it is news."""
    kept: list[Match] = []
    for match in causes:
        same = next((k for k in kept if _echoes(match, k)), None)
        if same is None:
            kept.append(match)
        elif same.outcomes or same.counted or status_and_tense(match, lexicon)[0] == "occurred":
            _take(same, match)
        else:
            _take(match, same)
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


def _one_telling(first: Match, second: Match) -> bool:
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
