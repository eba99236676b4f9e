"""The codebook that is checked in is the one that the declarations and vocabularies make."""

from __future__ import annotations

from conftest import CHECKOUT

from tasks.publish.codebook import codebook
from tasks.tables import RELEASE_TABLES
from tasks.vocabularies import load_all


def test_the_codebook_is_fresh() -> None:
    assert (CHECKOUT / "docs" / "codebook.md").read_text() == codebook(load_all()), "run make codebook"


def test_every_column_rule_and_event_type_is_described() -> None:
    page = codebook(load_all())
    for table in RELEASE_TABLES.values():
        for column in table.columns:
            assert f"| {column.name} |" in page
    for rule_id in load_all()["rules"]["rule_id"]:
        assert page.count(f"\n| {rule_id} |") == 1
    for code in load_all()["event_types"]["code"]:
        assert f"| {code} |" in page
