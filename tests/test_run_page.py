"""What an operator sees of a run: its page in Prefect, the same at the end of `sitrep run`, a bar while it works."""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
from pathlib import Path

import pytest
from conftest import release_of

from flows import run_page, terminal
from flows.cli import main
from flows.cli.running import _tell_account
from flows.run import run
from tasks.storage.store import Store

NEW = "BUKAVU, Democratic Republic of Congo (March 4, 2024) - Rebels attacked a village near Uvira on Sunday.\n"
OLD = "MADRID, 4 de marzo de 2024. El gobierno dijo que los rebeldes atacaron un pueblo cerca de la capital el domingo."


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "uvira.txt").write_text(NEW)
    (folder / "madrid.txt").write_text(OLD)
    (folder / "nothing.txt").write_text("")
    return folder


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_a_run_has_a_page_that_tells_all_an_operator_asks(
    engine: None, inbox: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from prefect.artifacts import Artifact

    before = release_of(data).name
    run([str(inbox)], data=str(data))
    release = release_of(data)
    artifact = Artifact.get("sitrep-run", _sync=True)
    assert artifact is not None and artifact.description == f"run of {data}"
    told = str(artifact.data)
    assert "| ingest | 3 inputs, 2 new documents, 0 known, 1 rejects |" in told
    assert f"`{release}`" in told and (release / "report.html").as_uri() in told
    assert f"## Changed since {before}" in told and "- documents: 2 new, 0 gone" in told
    assert "- 1 document in es not coded" in told and "- 1 refused by ingest: empty" in told
    capsys.readouterr()
    _tell_account(release, is_new=True)
    printed = capsys.readouterr().out
    assert "documents: 2 new, 0 gone" in printed and "1 document in es not coded" in printed
    assert str(release / "report.html") in printed


def test_the_page_of_a_failed_run_says_what_was_done_and_why_it_ended(tmp_path: Path) -> None:
    lines = list(run_page.markdown_lines(Store(tmp_path), {"ingest": {"stage": "ingest", "inputs": 2}}, "a|b <script>"))
    assert "| ingest | 2 inputs |" in lines
    assert any(line.startswith("\n**Failed:** a\\|b \\<script\\>. The last good") for line in lines)


def test_a_bar_tells_how_much_is_done_and_the_time_left() -> None:
    assert terminal.bar("extract", 0, 400, 0.0) == f"extract  {'░' * 24} 0 of 400 documents"
    assert terminal.bar("extract", 100, 400, 60.0) == f"extract  {'█' * 6}{'░' * 18} 100 of 400 documents, 3 min left"
    assert terminal.bar("extract", 400, 400, 90.0) == f"extract  {'█' * 24} 400 of 400 documents"
    assert [terminal.duration(one) for one in (3, 119, 120, 7200, 200_000)] == ["3 s", "119 s", "2 min", "2 h", "2 d"]


def test_a_bar_is_shown_on_a_terminal_and_nothing_on_a_pipe(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.resolve import resolve

    resolve(data=str(data), full=True)
    assert capsys.readouterr().err == ""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    resolve(data=str(data), full=True)
    count = Store(data).count("documents")
    assert f"0 of {count} documents" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K"), "the bar goes when the stage's line comes"


def test_ingest_tells_how_much_of_its_files_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_flows: None
) -> None:
    from flows import progress
    from flows.ingest import ingest

    lines = [json.dumps({"id": str(n), "text": f"Clinics in ward {n} opened late. " * 900}) for n in range(40)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as packed:
        packed.write("\n".join(lines).replace("late", "early"))
    whole = sum((tmp_path / name).stat().st_size for name in ("a.jsonl", "b.jsonl.gz"))
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "_SHOWN_SECONDS", 0.0)
    ingest([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl.gz")], data=str(tmp_path / "data"))
    told = [float(done) for done, _ in re.findall(r"([\d.]+) MB of ([\d.]+) MB", screen.getvalue())]
    assert told == sorted(told) and len(set(told)) > 8
    assert told[0] < 0.1 and told[-1] == round(whole / 1e6, 1)
    assert f"{'█' * 24} " in screen.getvalue()


def test_the_command_line_codes_again_what_is_there(
    engine: None, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = release_of(data)
    typed = ["run", "--no-ingest", "--full", "--documents", "mogadishu-hotel", "--data", str(data)]
    assert main(typed) == 0
    printed = capsys.readouterr().out
    assert "extract  1 documents" in printed and "not chosen" in printed and "ingest" not in printed
    assert "nothing changed: no new release" in printed and f"report: {before / 'report.html'}" in printed
