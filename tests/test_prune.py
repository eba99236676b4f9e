"""Prune takes away what is old and needed by nothing that stays, and nothing else, however it ends."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import DEMO
from deltalake import DeltaTable
from release_rows import CODES, DAY, FILES, release_tables, rows_of

from flows.cli import main
from tasks.reading.verify import faults
from tasks.storage import ledger, pruning, releases
from tasks.storage.folders import resources_folder
from tasks.storage.store import Store, StoreError
from tasks.tables import DOCUMENTS, STAGE_TABLES

TODAY = dt.datetime.now(dt.UTC).date()
SOON = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
LATELY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path, monkeypatch) -> Store:
    monkeypatch.setenv("SITREP_HOME", str(tmp_path))
    return Store(tmp_path / "data", codes=CODES)


def write_versions(store: Store, count: int, lineage: dict | None = None) -> None:
    """Versions of `documents`, each one row in a file of its own whose text is "text" and the version."""
    for _ in range(count):
        version = store.version("documents")
        rows = rows_of(DOCUMENTS, {"document_id": "d", "text": f"text {0 if version is None else version + 1}"})
        store.overwrite("documents", rows, lineage or {"stage": "clean"})


def texts(store: Store, version: int | None = None) -> list[str]:
    return store.read("documents", version)["text"].to_pylist()


def release(store: Store, day: dt.date, label: str, **versions: int | None) -> Path:
    return store.write_release(day, release_tables(label), FILES, {"tables": versions}).path


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_what_a_kept_release_names_stays_readable_and_the_rest_goes(store: Store) -> None:
    write_versions(store, 5)
    old = release(store, DAY, "old", documents=0, rejects=None)
    new = release(store, DAY + dt.timedelta(days=1), "new", documents=2, rejects=None)
    kinds = {thing.kind for thing in pruning.prune(store, SOON)}
    assert kinds == {"release", "documents"}
    assert not old.exists()
    # the newest stays, however old
    assert store.latest_release() == new and list(faults(new)) == []
    assert (texts(store), texts(store, 2), texts(store, 4)) == (["text 4"], ["text 2"], ["text 4"])
    for version in (0, 1, 3):
        with pytest.raises(StoreError, match=f"table documents: version {version} was pruned"):
            store.read("documents", version)
    assert pruning.prune(store, SOON) == []
    assert store.version("documents") == 4


def test_what_is_younger_than_the_span_stays(store: Store) -> None:
    write_versions(store, 3)
    first = release(store, TODAY, "first", documents=0)
    release(store, TODAY, "second", documents=2)
    assert pruning.prune(store, LATELY) == []
    assert first.exists()
    assert texts(store, 1) == ["text 1"]


def test_what_the_ledger_and_lineages_name_stays(store: Store) -> None:
    write_versions(store, 2)
    write_versions(store, 1, {"stage": "clean", "inputs": {"documents": 1}})
    linked = ledger.done("link", ledger.whole({"documents": 2}), "f")
    store.append("progress", linked, {"stage": "link"})
    shown = rows_of(STAGE_TABLES["events"], {"event_id": "e"})
    store.overwrite("events", shown, {"stage": "link", "inputs": {"documents": 0}})
    write_versions(store, 2)
    pruning.prune(store, SOON)
    # 2 by the ledger, 1 since 2 was made from it, 0 since the newest events were, 4 is the newest
    assert [texts(store, version) for version in (0, 1, 2, 4)] == [["text 0"], ["text 1"], ["text 2"], ["text 4"]]
    with pytest.raises(StoreError, match="version 3 was pruned"):
        store.read("documents", 3)


def test_the_log_goes_up_to_the_checkpoint_before_what_stays(store: Store) -> None:
    write_versions(store, 4)
    uri = f"{store.root}/_tables/documents"
    DeltaTable(uri).create_checkpoint()
    write_versions(store, 2)
    release(store, DAY, "x", documents=4)
    pruning.prune(store, SOON)
    assert [version["version"] for version in store.history("documents")] == [5, 4, 3]
    assert (texts(store, 4), texts(store)) == (["text 4"], ["text 5"])
    with pytest.raises(StoreError, match="version 1 was pruned"):
        store.read("documents", 1)
    write_versions(store, 1)
    assert store.version("documents") == 6


def leftovers(store: Store) -> list[Path]:
    """What killed runs leave: drafts of releases, links, exports, table files, and of resources."""
    root = Path(store.root)
    with subprocess.Popen(["true"]) as process:
        process.wait()
    paths = [
        root / "releases" / ".tmp-99" / "events.parquet",
        root / "exports" / "v2024.03.05.1" / ".tmp-99-events.csv",
        root / "_tables" / "documents" / "part-00000-uncommitted.parquet",
        root / "_tables" / "documents" / "_delta_log" / "_commit_1234.json.tmp",
        resources_folder() / f"gazetteer-abc.tmp-{process.pid}",
    ]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    link = root / "releases" / ".tmp-latest-99"
    link.symlink_to("nowhere")
    return [paths[0].parent, *paths[1:], link]


def test_what_killed_runs_left_is_swept_and_what_live_ones_write_is_not(store: Store) -> None:
    write_versions(store, 1)
    release(store, DAY, "x")
    left = leftovers(store)
    at_work = resources_folder() / f"gazetteer-def.tmp-{os.getpid()}"
    at_work.write_bytes(b"x")
    pruning.prune(store, LATELY)
    assert [path for path in left if path.exists() or path.is_symlink()] == []
    assert at_work.exists()
    assert texts(store) == ["text 0"]


def test_a_dry_run_tells_the_same_and_removes_nothing(store: Store) -> None:
    write_versions(store, 3)
    release(store, DAY, "a")
    release(store, TODAY, "b")
    leftovers(store)
    before = tree(Path(store.root))
    told = pruning.prune(store, SOON, dry_run=True)
    assert tree(Path(store.root)) == before
    assert pruning.prune(store, SOON) == told
    assert len(tree(Path(store.root))) < len(before)


@pytest.mark.parametrize("done", range(0, 10, 3))
def test_prune_may_be_killed_at_any_instant(store: Store, monkeypatch, done: int) -> None:
    write_versions(store, 4)
    release(store, DAY, "a", documents=0)
    newest = release(store, TODAY, "b", documents=2)
    leftovers(store)
    left = iter(range(done))
    take_away = pruning.take_away

    def killed_after_some(thing: pruning.Unneeded) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        take_away(thing)

    with monkeypatch.context() as patch:
        patch.setattr(pruning, "take_away", killed_after_some)
        with pytest.raises(KeyboardInterrupt):
            pruning.prune(store, SOON)
    assert store.latest_release() == newest and list(faults(newest)) == []
    assert (texts(store), texts(store, 2)) == (["text 3"], ["text 2"])
    pruning.prune(store, SOON)
    assert pruning.prune(store, SOON) == []
    assert [path.name for path in (Path(store.root) / "releases").iterdir() if path.name != "latest"] == [newest.name]


def test_an_export_goes_with_its_release(store: Store) -> None:
    old, new = release(store, DAY, "old"), release(store, TODAY, "new")
    for path in (old, new):
        store.write_export(path.name, [("x.csv", pa.table({"a": [1]}))])
    pruning.prune(store, SOON)
    assert [path.name for path in releases.exports_folder(store.releases_folder()).iterdir()] == [new.name]


def test_a_manifest_that_cannot_be_read_stops_everything(store: Store) -> None:
    write_versions(store, 2)
    path = release(store, DAY, "x", documents=0)
    (path / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match=r"manifest.json does not tell the versions"):
        pruning.prune(store, SOON)
    assert texts(store, 0) == ["text 0"]


@pytest.mark.parametrize("span", ["soon", "30", "-1d", "3.5d", "30 d", ""])
def test_a_bad_span_is_bad_usage(span: str, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["prune", f"--keep={span}"])
    assert ended.value.code == 2
    assert "give days, as 30d" in capsys.readouterr().err


def test_after_a_prune_the_demo_runs_on(data: Path, capsys) -> None:
    from flows.extract import extract
    from flows.run import run

    extract(data=str(data), input_version=0, full=True)
    assert main(["prune", "--keep", "0d", "--data", str(data), "--dry-run"]) == 0
    assert "would go" in capsys.readouterr().out
    assert main(["prune", "--keep", "0d", "--data", str(data)]) == 0
    assert "removed" in capsys.readouterr().out
    run([str(DEMO)], data=str(data))
    assert len(list((data / "releases").glob("v*"))) == 1
    assert list(faults((data / "releases" / "latest").resolve())) == []
