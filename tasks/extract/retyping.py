"""Give a match the kind that its means tell: "a mine killed six", "rockets hit the camp", "bombs fell on the town".

In come matches of one sentence with what was folded into them, out come the same with another type or weapon where the
words around them say more than the trigger. What the trigger says for itself stays.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match
from tasks.extract.word_groups import words
from tasks.language import syntax

# Weapons that a trigger only supposes: a bomb where it says "explosion".
_LOOSE_WEAPONS = (None, "", "bomb", "aircraft", "firearm", "landmine")


def retype(matches: list[Match], causes: list[Match], lexicon: Lexicon) -> None:
    """Retype violence in place by its means; `causes` are all matches that are no mere outcome."""
    keeps_type = lexicon.types_with("keeps_type")
    for match in matches:
        if match.weapon_code in _LOOSE_WEAPONS and match.event_type_code not in keeps_type:
            _by_means(match, lexicon)
            _as_suicide(match)
            _as_accident(match, lexicon)
        _as_clash(match, lexicon)
    for match in matches:
        _as_repression(match, causes, lexicon)


def _by_means(match: Match, lexicon: Lexicon) -> None:
    """Retype by what did it; for the dead also by how they died.

    Example: "A mine killed six", "rockets hit the camp".
    """
    verb = syntax.clause(match.token)
    nouns = syntax.subjects(match.token) if syntax.is_verb(match.token) else []
    if match.trigger.is_outcome and verb.lemma_.lower() == "leave":
        nouns = [*nouns, *syntax.subjects(verb)]  # "a bomb left 13 dead"
    # "a car rigged with explosives"
    nouns += [
        o
        for noun in nouns
        for c in syntax.children(noun, "acl")
        if c.lemma_.lower() in words("loads")
        for o in syntax.prepositional(c, "with")
    ]
    if match.trigger.is_outcome:
        nouns = [*nouns, *_struck_by(match.token)]
        for preposition in ("by", "with", "in", "from", "under"):
            nouns = [*nouns, *syntax.prepositional(match.token, preposition)]
        # "died as a consequence of the bomb"
        nouns += [o for h in syntax.prepositional(match.token, "as") for o in syntax.prepositional(h, "of")]
    elif match.token.lemma_.lower() in words("open_means") | words("hurls"):
        nouns = [*nouns, *_means(match)]
    for noun in nouns:
        weapon = lexicon.weapon(noun)
        if weapon is not None and weapon.weapon_code == "bomb" and match.token.lemma_.lower() in words("falls"):
            match.retype("air_strike", "aircraft", "type.bombs_fall", noun)
            return  # bombs that fall or are dropped come from the air
        if weapon is not None:
            kind = weapon.event_type_code or match.event_type_code
            match.retype(kind, weapon.weapon_code, "type.by_means", noun)
            return


def _struck_by(outcome: Token) -> list[Token]:
    """The subjects of what struck those who died, as a clause behind tells: "killed when a drone hit their car"."""
    clauses = [
        c for c in syntax.children(outcome, "advcl") if any(w.lower_ in ("when", "as", "after") for w in c.children)
    ]
    verbs = [v for c in clauses for v in (c, *syntax.children(c, "conj"), *syntax.children(outcome, "conj"))]
    strikes = any(v.lemma_.lower() in words("strikes") for v in verbs)
    return [s for c in clauses for s in syntax.children(c, "nsubj")] if strikes else []


def _as_clash(match: Match, lexicon: Lexicon) -> None:
    """Retype an attack of no closer kind all of whose dead bear arms, as their death alone would be told.

    Example: "Two soldiers were killed in an attack".
    """
    dead = [o for o in match.outcomes if o.counted and o.trigger.number_kind == "killed"]
    is_open = match.event_type_code in lexicon.types_with("open") and not match.trigger.is_outcome
    if is_open and dead and all(o.event_type_code == "armed_clash" for o in dead):
        match.retype("armed_clash", match.weapon_code, "type.dead_bear_arms", dead[0].token)


def _as_suicide(match: Match) -> None:
    """Retype an explosion whose bomber carries the charge, and dies of it.

    Example: "The bomber detonated his explosives", "... set off his vest".
    """
    if match.event_type_code != "explosive_attack" or not syntax.is_verb(match.token):
        return
    if match.token.lemma_.lower() not in words("sets_off"):
        return
    doers, burst = syntax.subjects(match.token), syntax.objects(match.token)
    is_bomber = any(
        d.lemma_.lower() == "bomber" or any(c.lemma_.lower() == "suicide" for c in syntax.children(d, "compound"))
        for d in doers
    )
    worn = any(w.lemma_.lower() in words("worn_charge") for w in burst) or any(
        c.lower_ in ("his", "her", "their") for w in burst for c in syntax.children(w, "poss")
    )
    if is_bomber or (doers and worn):
        match.retype("suicide_bombing", "suicide_bomb", "type.bomber_dies")


def _as_repression(match: Match, causes: list[Match], lexicon: Lexicon) -> None:
    """Retype what police do to people at a rally, which represses it.

    Example: "Two people were killed by police at a protest".
    """
    if match.event_type_code not in lexicon.types_with("repressed_with") or not syntax.is_verb(match.token):
        return
    rallies = {m.token for m in causes if m.event_type_code in lexicon.types_with("rally")}
    held = {o for p in ("at", "during", "in") for o in syntax.prepositional(match.token, p)}
    doers = {word for actor in match.actors for word in (actor.lemma_.lower(), actor.lower_)}
    if rallies & held and doers & words("keeps_order"):
        match.retype("protest_repressed", match.weapon_code, "type.police_at_protest")


def _as_accident(match: Match, lexicon: Lexicon) -> None:
    """Retype an explosion of a plant or a fuel that nobody is said to have caused.

    Example: "An explosion ripped through a fuel depot".
    """
    if match.event_type_code != "explosive_attack" or match.actors:
        return
    verb = syntax.clause(match.token)
    near = [o for t in (match.token, verb) for p in syntax.children(t, "prep") for o in syntax.children(p, "pobj")]
    near += syntax.children(match.token, "compound", "amod")
    beside = {t.lemma_.lower() for n in near for t in (n, *syntax.children(n, "compound", "amod"))}
    if any("industry" in lexicon.classes.get(word, ()) for word in beside) and not any(
        _is_armed(t, lexicon) or t.lemma_.lower() in words("general_attack") for t in match.token.sent
    ):
        match.retype("accident", None, "type.plant_bursts")


def _is_armed(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word speaks of arms or forces; a mine in which something happens is a pit."""
    if token.lemma_.lower() == "mine" and token.dep_ == "pobj" and token.head.lower_ in ("in", "at", "inside"):
        return False
    return bool({"weapon", "force", "explosive"} & lexicon.classes.get(token.lemma_.lower(), set()))


def _means(match: Match) -> list[Token]:
    """The heads of what an attack was made with.

    Example: "A gas attack", "explosion of two grenades", "carried out with grenades", "bombs used in an attack".
    """
    verb = match.carrier if match.carrier is not None else match.token
    found = syntax.children(match.token, "compound", "amod", "nmod")
    found += [t for p in ("of", "with", "by", "using", "involving") for t in syntax.prepositional(match.token, p)]
    if match.token.lemma_.lower() in words("hurls"):
        found += syntax.objects(match.token)
    found += [t for p in ("with", "using", "by") for t in syntax.prepositional(verb, p)]
    # "fired on the market with rockets": the parse may hang them on what was hit
    struck = [*syntax.objects(verb), *(o for p in ("on", "at", "into") for o in syntax.prepositional(verb, p))]
    found += [t for o in struck for t in syntax.prepositional(o, "with")]
    using = [c for c in (*match.token.children, *verb.children) if c.lemma_.lower() == "use" and c.tag_ == "VBG"]
    used = match.token.head.head if match.token.dep_ == "pobj" and match.token.head.lower_ == "in" else match.token
    if used.lemma_.lower() == "use" and used.dep_ == "acl":
        found += [used.head, *syntax.prepositional(used.head, "of")]
    return [*found, *(o for verb in using for o in syntax.objects(verb))]
