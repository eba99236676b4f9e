"""An event as it is shown: every mention with its words, its id, why it belongs there and the rules that read it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import CHECKOUT, sitrep
from release_rows import release_tables, rows_of

from tasks.reading.show import NotInReleaseError, show_event
from tasks.tables import RELEASE_TABLES
from tasks.vocabularies import load

MEANINGS = {"date.attached": "The date in its own clause", "type.trigger": "The row that fired"}


def written(folder: Path, tables: dict[str, pa.Table], without: Sequence[str] = ()) -> Path:
    """A release as far as it is shown; `without` are columns of mentions that it is too old to have."""
    folder.mkdir(parents=True, exist_ok=True)
    tables["mentions"] = tables["mentions"].drop_columns(list(without))
    for name in ("events", "mentions", "documents"):
        pq.write_table(tables[name], folder / f"{name}.parquet")
    (folder / "manifest.json").write_text("{}")
    return folder


def read_by(*rules: str) -> dict[str, pa.Table]:
    """A release whose event e1 is told by one mention, m1, which these rules read."""
    mention = {"mention_id": "m1", "event_id": "e1", "document_id": "d", "rules": list(rules)}
    return release_tables() | {"mentions": rows_of(RELEASE_TABLES["mentions"], mention)}


def test_each_mention_says_why_it_belongs_the_first_telling_first(demo_data: Path) -> None:
    release = demo_data / "releases" / "latest"
    mentions = pq.read_table(release / "mentions.parquet").to_pylist()
    for event in pq.read_table(release / "events.parquet").to_pylist():
        told = {m["mention_id"]: m["link_reason"] for m in mentions if m["event_id"] == event["event_id"]}
        lines = list(show_event(release, event["event_id"]))
        ids = [line.rpartition("mention ")[2] for line in lines if line.startswith("    offsets ")]
        reasons = [line.partition("here because: ")[2] for line in lines if "here because: " in line]
        assert dict(zip(ids, reasons, strict=True)) == told
        assert reasons[0] == "first telling" and "first telling" not in reasons[1:]


def test_rules_stand_by_what_they_make_with_their_meanings(tmp_path: Path) -> None:
    rules = ("type.trigger", "date.attached", "place.told_before", "date.own_words")
    lines = list(show_event(written(tmp_path, read_by(*rules)), "e1", meanings=MEANINGS))
    assert lines[-4:] == [
        "    type       type.trigger: The row that fired",
        "    date       date.attached: The date in its own clause",
        "               date.own_words",
        "    place      place.told_before",
    ]


@pytest.mark.parametrize("without", [(), ("rules",)], ids=["no rules", "no column"])
def test_a_release_that_tells_no_rules_is_shown_all_the_same(tmp_path: Path, without: tuple[str, ...]) -> None:
    lines = list(show_event(written(tmp_path, read_by(), without), "e1", meanings=MEANINGS))
    assert lines[-1] == "    here because: not told"


def test_every_rule_of_the_demo_has_its_meaning(demo_data: Path) -> None:
    release = demo_data / "releases" / "latest"
    meanings = dict(zip(load("rules")["rule_id"], load("rules")["meaning"], strict=True))
    rules = {rule for rules in pq.read_table(release / "mentions.parquet")["rules"].to_pylist() for rule in rules}
    assert rules and rules <= meanings.keys()


def test_the_command_names_the_rules(tmp_path: Path) -> None:
    written(tmp_path / "releases" / "v2024.03.05.1", read_by("type.trigger"))
    shown = sitrep("show", "e1", "--release", "v2024.03.05.1", "--data", str(tmp_path), SITREP_HOME=str(CHECKOUT))
    meanings = dict(zip(load("rules")["rule_id"], load("rules")["meaning"], strict=True))
    assert shown.stdout.rstrip().endswith(f"type.trigger: {meanings['type.trigger']}")


def test_an_id_that_is_not_there_or_not_alone_is_refused(tmp_path: Path) -> None:
    release = written(tmp_path, read_by())
    with pytest.raises(NotInReleaseError, match="no event of id x"):
        list(show_event(release, "x"))
    with pytest.raises(NotInReleaseError, match="2 events of id e"):
        list(show_event(release, "e"))
