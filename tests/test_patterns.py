"""Regular expressions over the texts of documents: what they take on what is worst for them grows as it should.

Those of clean read whole documents, and take four times as long for four times the text. All others read a sentence,
which is cut at `LONGEST_SENTENCE`, and may take sixteen times as long. Both are compared with themselves alone: a slow
machine, or one that has other work, slows the two alike, and what seems to grow is tried again before it counts.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from pumped import pumped

import tasks
from tasks.clean import datelines
from tasks.language.sentences import LONGEST_SENTENCE

READ_TEXTS = ("clean", "extract", "resolve", "language", "knowledge")
AT_A_PLACE = frozenset({"match", "fullmatch"})
# so much that what the machine does besides is little of it
LEAST_SECONDS = 0.001
TRIES = 5
# patterns of clean that are given no more than so many characters of a document
WINDOWS = {
    "clean.datelines._DATELINE": datelines.LONGEST_DATELINE,
    "clean.datelines._DATED": datelines.LONGEST_DATELINE,
    "clean.datelines._DATED_LINE": datelines.LONGEST_DATELINE,
}


def patterns() -> dict[str, re.Pattern[str]]:
    """All patterns of the modules that read texts, by module and name, those too that are made when asked."""
    found = {}
    for module in _modules():
        for name, value in vars(module).items():
            made = value
            if hasattr(value, "cache_info") and value.__module__ == module.__name__ and not _parameters(value):
                made = value() if "Pattern" in str(value.__annotations__.get("return")) else None
            if isinstance(made, re.Pattern) and isinstance(made.pattern, str):
                found[f"{module.__name__.removeprefix('tasks.')}.{name}"] = made
    return found


def _modules() -> Iterator[object]:
    for one in pkgutil.walk_packages(tasks.__path__, "tasks."):
        if one.name.split(".")[1] in READ_TEXTS:
            yield importlib.import_module(one.name)


def _parameters(function: Callable[..., object]) -> tuple[str, ...]:
    code = function.__wrapped__.__code__  # type: ignore[attr-defined]
    return code.co_varnames[: code.co_argcount]


@cache
def _methods() -> dict[str, set[str]]:
    """By the name of a module and of a pattern in it, how that is used there."""
    found: dict[str, set[str]] = {}
    for module in _modules():
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                value = node.value.func if isinstance(node.value, ast.Call) else node.value
                if isinstance(value, ast.Name):
                    name = f"{module.__name__.removeprefix('tasks.')}.{value.id}"
                    found.setdefault(name, set()).add(node.attr)
    return found


def _use(name: str, pattern: re.Pattern[str]) -> Callable[[str], object]:
    """What a pattern is used for: at a place of the text, or anywhere in it."""
    methods = _methods().get(name, set())
    if methods and methods <= AT_A_PLACE:
        return pattern.match if "match" in methods else pattern.fullmatch
    return lambda text: sum(1 for _ in pattern.finditer(text))


def growth(use: Callable[[str], object], short: str, long: str) -> float:
    """How many times as long the long text takes; 0 where it takes next to nothing."""
    taken = _seconds(use, long)
    if taken < LEAST_SECONDS:
        return 0.0
    least = min(taken, *(_seconds(use, long) for _ in range(2)))
    return least / min(_seconds(use, short) for _ in range(5))


def _seconds(use: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    use(text)
    return max(time.thread_time() - began, 1e-7)


def steep(found: dict[str, re.Pattern[str]], length: int, most: float) -> list[str]:
    """The patterns that take more than so many times as long for four times the text, tried again and again."""
    worst = []
    for name, pattern in found.items():
        use = _use(name, pattern)
        for short, long in zip(pumped(pattern, length // 4), pumped(pattern, length), strict=True):
            if all(growth(use, short, long) > most for _ in range(TRIES)):
                worst.append(f"{name}: {long[:40]!r}")
                break
    return worst


def test_no_pattern_over_sentences_takes_more_than_the_square_of_one() -> None:
    found = [line for n, p in patterns().items() for line in steep({n: p}, WINDOWS.get(n, LONGEST_SENTENCE), 28)]
    assert found == []


def test_patterns_over_documents_take_as_long_as_the_text_is() -> None:
    of_clean = {name: one for name, one in patterns().items() if name.startswith("clean.") and name not in WINDOWS}
    assert len(of_clean) > 40
    assert steep(of_clean, 4_000, 9) == []


@pytest.mark.parametrize(
    ("pattern", "length", "most"),
    [(r"(?:a+)+b", 20, 28), (r"a+b", 4_000, 6), (r"\w*,?\w*x", LONGEST_SENTENCE // 2, 28)],
)
def test_what_grows_faster_is_found(pattern: str, length: int, most: float) -> None:
    assert steep({"x": re.compile(pattern)}, length, most)
