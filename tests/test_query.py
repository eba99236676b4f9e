"""Query: what SQL may ask of a release, what it may not, who may ask it, and what a page or a terminal shows of it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Browser
from door import asked, served
from report_rows import few, release

from flows import query
from flows.cli import main
from flows.query import Questions, examples, serving
from flows.query.process import Asker
from flows.review import Desk
from flows.review import serving as serving_review
from tasks.reading.query import QueryError, answer, opened, plain_rows
from tasks.storage import releases

FOREVER = "SELECT count(*) FROM range(1000000000000) AS t(i) WHERE i % 7 = 3"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of three incidents, one with words that are neither HTML nor a formula."""
    rows = few()
    rows["incidents"][2]["summary"] = "=<b>HYPERLINK</b>"
    rows["incidents"][0]["target_codes"] = ["hospital", "home"]
    path = tmp_path_factory.mktemp("releases") / "v2024.03.13.1"
    path.mkdir()
    for name, table in release(rows).items():
        releases._write_parquet(path / f"{name}.parquet", name, table)
    (path / "report.html").write_text('<input type="hidden" name="ids">')
    (path / "manifest.json").write_text("{}")
    return path


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    questions = Questions(folder, 20)
    with served(serving(questions)) as address:
        yield address
    questions.asker.close()


def rows_of(folder: Path, sql: str, most: int | None = None) -> list[list[Any]]:
    return [row for batch in answer(opened(folder), sql, most) for row in plain_rows(batch)]


def test_tables_are_asked_by_name(folder: Path) -> None:
    sql = "SELECT country_code, count(*) AS n, sum(killed_best) FROM incidents GROUP BY ALL ORDER BY n DESC"
    assert rows_of(folder, sql) == [["COD", 2, 12], ["PHL", 1, 0]]
    joined = "FROM mentions JOIN documents USING (document_id) JOIN events USING (event_id) SELECT count(*)"
    assert rows_of(folder, joined) == [[3]]
    assert rows_of(folder, "PIVOT incidents ON country_code USING count(*) GROUP BY status_code") == [
        ["occurred", 2, 1]
    ]
    assert [row[0] for row in rows_of(folder, "SHOW TABLES")] == sorted(releases.RELEASE_TABLES)
    told = "SELECT date_start, target_codes, 1.5::DECIMAL(9, 2), 'nan'::DOUBLE FROM incidents ORDER BY 1"
    assert rows_of(folder, told, 1) == [["2024-03-04", ["hospital", "home"], 1.5, "nan"]]
    twice = next(answer(opened(folder), "SELECT a.place_id, b.place_id FROM incidents a, events b"))
    assert twice.schema.names == ["place_id", "place_id_2"]


@pytest.mark.parametrize("number", range(len(examples())), ids=[one["question"] for one in examples()])
def test_a_question_to_begin_with_is_answered(demo_data: Path, number: int) -> None:
    [first, *_] = answer(opened(demo_data / "releases" / "latest"), examples()[number]["sql"])
    assert first.schema.names


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "FROM read_csv('{file}')",
        "FROM read_blob('http://127.0.0.1:1/')",
        "FROM glob('{folder}/*')",
        "FROM parquet_metadata('{release}/incidents.parquet')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "WITH a AS (COPY (SELECT 1) TO '{folder}/out.csv') SELECT 1",
        # beside where DuckDB thinks that its own file lies
        "WITH a AS (COPY (SELECT 1) TO ':memory:.wal') SELECT 1",
        "FROM read_text(':memory:.wal')",
        "COPY (PIVOT incidents ON country_code) TO '{folder}/out.csv'",
        "CREATE TABLE mine AS PIVOT incidents ON country_code",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/out.db'",
        "CREATE TABLE mine AS SELECT 1",
        "INSERT INTO incidents SELECT * FROM incidents",
        "WITH a AS (DELETE FROM incidents RETURNING 1) SELECT 1",
        "DROP VIEW incidents",
        "SET enable_external_access = true",
        "SET memory_limit = '1TB'",
        "SET python_enable_replacements = true",
        "FROM enable_logging(storage := 'file', storage_path := '{folder}/out')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "SELECT 1; SELECT 2",
        "",
        "hello",
    ],
)
def test_nothing_but_the_tables_is_read_and_nothing_is_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    asked = sql.format(file=tmp_path / "secret.txt", folder=tmp_path, release=folder)
    with pytest.raises(QueryError):
        rows_of(folder, asked)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]


def test_what_runs_forever_or_takes_all_memory_is_stopped_and_the_next_is_answered(folder: Path) -> None:
    asker = Asker(folder, 0.5)
    began = time.monotonic()
    with pytest.raises(QueryError, match=r"longer than 0\.5 seconds"):
        list(asker.ask(FOREVER))
    assert time.monotonic() - began < 10
    asker._seconds = 30
    with pytest.raises(QueryError, match=r"[Mm]emory"):
        list(asker.ask("SELECT list_sum(range(900000000))"))
    assert sum(len(batch) for batch in asker.ask("FROM range(100000)", 12)) == 12
    with pytest.raises(QueryError, match="larger than 200 MB"):
        list(asker.ask("SELECT repeat('x', 30000000) FROM range(20)", 12))
    assert asker._running
    process, _ = asker._running
    os.kill(process.pid, 9)
    with pytest.raises(QueryError, match="ended its process"):
        list(asker.ask("SELECT 1"))
    stopping = threading.Timer(1.0, asker.stop)
    stopping.start()
    with pytest.raises(QueryError, match=r"^stopped$"):
        list(asker.ask(FOREVER))
    asker.close()
    assert process.poll() is not None and asker._running is None


def test_the_door_answers_its_own_page_alone(address: str) -> None:
    ask = {"sql": "SELECT 1 AS one"}
    assert json.loads(asked(address, "ask", ask)[1])["rows"] == [[1]]
    other = address.replace(address.rstrip("/").rpartition("/")[2], "wrong")
    for path, body in (("", None), ("tables", None), ("ask", ask), ("csv", ask), ("stop", {})):
        assert asked(other, path, body)[0] == 403
        assert asked(address, path, body, Host="evil.example")[0] == 403
        assert asked(address, path, body, Origin="http://evil.example")[0] == 403
    assert asked(address, "ask", ask, Content_Type="text/plain")[0] == 400
    assert asked(address, "decide", {"action_code": "drop"})[0] == 400, "review alone writes"
    assert asked(address, "incidents.parquet")[0] == 404
    assert asked(address, "ask", {"sql": "SELECT 1" + " " * (1 << 16)})[0] == 400
    assert json.loads(asked(address, "ask", {"sql": None})[1]) == {"refused": "no query"}
    assert asked(address, "ask", {"sql": "SELECT '\ud800'"})[0] in (200, 422)


def test_rows_are_bounded_and_numbers_are_exact(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "MOST_ROWS", 3)
    monkeypatch.setattr(query, "MOST_SAVED", 5)
    told = json.loads(asked(address, "ask", {"sql": "SELECT 9007199254740993 + i FROM range(4) t(i)"})[1])
    assert told["is_more"] and told["rows"][0] == ["9007199254740993"] and len(told["rows"]) == 3
    assert asked(address, "csv", {"sql": "FROM range(6)"})[0] == 422
    status, text = asked(address, "csv", {"sql": 'SELECT summary, target_codes, NULL AS "=x" FROM incidents'})
    assert status == 200
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["summary", "target_codes", "'=x"]
    assert ["'=<b>HYPERLINK</b>", "", ""] in rows and ["air_strike", "hospital; home", ""] in rows


def test_tables_tell_the_codebook(address: str) -> None:
    told = json.loads(asked(address, "tables")[1])
    assert told["tables"][0]["name"] == "incidents" and told["tables"][0]["rows"] == 3
    columns = {column["name"]: column for column in told["tables"][0]["columns"]}
    assert columns["killed_best"]["type"] == "INTEGER" and columns["killed_best"]["meaning"]
    assert columns["casualty_names"]["type"] == "STRUCT(kind_code, name, age)[]"
    assert "hospital" in [code for code, _, _ in told["codes"][columns["target_codes"]["codes"]]]


def test_the_command_tells_rows_as_lines_csv_or_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT summary, killed_best, target_codes FROM incidents ORDER BY date_start"
    told = ["query", sql, "--release", str(folder)]
    assert main(told) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:2]] == [
        ["summary", "killed_best", "target_codes"],
        ["air_strike", "12", "hospital;", "home"],
    ]
    assert main([*told, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[3] == "'=<b>HYPERLINK</b>,0,"
    assert main([*told, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["target_codes"] == ["hospital", "home"]
    assert main(["query", "SELECT killd_best FROM incidents", "--release", str(folder)]) == 1
    assert "killed_best" in capsys.readouterr().err


def test_review_asks_the_tables_as_well(folder: Path) -> None:
    with served(serving_review(Desk(folder))) as address:
        assert asked(address, "query.html")[0] == 200
        assert json.loads(asked(address, "ask", {"sql": "SELECT count(*) FROM events"})[1])["rows"] == [[3]]


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
def test_the_page_asks_sorts_keeps_and_opens(address: str, tmp_path: Path) -> None:
    browser = Browser(tmp_path / "chromium")
    cells = "[...document.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((one) => one.textContent))"
    sql = "SELECT incident_id, killed_best, summary FROM incidents ORDER BY incident_id"
    try:
        browser.open(f"{address}#sql={sql.replace(' ', '+')}")
        browser.wait("document.documentElement.dataset.answered === '1'")
        assert browser.js(cells) == [
            ["in_0", "12", "air_strike"],
            ["in_1", "–", "armed_clash"],
            ["in_2", "0", "=<b>HYPERLINK</b>"],
        ]
        assert browser.js("document.querySelector('tbody a').getAttribute('href')") == "report.html#open=in_0"
        assert browser.js("byId('onmap').getAttribute('href')") == "report.html#ids=in_0%2Cin_1%2Cin_2"
        browser.js("document.querySelectorAll('th button')[1].click()")
        assert [row[1] for row in browser.js(cells)] == ["0", "12", "–"]
        assert browser.js("document.querySelectorAll('th')[1].getAttribute('aria-sort')") == "ascending"
        browser.js("byId('seek').value = 'hospital'; byId('seek').dispatchEvent(new Event('input'))")
        browser.js("byId('sql').value = 'SELECT '; byId('sql').setSelectionRange(7, 7)")
        browser.js(
            "[...document.querySelectorAll('.column button')].find((b) => b.textContent === 'target_codes').click()"
        )
        browser.js("insert(' FROM incidents WHERE len(target_codes) > 0'); byId('run').click()")
        browser.wait("document.documentElement.dataset.answered === '2'")
        assert browser.js(cells) == [["hospital; home"]]
        assert "target_codes" in browser.js("decodeURIComponent(location.hash)") and browser.errors == []
        browser.js("history.back()")
        browser.wait("document.documentElement.dataset.answered === '3'")
        assert len(browser.js(cells)) == 3
        browser.js(f"byId('sql').value = {FOREVER!r}; byId('run').click()")
        browser.js("new Promise((done) => setTimeout(done, 300)).then(() => byId('stop').click())")
        browser.wait("document.documentElement.dataset.answered === '4'")
        assert browser.js("byId('fault').textContent") == "stopped"
    finally:
        browser.close()


@pytest.mark.slow
def test_no_query_goes_on_where_its_command_was_killed(folder: Path) -> None:
    code = f"from flows.query.process import Asker; from pathlib import Path; a = Asker(Path({str(folder)!r}))"
    code += f"; list(a.ask('SELECT 1')); print(a._running[0].pid, flush=True); list(a.ask({FOREVER!r}))"
    command = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert command.stdout
    query_process = int(command.stdout.readline())
    command.kill()
    command.wait()
    until = time.monotonic() + 10
    while Path(f"/proc/{query_process}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{query_process}").exists()
