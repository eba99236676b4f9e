"""The README's recipes run as they stand, and the events open as the GeoParquet that they say they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import CHECKOUT

RECIPES = re.findall(r"^```python\n(.*?)^```", (CHECKOUT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
TOOLS = [re.search(r"import (\w+)", recipe)[1] for recipe in RECIPES]


@pytest.mark.parametrize(("tool", "recipe"), zip(TOOLS, RECIPES, strict=True), ids=TOOLS)
def test_a_recipe_runs_as_it_stands(
    tool: str, recipe: str, demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    pytest.importorskip(tool, reason=f"{tool} is not installed: pip install {tool}")
    (tmp_path / "data").symlink_to(demo_data)
    monkeypatch.chdir(tmp_path)
    exec(compile(recipe, f"README.md: {tool}", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) > 3


def test_each_tool_has_its_recipe() -> None:
    assert TOOLS == ["sitrep", "pandas", "duckdb", "polars", "pyarrow", "geopandas"]


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
