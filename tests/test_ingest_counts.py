"""Every input is counted once, as a document, as known or as refused, whatever path it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli.parser import parser
from tasks.storage.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of one name in two folders, the same bytes twice, a record twice, an export, and what is refused."""
    texts = {"a/1.txt": "Rebels took Goma.", "b/1.txt": "Rebels took Gao.", "c/1.txt": "Rebels took Gao."}
    for name, text in texts.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(text)
    record = json.dumps({"id": 1, "text": "Rebels left."})
    (tmp_path / "in" / "r.jsonl").write_text(f"{record}\n{record}\n{{}}\n")
    (tmp_path / "in" / "acled.csv").write_text(
        "event_id_cnty,event_date,notes\nMLI1,2024-05-06,Rebels took Mopti.\nMLI2,2024-05-06,\n"
    )
    (tmp_path / "in" / "run.js").write_text("kill()")
    return tmp_path / "in"


def test_inputs_add_up_and_what_comes_again_is_known(engine: None, folder: Path, tmp_path: Path) -> None:
    from flows.ingest import ingest

    data = str(tmp_path / "data")
    first = ingest([str(folder)], data)
    counts = {name: first[name] for name in ("inputs", "new_documents", "known", "rejects")}
    assert counts == {"inputs": 9, "new_documents": 4, "known": 2, "rejects": 3}
    assert first["profiles"] == ["acled (1 records)"]
    names = Store(data).read("raw_documents", columns=["external_id"])["external_id"].to_pylist()
    assert sorted(names) == ["1", "1", "1", "MLI1"]
    folder = folder.rename(tmp_path / "moved")
    again = ingest([str(folder)], data)
    assert (again["inputs"], again["new_documents"]) == (9, 0)
    # a file that gave no bytes is known by its path alone
    assert again["known"] + again["rejects"] == 9 and again["rejects"] <= 1


def test_names_are_mapped_on_the_command_line() -> None:
    typed = ["a.csv", "--map", "text=notes,published=event_date"]
    for command in ("run", "ingest"):
        assert parser().parse_args([command, *typed]).map == "text=notes,published=event_date"
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["run", "a.csv", "--map", "body=notes"])
    assert ended.value.code == 2
