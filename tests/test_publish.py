"""A release has every declared column whatever goes in, points that decode, and text only when asked for."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.knowledge.actors import ActorRegister
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.publish.release_tables import current_documents, release_tables
from tasks.storage.store import Store
from tasks.tables import RELEASE_TABLES, STAGE_TABLES
from tasks.vocabularies import load

INPUTS = (
    *("documents", "resolved_mentions", "event_mentions", "events", "incidents", "incident_events"),
    *("territory", "rejects"),
)


Tables = Callable[..., dict[str, pa.Table]]


@pytest.fixture(scope="module")
def tables(gazetteer: Gazetteer) -> Tables:
    """A way to make a data folder's release tables."""
    register = ActorRegister(*(load(name) for name in ("actors", "actor_names", "roles", "actor_heads", "countries")))

    def made(store: Store, with_text: bool = False) -> dict[str, pa.Table]:
        inputs = {name: store.read(name) for name in INPUTS}
        return release_tables(**inputs, register=register, gazetteer=gazetteer, with_text=with_text)

    return made


def test_an_empty_release_has_every_column(tmp_path: Path, tables: Tables) -> None:
    for name, table in tables(Store(tmp_path)).items():
        assert table.num_rows == 0
        assert table.schema.types == RELEASE_TABLES[name].schema.types
        assert table.column_names == RELEASE_TABLES[name].names


def test_points_decode_to_latitude_and_longitude(demo_data: Path) -> None:
    events = pq.read_table(demo_data / "releases" / "latest" / "events.parquet").to_pylist()
    placed = [e for e in events if e["latitude"] is not None]
    assert placed
    for event in placed:
        assert struct.unpack("<BIdd", event["geometry"]) == (1, 1, event["longitude"], event["latitude"])
    assert all(e["geometry"] is None for e in events if e["latitude"] is None)


def test_text_is_released_only_on_request(demo_data: Path, tables: Tables) -> None:
    store = Store(demo_data)
    assert tables(store)["documents"]["text"].null_count == store.count("documents")
    assert tables(store, with_text=True)["documents"]["text"].null_count == 0


def test_a_superseded_revision_stays_behind() -> None:
    rows = [dict.fromkeys(STAGE_TABLES["documents"].names) | {"document_id": i, "supersedes": s} for i, s in
            (("new", "old"), ("old", None), ("other", None))]  # fmt: skip
    documents = pa.Table.from_pylist(rows, schema=STAGE_TABLES["documents"].schema)
    assert current_documents(documents)["document_id"].to_pylist() == ["new", "other"]


def test_actors_and_places_of_a_release_are_those_of_its_events(demo_data: Path) -> None:
    release = demo_data / "releases" / "latest"
    events = pq.read_table(release / "events.parquet").to_pylist()
    named = {p["actor_id"] for e in events for p in (*e["actors"], *e["recipients"]) if p["actor_id"]}
    assert named == set(pq.read_table(release / "actors.parquet")["actor_id"].to_pylist())
    lie = {e["place_id"] for e in events if e["place_id"]}
    assert lie == set(pq.read_table(release / "places.parquet")["place_id"].to_pylist())
