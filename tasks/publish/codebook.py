"""The codebook: every table, column, code and event type in one Markdown page.

In come the declarations of `tasks/tables.py` and the seed frames, out comes the page that stands in `docs/` and in
each release. It is generated, never edited; nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from tasks.language import CODED
from tasks.tables import RELEASE_TABLES, SCHEMA_VERSION, STAGE_TABLES, STAGES, Table

_LANGUAGES = f"""Reports in {", ".join(CODED)} are coded. A report in another language stays in `documents` with its
`language_code`, gives no mentions, and is counted: on the line of extract, under `not_coded` in `manifest.json`, in
`report.html` and in the last lines of `sitrep run`.

A report is in the language that its record declares, else the one that its source declares, else the one that its text
reads as. English is believed at once; another language only where the words that are not capitalised clearly speak for
it and few are English alone. All else is null: headlines, lists of names, tables of numbers, texts in two languages. A
null language is taken for English, and the report is coded."""

_SCHEMES = """Exports use the words of other data sets. What in them is whose:

- ACLED's columns, event types, disorder types and kinds of actors are those of its codebook. Its 17 regions have the
  names of its API; countries are put into them by the United Nations' sub-regions (M49), with Europe and Oceania as one
  each, Western Asia and Iran as the Middle East but for Cyprus (Europe), eight as the Caucasus and Central Asia. Empty
  where that is not certain: Afghanistan, the British Indian Ocean Territory, islands near Antarctica.
- `source_scale` of `acled.csv` knows outlets that plainly write for the world (International) or for one country
  (National); of others, exile media and organisations among them, nothing is said, and then nothing of the incident.
- Tags: `crowd size=` is ACLED's, `target=` with a code of the list target is Sitrep's own.
- `civilian_targeting` follows from the event type, from whom it was done to, and, where nobody is named, from what was
  hit (`seeds/target_types.csv` says which targets are civilian).
- UCDP's columns, precision codes, regions and numbers of states (Gleditsch and Ward) are those of the codebook of GED
  25.1, PRIO-GRID's cells those of the codebook of its version 2.0.
- GDELT's columns are those of its 1.0 event files; Goldstein's values and the quad classes stand for CAMEO's roots.
- ISO 3166-2 codes belong to divisions that bear the same name in the same country; P-codes are those of a user's
  file."""


def codebook(vocabularies: Mapping[str, pd.DataFrame]) -> str:
    """The page, as Markdown."""
    parts = [
        "# Codebook",
        f"Schema version {SCHEMA_VERSION}. Generated from the declarations of the tables and from the vocabularies in "
        "`seeds/`; regenerate it with `make codebook`.",
        "Lists are never null, only empty. Null is not zero: a count that is not stated is null. Offsets are code "
        "points in the cleaned text, half-open. Days are UTC calendar days.",
        "## Tables of a release",
        *(_table(table) for table in RELEASE_TABLES.values()),
        "## Tables of the stages",
        "Delta tables under `data/_tables/`; their columns that a release has too mean the same.",
        *(_table(table) for table in STAGE_TABLES.values() if table.name not in RELEASE_TABLES),
        "## Languages",
        _LANGUAGES,
        "## Event types",
        _event_types(vocabularies["event_types"]),
        "## Codes",
        *_codes(vocabularies["codes"]),
        "## Rules",
        "What `sitrep explain`, `sitrep show` and the column `rules` of mentions name. A rule makes, changes or drops "
        "a value; what it is about stands before the dot. Rules of a stage are listed by what they are about.",
        *_rules(vocabularies["rules"]),
        "## Other data sets",
        _SCHEMES,
        "## Crosswalks",
        "The first row of a scheme whose conditions all hold gives the codes; an empty cell is no condition.",
        _rows(vocabularies["crosswalk"]),
    ]
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    rows = [
        (c.name, f"{c.type}" + ("?" if c.nullable else ""), c.meaning + (f"; codes: {c.codes}" if c.codes else ""))
        for c in table.columns
    ]
    head = f"### {table.name}\n\n{table.meaning} Written by {table.stage}; key: {', '.join(table.key)}.\n\n"
    return head + _markdown(("column", "type", "meaning"), rows)


def _event_types(types: pd.DataFrame) -> str:
    columns = ("code", "label", "definition", "not_this", "example")
    return _markdown(columns, types[list(columns)].itertuples(index=False))


def _codes(codes: pd.DataFrame) -> list[str]:
    parts = []
    for name, rows in codes.groupby("list", sort=True):
        if name != "event_type":
            parts.append(
                f"### {name}\n\n"
                + _markdown(("code", "label", "meaning"), rows[["code", "label", "meaning"]].itertuples(index=False))
            )
    return parts


def _rules(rules: pd.DataFrame) -> list[str]:
    """A table of rules for each stage that has any, in the order of the stages."""
    parts = []
    for stage in STAGES:
        rows = rules[rules["stage"] == stage].sort_values("rule_id")
        if len(rows):
            cells = rows[["rule_id", "meaning", "example"]].itertuples(index=False)
            parts.append(f"### Rules of {stage}\n\n" + _markdown(("rule", "what it does", "example"), cells))
    return parts


def _rows(frame: pd.DataFrame) -> str:
    cells = frame.map(lambda cell: "; ".join(cell) if isinstance(cell, tuple) else "" if cell is None else str(cell))
    return _markdown(tuple(frame.columns), cells.itertuples(index=False))


def _markdown(header: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> str:
    """A table; bars and line breaks in cells are escaped, None is an empty cell."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for row in rows:
        cells = ("" if cell is None else str(cell).replace("|", "\\|").replace("\n", " ") for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
