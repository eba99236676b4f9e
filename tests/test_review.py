"""Review: what is put before an analyst, who may write, and what a decision writes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser import CHROMIUM, Browser
from conftest import CHECKOUT
from door import asked, served
from report_rows import few, rebels_say_forty, release

from flows.loopback import HOST
from flows.review import Desk, serving
from tasks import vocabularies
from tasks.reading.review import review_queue
from tasks.storage import releases

HEADER = "correction_id,action_code,mention_ids,column,value,expected,reason\n"


def doubtful() -> dict[str, Any]:
    """An air strike with two tolls on one publisher, twins a day apart, and a place that is not found."""
    rows = few()
    rows["incidents"][0]["killed_best"] = 60
    rows["mentions"].append(rebels_say_forty(rows))
    twin = {"incident_id": "in_9", "date_start": date(2024, 3, 12), "date_end": date(2024, 3, 12), "event_id": "ev_9"}
    rows["incidents"].append(rows["incidents"][1] | twin)
    rows["events"].append(rows["events"][1] | twin)
    rows["mentions"].append(rows["mentions"][1] | {"mention_id": "me_9"} | twin)
    rows["events"][2] |= {"place_text": "<b>Manila</b>", "place_id": None}
    return rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release with what is doubtful in it."""
    for name, table in release(doubtful()).items():
        releases._write_parquet(tmp_path / f"{name}.parquet", name, table)
    (tmp_path / "report.html").write_text("<p>the report</p>")
    return tmp_path


@pytest.fixture
def corrections(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that decisions are written to, without a row."""
    seeds = tmp_path_factory.mktemp("seeds")
    for name in ("codes", "event_types", "actors"):
        shutil.copy(CHECKOUT / "seeds" / f"{name}.csv", seeds)
    (seeds / "corrections.csv").write_text(HEADER)
    monkeypatch.setattr(vocabularies, "SEEDS", seeds)
    return seeds / "corrections.csv"


@pytest.fixture
def address(folder: Path, corrections: Path) -> Iterator[str]:
    with served(serving(Desk(folder))) as address:
        yield address


MERGE = {"action_code": "merge_incident", "mention_ids": ["me_1", "me_9"], "reason": "the same night"}
SET = {"action_code": "set", "mention_ids": ["me_0"], "column": "killed_low", "value": "40", "expected": "12"}


def test_the_queue_holds_what_is_doubtful(folder: Path) -> None:
    items, left_out = review_queue(folder)
    queue = {item["kind"]: item for item in items}
    assert left_out == 0
    assert queue["contradiction"]["why"] == "killed: 12 to 15 (the army, in The Wire) | 40 (M23, in The Wire)"
    assert queue["single_voice"]["why"] == "60 dead on one publisher"
    assert queue["unresolved_place"]["why"] == "place “<b>Manila</b>” was not found"
    assert [event["event_id"] for event in queue["likely_merge"]["events"]] == ["ev_1", "ev_9"]
    assert queue["likely_merge"]["why"] == "one place, 1 days apart, one kind, a party in common"
    assert queue["contradiction"]["events"][0]["mentions"][0]["mention_id"] == "me_0"


def test_an_event_with_a_last_day_alone_is_no_reason_to_split(tmp_path: Path) -> None:
    rows = doubtful()
    by_monday = {"event_id": "ev_by", "date_start": None, "date_end": date(2024, 3, 20), "incident_role_code": "phase"}
    on_friday = {"event_id": "ev_on", "date_start": date(2024, 3, 15), "incident_role_code": "phase"}
    rows["events"] += [rows["events"][0] | by_monday, rows["events"][0] | on_friday]
    for name, table in release(rows).items():
        releases._write_parquet(tmp_path / f"{name}.parquet", name, table)
    [split] = [item for item in review_queue(tmp_path)[0] if item["kind"] == "likely_split"]
    assert [event["event_id"] for event in split["events"]] == ["ev_on"]


def test_a_city_at_war_is_compared_in_step_with_its_incidents(tmp_path: Path) -> None:
    rows = doubtful()
    rows["incidents"] += [rows["incidents"][1] | {"incident_id": f"in_x{n}", "event_id": None} for n in range(1_000)]
    for name, table in release(rows).items():
        releases._write_parquet(tmp_path / f"{name}.parquet", name, table)
    items, left_out = review_queue(tmp_path)
    assert len([item for item in items if item["kind"] == "likely_merge"]) == 40 and left_out < 100 * 1_000


def test_a_decision_becomes_a_row_and_nothing_else(address: str, corrections: Path) -> None:
    before = sorted(corrections.parent.iterdir())
    assert asked(address, "decide", MERGE) == (200, '{"correction_id": "c1"}')
    assert asked(address, "decide", SET | {"reason": "the army, \n later"}) == (200, '{"correction_id": "c2"}')
    assert corrections.read_text() == HEADER + (
        "c1,merge_incident,me_1;me_9,,,,the same night\n"
        'c2,set,me_0,killed_low,40,12,"the army, later"\n'
    )  # fmt: skip
    assert sorted(corrections.parent.iterdir()) == before
    rows = vocabularies.load("corrections")
    assert list(rows["mention_ids"]) == [("me_1", "me_9"), ("me_0",)]


ACCEPTED = {"action_code": "accept", "mention_ids": ["me_1", "me_9"], "value": "likely_merge", "reason": "two nights"}


def test_what_is_right_as_it_stands_is_put_no_more_until_more_is_told(
    address: str, folder: Path, corrections: Path
) -> None:
    assert asked(address, "decide", ACCEPTED) == (200, '{"correction_id": "c1"}')
    assert corrections.read_text() == HEADER + "c1,accept,me_1;me_9,,likely_merge,,two nights\n"
    before, after = review_queue(folder)[0], Desk(folder).queue()["items"]
    assert [item["kind"] for item in before if item not in after and item["kind"] == "likely_merge"]
    assert {item["kind"] for item in after} == {item["kind"] for item in before} - {"likely_merge"}
    rows = doubtful()
    rows["mentions"].append(rows["mentions"][1] | {"mention_id": "me_later"})
    releases._write_parquet(folder / "mentions.parquet", "mentions", release(rows)["mentions"])
    assert "likely_merge" in {item["kind"] for item in Desk(folder).queue()["items"]}


def test_a_row_that_cannot_be_put_in_its_place_leaves_nothing(
    folder: Path, corrections: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    before, desk = sorted(corrections.parent.iterdir()), Desk(folder)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        desk.decide(MERGE)
    assert sorted(corrections.parent.iterdir()) == before and corrections.read_text() == HEADER


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (MERGE | {"reason": " "}, "the reason is empty"),
        (MERGE | {"mention_ids": ["me_1"]}, "two at least"),
        (MERGE | {"mention_ids": ["me_of_old"]}, "tick sentences of the queue"),
        (MERGE | {"mention_ids": "me_1"}, "tick sentences of the queue"),
        (MERGE | {"column": "killed_low"}, "only `set`"),
        (MERGE | {"action_code": "delete"}, "no action"),
        (ACCEPTED | {"value": "all"}, "what is accepted is one of contradiction"),
        (SET | {"reason": "x", "column": "summary"}, "cannot be set"),
        (SET | {"reason": "x", "value": "many"}, "does not fit"),
        (SET | {"reason": "x", "mention_ids": ["me_0", "me_1"]}, "tick sentences of one"),
        (MERGE | {"reason": "half \ud800 a letter"}, "letters that cannot be written"),
        (MERGE | {"reason": "a \0 that ends texts"}, "letters that cannot be written"),
        ([], "no JSON object"),
    ],
)
def test_what_is_no_decision_is_refused_in_words(address: str, corrections: Path, decision: Any, why: str) -> None:
    status, told = asked(address, "decide", decision)
    assert status == 422 and why in json.loads(told)["refused"]
    assert corrections.read_text() == HEADER


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 60_000, b'{"reason": ' + b"9" * 5_000 + b"}"])
def test_a_body_that_cannot_be_read_is_answered(address: str, corrections: Path, body: bytes) -> None:
    parts = urlsplit(address)
    connection = HTTPConnection(HOST, parts.port or 0, timeout=20)
    connection.request("POST", f"{parts.path}decide", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert answer.status == 422 and "no JSON object" in json.loads(answer.read())["refused"]
    assert asked(address, "decide", MERGE, Content_Length="9" * 5_000)[0] == 400
    assert corrections.read_text() == HEADER


def test_nothing_is_told_or_written_without_the_token_or_from_elsewhere(address: str, corrections: Path) -> None:
    parts = urlsplit(address)
    other = f"{parts.scheme}://{parts.netloc}/wrong/"
    assert parts.hostname == HOST and len(parts.path) > 24
    assert asked(address)[0] == 200 and asked(other)[0] == 403 and asked(other, "decide", MERGE)[0] == 403
    assert asked(address, "queue", Host="evil.example")[0] == 403
    assert asked(address, "decide", MERGE, Origin="http://evil.example")[0] == 403
    # what a form of another page can send without asking
    assert asked(address, "decide", MERGE, Content_Type="text/plain")[0] == 400
    assert asked(address, "decide", MERGE, Content_Length="99999999")[0] == 400
    assert asked(address, "../../etc/passwd")[0] == 404
    assert corrections.read_text() == HEADER


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
def test_a_twin_is_merged_by_eye(address: str, corrections: Path, tmp_path: Path) -> None:
    browser = Browser(tmp_path / "chromium")
    try:
        browser.open(address)
        browser.wait("document.documentElement.dataset.ready !== undefined")
        assert browser.errors == [] and browser.js("document.querySelectorAll('b').length") == 0
        left = browser.js("document.getElementById('left').textContent")
        article = "document.querySelector('[data-item^=likely_merge]')"
        browser.js(f"window.form = {article}.querySelector('form'); form.elements.reason.value = 'one night'")
        browser.js("form.requestSubmit()")
        browser.wait("document.body.textContent.includes('Written as c1.')")
        assert browser.js("document.getElementById('left').textContent") != left
        browser.js("document.querySelector('[data-item^=single_voice] button[type=button]').click()")
        browser.wait("document.body.textContent.includes('Written as c2.')")
    finally:
        browser.close()
    assert corrections.read_text() == HEADER + (
        "c1,merge_incident,me_1;me_9,,,,one night\n"
        "c2,accept,me_0;me_rebels,,single_voice,,right as it is\n"
    )  # fmt: skip
