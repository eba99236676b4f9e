"""A release says what it is to machines and to those who cite it, and says no more than its files hold.

The libraries made for these formats are not among the packages (see `tests/validate_release.py`, `make validate`): here
the rules of their specifications are checked that a change of tables could break.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from conftest import release_of

from flows.run import run
from tasks.reading.verify import faults
from tasks.tables import RELEASE_TABLES

FRICTIONLESS = {"string", "integer", "number", "boolean", "date", "datetime", "array", "any"}
CROISSANT = {f"sc:{kind}" for kind in ("Text", "Integer", "Float", "Boolean", "Date", "DateTime")}


@pytest.fixture(scope="module")
def release(demo_data: Path) -> Path:
    return release_of(demo_data)


def described(release: Path, name: str) -> dict[str, Any]:
    return json.loads((release / name).read_text("utf-8"))


def test_descriptions_and_terms_are_files_of_the_release(release: Path) -> None:
    listed = described(release, "manifest.json")["files"]
    for name in ("datapackage.json", "croissant.json", "CITATION.cff", "LICENSE.md"):
        assert listed[name]["sha256"] == hashlib.sha256((release / name).read_bytes()).hexdigest()
    assert list(faults(release)) == []


def test_the_data_package_holds_each_table_with_its_columns_keys_and_bytes(release: Path) -> None:
    package = described(release, "datapackage.json")
    assert package["version"] == release.name and package["licenses"][0]["name"] == "CC-BY-4.0"
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(resources) == set(RELEASE_TABLES)
    for name, resource in resources.items():
        path = release / resource["path"]
        assert resource["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        assert resource["bytes"] == path.stat().st_size
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert list(fields) == pq.read_schema(path).names == RELEASE_TABLES[name].names
        assert {field["type"] for field in fields.values()} <= FRICTIONLESS
        assert set(resource["schema"]["primaryKey"]) <= set(fields)
        for key in resource["schema"]["foreignKeys"]:
            target = resources[key["reference"]["resource"]]["schema"]
            assert set(key["fields"]) <= set(fields)
            assert key["reference"]["fields"] == target["primaryKey"]
    assert resources["mentions"]["schema"]["foreignKeys"]


def test_croissant_reads_each_column_from_a_file_that_it_names(release: Path) -> None:
    dataset = described(release, "croissant.json")
    files = {file["@id"]: file for file in dataset["distribution"]}
    for name, file in files.items():
        assert file["sha256"] == hashlib.sha256((release / name).read_bytes()).hexdigest()
    sets = {records["@id"]: records for records in dataset["recordSet"]}
    assert set(sets) == set(RELEASE_TABLES)
    for name, records in sets.items():
        ids = [field["@id"] for field in records["field"]]
        assert len(ids) == len(set(ids)) and {key["@id"] for key in records["key"]} <= set(ids)
        named = {field["source"]["extract"]["column"] for field in records["field"]}
        left = set(RELEASE_TABLES[name].names) - named
        assert all(column in records["description"] for column in left), "what has no type there is named"
        assert {field["source"]["fileObject"]["@id"] for field in records["field"]} == {f"{name}.parquet"}
        assert {field["dataType"] for field in records["field"]} <= CROISSANT
    assert all(part.isdecimal() and str(int(part)) == part for part in dataset["version"].split("."))


def test_a_citation_names_the_release_and_its_day(release: Path) -> None:
    citation = yaml.safe_load((release / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["version"] == release.name
    assert citation["date-released"] == "-".join(release.name[1:].split(".")[:3])
    assert citation["type"] == "dataset"


def test_the_terms_name_whom_to_name_and_whose_the_sentences_are(release: Path) -> None:
    terms = (release / "LICENSE.md").read_text("utf-8")
    assert "GeoNames" in terms and "CC BY 4.0" in terms and "Natural Earth" in terms
    assert "belong to their\npublishers" in terms


def test_the_terms_of_publishers_are_told_where_they_are_known(data: Path) -> None:
    report = data.parent / "voa.txt"
    report.write_text("GOMA, Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n")
    run([str(report)], data=str(data), source="voa")
    terms = (release_of(data) / "LICENSE.md").read_text("utf-8")
    assert terms.endswith("which may have changed:\n\n- VOA: public domain\n")
