"""What speaks for it that two tellings of one document are one happening, and how much.

In come two tellings, the earlier first; out come the ids of `seeds/story_weights.csv` that hold of them, and their
sum. The weights are what a linear model learned from whole reports (`make story`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tasks.knowledge import event_types
from tasks.knowledge.weapons import weapons_agree
from tasks.link.days import gap
from tasks.link.same_text import are_other_items, count_others, figures_differ, text_distance, wording
from tasks.link.story.telling import Telling
from tasks.link.weights import WEIGHTS, learned_weights
from tasks.link.where import ADMIN2, place_relation

OTHER_ITEM, OTHER_ITEM_APART = "item_other", "item_apart"
"""Ids beside those that are learned: what was learned from whole articles knows no items."""
ARREST_APART = "arrest_apart"
"""Beside those too: who is taken for a deed is taken after it, which readers count as a happening of its own."""
NOT_LEARNED = frozenset((OTHER_ITEM, OTHER_ITEM_APART, ARREST_APART))

_LEVELS = {event_types.NEAR: "near", event_types.FAR: "far"}
# code points between two triggers, up to which they stand so near
_NEAR = ((200, "next"), (500, "near"), (1200, "some_way"))
# sentences that tell of something, from the one telling to the next of the other, counted up to this
_FARTHEST = 5
_SHARED_WORDING = ((0.5, "half"), (0.25, "quarter"))


def weights() -> Mapping[str, int]:
    """Weight by id, in hundredths of a logit."""
    return learned_weights("story_weights")


def likeness(early: Telling, late: Telling) -> Iterator[str]:
    """The ids of the weights that hold of two tellings."""
    yield "always"
    yield from _kinds(early.kind, late.kind)
    if _is_arrest_for_deed(early.kind, late.kind):
        yield ARREST_APART
    yield from _places(early, late)
    yield from _days(early, late)
    yield from _parties(early, late)
    yield from _items(early, late)
    yield from _text(early, late)


def _kinds(early: str, late: str) -> Iterator[str]:
    classes = event_types.incident_classes()
    if early == late:
        yield "kind_same"
    else:
        level = event_types.closeness(frozenset((early,)), frozenset((late,)))
        yield f"kind_{_LEVELS.get(level, 'other')}"
        yield "class_" + "_".join(sorted((classes[early], classes[late])))


def _is_arrest_for_deed(one: str, other: str) -> bool:
    """Whether one is an arrest, the other violence of one side alone: in a clash people are taken while it lasts."""
    classes, arrests = event_types.incident_classes(), event_types.types_with("of_suspects")
    return not arrests.isdisjoint((one, other)) and any(
        classes[kind] == "violence" and kind not in event_types.mutual() for kind in (one, other)
    )


def _owners(early: bool, late: bool) -> str:
    return "both" if early and late else "one" if early or late else "none"


def _places(early: Telling, late: Telling) -> Iterator[str]:
    ours, theirs = early.account.where, late.account.where
    relation = place_relation(ours, theirs)
    is_coarse = relation == "same" and min(ours.rank, theirs.rank) < ADMIN2
    name = "same_area" if is_coarse else relation
    yield f"place_{name}_{_owners(early.has_own_place, late.has_own_place)}"


def _days(early: Telling, late: Telling) -> Iterator[str]:
    ours, theirs = early.account.firm, late.account.firm
    if ours is None or theirs is None:
        relation = "open"
    elif ours == theirs:
        relation = "same"
    else:
        relation = "apart" if gap(ours, theirs) > 0 else "overlap"
    yield f"day_{relation}_{_owners(early.has_own_day, late.has_own_day)}"
    if early.is_background or late.is_background:
        yield "background_" + _owners(early.is_background, late.is_background)


def _items(early: Telling, late: Telling) -> Iterator[str]:
    """Other items of a list of reports, which may say the same.

    In other places, with days of their own, or counting others ("a bomb killed three", "a bomb killed nine"), they do
    not.
    """
    ours, theirs = early.account, late.account
    if not are_other_items(ours, theirs):
        return
    place = place_relation(ours.where, theirs.where)
    is_elsewhere = place == "apart" and early.has_own_place and late.has_own_place
    is_later = ours.firm is not None and theirs.firm is not None and gap(ours.firm, theirs.firm) > 0
    is_other_count = count_others(ours, theirs)
    if is_elsewhere or is_later or (is_other_count and late.reference == "brought_in"):
        yield OTHER_ITEM_APART
    elif late.reference != "taken_up" and (early.kind != late.kind or place != "same" or is_other_count):
        yield OTHER_ITEM


def _parties(early: Telling, late: Telling) -> Iterator[str]:
    for side, ours, theirs in (
        ("actor", early.actor_names, late.actor_names),
        ("recipient", early.recipient_names, late.recipient_names),
        ("party", early.names, late.names),
    ):
        if ours and theirs:
            yield f"{side}_{'same' if ours & theirs else 'other'}"
    if early.actor_names & late.recipient_names or early.recipient_names & late.actor_names:
        yield "party_turned"


def _text(early: Telling, late: Telling) -> Iterator[str]:
    one, other = early.account, late.account
    distance = text_distance(one, other)
    if early.sentences.keys() & late.sentences.keys():
        yield "text_sentence"
    else:
        yield "text_" + next((name for limit, name in _NEAR if distance <= limit), "far")
    before = [rank for rank in early.ranks if rank <= late.ranks[0]]
    yield f"apart_{min(_FARTHEST, late.ranks[0] - before[-1] if before else 0)}"
    if min(early.sentences) < WEIGHTS.lead_reach:
        yield "lead"
    yield f"early_{early.reference}"
    yield f"late_{late.reference}"
    if other.is_set_apart and not one.is_set_apart:
        yield "set_apart"
    if any(other.figures.get(count) == figure and figure[0] > 1 for count, figure in one.figures.items()):
        yield "figures_same"
    elif figures_differ(one, other):
        yield "figures_differ"
    agree = weapons_agree(one.weapons, other.weapons)
    if agree is not None:
        yield "weapon_same" if agree else "weapon_other"
    shared = wording(one, other)
    name = next((name for least, name in _SHARED_WORDING if shared >= least), None)
    if name:
        yield f"wording_{name}"
