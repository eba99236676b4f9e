"""`import sitrep`: a release as typed frames, its mentions joined with their documents."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest
from conftest import CHECKOUT
from hatchling.build import build_wheel

import sitrep
from tasks.tables import RELEASE_TABLES


@pytest.fixture(scope="module")
def release(demo_data: Path) -> sitrep.Release:
    return sitrep.read("latest", demo_data)


def test_days_are_days_and_counts_are_whole_or_missing(release: sitrep.Release) -> None:
    incidents = release.incidents
    for name in ("date_start", "date_end", "first_reported_date"):
        assert incidents[name].dtype.kind == "M", name
    assert str(incidents["killed_best"].dtype) == "Int32"
    assert incidents["killed_best"].isna().any() and incidents["killed_best"].notna().any()
    assert incidents["is_aggregate"].dtype == bool
    assert incidents.resample("YE", on="date_start").size().sum() == incidents["date_start"].notna().sum()


def test_every_table_has_the_columns_of_the_codebook(release: sitrep.Release) -> None:
    for name, declared in RELEASE_TABLES.items():
        assert list(release.table(name).columns) == declared.names
    for name in ("incidents", "events", "documents", "territory", "actors", "places"):
        pd.testing.assert_frame_equal(getattr(release, name), release.table(name))


def test_mentions_know_their_event_incident_and_document(release: sitrep.Release) -> None:
    mentions = release.mentions
    assert len(mentions) == len(release.table("mentions"))
    assert mentions["published_date"].dtype.kind == "M" and mentions["published_date"].notna().any()
    assert set(mentions["event_id"]) == set(release.events["event_id"])
    assert set(mentions["incident_id"].dropna()) == set(release.incidents["incident_id"])


def test_lists_of_parties_are_python_lists(release: sitrep.Release) -> None:
    parties = release.with_actors()
    told = sum(len(row.actors) + len(row.recipients) for row in release.incidents.itertuples())
    assert len(parties) == told > 0
    assert set(parties["side"]) == {"actors", "recipients"} and parties["party"].notna().all()


def test_a_release_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"there is no release 'v1999\.01\.01\.1'"):
        sitrep.read("v1999.01.01.1", tmp_path)


def test_the_wheel_holds_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    [name] = [build_wheel(str(tmp_path))]
    assert {"sitrep.py", "flows/__init__.py", "tasks/__init__.py"} <= set(zipfile.ZipFile(tmp_path / name).namelist())
