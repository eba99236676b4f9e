"""Near-copies depend on the set of documents: not on their order, their batches, or what has come and gone before."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import drawn_often
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean import band_rows, mark_copies, to_compare
from tasks.clean.copies import signature
from tasks.storage.store import Store
from tasks.tables import DOCUMENTS

WORDS = 120
# what a document is: its story, the words that its editor changed, its day
Told = tuple[int, frozenset[int], int | None]
told = st.tuples(st.integers(0, 1), st.frozensets(st.integers(0, WORDS - 1), max_size=4), st.none() | st.integers(1, 4))


def text(story: int, changed: frozenset[int]) -> str:
    return " ".join(f"new{story}x{at}" if at in changed else f"word{story}x{at}" for at in range(WORDS))


def rows_of(documents: dict[str, Told]) -> pa.Table:
    rows = [
        {
            "document_id": id_,
            "published_date": day and dt.date(2024, 1, day),
            "signature": signature(text(story, changed)),
        }
        for id_, (story, changed, day) in documents.items()
    ]
    return pa.Table.from_pylist(rows, schema=DOCUMENTS.schema).select(list(rows[0]) if rows else ["document_id"])


def at_once(documents: dict[str, Told]) -> dict[str, str]:
    rows = rows_of(documents)
    return mark_copies(rows.append_column("group", pa.nulls(len(rows), pa.string()))) if documents else {}


def step(before: dict[str, Told], marks: dict[str, str], came: dict[str, Told], gone: set[str]) -> dict[str, str]:
    """The marks after some documents came, or changed, and some went."""
    everything = before | came
    known = pa.table(
        {
            "document_id": pa.chunked_array([list(everything)], pa.string()),
            "duplicate_of": pa.chunked_array([[marks.get(id_) for id_ in everything]], pa.string()),
        }
    )
    kept = {id_: one for id_, one in before.items() if id_ not in came}
    bands = [band_rows(rows_of(these)) for these in (kept, came)] if kept and came else []
    if not bands:
        some = band_rows(rows_of(kept or came))
        bands = [some, some.slice(0, 0)] if kept else [some.slice(0, 0), some]
    groups = to_compare(known, *bands, came.keys() | gone, gone)
    compared = set(groups["document_id"].to_pylist())
    found = mark_copies(rows_of(everything).join(groups, "document_id", join_type="inner"))
    return {id_: one for id_, one in marks.items() if id_ not in compared | gone} | found


@drawn_often(40)
@given(st.lists(told, min_size=1, max_size=10), st.data())
def test_marks_are_a_function_of_the_documents(documents: list[Told], data: st.DataObject) -> None:
    named = {f"d{number}": one for number, one in enumerate(documents)}
    order = data.draw(st.permutations(sorted(named)))
    held: dict[str, Told] = {}
    marks: dict[str, str] = {}
    while order:
        size = data.draw(st.integers(1, len(order)))
        batch, order = order[:size], order[size:]
        # some of what is there goes, and some comes with another text
        gone = data.draw(st.sets(st.sampled_from(sorted(held)), max_size=2)) if held else set()
        changing = data.draw(st.sets(st.sampled_from(sorted(held)), max_size=1)) - gone if held else set()
        came = {id_: named[id_] for id_ in batch} | {id_: data.draw(told) for id_ in sorted(changing)}
        marks = step(held, marks, came, gone)
        held = {id_: one for id_, one in (held | came).items() if id_ not in gone}
        assert marks == at_once(held)


def test_a_copy_of_a_copy_has_the_first_original_whichever_stands_between() -> None:
    chain = {"c": (0, frozenset({20, 60}), 1), "b": (0, frozenset(), 2), "a": (0, frozenset({40, 80}), 3)}
    pair = {id_: one for id_, one in chain.items() if id_ != "b"}
    assert at_once(pair) == {}
    for order in (chain, dict(reversed(chain.items()))):
        assert at_once(order) == {"b": "c", "a": "c"}
    assert step(chain, at_once(chain), {}, {"b"}) == {}


def test_what_shares_no_band_with_the_news_is_left_alone() -> None:
    archive = {f"d{number}": (number, frozenset[int](), 1) for number in range(50)}
    known = pa.table({"document_id": list(archive), "duplicate_of": pa.nulls(50, pa.string())})
    news = band_rows(rows_of({"new": (7, frozenset({1}), 2)}))
    groups = to_compare(known, band_rows(rows_of(archive)), news, {"new"}, set()).to_pylist()
    assert groups == [{"document_id": "d7", "group": "d7"}]


STORY = "The rebels took the town of Sake on Monday after {} days of fighting, and {} soldiers were killed, he said. "


def record(id_: str, published: str, days: int, tail: str = "") -> dict[str, Any]:
    story = " ".join(STORY.format(days + n, n) + f"Line {n} tells what people saw near the lake." for n in range(8))
    return {"id": id_, "published": published, "text": f"{story} {tail}".strip(), "publisher": f"Paper {id_}"}


BATCHES = [
    [record("b", "2024-01-02", 3), record("other", "2024-01-01", 40)],
    [record("c", "2024-01-03", 3, "Updated.")],
    [record("a", "2024-01-01", 3, "More to come.")],
    [record("a", "2024-01-01", 70)],
]


def cleaned(folder: Path, *batches: list[dict[str, Any]]) -> dict[str, str | None]:
    """Take batches in, one after the other; the original of each document that none supersedes, by external ids."""
    from flows.clean import clean
    from flows.ingest import ingest

    for records in batches:
        file = folder / "feed.jsonl"
        file.write_text("".join(json.dumps(one) + "\n" for one in records))
        ingest([str(file)], str(folder / "data"))
        clean(str(folder / "data"))
    rows = Store(folder / "data").read("documents").to_pylist()
    names = {row["document_id"]: row["external_id"] for row in rows}
    superseded = {row["supersedes"] for row in rows}
    return {row["external_id"]: names.get(row["duplicate_of"]) for row in rows if row["document_id"] not in superseded}


def test_an_original_that_comes_late_takes_over_and_hands_over_when_it_is_revised(
    plain_flows: object, tmp_path: Path
) -> None:
    assert cleaned(tmp_path, BATCHES[0]) == {"b": None, "other": None}
    assert cleaned(tmp_path, BATCHES[1]) == {"b": None, "c": "b", "other": None}
    assert cleaned(tmp_path, BATCHES[2]) == {"a": None, "b": "a", "c": "a", "other": None}
    last = cleaned(tmp_path, BATCHES[3])
    assert last == {"a": None, "b": None, "c": "b", "other": None}
    shutil.rmtree(tmp_path / "data")
    assert cleaned(tmp_path, BATCHES[2] + BATCHES[1] + BATCHES[0], BATCHES[3]) == last


@pytest.mark.parametrize("instant", ["before", "amid"])
def test_a_run_that_ends_before_or_amid_marking_is_made_good_by_the_next(
    instant: str, plain_flows: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import clean as flow
    from flows.work import Work

    append = Work.append

    def stop(*arguments: Any) -> None:
        if instant == "before" or arguments[1] == "copy_bands":
            raise KeyboardInterrupt
        append(*arguments)

    cleaned(tmp_path, BATCHES[0])
    with monkeypatch.context() as patch:
        patch.setattr(*((flow, "_mark") if instant == "before" else (Work, "append")), stop)
        with pytest.raises(KeyboardInterrupt):
            cleaned(tmp_path, BATCHES[2])
    assert cleaned(tmp_path, BATCHES[2]) == {"a": None, "b": "a", "other": None}


def test_files_of_one_name_and_feeds_without_ids_are_no_revisions(plain_flows: object, tmp_path: Path) -> None:
    from flows.clean import clean
    from flows.ingest import ingest

    told = {"mon/report.txt": "Rebels killed five men in Gao.", "tue/report.txt": "A flood hit the port of Mopti."}
    for name, text in told.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    feed, data = tmp_path / "feed.jsonl", str(tmp_path / "data")
    for text in ("Police arrested two men in Kidal.", "A bus fell into a river near Sikasso."):
        feed.write_text(json.dumps({"text": text}) + "\n")
        ingest([str(tmp_path / "in"), str(feed)], data)
        clean(data)
    rows = Store(data).read("documents").to_pylist()
    assert len(rows) == 4 and not any(row["supersedes"] for row in rows)
