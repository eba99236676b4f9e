"""`sitrep verify` passes what was published and names the file that is not what it was, and what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from release_rows import CODES, DAY, FILES, release_tables

from flows.cli import main
from tasks.reading.verify import faults
from tasks.storage.store import Store


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return Store(tmp_path / "data", codes=CODES).write_release(DAY, release_tables(), FILES, {}).path


def signed(release: Path, name: str) -> None:
    """Make the manifest agree with a file's bytes, as somebody would who meant to deceive."""
    manifest = json.loads((release / "manifest.json").read_text())
    manifest["files"][name]["sha256"] = hashlib.sha256((release / name).read_bytes()).hexdigest()
    (release / "manifest.json").write_text(json.dumps(manifest))


def rewritten(release: Path, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    path = release / f"{table}.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    signed(release, path.name)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda r: (r / "events.parquet").unlink(), "events.parquet: is missing"),
        (lambda r: (r / "notes.txt").write_text("x"), "notes.txt: is not in the manifest"),
        (lambda r: (r / "codebook.md").write_text("x"), "codebook.md: its sha256 is 2d7116"),
        (lambda r: cut(r / "places.parquet"), "places.parquet: cannot be read as Parquet"),
        (lambda r: (r / "manifest.json").write_text("{"), "manifest.json: cannot be read"),
        (lambda r: rewritten(r, "events", lambda t: t.slice(1)), "events.parquet: has 1 rows, the manifest says 2"),
        (
            lambda r: rewritten(r, "events", lambda t: t.drop_columns("summary")),
            "events.parquet: column summary is missing, the manifest says string",
        ),
        (
            lambda r: rewritten(r, "events", lambda t: t.set_column(0, "event_id", pa.array(["e1", "e1"]))),
            "events.parquet: key event_id=e1 occurs more than once",
        ),
        (
            lambda r: rewritten(r, "mentions", lambda t: t.set_column(1, "event_id", pa.array(["e1", "e7"]))),
            "mentions.parquet: column event_id: e7 is not in events",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_file(release: Path, harm: Callable, told: str, capsys) -> None:
    harm(release)
    assert main(["verify", str(release)]) == 1
    assert told in capsys.readouterr().out


def listed(release: Path, *names: str) -> None:
    """Make the manifest list files, as the release's own codebook is listed."""
    manifest = json.loads((release / "manifest.json").read_text())
    manifest["files"] |= dict.fromkeys(names, manifest["files"]["codebook.md"])
    (release / "manifest.json").write_text(json.dumps(manifest))


def test_nothing_outside_of_the_release_is_read(release: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = release.parent / "secret.md"
    outside.write_bytes((release / "codebook.md").read_bytes())
    paths = [
        str(outside),
        "../secret.md",
        f"../{release.name}/codebook.md",
        "a/b",
        ".",
        "..",
        "",
        "x" * 300,
        "\ud800",
        "a\0",
    ]
    listed(release, *paths, "link.md", "folder", "pipe")
    (release / "link.md").symlink_to(outside)
    (release / "folder").mkdir()
    os.mkfifo(release / "pipe")
    for table in ("events", "places"):
        file = release / f"{table}.parquet"
        file.rename(release.parent / file.name)
        file.symlink_to(release.parent / file.name)
    opened: list[Path] = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *args, **named: opened.append(path) or real(path, *args, **named))
    found = list(faults(release))
    assert {path.parent for path in opened} == {release}
    assert not any(path.is_symlink() for path in opened)
    for path in paths:
        assert f"{path}: is not the name of a file in the release; nothing outside of it is read" in found
    for name in ("link.md", "events.parquet", "places.parquet"):
        assert any(line.startswith(f"{name}: is a link") for line in found)
    assert {"folder: is no file", "pipe: is no file"} <= set(found)
    assert main(["verify", str(release)]) == 1
    capsys.readouterr()
    (release / "manifest.json").rename(outside)
    (release / "manifest.json").symlink_to(outside)
    assert main(["verify", str(release)]) == 1
    assert "manifest.json: is a link" in capsys.readouterr().out


def test_bytes_that_are_no_text_are_told(release: Path) -> None:
    bad = pa.array([b"\xff\xfe", b"\xff"]).cast(pa.binary()).view(pa.string())
    rewritten(release, "events", lambda t: t.set_column(t.column_names.index("summary"), "summary", bad))
    assert any(line.startswith("events.parquet: cannot be read as Parquet (") for line in faults(release))


def test_a_sound_release_passes_by_path_by_version_and_by_latest(release: Path, capsys) -> None:
    data = str(release.parent.parent)
    assert main(["verify", str(release)]) == 0
    assert main(["verify", release.name, "--data", data]) == 0
    assert main(["verify", "latest", "--data", data]) == 0
    assert capsys.readouterr().out.count("v2024.03.05.1: ") == 3
    assert main(["verify", "v1999.01.01.1", "--data", data]) == 1


def test_the_demo_is_sound_and_one_flipped_bit_is_found(demo_data: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    shutil.copytree((demo_data / "releases" / "latest").resolve(), release)
    assert list(faults(release)) == []
    content = bytearray((release / "mentions.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (release / "mentions.parquet").write_bytes(content)
    assert any(line.startswith("mentions.parquet: its sha256 is") for line in faults(release))


def test_a_release_with_the_columns_of_another_version_is_held_to_its_manifest(release: Path) -> None:
    rewritten(release, "events", lambda t: t.append_column("mood", pa.array(["grim", "grim"])))
    manifest = json.loads((release / "manifest.json").read_text())
    manifest["files"]["events.parquet"]["columns"]["mood"] = "string"
    (release / "manifest.json").write_text(json.dumps(manifest))
    assert list(faults(release)) == []
