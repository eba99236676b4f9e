"""The rows that the page filters, draws and lists: all incidents of a release, and the events that are of none.

In come Arrow tables of any size, out come columns of numbers and the texts that they number. Columns that a release
does not have are empty. Days are counted from 1970-01-01.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge.contradictions import MATTERS, UNKNOWN
from tasks.publish.report.packing import Numbers, Words, coded, figures, members, starts

# one value a row, numbered
_CODES = (
    *("incident_type_code", "status_code", "certainty_code", "date_precision_code", "date_basis_code"),
    *("weapon_code", "acled_event_type", "acled_sub_event_type", "plover_type", "plover_mode", "cameo_code"),
)
_FIGURES = (
    *("killed_low", "killed_best", "killed_high", "injured_low", "injured_best", "injured_high"),
    *("captured_low", "captured_high", "killed_civilians", "killed_military", "killed_insurgents"),
    *("mention_count", "document_count", "publisher_count", "first_reported_date", "last_reported_date"),
    *("date_start", "date_end", "is_aggregate", "casualties_unknown"),
)
_LISTS = ("event_type_codes", "target_codes", "killed_groups", "claimed_by", "denied_by")
_PLACE = (
    *("place_id", "place_label", "admin2_name", "admin1_name", "country_code", "latitude", "longitude"),
    "geo_precision_code",
)
_PARTY = ("label", "actor_id", "actor_type_code", "country_code")


def page_rows(incidents: pa.Table, events: pa.Table) -> pa.Table:
    """All rows of the page, newest first, undated ones last, those of one day by id: `id`, `is_incident`, and columns.

    Statements, plans and other events that are of no incident are rows of their own.
    """
    lone = events.filter(pc.is_null(events["incident_id"]))
    lone = lone.drop_columns(["incident_id"]).append_column("incident_type_code", lone["event_type_code"])
    both = []
    for rows, id_, is_incident in ((incidents, "incident_id", True), (lone, "event_id", False)):
        kept = [name for name in (*_CODES, *_FIGURES, *_LISTS, *_PLACE, *_SAID) if name in rows.column_names]
        told = rows.select(kept).append_column("id", rows[id_])
        if "casualties" in kept:
            told = told.append_column("killed_groups", _killed_groups(rows["casualties"]))
        both.append(told.append_column("is_incident", pa.array([is_incident] * len(rows), pa.bool_())))
    rows = pa.concat_tables(both, promote_options="default")
    for name in (*_CODES, *_FIGURES):
        if name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(len(rows), pa.int32() if name in _FIGURES else pa.string()))
    for name in _LISTS:
        if name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(len(rows), pa.list_(pa.string())))
    return newest_first(rows, "id")


_SAID = ("actors", "recipients", "claims", "numbers", "casualties", "casualty_names")


def _killed_groups(casualties: pa.ChunkedArray) -> pa.Array:
    """Of each row the groups of which some were killed: an entry of none ("no civilians were killed") tells of none."""
    whole = casualties.combine_chunks()
    told = pc.list_flatten(whole)
    none = pc.fill_null(pc.equal(pc.struct_field(told, "high"), 0), False)
    is_killed = pc.and_(pc.equal(pc.struct_field(told, "kind_code"), "killed"), pc.invert(none))
    row = pc.filter(pc.list_parent_indices(whole), is_killed).to_numpy()
    groups = pc.filter(pc.struct_field(told, "group_code"), is_killed)
    return pa.ListArray.from_arrays(pa.array(starts(np.bincount(row, minlength=len(whole)))), groups)


def newest_first(rows: pa.Table, id_: str) -> pa.Table:
    """The rows by their first day, newest first, undated ones last; those of one day by id."""
    day = pc.fill_null(pc.cast(pc.coalesce(rows["date_start"], rows["date_end"]), pa.int32()), -(2**31) + 1)
    keys = pa.table({"day": day, "id": rows[id_]})
    return rows.take(pc.sort_indices(keys, sort_keys=[("day", "descending"), ("id", "ascending")]))


def row_columns(
    rows: pa.Table,
    publishers: tuple[Numbers, Numbers, list[str]],
    countries: pd.DataFrame,
    differing: Sequence[Mapping[str, Any]],
) -> tuple[dict[str, Numbers], dict[str, Any]]:
    """Columns of numbers, and what they number: `words` by column, `places`, `parties`, `names` by list column.

    A column of lists is two: where each row's members begin (`actors_at`), and the numbers of all members. `differing`
    are rows of `contradictions`; of each member of that column, `apart` has the claims and what is held.
    """
    columns: dict[str, Numbers] = {name: figures(rows[name]) for name in (*_FIGURES, "is_incident")}
    words: dict[str, list[Any]] = {}
    for name in _CODES:
        columns[name], words[name] = coded(rows[name])
    for name in _LISTS:
        columns[f"{name}_at"], of = members(rows[name])
        columns[name], words[name] = coded(pa.chunked_array([of]))
    columns["publishers_at"], columns["publishers"], words["publishers"] = publishers
    parties = _parties(rows, columns)
    columns["place"], places = _places(rows)
    columns["contradictions_at"], columns["contradictions"], apart = _matters(rows["id"], differing)
    words["contradictions"] = list(MATTERS)
    named = countries[["country_code", "name", "latitude", "longitude"]].itertuples(index=False)
    texts = {
        "ids": "\n".join(rows["id"].to_pylist()),
        "words": words,
        "places": places,
        "parties": parties,
        "apart": apart,
        "countries": {code: [name, lat, lon] for code, name, lat, lon in named},
    }
    return columns, texts


def publishers_of(
    row_of_mention: Numbers, mentions: pa.Table, documents: pa.Table, count: int
) -> tuple[Numbers, Numbers, list[str]]:
    """Each row's publishers, each once: where they begin, their numbers, and their names; unknown ones are one."""
    known = pc.fill_null(documents["publisher"], "").combine_chunks()
    at = pc.index_in(mentions["document_id"], value_set=documents["document_id"].combine_chunks())
    names = pc.fill_null(known.take(at.combine_chunks()), "").to_numpy(zero_copy_only=False)
    values, numbers = np.unique(names.astype(str), return_inverse=True)
    told = row_of_mention >= 0
    pairs = np.unique(row_of_mention[told].astype(np.int64) * max(1, len(values)) + numbers[told])
    row, publisher = np.divmod(pairs, max(1, len(values)))
    return starts(np.bincount(row, minlength=count)), publisher.astype(np.int32), [str(value) for value in values]


def _matters(
    ids: pa.ChunkedArray, differing: Sequence[Mapping[str, Any]]
) -> tuple[Numbers, Numbers, list[tuple[str, Any]]]:
    """Where each row's matters begin, their numbers, and of each the claims and what is held."""
    of: dict[str, list[tuple[int, str, Any]]] = {}
    for row in differing:
        # that a publisher is not known is no news beside each claim
        claims = row["claims"].replace(f", in {UNKNOWN}", "").replace(f" ({UNKNOWN})", "")
        of.setdefault(row["incident_id"], []).append((MATTERS.index(row["matter"]), claims, row["held"]))
    found = [sorted(of.get(id_, ())) for id_ in ids.to_pylist()]
    told = [matter for one in found for matter in one]
    numbers = np.array([number for number, *_ in told], np.int32)
    return starts([len(one) for one in found]), numbers, [(claims, held) for _, claims, held in told]


def _parties(rows: pa.Table, columns: dict[str, Numbers]) -> list[list[Any]]:
    """Fill in who acts and on whom; a row a party: its key (id, else label), then label, id, type and country.

    Those without an id are many under one name ("people"): they have the facts that all of them share.
    """
    sides = {name: members(rows[name]) for name in ("actors", "recipients")}
    keys = {}
    for name, (at, of) in sides.items():
        columns[f"{name}_at"] = at
        keys[name] = pc.coalesce(pc.struct_field(of, "actor_id"), pc.struct_field(of, "label"), pa.scalar(""))
    whole = pa.chunked_array([*keys.values()], pa.string())
    unique = pc.unique(whole)
    for name, key in keys.items():
        columns[name] = figures(pc.index_in(pa.chunked_array([key]), value_set=unique))
    number = pc.index_in(whole, value_set=unique)
    first = pc.index_in(unique, value_set=whole.combine_chunks())
    facts = [
        _shared(number, pa.chunked_array([pc.struct_field(of, part) for _, of in sides.values()]), first)
        for part in _PARTY
    ]
    return [list(party) for party in zip(unique.to_pylist(), *facts, strict=True)]


def _shared(number: pa.ChunkedArray, values: pa.ChunkedArray, first: pa.Array) -> list[Any]:
    """Of each number the value that all of its have, null where they differ; `first` is where it first stands."""
    every = pc.CountOptions(mode="all")
    counted = pa.table({"n": number, "value": values}).group_by("n").aggregate([("value", "count_distinct", every)])
    ways = counted.sort_by("n")["value_count_distinct"]
    shared: list[Any] = pc.if_else(pc.equal(ways, 1), values.take(first), None).to_pylist()
    return shared


def _places(rows: pa.Table) -> tuple[Numbers, list[tuple[Any, ...]]]:
    """The number of each row's place, and of each its id, names, country, point to five decimals and precision."""
    places = Words()
    told = zip(*(rows[name].to_pylist() for name in _PLACE), strict=True)
    return np.array([places.number(_place(row)) for row in told], np.int32), places.values


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    *names, latitude, longitude, precision = row
    is_point = all(degrees is not None and math.isfinite(degrees) for degrees in (latitude, longitude))
    point = (round(latitude, 5), round(longitude, 5)) if is_point else (None, None)
    return (*names, *point, precision)


def labels_of(labels: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The labels of the closed lists that the page shows."""
    names = ("event_type", "status", "certainty", "date_precision", "date_basis", "geo_precision", "weapon", "stance")
    more = ("number_kind", "side", "actor_type", "target", "incident_role", "casualty_group")
    return {name: labels.get(name, {}) for name in (*names, *more)}
