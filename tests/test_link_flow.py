"""The link flow over its tables: what it does anew, what it leaves as it was, and what a killed run leaves to it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from link_rows import document, mention

from flows.link import link
from tasks.storage import ledger
from tasks.storage.store import Store
from tasks.tables import DOCUMENTS, RESOLVED_MENTIONS

TABLES = {"events": "event_id", "event_mentions": "mention_id", "territory": "event_id", "accounts": "account_id"}
TOOK = {"place": "Imam Sahib District", "on": "2021-06-21", "actors": ["taliban"]}


class Data:
    """A data folder as the stages before linking leave it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = str(folder), Store(folder)

    def add(self, name: str, *sentences: str, **given: Any) -> None:
        """One document with a mention a sentence, new or in the place of the one of that name."""
        rows = [mention(text, name, 100 * at, **TOOK | given) for at, text in enumerate(sentences)]
        report = document(name, publisher=f"Paper {name}") | {
            "published_basis_code": "declared",
            "char_count": 0,
            "ingested_at": datetime(2021, 6, 22, tzinfo=UTC),
            "segments": [],
        }
        for table, told in ((DOCUMENTS, [report]), (RESOLVED_MENTIONS, rows)):
            self.store.replace(table.name, pa.Table.from_pylist(told, schema=table.schema), {}, ids=[name])
        done = ledger.done("resolve", {name: repr(rows)}, "")
        self.store.replace("progress", done, {}, ids=[name], within={"stage": "resolve"})

    def link(self, **how: Any) -> list[str]:
        """Link; the operations by which tables were written."""
        before = {name: self.store.version(name) for name in TABLES}
        link.fn(data=self.folder, **how)
        return [
            f"{version['table']} {version['operation']}"
            for version in self.store.history()
            if version["table"] in TABLES
            and version["version"] > (-1 if (v := before[version["table"]]) is None else v)
        ]

    def tables(self) -> dict[str, pa.Table]:
        return {name: self.store.read(name).sort_by(key) for name, key in TABLES.items()}


@pytest.fixture
def data(tmp_path: Path) -> Data:
    data = Data(tmp_path)
    data.add("a", "The Taliban took Imam Sahib", "The Taliban met elders")
    data.add("b", "Fighters shelled Kunduz", type="shelling", place="Kunduz")
    return data


def test_news_changes_only_the_events_that_it_tells_and_gives_what_linking_all_anew_gives(data: Data) -> None:
    data.link()
    assert data.link() == []
    data.add("c", "Imam Sahib fell to the Taliban on Monday")
    written = data.link()
    assert "events replace" in written and "accounts replace" in written and "events overwrite" not in written
    grown = data.tables()
    assert {row["document_count"] for row in grown["events"].to_pylist()} == {1, 2}
    assert data.link(full=True) == []
    assert data.tables() == grown


def test_a_document_that_is_coded_otherwise_is_linked_anew(data: Data) -> None:
    data.link()
    data.add("b", "Fighters shelled Kabul", type="shelling", place="Kabul")
    data.link()
    assert sorted(row["place_label"] for row in data.tables()["events"].to_pylist()).count("Kabul") == 1
    grown = data.tables()
    data.link(full=True)
    assert data.tables() == grown


@pytest.mark.parametrize("lost", ["accounts", "event_mentions"])
def test_a_table_that_is_lost_is_made_anew(data: Data, lost: str) -> None:
    data.link()
    before = data.tables()
    shutil.rmtree(Path(data.folder) / "_tables" / lost)
    data.add("c", "A protest was held in Kabul", type="protest", place="Kabul")
    assert f"{lost} overwrite" in data.link() or f"{lost} append" in data.link()
    now = data.tables()
    assert now["event_mentions"].num_rows == before["event_mentions"].num_rows + 1
    assert now["accounts"].num_rows == before["accounts"].num_rows + 1


def test_a_folder_whose_accounts_have_another_name_is_linked_anew(data: Data) -> None:
    """The table was called tellings once."""
    data.link()
    before = data.tables()
    tables = Path(data.folder) / "_tables"
    (tables / "accounts").rename(tables / "tellings")
    assert "accounts overwrite" in data.link() or "accounts append" in data.link()
    assert data.tables() == before


def test_a_run_that_was_killed_before_it_wrote_all_is_made_good(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    data.link()
    whole = Store.overwrite

    def killed(self: Store, table: str, *args: Any) -> int | None:
        if table == "territory":
            raise KeyboardInterrupt
        return whole(self, table, *args)

    data.add("c", "Imam Sahib fell to the Taliban on Monday")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Store, "overwrite", killed)
        data.link()
    data.link()
    resumed = data.tables()
    assert {row["document_count"] for row in resumed["events"].to_pylist()} == {1, 2}
    data.link(full=True)
    assert data.tables() == resumed
