"""Ids of events outlive a data folder: a rebuild takes them over from a release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks import vocabularies
from tasks.link import with_ids_of
from tasks.storage.checks import StoreError
from tasks.storage.store import Store
from tasks.vocabularies import VOCABULARIES

REPORTS = [
    {
        "id": "first",
        "published": "2021-06-22",
        "publisher": "Daily",
        "text": "The Taliban seized the district of Imam Sahib in Kunduz province on 21 June 2021, officials said.",
    },
    {
        "id": "second",
        "published": "2021-06-23",
        "publisher": "Weekly",
        "text": "A bomb in a market in Kabul killed nine civilians on 22 June 2021, police said.",
    },
    {
        "id": "third",
        "published": "2021-06-24",
        "publisher": "Herald",
        "text": "A bomb near a mosque in Kabul killed nine civilians on 20 June 2021, police said.",
    },
]


@pytest.fixture
def correct(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A way to put one correction into the vocabularies."""
    from flows import resources

    def put(line: str) -> None:
        folder = tmp_path / "seeds"
        folder.mkdir()
        for entry in vocabularies.SEEDS.iterdir():
            if entry.name != "corrections.csv":
                (folder / entry.name).symlink_to(entry)
        (folder / "corrections.csv").write_text("\n".join([",".join(VOCABULARIES["corrections"].columns), line, ""]))
        monkeypatch.setattr(vocabularies, "SEEDS", folder)
        resources.load_vocabularies.cache_clear()

    yield put
    resources.load_vocabularies.cache_clear()


def names(data: Path) -> dict[str, tuple[str, list[str]]]:
    """mention -> its event, and the ids that ended in it."""
    tables = Store(data).read_release()
    former = {row["event_id"]: row["former_event_ids"] for row in tables["events"].to_pylist()}
    return {row["mention_id"]: (row["event_id"], former[row["event_id"]]) for row in tables["mentions"].to_pylist()}


def test_a_rebuilt_data_folder_takes_over_ids_and_those_that_ended(
    plain_flows: object, tmp_path: Path, correct: Callable[[str], None]
) -> None:
    from flows.link import link
    from flows.publish import publish
    from flows.run import run

    data, texts = tmp_path / "data", tmp_path / "texts"
    texts.mkdir()
    for report in REPORTS:
        (texts / f"{report['id']}.json").write_text(json.dumps(report))
    run([str(texts / "third.json"), str(texts / "first.json")], data=str(data))
    run([str(texts)], data=str(data))
    apart = names(data)
    at = {row["external_id"]: row["mention_id"] for row in Store(data).read_release()["mentions"].to_pylist()}
    assert apart[at["second"]][0] != apart[at["third"]][0]
    correct(f"same,merge,{at['second']};{at['third']},,,,one bomb")
    link(str(data))
    publish(str(data))
    grown = names(data)
    assert grown[at["second"]] == grown[at["third"]] and len(grown[at["third"]][1]) == 1

    old = tmp_path / "old"
    shutil.copytree((data / "releases" / "latest").resolve(), old)
    shutil.rmtree(data)
    run([str(texts)], data=str(data), ids_from=str(old))
    assert names(data) == grown
    # its own release lends as well, what is known stays, and a rerun changes nothing
    versions = [Store(data).version(name) for name in ("events", "event_mentions")]
    link(str(data), ids_from="latest")
    assert [Store(data).version(name) for name in ("events", "event_mentions")] == versions
    assert Store(data).lineage("event_mentions")["ids_from"] == "old"


def test_what_is_no_release_is_refused_with_the_folder_and_what_it_lacks(
    engine: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.cli import main

    text = tmp_path / "report.txt"
    text.write_text("Nothing happened.")
    folder = tmp_path / "half"
    folder.mkdir()
    for command in (["run", str(text)], ["link"]):
        assert main([*command, "--data", str(tmp_path / "data"), "--ids-from", str(folder)]) == 1
        assert f"{folder} is no release: table mentions is missing" in capsys.readouterr().err
    assert not (tmp_path / "data" / "_tables").exists()
    store = Store(tmp_path / "data")
    with pytest.raises(StoreError, match=r"no such folder, and no release 'v2020\.01\.01\.1'"):
        store.ids_from("v2020.01.01.1")
    pq.write_table(pa.table({"mention_id": ["m"]}), folder / "mentions.parquet")
    with pytest.raises(StoreError, match="table mentions has no column event_id"):
        store.ids_from(str(folder))
    pq.write_table(pa.table({"mention_id": ["m"], "event_id": ["e"]}), folder / "mentions.parquet")
    (folder / "events.parquet").write_bytes(b"no parquet")
    with pytest.raises(StoreError, match="table events cannot be read"):
        store.ids_from(str(folder))


EVENT, OTHER, MENTION = f"ev_{'0' * 20}", f"ev_{'a' * 20}", f"me_{'1' * 20}"
LISTS = pa.list_(pa.string())
LENT = {
    "events": {
        "event_id": pa.array([EVENT]),
        "former_event_ids": pa.array([[OTHER]]),
        "incident_id": pa.nulls(1, "string"),
    },
    "mentions": {"mention_id": pa.array([MENTION]), "event_id": pa.array([EVENT])},
    "incidents": {"incident_id": pa.array([f"in_{'0' * 20}"]), "former_incident_ids": pa.array([[]], LISTS)},
}


@pytest.mark.parametrize(
    ("table", "columns", "told"),
    [
        ("events", {"event_id": ["../../x"]}, "events.parquet: column event_id, row 1: '../../x' is no id"),
        ("events", {"event_id": [OTHER + "\n"]}, "aaa\\n' is no id, which is ev_ and 20 hex digits"),
        ("events", {"event_id": pa.nulls(1, pa.string())}, "column event_id, row 1: there is none"),
        ("events", {"event_id": [7]}, "column event_id is int64, where ids must stand"),
        ("events", {"former_event_ids": [[OTHER, "ev_x"]]}, "column former_event_ids, row 1: 'ev_x' is no id"),
        ("events", {"former_event_ids": pa.array([[None]], LISTS)}, "former_event_ids, row 1: None is no id"),
        ("events", {"former_event_ids": ["ev_x"]}, "former_event_ids is string, where lists of ids must stand"),
        ("events", {"incident_id": [EVENT]}, f"column incident_id, row 1: {EVENT!r} is no id, which is in_"),
        ("mentions", {"mention_id": [MENTION, "m"], "event_id": [EVENT] * 2}, "mention_id, row 2: 'm' is no id"),
        (
            "mentions",
            {"mention_id": [MENTION] * 2, "event_id": [EVENT, OTHER]},
            f"{MENTION!r} stands in more than one row",
        ),
        ("incidents", {"incident_id": ["in_"]}, "incidents.parquet: column incident_id, row 1: 'in_' is no id"),
    ],
)
def test_an_id_that_is_none_is_refused_with_its_place(tmp_path: Path, table: str, columns: dict, told: str) -> None:
    for name, lent in LENT.items():
        pq.write_table(pa.table(lent), tmp_path / f"{name}.parquet")
    store = Store(tmp_path / "data")
    assert store.ids_from(str(tmp_path)) == tmp_path
    pq.write_table(pa.table(LENT[table] | columns), tmp_path / f"{table}.parquet")
    with pytest.raises(StoreError) as refused:
        store.ids_from(str(tmp_path))
    assert told in str(refused.value) and str(tmp_path) in str(refused.value)


def test_the_ids_that_sitrep_makes_are_well_formed(demo_data: Path) -> None:
    release = (demo_data / "releases" / "latest").resolve()
    assert Store(demo_data).ids_from(str(release)) == release


def test_known_mentions_keep_their_event_and_former_ids_are_united() -> None:
    def events(**former: list[str]) -> pa.Table:
        columns = {"event_id": list(former), "former_event_ids": list(former.values())}
        return pa.table(columns, schema=pa.schema({"event_id": pa.string(), "former_event_ids": pa.list_(pa.string())}))

    def links(**event: str) -> pa.Table:
        return pa.table({"event_id": list(event.values()), "mention_id": list(event)})

    mentions, known = with_ids_of(links(m1="e1"), events(e1=["f1"]), links(m1="e2", m2="e1"), events(e1=["f2"], e2=[]))
    assert mentions.sort_by("mention_id").to_pylist() == links(m1="e1", m2="e1").to_pylist()
    assert known.to_pylist() == events(e1=["f1", "f2"], e2=[]).to_pylist()
