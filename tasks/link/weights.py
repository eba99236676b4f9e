"""How much each likeness and difference counts where linking decides what is one event.

In comes `seeds/link_weights.csv`, which says of each weight what it does and what it was measured on; out comes
WEIGHTS, read once a process. A weight that is missing, that nobody knows, or that must be a whole number and is none
is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import pandas as pd

from tasks import vocabularies
from tasks.vocabularies import VocabularyError

_FILE = "seeds/link_weights.csv"


@dataclass(frozen=True, slots=True)
class Weights:
    """One field a row of `seeds/link_weights.csv`, in its order; the row's unit is the field's."""

    enough: float
    enough_for_coarse: float
    enough_for_vague: float
    enough_where_busy: float
    lead: float
    same_type: float
    near_type: float
    far_type: float
    rare_type: float
    same_weapon: float
    other_weapon: float
    same_target: float
    wording: float
    wording_counts: float
    wording_shared: float
    wording_copied: float
    wording_words: int
    same_place: float
    same_area: float
    namesake_area: float
    same_district: float
    spot_km: float
    town_km: float
    district_km: float
    same_document: float
    near_text: float
    near_text_reach: int
    near_copy: float
    follow_on_reach: int
    same_day: float
    same_dates: float
    same_night: float
    dates_overlap: float
    wide_dates_overlap: float
    day_apart: float
    one_dated: float
    both_undated: float
    days_apart: int
    night_days: int
    few_days: int
    news_days: int
    plan_days: int
    same_count: float
    same_other_count: float
    same_single: float
    same_high_toll: float
    high_toll: int
    near_toll: float
    near_toll_ratio: float
    counts_overlap: float
    counts_near: float
    counts_near_ratio: float
    counts_off: float
    counts_off_ratio: float
    counts_far: float
    counts_most: float
    counts_bear_out: float
    same_actors: float
    same_recipients: float
    both_parties: float
    one_party: float
    silent_coarse: float
    crowd: int
    busy: int
    neighbours: int
    rare_marks: int
    long_span: int
    too_many: int
    spot_cells: int
    town_cells: int
    wordings_kept: int
    word_letters: int
    reason_look_back: int
    background_days: int
    reference_words: int
    lead_reach: int
    one_happening: int
    other_item: int
    name_letters: int
    retold_days: int
    retold_crowd: int
    retold_km: int
    one_incident: int


def read_weights(rows: pd.DataFrame) -> Weights:
    """The weights of a frame of `link_weights`. Raises VocabularyError where they are not those of Weights."""
    given = dict(zip(rows["weight_id"], rows["value"], strict=True))
    declared = {field.name: field.type for field in fields(Weights)}
    if missing := sorted(declared.keys() - given.keys()):
        raise VocabularyError(f"{_FILE}: weight_id {', '.join(missing)} is missing; add the row")
    if unknown := sorted(given.keys() - declared.keys()):
        raise VocabularyError(f"{_FILE}: weight_id {', '.join(unknown)} is none that linking knows; remove the row")
    for name, value in given.items():
        if declared[name] == "int" and not float(value).is_integer():
            raise VocabularyError(f"{_FILE}: weight_id {name}: column value: {value!r} is no whole number; mend it")
    return Weights(**{name: int(value) if declared[name] == "int" else value for name, value in given.items()})


def learned_weights(name: str) -> Mapping[str, int]:
    """Weight by id, in hundredths of a logit, of a vocabulary that `make story` writes."""
    rows = vocabularies.load(name)
    return dict(zip(rows["weight_id"], rows["value"].astype(int), strict=True))


WEIGHTS = read_weights(vocabularies.load("link_weights"))
