"""Ids of events over re-runs, growth, merges and splits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from link_rows import link, mention

from tasks.link.identity import EVENT, first_id, name_clusters

IMAM = "Imam Sahib District"


def fall(document: str, **given) -> dict:
    told = {"on": "2021-06-21", "place": IMAM, "actors": ["taliban"]} | given
    return mention("The Taliban took the district of Imam Sahib", document, **told)


def test_an_event_keeps_its_id_when_a_smaller_mention_joins():
    first = link(fall("b", id="m5"))
    grown = link(fall("b", id="m5"), fall("c", id="m1"), before=first)
    assert grown.one["event_id"] == first.one["event_id"] == first_id(EVENT, "m5")
    assert grown.one["former_event_ids"] == []


def test_a_merge_keeps_the_id_of_the_larger_event_and_lists_the_other_for_good():
    rows = [fall("a", id="m1"), fall("b", id="m2"), fall("c", id="m3", type="armed_clash", on="2021-06-20")]
    before = link(*rows)
    assert len(before.events) == 2
    rows[2] = fall("c", id="m3")
    merged = link(*rows, before=before)
    assert merged.one["event_id"] == first_id(EVENT, "m1")
    assert merged.one["former_event_ids"] == [first_id(EVENT, "m3")]
    assert link(*rows, before=merged).table.equals(merged.table)


def test_after_a_split_the_larger_part_keeps_the_id_and_no_two_share_one():
    known = {"m1": "ev_old", "m2": "ev_old", "m3": "ev_old"}
    assert name_clusters(EVENT, [("m1",), ("m2", "m3")], known, {}) == [(first_id(EVENT, "m1"), []), ("ev_old", [])]
    named = name_clusters(EVENT, [("m1",), ("m2", "m3")], dict.fromkeys(("m1", "m2", "m3"), first_id(EVENT, "m1")), {})
    assert named[1] == (first_id(EVENT, "m1"), []) and named[0][0] != first_id(EVENT, "m1")


def test_of_equal_parts_the_smaller_id_wins_and_ended_ids_travel_along():
    known = {"m1": "ev_b", "m2": "ev_a"}
    assert name_clusters(EVENT, [("m1", "m2")], known, {"ev_b": ["ev_0"]}) == [("ev_a", ["ev_0", "ev_b"])]


def test_an_event_whose_mentions_are_gone_ends_without_heirs():
    assert name_clusters(EVENT, [("m2",)], {"m1": "ev_gone"}, {"ev_gone": ["ev_0"]}) == [(first_id(EVENT, "m2"), [])]


mentions = [f"m{number}" for number in range(8)]


@given(
    st.lists(st.integers(0, 4), min_size=8, max_size=8),
    st.lists(st.one_of(st.none(), st.sampled_from([first_id(EVENT, m) for m in mentions[:4]])), min_size=8, max_size=8),
)
def test_names_are_unique_never_former_and_stay(parts, before):
    clusters = [
        tuple(mention for mention, part in zip(mentions, parts, strict=True) if part == number) for number in set(parts)
    ]
    known = {mention: old for mention, old in zip(mentions, before, strict=True) if old}
    named = name_clusters(EVENT, clusters, known, {})
    ids = [name for name, _ in named]
    former = [old for _, ended in named for old in ended]
    assert len(set(ids)) == len(ids)
    assert len(set(former)) == len(former) and not set(former) & set(ids)
    assert set(known.values()) <= set(ids) | set(former)
    again = {mention: name for cluster, (name, _) in zip(clusters, named, strict=True) for mention in cluster}
    assert name_clusters(EVENT, clusters, again, dict(named)) == named
