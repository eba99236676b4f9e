"""The README's recipes run as they stand, and the events open as the GeoParquet that they say they are."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import CHECKOUT

from flows.cli import main

README = (CHECKOUT / "README.md").read_text("utf-8")
RECIPES = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
TOOLS = [re.search(r"import (\w+)", recipe)[1] for recipe in RECIPES]
QUESTIONS = README.partition("## Questions")[2].partition("\n## ")[0]
COMMANDS = re.findall(
    r"^sitrep .*$", "".join(re.findall(r"^```sh\n(.*?)^```", QUESTIONS, re.DOTALL | re.MULTILINE)), re.M
)


@pytest.mark.parametrize("number", range(len(RECIPES)), ids=[f"{tool}{number}" for number, tool in enumerate(TOOLS)])
def test_a_recipe_runs_as_it_stands(
    number: int, demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    tool = TOOLS[number]
    pytest.importorskip(tool, reason=f"{tool} is not installed: pip install {tool}")
    (tmp_path / "data").symlink_to(demo_data)
    monkeypatch.chdir(tmp_path)
    exec(compile(RECIPES[number], f"README.md: {tool}", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) > 2


def _has_r_arrow() -> bool:
    asked = "quit(status = !all(sapply(c('arrow', 'dplyr'), requireNamespace, quietly = TRUE)))"
    return shutil.which("Rscript") is not None and subprocess.run(["Rscript", "-e", asked], check=False).returncode == 0


def test_the_recipe_in_r_runs_as_it_stands(demo_data: Path, tmp_path: Path) -> None:
    if not _has_r_arrow():
        pytest.skip("no R with the packages arrow and dplyr here")
    [recipe] = re.findall(r"^```r\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    (tmp_path / "data").symlink_to(demo_data)
    (tmp_path / "recipe.R").write_text(recipe)
    told = subprocess.run(["Rscript", "recipe.R"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "country_code" in told.stdout and len(told.stdout.splitlines()) > 2


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_answers_its_question(command: str, demo_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def first(table: str, column: str) -> str:
        return pq.read_table(demo_data / "releases" / "latest" / f"{table}.parquet", columns=[column])[column][
            0
        ].as_py()

    version = (demo_data / "releases" / "latest").resolve().name
    incidents = pq.read_table(demo_data / "releases" / "latest" / "incidents.parquet").to_pylist()
    [sake] = [row["incident_id"] for row in incidents if row["place_label"] == "Sake" and row["killed_best"] == 40]
    given = {"INCIDENT_ID": sake, "EVENT_ID": first("events", "event_id"), "PLACE": first("territory", "place_id")}
    words = [(given | {"RELEASE": version}).get(word, word) for word in shlex.split(command)[1:]]
    assert main([*words, "--data", str(demo_data)]) == 0
    assert capsys.readouterr().out.strip()


def test_each_tool_has_its_recipe() -> None:
    assert list(dict.fromkeys(TOOLS)) == ["sitrep", "pandas", "duckdb", "polars", "pyarrow", "geopandas"]
    assert QUESTIONS.count("\n**") >= 10


def test_events_say_what_geoparquet_1_1_asks_for(demo_data: Path) -> None:
    path = demo_data / "releases" / "latest" / "events.parquet"
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["Point"]
    west, south, east, north = column["bbox"]
    rows = pq.read_table(path, columns=["longitude", "latitude"]).to_pydict()
    assert (west, east) == tuple(f(x for x in rows["longitude"] if x is not None) for f in (min, max))
    assert (south, north) == tuple(f(y for y in rows["latitude"] if y is not None) for f in (min, max))


def test_geopandas_opens_the_events_with_points_and_crs(demo_data: Path) -> None:
    geopandas = pytest.importorskip("geopandas", reason="geopandas is not installed: pip install geopandas")
    events = geopandas.read_parquet(demo_data / "releases" / "latest" / "events.parquet")
    assert events.crs.equals("OGC:CRS84")
    placed = events[events.latitude.notna()]
    assert len(placed) and set(placed.geom_type) == {"Point"}
    assert (placed.geometry.x == placed.longitude).all() and (placed.geometry.y == placed.latitude).all()
    assert events.geometry[events.latitude.isna()].isna().all()
