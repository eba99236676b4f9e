"""What is there is coded again, for some documents alone; documents are taken out; tables tell what is stale."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import DEMO, content, release_of
from web_server import gives, marked, serving

from flows import stages
from flows.choice import Choice, ChoiceError
from flows.cli import main
from flows.cli.parser import parser
from flows.cli.status import status_lines
from flows.extract import extract
from flows.forget import forget
from flows.ingest import ingest
from flows.run import run
from tasks.storage.store import Store


def days(data: Path) -> dict[str, date | None]:
    rows = Store(data).read("documents", columns=["document_id", "published_date"]).to_pylist()
    return {row["document_id"]: row["published_date"] for row in rows}


def test_a_stage_does_only_the_documents_of_a_stretch_of_days(data: Path) -> None:
    known = days(data)
    first, last = date(2021, 1, 1), date(2022, 12, 31)
    within = [id_ for id_, day in known.items() if day and first <= day <= last]
    assert 0 < len(within) < len(known)
    done = extract(data=str(data), full=True, since=first, until=last)
    assert done["documents"] == len(within)
    assert done["not_chosen"] == len(known) - len(within)
    assert extract(data=str(data), full=True, until=first)["documents"] == sum(
        1 for day in known.values() if day and day <= first
    )


def test_a_stage_does_only_documents_that_are_named(data: Path) -> None:
    store = Store(data)
    rows = store.read("documents", columns=["document_id", "external_id"]).to_pylist()
    names = [rows[0]["document_id"], rows[1]["document_id"][:8], rows[2]["external_id"]]
    assert Choice(documents=names).ids(store) == {row["document_id"] for row in rows[:3]}
    assert extract(data=str(data), full=True, documents=names)["documents"] == 3
    with pytest.raises(ChoiceError, match="did you mean mogadishu-hotel"):
        extract(data=str(data), documents=["mogadishu-hotle"])
    with pytest.raises(ChoiceError, match="the second is earlier"):
        extract(data=str(data), since=date(2024, 1, 2), until=date(2024, 1, 1))


def test_ingest_takes_only_documents_that_are_named(plain_flows: object, tmp_path: Path) -> None:
    export, data = tmp_path / "desk.jsonl", str(tmp_path / "data")
    export.write_text("".join(f'{{"id": "desk-{n}", "text": "Rebels attacked town {n}."}}\n' for n in range(5)))
    done = ingest([str(export)], data=data, documents=["desk-1", "desk-3"])
    assert (done["inputs"], done["new_documents"], done["not_chosen"]) == (2, 2, 3)
    rows = Store(data).read("raw_documents", columns=["document_id", "external_id"]).to_pylist()
    assert {row["external_id"] for row in rows} == {"desk-1", "desk-3"}
    assert ingest([str(export)], data=data, documents=[rows[0]["document_id"][:8]])["known"] == 1
    with pytest.raises(ChoiceError, match=r"no document 'desk-33'; did you mean desk-3"):
        ingest([str(export)], data=data, documents=["desk-33", "desk-4"])
    # what was there of what was asked for is read all the same; nothing is held to be read that was left out
    assert ingest([str(export)], data=data)["new_documents"] == 2


def test_an_address_of_which_some_was_taken_gives_the_rest_later(plain_flows: object, tmp_path: Path) -> None:
    records = "".join(f'{{"id": "desk-{n}", "text": "Rebels attacked town {n}."}}\n' for n in range(3))
    data = str(tmp_path / "data")
    with serving() as site:
        # it gives nothing to who says that it has been there
        site.pages["/desk.jsonl"] = marked(records, "application/x-ndjson")
        address = f"{site.address}/desk.jsonl"
        assert ingest([address], data=data, allow_private=True, documents=["desk-1"])["new_documents"] == 1
        assert ingest([address], data=data, allow_private=True)["new_documents"] == 2


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("ingest reports --since 2024-03-01", "no --since here: days of publication are found by clean"),
        ("link --documents desk-1", "no --documents here: which event a document tells depends on all others"),
        ("publish --source ap --full", "no --source here: a release holds all that is linked"),
    ],
)
def test_a_stage_that_can_choose_no_documents_says_why_and_which_can(
    command: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command.split())
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert reason in told and "clean, extract, resolve or run" in told


def test_what_is_not_chosen_is_done_by_the_next_run(plain_flows: object, demo_data: Path, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    run([str(DEMO)], data=data, until=date(2021, 12, 31))
    assert Store(data).count("mentions") < Store(demo_data).count("mentions")
    run([str(DEMO)], data=data)
    assert content(Path(data)) == content(demo_data)


def test_a_run_that_reads_nothing_codes_again_what_is_of_a_source(data: Path, tmp_path: Path) -> None:
    report = tmp_path / "ap.txt"
    report.write_text("GOMA, Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n")
    ingest([str(report)], data=str(data), source="ap")
    done = run(data=str(data), no_ingest=True, full=True, source="ap")
    assert "ingest" not in done
    assert [done[stage]["documents"] for stage in ("clean", "extract", "resolve")] == [1, 1, 1]
    with pytest.raises(ChoiceError, match=r"no document of source 'app'; did you mean ap\?"):
        run(data=str(data), no_ingest=True, source="app")


def test_what_is_forgotten_is_gone_and_stays_out_until_it_is_given_again(data: Path, demo_data: Path) -> None:
    forget(data=str(data), documents=["mogadishu-hotel"])
    release = release_of(data)
    assert "mogadishu-hotel" not in pq.read_table(release / "documents.parquet")["external_id"].to_pylist()
    [reject] = pq.read_table(release / "rejects.parquet").to_pylist()
    assert reject["reason_code"] == "forgotten" and "mogadishu" in reject["uri"]
    for table in ("raw_documents", "documents", "mentions", "resolved_mentions"):
        assert Store(data).lineage(table)["stage"]
        known = set(Store(demo_data).read(table)["document_id"].to_pylist())
        assert len(known - set(Store(data).read(table)["document_id"].to_pylist())) == 1
    again = run([str(DEMO)], data=str(data))
    assert again["ingest"]["new_documents"] == 0
    assert release_of(data) == release
    assert ingest([str(DEMO)], data=str(data), again=True)["new_documents"] == 1
    run([str(DEMO)], data=str(data))
    assert content(data) == content(demo_data)


def test_what_the_web_answered_is_forgotten_with_it(plain_flows: object, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    page = "<html><body><p>Rebels attacked a village near Uvira on Sunday, the police said.</p></body></html>"
    with serving() as site:
        site.pages["/story"] = gives(page)
        address = f"{site.address}/story"
        run([address], data=data, allow_private=True)
        assert Store(data).count("fetched") == 1
        forget(data=data, documents=[address])
        assert Store(data).count("fetched") == Store(data).count("raw_documents") == 0
        assert ingest([address], data=data, allow_private=True)["new_documents"] == 0


def test_forgetting_asks_for_what(data: Path) -> None:
    with pytest.raises(ChoiceError):
        forget(data=str(data))
    assert Store(data).count("raw_documents") > 0


def test_status_tells_ages_what_is_stale_by_how_much_and_why(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(data)
    later = datetime.now(UTC) + timedelta(days=3)
    lines = {line.split()[0]: line for line in status_lines(store, later) if line}
    assert lines["documents"].split()[3:] == ["3", "d"]
    assert lines["adhoc"].split()[1:4] == [str(store.count("raw_documents")), "3", "d"]
    monkeypatch.setattr(stages, "model_version", lambda: "en_core_web_trf 9.9")
    lines = {line.split()[0]: line for line in status_lines(store, later) if line}
    assert lines["mentions"].endswith(f"{store.count('documents')} documents made by other model")
    assert lines["resolved_mentions"].endswith("waits for extract")
    assert not lines["documents"].endswith("model")


def test_the_log_is_a_short_table_and_tells_hashes_when_asked(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "mentions", "--data", str(data)]) == 0
    heading, line = capsys.readouterr().out.splitlines()
    assert heading.split()[2:] == ["table", "version", "rows", "stage", "what", "from"]
    assert line.split()[2:] == [
        "mentions",
        "0",
        str(Store(data).count("mentions")),
        "extract",
        "append",
        "documents",
        "0",
    ]
    main(["log", "mentions", "--long", "--data", str(data)])
    assert "vocabularies=" in capsys.readouterr().out
    assert main(["log", "mention", "--data", str(data)]) == 1
    assert "did you mean mentions?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["rnu", "reports"], "run"),
        (["run", "reports", "--ful1"], "--full"),
        (["diff", "a", "b", "--format", "tabel"], "table"),
        (["publish", "--export", "alced"], "acled"),
        (["ingest", "reports", "--source", "reuter"], "reuters"),
    ],
)
def test_bad_usage_tells_what_was_meant(typed: list[str], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(typed)
    assert ended.value.code == 2
    assert f"did you mean {meant}?" in capsys.readouterr().err


def test_every_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    made = parser()
    [commands] = [action.choices for action in made._actions if action.choices]
    for name, command in commands.items():
        assert re.search(rf"^examples?:\n +sitrep {name}", command.format_help(), re.M), name
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("sitrep ")
