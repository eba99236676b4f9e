"""How two accounts of one document lie in its text: which comes first, and whether the later one takes up the earlier.

In come two accounts of one document; out comes whether the text tells them as one event or as two. Nothing is refused.
"""

from __future__ import annotations

from tasks.knowledge.weapons import weapons_agree
from tasks.link.accounts import MANY, Account
from tasks.link.weights import WEIGHTS
from tasks.link.words import DEFINITE, PERSON_PRONOUNS


def in_text_order(one: Account, other: Account) -> tuple[Account, Account]:
    """The earlier and the later of two accounts of one document."""
    return (one, other) if (one.positions, one.ids) <= (other.positions, other.ids) else (other, one)


def text_distance(one: Account, other: Account) -> int:
    """Code points between the nearest triggers of two accounts of one document."""
    return min(abs(ours - theirs) for ours in one.positions for theirs in other.positions)


def wording(one: Account, other: Account) -> float:
    """Share of the shorter sentence's content words that the other has as well, best pair of sentences; 0 to 1."""
    best = 0.0
    for ours in one.wordings:
        for theirs in other.wordings:
            shorter = min(len(ours), len(theirs))
            if shorter >= WEIGHTS.wording_words:
                best = max(best, len(ours & theirs) / shorter)
    return best


def figures_differ(one: Account, other: Account) -> bool:
    """Both count the same, and no value suits both."""
    for count, (low, high) in one.figures.items():
        theirs = other.figures.get(count)
        if theirs and max(low, theirs[0]) > min(high, theirs[1]):
            return True
    return False


def are_other_items(one: Account, other: Account) -> bool:
    """They stand in two items of a live blog, bulletin or timeline, each of which was told by itself."""
    return bool(one.items and other.items) and not one.items & other.items


def are_told_apart(one: Account, other: Account) -> bool:
    """One text tells them as two: several places of one trigger, other figures, other means, or "a second bomb"."""
    if one.positions == other.positions and one.event_types == other.event_types:
        return True
    early, late = in_text_order(one, other)
    if are_other_items(one, other) and count_others(one, other) and not is_taken_up(late):
        return True
    if wording(one, other) >= WEIGHTS.wording_copied and one.sentence != other.sentence:
        return False
    if late.is_set_apart and not early.is_set_apart:
        return True
    if weapons_agree(one.weapons, other.weapons) is False:
        return True
    if not figures_differ(one, other):
        return False
    if one.speaker != other.speaker and ((one.speaker and other.speaker) or not late.has_own_setting):
        # two voices that count one attack differently
        return False
    return not is_part(early, late)


def count_others(one: Account, other: Account) -> bool:
    """Both count the same, and not as one deed is counted at two times: they are of other kinds, or far apart."""
    if not figures_differ(one, other):
        return False
    if not one.event_types & other.event_types:
        return True
    shared = [(bounds, other.figures[count]) for count, bounds in one.figures.items() if count in other.figures]
    return any(max(a[0], b[0]) > WEIGHTS.counts_near_ratio * min(a[1], b[1]) for a, b in shared)


def is_part(early: Account, late: Account) -> bool:
    """The later sentence counts some of those that the earlier one counted: near it, no place or day of its own.

    Example: "Ten people were killed in the market on Monday. Three children died." is one attack.
    """
    if early.counted and early.counted < late.counted:
        return True  # "a leader was held; two more were also held": the later count takes in the earlier
    if _takes_in(early, late):
        return True
    is_far = late.has_own_setting or late.positions[0] - early.positions[-1] > WEIGHTS.follow_on_reach
    if is_far and not is_taken_up(late):
        return False
    for count, (_, high) in late.figures.items():
        whole = early.figures.get(count)
        if whole and (high == MANY or high > whole[0]):
            return False
    return True


def is_taken_up(late: Account) -> bool:
    """It counts nobody but those who were told of before.

    Example: "The facilitator", "him".
    """
    texts = [text for _, text in late.counted]
    return bool(texts) and all(text in PERSON_PRONOUNS or text.startswith(DEFINITE) for text in texts)


def _takes_in(early: Account, late: Account) -> bool:
    """The later one counts the one person who was told of, and more.

    Example: "A leader was captured", then "the leader and three others were detained"; so it is after "he was
    detained", whatever comes.
    """
    shared = early.figures.keys() & late.figures.keys()
    is_one = bool(shared) and all(early.figures[count][1] == 1 for count in shared)
    is_named_before = bool(early.counted) and all(text in PERSON_PRONOUNS for _, text in early.counted)
    return is_one and (
        is_named_before or any(text in PERSON_PRONOUNS or text.startswith("the ") for _, text in late.counted)
    )
