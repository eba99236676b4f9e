"""How well two accounts go together: what speaks for one event, how much, and for which reasons.

In come two accounts and whether they stand in one document; out comes None where something forbids that they are one
event or too little speaks for it, else a score with the reasons that made it. The same two accounts always give the
same answer, whichever comes first. Weights: `seeds/link_weights.csv`.
"""

from __future__ import annotations

from typing import NamedTuple

from tasks.knowledge import event_types
from tasks.knowledge.weapons import is_told_weapon, weapons_agree
from tasks.link.accounts import MANY, Account
from tasks.link.conflicts import relation
from tasks.link.days import gap
from tasks.link.reasons import Reason
from tasks.link.same_text import in_text_order, is_taken_up, text_distance, wording
from tasks.link.weights import WEIGHTS
from tasks.link.where import ADMIN2, COUNTRY, NOWHERE, Relation, is_namesake

# "soldiers were killed": two at least, which many attacks share
_BARE_PLURAL = (2, MANY)
_TYPE_SCORES = {
    event_types.SAME: WEIGHTS.same_type,
    event_types.NEAR: WEIGHTS.near_type,
    event_types.FAR: WEIGHTS.far_type,
}
_WEAPON_SCORES = {True: WEIGHTS.same_weapon, None: 0.0, False: WEIGHTS.other_weapon}
_PLACE_REASONS = {"same": Reason.SAME_PLACE, "inside": Reason.PLACE_INSIDE, "open": Reason.PLACE_OPEN}


class Comparison(NamedTuple):
    """`score` from about 0 to 2, and the features that made it; a feature that is None has no reason to give."""

    score: float
    place: Relation
    is_same_type: bool
    day: Reason | None
    parties: Reason | None
    figures: Reason | None
    is_same_weapon: bool
    is_same_wording: bool
    is_plan_and_deed: bool
    is_denial: bool
    found: Reason | None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The features as reasons."""
        reasons = (
            Reason.SAME_TYPE if self.is_same_type else Reason.NEAR_TYPES,
            _PLACE_REASONS[self.place],
            self.day,
            self.parties,
            self.figures,
            Reason.SAME_WEAPON if self.is_same_weapon else None,
            Reason.SHARED_WORDING if self.is_same_wording else None,
            Reason.PLAN_AND_DEED if self.is_plan_and_deed else None,
            Reason.ASSERTED_AND_DENIED if self.is_denial else None,
            self.found,
        )
        return tuple(reason for reason in reasons if reason is not None)


def compare(one: Account, other: Account, together: bool) -> Comparison | None:
    """Score two accounts; None where something forbids that they are one event. Symmetric in the two."""
    related = relation(one, other, together)
    if related is None:
        return None
    level, place = related
    if one.is_aggregate and (place == "inside" or one.where.rank != other.where.rank):
        return None
    words = wording(one, other)
    score, day = _score_days(one, other, together)
    if one.is_aggregate and not together and day is not Reason.SAME_DATES and words < WEIGHTS.wording_copied:
        return None
    counts, figures = _score_figures(one, other, together)
    # one text may well tell of two schools
    is_one_target = not together and (bool(one.targets & other.targets) or _is_one_claim(one, other))
    is_borne_out = is_one_target or _is_borne_out(one, other, together, words, counts)
    if not is_borne_out and _says_too_little(one, other, together, level, place, day):
        return None
    for_parties, parties = _score_parties(one, other)
    weapons = weapons_agree(one.weapons, other.weapons)
    score += counts + for_parties
    score += _TYPE_SCORES[level]
    score += _WEAPON_SCORES[weapons]
    score += WEIGHTS.same_target if is_one_target else 0.0
    score += WEIGHTS.wording * words if words >= WEIGHTS.wording_counts else 0.0
    score += _score_place(one, other, place)
    if level == event_types.SAME and event_types.is_rare(one.event_types | other.event_types):
        score += WEIGHTS.rare_type
    if together:
        score += WEIGHTS.same_document + _nearness(one, other)
    elif one.originals & other.originals and words >= WEIGHTS.wording_copied:
        score += WEIGHTS.near_copy
    if not together and not is_borne_out and _is_coarse_in_one(one, other):
        score += WEIGHTS.silent_coarse
    return Comparison(
        round(score, 6),
        place,
        level == event_types.SAME,
        day,
        parties,
        figures,
        bool(weapons),
        words >= WEIGHTS.wording_shared,
        one.is_ahead != other.is_ahead,
        ("denied" in one.statuses) != ("denied" in other.statuses),
        Reason.SAME_DOCUMENT if together else Reason.NEAR_COPY if one.originals & other.originals else None,
    )


def _is_one_claim(one: Account, other: Account) -> bool:
    """A group seldom owns to two deeds on a day, and reports of that day say it in three words."""
    ours, theirs = one.firm or one.weak, other.firm or other.weak
    is_same_day = ours is not None and theirs is not None and ours[1] == theirs[1]
    return (
        is_same_day and event_types.are_claims(one.event_types | other.event_types) and bool(one.actors & other.actors)
    )


def _is_borne_out(one: Account, other: Account, together: bool, words: float, counts: float) -> bool:
    """Figures, means or wording say that they are one event, or the later sentence takes up the earlier."""
    return (
        counts >= WEIGHTS.counts_bear_out
        or is_told_weapon(one.weapons & other.weapons)
        or words >= WEIGHTS.wording_shared
        or (together and is_taken_up(in_text_order(one, other)[1]))
    )


def _says_too_little(
    one: Account, other: Account, together: bool, level: int, place: Relation, day: Reason | None
) -> bool:
    """Type, day or place is such that it takes more to be one event, and nothing bears it out."""
    if together:
        return level == event_types.FAR and one.sentence != other.sentence
    if level == event_types.FAR:
        return True
    if day is Reason.DAY_APART and not event_types.is_rare(one.event_types | other.event_types):
        return True
    rank = min(one.where.rank, other.where.rank)
    is_vague = rank <= COUNTRY and place != "inside" and not (rank == NOWHERE and place == "same")
    return is_vague and not (one.is_mutual and len(one.parties & other.parties) > 1)


def _is_coarse_in_one(one: Account, other: Account) -> bool:
    """One lies in a country or nowhere, and the other is more exact than that, or less."""
    return min(one.where.rank, other.where.rank) <= COUNTRY and one.where.rank != other.where.rank


def _score_days(one: Account, other: Account, together: bool) -> tuple[float, Reason | None]:
    if one.firm and other.firm:
        if gap(one.firm, other.firm) > 0:
            return WEIGHTS.day_apart, Reason.DAY_APART
        widest = max(0, *(high - low for low, high in (one.firm, other.firm)))
        if widest == 0:
            return WEIGHTS.same_day, Reason.SAME_DAY
        if one.firm == other.firm:
            return WEIGHTS.same_dates, Reason.SAME_DATES
        if widest <= WEIGHTS.night_days:
            return WEIGHTS.same_night, Reason.SAME_NIGHT  # "overnight" and "early on Monday"
        is_few = widest <= WEIGHTS.few_days
        return (WEIGHTS.dates_overlap if is_few else WEIGHTS.wide_dates_overlap), Reason.DATES_OVERLAP
    if one.firm or other.firm:
        return WEIGHTS.one_dated, Reason.ONE_DATED
    if one.weak and other.weak:
        return WEIGHTS.both_undated, Reason.SAME_DATES if one.weak == other.weak else Reason.REPORTED_TOGETHER
    return 0.0, None if together else Reason.UNDATED


def _score_figures(one: Account, other: Account, together: bool) -> tuple[float, Reason | None]:
    """Equal counts speak for one event, above one more so; near or overlapping ones a little; far ones against it."""
    total, reason = 0.0, None
    for count, ours in one.figures.items():
        theirs = other.figures.get(count)
        if theirs is None:
            continue
        score, found = _score_count(count, ours, theirs, together)
        total += score
        if found is Reason.SAME_FIGURES and _are_many(count, ours, theirs):
            total += WEIGHTS.same_high_toll
        reason = found if reason is None or found is Reason.SAME_FIGURES else reason
    return min(total, WEIGHTS.counts_most), reason


def _score_count(
    count: str, ours: tuple[int, int], theirs: tuple[int, int], together: bool
) -> tuple[float, Reason | None]:
    """What the bounds of one count of both say."""
    low, high = max(ours[0], theirs[0]), min(ours[1], theirs[1])
    is_near = low <= WEIGHTS.near_toll_ratio * min(ours[0], theirs[0]) and ours[0] != theirs[0]
    if is_near and not together and _are_many(count, ours, theirs):
        return WEIGHTS.near_toll, Reason.FIGURES_OVERLAP
    if low > high:
        return 0.0 if together else _score_contradiction(low / max(1, high)), None
    if ours == _BARE_PLURAL:
        return 0.0, None
    if ours[0] == theirs[0] and (ours[1] == theirs[1] or MANY in (ours[1], theirs[1])):
        # "at least 14" and "14" as well
        return _score_same(count, ours[0]), Reason.SAME_FIGURES
    return (0.0, None) if theirs == _BARE_PLURAL else (WEIGHTS.counts_overlap, Reason.FIGURES_OVERLAP)


def _are_many(count: str, ours: tuple[int, int], theirs: tuple[int, int]) -> bool:
    """So many dead that few attacks kill as many."""
    return count == "killed" and min(ours[0], theirs[0]) >= WEIGHTS.high_toll


def _score_contradiction(ratio: float) -> float:
    if ratio <= WEIGHTS.counts_near_ratio:
        return WEIGHTS.counts_near
    return WEIGHTS.counts_off if ratio <= WEIGHTS.counts_off_ratio else WEIGHTS.counts_far


def _score_same(count: str, people: int) -> float:
    if people <= 1:
        return WEIGHTS.same_single
    return WEIGHTS.same_count if count in ("killed", "captured") else WEIGHTS.same_other_count


def _score_parties(one: Account, other: Account) -> tuple[float, Reason | None]:
    if one.is_mutual and other.is_mutual:
        shared = len(one.parties & other.parties)
        if shared > 1:
            return WEIGHTS.both_parties, Reason.TWO_PARTIES
        return (WEIGHTS.one_party, Reason.ONE_PARTY) if shared else (0.0, None)
    actors, recipients = bool(one.actors & other.actors), bool(one.recipients & other.recipients)
    if actors and recipients:
        return WEIGHTS.same_actors + WEIGHTS.same_recipients, Reason.SAME_PARTIES
    if actors:
        return WEIGHTS.same_actors, Reason.SAME_ACTORS
    return (WEIGHTS.same_recipients, Reason.SAME_RECIPIENTS) if recipients else (0.0, None)


def _score_place(one: Account, other: Account, place: Relation) -> float:
    rank = min(one.where.rank, other.where.rank)
    if place == "same":
        # what no gazetteer knows is the same by its name
        return WEIGHTS.same_place if rank >= ADMIN2 or rank == NOWHERE else WEIGHTS.same_area
    if place == "inside" and is_namesake(one.where, other.where):
        return WEIGHTS.namesake_area  # a town and the district or province that bears its name
    return WEIGHTS.same_district if place == "inside" and rank == ADMIN2 else 0.0


def _nearness(one: Account, other: Account) -> float:
    """Up to WEIGHTS.near_text for sentences next to each other, nothing from near_text_reach on."""
    return WEIGHTS.near_text * max(0.0, 1 - text_distance(one, other) / WEIGHTS.near_text_reach)
