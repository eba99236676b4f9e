"""Hostile inputs in one run: each comes out as reports or refusals, and none ends the run for the others."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hostile_inputs import GOOD, corpus

QUICK = [hostile for hostile in corpus() if hostile.is_quick]


@pytest.mark.slow
def test_all_that_comes_in_is_a_report_or_a_refusal(plain_flows: object, tmp_path: Path) -> None:
    from flows.run import run

    folder = tmp_path / "in"
    for number, hostile in enumerate(QUICK):
        place = folder / f"h{number:03}"
        place.mkdir(parents=True)
        hostile.write(place)
    (folder / "good.txt").write_text(GOOD)
    done = run([str(folder)], data=str(tmp_path / "data"))
    release = tmp_path / "data" / "releases" / "latest"
    tables = {name: pq.read_table(release / f"{name}.parquet") for name in ("documents", "mentions", "rejects")}
    counts = done["ingest"]
    assert counts["inputs"] == counts["new_documents"] + counts["known"] + counts["rejects"]
    came = counts["new_documents"] + counts["rejects"]
    refused_later = tables["rejects"].num_rows - counts["rejects"]
    # a release holds the newest of two revisions
    kept = tables["documents"].num_rows + done["clean"]["revisions"]
    assert counts["new_documents"] - refused_later == kept
    manifest = json.loads((release / "manifest.json").read_text())
    assert manifest["inputs"]["all"] == came and manifest["inputs"]["superseded"] == done["clean"]["revisions"]
    assert came == kept + tables["rejects"].num_rows
    assert all(row["message"] and row["stage"] for row in tables["rejects"].to_pylist())
    good = {row["document_id"] for row in tables["documents"].to_pylist() if row["external_id"] == "good"}
    assert good <= set(tables["mentions"]["document_id"].to_pylist())
    expected = Counter(reason for hostile in QUICK for reason in hostile.rejects)
    assert Counter(tables["rejects"]["reason_code"].to_pylist()) == expected


def test_sentences_beyond_what_is_read_of_one_document_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_flows: None
) -> None:
    from flows.run import run
    from tasks.extract import documents

    sentences = [f"Rebels shot {n} men in Gao on Monday." for n in range(2, 8)]
    monkeypatch.setattr(documents, "MOST_READ", sum(map(len, sentences[:4])))
    (tmp_path / "long.txt").write_text("\n".join(sentences))
    (tmp_path / "good.txt").write_text(GOOD)
    done = run([str(tmp_path / "long.txt"), str(tmp_path / "good.txt")], data=str(tmp_path / "data"))
    assert done["extract"]["unread_sentences"] == 2
    mentions = pq.read_table(tmp_path / "data" / "releases" / "latest" / "mentions.parquet")
    assert sorted(mentions["sentence_text"].to_pylist()) == sorted([GOOD, *sentences[:4]])
