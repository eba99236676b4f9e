"""Where claims of one incident cannot all be true: who says what, what is held, and the rule that decided."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import zlib
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from report_rows import few, rebels_say_forty
from report_rows import release as of_report
from test_panel import KIDAL, day, incident, published, release, told

from flows.cli import main
from tasks.knowledge.contradictions import COLUMNS
from tasks.publish.report import report
from tasks.reading.contradictions import contradictions
from tasks.reading.frames import Release
from tasks.reading.review import review_queue
from tasks.vocabularies import load, load_all

ARMY = {"text": "the army", "actor_id": "MLI.military", "label": "Armed forces of Mali"}
REBELS = {"text": "rebels", "actor_id": "cma", "label": "CMA"}
KIDAL_TOWN = {
    "geo_precision_code": "settlement",
    "place_id": "p1",
    "place_label": "Kidal",
    "latitude": 18.4,
    "longitude": 1.4,
}
AGUELHOK = KIDAL_TOWN | {"place_id": "p2", "place_label": "Aguelhok", "latitude": 19.5}
PAPERS = [published("d1", day(6), "Paper"), published("d2", day(7), "Gazette"), published("d3", day(8), "Herald")]
HEAD = {"event_id": "e in_1", "incident_id": "in_1", "incident_role_code": "head"}


def found(folder: Path, *mentions: dict, documents: list[dict] = PAPERS, **row: object) -> dict[str, tuple]:
    """By matter: claims, what is held, and the rule."""
    told_of = incident("in_1", KIDAL, day(5), **row)
    made = release(folder, incidents=[told_of], events=[HEAD], mentions=list(mentions), documents=documents)
    return {one["matter"]: (one["claims"], one["held"], one["rule_id"]) for one in contradictions(made)}


def dead(document: str, low: int | None, high: int | None, **more: object) -> dict:
    return told("in_1", document, KIDAL, day(5), killed_low=low, killed_high=high, **more)


def test_figures_that_exclude_each_other_are_told_with_who_gives_them(tmp_path: Path) -> None:
    differing = found(tmp_path, dead("d1", 12, 12), dead("d2", 9, 9), dead("d3", 12, 12), killed_best=12)
    assert differing == {"killed": ("9 (Gazette) | 12 (Herald; Paper)", "12", "decide.toll_most_publishers")}


def test_bounds_that_one_number_can_keep_are_no_contradiction(tmp_path: Path) -> None:
    assert found(tmp_path, dead("d1", 10, None), dead("d2", 12, 12), dead("d3", 11, 14), killed_best=12) == {}


def test_a_publisher_who_counts_on_contradicts_nobody(tmp_path: Path) -> None:
    documents = [published("d1", day(6), "Paper"), published("d2", day(7), "Paper")]
    assert found(tmp_path, dead("d1", 3, 3), dead("d2", 12, 12), documents=documents, killed_best=12) == {}


def test_what_a_report_says_beside_a_speaker_is_the_whole(tmp_path: Path) -> None:
    part = dead("d1", 3, 3, speaker_text="a medic") | {"mention_id": "m2"}
    assert found(tmp_path, dead("d1", 12, 12), part, killed_best=12) == {}
    other = dead("d1", 30, 30, speaker_text="rebels") | {"mention_id": "m3"}
    assert found(tmp_path, part, other, killed_best=30)["killed"][0] == "3 (a medic, in Paper) | 30 (rebels, in Paper)"


def test_a_denial_of_any_dead_is_one_and_the_newest_figure_holds(tmp_path: Path) -> None:
    army = dead("d2", 0, 0, speaker_text="the army")
    differing = found(tmp_path, dead("d3", 8, 8), army, killed_best=8)
    assert differing == {"killed": ("0 (the army, in Gazette) | 8 (Herald)", "8", "decide.toll_newest")}


def test_other_culprits_and_one_who_owns_to_it(tmp_path: Path) -> None:
    strike = {"event_type_code": "air_strike"}
    one = told("in_1", "d1", KIDAL, day(5), actors=[ARMY], **strike)
    other = told("in_1", "d2", KIDAL, day(5), actors=[REBELS], **strike)
    held = {"actor_label": "CMA"}
    claims = "Armed forces of Mali (Paper) | CMA (Gazette)"
    assert found(tmp_path, one, other, **held) == {"culprit": (claims, "CMA", "decide.culprit_most_mentions")}
    state = told("in_1", "d2", KIDAL, day(5), actors=[ARMY | {"actor_id": "MLI", "label": "Mali"}], **strike)
    assert found(tmp_path, one, state, **held) == {}, "an army is its state's"
    both = told("in_1", "d2", KIDAL, day(5), actors=[REBELS, ARMY], **strike)
    assert found(tmp_path, one, both, **held) == {}
    fight = [mention | {"event_type_code": "armed_clash"} for mention in (one, other)]
    assert found(tmp_path, *fight, **held) == {}, "in a fight either may stand first"
    owned = found(tmp_path, one, claimed_by=["CMA"], actor_label="Armed forces of Mali")
    assert owned["culprit"][0] == "Armed forces of Mali (reports) | CMA (claims it)"


def test_places_far_apart_and_denials(tmp_path: Path) -> None:
    one, other = told("in_1", "d1", KIDAL_TOWN, day(5)), told("in_1", "d2", AGUELHOK, day(5))
    differing = found(tmp_path, one, other, place_label="Kidal", denied_by=["CMA"], certainty_code="disputed")
    assert differing == {
        "place": ("Aguelhok (Gazette) | Kidal (Paper)", "Kidal", "decide.place_best_supported"),
        "denial": ("told to have happened | denied by CMA", "disputed", "decide.denial_disputes"),
    }
    near = told("in_1", "d2", AGUELHOK | {"latitude": 18.45}, day(5))
    assert found(tmp_path, one, near) == {}


def test_places_on_both_sides_of_the_180th_degree_are_near(tmp_path: Path) -> None:
    west, east = KIDAL_TOWN | {"longitude": -179.98}, AGUELHOK | {"latitude": 18.4, "longitude": 179.98}
    one, other = told("in_1", "d1", west, day(5)), told("in_1", "d2", east, day(5))
    assert found(tmp_path, one, other) == {}
    further = told("in_1", "d2", east | {"longitude": 179.8}, day(5))
    assert set(found(tmp_path, one, further)) == {"place"}


def test_each_rule_that_decides_is_in_the_codebook_and_python_has_the_same(tmp_path: Path) -> None:
    found(tmp_path, dead("d1", 12, 12), dead("d2", 9, 9), killed_best=10)
    frame = Release(tmp_path).contradictions
    assert list(frame.columns) == list(COLUMNS) and frame.rule_id.tolist() == ["decide.toll_of_sides"]
    rules = set(load("rules")["rule_id"])
    assert {rule for rule in rules if rule.startswith("decide.")} >= set(frame.rule_id)
    assert frame.date_start.dt.day.tolist() == [5]


def test_page_review_and_command_tell_of_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = few()
    rows["mentions"].append(rebels_say_forty(rows))
    rows["incidents"][1]["denied_by"] = ["M23"]
    summed = rows["incidents"][2] | {"is_aggregate": True, "denied_by": ["M23"]}
    rows["incidents"][2] = summed  # sums of many events contradict nobody
    rows["events"].append(rows["events"][0] | {"event_id": "ev_9", "incident_id": None, "denied_by": ["M23"]})
    tables = of_report(rows)
    for name, table in tables.items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    (tmp_path / "manifest.json").write_text("{}")
    assert main(["contradictions", "--release", str(tmp_path)]) == 0
    printed = [(row["incident_id"], row["matter"]) for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert printed == [("in_0", "killed"), ("in_1", "denial")]
    assert on_page(report(tables, load_all())) == printed
    queue = [item for item in review_queue(tmp_path)[0] if item["kind"] == "contradiction"]
    assert sorted((item["events"][0]["incident_id"], item["why"].partition(":")[0]) for item in queue) == printed


def test_no_cell_of_the_command_is_a_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formula = "\u200b=cmd|'/c calc'!A1"
    gives = {"documents": [published("d1", day(6), formula), *PAPERS[1:]], "denied_by": ["@SUM(A1)"]}
    found(tmp_path, told("in_1", "d1", KIDAL, day(5)), summary=formula, certainty_code="disputed", **gives)
    assert main(["contradictions", "--release", str(tmp_path)]) == 0
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["summary"] == "'\\u200b=cmd|'/c calc'!A1" and row["matter"] == "denial"


def on_page(page: str) -> list[tuple[str, str]]:
    """Incident and matter of all contradictions in the packed rows of a report."""
    blocks = dict(re.findall(r'<script type="text/plain" id="(texts|numbers)">([^<]*)<', page))
    raw = {name: zlib.decompress(base64.b64decode(block)) for name, block in blocks.items()}
    texts, numbers, columns = json.loads(raw["texts"]), np.frombuffer(raw["numbers"], "<i4"), {}
    for name, length in texts["layout"]:
        columns[name], numbers = numbers[:length], numbers[length:]
    at, matters = columns["contradictions_at"], texts["words"]["contradictions"]
    rows = enumerate(texts["ids"].split("\n"))
    return sorted((id_, matters[n]) for i, id_ in rows for n in columns["contradictions"][at[i] : at[i + 1]])


def test_the_command_prints_csv(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contradictions", "--data", str(data)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows and list(rows[0]) == list(COLUMNS)
    assert main(["contradictions", "--matter", "denial", "--data", str(data)]) == 0
    assert {row["matter"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))} <= {"denial"}
