"""A manifest of any types, of one's own release or of somebody else's, gets a sentence from all that read manifests."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from release_rows import CODES, DAY, FILES, release_tables

from flows.cli import main
from flows.cli.status import _unpublished
from tasks.reading.diff import difference
from tasks.reading.show import release_lines
from tasks.reading.verify import faults
from tasks.storage import manifests, pruning
from tasks.storage.manifests import ManifestError
from tasks.storage.store import Store, StoreError

TOLD = {
    "tables": {"events": 3, "rejects": None},
    "with_text": False,
    "fingerprints": {"code": {"link": "a"}, "model": "m"},
    "not_coded": {"es": 1},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
READERS: dict[str, Callable[[Store], Any]] = {
    "verify": lambda store: list(faults(store.release())),
    "diff": lambda store: difference(store.release(), store.release()),
    "run": lambda store: list(release_lines(store.release())),
    "status": _unpublished,
    "prune": lambda store: pruning.unneeded(store, dt.datetime(2030, 1, 1, tzinfo=dt.UTC)),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "data", codes=CODES)
    store.write_release(DAY, release_tables(), FILES, TOLD)
    return store


def put(store: Store, text: str) -> None:
    (store.release() / "manifest.json").write_text(text)


@pytest.mark.parametrize(
    ("member", "value", "told"),
    [
        ("version", ["v1"], "version is a list, where a text must stand"),
        ("version", None, "version is null, where a text must stand"),
        ("files", [], "files is a list, where an object must stand"),
        ("files", {"events.parquet": None}, "files.events.parquet is null, where an object must stand"),
        ("files", {"events.parquet": {"sha256": 1}}, "files.events.parquet.sha256 is 1, where a text must stand"),
        ("files", {"events.parquet": {}}, "files.events.parquet.sha256 is missing"),
        (
            "files",
            {"x": {"sha256": "", "rows": 10**30}},
            "files.x.rows is 1000000000000000000000000000000, where a whole",
        ),
        ("files", {"x": {"sha256": "", "columns": {"a": 1}}}, "files.x.columns.a is 1, where a text must stand"),
        ("schema_version", "two", 'schema_version is "two", where a whole number'),
        ("schema_version", True, "schema_version is true, where a whole number"),
        ("tables", {"events": "3"}, 'tables.events is "3", where a whole number'),
        ("fingerprints", {"code": {"link": []}}, "fingerprints.code.link is a list, where a text must stand"),
        ("not_coded", {"es": float("nan")}, "not_coded.es is NaN, where a whole number"),
    ],
)
def test_a_member_of_another_type_is_told_by_every_reader(store: Store, member: str, value: Any, told: str) -> None:
    put(store, json.dumps(manifests.read(store.release()) | {member: value}))
    for name, reader in READERS.items():
        try:
            said = str(reader(store))
        except StoreError as error:
            said = str(error)
        assert "manifest.json" in said and told in said.replace("\\'", "'"), name


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "7", "{", "[" * 100_000, '{"version": 1' + "0" * 5000 + "}", r'{"version": "\ud800"}']
)
def test_what_is_no_manifest_is_told_in_one_line(store: Store, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(store, text)
    for command in (["verify", "latest"], ["diff", "latest", "latest"]):
        assert main([*command, "--data", store.root]) == 1
        printed = capsys.readouterr()
        lines = (printed.out + printed.err).splitlines()
        assert "manifest.json: " in lines[0]
        # verify counts its faults
        assert len(lines) == (2 if command[0] == "verify" else 1)


@given(
    st.fixed_dictionaries({"version": st.text(max_size=3), "files": JSON}, optional=dict.fromkeys(TOLD, JSON)) | JSON
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_any_json_is_read_as_declared_or_refused(tmp_path: Path, value: Any) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(value))
    try:
        manifest = manifests.read(tmp_path)
    except ManifestError as error:
        assert str(error).startswith(f"{tmp_path}/manifest.json: ")
    else:
        assert isinstance(manifest["version"], str)
        assert all(isinstance(facts["sha256"], str) for facts in manifest["files"].values())
        assert all(one is None or 0 <= one < 2**63 for one in manifest.get("tables", {}).values())
