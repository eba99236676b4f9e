"""How well two tellings go together: what forbids that they are one event, what speaks for it, and in which words.

Takes two tellings and whether they stand in one document; gives None where something forbids them, else a score with
the features that made it. Every weight is here, and the same two tellings always give the same answer, whichever
comes first.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from tasks.knowledge import event_types
from tasks.link.tellings import (
    ADMIN1,
    ADMIN2,
    COUNTRY,
    FAR_OFF,
    LONG_AGO,
    MANY,
    NOWHERE,
    SETTLEMENT,
    Telling,
    Where,
)

# two tellings are taken for one event from this score on
ENOUGH = 0.5
# across documents a coarse place says little: a country, or no place at all, nearly nothing, and less where figures,
# means, target and wording are silent as well
ENOUGH_FOR_COARSE = 0.55
ENOUGH_FOR_VAGUE, ALL_SILENT = 0.6, 0.1
# on a busy day and place kind, place and day alone are not enough: parties, figures or wording must agree as well
ENOUGH_WHERE_BUSY = 0.65
# a candidate that leads by this much is the only one that fits
LEAD = 0.15

# two readings of one spot; a spot in a town; a town in a district of which no map gives the border
SPOT_KM, TOWN_KM, DISTRICT_KM = 2.0, 15.0, 25.0
# a deed planned for a time longer than this cannot be told to have come true
PLAN_WIDTH = 7
# reports without a date about one matter appear within these days
COPY_WORDING, SHARED_WORDING = 0.6, 0.3
# few attacks kill as many as this, so that tolls no further apart than this ratio are seldom those of two
HIGH_TOLL, NEAR_TOLL = 8, 1.5
# a follow-on sentence stands within this many code points
NEAR_TEXT = 600

SAME_DAY, SAME_DATES, DAY_APART = "same day", "same dates", "one day apart"


class Comparison(NamedTuple):
    """`score` from about 0 to 2, and the features that made it: `place` is same, inside or open."""

    score: float
    place: str
    is_same_kind: bool
    day: str
    parties: str
    figures: str
    is_same_weapon: bool
    is_same_wording: bool
    is_plan_and_deed: bool
    is_denial: bool
    found: str

    @property
    def reasons(self) -> tuple[str, ...]:
        """The features, in words."""
        words = (
            self._same(),
            self.parties,
            self.figures,
            "same weapon" if self.is_same_weapon else "",
            "shared wording" if self.is_same_wording else "",
            "one as plan, one as deed" if self.is_plan_and_deed else "",
            "asserted and denied" if self.is_denial else "",
            self.found,
        )
        return tuple(reason for reason in words if reason)

    def _same(self) -> str:
        """The first reason: "same kind, place and day", or what holds in its stead."""
        kinds_places_days = ("kind", self.is_same_kind), ("place", self.place == "same"), ("day", self.day == SAME_DAY)
        same = [name for name, holds in kinds_places_days if holds]
        parts = []
        if same:
            parts.append("same " + (", ".join(same[:-1]) + " and " + same[-1] if len(same) > 1 else same[0]))
        if not self.is_same_kind:
            parts.append("kinds that go together")
        if self.place != "same":
            parts.append("one place within the other" if self.place == "inside" else "place left open")
        if self.day and self.day != SAME_DAY:
            parts.append(self.day)
        return ", ".join(parts)


_DEFINITE = ("the ", "these ", "those ", "both ")
_PRONOUNS = ("he", "she", "him", "her")


def kilometres(one: Where, other: Where) -> float | None:
    """Great-circle distance of two places; None where a coordinate is missing."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, south = radians(one.latitude), radians(other.latitude)
    across = sin((north - south) / 2) ** 2
    across += cos(north) * cos(south) * sin(radians(one.longitude - other.longitude) / 2) ** 2
    return 12742 * asin(min(1.0, sqrt(across)))


def place_relation(one: Where, other: Where) -> str:
    """same, inside (one lies in the other), open (not told) or apart. Two places of one rank are never one event."""
    if one.country and other.country and one.country != other.country:
        return "apart"
    if (one.admin1 and other.admin1 and one.admin1 != other.admin1) or (
        one.admin2 and other.admin2 and one.admin2 != other.admin2
    ):
        return "apart"
    if (one.is_unresolved or other.is_unresolved) and one.name and other.name and not one.name & other.name:
        # a name that no gazetteer knows is still the name of another place, unless the other is what holds it
        held = other if one.is_unresolved else one
        if held.is_unresolved or held.rank >= SETTLEMENT:
            return "apart"
    if one.rank == other.rank:
        return _same_rank(one, other)
    fine, coarse = (one, other) if one.rank > other.rank else (other, one)
    return _inside(fine, coarse)


def _same_rank(one: Where, other: Where) -> str:
    if one.rank == NOWHERE:
        # a village that no gazetteer knows is one place in all reports that name it
        return "same" if one.is_unresolved and other.is_unresolved and one.name == other.name else "open"
    if one.rank == COUNTRY:
        return "same"
    if one.rank == ADMIN1 and one.admin1 and other.admin1:
        return "same"
    if one.rank == ADMIN2 and one.admin2 and other.admin2:
        return "same"
    if one.place_id and other.place_id:
        if one.place_id == other.place_id:
            return "same"
        if one.rank > SETTLEMENT:
            between = kilometres(one, other)
            return "same" if between is not None and between <= SPOT_KM else "apart"
        return "apart"
    return "same" if one.name and one.name == other.name else "apart"


def _inside(fine: Where, coarse: Where) -> str:
    if coarse.rank == NOWHERE:
        return "open"
    if coarse.rank == COUNTRY:
        return "inside" if fine.country else "open"
    if coarse.rank == ADMIN1:
        return "inside" if fine.admin1 and coarse.admin1 else "open"
    between = kilometres(fine, coarse)
    if coarse.rank == ADMIN2:
        # many towns carry no district: the name tells ("Imam Sahib" of "Imam Sahib District"), else the distance
        if (fine.admin2 and coarse.admin2) or (fine.name and fine.name <= coarse.name):
            return "inside"
        return "inside" if between is not None and between <= DISTRICT_KM else "apart"
    if fine.place_id and fine.place_id == coarse.place_id:
        return "same"
    return "inside" if between is not None and between <= TOWN_KM else "apart"


def _gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Days between two spans; zero or less where they overlap."""
    return max(one[0], other[0]) - min(one[1], other[1])


def _days_apart(one: Telling, other: Telling, together: bool) -> bool:
    if one.firm and other.firm and _gap(one.firm, other.firm) > (0 if together else 1):
        return True
    pairs = ((one.firm, other.weak), (other.firm, one.weak), (None if together else one.weak, other.weak))
    for given, open_ in pairs:
        # in one text an undated sentence can take up any matter that is past by the time of its report
        if given and open_ and (given[0] > open_[1] if together else _gap(given, open_) > 0):
            return True
    return False


def _status_apart(one: Telling, other: Telling, together: bool) -> bool:
    """A plan and a deed are one event only where both name the same few days."""
    if not ((one.is_ahead and other.has_happened) or (other.is_ahead and one.has_happened)):
        return False
    plan, deed = (one, other) if one.is_ahead else (other, one)
    if together and plan.statuses == {"hypothetical"}:
        return True  # what an operation sought is not what it did
    if not plan.firm or not deed.firm:
        return True
    is_open = plan.firm[0] == LONG_AGO or plan.firm[1] == FAR_OFF or plan.firm[1] - plan.firm[0] >= PLAN_WIDTH
    return is_open or _gap(plan.firm, deed.firm) > 0


def _sides_apart(one: Telling, other: Telling) -> bool:
    if one.is_mutual and other.is_mutual:
        ours, theirs = one.actors | one.recipients, other.actors | other.recipients
        # one report names this side of a fight, the next one that side: only a full pair can contradict
        return bool(ours and theirs) and len(ours) + len(theirs) > 2 and not ours & theirs
    if (one.doers and other.doers and not one.doers & other.doers) or (
        one.victims and other.victims and not one.victims & other.victims
    ):
        return True
    if one.actors and other.actors:
        if not one.actors & other.actors:
            return True
    elif len(one.camps) == 1 and len(other.camps) == 1 and one.camps != other.camps:
        return True
    return bool(one.recipients and other.recipients and not one.recipients & other.recipients)


def figures_differ(one: Telling, other: Telling) -> bool:
    """A count of one kind, given by both, has no value that suits both."""
    for kind, (low, high) in one.figures.items():
        theirs = other.figures.get(kind)
        if theirs and max(low, theirs[0]) > min(high, theirs[1]):
            return True
    return False


def in_text_order(one: Telling, other: Telling) -> tuple[Telling, Telling]:
    """The earlier and the later of two tellings of one document."""
    return (one, other) if (one.positions, one.ids) <= (other.positions, other.ids) else (other, one)


def is_part(one: Telling, other: Telling) -> bool:
    """The later sentence counts some of those that the earlier one counted: near it, no place or day of its own.

    "Ten people were killed in the market on Monday. Three children died." is one attack.
    """
    early, late = in_text_order(one, other)
    if early.counted and early.counted < late.counted:
        return True  # "a leader was held; two more were also held": the later count takes in the earlier
    if _takes_in(early, late):
        return True
    is_far = late.has_own_setting or late.positions[0] - early.positions[-1] > NEAR_TEXT
    if is_far and not _is_taken_up(late):
        return False
    for kind, (_, high) in late.figures.items():
        whole = early.figures.get(kind)
        if whole and (high == MANY or high > whole[0]):
            return False
    return True


def _is_namesake(one: Where, other: Where) -> bool:
    return bool(one.name and other.name) and (one.name <= other.name or other.name <= one.name)


def _is_taken_up(late: Telling) -> bool:
    """ "The facilitator", "him": nobody but those who were told of before."""
    texts = [text for _, text in late.counted]
    return bool(texts) and all(text in _PRONOUNS or text.startswith(_DEFINITE) for text in texts)


def _takes_in(early: Telling, late: Telling) -> bool:
    """ "A leader was captured", then "the leader and three others were detained": the one who was told of, and more;
    so it is after "he was detained", whatever comes."""
    shared = early.figures.keys() & late.figures.keys()
    is_one = bool(shared) and all(early.figures[kind][1] == 1 for kind in shared)
    is_named_before = bool(early.counted) and all(text in _PRONOUNS for _, text in early.counted)
    return is_one and (is_named_before or any(text in _PRONOUNS or text.startswith("the ") for _, text in late.counted))


def _told_apart(one: Telling, other: Telling) -> bool:
    """One text tells them as two: several places of one trigger, other figures, other means, or "a second bomb"."""
    if one.positions == other.positions and one.kinds == other.kinds:
        return True
    words = wording(one, other)
    if words >= COPY_WORDING and one.sentence != other.sentence:
        return False
    early, late = in_text_order(one, other)
    if late.is_set_apart and not early.is_set_apart:
        return True
    if event_types.weapons_agree(one.weapons, other.weapons) is False:
        return True
    if not figures_differ(one, other):
        return False
    if one.speaker != other.speaker and ((one.speaker and other.speaker) or not late.has_own_setting):
        # two voices that count one attack differently
        return False
    return not is_part(one, other)


def conflict(one: Telling, other: Telling, together: bool) -> bool:
    """Something in the two forbids that they tell one event. `together`: both stand in one document."""
    return _relation(one, other, together) is None


def _relation(one: Telling, other: Telling, together: bool) -> tuple[int, str] | None:
    """How close their kinds are and how their places lie; None where something forbids that they tell one event."""
    if one.is_aggregate != other.is_aggregate:
        return None
    level = event_types.closeness(one.kinds, other.kinds)
    if level == event_types.APART or _days_apart(one, other, together) or _status_apart(one, other, together):
        return None
    place = place_relation(one.where, other.where)
    if place == "apart" or _sides_apart(one, other) or (together and _told_apart(one, other)):
        return None
    return level, place


def _is_one_claim(one: Telling, other: Telling) -> bool:
    """A group seldom owns to two deeds on a day, and reports of that day say it in three words."""
    ours, theirs = one.firm or one.weak, other.firm or other.weak
    is_same_day = ours is not None and theirs is not None and ours[1] == theirs[1]
    return is_same_day and one.kinds | other.kinds == event_types.CLAIM and bool(one.actors & other.actors)


def wording(one: Telling, other: Telling) -> float:
    """Share of the shorter sentence's content words that the other has as well, best pair of sentences; 0 to 1."""
    best = 0.0
    for ours in one.wordings:
        for theirs in other.wordings:
            shorter = min(len(ours), len(theirs))
            if shorter > 2:
                best = max(best, len(ours & theirs) / shorter)
    return best


def compare(one: Telling, other: Telling, together: bool) -> Comparison | None:
    """Score two tellings; None where something forbids that they are one event. Symmetric in the two."""
    relation = _relation(one, other, together)
    if relation is None:
        return None
    level, place = relation
    if one.is_aggregate and (place == "inside" or one.where.rank != other.where.rank):
        return None
    words = wording(one, other)
    score, day = _score_days(one, other, together)
    if one.is_aggregate and not together and day != SAME_DATES and words < COPY_WORDING:
        return None
    counts, figures = _score_figures(one, other, together)
    parties, who = _score_parties(one, other)
    weapons = event_types.weapons_agree(one.weapons, other.weapons)
    taken_up = together and _is_taken_up(in_text_order(one, other)[1])
    # one text may well tell of two schools
    is_one_target = not together and bool(one.targets & other.targets)
    is_one_claim = not together and _is_one_claim(one, other)
    is_borne_out = (
        is_one_claim
        or counts >= 0.1
        or event_types.is_told_weapon(one.weapons & other.weapons)
        or words >= SHARED_WORDING
        or taken_up
        or is_one_target
    )
    if level == event_types.FAR and not (is_borne_out or (together and one.sentence == other.sentence)):
        return None
    if not together and day == DAY_APART and not (is_borne_out or event_types.is_rare(one.kinds | other.kinds)):
        return None
    is_mutual_pair = one.is_mutual and len((one.actors | one.recipients) & (other.actors | other.recipients)) > 1
    rank = min(one.where.rank, other.where.rank)
    is_same_name = rank == NOWHERE and place == "same"
    is_vague = rank <= COUNTRY and place != "inside" and not is_same_name
    if not together and is_vague and not (is_borne_out or is_mutual_pair):
        return None
    score += counts + parties
    score += {event_types.SAME: 0.15, event_types.NEAR: 0.1, event_types.FAR: 0.0}[level]
    score += 0.05 if weapons else 0.0 if weapons is None else -0.2
    score += 0.1 if is_one_target or is_one_claim else 0.0
    score += 0.4 * words if words >= 0.25 else 0.0
    if place == "same":
        score += 0.2 if rank >= ADMIN2 or is_same_name else 0.05
    elif place == "inside" and _is_namesake(one.where, other.where):
        score += 0.15  # a town and the district or province that bears its name
    elif place == "inside" and rank == ADMIN2:
        score += 0.05
    if level == event_types.SAME and event_types.is_rare(one.kinds | other.kinds):
        score += 0.1
    if together:
        score += 0.4 + _nearness(one, other)
    elif one.originals & other.originals and words >= COPY_WORDING:
        score += 0.2
    if not together and rank <= COUNTRY and one.where.rank != other.where.rank and not is_borne_out:
        score -= ALL_SILENT
    return Comparison(
        round(score, 6),
        place,
        level == event_types.SAME,
        day,
        who,
        figures,
        bool(weapons),
        words >= SHARED_WORDING,
        one.is_ahead != other.is_ahead,
        ("denied" in one.statuses) != ("denied" in other.statuses),
        "told in the same document" if together else "near-copy" if one.originals & other.originals else "",
    )


def _score_days(one: Telling, other: Telling, together: bool) -> tuple[float, str]:
    if one.firm and other.firm:
        if _gap(one.firm, other.firm) > 0:
            return 0.05, DAY_APART
        widths = [max(0, high - low) for low, high in (one.firm, other.firm)]
        if one.firm == other.firm or max(widths) == 0:
            return (0.25, SAME_DAY) if max(widths) == 0 else (0.2, SAME_DATES)
        if max(widths) <= 1:
            return 0.2, "same night"  # "overnight" and "early on Monday"
        return (0.15 if max(widths) <= PLAN_WIDTH else 0.05), "dates overlap"
    if one.firm or other.firm:
        return 0.1, "no day against it"
    if one.weak and other.weak:
        return (0.1, SAME_DATES) if one.weak == other.weak else (0.1, "reported about the same time")
    return 0.0, "" if together else "undated"


def _score_figures(one: Telling, other: Telling, together: bool) -> tuple[float, str]:
    """Equal counts speak for one event, above one more so; near or overlapping ones a little; far ones against it."""
    score, same, overlap = 0.0, False, False
    for kind, ours in one.figures.items():
        theirs = other.figures.get(kind)
        if theirs is None:
            continue
        low, high = max(ours[0], theirs[0]), min(ours[1], theirs[1])
        is_high = kind == "killed" and min(ours[0], theirs[0]) >= HIGH_TOLL
        if is_high and not together and low <= NEAR_TOLL * min(ours[0], theirs[0]) and ours[0] != theirs[0]:
            score += 0.05
            overlap = True
        elif low > high:
            if not together:
                ratio = low / max(1, high)
                score -= 0.05 if ratio <= 1.5 else 0.15 if ratio <= 3 else 0.3
        elif ours[0] == theirs[0] and (ours[1] == theirs[1] or MANY in (ours[1], theirs[1])) and ours != (2, MANY):
            # "at least 14" and "14" as well
            score += (0.25 if kind in ("killed", "captured") else 0.15) if ours[0] > 1 else 0.1
            score += 0.1 if is_high else 0.0
            same = True
        elif ours != (2, MANY) and theirs != (2, MANY):
            score += 0.05
            overlap = True
    return min(score, 0.4), "same figures" if same else "figures overlap" if overlap else ""


def _score_parties(one: Telling, other: Telling) -> tuple[float, str]:
    if one.is_mutual and other.is_mutual:
        shared = len((one.actors | one.recipients) & (other.actors | other.recipients))
        return (0.2, "parties agree") if shared > 1 else (0.1, "a party agrees") if shared else (0.0, "")
    actors, recipients = bool(one.actors & other.actors), bool(one.recipients & other.recipients)
    words = "actors and recipients agree" if actors and recipients else "actors agree" if actors else ""
    return 0.2 * actors + 0.1 * recipients, words or ("recipients agree" if recipients else "")


def _nearness(one: Telling, other: Telling) -> float:
    """Up to .1 for sentences next to each other, nothing from 2,000 code points on."""
    return 0.1 * max(0.0, 1 - text_distance(one, other) / 2000)


def text_distance(one: Telling, other: Telling) -> int:
    """Code points between the nearest triggers of two tellings of one document."""
    return min(abs(ours - theirs) for ours in one.positions for theirs in other.positions)
