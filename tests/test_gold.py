"""The coder on gold of our own: no measure falls below its floor, and the page that tells the figures is fresh."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gold_incidents
import pytest
import quality

FLOORS = json.loads(quality.FLOORS.read_text())


@pytest.fixture(scope="module")
def sentences(plain_flows: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int]]:
    return quality.sentence_scores(tmp_path_factory.mktemp("sentences"))


@pytest.fixture(scope="module")
def incidents(plain_flows: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return quality.incident_scores(tmp_path_factory.mktemp("incidents"))


@pytest.fixture(scope="module")
def wire(plain_flows: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return quality.incident_scores(tmp_path_factory.mktemp("wire"), gold_incidents.WIRE)


@pytest.mark.parametrize("measure", FLOORS["sentences"])
def test_sentences_stay_above_the_floor(sentences: dict[str, tuple[int, int]], measure: str) -> None:
    hits, total = sentences[measure]
    assert hits / total >= FLOORS["sentences"][measure]


@pytest.mark.parametrize("measure", FLOORS["incidents"])
def test_incidents_stay_above_the_floor(incidents: dict[str, Any], measure: str) -> None:
    assert share(incidents, measure) >= FLOORS["incidents"][measure]


@pytest.mark.parametrize("measure", FLOORS["wire_incidents"])
def test_incidents_in_wire_style_stay_above_the_floor(wire: dict[str, Any], measure: str) -> None:
    assert share(wire, measure) >= FLOORS["wire_incidents"][measure]


def share(scores: dict[str, Any], measure: str) -> float:
    value = scores[measure]
    return value[0] / value[1] if measure == "found" else value


def test_the_page_is_fresh(
    sentences: dict[str, tuple[int, int]], incidents: dict[str, Any], wire: dict[str, Any]
) -> None:
    own = quality.own_tables(sentences, incidents, wire)
    assert Path(quality.PAGE).read_text() == quality.page(own), "run make quality"
