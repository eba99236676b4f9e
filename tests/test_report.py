"""The report tells the release, works alone, stays the same for the same tables, and holds however large they are."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from report_rows import few, many, release

from flows import stages
from tasks.publish.report import as_json, report
from tasks.publish.report.rows import MENTIONS_OF_AN_EVENT, newest_events, page_events, page_mentions
from tasks.publish.report.static import bounds
from tasks.publish.report.totals import totals
from tasks.vocabularies import load_all

HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="x\u2028&{{script}}'


def embedded(page: str, name: str) -> Any:
    found = re.search(f'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture(scope="module")
def page() -> str:
    return report(release(few()), load_all())


def test_the_page_stands_alone(page: str) -> None:
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?!#)\w*:?//|@import|url\(""", page)
    assert "innerHTML" not in page and "insertAdjacentHTML" not in page and "document.write" not in page
    assert " style=" not in page and " onclick=" not in page


def test_only_its_own_script_and_style_may_run(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    for name in ("script", "style"):
        own = re.search(f"<{name}>(.*?)</{name}>", page, re.DOTALL)
        assert own
        digest = base64.b64encode(hashlib.sha256(own[1].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy[1]
    assert "default-src 'none'" in policy[1] and "unsafe" not in policy[1]


def test_same_tables_same_page(page: str) -> None:
    rows = few()
    assert report(release(rows), load_all()) == page


def test_the_order_of_the_tables_rows_does_not_matter(page: str) -> None:
    turned = {name: table.take(pa.array(range(len(table))[::-1], pa.int64())) for name, table in release(few()).items()}
    assert report(turned, load_all()) == page


def test_totals_territory_and_rejects_need_no_script(page: str) -> None:
    static = page.split('<script type="application/json"')[0]
    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", static)).split())
    assert "Events from 2024-03-04 to 2024-03-12; 3 documents; publishers known: 1." in told
    assert "Killed 2 12 12 15" in told
    assert "2024-03-11 Sake, COD M23 COD.military Reported open" in told
    assert "bad.bin ingest Binary no text in it" in told
    assert "2024-03-04 Air strike Goma, North Kivu, COD Air Force against M23 12 to 15 Reported" in told


def test_hostile_text_is_escaped_everywhere() -> None:
    rows = few()
    for table in ("events", "mentions", "documents", "territory", "rejects"):
        for row in rows[table]:
            for name in row:
                if name.endswith(("_text", "_label", "title", "publisher", "uri", "message")):
                    row[name] = HOSTILE
    for row in (*rows["events"], *rows["mentions"]):
        row["actors"] = [row["actors"][0] | {"label": HOSTILE, "text": HOSTILE}]
    page = report(release(rows), load_all())
    assert page.count("<script") == page.count("</script>") == 4
    static, data = page.split('<script type="application/json"', 1)
    assert "<img" not in page and '" onmouseover' not in static and "\u2028" not in data
    assert HOSTILE in embedded(page, "tellings")["documents"][0]
    assert as_json("</script>\u2029") == '"\\u003c/script\\u003e\\u2029"'


def test_an_empty_release_has_a_page_too() -> None:
    page = report(release({}), load_all())
    assert "No dated events" in page and embedded(page, "events")["total"] == 0


def test_the_newest_events_come_first_and_undated_ones_last() -> None:
    rows = few()
    rows["events"].append(rows["events"][0] | {"event_id": "ev_9", "date_start": None, "date_end": None})
    rows["events"].append(rows["events"][2] | {"event_id": "ev_10"})
    events = release(rows)["events"]
    assert newest_events(events)["event_id"].to_pylist() == ["ev_10", "ev_2", "ev_1", "ev_0", "ev_9"]
    assert newest_events(events, 2)["event_id"].to_pylist() == ["ev_10", "ev_2"]
    assert newest_events(events, 4)["event_id"].to_pylist() == ["ev_10", "ev_2", "ev_1", "ev_0"]


def test_events_of_one_incident_share_its_toll_on_the_page() -> None:
    rows = few()
    for event in rows["events"]:
        event["incident_id"] = rows["incidents"][0]["incident_id"]
    rows["incidents"] = rows["incidents"][:1]
    tables = release(rows)
    shown = page_events(tables["events"], tables["incidents"], {}, load_all()["countries"])
    assert shown["events"]["incident"] == [0] * len(rows["events"])
    assert shown["incidents"]["killed_low"] == [rows["incidents"][0]["killed_low"]]


def test_totals_count_all_rows_and_the_page_the_newest() -> None:
    tables = many(30_000, mentions=1)
    page = report(tables, load_all())
    data = embedded(page, "events")
    assert data["total"] == 30_000 and len(data["events"]["event_id"]) == 20_000
    assert "<dt>events</dt><dd>30,000</dd>" in page
    assert min(data["events"]["date_start"]) > 19_358 + 100
    tellings = embedded(page, "tellings")
    assert len(tellings["mentions"]["event"]) == 20_000


def test_an_event_told_very_often_keeps_the_page_small() -> None:
    tables = many(2, mentions=MENTIONS_OF_AN_EVENT + 30)
    told = page_mentions(newest_events(tables["events"]), tables["mentions"], tables["documents"])
    assert len(told["mentions"]["event"]) == 2 * MENTIONS_OF_AN_EVENT


def test_tellings_lead_back_to_sentence_and_document(page: str) -> None:
    told = embedded(page, "tellings")
    events = embedded(page, "events")["events"]["event_id"]
    for row, event in enumerate(told["mentions"]["event"]):
        document, _, text = told["sentences"][told["mentions"]["sentence"][row]]
        begin, end = told["mentions"]["trigger_start"][row], told["mentions"]["trigger_end"][row]
        assert text[begin:end] in ("bombed", "clashed", "marched")
        assert told["documents"][document][4] == events[event].replace("ev_", "x")
    (claim,) = told["claims"]
    assert events[claim[0]] == "ev_0" and told["mentions"]["event"][claim[1]] == claim[0]
    assert [told["words"][n] for n in claim[3:6]] == ["the army", "Armed forces", "claims_responsibility"]


def test_casualties_are_those_of_single_incidents() -> None:
    rows = few()
    first = rows["incidents"][0]
    rows["incidents"].append(first | {"incident_id": "a", "is_aggregate": True, "killed_low": 500})
    rows["incidents"].append(first | {"incident_id": "c", "killed_low": 3, "killed_high": None, "killed_best": 4})
    # an event more of an incident adds nothing
    rows["events"].append(rows["events"][0] | {"event_id": "b", "killed_low": 500})
    killed = totals(release(rows)).casualties[0]
    assert (killed.incidents, killed.low, killed.best, killed.high, killed.is_open) == (3, 15, 16, 19, True)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(None, None, ""), (3, 3, "3"), (3, None, "3 or more"), (None, 5, "up to 5"), (3, 1200, "3 to 1,200"), (0, 0, "0")],
)
def test_bounds_in_words(low: int | None, high: int | None, told: str) -> None:
    assert bounds(low, high) == told


def test_chunked_tables_read_like_whole_ones(page: str) -> None:
    tables = release(few())
    parts = {name: pa.concat_tables([t.slice(i, 1) for i in range(len(t))] or [t]) for name, t in tables.items()}
    assert report(parts, load_all()) == page


def test_a_changed_script_is_changed_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stages.BY_NAME["publish"].code()
    copy = tmp_path / "report"
    shutil.copytree(stages.PAGE, copy)
    monkeypatch.setattr(stages, "PAGE", copy)
    assert stages.BY_NAME["publish"].code() == before
    (copy / "list.js").write_text("// nothing\n")
    assert stages.BY_NAME["publish"].code() != before
