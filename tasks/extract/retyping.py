"""Give a match the kind that its means tell: "a mine killed six", "rockets hit the camp", "bombs fell on the town".

In come matches of one sentence with what was folded into them, out come the same with another type or weapon where the
words around them say more than the trigger. What the trigger says for itself stays.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match
from tasks.language import syntax

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


def retype(matches: list[Match], causes: list[Match], lexicon: Lexicon) -> None:
    """Retype violence in place by its means; `causes` are all matches that are no mere outcome."""
    for match in matches:
        if match.weapon_code in _LOOSE_WEAPONS and match.event_type_code not in _WHATEVER_THE_MEANS:
            _by_means(match, lexicon)
            _as_suicide(match)
            _as_accident(match, lexicon)
    for match in matches:
        _as_repression(match, causes)


def _by_means(match: Match, lexicon: Lexicon) -> None:
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
            match.retype("air_strike", "aircraft", "type.bombs_fall", noun)
            return  # bombs that fall or are dropped come from the air
        if weapon is not None:
            kind = weapon.event_type_code or match.event_type_code
            match.retype(kind, weapon.weapon_code, "type.by_means", noun)
            return


def _as_suicide(match: Match) -> None:
    """ "The bomber detonated his explosives", "... set off his vest": who carries what bursts dies of it."""
    if match.event_type_code != "explosive_attack" or not syntax.is_verb(match.token):
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
        match.retype("suicide_bombing", "suicide_bomb", "type.bomber_dies")


def _as_repression(match: Match, causes: list[Match]) -> None:
    """ "Two people were killed by police at a protest": what police do to people at one represses it."""
    if match.event_type_code not in ("attack_on_civilians", "shooting") or not syntax.is_verb(match.token):
        return
    protests = {m.token for m in causes if m.event_type_code in _PROTESTS[:2]}
    held = {o for p in ("at", "during", "in") for o in syntax.prepositional(match.token, p)}
    doers = {word for actor in match.actors for word in (actor.lemma_.lower(), actor.lower_)}
    if protests & held and doers & _KEEPERS:
        match.retype("protest_repressed", match.weapon_code, "type.police_at_protest")


def _as_accident(match: Match, lexicon: Lexicon) -> None:
    """ "An explosion ripped through a fuel depot": a plant or a fuel that bursts, and nobody said to have done it."""
    if match.event_type_code != "explosive_attack" or match.actors:
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
        match.retype("accident", None, "type.plant_bursts")


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
