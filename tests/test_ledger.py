"""The ledger says what is to do: nothing twice, nothing left out, whatever was killed or changed in between."""

from __future__ import annotations

import itertools

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tasks.storage import ledger
from tasks.tables import PROGRESS, RAW_DOCUMENTS

INPUTS = {"b": "b1", "a": "a1"}


def together(*tables: pa.Table) -> pa.Table:
    return pa.concat_tables([PROGRESS.schema.empty_table(), *tables])


def test_at_first_everything_is_to_do_in_the_order_of_ids():
    plan = ledger.plan(together(), "clean", INPUTS, "f1")
    assert list(plan.todo.items()) == [("a", "a1"), ("b", "b1")]
    assert plan.drop == []


def test_what_is_done_is_not_to_do_until_input_or_fingerprint_change():
    told = together(ledger.done("clean", INPUTS, "f1"))
    assert not ledger.plan(told, "clean", INPUTS, "f1")
    assert list(ledger.plan(told, "clean", INPUTS | {"a": "a2"}, "f1").todo) == ["a"]
    assert list(ledger.plan(told, "clean", INPUTS, "f2").todo) == ["a", "b"]
    assert list(ledger.plan(told, "clean", INPUTS, "f1", full=True).todo) == ["a", "b"]
    assert list(ledger.plan(told, "extract", INPUTS, "f1").todo) == ["a", "b"]


def test_a_document_that_left_the_input_is_dropped():
    told = together(ledger.done("clean", INPUTS, "f1"), ledger.done("ingest", {"z": "z"}, "f1"))
    plan = ledger.plan(told, "clean", {"a": "a1"}, "f1")
    assert (plan.todo, plan.drop) == ({}, ["b"])
    assert plan


def test_a_change_runs_down_the_stages_and_only_where_it_was():
    told = together(ledger.done("clean", INPUTS, "f1"))
    cleaned = ledger.outputs(told, "clean")
    told = together(told, ledger.done("extract", cleaned, "g1"))
    assert not ledger.plan(told, "extract", cleaned, "g1")
    recleaned = together(ledger.done("clean", INPUTS | {"a": "a2"}, "f1"))
    assert list(ledger.plan(told, "extract", ledger.outputs(recleaned, "clean"), "g1").todo) == ["a"]


def test_a_run_on_an_older_version_is_undone_by_the_next_plain_one():
    older = ledger.at_version("raw_documents", 3, ["a"])
    told = together(ledger.done("clean", older, "f1"))
    assert list(ledger.plan(told, "clean", INPUTS, "f1").todo) == ["a", "b"]
    assert ledger.outputs(told, "clean") != ledger.outputs(ledger.done("clean", INPUTS, "f1"), "clean")


def test_a_whole_table_stage_is_done_for_its_versions():
    versions = {"documents": 4, "resolved_mentions": None}
    told = together(ledger.done("link", ledger.whole(versions), "f1"))
    assert not ledger.plan(told, "link", ledger.whole(versions), "f1")
    assert ledger.plan(told, "link", ledger.whole(versions | {"documents": 5}), "f1")
    assert ledger.plan(told, "link", ledger.whole(versions), "f2")
    assert ledger.versions_used(told, "link") == versions
    assert ledger.versions_used(told, "publish") == {}


def test_where_and_when_a_document_was_read_does_not_count():
    def row(**changes):
        blank = dict.fromkeys(RAW_DOCUMENTS.names) | {"document_id": "a", "bytes_sha256": "h", "uri": "x"}
        return pa.Table.from_pylist([blank | changes], schema=RAW_DOCUMENTS.schema)

    first = ledger.read_in(row()).to_pylist()
    assert ledger.read_in(row(uri="elsewhere", ordinal=7)).to_pylist() == first
    assert ledger.read_in(row(published="5 March 2024")).to_pylist() != first


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 40)), st.integers(1, 60))
def test_batches_keep_every_id_once_in_order_and_within_bounds(sizes, limit):
    ids = sorted(sizes)
    cut = list(ledger.batches(ids, sizes, limit))
    assert [id_ for batch in cut for id_ in batch] == ids
    assert all(len(batch) == 1 or sum(map(sizes.get, batch)) <= limit for batch in cut)
    assert all(sum(map(sizes.get, one)) + sizes[two[0]] > limit for one, two in itertools.pairwise(cut))


@given(
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12")),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12")),
    st.sampled_from("fg"),
)
def test_doing_the_plan_leaves_nothing_to_do(before, after, fingerprint):
    told = together(ledger.done("clean", before, "f"))
    plan = ledger.plan(told, "clean", after, fingerprint)
    gone = set(plan.drop) | set(plan.todo)
    kept = told.filter(pa.array([id_ not in gone for id_ in told["document_id"].to_pylist()], pa.bool_()))
    told = together(kept, ledger.done("clean", plan.todo, fingerprint))
    assert not ledger.plan(told, "clean", after, fingerprint)
    assert set(ledger.outputs(told, "clean")) == set(after)


def test_the_ledger_is_believed_as_far_as_the_tables_bear_it_out():
    inputs = {"a": "a1", "b": "b1", "c": "c1"}
    told = together(ledger.done("clean", inputs, "f1", {"a": 1, "b": 2}, {"c": "r"}))
    kept = ledger.Kept({"a": 1, "b": 2}, {"r"})
    assert not ledger.plan(told, "clean", inputs, "f1", kept=kept)
    assert ledger.lost(told, "clean", ledger.Kept({"a": 1, "b": 1}, {"r"})) == ["b"]
    assert list(ledger.plan(told, "clean", inputs, "f1", kept=ledger.Kept({}, {"r"})).todo) == ["a", "b"]
    assert list(ledger.plan(told, "clean", inputs, "f1", kept=ledger.Kept({"a": 1, "b": 2}, ())).todo) == ["c"]
    # rows of documents that nobody knows of go
    assert ledger.plan(told, "clean", inputs, "f1", kept=ledger.Kept({"a": 1, "b": 2, "z": 1}, {"r"})).drop == ["z"]


def test_a_refused_document_gives_something_else_than_a_treated_one():
    refused, treated = ledger.done("clean", INPUTS, "f1", {}, {"a": "r"}), ledger.done("clean", INPUTS, "f1", {"a": 1})
    assert ledger.outputs(refused, "clean")["a"] != ledger.outputs(treated, "clean")["a"]
    assert ledger.outputs(refused, "clean")["b"] == ledger.outputs(treated, "clean")["b"]


def test_a_whole_table_stage_is_undone_where_what_it_left_is_not_there_or_nobody_knows():
    told = together(ledger.done("link", ledger.whole({"documents": 4}, {"documents": "s"}, {"events": 2}), "f1"))
    assert ledger.versions_used(told, "link") == {"documents": 4}
    assert not ledger.is_rolled_back(told, "link", {"events": 2})
    assert not ledger.is_rolled_back(told, "link", {"events": 3})
    assert ledger.is_rolled_back(told, "link", {"events": 1})
    assert ledger.is_rolled_back(told, "link", {"events": None})
    # a lost ledger beside tables that are there, and a first run
    assert ledger.is_rolled_back(together(), "link", {"events": 2})
    assert not ledger.is_rolled_back(together(), "link", {"events": None})
