"""Which kinds of event can be one event told in two ways.

Takes event type and weapon codes; gives how well two of them go together, which is the more specific, and the
family that linking looks for partners in. Kinds that no rule joins are different kinds and never meet.
"""

from __future__ import annotations

from collections import defaultdict

SAME, NEAR, FAR, APART = 3, 2, 1, 0

# NEAR: the second is a closer description of the first, so reporters swap them freely
_CLOSER = (
    ("explosive_attack", "suicide_bombing"),
    ("explosive_attack", "grenade_attack"),
    ("air_strike", "drone_strike"),
    ("armed_clash", "ambush"),
    ("shooting", "assassination"),
    ("shooting", "ambush"),
    ("assassination", "execution"),
    ("meeting", "negotiation"),
    ("advance", "encirclement"),
    ("agreement", "ceasefire"),
    ("protest", "protest_dispersed"),
    ("protest", "protest_repressed"),
    ("protest_dispersed", "protest_repressed"),
    ("protest", "riot"),
    ("retreat", "troop_withdrawal"),
    ("territory_seized", "territory_handed_over"),
)

# FAR: one happening is told under both only where figures, weapon or wording say so as well
_LOOSE = (
    ("attack_on_civilians", "shooting"),
    ("attack_on_civilians", "explosive_attack"),
    ("attack_on_civilians", "suicide_bombing"),
    ("attack_on_civilians", "grenade_attack"),
    ("attack_on_civilians", "air_strike"),
    ("attack_on_civilians", "drone_strike"),
    ("attack_on_civilians", "shelling"),
    ("attack_on_civilians", "chemical_attack"),
    ("attack_on_civilians", "ambush"),
    ("attack_on_civilians", "execution"),
    ("attack_on_civilians", "assassination"),
    ("attack_on_civilians", "mob_violence"),
    ("attack_on_civilians", "raid"),
    ("attack_on_civilians", "armed_clash"),
    ("attack_on_civilians", "riot"),
    ("air_strike", "shelling"),
    ("drone_strike", "shelling"),
    ("explosive_attack", "air_strike"),
    ("explosive_attack", "drone_strike"),
    ("explosive_attack", "shelling"),
    ("explosive_attack", "chemical_attack"),
    ("explosive_attack", "assassination"),
    ("explosive_attack", "ambush"),
    ("suicide_bombing", "assassination"),
    ("shooting", "execution"),
    ("armed_clash", "shooting"),
    ("armed_clash", "raid"),
    ("armed_clash", "air_strike"),
    ("raid", "shooting"),
    ("raid", "execution"),
    ("raid", "air_strike"),
    ("protest_repressed", "shooting"),
    ("protest_repressed", "attack_on_civilians"),
    ("riot", "protest_dispersed"),
    ("riot", "protest_repressed"),
    ("riot", "mob_violence"),
    ("aid", "support"),
    ("aid", "military_aid"),
    ("military_aid", "support"),
)

# both parties do it: who is named first is a matter of wording
MUTUAL = frozenset(
    {"armed_clash", "meeting", "negotiation", "talks_stalled", "agreement", "ceasefire", "ceasefire_violation"}
)

# a group's word that it did it, which reports repeat without a place
CLAIM = frozenset({"responsibility_claim"})

# weapons that reports give for one another
_WEAPON_GROUPS = (
    frozenset({"bomb", "ied", "landmine", "car_bomb", "suicide_bomb", "vehicle"}),
    frozenset({"artillery", "mortar", "rocket", "missile", "tank", "warship"}),
    frozenset({"aircraft", "helicopter", "drone", "bomb", "missile", "rocket"}),
    frozenset({"fire", "petrol_bomb"}),
    frozenset({"tear_gas", "water_cannon", "rubber_bullet"}),
    frozenset({"tear_gas", "chemical"}),
)

# weapons that the kind itself names
_IMPLIED = frozenset({"aircraft", "artillery", "drone", "bomb", "firearm", "suicide_bomb", "grenade", "tear_gas"})

RARE = frozenset(
    "ambush suicide_bombing drone_strike chemical_attack assassination execution abduction mob_violence riot "
    "territory_seized territory_handed_over retreat surrender troop_withdrawal base_established agreement ceasefire "
    "negotiation talks_stalled resignation appointment natural_disaster accident strike release".split()
)


def _closeness() -> dict[tuple[str, str], int]:
    table: dict[tuple[str, str], int] = {}
    for pairs, level in ((_LOOSE, FAR), (_CLOSER, NEAR)):
        for one, other in pairs:
            table[one, other] = table[other, one] = level
    return table


_CLOSENESS = _closeness()


def _families() -> dict[str, str]:
    """Connected kinds share a family, named after its first kind by alphabet."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in _CLOSENESS:
        near[one].add(other)
    families: dict[str, str] = {}
    for start in sorted(near):
        reach = [start]
        while reach:
            kind = reach.pop()
            if kind not in families:
                families[kind] = start
                reach.extend(near[kind])
    return families


_FAMILIES = _families()


def family(kind: str) -> str:
    """The family of an event type; kinds of two families are never one event. A kind no rule names is a family."""
    return _FAMILIES.get(kind, kind)


def closeness(ones: frozenset[str], others: frozenset[str]) -> int:
    """SAME, NEAR, FAR or APART for two sets of event types: the best of their pairs, APART where any pair is."""
    if ones == others and len(ones) == 1:
        return SAME
    best = APART
    for one in ones:
        for other in others:
            level = SAME if one == other else _CLOSENESS.get((one, other), APART)
            if level == APART:
                return APART
            best = max(best, level)
    return best


def specificity(kind: str) -> int:
    """How close a description an event type is: the kinds that it refines less those that it stands for in general."""
    refines = sum(closer == kind for _, closer in _CLOSER)
    stands_for = sum(general == kind for general, _ in _CLOSER) + sum(general == kind for general, _ in _LOOSE)
    return refines - stands_for


def weapons_agree(ones: frozenset[str], others: frozenset[str]) -> bool | None:
    """True for a shared weapon, False for different means, None where one is silent or both can name one thing."""
    if not ones or not others:
        return None
    if ones & others:
        return True
    if any(ones & group and others & group for group in _WEAPON_GROUPS):
        return None
    return False


def is_told_weapon(codes: frozenset[str]) -> bool:
    """Whether the weapons that two share say more than the kind: that an air strike came from aircraft says nothing."""
    return bool(codes - _IMPLIED)


def is_rare(codes: frozenset[str]) -> bool:
    """Kinds of which a place seldom sees two on a day, so that the kind itself speaks for one event."""
    return codes <= RARE
