"""The store keeps every version, refuses what is not declared, lets one process write, and cuts whole releases only."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake.exceptions import DeltaError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from release_rows import CODES, DAY, FILES, release_tables, rows_of

from flows.failures import failure_line
from tasks.storage import checks, damage, releases
from tasks.storage.checks import StoreError, checked
from tasks.storage.store import Store, WriterBusyError
from tasks.tables import DOCUMENTS, PROGRESS, RELEASE_TABLES, STAGE_TABLES, Column, Table

LINEAGE = {"stage": "clean", "run_id": "r1"}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data", codes=CODES)


def documents(*ids: str, text: str = "Two trucks burned.") -> pa.Table:
    return rows_of(DOCUMENTS, *({"document_id": id_, "text": text} for id_ in ids))


def ledger(*pairs: tuple[str, str], output: str = "o") -> pa.Table:
    return rows_of(PROGRESS, *({"stage": s, "document_id": d, "output_id": output} for s, d in pairs))


def ids(rows: pa.Table) -> list[str]:
    return sorted(rows["document_id"].to_pylist())


# tables


def test_a_table_never_written_reads_as_no_rows_of_its_schema(store):
    rows = store.read("documents")
    assert rows.num_rows == 0
    assert rows.schema.equals(DOCUMENTS.schema, check_metadata=True)
    assert store.version("documents") is None
    assert store.history() == []


def test_what_is_written_reads_back_whole_in_part_and_at_any_version(store):
    assert store.append("documents", documents("b", "a"), LINEAGE) == 0
    assert store.append("documents", documents("c"), LINEAGE) == 1
    everything = store.read("documents")
    assert ids(everything) == ["a", "b", "c"]
    assert everything.schema.equals(DOCUMENTS.schema, check_metadata=True)
    assert ids(store.read("documents", version=0)) == ["a", "b"]
    assert ids(store.read("documents", ids=["c", "a", "z"])) == ["a", "c"]
    assert ids(store.read("documents", ids=[])) == []
    # columns come in declared order, whatever order was asked for
    assert store.read("documents", columns=["text", "document_id"], ids=["b"]).column_names == ["document_id", "text"]


def test_reading_what_is_not_there_says_what_there_is(store):
    with pytest.raises(StoreError, match="no table 'document'; the tables are raw_documents, documents"):
        store.read("document")
    with pytest.raises(StoreError, match="never written"):
        store.read("documents", version=3)
    store.append("documents", documents("a"), LINEAGE)
    with pytest.raises(StoreError, match="no version 3; its newest is 0"):
        store.read("documents", version=3)
    with pytest.raises(StoreError, match="no columns body"):
        store.read("documents", columns=["body"])


def test_replace_takes_the_old_rows_out_and_is_idempotent(store):
    store.append("documents", documents("a", "b", "c"), LINEAGE)
    new = documents("b", text="Three trucks burned.")
    assert store.replace("documents", new, LINEAGE, ids=["b", "c"]) == 1
    assert dict(zip(*store.read("documents").select(["document_id", "text"]).to_pydict().values(), strict=True)) == {
        "a": "Two trucks burned.",
        "b": "Three trucks burned.",
    }
    assert store.replace("documents", new, LINEAGE, ids=["b", "c"]) is None
    assert store.version("documents") == 1
    # nothing in its place
    assert store.replace("documents", documents(), LINEAGE, ids=["a", "it's"]) == 2
    assert ids(store.read("documents")) == ["b"]


def test_replace_within_a_stage_leaves_the_other_stages_rows(store):
    store.append("progress", ledger(("ingest", "a"), ("clean", "a"), ("clean", "b")), LINEAGE)
    store.replace("progress", ledger(("clean", "a"), output="new"), LINEAGE, ids=["a", "b"], within={"stage": "clean"})
    left = {(r["stage"], r["document_id"], r["output_id"]) for r in store.read("progress").to_pylist()}
    assert left == {("ingest", "a", "o"), ("clean", "a", "new")}


def test_replace_refuses_rows_that_a_second_run_would_double(store):
    with pytest.raises(StoreError, match="document_id: b is not among the ids being replaced"):
        store.replace("documents", documents("a", "b"), LINEAGE, ids=["a"])
    with pytest.raises(StoreError, match="stage: rows other than 'clean' would be doubled"):
        store.replace("progress", ledger(("ingest", "a")), LINEAGE, ids=["a"], within={"stage": "clean"})


def test_merge_puts_rows_in_place_by_key_and_leaves_the_rest(store):
    store.append("progress", ledger(("ingest", "a"), ("clean", "a")), LINEAGE)
    change = ledger(("clean", "a"), ("clean", "b"), output="new")
    assert store.merge("progress", change, LINEAGE) == 1
    assert store.merge("progress", change, LINEAGE) is None
    assert {(r["stage"], r["document_id"], r["output_id"]) for r in store.read("progress").to_pylist()} == {
        ("ingest", "a", "o"),
        ("clean", "a", "new"),
        ("clean", "b", "new"),
    }


def test_merge_into_a_table_never_written(store):
    assert store.merge("documents", documents("a"), LINEAGE) == 0
    assert store.merge("documents", documents("b"), LINEAGE) == 1
    assert ids(store.read("documents")) == ["a", "b"]


def test_overwrite_makes_the_rows_the_whole_table(store):
    assert store.overwrite("documents", documents("a", "b"), LINEAGE) == 0
    assert store.overwrite("documents", documents("b", "a"), LINEAGE) is None
    assert store.overwrite("documents", documents("c"), LINEAGE) == 1
    assert ids(store.read("documents")) == ["c"]
    assert ids(store.read("documents", version=0)) == ["a", "b"]


def test_a_key_that_is_there_already_is_refused(store):
    store.append("documents", documents("a"), LINEAGE)
    with pytest.raises(StoreError, match="table documents: a row with the key document_id=a is there already"):
        store.append("documents", documents("b", "a"), LINEAGE)
    assert store.append("documents", documents(), LINEAGE) is None
    assert store.merge("documents", documents(), LINEAGE) is None
    assert store.version("documents") == 0


def test_history_tells_how_each_version_came_about(store):
    store.append("documents", documents("a", "b", "c"), LINEAGE)
    store.replace("documents", documents("a", text="!"), {"stage": "clean", "run_id": "r2"}, ids=["a", "b"])
    newest, oldest = store.history("documents")
    assert (newest["version"], newest["operation"], newest["rows"]) == (1, "replace", 2)
    assert (oldest["version"], oldest["operation"], oldest["rows"]) == (0, "append", 3)
    assert newest["lineage"] == {"stage": "clean", "run_id": "r2"}
    assert newest["timestamp"].tzinfo is not None
    assert store.lineage("documents", 0) == LINEAGE
    assert store.lineage("events") == {}


def test_every_declared_table_survives_the_trip(store):
    for table in STAGE_TABLES.values():
        rows = rows_of(table, {})
        store.append(table.name, rows, LINEAGE)
        assert store.read(table.name).equals(rows)


def test_a_table_follows_its_declaration(store, monkeypatch):
    older = Table("documents", "clean", "older", ("document_id",), DOCUMENTS.columns[:-3])
    monkeypatch.setitem(STAGE_TABLES, "documents", older)
    store.append("documents", rows_of(older, {"document_id": "a"}), LINEAGE)
    monkeypatch.undo()
    assert store.read("documents")["signature"].to_pylist() == [None]
    store.append("documents", documents("b"), LINEAGE)
    assert ids(store.read("documents")) == ["a", "b"]
    assert [entry["operation"] for entry in store.history("documents")] == ["append", "adapt", "append"]


# what is refused


@pytest.mark.parametrize(
    ("column", "values", "complaint"),
    [
        ("source_id", [None], "column source_id: null in row 0, where every row needs a value"),
        ("published_basis_code", ["guess"], "column published_basis_code: 'guess' not in the list published_basis"),
        ("segments", [None], "column segments: a null list in row 0; write an empty list"),
        ("segments", [[None]], "column segments: a null inside a list"),
        ("char_count", ["12"], "column char_count: is string, which does not turn into int64"),
        ("char_count", [1.5], "column char_count: .*1.5.* truncated"),
        ("published_date", [dt.datetime(2024, 1, 1, 5)], "column published_date: timestamp.us. loses something"),
        ("ingested_at", [dt.datetime(2024, 1, 1)], "column ingested_at: is timestamp.us., which does not turn"),
    ],
)
def test_a_value_that_is_not_declared_is_refused_by_name(column, values, complaint):
    rows = documents("a")
    at = rows.column_names.index(column)
    rows = rows.set_column(at, column, pa.array(values))
    with pytest.raises(StoreError, match=f"table documents, {complaint}"):
        checked(DOCUMENTS, rows, CODES)


def test_columns_are_the_declared_ones():
    with pytest.raises(StoreError, match="table documents: columns signature are missing"):
        checked(DOCUMENTS, documents("a").drop_columns("signature"), CODES)
    with pytest.raises(StoreError, match="table documents: columns mood are not declared"):
        checked(DOCUMENTS, documents("a").append_column("mood", pa.array(["grim"])), CODES)
    with pytest.raises(StoreError, match="key document_id=a occurs more than once"):
        checked(DOCUMENTS, documents("a", "b", "a"), CODES)


def test_not_a_number_is_not_unknown():
    table = Table("spots", "x", "x", ("id",), (Column("id", pa.string(), "x"), Column("x", pa.float64(), "x", True)))
    with pytest.raises(StoreError, match="table spots, column x: NaN in row 1; write null"):
        checked(table, pa.table({"id": ["a", "b"], "x": [None, float("nan")]}), {})


def test_codes_inside_lists_are_closed_too():
    type_ = pa.list_(pa.struct([pa.field("kind_code", pa.string(), metadata={"codes": "segment_kind"})]))
    table = Table("parts", "x", "x", ("id",), (Column("id", pa.string(), "x"), Column("parts", type_, "x")))
    assert checked(table, pa.table({"id": ["a"], "parts": [[{"kind_code": "body"}]]}), CODES).num_rows == 1
    with pytest.raises(StoreError, match=r"column parts\.kind_code: 'bdy' not in the list segment_kind"):
        checked(table, pa.table({"id": ["a"], "parts": [[{"kind_code": "bdy"}]]}), CODES)
    with pytest.raises(StoreError, match="column parts: is list"):
        checked(table, pa.table({"id": ["a"], "parts": [[{"kind": "body"}]]}), CODES)


def test_a_code_list_that_nobody_keeps_is_named():
    with pytest.raises(StoreError, match=r"seeds/codes\.csv has no list published_basis; add it"):
        checked(DOCUMENTS, documents("a"), {})


@given(st.lists(st.one_of(st.none(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False)), max_size=6))
def test_a_number_is_kept_to_the_digit_or_refused(values):
    table = Table("counts", "x", "x", ("id",), (Column("id", pa.int32(), "x"), Column("n", pa.int32(), "x", True)))
    given_ = pa.table({"id": pa.array(range(len(values)), pa.int32()), "n": _array(values)})
    fits = all(v is None or (abs(v) <= 2**31 and v == int(v) and -(2**31) <= v < 2**31) for v in values)
    try:
        assert checked(table, given_, {})["n"].to_pylist() == values
        assert fits
    except StoreError:
        assert not fits


def _array(values: list) -> pa.Array:
    whole = all(value is None or isinstance(value, int) for value in values)
    return pa.array(values if whole else [None if v is None else float(v) for v in values])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")), st.sampled_from(["x", "y"])),
        max_size=4,
    )
)
def test_any_replaces_end_where_a_dictionary_would(tmp_path_factory, steps):
    store = Store(tmp_path_factory.mktemp("data"), codes=CODES)
    model: dict[str, str] = {}
    for gone, new, text in steps:
        for _ in range(2):
            before = store.version("documents")
            changed = store.replace("documents", documents(*new, text=text), LINEAGE, ids=sorted(gone | new))
            assert (changed is None) == (store.version("documents") == before)
        assert changed is None
        model = {k: v for k, v in model.items() if k not in gone} | dict.fromkeys(new, text)
    rows = store.read("documents", columns=["document_id", "text"]).to_pylist()
    assert {row["document_id"]: row["text"] for row in rows} == model
    assert len(rows) == len(model)


# one writer


def test_a_second_process_is_refused_with_the_holders_id_and_gets_in_after_it_died(store, tmp_path):
    script = f"""
        import time
        from tasks.storage.store import Store
        with Store({str(tmp_path / "data")!r}).writer():
            print("in", flush=True)
            time.sleep(60)
    """
    with _python(script) as holder:
        assert holder.stdout.readline() == "in\n"
        with pytest.raises(WriterBusyError, match=f"process {holder.pid} is writing there"), store.writer(0.3):
            pass
        assert ids(store.read("documents")) == []
        holder.kill()
        with store.writer(10):
            store.append("documents", documents("a"), LINEAGE)


def test_a_second_process_waits_for_the_first(store, tmp_path):
    script = f"""
        from tasks.storage.store import Store
        print("waiting", flush=True)
        with Store({str(tmp_path / "data")!r}).writer(30):
            print("in", flush=True)
    """
    with store.writer(), store.writer(), _python(script) as second:
        assert second.stdout.readline() == "waiting\n"
        time.sleep(0.5)
        assert second.poll() is None
    # both levels are left only here
    assert second.stdout.readline() == "in\n"
    assert second.wait(30) == 0


def _python(script: str) -> subprocess.Popen:
    here = Path(__file__).resolve().parents[1]
    return _Process(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{here}{os.pathsep}{here / 'tests'}"},
    )


class _Process(subprocess.Popen):
    """Leaving its block does not wait: the tests do."""

    def __exit__(self, *_):
        return None


# releases


def test_a_release_is_whole_documented_and_counted(store):
    written = store.write_release(DAY, release_tables(), FILES, {"tables": {"events": 4}})
    assert written.is_new
    assert written.path.name == "v2024.03.05.1"
    assert {path.name for path in written.path.iterdir()} == {
        *(f"{name}.parquet" for name in RELEASE_TABLES),
        "codebook.md",
        "report.html",
        "manifest.json",
    }
    manifest = json.loads((written.path / "manifest.json").read_text())
    assert manifest["version"] == "v2024.03.05.1"
    assert manifest["schema_version"] == 2
    assert manifest["tables"] == {"events": 4}
    assert manifest["files"]["events.parquet"]["rows"] == 2
    assert len(manifest["files"]["report.html"]["sha256"]) == 64
    assert (store.releases_folder() / "latest").readlink().name == "v2024.03.05.1"
    assert store.latest_release() == store.release("latest") == store.release("v2024.03.05.1") == written.path
    with pytest.raises(StoreError, match=r"no release v2024.03.05.9; the newest is v2024.03.05.1"):
        store.release("v2024.03.05.9")


def test_events_are_geoparquet_with_meanings(store):
    path = store.write_release(DAY, release_tables(), FILES, {}).path / "events.parquet"
    schema = pq.read_schema(path)
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"] == {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "bbox": [70.0, 34.5, 70.0, 34.5],
    }
    assert schema.field("country_code").metadata[b"meaning"] == b"ISO 3166-1 alpha-3"
    assert pq.read_table(path)["event_id"].to_pylist() == ["e1", "e2"]


def test_geometry_that_is_no_point_is_refused(store):
    tables = release_tables()
    events = tables["events"]
    tables["events"] = events.set_column(events.num_columns - 1, "geometry", pa.array([b"POINT"] * 2, pa.binary()))
    with pytest.raises(StoreError, match="column geometry: 504f494e54 is not a WKB point"):
        store.write_release(DAY, tables, FILES, {})
    assert store.latest_release() is None


def test_the_same_content_cuts_no_release_and_other_content_is_numbered_on(store):
    first = store.write_release(DAY, release_tables(), FILES, {}).path
    again = store.write_release(DAY, release_tables(), FILES | {"report.html": "<p>two</p>"}, {"run": "other"})
    assert (again.path, again.is_new) == (first, False)
    names = [first.name]
    for number in range(10):
        names.append(store.write_release(DAY, release_tables(f"Town {number}"), FILES, {}).path.name)
    assert names[-2:] == ["v2024.03.05.10", "v2024.03.05.11"]
    assert store.latest_release().name == "v2024.03.05.11"
    # a clock set back does not lead back
    assert store.write_release(dt.date(2023, 1, 1), release_tables("X"), FILES, {}).path.name == "v2024.03.05.12"
    assert store.write_release(dt.date(2025, 1, 1), release_tables("Y"), FILES, {}).path.name == "v2025.01.01.1"
    assert (store.releases_folder() / "latest").readlink().name == "v2025.01.01.1"


def test_the_same_rows_in_any_order_make_the_same_bytes(store, tmp_path):
    other = Store(tmp_path / "other", codes=CODES)
    tables = release_tables()
    one = store.write_release(DAY, tables, FILES, {}).path
    backwards = {name: rows.take(pa.array(range(rows.num_rows)[::-1], pa.int64())) for name, rows in tables.items()}
    two = other.write_release(DAY, backwards, FILES, {}).path
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes(), path.name


@pytest.mark.parametrize("moment", ["_write_parquet", "_next_version", "_to_disk", "lead_to"])
def test_a_release_killed_at_any_moment_is_absent_or_whole(store, moment):
    store.write_release(DAY, release_tables(), FILES, {})
    script = f"""
        import os, signal
        from tasks.storage import releases
        from tasks.storage.store import Store
        from release_rows import CODES, DAY, FILES, release_tables
        def die(*_):
            os.kill(os.getpid(), signal.SIGKILL)
        releases.{moment} = die
        Store({store.root!r}, codes=CODES).write_release(DAY, release_tables("Khost"), FILES, {{}})
    """
    with _python(script) as process:
        assert process.wait(60) == -signal.SIGKILL
    folder = store.releases_folder()
    latest = folder / "latest"
    assert {path.name for path in folder.iterdir()} >= {"v2024.03.05.1", "latest"}
    for path in folder.glob("v*"):
        files = json.loads((path / "manifest.json").read_text())["files"]
        assert {name: releases._facts(path / name) for name in files} == files
    assert (latest / "manifest.json").is_file()
    # the next run sweeps up and ends where an undisturbed one would
    assert store.write_release(DAY, release_tables("Khost"), FILES, {}).path.name == "v2024.03.05.2"
    assert latest.readlink().name == "v2024.03.05.2"
    assert not list(folder.glob(".tmp-*"))


def test_a_release_has_all_its_tables(store):
    with pytest.raises(StoreError, match="a release is events, incidents, mentions"):
        store.write_release(DAY, {}, FILES, {})


def test_the_store_is_quick_to_load():
    script = "import sys, tasks.storage.store; print([m for m in ('prefect', 'spacy', 'pandas') if m in sys.modules])"
    with _python(script) as process:
        assert process.stdout.read() == "[]\n"
        assert process.wait(30) == 0


def test_the_error_is_one_class():
    assert checks.StoreError is StoreError
    assert issubclass(WriterBusyError, StoreError)


def test_a_replace_of_very_many_documents_is_one_commit(store: Store) -> None:
    def ledger(count: int, output: str) -> pa.Table:
        ids = pa.array([f"d{number:04}" for number in range(count)])
        columns = {"stage": "clean", "input_id": "i", "output_id": output, "row_count": 1, "reject_id": "r"}
        table = pa.table({name: pa.repeat(value, count) for name, value in columns.items()} | {"document_id": ids})
        return table.select(PROGRESS.names).cast(PROGRESS.schema)

    store.append("progress", ledger(5_001, "old"), {})
    store.replace("progress", ledger(5_000, "new"), {}, ids=ledger(5_000, "new")["document_id"].to_pylist())
    kept = store.read("progress")["output_id"].value_counts().to_pylist()
    assert sorted((row["values"], row["counts"]) for row in kept) == [("new", 5_000), ("old", 1)]
    assert store.version("progress") == 1


@pytest.mark.parametrize(
    ("error", "is_damage"),
    [
        (OSError("Corrupt snappy compressed data."), True),
        (pa.ArrowInvalid("Parquet magic bytes not found"), True),
        (OSError(28, "No space left on device"), False),
        (PermissionError(13, "Permission denied"), False),
        (OSError("Generic LocalFileSystem error: Too many open files (os error 24)"), False),
        (pa.ArrowMemoryError("out of memory"), False),
    ],
)
def test_what_the_machine_lacks_is_no_damage_to_a_table(store: Store, error: Exception, is_damage: bool) -> None:
    with pytest.raises(Exception) as raised, damage.named(f"{store.root}/_tables/events", STAGE_TABLES["events"]):
        raise error
    assert isinstance(raised.value, damage.DamagedTableError) == is_damage


def test_a_full_disk_is_told_with_the_table_and_what_to_do(store: Store) -> None:
    full = DeltaError("External: Generic LocalFileSystem error: Unable to copy: No space left on device (os error 28)")
    with pytest.raises(OSError) as raised, damage.written("/srv/data/_tables/events"):
        raise full
    assert failure_line(raised.value).startswith("/srv/data/_tables/events: No space left on device; make room there")
    with pytest.raises(DeltaError), damage.written("/srv/data/_tables/events"):
        raise DeltaError("another")
