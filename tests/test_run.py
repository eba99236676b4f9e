"""The whole pipeline on the demo: what an operator and an analyst would notice."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import DEMO, content, release_of, sitrep

from flows.cli import main
from tasks.ingest.format import MAX_RECORD_BYTES
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.storage.store import Store
from tasks.tables import RELEASE_TABLES

SAME_TO_THE_BYTE = ("events.parquet", "mentions.parquet", "territory.parquet")


def assert_contract(release: Path) -> None:
    for name, declared in RELEASE_TABLES.items():
        schema = pq.read_schema(release / f"{name}.parquet")
        assert schema.names == declared.names
        for column in declared.columns:
            assert schema.field(column.name).type == column.type, f"{name}.{column.name}"


def test_the_demo_gives_a_release_with_every_declared_column(demo_data: Path) -> None:
    release = release_of(demo_data)
    assert_contract(release)
    events = pq.read_table(release / "events.parquet").to_pylist()
    assert len(events) > 30
    assert {"DEU", "COD", "UKR", "MLI", "COL", "USA"} - {e["country_code"] for e in events} <= {"DEU"}


def test_every_mention_leads_back_to_its_words(demo_data: Path) -> None:
    store = Store(demo_data)
    texts = dict(zip(*store.read("documents", columns=["document_id", "text"]).to_pydict().values(), strict=True))
    for mention in pq.read_table(release_of(demo_data) / "mentions.parquet").to_pylist():
        text = texts[mention["document_id"]]
        assert text[mention["sentence_start"] : mention["sentence_end"]] == mention["sentence_text"]
        assert text[mention["trigger_start"] : mention["trigger_end"]] == mention["trigger_text"]


def test_reports_without_an_event_yield_none(demo_data: Path) -> None:
    mentions = pq.read_table(release_of(demo_data) / "mentions.parquet")["external_id"].to_pylist()
    assert not {"football-final", "bakery-column", "quarterly-results"} & set(mentions)


def test_one_event_told_by_several_reports_is_one_row(demo_data: Path) -> None:
    events = pq.read_table(release_of(demo_data) / "events.parquet").to_pylist()
    sake = [e for e in events if e["event_type_code"] == "territory_seized" and e["place_label"] == "Sake"]
    assert any(e["document_count"] >= 2 and e["actor_label"] == "M23" for e in sake)


def test_null_is_not_zero(demo_data: Path) -> None:
    events = pq.read_table(release_of(demo_data) / "events.parquet").to_pylist()
    meetings = [e for e in events if e["event_type_code"] == "meeting"]
    assert meetings and all(e["killed_low"] is None for e in meetings)


def test_running_twice_changes_nothing(data: Path) -> None:
    from flows.run import run

    before = {name: Store(data).version(name) for name in ("documents", "mentions", "events", "progress")}
    again = run([str(DEMO)], data=str(data))
    assert again["ingest"]["new_documents"] == again["extract"]["documents"] == again["resolve"]["documents"] == 0
    assert {name: Store(data).version(name) for name in before} == before
    assert len(list((data / "releases").glob("v*"))) == 1


def test_two_runs_into_empty_folders_are_the_same_to_the_byte(demo_data: Path, tmp_path: Path, engine: None) -> None:
    from flows.run import run

    data = tmp_path / "data"
    run([str(DEMO)], data=str(data))
    for name in SAME_TO_THE_BYTE:
        assert (release_of(data) / name).read_bytes() == (release_of(demo_data) / name).read_bytes(), name


def test_stages_run_alone_and_from_an_older_version(demo_data: Path, data: Path) -> None:
    from flows.extract import extract
    from flows.link import link
    from flows.publish import publish
    from flows.resolve import resolve

    store = Store(data)
    documents = store.version("documents")
    assert extract(data=str(data))["documents"] == 0
    assert extract(data=str(data), full=True)["new_parses"] == 0
    # an older version without any document leaves nothing behind, and the newest brings all of it back
    assert extract(data=str(data), input_version=documents)["documents"] > 0
    for stage in (extract, resolve, link, publish):
        stage(data=str(data))
    assert content(data) == content(demo_data)


def bad_inputs(folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_text(" \n\n ")
    (folder / "picture.txt").write_bytes(bytes(range(256)) * 40)
    good = {"id": "good", "published": "2024-03-04", "text": "Rebels attacked a village near Goma on Sunday."}
    lines = [json.dumps(good), '{"id": "broken", "text": ', '{"id": "mute"}', "[1, 2]"]
    (folder / "feed.jsonl").write_text("\n".join(lines))
    (folder / "endless.jsonl").write_bytes(b"x" * (MAX_RECORD_BYTES + 1))
    (folder / "broken.parquet").write_bytes(b"PAR1 but not really")


def test_what_cannot_be_read_is_a_reject_and_the_rest_goes_on(gazetteer: Gazetteer, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    bad_inputs(folder)
    paths = [str(folder), str(tmp_path / "nowhere.txt")]
    # as on a new machine: an engine of its own, started and stopped by the command itself
    alone = {"PREFECT_API_URL": "", "PREFECT_HOME": str(tmp_path / "prefect")}
    done = sitrep("run", *paths, "--data", str(tmp_path / "data"), **alone)
    assert done.returncode == 0, done.stderr
    assert "rejects" in done.stdout
    release = release_of(tmp_path / "data")
    assert_contract(release)
    reasons = {Path(r["uri"]).name: r["reason_code"] for r in pq.read_table(release / "rejects.parquet").to_pylist()}
    assert reasons == {
        "empty.txt": "empty",
        "blank.txt": "empty",
        "picture.txt": "binary",
        "feed.jsonl#2": "broken_record",
        "feed.jsonl#3": "no_text",
        "feed.jsonl#4": "broken_record",
        "endless.jsonl#1": "too_large",
        "broken.parquet": "unreadable",
        "nowhere.txt": "unreadable",
    }
    documents = pq.read_table(release / "documents.parquet")["external_id"].to_pylist()
    assert documents == ["good"]


@pytest.mark.parametrize("wrong", [["run"], ["clean", "--input-version", "many"]])
def test_bad_usage_ends_with_two(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2


def test_arrow_reads_column_meanings(demo_data: Path) -> None:
    schema: pa.Schema = pq.read_schema(release_of(demo_data) / "events.parquet")
    assert schema.field("killed_low").metadata[b"meaning"].startswith(b"Low bound")
