"""What a stage says that it did is checked against what is there, and a release that shrinks says why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import DEMO

from tasks.storage import continuity, releases
from tasks.storage.damage import DamagedTableError
from tasks.storage.store import Store, StoreError

GOOD = "Gunmen killed five people in Goma on Friday, police said."
STAGES_TABLES = ("documents", "copy_bands", "mentions", "resolved_mentions", "events", "event_mentions", "accounts",
                 "territory", "rejects")  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few reports, of a town that falls, which is told twice and denied; and a page without a text."""
    folder = tmp_path_factory.mktemp("reports")
    for path in (*DEMO.glob("masisi-*"), DEMO / "kunduz-briefing.md"):
        shutil.copy(path, folder)
    (folder / "bare.html").write_text("<html><body><script>1</script></body></html>")
    return folder


@pytest.fixture(scope="module")
def coded(plain_flows: object, reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of these reports, of which the last came in a second run."""
    data = tmp_path_factory.mktemp("coded") / "data"
    run(data, *sorted(reports.glob("*-*"))[:-1])
    run(data, reports)
    assert all(rows(data, table) for table in ("events", "incidents", "territory", "rejects"))
    return data


@pytest.fixture
def data(coded: Path, tmp_path: Path) -> Path:
    """A data folder of these reports that a test may change."""
    shutil.copytree(coded, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


def run(data: Path, *paths: Path) -> dict:
    from flows.run import run

    return run([str(path) for path in paths], data=str(data))


def rows(data: Path, table: str) -> list[dict]:
    return pq.read_table(data / "releases" / "latest" / f"{table}.parquet").to_pylist()


def manifest(data: Path) -> dict:
    return json.loads((data / "releases" / "latest" / "manifest.json").read_text())


# of stages one by one, and all that can be made again; of linking; and each table alone
LOST = (("documents", "resolved_mentions"), STAGES_TABLES)
LOST_TOO = (pytest.param(("events", "event_mentions"), marks=pytest.mark.slow),)
LOST_ALONE = (("mentions",), ("events",), ("event_mentions",), ("territory",), ("accounts",))


@pytest.mark.parametrize(
    "lost", [*LOST, *LOST_TOO, *(pytest.param(lost, marks=pytest.mark.soak) for lost in LOST_ALONE)], ids="+".join
)
def test_lost_tables_are_made_again_with_the_ids_that_were_published(
    data: Path, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    before = {name: rows(data, name) for name in ("events", "mentions", "territory")}
    for table in lost:
        shutil.rmtree(data / "_tables" / table, ignore_errors=True)
    (tmp_path / "new.txt").write_text("Nothing happened in the village yesterday, and nobody saw it.")
    run(data, tmp_path / "new.txt")
    # versions of tables that begin anew may be those of before, which is no reason to publish nothing
    assert "new" in {row["external_id"] for row in rows(data, "documents")}
    assert {name: rows(data, name) for name in before} == before
    assert manifest(data)["documents_gone"] == {}


def test_a_stage_alone_refuses_inputs_that_were_lost(data: Path) -> None:
    from flows.extract import extract
    from flows.link import link
    from flows.publish import publish

    before = Store(data).version("events")
    shutil.rmtree(data / "_tables" / "documents")
    for stage in (extract, link):
        with pytest.raises(StoreError, match=r"documents or rejects do not hold .* run `sitrep clean`"):
            stage(data=str(data))
    with pytest.raises(StoreError, match=r"documents were lost or begun anew .* run `sitrep link` first"):
        publish(data=str(data))
    assert Store(data).version("events") == before


def test_lost_rejects_come_back_also_that_which_no_document_has(data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "more.txt").write_text(GOOD)
    run(data, tmp_path / "empty.txt", tmp_path / "more.txt")
    before = rows(data, "rejects")
    assert {row["stage"] for row in before} == {"ingest", "clean"}
    shutil.rmtree(data / "_tables" / "rejects")
    (tmp_path / "more.txt").write_text(GOOD.replace("Goma", "Gao"))
    run(data, tmp_path / "more.txt")
    assert rows(data, "rejects") == before


def test_without_the_ledger_all_is_made_again_once_and_parses_are_kept(data: Path, reports: Path) -> None:
    release, before = (data / "releases" / "latest").resolve(), rows(data, "mentions")
    parses = Store(data).version("parses")
    shutil.rmtree(data / "_tables" / "progress")
    done, again = run(data, reports), run(data, reports)
    assert done["extract"]["documents"] and not again["extract"]["documents"]
    assert Store(data).version("parses") == parses
    assert (data / "releases" / "latest").resolve() == release and rows(data, "mentions") == before


def test_a_release_without_what_was_read_says_so(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    count = len(rows(data, "documents"))
    for table in ("raw_documents", "progress"):
        shutil.rmtree(data / "_tables" / table)
    (tmp_path / "new.txt").write_text(GOOD)
    run(data, tmp_path / "new.txt")
    assert [row["external_id"] for row in rows(data, "documents")] == ["new"]
    assert manifest(data)["documents_gone"] == {"no longer among the raw documents": count}
    assert f"gone: {count} documents no longer among the raw documents" in capsys.readouterr().out


def test_a_release_of_an_older_version_says_so(data: Path) -> None:
    from flows.publish import publish

    publish(data=str(data), input_version=0)
    assert manifest(data)["documents_gone"] == {"not yet read in the older version that is published": 1}


def test_documents_are_gone_for_the_first_reason_that_holds_or_nothing_is_published() -> None:
    def asked() -> set[str]:
        raise AssertionError("nothing is left to explain")

    reasons: list[continuity.Reason] = [("superseded", lambda: {"a"}), ("refused", lambda: {"a", "b"})]
    found = continuity.documents_gone("v1", ["a", "b", "c"], {"c", "d"}, [*reasons, ("removed", asked)])
    assert found == {"superseded": 1, "refused": 1}
    with pytest.raises(StoreError, match="1 documents of release v1, the first c,"):
        continuity.documents_gone("v1", ["a", "b", "c"], {"d"}, reasons)


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def newest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.name if path.suffix == ".json" else path.stat().st_mtime)


def tear_log(table: Path) -> None:
    half(newest(table, "_delta_log/*.json"))


def lose_log(table: Path) -> None:
    shutil.rmtree(table / "_delta_log")


def lose_commit(table: Path) -> None:
    newest(table, "_delta_log/*.json").unlink()


def cut_file(table: Path) -> None:
    half(newest(table, "*.parquet"))


def empty_file(table: Path) -> None:
    newest(table, "*.parquet").write_bytes(b"")


def lose_file(table: Path) -> None:
    newest(table, "*.parquet").unlink()


def tear_page(table: Path) -> None:
    """Nothing but zeros from the first page on, at the same length, as after a power cut."""
    for path in table.glob("*.parquet"):
        length = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4)
            file.write(bytes(length - 12))


# what may befall a data folder between two runs, each of its tables in another way
DAMAGES = (
    {"documents": tear_log, "mentions": cut_file, "resolved_mentions": lose_log, "event_mentions": lose_commit},
    {"progress": tear_page, "parses": tear_log, "incident_events": tear_page, "rejects": lose_log},
)
DAMAGES_TOO = (
    {"progress": tear_log, "events": cut_file, "territory": lose_file, "happenings": lose_log, "rejects": tear_log},
    {"documents": tear_page, "copy_bands": lose_file, "incidents": lose_commit, "accounts": empty_file},
)


@pytest.mark.parametrize(
    "damages", [*DAMAGES, *(pytest.param(one, marks=pytest.mark.slow) for one in DAMAGES_TOO)], ids="+".join
)
def test_damaged_tables_are_put_aside_and_made_again_as_they_were(
    data: Path, reports: Path, damages: dict[str, Callable[[Path], None]], capsys: pytest.CaptureFixture
) -> None:
    release, before = (data / "releases" / "latest").resolve(), releases.all_of(data / "releases")
    files = {path.name: path.read_bytes() for path in release.iterdir()}
    for table, damage in damages.items():
        if (data / "_tables" / table).exists():
            damage(data / "_tables" / table)
    run(data, reports)
    # the same content cuts no release
    assert releases.all_of(data / "releases") == before
    assert {path.name: path.read_bytes() for path in release.iterdir()} == files
    assert all(Store(data).damage(table) is None for table in damages)
    told = capsys.readouterr().out
    assert "put aside as" in told or "lost" in told


def test_damaged_sources_are_named_with_file_and_remedy_and_nothing_is_published(data: Path) -> None:
    from flows.publish import publish

    release = (data / "releases" / "latest").resolve()
    raw = data / "_tables" / "raw_documents"
    cut_file(raw)
    for work in (lambda: run(data, data), lambda: publish(data=str(data))):
        with pytest.raises(DamagedTableError, match=r"raw_documents is damaged: .*\.parquet has .* from a copy"):
            work()
    assert raw.is_dir() and (data / "releases" / "latest").resolve() == release


def test_a_damaged_ledger_beside_lost_sources_is_refused(data: Path, tmp_path: Path) -> None:
    release = (data / "releases" / "latest").resolve()
    shutil.rmtree(data / "_tables" / "raw_documents")
    tear_log(data / "_tables" / "progress")
    (tmp_path / "new.txt").write_text(GOOD)
    with pytest.raises(StoreError, match=r"progress is damaged: .* raw_documents lacks .* from a copy"):
        run(data, tmp_path / "new.txt")
    assert (data / "releases" / "latest").resolve() == release


def test_a_lost_commit_does_not_hide_a_new_document(data: Path, reports: Path, tmp_path: Path) -> None:
    # the version that comes has the number of the one that was lost
    before = {row["external_id"] for row in rows(data, "documents")}
    lose_commit(data / "_tables" / "documents")
    (tmp_path / "new.txt").write_text("The council met for an hour, and the mayor opened a new school.")
    run(data, reports, tmp_path / "new.txt")
    assert {row["external_id"] for row in rows(data, "documents")} == before | {"new"}


def test_what_is_published_is_restored_or_published_anew(data: Path, capsys: pytest.CaptureFixture) -> None:
    from flows.publish import publish

    folder = data / "releases"
    first, count = (folder / "latest").resolve(), len(releases.all_of(folder))
    (folder / "latest").unlink()
    publish(data=str(data))
    assert (folder / "latest").resolve() == first
    for elsewhere in (next(path for path in releases.all_of(folder) if path != first), data / "nowhere"):
        (folder / "latest").unlink()
        (folder / "latest").symlink_to(elsewhere)
        publish(data=str(data))
        assert (folder / "latest").resolve() == first
    for name, spoil in (("manifest.json", half), ("manifest.json", Path.unlink), ("events.parquet", half)):
        spoil((folder / "latest").resolve() / name)
        publish(data=str(data))
        assert "release damaged: " in capsys.readouterr().out
        assert releases.fault((folder / "latest").resolve()) is None
    # three are broken now, which stops nothing; and a newest one that is gone comes again
    assert len(releases.all_of(folder)) == count + 3
    last = (folder / "latest").resolve()
    shutil.rmtree(last)
    publish(data=str(data))
    assert (folder / "latest").resolve() == last and releases.fault(last) is None
    (folder / "latest").unlink()
    (folder / "latest").mkdir()
    with pytest.raises(StoreError, match=r"latest is a folder, where a link .* move it away"):
        publish(data=str(data))


def documents(*ids: str) -> pa.Table:
    return pa.table({"document_id": list(ids)})


def failing(at: set[str], error: Exception) -> Callable[[pa.Table], tuple[pa.Table, ...]]:
    def step(rows: pa.Table) -> tuple[pa.Table, ...]:
        if at & set(rows["document_id"].to_pylist()):
            raise error
        return rows, rows.slice(0, 1)

    return step


def test_the_documents_at_fault_are_found_and_the_rest_goes_on() -> None:
    from flows.one_by_one import spared

    (done, _), failures = spared(failing({"b", "e"}, IndexError("x")), documents(*"abcdefg"))
    assert done["document_id"].to_pylist() == list("acdfg")
    assert failures == dict.fromkeys("be", "IndexError: x")
    (done, _), failures = spared(failing({"a"}, KeyError("x")), documents("a"))
    assert done.num_rows == 0 and list(failures) == ["a"]


@pytest.mark.parametrize("error", [StoreError("x"), OSError("x"), MemoryError(), KeyboardInterrupt()])
def test_what_is_no_documents_fault_ends_the_run(error: Exception) -> None:
    from flows.one_by_one import spared

    with pytest.raises(type(error)):
        spared(failing({"a"}, error), documents("a", "b"))


def test_what_happens_alike_in_every_one_of_many_documents_is_the_programs_fault() -> None:
    from flows.one_by_one import EveryDocumentFailedError, spared

    ids = [f"d{number}" for number in range(20)]
    with pytest.raises(EveryDocumentFailedError, match="all 20 documents failed alike: IndexError: x"):
        spared(failing(set(ids), IndexError("x")), documents(*ids))


def test_what_linking_cannot_take_of_one_document_is_a_reject(
    plain_flows: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks import link

    (tmp_path / "good.txt").write_text(GOOD)
    (tmp_path / "bad.txt").write_text("Rebels shot four men in Gao on Monday.")
    link_events = link.link_events

    def strict(resolved: pa.Table, *args: object) -> link.Linked:
        if any("Gao" in text for text in resolved["sentence_text"].to_pylist()):
            raise ZeroDivisionError("x")
        return link_events(resolved, *args)

    monkeypatch.setattr(link, "link_events", strict)
    data = tmp_path / "data"
    done = run(data, tmp_path / "good.txt", tmp_path / "bad.txt")
    assert done["link"]["rejects"] == 1
    (reject,) = rows(data, "rejects")
    assert (reject["stage"], reject["uri"].partition("#")[0]) == ("link", "bad")
    assert {row["external_id"] for row in rows(data, "mentions")} == {"good"}


def test_a_reject_of_ingest_goes_when_its_input_can_be_read(plain_flows: object, tmp_path: Path) -> None:
    from flows.ingest import ingest

    (tmp_path / "good.txt").write_text(GOOD)
    data, late = tmp_path / "data", tmp_path / "late.txt"
    paths = [str(tmp_path / "good.txt"), str(late)]
    ingest(paths, data=str(data))
    assert [row["uri"] for row in Store(data).read("rejects").to_pylist()] == [str(late)]
    late.write_text("Rebels shot four men in Gao on Monday.")
    assert ingest(paths, data=str(data))["new_documents"] == 1
    assert Store(data).count("rejects") == 0


def test_status_tells_what_is_stale_and_why(data: Path, capsys: pytest.CaptureFixture) -> None:
    from flows.cli import main

    def status() -> dict[str, str]:
        assert main(["status", "--data", str(data)]) == 0
        lines = capsys.readouterr().out.splitlines()
        return {line.split()[0]: line for line in lines if line}

    fresh = status()
    release = (data / "releases" / "latest").resolve().name
    # an age is a number and its unit
    assert fresh["releases"].split()[:-2] == ["releases", release]
    assert all(len(fresh[name].split()) == 5 for name in ("documents", "mentions", "events"))
    count = len(rows(data, "documents"))
    shutil.rmtree(data / "_tables" / "documents")
    spoiled = status()
    assert f"{count} documents lost from the table" in spoiled["documents"]
    assert spoiled["mentions"].endswith("waits for clean")
    assert spoiled["events"].endswith("whose input changed")


def test_a_document_that_fails_is_named_whatever_became_of_it_since(
    plain_flows: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.extract import extract
    from tasks.extract import DocumentReading

    def failing(*args: object) -> object:
        raise IndexError("x")

    (tmp_path / "bad.txt").write_text("Rebels shot four men in Gao on Monday.")
    data = tmp_path / "data"
    run(data, tmp_path / "bad.txt")
    store = Store(data)
    version, ids = store.version("documents"), store.read("documents")["document_id"].to_pylist()
    store.replace("documents", store.read("documents", ids=[]), {"stage": "clean"}, ids=ids)
    monkeypatch.setattr(DocumentReading, "mentions", failing)
    assert extract(data=str(data), input_version=version)["rejects"] == 1
    (reject,) = store.read("rejects").to_pylist()
    assert (reject["stage"], reject["uri"]) == ("extract", f"bad#{ids[0]}")


def spoil(data: Path, table: str) -> None:
    """Other bytes in the middle of a table's largest file, as many: neither its log nor its length tells."""
    file = max((data / "_tables" / table).glob("*.parquet"), key=lambda file: file.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 4 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 4)
    file.write_bytes(content)


def test_repair_finds_what_a_run_does_not_look_at(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from flows.repair import repair

    before = rows(data, "mentions")
    for table in ("parses", "copy_bands"):
        spoil(data, table)
        assert Store(data).damage(table) is None
    assert repair(str(data))["publish"]["news"] == "nothing changed"
    told = capsys.readouterr().out
    assert all(f"repair   table {table} is damaged" in told for table in ("parses", "copy_bands"))
    assert rows(data, "mentions") == before
    assert repair(str(data))["publish"]["news"] == "nothing changed"
    assert "repair   every table is whole" in capsys.readouterr().out


def test_repair_names_raw_documents_that_are_not_what_was_read(data: Path) -> None:
    from flows.repair import repair

    store = Store(data)
    raw = store.read("raw_documents")
    at = raw.column_names.index("content")
    other = pa.array([b"something else", *raw["content"].to_pylist()[1:]], pa.binary())
    store.overwrite("raw_documents", raw.set_column(at, raw.schema.field("content"), other), {"stage": "test"})
    with pytest.raises(DamagedTableError, match=f"the bytes of document {raw['document_id'][0]} are not those"):
        repair(str(data))
    assert store.count("raw_documents") == raw.num_rows
