"""What types of event have in common, and which of them can be one event told in two ways.

In come `seeds/event_types.csv` and `seeds/type_relations.csv`, out come answers about event type codes: traits, how
well two types go together, which is the more specific, and the family that linking looks for partners in. Types that
no row joins are different types and never meet. Refused are traits that no type has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from tasks import vocabularies

SAME, NEAR, FAR, APART = 3, 2, 1, 0
# refined_by: the other is a closer description, so reporters swap the two freely; told_as: one happening is told under
# both only where figures, weapon or wording say so as well
_REFINED, _TOLD_AS = "refined_by", "told_as"
_TOGETHER = ((_TOLD_AS, FAR), (_REFINED, NEAR))


class EventTypeError(LookupError):
    """A trait that no row of `seeds/event_types.csv` has."""


@cache
def types_with(trait: str) -> frozenset[str]:
    """The codes of the event types with a trait of the list type_trait. Raises EventTypeError where no type has it."""
    types = vocabularies.load("event_types")
    found = frozenset(types.loc[[trait in traits for traits in types["traits"]], "code"])
    if not found:
        raise EventTypeError(f"seeds/event_types.csv: column traits: no event type has the trait {trait!r}")
    return found


@cache
def mutual() -> frozenset[str]:
    """The codes of the event types that both parties do: who is named first is a matter of wording."""
    types = vocabularies.load("event_types")
    return frozenset(types.loc[types["is_mutual"].astype(bool), "code"])


def is_rare(codes: frozenset[str]) -> bool:
    """Whether a place seldom sees two of each of these types on a day, so that the type itself speaks for one event."""
    return codes <= types_with("rare")


def are_claims(codes: frozenset[str]) -> bool:
    """Whether each of these types is a group's word that it did a deed, which reports repeat without a place."""
    return codes <= types_with("claim")


def roles_of_control(code: str) -> tuple[str, str] | None:
    """The roles in which an event of the type names who controls the place afterwards, and who did before.

    "actors" and "recipients" or the other way round; None where the type changes no control.
    """
    if code in types_with("actor_takes_over"):
        return "actors", "recipients"
    return ("recipients", "actors") if code in types_with("recipient_takes_over") else None


@cache
def changing_control() -> tuple[str, ...]:
    """The codes of the event types after which somebody else may control the place, by alphabet."""
    return tuple(sorted(types_with("actor_takes_over") | types_with("recipient_takes_over")))


@cache
def related(code: str) -> tuple[tuple[str, str], ...]:
    """The relations in which an event type stands, as pairs of a code of the list type_relation and the other type."""
    rows = vocabularies.load("type_relations")
    own = rows[rows["event_type_code"] == code]
    return tuple(zip(own["relation_code"], own["other_type_code"], strict=True))


@cache
def _pairs(relation: str) -> tuple[tuple[str, str], ...]:
    """The pairs of types that stand in a relation, in the order of the table."""
    rows = vocabularies.load("type_relations")
    held = rows[rows["relation_code"] == relation]
    return tuple(zip(held["event_type_code"], held["other_type_code"], strict=True))


@cache
def _levels() -> Mapping[tuple[str, str], int]:
    """How close two types are, by their codes in either order."""
    levels: dict[tuple[str, str], int] = {}
    for relation, level in _TOGETHER:
        for one, other in _pairs(relation):
            levels[one, other] = levels[other, one] = level
    return levels


@cache
def incident_classes() -> Mapping[str, str]:
    """event type -> code of the list incident_class, for types of which analysts count the happenings.

    They stand in the order in which they head an incident.
    """
    rows = vocabularies.load("incident_types").dropna(subset="class_code")
    return dict(zip(rows["event_type_code"], rows["class_code"], strict=True))


@cache
def incident_roles() -> Mapping[str, str]:
    """event type -> its role, a code of the list incident_role, in an incident that an event of another type heads."""
    rows = vocabularies.load("incident_types")
    return dict(zip(rows["event_type_code"], rows["role_code"], strict=True))


@cache
def speaking_of_incidents() -> frozenset[str]:
    """The event types that only speak of incidents: claims, accusations and other words."""
    return frozenset(incident_roles().keys() - incident_classes().keys())


@cache
def _families() -> Mapping[str, str]:
    """Connected types share a family, named after its first type by alphabet."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in _levels():
        near[one].add(other)
    families: dict[str, str] = {}
    for start in sorted(near):
        reach = [start]
        while reach:
            code = reach.pop()
            if code not in families:
                families[code] = start
                reach.extend(near[code])
    return families


def family(code: str) -> str:
    """The family of an event type; types of two families are never one event. A type in no relation is a family."""
    return _families().get(code, code)


def closeness(ones: frozenset[str], others: frozenset[str]) -> int:
    """SAME, NEAR, FAR or APART for two sets of event types: the best of their pairs, APART where any pair is."""
    if ones == others and len(ones) == 1:
        return SAME
    levels = _levels()
    best = APART
    for one in ones:
        for other in others:
            level = SAME if one == other else levels.get((one, other), APART)
            if level == APART:
                return APART
            best = max(best, level)
    return best


@cache
def refinements(code: str) -> frozenset[str]:
    """The types that are closer descriptions of an event type."""
    return frozenset(closer for general, closer in _pairs(_REFINED) if general == code)


@cache
def specificity(code: str) -> int:
    """How close a description an event type is: the types that it refines less those that it stands for in general."""
    refines = sum(closer == code for _, closer in _pairs(_REFINED))
    stands_for = sum(general == code for relation, _ in _TOGETHER for general, _ in _pairs(relation))
    return refines - stands_for
