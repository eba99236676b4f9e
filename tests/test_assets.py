"""Tables and release as assets in Prefect: lineage from raw documents to the release, on a server that runs."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from prefect_server import wait_for

from flows import assets
from flows.ingest import ingest
from flows.run import run
from tasks.storage.store import Store

REPORT = "BUKAVU, Democratic Republic of Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n"


def told_of(data: Path) -> list[dict[str, Any]]:
    """What the server knows of assets of a data folder, oldest first."""
    of_assets = {
        "event": {"prefix": ["prefect.asset."]},
        "resource": {"id_prefix": [f"file://{data}/"]},
        "order": "ASC",
    }
    request = urllib.request.Request(
        f"{os.environ['PREFECT_API_URL']}/events/filter",
        json.dumps({"filter": of_assets, "limit": 50}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["events"]


def made_from(events: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Name of an asset -> names of those that it was made from, as its materializations tell."""
    found: dict[str, set[str]] = {}
    for event in events:
        if event["event"] == "prefect.asset.materialization.succeeded":
            related = [one for one in event["related"] if one["prefect.resource.role"] == "asset"]
            name = event["resource"]["prefect.resource.name"]
            found.setdefault(name, set()).update(one["prefect.resource.id"].rpartition("/")[2] for one in related)
    return found


@pytest.mark.slow
def test_tables_and_release_have_a_lineage_that_the_server_knows(engine: None, tmp_path: Path) -> None:
    report, data = tmp_path / "report.txt", tmp_path / "data"
    report.write_text(REPORT)
    run([str(report)], data=str(data))
    wait_for(lambda: assets.RELEASES in made_from(told_of(data)), 60, "the release as an asset")
    events = told_of(data)
    lineage = made_from(events)
    assert lineage["raw_documents"] == set()
    assert lineage["documents"] == {"raw_documents"}
    assert lineage["mentions"] == {"documents"}
    assert lineage["resolved_mentions"] == {"mentions", "documents"}
    assert lineage["events"] == lineage["incidents"] == {"resolved_mentions", "documents"}
    assert lineage[assets.RELEASES] >= {"documents", "events", "incidents", "incident_events", "territory"}
    [mentions] = [one for one in events if one["payload"] and one["resource"]["prefect.resource.name"] == "mentions"]
    store = Store(data)
    versions = {"documents": store.version("documents")}
    assert mentions["payload"] == {"version": store.version("mentions"), "rows": 1, "inputs": versions}
    roles = {one["prefect.resource.role"] for one in mentions["related"]}
    assert {"flow", "flow-run", "asset-materialized-by"} <= roles
    [release] = [one for one in events if one["payload"] and one["resource"]["prefect.resource.name"] == "releases"]
    assert release["payload"]["version"] == (data / "releases" / "latest").resolve().name
    assert release["payload"]["inputs"]["events"] == store.version("events")

    # what is left as it was is not materialized again: neither by a run that finds nothing new, nor by a stage alone
    run([str(report)], data=str(data))
    (tmp_path / "more.txt").write_text(REPORT.replace("Uvira", "Beni"))
    ingest([str(tmp_path / "more.txt")], data=str(data))
    wait_for(lambda: len(told_of(data)) > len(events), 60, "the documents that came")
    assert set(made_from(told_of(data)[len(events) :])) == {"raw_documents"}


@pytest.mark.parametrize(
    ("folder", "key"),
    [
        ("/srv/data", "file:///srv/data/_tables/events"),
        ("/srv/Lake Chad~50%/d#1", "file:///srv/Lake~20Chad~7E50~25/d~231/_tables/events"),
        ("s3://bucket/a b", "s3://bucket/a~20b/_tables/events"),
    ],
)
def test_a_key_is_one_that_prefect_takes(folder: str, key: str) -> None:
    from prefect.assets import Asset

    assert assets.key(folder, "events") == key
    assert Asset(key=key).key == key


def test_a_key_of_a_very_long_folder_is_taken_too() -> None:
    from prefect.assets import Asset

    folders = [f"/srv/{'ü' * 200}/{one}" for one in ("a", "b")]
    keys = {Asset(key=assets.key(folder, assets.RELEASES)).key for folder in folders}
    assert len(keys) == 2 and all(key.endswith("/releases") for key in keys)
