"""The ledger says what is to do: nothing twice, nothing left out, whatever was killed or changed in between."""

from __future__ import annotations

import itertools

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tasks import progress
from tasks.tables import PROGRESS, RAW_DOCUMENTS

INPUTS = {"b": "b1", "a": "a1"}


def together(*tables: pa.Table) -> pa.Table:
    return pa.concat_tables([PROGRESS.schema.empty_table(), *tables])


def test_at_first_everything_is_to_do_in_the_order_of_ids():
    plan = progress.plan(together(), "clean", INPUTS, "f1")
    assert list(plan.todo.items()) == [("a", "a1"), ("b", "b1")]
    assert plan.drop == []


def test_what_is_done_is_not_to_do_until_input_or_fingerprint_change():
    ledger = together(progress.done("clean", INPUTS, "f1"))
    assert not progress.plan(ledger, "clean", INPUTS, "f1")
    assert list(progress.plan(ledger, "clean", INPUTS | {"a": "a2"}, "f1").todo) == ["a"]
    assert list(progress.plan(ledger, "clean", INPUTS, "f2").todo) == ["a", "b"]
    assert list(progress.plan(ledger, "clean", INPUTS, "f1", full=True).todo) == ["a", "b"]
    assert list(progress.plan(ledger, "extract", INPUTS, "f1").todo) == ["a", "b"]


def test_a_document_that_left_the_input_is_dropped():
    ledger = together(progress.done("clean", INPUTS, "f1"), progress.done("ingest", {"z": "z"}, "f1"))
    plan = progress.plan(ledger, "clean", {"a": "a1"}, "f1")
    assert (plan.todo, plan.drop) == ({}, ["b"])
    assert plan


def test_a_change_runs_down_the_stages_and_only_where_it_was():
    ledger = together(progress.done("clean", INPUTS, "f1"))
    cleaned = progress.outputs(ledger, "clean")
    ledger = together(ledger, progress.done("extract", cleaned, "g1"))
    assert not progress.plan(ledger, "extract", cleaned, "g1")
    recleaned = together(progress.done("clean", INPUTS | {"a": "a2"}, "f1"))
    assert list(progress.plan(ledger, "extract", progress.outputs(recleaned, "clean"), "g1").todo) == ["a"]


def test_a_run_on_an_older_version_is_undone_by_the_next_plain_one():
    older = progress.at_version("raw_documents", 3, ["a"])
    ledger = together(progress.done("clean", older, "f1"))
    assert list(progress.plan(ledger, "clean", INPUTS, "f1").todo) == ["a", "b"]
    assert progress.outputs(ledger, "clean") != progress.outputs(progress.done("clean", INPUTS, "f1"), "clean")


def test_a_whole_table_stage_is_done_for_its_versions():
    versions = {"documents": 4, "resolved_mentions": None}
    ledger = together(progress.done("link", progress.whole(versions), "f1"))
    assert not progress.plan(ledger, "link", progress.whole(versions), "f1")
    assert progress.plan(ledger, "link", progress.whole(versions | {"documents": 5}), "f1")
    assert progress.plan(ledger, "link", progress.whole(versions), "f2")
    assert progress.versions_used(ledger, "link") == versions
    assert progress.versions_used(ledger, "publish") == {}


def test_where_and_when_a_document_was_read_does_not_count():
    def row(**changes):
        blank = dict.fromkeys(RAW_DOCUMENTS.names) | {"document_id": "a", "bytes_sha256": "h", "uri": "x"}
        return pa.Table.from_pylist([blank | changes], schema=RAW_DOCUMENTS.schema)

    first = progress.read_in(row()).to_pylist()
    assert progress.read_in(row(uri="elsewhere", ordinal=7)).to_pylist() == first
    assert progress.read_in(row(published="5 March 2024")).to_pylist() != first


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 40)), st.integers(1, 60))
def test_batches_keep_every_id_once_in_order_and_within_bounds(sizes, limit):
    ids = sorted(sizes)
    cut = list(progress.batches(ids, sizes, limit))
    assert [id_ for batch in cut for id_ in batch] == ids
    assert all(len(batch) == 1 or sum(map(sizes.get, batch)) <= limit for batch in cut)
    assert all(sum(map(sizes.get, one)) + sizes[two[0]] > limit for one, two in itertools.pairwise(cut))


@given(
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12")),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12")),
    st.sampled_from("fg"),
)
def test_doing_the_plan_leaves_nothing_to_do(before, after, fingerprint):
    ledger = together(progress.done("clean", before, "f"))
    plan = progress.plan(ledger, "clean", after, fingerprint)
    gone = set(plan.drop) | set(plan.todo)
    kept = ledger.filter(pa.array([id_ not in gone for id_ in ledger["document_id"].to_pylist()], pa.bool_()))
    ledger = together(kept, progress.done("clean", plan.todo, fingerprint))
    assert not progress.plan(ledger, "clean", after, fingerprint)
    assert set(progress.outputs(ledger, "clean")) == set(after)
