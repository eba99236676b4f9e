"""A release in the files that other tools load: the exports, one module each.

In come the tables of a release, out come rows or bytes by file name, no cell of which a spreadsheet would take for a
formula. An export is a module here with a function `flat`, and its name in EXPORTS. Refused is a name that is not
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

import pyarrow as pa

from tasks.publish.exports.flat import Content, CountryNames, Tables, harmless

Export = Callable[[Tables, CountryNames], Iterator[tuple[str, Content]]]
"""The tables of a release, and the names of countries, as file names and what they hold, one after the other."""

EXPORTS: Mapping[str, str] = {
    "csv": "every table as CSV",
    "csv_excel": "the same with a byte order mark, for a spreadsheet",
    "acled": "incidents in ACLED's 31 columns (CSV)",
    "ucdp": "deadly incidents in the 49 columns of UCDP GED (CSV)",
    "gdelt": "incidents in the 58 columns of GDELT 1.0's events (tab separated)",
    "xlsx": "one workbook, a sheet a table, the codebook as a sheet",
    "geojson": "incidents as GeoJSON",
    "geopackage": "incidents and events as layers of one GeoPackage",
}
"""What each export is, by the name that `--as` and `--export` take."""
MANY_FILES = frozenset({"csv", "csv_excel"})
"""Those that write a file a table."""


def exported(name: str, tables: Tables, country_names: CountryNames) -> Iterator[tuple[str, Content]]:
    """File names and what they hold, of one of EXPORTS. Raises KeyError where there is no export of that name."""
    if name not in EXPORTS:
        raise KeyError(f"no export {name!r}; there are {', '.join(EXPORTS)}")
    # workbooks and databases are imported where they are asked for
    export: Export = import_module(f"{__name__}.{name}").flat
    for file, content in export(tables, country_names):
        yield file, harmless(content) if isinstance(content, pa.Table) else content
