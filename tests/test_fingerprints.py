"""A stage is run again when what it does may have changed, and not when somebody mends a comment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.resources import load_vocabularies
from flows.stages import BY_NAME
from tasks.storage import fingerprints, sources
from tasks.storage.sources import Sources

CLEAN = '''
"""Cleans."""
import re
import yaml
from tasks import words
from tasks.shared.dates import read


def clean(text: str) -> str:
    """Cleaned text."""
    # twice, since one pass leaves doubles
    return words.fold(read(text))
'''


@pytest.fixture
def project(tmp_path):
    files = {
        "tasks/__init__.py": '"""All tasks."""\n',
        "tasks/clean.py": CLEAN,
        "tasks/words.py": "def fold(text):\n    from .shared import marks\n    return marks.strip(text)\n",
        "tasks/shared/__init__.py": "LIMIT = 3\n",
        "tasks/shared/dates.py": "def read(text):\n    return text\n",
        "tasks/shared/marks.py": "def strip(text):\n    return text\n",
        "tasks/other.py": "X = 1\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def changed(project):
    before = fingerprints.code(["tasks.clean"], project)

    def after(name: str, old: str, new: str) -> bool:
        path = project / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        return fingerprints.code(["tasks.clean"], project) != before

    return after


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# twice, since one pass leaves doubles", "# once more"),
        ('"""Cleaned text."""', '"""The cleaned text, at length."""'),
        ('"""Cleans."""', ""),
        ("words.fold(read(text))", "words.fold(\n        read(text),\n    )"),
    ],
)
def test_comments_docstrings_and_layout_do_not_count(changed, old, new):
    assert not changed("tasks/clean.py", old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tasks/clean.py", "words.fold(read(text))", "read(text)"),
        ("tasks/words.py", "marks.strip(text)", "marks.strip(text + ' ')"),
        ("tasks/shared/__init__.py", "3", "4"),
        ("tasks/shared/dates.py", "return text", "return text.lower()"),
        ("tasks/shared/marks.py", "return text", "return 'a docstring that is returned'"),
    ],
)
def test_code_counts_wherever_it_is_imported_from(changed, name, old, new):
    assert changed(name, old, new)


def test_a_module_that_is_not_imported_does_not_count(changed):
    assert not changed("tasks/other.py", "1", "2")


def test_the_version_of_a_package_that_is_used_counts(changed, monkeypatch):
    monkeypatch.setattr(fingerprints, "package_version", lambda package: f"{package} 99")
    assert changed("tasks/other.py", "1", "1")


def test_a_module_that_does_not_exist_is_named(project):
    with pytest.raises(fingerprints.FingerprintError, match=r"no module tasks\.clen"):
        fingerprints.code(["tasks.clen"], project)


def test_the_projects_own_code_has_a_fingerprint():
    assert fingerprints.code(["tasks.storage.store"]) == fingerprints.code(["tasks.storage.store"])
    assert fingerprints.code(["tasks.storage.store"]) != fingerprints.code(["tasks.tables"])


def test_the_vocabularies_of_a_stage_are_those_that_its_code_names(project):
    known = ["triggers", "roles", "sources", "hedges"]
    (project / "tasks/words.py").write_text('def fold(words):\n    """Of roles."""\n    return words["triggers"]\n')
    (project / "tasks/shared/dates.py").write_text('from tasks import vocabularies\nX = vocabularies.load("hedges")\n')
    (project / "tasks/vocabularies.py").write_text('NAMES = ["triggers", "roles", "sources", "hedges"]\n')
    assert fingerprints.vocabularies(["tasks.clean"], known, project) == ["hedges", "triggers"]


def test_every_vocabulary_that_a_flow_hands_to_its_stage_is_in_the_stages_fingerprint():
    flows = Path(__file__).parent.parent / "flows"
    known = load_vocabularies()
    for name, stage in BY_NAME.items():
        given = set(re.findall(r'"(\w+)"', (flows / f"{name}.py").read_text())) & set(known)
        digest = fingerprints.vocabularies(stage.modules, known, flow=f"flows.{name}")
        assert given <= set(digest), name
    assert {"sources", "boilerplate", "agencies"} <= set(
        fingerprints.vocabularies(BY_NAME["clean"].modules, known, flow="flows.clean")
    )


def test_files_count_by_name_and_content(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    before = fingerprints.files(tmp_path, "*.csv")
    (tmp_path / "README.md").write_text("x")
    assert fingerprints.files(tmp_path, "*.csv") == before
    (tmp_path / "a.csv").write_text("y")
    assert fingerprints.files(tmp_path, "*.csv") != before


def test_parts_do_not_run_into_each_other():
    assert fingerprints.combined(a="x", b="y") == fingerprints.combined(b="y", a="x")
    assert fingerprints.combined(a="x", b="y") != fingerprints.combined(a="y", b="x")


def test_source_files_are_taken_apart_again_where_their_text_changed_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("SITREP_HOME", str(tmp_path))
    taken = []
    take = sources._taken_apart
    monkeypatch.setattr(sources, "_taken_apart", lambda text, *about: taken.append(text) or take(text, *about))
    path = tmp_path / "words.py"

    def read_in_a_new_process(text):
        path.write_text(text)
        of = Sources("kept.json")
        told = of.read("tasks.words", path)
        of.keep()
        return told

    first = read_in_a_new_process("from tasks import marks\nX = 'a'\n")
    assert read_in_a_new_process("from tasks import marks\nX = 'a'\n") == first
    assert len(taken) == 1
    assert first.strings == {"a"} and "tasks.marks" in first.imports
    assert read_in_a_new_process("from tasks import marks\nX = 'b'\n").tree != first.tree
    [kept] = (tmp_path / "data" / "_resources").iterdir()
    kept.write_text("{torn")
    assert read_in_a_new_process("from tasks import marks\nX = 'a'\n") == first
