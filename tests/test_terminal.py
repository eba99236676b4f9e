"""What documents say reaches a terminal as text: nothing of it steers the terminal, hides, or turns a line around."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import CHECKOUT
from hypothesis import given
from hypothesis import strategies as st
from release_rows import CODES, DAY, FILES, release_tables

from flows.cli import explain, main
from tasks.reading.visible import visible, visible_json, visible_row
from tasks.storage.store import Store

# clear the screen, set the title, C1's introducer, go back over the line, turn it around, hide, break it
HOSTILE = "a\x1b[2J\x1b]0;pwned\x07\x9b31m\r\x08\u202ecba\u2066\u200b\ufeff\x00\u2028\nforged  line\U000e0041"
LETTERS = st.characters(categories=None) | st.sampled_from(HOSTILE)


def steers(text: str) -> list[str]:
    """Characters that a line on a terminal may not hold."""
    return [one for one in text if unicodedata.category(one)[0] == "C" or one in "\u2028\u2029"]


@given(st.text(LETTERS))
def test_any_text_is_shown_in_one_line_of_seen_characters(text: str) -> None:
    shown = visible(text)
    assert not steers(shown)
    assert visible(shown) == shown
    assert visible(text) == text or steers(text)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(LETTERS),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(LETTERS), inner),
    )
)
def test_json_is_the_same_json(value: object) -> None:
    shown = visible_json(json.dumps(value, ensure_ascii=False, indent=1))
    assert json.loads(shown) == value
    assert not steers(shown.replace("\n", ""))


def test_escapes_are_those_of_a_python_string() -> None:
    assert visible("\x1b[1m\u202e\U000e0041\n") == r"\x1b[1m\u202e\U000e0041\n"
    assert visible("Ménaka, Кидаль\u00a0— 基达尔 ⚡") == "Ménaka, Кидаль\u00a0— 基达尔 ⚡"
    assert visible_row({"a": [{"b": "\x1b"}], "n": 1}) == {"a": [{"b": r"\x1b"}], "n": 1}


def hostile(table: pa.Table) -> pa.Table:
    """The rows with every text that is no id, code or key made hostile."""
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type) and not field.name.endswith(("_id", "_code", "_of", "supersedes")):
            table = table.set_column(index, field, pa.array([HOSTILE] * len(table), pa.string()))
    return table


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two releases whose documents say HOSTILE in every text, and a table whose lineage does."""
    store = Store(tmp_path / "data", codes=CODES)
    tables = {name: hostile(rows) for name, rows in release_tables().items()}
    store.write_release(DAY, release_tables(), FILES, {})
    store.write_release(DAY, tables, FILES, {"fingerprints": {"model": HOSTILE}, "not_coded": {HOSTILE: 1}})
    store.append("rejects", store.read("rejects"), {"stage": HOSTILE})
    store.overwrite("territory", store.read("territory"), {"stage": HOSTILE})
    return tmp_path / "data"


@pytest.mark.parametrize(
    "command",
    [
        ["show", "e1"],
        ["show", HOSTILE],
        ["territory", HOSTILE],
        ["verify", "latest"],
        ["verify", HOSTILE],
        ["diff", "v2024.03.05.1", "v2024.03.05.2"],
        ["diff", "v2024.03.05.1", "v2024.03.05.2", "--format", "json"],
        ["diff", "v2024.03.05.1", "v2024.03.05.2", "--format", "html"],
        ["log"],
    ],
)
def test_no_command_lets_a_text_steer_the_terminal(data: Path, command: list[str], capsys) -> None:
    (data / "releases" / "v2024.03.05.2" / "\x1b[2J").touch()
    main([*command, "--data", str(data)])
    printed = capsys.readouterr()
    told = printed.out + printed.err
    assert not steers(told.replace("\n", ""))
    assert "\nforged" not in told
    assert "x1b[2J" in told or "u001b[2J" in told
    if "json" in command:
        [changed] = json.loads(printed.out)["tables"]["documents"]["changed"]
        assert changed["columns"]["publisher"] == [None, HOSTILE]


def test_bad_usage_and_what_is_explained_are_shown_likewise(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        main(["show", "e1", f"--{HOSTILE}"])
    monkeypatch.setattr(explain, "lines", lambda *_: iter([HOSTILE]))
    main(["explain", "x"])
    monkeypatch.setenv("SITREP_DEBUG", "1")
    main(["verify", HOSTILE])
    printed = capsys.readouterr()
    assert not steers((printed.out + printed.err).replace("\n", ""))
    assert printed.err.count(r"\x1b[2J") >= 2 and printed.out.count(r"\x1b[2J") == 1


def test_only_the_mark_around_the_trigger_steers_a_terminal(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["show", "e1", "--data", str(data)]) == 0
    assert screen.getvalue().count("\x1b[1;7m") == 1
    assert not steers(screen.getvalue().replace("\x1b[1;7m", "").replace("\x1b[0m", "").replace("\n", ""))


def test_help_of_every_command_loads_nothing_large() -> None:
    script = """
import contextlib, io, sys
from flows.cli.parser import parser
for command in parser()._subparsers._group_actions[0].choices.values():
    with contextlib.redirect_stdout(io.StringIO()) as told:
        command.print_help()
    assert command.prog in told.getvalue()
print([name for name in ("pandas", "prefect", "spacy", "deltalake", "openpyxl", "rapidfuzz") if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
