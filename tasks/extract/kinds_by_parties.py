"""The kind of a match that those tell who did it or suffered it: hostages, arrests, the dead of a fight, floods.

In comes a match with its parties, out comes the same with another type where they say more than the trigger.
"""

from __future__ import annotations

from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Match
from tasks.extract.names import SentenceNames
from tasks.extract.slots import Slots
from tasks.extract.who import content, doer_classes
from tasks.extract.word_groups import words
from tasks.language import syntax

_OF_STATE = frozenset({"force", "country", "organisation", "leader"})
_ARMED = frozenset({"force", "armed_group"})
# words behind a verb among which those for an arrest are looked for
_BESIDE = 9


def retype_by_parties(match: Match, names: SentenceNames, slots: Slots, lexicon: Lexicon) -> None:
    """Give the match, in place, the type that its parties tell."""
    is_open = match.event_type_code in lexicon.types_with("open") and match.trigger.is_outcome
    if is_open and match.trigger.number_kind in ("killed", "injured") and _bear_arms(match, names):
        match.retype("armed_clash", match.weapon_code, "type.dead_bear_arms")
    if _is_taking_hostages(match, names):
        match.retype("abduction", match.weapon_code, "type.hostages")
    elif _is_taking_in(match):
        match.retype("arrest", match.weapon_code, "type.custody")
    is_deed = match.event_type_code in lexicon.takes_casualties - lexicon.types_with("of_nature")
    if is_deed and _is_by_forces_of_nature(match, names, slots):
        match.retype("natural_disaster", None, "type.force_of_nature")


def _bear_arms(match: Match, names: SentenceNames) -> bool:
    """Whether all of those bear arms who died or were hurt, as far as the words tell.

    Example: "53 members of the security forces died"; not "four soldiers and a child were hurt".
    """
    victims = match.counted or match.recipients
    around = [(v, *syntax.children(v, "compound"), *syntax.prepositional(v, "of")) for v in victims]
    is_told = bool(victims) and not any(victim.pos_ == "PRON" for victim in victims)
    return is_told and all(any(names.classes(t) & _ARMED for t in (content(v[0]), *v)) for v in around)


def _is_taking_hostages(match: Match, names: SentenceNames) -> bool:
    """Whether people who do not fight are taken by those who are no state.

    Example: "Rebels seized five aid workers".
    """
    if match.event_type_code != "arrest" or match.token.lemma_.lower() not in words("takes_people"):
        return False
    by_group = any("armed_group" in names.classes(actor) for actor in match.actors)
    # "men in a pickup seized a member of the company at gunpoint"
    by_group |= bool(match.actors) and not any(doer_classes(a, names) & _OF_STATE or names.of(a) for a in match.actors)
    if not match.actors and match.recipients and syntax.is_passive(match.token):
        return all("civilian" in names.classes(r) for r in match.recipients)  # "the nuns were seized on a road"
    taken = [r for r in match.recipients if r.pos_ != "PRON"]
    return by_group and bool(match.recipients) and not any("force" in names.classes(r) for r in taken)


def _is_taking_in(match: Match) -> bool:
    """Whether people who are led off are under arrest: by police, or as the words beside it tell.

    Example: "Police took away two youths", "was led off in handcuffs", "were driven away for questioning".
    """
    if match.event_type_code != "abduction" or match.token.lemma_.lower() not in words("leads_off"):
        return False
    by_police = any({a.lower_, a.lemma_.lower()} & words("police_word") for a in match.actors)
    behind = match.token.doc[match.token.i + 1 : match.token.i + _BESIDE]
    return by_police or any(t.dep_ == "pobj" and t.lemma_.lower() in words("custody") for t in behind)


def _is_by_forces_of_nature(match: Match, names: SentenceNames, slots: Slots) -> bool:
    """Whether rain, a river or rocks did it: "heavy rains destroyed 310 shelters", "swept away by floods"."""
    if not syntax.is_verb(match.token):
        return False
    doers = slots.heads("by" if syntax.is_passive(match.token) else "subject", match, names)
    return bool(doers) and all(doer.lemma_.lower() in words("force_of_nature") for doer in doers)
