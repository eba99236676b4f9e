"""Which weapons can be one weapon told in two ways, and which say no more than the type of event.

In comes `seeds/weapon_types.csv`, out come answers about sets of weapon codes. Nothing is refused: a code without a row
is in no group and says more than the type.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tasks import vocabularies


@cache
def _groups() -> Mapping[str, frozenset[str]]:
    """The groups of the list weapon_group that each weapon belongs to; reports give weapons of one for one another."""
    rows = vocabularies.load("weapon_types")
    return {code: frozenset(groups) for code, groups in zip(rows["code"], rows["groups"], strict=True)}


@cache
def _implied() -> frozenset[str]:
    """The weapons that a type of event names itself: that an air strike came from aircraft says nothing."""
    rows = vocabularies.load("weapon_types")
    return frozenset(rows.loc[rows["is_implied"].astype(bool), "code"])


def _groups_of(codes: frozenset[str]) -> set[str]:
    known = _groups()
    return {group for code in codes for group in known.get(code, ())}


def weapons_agree(ones: frozenset[str], others: frozenset[str]) -> bool | None:
    """True for a shared weapon, False for different means, None where one is silent or both can name one thing."""
    if not ones or not others:
        return None
    if ones & others:
        return True
    return False if _groups_of(ones).isdisjoint(_groups_of(others)) else None


def is_told_weapon(codes: frozenset[str]) -> bool:
    """Whether the weapons that two accounts share say more than the type of event does."""
    return bool(codes - _implied())
