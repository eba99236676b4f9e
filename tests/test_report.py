"""The report tells the release, works alone, stays the same for the same tables, and holds however large they are."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import zlib
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from report_rows import few, many, release

from flows import stages
from tasks.publish.report import report
from tasks.publish.report.static import bounds
from tasks.publish.report.tellings import MENTIONS_OF_A_ROW, ROWS_OF_A_CHUNK
from tasks.publish.report.totals import totals
from tasks.vocabularies import load_all

HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="x\u2028&{{script}}'


def unpacked(page: str, name: str) -> Any:
    found = re.search(f'<script type="text/plain" id="{name}">([A-Za-z0-9+/=]*)</script>', page)
    assert found
    return json.loads(zlib.decompress(base64.b64decode(found[1])))


def ids(page: str) -> list[str]:
    return unpacked(page, "texts")["ids"].split("\n")


@pytest.fixture(scope="module")
def page() -> str:
    return report(release(few()), load_all(), "v1")


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
    assert report(release(rows), load_all(), "v1") == page


def test_the_order_of_the_tables_rows_does_not_matter(page: str) -> None:
    turned = {name: table.take(pa.array(range(len(table))[::-1], pa.int64())) for name, table in release(few()).items()}
    assert report(turned, load_all(), "v1") == page


def test_totals_territory_and_rejects_need_no_script(page: str) -> None:
    static = page.split('<script type="application/json"')[0]
    assert "<title>Sitrep v1</title>" in static
    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", static)).split())
    assert "Events from 2024-03-04 to 2024-03-12; 3 documents; publishers known: 1." in told
    assert "Killed 2 12 12 15" in told
    assert "2024-03-11 Sake, Democratic Republic of the Congo M23 COD.military Reported open" in told
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
    assert page.count("<script") == page.count("</script>") == 5
    static, data = page.split('<script type="application/json"', 1)
    assert "<img" not in page and '" onmouseover' not in static and "\u2028" not in data
    assert HOSTILE in unpacked(page, "tellings-0")["documents"][0]


def test_an_empty_release_has_a_page_too() -> None:
    page = report(release({}), load_all())
    assert "No dated events" in page and unpacked(page, "texts")["ids"] == ""


def test_the_newest_rows_come_first_and_undated_ones_last() -> None:
    rows = few()
    first, *_, last = rows["incidents"]
    rows["incidents"].append(first | {"incident_id": "in_9", "date_start": None, "date_end": None})
    rows["incidents"].append(last | {"incident_id": "in_10"})
    assert ids(report(release(rows), load_all())) == ["in_10", "in_2", "in_1", "in_0", "in_9"]


def test_an_event_of_no_incident_is_a_row_of_its_own() -> None:
    rows = few()
    rows["events"][1]["incident_id"] = None
    del rows["incidents"][1]
    page = report(release(rows), load_all())
    assert ids(page) == ["in_2", "ev_1", "in_0"]
    told = unpacked(page, "tellings-0")
    assert told["mentions"]["row"] == [0, 1, 2]


def test_all_rows_of_a_release_are_on_its_page() -> None:
    tables = many(ROWS_OF_A_CHUNK * 2 + 1, mentions=1)
    page = report(tables, load_all())
    assert len(ids(page)) == ROWS_OF_A_CHUNK * 2 + 1
    assert f"<dt>incidents</dt><dd>{ROWS_OF_A_CHUNK * 2 + 1:,}</dd>" in page
    told = [unpacked(page, f"tellings-{n}")["mentions"]["row"] for n in range(3)]
    assert [len(rows) for rows in told] == [ROWS_OF_A_CHUNK, ROWS_OF_A_CHUNK, 1]
    assert told[1] == list(range(ROWS_OF_A_CHUNK))


def test_an_incident_told_very_often_keeps_the_page_small() -> None:
    page = report(many(2, mentions=MENTIONS_OF_A_ROW + 30), load_all())
    rows = unpacked(page, "tellings-0")["mentions"]["row"]
    assert rows == [0] * MENTIONS_OF_A_ROW + [1] * MENTIONS_OF_A_ROW


def test_tellings_lead_back_to_sentence_and_document(page: str) -> None:
    told = unpacked(page, "tellings-0")
    mentions = told["mentions"]
    for n, row in enumerate(mentions["row"]):
        document, _, text = told["sentences"][mentions["sentence"][n]]
        begin, end = mentions["trigger_start"][n], mentions["trigger_end"][n]
        assert text[begin:end] in ("bombed", "clashed", "marched")
        assert told["documents"][document][4] == ids(page)[row].replace("in_", "x")
        assert told["events"][mentions["event"][n]] == [ids(page)[row].replace("in_", "ev_"), "head"]
    (claim,) = told["claims"]
    assert ids(page)[claim[0]] == "in_0" and mentions["row"][claim[1]] == claim[0]
    assert [told["words"][n] for n in claim[3:6]] == ["the army", "Armed forces", "claims_responsibility"]


def test_columns_that_a_release_lacks_are_empty() -> None:
    tables = release(few())
    lacking = [name for name in ("target_codes", "killed_civilians") if name in tables["incidents"].column_names]
    tables["incidents"] = tables["incidents"].drop_columns([*lacking, "claimed_by"])
    tables["documents"] = tables["documents"].drop_columns(["agency"])
    assert ids(report(tables, load_all())) == ["in_2", "in_1", "in_0"]


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
    assert report(parts, load_all(), "v1") == page


def test_a_changed_script_is_changed_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stages.BY_NAME["publish"].code()
    copy = tmp_path / "report"
    shutil.copytree(stages.PAGE, copy)
    monkeypatch.setattr(stages, "PAGE", copy)
    assert stages.BY_NAME["publish"].code() == before
    (copy / "list.js").write_text("// nothing\n")
    assert stages.BY_NAME["publish"].code() != before
