"""What an actor of each type is: its camp, the word class of its nouns, on whose side its dead are counted.

In comes `seeds/actor_types.csv`, out come answers about an actor type code; None, an actor of no known type, is in no
camp and has no trait. Refused are codes, camps and traits that the table does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from tasks import vocabularies


class ActorTypeError(LookupError):
    """An actor type, a camp or a trait that `seeds/actor_types.csv` does not have."""


@dataclass(frozen=True, slots=True)
class ActorType:
    """One row of `seeds/actor_types.csv`.

    `camp_code`, `traits`, `word_class`, `side_code`: codes of the lists actor_camp, actor_trait, word_class and side.
    `state_label`: what this part of a state is called, with {} for the country; None for what is no part of every
    state. `yields_to`: a noun of this type gives way to one before it of these types, as in "rebel soldiers".
    `acled_inter`: what ACLED calls such an actor, where the type tells. `cameo_type`: CAMEO's role code, likewise.
    `casualty_groups`: codes of the list casualty_group that its dead are counted under.
    """

    code: str
    camp_code: str
    word_class: str | None
    side_code: str | None
    state_label: str | None
    yields_to: frozenset[str]
    acled_inter: str | None
    cameo_type: str | None
    casualty_groups: tuple[str, ...]
    traits: frozenset[str]


@cache
def all_types() -> Mapping[str, ActorType]:
    """Every actor type by its code, in the order of the table."""
    types = {
        str(row["code"]): ActorType(
            row["code"],
            row["camp_code"],
            row["word_class"],
            row["side_code"],
            row["state_label"],
            frozenset(row["yields_to"]),
            row["acled_inter"],
            row["cameo_type"],
            tuple(row["casualty_groups"]),
            frozenset(row["traits"]),
        )
        for row in vocabularies.load("actor_types").to_dict("records")
    }
    return MappingProxyType(types)


def actor_type(code: str) -> ActorType:
    """The row of an actor type code. Raises ActorTypeError for a code without a row."""
    found = all_types().get(code)
    if found is None:
        raise ActorTypeError(f"seeds/actor_types.csv: column code: there is no {code!r}; add a row")
    return found


@cache
def in_camp(*camps: str) -> frozenset[str]:
    """The codes of the actor types of these camps. Raises ActorTypeError for a camp that no type is of."""
    types = all_types().values()
    for camp in camps:
        if all(row.camp_code != camp for row in types):
            raise ActorTypeError(f"seeds/actor_types.csv: column camp_code: no actor type is of the camp {camp!r}")
    return frozenset(row.code for row in types if row.camp_code in camps)


@cache
def with_trait(trait: str) -> frozenset[str]:
    """The codes of the actor types that have a trait. Raises ActorTypeError for a trait that none has."""
    found = frozenset(row.code for row in all_types().values() if trait in row.traits)
    if not found:
        raise ActorTypeError(f"seeds/actor_types.csv: column traits: no actor type has the trait {trait!r}")
    return found


def outside_state() -> frozenset[str]:
    """The codes of armed people who are no part of a state: armed groups, gangs, militias."""
    return in_camp("armed_group", "militia")


def armed_or_state() -> frozenset[str]:
    """The codes of states with their parts, and of armed people outside of them."""
    return in_camp("armed_group", "militia", "state")


def bystanders() -> frozenset[str]:
    """The codes of those who stand beside armed actors and are none."""
    return with_trait("bystander")


@cache
def parts_of_state() -> Mapping[str, str]:
    """What each part that all states have is called, with {} for the country, by actor type code."""
    return MappingProxyType({row.code: row.state_label for row in all_types().values() if row.state_label})


def word_class(code: str | None) -> str | None:
    """The word class of nouns for such an actor, as triggers ask for it, or None."""
    return None if code is None else actor_type(code).word_class


def side(code: str | None) -> str | None:
    """On whose side casualties of such people are counted (military, insurgents, civilians); None where open."""
    return None if code is None else actor_type(code).side_code


def casualty_groups(code: str | None) -> tuple[str, ...]:
    """The groups under which casualties of such people are counted; none where open."""
    return () if code is None else actor_type(code).casualty_groups
