"""The report page tells the release, works alone, and runs nothing that a document says."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.report import report
from tasks.tables import RELEASE_TABLES
from tasks.vocabularies import load_all


def release(demo_data: Path) -> dict[str, pa.Table]:
    return {name: pq.read_table(demo_data / "releases" / "latest" / f"{name}.parquet") for name in RELEASE_TABLES}


def test_the_page_stands_alone_and_tells_the_events(demo_data: Path) -> None:
    page = report(release(demo_data), load_all())
    assert "src=" not in page and "href=" not in page and "<script" not in page
    assert "Sake" in page and "Armed clash" in page
    assert page == report(release(demo_data), load_all())


def test_hostile_text_stays_text(demo_data: Path) -> None:
    tables = release(demo_data)
    hostile = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    mentions = tables["mentions"]
    for name in ("sentence_text", "speaker_text", "place_text"):
        index = mentions.schema.get_field_index(name)
        field = mentions.schema.field(index)
        mentions = mentions.set_column(index, field, pa.array([hostile] * mentions.num_rows, pa.string()))
    page = report(tables | {"mentions": mentions}, load_all())
    assert "<script" not in page and "<img" not in page
    assert "&lt;img src=x" in page


def test_an_empty_release_has_a_page_too() -> None:
    empty = {name: table.schema.empty_table() for name, table in RELEASE_TABLES.items()}
    assert "No dated events" in report(empty, load_all())
