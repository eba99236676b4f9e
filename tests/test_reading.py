"""An event as it is shown: every mention with its words, its id and why it belongs there."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from tasks.reading.show import show_event


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
