"""An incident proved to somebody who has neither archive nor release: what holds, and what is told of any change."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import release_of
from hypothesis import given
from hypothesis import strategies as st

from flows.cli import main
from tasks.reading.proof import proof_faults, proof_of
from tasks.storage import tree
from tasks.storage.checks import StoreError


@pytest.fixture(scope="module")
def proof(demo_data: Path) -> str:
    incidents = pq.read_table(release_of(demo_data) / "incidents.parquet").to_pylist()
    most = max(incidents, key=lambda row: row["mention_count"])
    return json.dumps(proof_of(release_of(demo_data), most["incident_id"], {"type.trigger": "By its trigger"}))


def test_a_proof_holds_by_itself_and_in_its_release_alone(proof: str, demo_data: Path, tmp_path: Path) -> None:
    told = json.loads(proof)
    assert proof_faults(proof) == []
    assert proof_faults(proof, release_of(demo_data)) == []
    manifest = (release_of(demo_data) / "manifest.json").read_bytes()
    assert told["root"] == hashlib.sha256(manifest).hexdigest()
    assert {entry["table"] for entry in told["rows"]} == set(tree.TABLES)
    assert all(hashlib.sha256(one["text"].encode()).hexdigest() == one["sha256"] for one in told["sentences"])
    assert set(told["fingerprints"]) >= {"code", "vocabularies"}
    (tmp_path / "manifest.json").write_bytes(manifest.replace(b"v20", b"v19"))
    assert proof_faults(proof, tmp_path) == [f"root: is not the sha256 of {tmp_path / 'manifest.json'}"]


def _sentence(told: dict) -> None:
    told["sentences"][0]["text"] += " Not."


def _sentence_with_its_hash(told: dict) -> None:
    one = told["sentences"][0]
    one["text"] = "Nobody was hurt."
    one["sha256"] = hashlib.sha256(one["text"].encode()).hexdigest()


def _row(told: dict) -> None:
    row = next(entry for entry in told["rows"] if entry["table"] == "mentions")
    row["row"] = row["row"].replace('"is_aggregate":false', '"is_aggregate":true')


def _mention_left_out(told: dict) -> None:
    told["rows"].remove(next(entry for entry in told["rows"] if entry["table"] == "mentions"))


def _document_left_out(told: dict) -> None:
    told["rows"].remove(next(entry for entry in told["rows"] if entry["table"] == "documents"))


def _fingerprint(told: dict) -> None:
    told["fingerprints"] = {"code": {}}


def _manifest(told: dict) -> None:
    told["manifest"] = told["manifest"].replace("{", "{ ", 1)


def _other_incident(told: dict) -> None:
    told["incident_id"] = "in_other"


def _rule(told: dict) -> None:
    told["rules"]["made.up"] = "Anything"


def _path(told: dict) -> None:
    told["rows"][0]["path"] = [["up", "00"]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_sentence, "sentences: are not those"),
        (_sentence_with_its_hash, "sentences: are not those"),
        (_row, "does not lead to the tree of mentions"),
        (_mention_left_out, "mentions: "),
        (_document_left_out, "documents: are not those"),
        (_fingerprint, "fingerprints: are not those"),
        (_manifest, "manifest: its sha256 is not the root"),
        (_other_incident, "incident: the row is of"),
        (_rule, "rules: are not those"),
        (_path, "row 1: its path is none"),
    ],
)
def test_whatever_is_changed_is_told(change: Callable[[dict], None], says: str, proof: str) -> None:
    told = json.loads(proof)
    change(told)
    assert any(says in fault for fault in proof_faults(json.dumps(told)))


NO_PROOFS = ["", "null", "[]", "{}", "[" * 100_000]
NO_PROOFS += ['{"format": "sitrep-proof/1"}', '{"format": "sitrep-proof/1", "manifest": 1}']


@pytest.mark.parametrize("text", NO_PROOFS, ids=range(len(NO_PROOFS)))
def test_what_is_no_proof_is_told_as_such(text: str) -> None:
    assert "this is no" in proof_faults(text)[0]


def test_a_release_whose_rows_were_changed_proves_nothing(data: Path) -> None:
    release = release_of(data)
    rows = pq.read_table(release / "mentions.parquet")
    texts = pa.array(["Nobody was hurt."] * rows.num_rows)
    number = rows.column_names.index("sentence_text")
    pq.write_table(rows.set_column(number, "sentence_text", texts), release / "mentions.parquet")
    incident = pq.read_table(release / "incidents.parquet")["incident_id"][0].as_py()
    with pytest.raises(StoreError, match="do not lead to the tree"):
        proof_of(release, incident, {})


@given(st.integers(1, 40), st.data())
def test_each_leaf_leads_to_the_root_and_no_other_does(count: int, drawn: st.DataObject) -> None:
    leaves = [tree.leaf(str(number)) for number in range(count)]
    number = drawn.draw(st.integers(0, count - 1))
    made = tree.Tree(leaves)
    steps = made.path(number)
    assert tree.climbed(leaves[number], steps) == made.root
    assert tree.climbed(tree.leaf("other"), steps) != made.root


def test_each_row_is_hashed_once_for_a_proof(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release, hashed = release_of(demo_data), Counter[str]()

    def counting(text: str) -> bytes:
        hashed[text] += 1
        return leaf(text)

    leaf = tree.leaf
    monkeypatch.setattr(tree, "leaf", counting)
    proof_of(release, pq.read_table(release / "incidents.parquet")["incident_id"][0].as_py(), {})
    rows = Counter(row for table in tree.TABLES for row in tree.rows(release / f"{table}.parquet"))
    assert hashed == rows


@given(st.lists(st.tuples(st.text(), st.none() | st.integers(-(2**31), 2**31 - 1), st.lists(st.text(max_size=3)))))
def test_rows_are_the_json_that_they_look_like(given_rows: list[tuple]) -> None:
    columns = {"document_id": pa.string(), "char_count": pa.int32(), "title": pa.list_(pa.string())}
    arrays = [pa.array([row[at] for row in given_rows], type_) for at, type_ in enumerate(columns.values())]
    texts = tree.json_rows(pa.RecordBatch.from_arrays(arrays, names=list(columns))).to_pylist()
    assert [list(json.loads(text).values()) for text in texts] == [list(row) for row in given_rows]


def test_the_command_writes_a_proof_that_the_other_checks(
    demo_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    incident = pq.read_table(release_of(demo_data) / "incidents.parquet")["incident_id"][0].as_py()
    file = tmp_path / "proof.json"
    assert main(["prove", incident, "--out", str(file), "--data", str(demo_data)]) == 0
    assert main(["verify", "--proof", str(file)]) == 0
    assert f"{incident} stands in v" in capsys.readouterr().out
    assert main(["verify", "latest", "--proof", str(file), "--data", str(demo_data)]) == 0
    file.write_text(file.read_text().replace('"root": "', '"root": "0'))
    assert main(["verify", "--proof", str(file)]) == 1
    assert "proof.json: 1 faults" in capsys.readouterr().out
    assert main(["prove", "in_none", "--data", str(demo_data)]) == 1
    assert main(["verify"]) == 2
